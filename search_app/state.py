"""The parameters of a search as a typed value: what a visitor's address means.

One decision: an address never fails half-way. Everything is read once into a `SearchState`,
clamped, with a notice for what was not used; only too much (a query over 512 characters, over
twenty values of one parameter) is refused. Links are made from states, never from addresses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, Self

from werkzeug.datastructures import MultiDict

from corpus.errors import LimitExceeded
from indexer.query import MAX_QUERY_CHARACTERS
from indexer.results import Notice, SearchRequest, Sort

MAX_VALUES: Final = 20
MAX_HITS: Final = 1_000  # how deep a visitor may browse
MAX_SIZE: Final = 100
DEFAULT_SIZE: Final = 10
PARAMETERS: Final[tuple[str, ...]] = (
    "sector",
    "theme",
    "region",
    "programme",
    "type",
    "lang",
    "organisation",
    "accessible",
)
"""The facets that are chosen by id, in the order they are shown."""

_YEAR: Final = re.compile(r"[1-2][0-9]{3}")
_NUMBER: Final = re.compile(r"[0-9]{1,6}")
_BIDI: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")  # they would turn the page's text round
_SHOWN_CHARACTERS: Final = 40  # of a value that a notice repeats

IsKnown = Callable[[str, str], bool]
Selected = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class SearchState:
    """A search as its address says it; the methods return the states that links lead to."""

    query: str = ""
    selected: Selected = ()
    year_from: int | None = None
    year_to: int | None = None
    sort: Sort | None = None
    page: int = 1
    size: int = DEFAULT_SIZE
    compounds: bool = True
    synonyms: bool = True
    related: bool = True
    notices: tuple[Notice, ...] = ()

    @classmethod
    def from_args(cls, args: MultiDict[str, str], *, is_known: IsKnown) -> Self:
        """Read an address; `LimitExceeded` names the parameter that holds too much."""
        for name in args:
            if len(args.getlist(name)) > MAX_VALUES:
                raise LimitExceeded(f"over {MAX_VALUES} values of {name}", subject=name)
        notices: list[Notice] = []
        selected = _read_selected(args, is_known, notices)
        year_from, year_to = _read_years(args, notices)
        size = min(MAX_SIZE, max(1, _read_number(args.get("size"), DEFAULT_SIZE)))
        return cls(
            query=read_query(args.get("q", "")),
            selected=selected,
            year_from=year_from,
            year_to=year_to,
            sort=_read_sort(args.get("sort", ""), notices),
            page=_read_page(args.get("page"), size, notices),
            size=size,
            compounds=args.get("compounds") != "off",
            synonyms=args.get("synonyms") != "off",
            related=args.get("related") != "off",
            notices=tuple(notices),
        )

    @property
    def order(self) -> Sort:
        """The order that counts: relevance means nothing without words."""
        if self.sort is None or (self.sort is Sort.RELEVANCE and not self.query):
            return Sort.RELEVANCE if self.query else Sort.NEWEST
        return self.sort

    @property
    def has_filters(self) -> bool:
        """Whether anything narrows the search beside its words."""
        return bool(self.selected) or self.has_years

    @property
    def has_years(self) -> bool:
        """Whether a range of years is chosen."""
        return self.year_from is not None or self.year_to is not None

    def values(self, facet: str) -> tuple[str, ...]:
        """Return the ids chosen in a facet."""
        return dict(self.selected).get(facet, ())

    def with_value(self, facet: str, value: str) -> Self:
        """Return the search with one more value chosen."""
        chosen = self.values(facet)
        return self._with_values(facet, chosen if value in chosen else (*chosen, value))

    def without_value(self, facet: str, value: str) -> Self:
        """Return the search with one value less."""
        return self._with_values(facet, tuple(v for v in self.values(facet) if v != value))

    def without_facet(self, facet: str) -> Self:
        """Return the search without a facet's values (``year``: without the range)."""
        return self.with_years(None, None) if facet == "year" else self._with_values(facet, ())

    def with_years(self, low: int | None, high: int | None) -> Self:
        """Return the search limited to a range of years."""
        return replace(self, year_from=low, year_to=high, page=1, notices=())

    def with_query(self, query: str) -> Self:
        """Return the same search for other words."""
        return replace(self, query=query, page=1, notices=())

    def with_page(self, page: int) -> Self:
        """Return another page of the same search."""
        return replace(self, page=page, notices=())

    def with_options(self, *, compounds: bool | None = None, synonyms: bool | None = None) -> Self:
        """Return the search with compound matches or synonyms on or off."""
        return replace(
            self,
            compounds=self.compounds if compounds is None else compounds,
            synonyms=self.synonyms if synonyms is None else synonyms,
            page=1,
            notices=(),
        )

    def cleared(self) -> Self:
        """Return the search without any filter."""
        return replace(self, selected=(), year_from=None, year_to=None, page=1, notices=())

    def to_params(self) -> list[tuple[str, str]]:
        """Return the address's parameters, defaults left out, always in the same order."""
        params = [("q", self.query)] if self.query else []
        params += [(name, value) for name in PARAMETERS for value in self.values(name)]
        options = (
            ("from", "" if self.year_from is None else str(self.year_from)),
            ("to", "" if self.year_to is None else str(self.year_to)),
            ("sort", "" if self.sort is None else self.sort.value),
            ("compounds", "" if self.compounds else "off"),
            ("synonyms", "" if self.synonyms else "off"),
            ("related", "" if self.related else "off"),
            ("size", "" if self.size == DEFAULT_SIZE else str(self.size)),
            ("page", "" if self.page == 1 else str(self.page)),
        )
        return params + [(name, value) for name, value in options if value]

    def to_request(self, budget_s: float) -> SearchRequest:
        """Return what the searcher is asked."""
        return SearchRequest(
            query=self.query,
            selected=self.selected,
            year_from=self.year_from,
            year_to=self.year_to,
            sort=self.order,
            page=self.page,
            size=self.size,
            compounds=self.compounds,
            synonyms=self.synonyms,
            related=self.related,
            budget_s=budget_s,
        )

    def _with_values(self, facet: str, values: tuple[str, ...]) -> Self:
        chosen = dict(self.selected) | {facet: values}
        kept = tuple((name, chosen[name]) for name in PARAMETERS if chosen.get(name))
        return replace(self, selected=kept, page=1, notices=())


