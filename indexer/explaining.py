"""Explains one document and one query: where the words stand, what they score, why it is no hit.

One decision: an explanation asks the searcher and the engine, never rules of its own; it runs the
search, then each word and each clause alone on the one document, so it is right by construction.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Final, Protocol

from corpus import Catalogue, Document
from corpus.document import Status, Visibility
from indexer.clauses import Clauses
from indexer.compiler import QueryCompiler
from indexer.engine import Everything, Filters, Query
from indexer.explanation import (
    OTHER_SCORE,
    PAGE_SCORE,
    Explanation,
    Obstacle,
    ScorePart,
    Verdict,
    WhyNot,
    WordExplained,
)
from indexer.finding import Found
from indexer.reader import OpenGeneration
from indexer.results import Hit, Results, SearchRequest, Tier
from indexer.schema import split_page_id
from indexer.sightings import Sightings
from indexer.wording import WordReader

RANKS: Final = 1_000
"""How many matches are looked through for the document's place."""

_BUDGET_S: Final = 10.0  # whoever asks why can wait, and half an answer would mislead
_EXACTNESS: Final = 1e-3  # engines add single-precision scores


class Lender(Protocol):
    """Gives out the generation that answers."""

    def lease(self) -> AbstractContextManager[OpenGeneration | None]:
        """Give the current generation for one explanation."""
        ...


class Searching(Protocol):
    """What the explainer needs of a searcher."""

    @property
    def reader(self) -> Lender:
        """What gives out the generation that the searcher answers with."""
        ...

    def search(self, request: SearchRequest) -> Results:
        """Answer a search."""
        ...

    def find(self, request: SearchRequest, generation: OpenGeneration) -> Found:
        """Return what a request finds on a leased generation, and with what."""
        ...


@dataclass(frozen=True, slots=True)
class _Case:
    """One document before one search."""

    document: Document
    request: SearchRequest
    generation: OpenGeneration
    found: Found
    clauses: Clauses

    @property
    def compiler(self) -> QueryCompiler:
        """What compiled the query."""
        return self.found.ranking.compiler

    @property
    def match(self) -> Query:
        """What decides whether a document is a match, loosened where that was needed."""
        return self.found.loosened.match if self.found.loosened else self.found.plan.match

    @property
    def scored(self) -> Query:
        """What scores the matches."""
        node = self.found.plan.node
        return self.match if node is None else self.compiler.ranked(self.match, node)

    @property
    def near(self) -> Query:
        """What orders related publications and the matches of a loosened query."""
        return self.compiler.near(self.found.plan.words)


