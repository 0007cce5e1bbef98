"""What one search finds: the matches, or else the nearest thing to them.

One decision: a query that matches is taken as it was written. Only without any match the words
are looked at, in this order: a sure slip is put right, compounds are written otherwise, words are
dropped; and beside whatever is found stand the ways out that were counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final

from corpus.errors import LimitExceeded
from indexer.compiler import Level, QueryCompiler, QueryWord, is_question
from indexer.correcting import Corrected, Corrections, QueryCorrector
from indexer.engine import Everything, Filters, Query
from indexer.query import And, Node, Word, parse
from indexer.ranking import Ranked, Ranking
from indexer.relaxing import ALL_KINDS, ONLY_COMPOUNDS, Loosened, relax
from indexer.rescuing import Rescuer, Stranded
from indexer.results import Relaxation, Relaxed, Rescue, SearchRequest, Suggestion, Tier
from indexer.spelling import Spelling

_LEAST_BUDGET_S: Final = 0.02
_WAIT: Final = 0.5  # the share of what is left of the budget that may pass until words are read


@dataclass(frozen=True, slots=True)
class Plan:
    """What one query asks for, compiled: its tree, its words, the match tree at each tier."""

    node: Node | None
    words: tuple[QueryWord, ...]
    match: Query
    level: Level
    synonyms: tuple[str, ...] = ()
    direct: Query | None = None
    """The match tree without synonyms, where there are any."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one search found, and with what; ``plan`` is the corrected one where that was used."""

    plan: Plan
    ranked: Ranked
    ranking: Ranking
    filters: Filters
    loosened: Loosened | None = None
    relaxed: Relaxed | None = None
    suggestion: Suggestion | None = None
    rescues: tuple[Rescue, ...] = ()


@dataclass(frozen=True, slots=True)
class CorrectingWords:
    """What a search corrects with; ``spelling`` waits at most so many seconds, then gives None.

    ``is_base_form`` tells a base form that the dictionary knows from a guess or a stem.
    """

    spelling: Callable[[float], Spelling | None]
    is_base_form: Callable[[str], bool]


