"""What a search asks for and what it answers with: the values between searcher and site.

One decision: the site and the command line see only these values; which engine answered, and how
the query was expanded, stays behind them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from corpus.document import Document


class Tier(StrEnum):
    """How a hit matches, best first; a hit's tier is the weakest among its required words."""

    EXACT = "exact"
    INFLECTED = "inflected"
    COMPOUND = "compound"
    SYNONYM = "synonym"
    RELATED = "related"


class Sort(StrEnum):
    """The orders a visitor may choose."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"


FACETS: tuple[str, ...] = (
    "sector",
    "theme",
    "region",
    "programme",
    "year",
    "type",
    "lang",
    "organisation",
    "accessible",
)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search, typed and clamped; ``selected`` maps a facet's name to the chosen ids."""

    query: str = ""
    selected: tuple[tuple[str, tuple[str, ...]], ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = 10
    compounds: bool = True
    synonyms: bool = True  # the vocabulary's bridge ("Haettu myös"), removable
    related: bool = True
    budget_s: float = 0.5


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a snippet; ``mark`` where it is a matched surface form."""

    text: str
    mark: bool = False


@dataclass(frozen=True, slots=True)
class PageHit:
    """A page that holds query words; ``snippet`` is empty for pages listed by number only."""

    number: int
    label: str | None = None
    snippet: tuple[Fragment, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A publication that was found; ``why`` names compound parts or synonyms that matched."""

    document: Document
    score: float
    tier: Tier
    title: tuple[Fragment, ...] = ()
    pages: tuple[PageHit, ...] = ()
    pages_matching: int = 0
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet with its count; ``parent`` for trees."""

    id: str
    count: int
    is_selected: bool = False
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """All values of a facet that count, and the selected ones whatever their count."""

    name: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A corrected query with the number of hits it has; ``is_applied`` when it was used."""

    query: str
    count: int
    is_applied: bool = False


class Relaxation(StrEnum):
    """How a query without matches was loosened."""

    SPELLING = "spelling"
    COMPOUND = "compound"
    FEWER_WORDS = "fewer_words"
    ANY_WORD = "any_word"


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The loosened query and the words it no longer requires."""

    kind: Relaxation
    query: str
    dropped: tuple[str, ...] = ()


class RescueKind(StrEnum):
    """What a computed way out of zero hits changes."""

    DROP_FILTER = "drop_filter"
    COMPOUND = "compound"
    SPELLING = "spelling"
    SYNONYM = "synonym"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Rescue:
    """A search that has hits, with its real count; ``dropped`` names a facet to leave out."""

    kind: RescueKind
    query: str
    count: int
    dropped: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the visitor should know of the search ("unknown_value", its value)."""

    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to a `SearchRequest`."""

    request: SearchRequest
    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    generation: str
    took_ms: float
    related: tuple[Hit, ...] = ()
    tiers: tuple[tuple[Tier, int], ...] = ()
    compounds_hidden: int = 0  # matches that would be there with their compounds shown
    did_you_mean: Suggestion | None = None
    relaxed: Relaxed | None = None
    synonyms: tuple[str, ...] = ()  # labels of concepts that were searched too
    rescues: tuple[Rescue, ...] = ()
    notices: tuple[Notice, ...] = ()
    years: tuple[tuple[int, int], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Topic:
    """A concept of the vocabulary that a visitor may mean: a value of a facet."""

    facet: str
    id: str


@dataclass(frozen=True, slots=True)
class Completions:
    """What a visitor may be typing: searches, topics, publications; each the best first."""

    searches: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    publications: tuple[Document, ...] = ()