class Explainer:
    """Explains documents; safe for use by several threads."""

    def __init__(self, searcher: Searching, catalogue: Catalogue) -> None:
        self._searcher = searcher
        self._catalogue = catalogue

    def explain(self, document_id: str, request: SearchRequest) -> Explanation:
        """Return what a search makes of a document; an unknown one is explained, too.

        Paging and size of the request do not count; its filters, order and options do.
        """
        nothing = Explanation(document_id, request.query, Verdict.NO)
        request = replace(request, budget_s=max(request.budget_s, _BUDGET_S))
        document = self._catalogue.documents([document_id]).get(document_id)
        if document is None:
            return replace(nothing, why_not=(WhyNot(Obstacle.UNKNOWN, document_id),))
        nothing = replace(nothing, document=document)
        with self._searcher.reader.lease() as generation:
            if generation is None:
                return replace(nothing, why_not=(*_state(document), WhyNot(Obstacle.NO_INDEX)))
            whole = replace(request, page=1, size=RANKS, related=False)
            found = self._searcher.find(whole, generation)
            clauses = Clauses(generation.publications, document_id)
            case = _Case(document, request, generation, found, clauses)
            return self._explained(case, replace(nothing, generation=str(generation.name)))

    def _explained(self, case: _Case, nothing: Explanation) -> Explanation:
        found = case.found
        words = self._words(case)
        why_not = (*_state(case.document), *_index_state(case), *_word_obstacles(words, case))
        filtered = _filter_obstacles(case)
        begun = replace(
            nothing,
            total=found.ranked.total,
            words=words,
            searched=_searched(case),
        )
        if case.document.is_searchable and _is_match(case):
            outdated = tuple(w for w in why_not if w.obstacle is Obstacle.OUTDATED)
            return replace(_with_score(begun, case), why_not=outdated)
        near = case.clauses.score(case.near) if found.plan.words else None
        begun = replace(begun, near_score=near or 0.0, why_not=(*why_not, *filtered))
        place, hit = self._related(case)
        if hit is None:
            return begun
        parts = _completed(case.clauses.parts(case.near), hit.score)
        return replace(
            begun,
            verdict=Verdict.RELATED,
            tier=Tier.RELATED,
            rank=place,
            score=hit.score,
            parts=parts,
        )

    def _words(self, case: _Case) -> tuple[WordExplained, ...]:
        sightings = Sightings(case.document, self._catalogue, case.generation, case.compiler)
        reader = WordReader(case.compiler, case.clauses, sightings)
        return reader.words(case.found.plan.node)

    def _related(self, case: _Case) -> tuple[int, Hit | None]:
        """Return the document among the related ones that a visitor sees, and its place there."""
        if not case.document.is_searchable or not case.request.related:
            return 0, None
        total, size = case.found.ranked.total, case.request.size
        last = max(1, -(-total // size))
        shown = self._searcher.search(replace(case.request, page=last)).related
        for place, hit in enumerate(shown, 1):
            if hit.document.id == case.document.id:
                return place, hit
        return 0, None


def _is_match(case: _Case) -> bool:
    ids, filters = [case.document.id], case.found.filters
    return bool(case.generation.publications.matching(case.match, ids, filters=filters))


def _searched(case: _Case) -> str:
    """Return the query that was answered, where it is not the one that was asked."""
    if case.found.relaxed is not None:
        return case.found.relaxed.query
    suggestion = case.found.suggestion
    return suggestion.query if suggestion and suggestion.is_applied else ""


def _with_score(begun: Explanation, case: _Case) -> Explanation:
    """Return the explanation of a match: its place, its tier, its score and the score's parts."""
    found, document_id = case.found, case.document.id
    places = {entry.id: place for place, entry in enumerate(found.ranked.hits, 1)}
    rank = places.get(document_id)
    parts = case.clauses.parts(case.scored)
    clauses = sum(part.score for part in parts)
    score = found.ranked.hits[rank - 1].score if rank else clauses
    if score - clauses > _EXACTNESS * max(1.0, score):
        parts = (*parts, *_page_part(case))
    tier = None
    if found.loosened is None and found.plan.node is not None:
        tiers = found.ranking.tiers_of(found.plan.node, [document_id], found.plan.level)
        tier = tiers.get(document_id)
    return replace(
        begun,
        verdict=Verdict.MATCH,
        tier=tier,
        rank=rank,
        score=score,
        parts=_completed(parts, score),
    )


def _page_part(case: _Case) -> tuple[ScorePart, ...]:
    """Return what the best page adds to the score of a publication of several pages."""
    result = case.generation.pages.search(
        case.compiler.near(case.found.plan.words, is_page=True),
        filters=Filters(keywords={"document": (case.document.id,)}),
        limit=1,
    )
    weight = case.compiler.weights.page
    return tuple(
        ScorePart(PAGE_SCORE, str(split_page_id(hit.id)[1]), weight, hit.score * weight)
        for hit in result.hits
    )


def _completed(parts: tuple[ScorePart, ...], score: float) -> tuple[ScorePart, ...]:
    """Return parts that add up to the score, what no clause accounts for as one of its own."""
    rest = score - sum(part.score for part in parts)
    if abs(rest) <= _EXACTNESS * max(1.0, abs(score)):
        return parts
    return (*parts, ScorePart(OTHER_SCORE, "", 1.0, rest))


def _state(document: Document) -> tuple[WhyNot, ...]:
    """Return what keeps a document from visitors, whatever they search."""
    found = []
    if document.visibility is not Visibility.PUBLISHED:
        found.append(WhyNot(Obstacle.HIDDEN, document.visibility.value))
    if document.status is not Status.OK:
        found.append(WhyNot(Obstacle.UNREAD, document.status.value, document.reason))
    return tuple(found)


def _index_state(case: _Case) -> tuple[WhyNot, ...]:
    """Return how far the index is behind a document that belongs into it."""
    if not case.document.is_searchable:
        return ()
    if case.generation.publications.get(case.document.id) is None:
        return (WhyNot(Obstacle.NOT_INDEXED),)
    is_newer = case.document.sequence > case.generation.manifest.watermark
    return (WhyNot(Obstacle.OUTDATED),) if is_newer else ()


def _word_obstacles(words: Sequence[WordExplained], case: _Case) -> tuple[WhyNot, ...]:
    """Return the words that keep a document from being a match of what was asked."""
    if case.generation.publications.get(case.document.id) is None:
        return ()
    found = []
    for word in words:
        if word.is_excluded:
            if word.tier is not None:
                found.append(WhyNot(Obstacle.EXCLUDED, word.text))
        elif word.is_required and (obstacle := _obstacle_of(word, case.request)):
            found.append(WhyNot(obstacle, word.text, word.name))
    return tuple(found)


def _obstacle_of(word: WordExplained, request: SearchRequest) -> Obstacle | None:
    match word.tier:
        case None:
            return Obstacle.LACKS
        case Tier.COMPOUND if not request.compounds:
            return Obstacle.COMPOUND_OFF
        case Tier.SYNONYM if not request.synonyms:
            return Obstacle.SYNONYM_OFF
        case _:
            return None


def _filter_obstacles(case: _Case) -> tuple[WhyNot, ...]:
    """Return the filters of the search that leave an indexed document out."""
    publications, ids = case.generation.publications, [case.document.id]
    if publications.get(case.document.id) is None:
        return ()
    filters = case.found.filters
    alone = [(name, Filters(keywords={name: values})) for name, values in filters.keywords.items()]
    alone += [(name, Filters(ranges={name: limits})) for name, limits in filters.ranges.items()]
    return tuple(
        WhyNot(Obstacle.FILTERED, name)
        for name, limits in alone
        if not publications.matching(Everything(), ids, filters=limits)
    )
