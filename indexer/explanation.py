"""What is told of one document and one query: the values of an explanation.

One decision: an explanation holds what a search does with the document (its words, places, terms,
the clauses of its score) and not sentences, so that the command line, the staff's page and a
program tell the same in their own words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from corpus.document import Document
from indexer.results import SearchRequest, Tier

PAGE_SCORE = "page"
"""The field of the score's part that the best page brings."""

WORD_SCORE = "word"
"""The field of what a word adds by being there at all, however often."""

OTHER_SCORE = "other"
"""The field of what the clauses do not account for."""


class Verdict(StrEnum):
    """What a search makes of a document."""

    MATCH = "match"
    RELATED = "related"  # shown after the matches, not counted
    NO = "no"


class Obstacle(StrEnum):
    """Why a document is not among the matches."""

    UNKNOWN = "unknown"  # no document of this id
    NO_INDEX = "no_index"
    HIDDEN = "hidden"  # draft, withdrawn, gone
    UNREAD = "unread"  # pending, failed, needs_ocr, skipped
    NOT_INDEXED = "not_indexed"
    OUTDATED = "outdated"  # changed since it was indexed
    LACKS = "lacks"  # a required word in none of the allowed tiers
    COMPOUND_OFF = "compound_off"  # only part of a compound, and those are hidden
    SYNONYM_OFF = "synonym_off"  # only another name of a concept, and those are off
    EXCLUDED = "excluded"  # holds what must not be there
    FILTERED = "filtered"  # a filter leaves it out


@dataclass(frozen=True, slots=True)
class WhyNot:
    """An obstacle and what it is about: a word, a facet, a state; ``note`` says more of it."""

    obstacle: Obstacle
    about: str = ""
    note: str = ""


class Place(StrEnum):
    """Where in a document a word stands."""

    TITLE = "title"
    ABSTRACT = "abstract"
    AUTHOR = "author"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is written in the text, how often, and how it meets the word.

    ``apart`` is the compound written apart around the word, where it is only part of one.
    """

    text: str
    tier: Tier
    count: int = 1
    apart: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """The forms of a word in one place; ``number`` is that of a page."""

    place: Place
    forms: tuple[Form, ...]
    number: int | None = None


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One clause of the score: what it asks for, its weight, and what it adds.

    ``field`` is a field of the index, `WORD_SCORE`, `PAGE_SCORE` (``term`` is then the page's
    number) or `OTHER_SCORE`. All parts add up to the score.
    """

    field: str
    term: str
    weight: float
    score: float
    tier: Tier | None = None


@dataclass(frozen=True, slots=True)
class WordExplained:
    """A word, phrase or field of the query in this document.

    ``tier`` is the best way in which it is met, None where it is not. ``is_required`` is false
    for stop words beside others; ``is_excluded`` marks what must not be met. ``concept`` is the
    id of the concept whose other ``name`` met it; ``inner`` are the alternatives of an OR.
    """

    text: str
    tier: Tier | None
    terms: tuple[ScorePart, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    pages_total: int = 0
    is_required: bool = True
    is_excluded: bool = False
    concept: str = ""
    name: str = ""
    inner: tuple[WordExplained, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a search makes of one document, and why.

    ``rank`` counts from 1 among the matches, or among the related publications where the verdict
    is that; None where it lies deeper than was looked. ``near_score`` is the soft score of a
    document that is not a match. ``searched`` is the query that was answered, where spelling or
    loosening changed it.
    """

    document_id: str
    query: str
    verdict: Verdict
    document: Document | None = None
    generation: str = ""
    tier: Tier | None = None
    rank: int | None = None
    total: int = 0
    score: float = 0.0
    parts: tuple[ScorePart, ...] = ()
    words: tuple[WordExplained, ...] = ()
    why_not: tuple[WhyNot, ...] = ()
    near_score: float = 0.0
    searched: str = ""


Explain = Callable[[str, SearchRequest], Explanation]
"""What explains a document by its id before a search."""


def no_explanation(document_id: str, request: SearchRequest) -> Explanation:
    """Explain a document where there is no index to look into."""
    why_not = (WhyNot(Obstacle.NO_INDEX),)
    return Explanation(document_id, request.query, Verdict.NO, why_not=why_not)
