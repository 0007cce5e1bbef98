"""Documents of the catalogue into documents of the two indexes.

One decision: an engine is given terms, never text. Each page is analysed in its own language;
its tiers go into fields of their own at the same positions, so that ranking can tell an exact
form from an inflected one and that from a part of a compound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import chain, repeat
from typing import Final

from corpus import Document, Page, Vocabulary, opening
from indexer.analysis import Analyzer, Token
from indexer.collation import title_key
from indexer.engine import IndexDocument
from indexer.schema import (
    AUTHOR,
    BASE,
    GRAMS,
    PAGE_GAP,
    PARTS,
    SURFACE,
    TITLE_BASE,
    TITLE_GRAMS,
    TITLE_PARTS,
    TITLE_SURFACE,
    page_id,
)

GRAM_LENGTH: Final = 4
_EPOCH: Final = date(1970, 1, 1)


Terms = Sequence[tuple[str, int]]
"""Terms with their positions: plain pairs, because `zip` makes them at a third of the cost."""


@dataclass(slots=True)
class _Columns:
    """The three positional fields of one text, filled page by page."""

    surface: list[tuple[str, int]] = field(default_factory=list)
    base: list[tuple[str, int]] = field(default_factory=list)
    parts: list[tuple[str, int]] = field(default_factory=list)
    last: int = 0

    def extend(self, tokens: Sequence[Token], start: int) -> None:
        """Add tokens whose positions count from ``start``."""
        for token in tokens:
            at = start + token.position
            self.surface.append((token.surface, at))
            for term in token.base:
                self.base.append((term, at))
            for term in token.parts:
                self.parts.append((term, at))
        if tokens:
            self.last = start + tokens[-1].position


def grams(word: str, length: int = GRAM_LENGTH) -> tuple[str, ...]:
    """Return the character n-grams of a lower-cased word; a shorter word is its own gram."""
    if len(word) <= length:
        return (word,)
    return tuple(word[i : i + length] for i in range(len(word) - length + 1))


def own_title(document: Document, pages: Sequence[Page]) -> str:
    """Return the title and subtitle; empty where only the beginning of the text stands in for one.

    Taken for a title, the beginning would count twice: it cost .08 of MRR@10 on 300 questions.
    """
    if document.title == opening(pages):
        return document.subtitle
    return f"{document.title}\n{document.subtitle}"


class IndexBuilder:
    """Makes index documents; owns the bounded caches of one indexing process."""

    def __init__(self, analyzers: Mapping[str, Analyzer], vocabulary: Vocabulary) -> None:
        self._analyzers = analyzers
        self._vocabulary = vocabulary
        self._grams = lru_cache(maxsize=20_000)(grams)

    def build(
        self, document: Document, pages: Sequence[Page]
    ) -> tuple[IndexDocument, list[IndexDocument]]:
        """Return the publication and, where it has at least two, its pages.

        A publication of one page needs no entry in the pages index: it is its own page.
        """
        title = self._tokens(own_title(document, pages), document.language)
        abstract = self._tokens(document.abstract, document.language)
        texts = [self._tokens(p.text, p.language or document.language) for p in pages]
        publication = IndexDocument(
            id=document.id,
            text=self._publication_text(document, title, [title, abstract, *texts]),
            keywords=self._keywords(document),
            numbers=_numbers(document),
            stored={"pages": str(len(pages)), "published_day": str(_day(document) or 0)},
        )
        if len(pages) < 2:  # noqa: PLR2004  see above
            return publication, []
        return publication, [
            _page(document.id, page.number, tokens)
            for page, tokens in zip(pages, texts, strict=True)
        ]

    def _publication_text(
        self, document: Document, title_tokens: Sequence[Token], texts: Sequence[Sequence[Token]]
    ) -> dict[str, Terms]:
        body, title = _Columns(), _Columns()
        title.extend(title_tokens, 0)
        for tokens in texts:
            body.extend(tokens, body.last + PAGE_GAP if body.surface else 0)
        return {
            SURFACE: body.surface,
            BASE: body.base,
            PARTS: body.parts,
            TITLE_SURFACE: title.surface,
            TITLE_BASE: title.base,
            TITLE_PARTS: title.parts,
            AUTHOR: self._author_terms(document),
            GRAMS: self._gram_terms(body.surface),
            TITLE_GRAMS: self._gram_terms(title.surface),
        }

    def _gram_terms(self, surface: Terms) -> Terms:
        """Return the n-grams of the distinct words: how often a word comes is BASE's business."""
        words = dict.fromkeys(word for word, _ in surface)
        return list(zip(chain.from_iterable(map(self._grams, words)), repeat(0)))

    def _tokens(self, text: str, language: str) -> list[Token]:
        analyzer = self._analyzers.get(language) or self._analyzers["fi"]
        return analyzer.tokens(text)

    def _author_terms(self, document: Document) -> Terms:
        columns = _Columns()
        for author in document.authors:
            tokens = self._analyzers["fi"].tokens(author)
            columns.extend(tokens, columns.last + PAGE_GAP if columns.surface else 0)
        return sorted({*columns.base, *columns.surface}, key=lambda term: (term[1], term[0]))

    def _keywords(self, document: Document) -> dict[str, Sequence[str]]:
        accessible = {True: ["yes"], False: ["no"], None: []}[document.accessible]
        return {
            "sector": self._with_ancestors(document.sectors),
            "theme": self._with_ancestors(document.themes),
            "region": self._with_ancestors(document.regions),
            "programme": sorted(set(document.programmes)),
            "organisation": sorted(set(document.organisations)),
            "type": [document.type] if document.type else [],
            "lang": [document.language] if document.language else [],
            "accessible": accessible,
            "isbn": [_digits(value) for value in (*document.isbn, *document.issn)],
            "title_key": [title_key(document.title)],
        }

    def _with_ancestors(self, ids: Iterable[str]) -> list[str]:
        """Return ids with their ancestors, so that roll-ups count a publication once."""
        found: set[str] = set()
        for value in ids:
            found.add(value)
            found.update(self._vocabulary.ancestors(value))
        return sorted(found)


def _page(document_id: str, number: int, tokens: Sequence[Token]) -> IndexDocument:
    columns = _Columns()
    columns.extend(tokens, 0)
    return IndexDocument(
        id=page_id(document_id, number),
        text={SURFACE: columns.surface, BASE: columns.base, PARTS: columns.parts},
        keywords={"document": [document_id]},
        numbers={"number": number},
    )


def _numbers(document: Document) -> dict[str, int]:
    numbers: dict[str, int] = {}
    if document.year is not None:
        numbers["year"] = document.year
    day = _day(document)
    if day is not None:
        numbers["day"] = day
    return numbers


def _day(document: Document) -> int | None:
    """Return the date as days since the epoch; a bare year counts as its first of January."""
    if document.date:
        try:
            return (date.fromisoformat(document.date) - _EPOCH).days
        except ValueError:
            pass
    if document.year is not None and 1 <= document.year <= date.max.year:
        return (date(document.year, 1, 1) - _EPOCH).days
    return None


def _digits(value: str) -> str:
    return "".join(c for c in value.upper() if c.isdigit() or c == "X")
