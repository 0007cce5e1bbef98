"""Publications near another one: what a reader of it may want next.

One decision: nearness to the publication's title leads, rare words that both texts hold and
subjects in common add to it. Rare words alone (`Index.like`) are worse: the rarest words of a
report stand in nothing but its own twin. Measured on the sample without the twins: of five shown,
.36 share a sector by rare words, .46 by title, .50 by both with themes as subjects (.14 by chance).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from corpus import Catalogue, Document
from indexer.compiler import QueryCompiler
from indexer.engine import Index
from indexer.query import parse
from indexer.reader import OpenGeneration
from indexer.schema import BASE

_CANDIDATES: Final = 30  # of each view
_TITLE_CHARACTERS: Final = 300
_WORDS: Final = 0.3  # weight of rare words in common
_SUBJECTS: Final = 0.5  # weight of the share of subjects in common
_LEAST: Final = 0.6  # of 1.8 that there are: below, it is near by chance


def neighbours(
    document: Document,
    limit: int,
    *,
    generation: OpenGeneration,
    compiler: QueryCompiler,
    catalogue: Catalogue,
) -> tuple[Document, ...]:
    """Return at most ``limit`` publications near one, best first.

    Those with its own title are left out: they are other forms of it, not neighbours.
    """
    index = generation.publications
    alike = {hit.id: hit.score for hit in index.like(document.id, (BASE,), _CANDIDATES)}
    titled = _near_title(document, index, compiler)
    own = folded(document.title)
    known = catalogue.documents(sorted({*alike, *titled} - {document.id}))
    others = {i: d for i, d in known.items() if d.is_searchable and folded(d.title) != own}
    words, title = _shares(alike, others), _shares(titled, others)
    scored = [
        (title[i] + _WORDS * words[i] + _SUBJECTS * _common_subjects(document, other), i)
        for i, other in others.items()
    ]
    shown: dict[str, Document] = {}
    for score, i in sorted(scored, key=lambda entry: (-entry[0], entry[1])):
        if score >= _LEAST:
            shown.setdefault(folded(others[i].title), others[i])
    return tuple(shown.values())[:limit]


def folded(title: str) -> str:
    """Return the letters and digits of a title, to compare it with another."""
    return "".join(filter(str.isalnum, title.casefold()))


def _near_title(document: Document, index: Index, compiler: QueryCompiler) -> Mapping[str, float]:
    letters = "".join(c if c.isalnum() else " " for c in document.title[:_TITLE_CHARACTERS])
    node = parse(letters)
    words = compiler.words(node) if node is not None else ()
    if not words:
        return {}
    found = index.search(compiler.near(words), limit=_CANDIDATES).hits
    return {hit.id: hit.score for hit in found if hit.id != document.id}


def _shares(scores: Mapping[str, float], ids: Iterable[str]) -> dict[str, float]:
    """Return the scores of these publications as shares of their best one."""
    known = {i: scores.get(i, 0.0) for i in ids}
    best = max(known.values(), default=0.0)
    return {i: score / best if best > 0 else 0.0 for i, score in known.items()}


def _common_subjects(one: Document, other: Document) -> float:
    """Return how many of the subjects of both are common to them, 0..1."""
    first, second = ({*d.sectors, *d.themes, *d.programmes} for d in (one, other))
    return len(first & second) / len(first | second) if first and second else 0.0
