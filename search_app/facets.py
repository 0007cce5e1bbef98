"""Facets as a page shows them: rows with labels, depth and the search each one leads to.

One decision: trees (sectors, regions) keep the vocabulary's order and show every counted value;
flat facets show the five most common, then the rest behind "Show more", and beyond twenty a page
of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.vocabulary import FACET_SCHEMES, Vocabulary
from indexer.collation import finnish_key
from indexer.results import Facet, FacetValue, Results
from search_app.overview import facet_of
from search_app.presenter import Presenter
from search_app.state import PARAMETERS, SearchState

TREES: Final = frozenset({"sector", "region"})
_FIRST: Final = 5
_MOST: Final = 20
_LONGEST_AXIS: Final = 100  # years
_YEAR: Final = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class FacetRow:
    """A value of a facet; ``target`` is the search with it chosen, or no longer chosen."""

    id: str
    label: str
    count: int
    is_selected: bool
    depth: int
    target: SearchState
    element: str  # the id of its check box: stable, so that focus survives an update


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet's rows: those shown at once, those behind "Show more", and how many there are."""

    name: str
    first: tuple[FacetRow, ...]
    more: tuple[FacetRow, ...]
    total: int

    @property
    def has_page(self) -> bool:
        """Whether the values fill a page of their own."""
        return self.total > len(self.first) + len(self.more)

    @property
    def is_more_open(self) -> bool:
        """Whether a chosen value stands behind "Show more"."""
        return any(row.is_selected for row in self.more)

    @property
    def selected(self) -> int:
        """How many values are chosen."""
        return sum(row.is_selected for row in (*self.first, *self.more))


@dataclass(frozen=True, slots=True)
class YearBar:
    """A year of the histogram; ``height`` in percent of the highest."""

    year: int
    count: int
    height: int


class FacetViews:
    """Makes views of facets in one language."""

    def __init__(self, vocabulary: Vocabulary, show: Presenter) -> None:
        self._vocabulary = vocabulary
        self._show = show

    def all(self, results: Results, state: SearchState) -> list[FacetView]:
        """Return the facets that have values, in their fixed order."""
        views = [self.view(facet_of(results, name), state) for name in PARAMETERS]
        return [view for view in views if view.total]

    def view(self, facet: Facet, state: SearchState) -> FacetView:
        """Return a facet as the panel of filters shows it."""
        rows = self.rows(facet, state)
        if facet.name in TREES and len(rows) <= _MOST:
            return FacetView(facet.name, tuple(rows), (), len(rows))
        kept = rows[:_MOST] + [row for row in rows[_MOST:] if row.is_selected]
        return FacetView(facet.name, tuple(kept[:_FIRST]), tuple(kept[_FIRST:]), len(rows))

    def rows(self, facet: Facet, state: SearchState, *, by_name: bool = False) -> list[FacetRow]:
        """Return all rows of a facet: trees in their order, else by count or by name."""
        shown = [value for value in facet.values if value.count or value.is_selected]
        if facet.name in TREES and not by_name:
            return [self._row(facet.name, v, state, depth) for v, depth in self._tree(shown, facet)]
        rows = [self._row(facet.name, value, state, 0) for value in shown]
        if by_name:
            return sorted(rows, key=lambda row: finnish_key(row.label))
        return sorted(rows, key=lambda row: (-row.count, finnish_key(row.label)))

    def _tree(self, values: Sequence[FacetValue], facet: Facet) -> Iterable[tuple[FacetValue, int]]:
        """Give values in the vocabulary's order with their depth, unknown ones last."""
        left = {value.id: value for value in values}
        shown = frozenset(left)
        for concept in self._vocabulary.concepts(FACET_SCHEMES[facet.name]):
            if concept.id in left:
                ancestors = self._vocabulary.ancestors(concept.id)
                yield left.pop(concept.id), sum(ancestor in shown for ancestor in ancestors)
        yield from ((value, 0) for value in left.values())

    def _row(self, name: str, value: FacetValue, state: SearchState, depth: int) -> FacetRow:
        chosen = value.id in state.values(name)
        target = (state.without_value if chosen else state.with_value)(name, value.id)
        return FacetRow(
            id=value.id,
            label=self._show.label(name, value.id),
            count=value.count,
            is_selected=chosen,
            depth=depth,
            target=target,
            element=f"{name}-{element_name(value.id)}",
        )


def element_name(value: str) -> str:
    """Return an id as part of an element's id: letters and digits stay, others by their code."""
    return re.sub(r"[^A-Za-z0-9-]", lambda match: f"_{ord(match[0]):x}", value)


def year_bars(results: Results) -> list[YearBar]:
    """Return every year between the first and the last that counts, empty ones included."""
    counts = year_counts(results)
    if not counts:
        return []
    highest = max(counts.values())
    return [
        YearBar(year, counts.get(year, 0), round(100 * counts.get(year, 0) / highest))
        for year in _span(min(counts), max(counts))
    ]


def year_counts(results: Results) -> dict[int, int]:
    """Return how many publications each year has."""
    if results.years:
        return {year: count for year, count in results.years if count}
    values = facet_of(results, "year").values
    return {int(v.id): v.count for v in values if v.count and _YEAR.fullmatch(v.id)}


def _span(first: int, last: int) -> range:
    """Return the years to draw: a century at most, so that one odd year draws no endless axis."""
    return range(max(first, last - _LONGEST_AXIS + 1), last + 1)