def read_query(text: str) -> str:
    """Return the words of a query without controls; `LimitExceeded` over 512 characters."""
    visible = "".join(" " if unicodedata.category(c) == "Cc" else c for c in _BIDI.sub("", text))
    query = unicodedata.normalize("NFC", visible).strip()
    if len(query) > MAX_QUERY_CHARACTERS:
        raise LimitExceeded(f"a query over {MAX_QUERY_CHARACTERS} characters", subject="q")
    return query


def _read_selected(args: MultiDict[str, str], is_known: IsKnown, notices: list[Notice]) -> Selected:
    selected = []
    for name in PARAMETERS:
        values = tuple(dict.fromkeys(value for value in args.getlist(name) if value))
        known = tuple(value for value in values if is_known(name, value))
        notices += _unused("unknown_value", (value for value in values if value not in known))
        if known:
            selected.append((name, known))
    return tuple(selected)


def _read_years(args: MultiDict[str, str], notices: list[Notice]) -> tuple[int | None, int | None]:
    years: list[int | None] = []
    for name in ("from", "to"):
        text = args.get(name, "").strip()
        is_year = _YEAR.fullmatch(text) is not None
        years.append(int(text) if is_year else None)
        if text and not is_year:
            notices += _unused("year", (text,))
    low, high = years
    if low is not None and high is not None and low > high:
        notices += _unused("year_order", (f"{low}–{high}",))
        return None, None
    return low, high


def _read_sort(text: str, notices: list[Notice]) -> Sort | None:
    if text in {sort.value for sort in Sort}:
        return Sort(text)
    notices += _unused("sort", (text,) if text else ())
    return None


def _read_page(text: str | None, size: int, notices: list[Notice]) -> int:
    page = max(1, _read_number(text, 1))
    deepest = MAX_HITS // size
    if page > deepest:
        notices.append(Notice("depth"))
    return min(page, deepest)


def _read_number(text: str | None, default: int) -> int:
    return int(text) if text and _NUMBER.fullmatch(text) else default


def _unused(code: str, values: Iterable[str]) -> list[Notice]:
    return [Notice(code, _shortened(value)) for value in values]


def _shortened(value: str) -> str:
    visible = "".join(c if c.isprintable() else " " for c in value)
    return visible if len(visible) <= _SHOWN_CHARACTERS else visible[:_SHOWN_CHARACTERS] + "…"
