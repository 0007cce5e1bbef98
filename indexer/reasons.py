"""Why a hit matched although no form of a word stands in it: the compound or the other name.

One decision: a reason shows words as they can be read, the text's own form and its pieces as
they are written (*metsäbiotalouden → metsä + biotalous*). Base forms are cut into pieces only
where they are nouns: that of *puurakentaminen* is also a verb, which nobody would understand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from corpus import Catalogue, Document
from indexer.analysis import Analyzer
from indexer.compiler import Level, QueryCompiler
from indexer.engine import Filters, Index, Query
from indexer.query import Node
from indexer.reader import OpenGeneration
from indexer.results import Tier
from indexer.schema import split_page_id
from indexer.snippet import Marker, Run, chunks

ARROW: Final = " → "
MAX_REASONS: Final = 3
_MAX_PAGES: Final = 3  # of one hit, read for a word that its snippets do not show
_HYPHENS: Final = "-'’\N{NON-BREAKING HYPHEN}\N{SOFT HYPHEN}"
_SHORTEST: Final = 3
_ALIKE: Final = 0.6  # the share of a term that the text's form has to begin with

Shown = Sequence[tuple[str, Analyzer]]
"""What is marked in a hit's title and snippets, each with the analyzer of its language."""


class Reasons:
    """Finds the reasons of the hits of one query."""

    def __init__(
        self,
        generation: OpenGeneration,
        catalogue: Catalogue,
        compiler: QueryCompiler,
        runs: Sequence[Run],
    ) -> None:
        self._generation = generation
        self._catalogue = catalogue
        self._compiler = compiler
        self._names = tuple(run for run in runs if run.is_name)
        self._words = tuple(run for run in runs if run.asked is not None)

    def weak(self, tiers: Mapping[str, Tier]) -> dict[str, tuple[Run, ...]]:
        """Return for each hit that needs a reason the words that brought it in no form of theirs.

        A query of one word needs no look into the index: the hit's tier says it.
        """
        found: dict[str, tuple[Run, ...]] = {
            i: self._names if tier is Tier.SYNONYM else ()
            for i, tier in tiers.items()
            if tier in (Tier.COMPOUND, Tier.SYNONYM)
        }
        for run in self._words if found else ():
            whole = self._whole(run.asked, found) if len(self._words) > 1 else ()
            for document_id in found:
                if document_id not in whole:
                    found[document_id] += (run,)
        return found

    def of(self, document: Document, weak: Sequence[Run], shown: Shown) -> tuple[str, ...]:
        """Return at most `MAX_REASONS` reasons of a hit, the marked forms looked at first."""
        found: dict[str, str] = {}
        for run in weak:
            key = run.text.lower()
            if key not in found and (reason := self._reason(document, run, shown)):
                found[key] = reason
        return tuple(found.values())[:MAX_REASONS]

    def _whole(self, asked: Node | None, ids: Iterable[str]) -> Mapping[str, float]:
        if asked is None:
            return {}
        query = self._compiler.match(asked, Level(Tier.INFLECTED))
        return self._generation.publications.matching(query, ids)

    def _reason(self, document: Document, run: Run, shown: Shown) -> str:
        marker = Marker((run,))
        apart, plain = "", ""
        for text, analyzer in shown:
            for mark in marker.marks(text, analyzer):
                if mark.tier not in (Tier.COMPOUND, Tier.SYNONYM):
                    continue
                form = text[mark.start : mark.end]
                plain = plain or f"{form}{ARROW}{run.text}"
                if run.is_name:
                    return plain
                apart = apart or written_apart(form, run, analyzer)
            if apart:
                return apart
        return plain or self._elsewhere(document, run, marker)

    def _elsewhere(self, document: Document, run: Run, marker: Marker) -> str:
        """Return a reason from the texts of a hit that are not shown."""
        for number in self._pages(document, run):
            page = self._catalogue.page(document.id, number)
            analyzer = self._compiler.analyzer(page.language or document.language)
            for chunk in chunks(page.text):
                if marker.marks(chunk, analyzer):
                    return self._in_text(chunk, run, marker, analyzer)
        analyzer = self._compiler.analyzer(document.language)
        return self._in_text(document.abstract, run, marker, analyzer)

    def _in_text(self, text: str, run: Run, marker: Marker, analyzer: Analyzer) -> str:
        for mark in marker.marks(text, analyzer):
            form = text[mark.start : mark.end]
            apart = "" if run.is_name else written_apart(form, run, analyzer)
            return apart or f"{form}{ARROW}{run.text}"
        return ""

    def _pages(self, document: Document, run: Run) -> Sequence[int]:
        if document.pages_total <= 1:
            return (1,) if document.pages_total else ()
        if run.asked is None:
            return ()
        query = self._compiler.match(run.asked, Level(Tier.COMPOUND, is_page=True))
        return pages_with(self._generation.pages, document.id, query, limit=_MAX_PAGES)


