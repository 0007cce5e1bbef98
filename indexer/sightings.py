"""Where a word of a query stands in one document: its title, abstract, authors and pages.

One decision: the index says which pages hold the word, the catalogue's own text says in which
forms; only a few pages are read, because a report may have hundreds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from corpus import Catalogue, Document
from indexer.analysis import Analyzer
from indexer.builder import own_title
from indexer.compiler import Level, QueryCompiler
from indexer.engine import Filters
from indexer.explanation import Form, Place, Sighting
from indexer.marking import runs_of
from indexer.query import Exact, InField, Node, Phrase, Prefix, Word
from indexer.reader import OpenGeneration
from indexer.reasons import ARROW, written_apart
from indexer.results import Tier
from indexer.schema import split_page_id
from indexer.snippet import Marker, Run, chunks

MAX_PAGES: Final = 20
_MAX_FORMS: Final = 8  # of one place


class Sightings:
    """Looks for words in one document."""

    def __init__(
        self,
        document: Document,
        catalogue: Catalogue,
        generation: OpenGeneration,
        compiler: QueryCompiler,
    ) -> None:
        self._document = document
        self._catalogue = catalogue
        self._generation = generation
        self._compiler = compiler

    def of(self, node: Node, *, tier: Tier | None = None) -> tuple[tuple[Sighting, ...], int]:
        """Return the places of a word, and on how many pages it stands.

        At most `MAX_PAGES` pages are read. ``tier`` is told instead of the forms' own.
        """
        inner, field = (node.node, node.field) if isinstance(node, InField) else (node, "")
        if not isinstance(inner, Word | Phrase | Exact | Prefix):
            return (), 0
        runs = runs_of(inner, self._compiler)
        runs = tuple(run for run in runs if not run.is_name)
        if field == "author":
            runs = tuple(replace(run, is_whole=True) for run in runs)
            return _kept([self._authors(Marker(runs), tier)]), 0
        if field not in ("", "title") or not runs:
            return (), 0
        marker = Marker(runs)
        title = self._sighting(Place.TITLE, self._title(), marker, tier)
        if field == "title":
            return _kept([title]), 0
        abstract = self._sighting(Place.ABSTRACT, self._document.abstract, marker, tier)
        pages, pages_total = self._pages(inner, marker, tier)
        return _kept([title, abstract, *pages]), pages_total

    def _title(self) -> str:
        """Return the title, where it is one and not only the beginning of the text."""
        first = self._catalogue.pages(self._document.id)[:1] if self._document.pages_total else ()
        return own_title(self._document, first)

    def _authors(self, marker: Marker, tier: Tier | None) -> Sighting:
        return self._sighting(Place.AUTHOR, "\n".join(self._document.authors), marker, tier, "fi")

    def _pages(self, node: Node, marker: Marker, tier: Tier | None) -> tuple[list[Sighting], int]:
        numbers, total = self._numbers(node)
        found = []
        for number in numbers:
            page = self._catalogue.page(self._document.id, number)
            language = page.language or self._document.language
            seen = self._sighting(Place.PAGE, page.text, marker, tier, language)
            found.append(replace(seen, number=number))
        if self._document.pages_total <= 1:
            total = len(_kept(found))
        return found, total

    def _numbers(self, node: Node) -> tuple[list[int], int]:
        """Return the first pages that hold a word, and how many there are."""
        if self._document.pages_total <= 1:
            return [1] * self._document.pages_total, 0
        result = self._generation.pages.search(
            self._compiler.match(node, Level(Tier.COMPOUND, is_page=True)),
            filters=Filters(keywords={"document": (self._document.id,)}),
            limit=MAX_PAGES,
        )
        return sorted(split_page_id(hit.id)[1] for hit in result.hits), result.total

    def _sighting(
        self, place: Place, text: str, marker: Marker, tier: Tier | None, language: str = ""
    ) -> Sighting:
        analyzer = self._compiler.analyzer(language or self._document.language)
        return Sighting(place, self._forms(text, marker, analyzer, tier))

    def _forms(
        self, text: str, marker: Marker, analyzer: Analyzer, tier: Tier | None
    ) -> tuple[Form, ...]:
        """Return the forms of a word in a text, in their order, each once with its count."""
        counted: Counter[tuple[str, Tier]] = Counter()
        written: dict[tuple[str, Tier], str] = {}
        for chunk in chunks(text):
            for mark in marker.marks(chunk, analyzer):
                form = chunk[mark.start : mark.end]
                key = (form.lower(), tier or mark.tier)
                counted[key] += 1
                written.setdefault(key, form)
        return tuple(
            Form(form, key[1], counted[key], _apart(form, key[1], marker.runs, analyzer))
            for key, form in list(written.items())[:_MAX_FORMS]
        )


def _apart(form: str, tier: Tier, runs: Iterable[Run], analyzer: Analyzer) -> str:
    """Return a compound written apart around the word, where it is only part of one."""
    if tier is not Tier.COMPOUND:
        return ""
    apart = (written_apart(form, run, analyzer) for run in runs if len(run.places) == 1)
    return next((pieces.partition(ARROW)[2] for pieces in apart if pieces), "")


def _kept(sightings: Iterable[Sighting]) -> tuple[Sighting, ...]:
    return tuple(sighting for sighting in sightings if sighting.forms)