class Finder:
    """Finds what one request asks for, within its time budget from ``started`` on."""

    def __init__(
        self,
        request: SearchRequest,
        ranking: Ranking,
        words: CorrectingWords,
        started: float,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._request = request
        self._ranking = ranking
        self._words = words
        self._started = started
        self._clock = clock

    def find(self) -> Found:
        """Return the matches; without any, those of the corrected or the loosened query."""
        request, ranking, filters = self._request, self._ranking, _filters(self._request)
        plan = self._plan_of(parse(request.query))
        ranked = ranking.matches(plan.match, plan.node, filters, request, direct=plan.direct)
        found = Found(plan, ranked, ranking, filters)
        if ranked.total:
            return found
        left_s = request.budget_s - (self._clock() - self._started)
        corrections, rescues = self._ways_out(found, left_s)
        found = replace(found, rescues=rescues)
        best = corrections.offered[0] if corrections.offered else None
        if best is not None and best.is_confident and not best.dropped:
            return self._corrected(found, best, Relaxed(Relaxation.SPELLING, best.query))
        if best is not None:
            found = replace(found, suggestion=Suggestion(best.query, best.count))
        return self._loosened(found, best, corrections.likeliest)

    def _corrected(self, found: Found, best: Corrected, relaxed: Relaxed) -> Found:
        """Return what the corrected query finds."""
        plan = self._plan_of(best.node)
        ranked = found.ranking.matches(
            plan.match, plan.node, found.filters, self._request, direct=plan.direct
        )
        applied = Suggestion(best.query, best.count, is_applied=True)
        return replace(found, plan=plan, ranked=ranked, relaxed=relaxed, suggestion=applied)

    def _loosened(self, found: Found, best: Corrected | None, likeliest: Node | None) -> Found:
        """Return what the query finds when it is loosened, sure slips of short ones put right.

        Compounds come first, as they were typed and as they were meant; only then words go.
        """
        asked = found.plan
        is_short = not is_question(asked.words)
        meant = self._plan_of(likeliest) if likeliest and is_short else None
        plans = [asked] if meant is None else [asked, meant]
        for plan in plans:
            if changed := self._relaxed(found, plan, ONLY_COMPOUNDS):
                return changed
        if best is not None and best.is_confident and is_short:
            relaxed = Relaxed(Relaxation.FEWER_WORDS, best.query, best.dropped)
            return self._corrected(found, best, relaxed)
        for plan in reversed(plans):
            if changed := self._relaxed(found, plan, ALL_KINDS):
                return changed
        return found

    def _relaxed(self, found: Found, plan: Plan, kinds: Collection[Relaxation]) -> Found | None:
        if plan.node is None or not plan.words:
            return None
        loosened = relax(plan.node, found.ranking, found.filters, self._request, kinds)
        if loosened is None:
            return None
        relaxed, suggestion = loosened.relaxed, found.suggestion
        if plan is not found.plan:
            written = self._plan_of(parse(relaxed.query))
            count = found.ranking.count(written.match, found.filters)
            suggestion = Suggestion(relaxed.query, count, is_applied=True)
        return replace(
            found,
            plan=plan,
            ranked=loosened.ranked,
            loosened=loosened,
            relaxed=relaxed,
            suggestion=suggestion,
        )

    def _ways_out(self, found: Found, left_s: float) -> tuple[Corrections, tuple[Rescue, ...]]:
        """Return corrections and rescues of a search without matches, within the time left."""
        started = self._clock()
        spelling = self._words.spelling(left_s * _WAIT)
        left_s = max(left_s - (self._clock() - started), left_s * (1 - _WAIT))
        deadline = self._clock() + left_s
        ranking = Ranking(
            found.ranking.generation, found.ranking.compiler, max(left_s, _LEAST_BUDGET_S)
        )

        def count(node: Node | None, filters: Filters) -> int:
            return ranking.count(self._plan_of(node).match, filters)

        corrections = Corrections()
        rescuer = Rescuer(ranking.compiler, count, lambda: self._clock() > deadline)
        try:
            if found.plan.node is not None and spelling is not None:
                corrector = QueryCorrector(spelling, ranking, self._words.is_base_form)
                corrections = corrector.corrections(found.plan.node, found.filters, count)
            stranded = Stranded(
                self._request.query, found.plan.node, found.filters, corrections.offered
            )
            return corrections, rescuer.rescues(stranded)
        except LimitExceeded:
            return corrections, ()

    def _plan_of(self, node: Node | None) -> Plan:
        return plan_of(node, self._request, self._ranking.compiler)


def plan_of(node: Node | None, request: SearchRequest, compiler: QueryCompiler) -> Plan:
    """Return what a query asks for."""
    if node is None:
        return Plan(None, (), Everything(), Level(Tier.EXACT))
    if isinstance(node, Word):
        node = And((node,))
    direct = Level(Tier.COMPOUND if request.compounds else Tier.INFLECTED)
    level = direct
    synonyms: tuple[str, ...] = ()
    if request.synonyms:
        names = [name for bridge in compiler.bridges(node) for name in bridge.names]
        synonyms = tuple(dict.fromkeys(names))
        level = Level(Tier.SYNONYM, compounds=request.compounds) if synonyms else level
    match = compiler.match(node, level)
    without_names = compiler.match(node, direct) if synonyms else None
    return Plan(node, compiler.words(node), match, level, synonyms, without_names)


def _filters(request: SearchRequest) -> Filters:
    ranges = {}
    if request.year_from is not None or request.year_to is not None:
        ranges["year"] = (request.year_from, request.year_to)
    keywords = {name: values for name, values in request.selected if values}
    return Filters(keywords=keywords, ranges=ranges)
