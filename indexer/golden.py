"""Asks golden queries of an index and says in a librarian's words what came out.

One decision: only what can be judged is judged. A publication that the catalogue does not hold, or
that somebody hid, is no fault of the index: it is passed over and named, so that one file serves
several installations. One that was readable and no longer is counts as lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from corpus import Catalogue, Document, Status, Visibility
from corpus.errors import RefusedIndex
from corpus.golden import MAX_RANK, GoldenQuery, NamedDocuments
from indexer.results import Hit, Results, SearchRequest

_BUDGET_S: Final = 30.0  # a busy machine is no reason to refuse an index
_PAGE: Final = 100

Search = Callable[[SearchRequest], Results]


class Verdict(StrEnum):
    """What came out of a golden query."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class GoldenResult:
    """A golden query with its verdict; ``reasons`` say what failed, or could not be judged."""

    query: GoldenQuery
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    total: int = 0
    rank: int | None = None
    """The worst rank of what has to be found; None where that is nothing or was not found."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """What a query lists: hits by document id with their rank, as far as anybody can leaf."""

    results: Results
    ranks: Mapping[str, tuple[int, Hit]]

    def best(self, ids: Iterable[str]) -> tuple[int, Hit] | None:
        """Return the best rank among documents, with its hit."""
        found = [self.ranks[document_id] for document_id in ids if document_id in self.ranks]
        return min(found, key=lambda ranked: ranked[0]) if found else None


def judge(
    queries: Sequence[GoldenQuery], catalogue: Catalogue, search: Search
) -> tuple[GoldenResult, ...]:
    """Return the result of each golden query, in order."""
    ids = NamedDocuments(catalogue.database).ids(name for q in queries for name in q.names)
    documents = catalogue.documents(document_id for found in ids.values() for document_id in found)
    named = {name: [documents[i] for i in sorted(found)] for name, found in ids.items()}
    return tuple(_judged(query, named, search) for query in queries)


def failed(results: Iterable[GoldenResult]) -> tuple[GoldenResult, ...]:
    """Return the results that failed."""
    return tuple(result for result in results if result.verdict is Verdict.FAILED)


def require_passed(results: Iterable[GoldenResult], *, answering: str) -> None:
    """Raise `RefusedIndex` that names every failed query; ``answering`` is the index that stays."""
    lost = failed(results)
    if lost:
        named = "; ".join(f"“{r.query.query}”: {', '.join(r.reasons)}" for r in lost)
        raise RefusedIndex(
            f"The new index fails golden queries, so generation {answering} goes on answering. "
            f"{named}.",
            subject=lost[0].query.query,
        )


def _judged(
    query: GoldenQuery, named: Mapping[str, Sequence[Document]], search: Search
) -> GoldenResult:
    passed_over = [(name, _passed_over(named[name])) for name in query.names]
    skipped = tuple(f"{name} {reason}" for name, reason in passed_over if reason)
    judged = {name for name, reason in passed_over if not reason}
    if not judged:
        return GoldenResult(query, Verdict.SKIPPED, skipped)
    wanted = {d.id for name in judged for d in named[name]}
    listed = _list(query, wanted, search)
    if any(notice.code == "budget" for notice in listed.results.notices):
        reason = f"there was no answer within {_BUDGET_S:.0f} seconds"
        return GoldenResult(query, Verdict.FAILED, (reason,))
    faults: list[str] = []
    ranks: list[int] = []
    for name in query.must_contain:
        if name in judged:
            best = listed.best(d.id for d in named[name])
            ranks += [best[0]] if best else []
            faults += _missing(query, name, named[name], best, listed.results)
    for name in query.must_not_contain:
        if name in judged and (best := listed.best(d.id for d in named[name])):
            faults.append(_unwanted(name, best, listed.results))
    return GoldenResult(
        query,
        Verdict.FAILED if faults else Verdict.PASSED,
        (*faults, *skipped),
        listed.results.total,
        max(ranks, default=None),
    )


def _passed_over(documents: Sequence[Document]) -> str:
    """Return why a named publication cannot be judged; empty when it can."""
    if not documents:
        return "is not in the catalogue"
    published = [d for d in documents if d.visibility is Visibility.PUBLISHED]
    if not published:
        return f"is not published ({documents[0].visibility})"
    if all(d.status is Status.PENDING for d in published):
        return "has not been read yet"
    return ""


def _list(query: GoldenQuery, wanted: set[str], search: Search) -> _Listed:
    """Leaf through the hits until all wanted ones were met, or nobody could leaf on."""
    ranks: dict[str, tuple[int, Hit]] = {}
    number, first = 1, None
    while True:
        results = search(
            SearchRequest(
                query.query,
                page=number,
                size=_PAGE,
                compounds=query.compounds,
                related=False,
                budget_s=_BUDGET_S,
            )
        )
        first = first or results
        start = (number - 1) * _PAGE
        for rank, hit in enumerate(results.hits, start + 1):
            ranks[hit.document.id] = (rank, hit)
        end = start + _PAGE
        if end >= min(results.total, MAX_RANK) or not results.hits or wanted <= ranks.keys():
            return _Listed(first, ranks)
        number += 1


def _missing(
    query: GoldenQuery,
    name: str,
    documents: Sequence[Document],
    best: tuple[int, Hit] | None,
    results: Results,
) -> list[str]:
    """Return what is wrong with a publication that has to be found; nothing when it is found."""
    if best is not None:
        rank, hit = best
        if rank <= query.max_rank:
            return []
        return [f"{_called(name, hit.document)} is at rank {rank}, allowed is {query.max_rank}"]
    readable = [document for document in documents if document.is_searchable]
    if not readable:
        reason = documents[0].reason or documents[0].status.value
        return [f"{_called(name, documents[0])} has no text that could be searched ({reason})"]
    listed = f"among {results.total}" if results.total else "and nothing else is"
    return [f"{_called(name, readable[0])} is not found ({listed}{_loosened(results)})"]


def _unwanted(name: str, best: tuple[int, Hit], results: Results) -> str:
    rank, hit = best
    how = f"{hit.tier.value} tier{_loosened(results)}"
    return f"{_called(name, hit.document)} must not be found but is, at rank {rank} ({how})"


def _loosened(results: Results) -> str:
    return f", searched as “{results.relaxed.query}”" if results.relaxed else ""


def _called(name: str, document: Document) -> str:
    title = document.title[:80]
    return f"“{title}” ({name})" if title else name