def pages_with(pages: Index, document_id: str, query: Query, *, limit: int) -> tuple[int, ...]:
    """Return the numbers of a document's pages that match, in order."""
    of_document = Filters(keywords={"document": (document_id,)})
    result = pages.search(query, filters=of_document, limit=limit)
    return tuple(sorted(split_page_id(hit.id)[1] for hit in result.hits))


def written_apart(form: str, run: Run, analyzer: Analyzer) -> str:
    """Return ``metsäbiotalouden → metsä + biotalous``; empty where no border can be shown."""
    tiers = analyzer.tiers(form)
    parts = tiers["parts"]
    terms = sorted(run.places[0].intersection(parts), key=lambda term: (-len(term), term))
    written = _Written(form)
    for term in terms:
        for base in tiers["base"]:
            pieces = _pieces(written, base, term, parts)
            if pieces:
                return f"{form}{ARROW}{' + '.join(_typed(pieces, term, run.text))}"
    for term in terms:
        at = _border(written.joined, term)
        if at:
            return f"{form}{ARROW}{written.cut(0, at)} + {written.cut(at)}"
    return ""


class _Written:
    """A compound as it is written, cut by the places of its letters without hyphens."""

    def __init__(self, form: str) -> None:
        self._form = form
        self._places = [i for i, c in enumerate(form) if c not in _HYPHENS]
        self.joined = "".join(form[i] for i in self._places).lower()

    def cut(self, start: int, end: int | None = None) -> str:
        """Return the letters from ``start`` to ``end`` with the hyphens between them."""
        first = self._places[start]
        last = None if end is None or end >= len(self._places) else self._places[end]
        return self._form[first:last].strip(_HYPHENS)


def _pieces(written: _Written, base: str, term: str, parts: Sequence[str]) -> list[str]:
    """Return the pieces of a compound around one of its parts, the last one uninflected."""
    last = len(base) - len(term)
    if last > 0 and base.endswith(term):
        if not written.joined.startswith(base[:last]):
            return []
        return [written.cut(0, last), written.cut(last)]
    start, length = base.find(term), len(term)
    if start < 0 and (length := _shared(base, term)) >= _least(term):
        start = 0  # kehittämis- for kehittäminen
    ends = range(start + length, len(base))
    end = next((place for place in ends if base[place:] in parts), 0) if start >= 0 else 0
    if not end or not written.joined.startswith(base[:end]):
        return []
    lead = [written.cut(0, start)] if start else []
    return [*lead, written.cut(start, end), base[end:]]


def _typed(pieces: list[str], term: str, typed: str) -> list[str]:
    """Return the pieces with the part that was asked for as it was typed, if in its base form."""
    if typed.lower() != term:
        return pieces
    alike = max(range(len(pieces)), key=lambda place: _shared(pieces[place].lower(), term))
    return [typed if place == alike else piece for place, piece in enumerate(pieces)]


def _border(joined: str, term: str) -> int:
    """Return where in a word a part begins that is written almost like ``term``; 0 for nowhere."""
    least = _least(term)
    places = range(1, len(joined) - least + 1)
    best = max(places, key=lambda place: _shared(joined[place:], term), default=0)
    return best if best and _shared(joined[best:], term) >= least else 0


def _least(term: str) -> int:
    """Return how many letters of a part have to be written as in its base form."""
    return max(_SHORTEST, round(len(term) * _ALIKE))


def _shared(first: str, second: str) -> int:
    """Return how many letters two words have in common at their beginning."""
    return next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
        min(len(first), len(second)),
    )
