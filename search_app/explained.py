"""An explanation in the words of one language, for the staff's page and the command line.

One decision: sentences, names of fields and numbers are made here once; page and command only lay
them out, so that both tell a librarian the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from corpus.catalogue import Catalogue
from indexer.explanation import (
    PAGE_SCORE,
    Explanation,
    Form,
    Obstacle,
    ScorePart,
    Sighting,
    Verdict,
    WhyNot,
    WordExplained,
)
from indexer.results import Tier
from search_app.presenter import Presenter

BAR_WIDTH: Final = 100
_OWN_PAGE: Final = re.compile(r"/doc/(?P<id>[A-Za-z0-9._~-]{1,128})(?=[/?#]|$)")


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place of a word and the forms that stand there."""

    place: str
    forms: str


@dataclass(frozen=True, slots=True)
class WordRow:
    """A word of the query: how it was found, notes on it, and its places."""

    text: str
    found_as: str
    notes: list[str]
    places: list[PlaceRow]
    is_inner: bool = False


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of the score; ``bar`` is its share of the largest part, 0 to `BAR_WIDTH`."""

    field: str
    term: str
    weight: str
    score: str
    bar: float


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that is told of an explanation."""

    verdict: str
    facts: list[str]
    words: list[WordRow]
    parts: list[PartRow]
    score: str
    obstacles: list[str]
    is_match: bool


def find_document(catalogue: Catalogue, given: str) -> str:
    """Return the id of the document that is meant; an unknown one as it is.

    An address may be one the document was fetched from, or that of its page on this site.
    """
    if "://" not in given:
        return given.strip()
    known = catalogue.find_address(given.strip())
    if known is not None:
        return known.document_id
    own = _OWN_PAGE.search(given)
    return own["id"] if own else given.strip()


def explained(show: Presenter, told: Explanation) -> Explained:
    """Return an explanation in the presenter's language."""
    largest = max((abs(part.score) for part in told.parts), default=0.0) or 1.0
    return Explained(
        verdict=show.t(f"explain.verdict_{told.verdict.value}"),
        facts=_facts(show, told),
        words=[row for word in told.words for row in _word_rows(show, word)],
        parts=[_part_row(show, part, largest) for part in told.parts],
        score=_points(show, told.score),
        obstacles=[_why_not(show, why) for why in told.why_not],
        is_match=told.verdict is Verdict.MATCH,
    )


def _facts(show: Presenter, told: Explanation) -> list[str]:
    facts = []
    if told.verdict is not Verdict.NO:
        key = "explain.rank" if told.rank else "explain.rank_deep"
        if told.verdict is Verdict.RELATED:
            key = "explain.rank_related"
        facts.append(show.t(key, a=told.rank, b=told.total))
        if told.tier is not None and told.verdict is Verdict.MATCH:
            facts.append(_tier(show, told.tier))
        facts.append(show.t("explain.score", x=_points(show, told.score)))
    elif told.near_score:
        facts.append(show.t("explain.near_score", x=_points(show, told.near_score)))
    if told.searched:
        facts.append(show.t("explain.searched", x=told.searched))
    return facts


def _tier(show: Presenter, tier: Tier | None) -> str:
    return show.t(f"explain.tier_{tier.value if tier else 'none'}")


def _word_rows(show: Presenter, word: WordExplained, *, is_inner: bool = False) -> list[WordRow]:
    notes = []
    if word.is_excluded:
        notes.append(show.t("explain.must_lack"))
    elif not word.is_required:
        notes.append(show.t("explain.not_required"))
    if word.concept:
        concept = show.label("sector", word.concept)
        notes.append(show.t("explain.concept", x=concept, y=word.name))
    places = [_place(show, seen) for seen in word.sightings]
    if word.pages_total > sum(seen.number is not None for seen in word.sightings):
        notes.append(show.t("explain.pages_total", n=word.pages_total))
    row = WordRow(word.text, _tier(show, word.tier), notes, places, is_inner)
    inner = [row for child in word.inner for row in _word_rows(show, child, is_inner=True)]
    return [row, *inner]


def _place(show: Presenter, seen: Sighting) -> PlaceRow:
    place = show.t(f"explain.place_{seen.place.value}", n=seen.number or 0)
    return PlaceRow(place, ", ".join(map(_form, seen.forms)))


def _form(form: Form) -> str:
    """Return ``metsäbiotalouden (metsä + biotalous) × 3``."""
    apart = f" ({form.apart})" if form.apart else ""
    times = f" × {form.count}" if form.count > 1 else ""
    return f"{form.text}{apart}{times}"


def _part_row(show: Presenter, part: ScorePart, largest: float) -> PartRow:
    term = show.t("explain.place_page", n=int(part.term)) if part.field == PAGE_SCORE else part.term
    name = f"explain.field_{part.field}"
    return PartRow(
        field=show.t(name) if show.t.has(name) else part.field,
        term=term,
        weight=_points(show, part.weight),
        score=_points(show, part.score),
        bar=round(max(0.0, part.score) / largest * BAR_WIDTH, 1),
    )


def _points(show: Presenter, value: float) -> str:
    """Return a score with two decimals: ``7,31``, in English ``7.31``."""
    digits = f"{value:.2f}"
    return digits if show.language == "en" else digits.replace(".", ",")


def _why_not(show: Presenter, why: WhyNot) -> str:
    key = f"explain.why_{why.obstacle.value}"
    about = why.about
    match why.obstacle:
        case Obstacle.HIDDEN | Obstacle.UNREAD:
            key = f"{key}_{why.about}"
        case Obstacle.FILTERED:
            about = show.t(f"facet.{why.about}")
        case _:
            pass
    return show.t(key, x=about, y=why.note)
