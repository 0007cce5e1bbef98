"""What the whole collection holds: counts of every facet, without any query.

One decision: these counts are the answer to the empty search, kept for one generation; home,
browsing, facet lists and the check of ids in addresses all read them, so they never disagree.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from corpus.vocabulary import FACET_SCHEMES, Vocabulary
from indexer.results import Facet, Results, SearchRequest, Sort
from search_app.ports import SiteSearcher

NEWEST: Final = 6  # publications that the home page shows


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many publications each sector has within each theme."""

    themes: tuple[str, ...]
    counts: tuple[tuple[tuple[str, str], int], ...]  # ((sector, theme), publications)


def facet_of(results: Results, name: str) -> Facet:
    """Return a facet of an answer, an empty one where it has none."""
    return next((f for f in results.facets if f.name == name), Facet(name, ()))


class Overview:
    """The collection's counts, computed once for each generation."""

    def __init__(self, searcher: SiteSearcher, vocabulary: Vocabulary) -> None:
        self._searcher = searcher
        self._vocabulary = vocabulary
        self._lock = threading.Lock()
        self._results: Results | None = None
        self._coverage: tuple[str, Coverage] | None = None
        self._known = {("accessible", "yes"), ("accessible", "no")} | {
            (facet, concept.id)
            for facet, scheme in FACET_SCHEMES.items()
            for concept in vocabulary.concepts(scheme)
        }

    def results(self) -> Results:
        """Return the answer to the empty search, newest first."""
        generation = self._searcher.generation()
        kept = self._results
        if kept is None or kept.generation != generation:
            kept = self._searcher.search(SearchRequest(sort=Sort.NEWEST, size=NEWEST))
            self._results = kept
        return kept

    def is_known(self, facet: str, value: str) -> bool:
        """Whether the vocabulary or the collection knows a facet's value."""
        if (facet, value) in self._known:
            return True
        return any(value == item.id for item in facet_of(self.results(), facet).values)

    def coverage(self) -> Coverage:
        """Return the counts of sectors within themes: one search for each theme."""
        generation = self.results().generation
        with self._lock:
            if self._coverage is None or self._coverage[0] != generation:
                self._coverage = (generation, self._count())
            return self._coverage[1]

    def _count(self) -> Coverage:
        themes = tuple(concept.id for concept in self._vocabulary.concepts("theme"))
        counts = []
        for theme in themes:
            request = SearchRequest(selected=(("theme", (theme,)),), size=1, sort=Sort.NEWEST)
            sectors = facet_of(self._searcher.search(request), "sector").values
            counts += [((sector.id, theme), sector.count) for sector in sectors if sector.count]
        return Coverage(themes, tuple(counts))
