"""Answers searches: a request in, results out, whatever engine and generation are beneath.

One decision: matches come first and alone decide total and facets; when they do not fill the
first page the list goes on with *related* publications in a section of its own, and only where
nothing matches at all is the query loosened, in steps, and the visitor told how.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus import Catalogue, Vocabulary
from corpus.errors import LimitExceeded
from indexer.analysis import Analyzer
from indexer.compiler import MAX_KEYWORDS, Level, QueryCompiler, QueryWord, Weights
from indexer.correcting import Corrections, QueryCorrector
from indexer.engine import AllOf, Everything, Filters, Query
from indexer.generations import Generations
from indexer.hits import HitMaker
from indexer.marking import runs_of
from indexer.query import MAX_PREFIX_EXPANSIONS, And, Node, Word, parse
from indexer.ranking import Ranked, Ranking
from indexer.reader import GenerationReader, Leasing, OpenGeneration
from indexer.relaxing import Loosened, relax
from indexer.rescuing import Rescuer, Stranded
from indexer.results import (
    FACETS,
    Facet,
    FacetValue,
    Fragment,
    Hit,
    Notice,
    Relaxation,
    Relaxed,
    Rescue,
    Results,
    SearchRequest,
    Sort,
    Suggestion,
    Tier,
)
from indexer.snippet import Marker
from indexer.suggesting import Suggester
from indexer.tongue import Remake, Tongue, Tongues
from indexer.wordbook import Wordbook, Wordbooks

_LEAST_BUDGET_S = 0.02
_WAIT = 0.5  # the share of what is left of the budget that may pass until the words are read
_SUGGESTION_WAIT_S = 0.2


@dataclass(frozen=True, slots=True)
class Plan:
    """What one query asks for, compiled: its tree, its words, the match tree at each tier."""

    node: Node | None
    words: tuple[QueryWord, ...]
    match: Query
    weakest: Tier
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


class Searcher:
    """Searches the current generation; safe for use by several threads."""

    def __init__(
        self,
        generations: Generations,
        catalogue: Catalogue,
        vocabulary: Vocabulary,
        analyzers: Mapping[str, Analyzer],
        *,
        remake: Remake = lambda _analysis: None,
        weights: Weights | None = None,
        reader: Leasing | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.reader: Leasing = reader or GenerationReader(generations)
        self._catalogue = catalogue
        self._tongues = Tongues(vocabulary, analyzers, remake)
        self._vocabulary = vocabulary
        self._weights = weights or Weights()
        self._clock = clock
        self._wordbooks = Wordbooks(self.reader)
        self._suggesting: tuple[tuple[Wordbook, Vocabulary], Suggester] | None = None

    # --- public -----------------------------------------------------------------------------

    def start(self) -> None:
        """Read the words of each generation in a thread of its own: what a server calls."""
        self._wordbooks.start()

    def search(self, request: SearchRequest) -> Results:
        """Return the results of a request; an empty query lists everything, newest first."""
        started = self._clock()
        with self.reader.lease() as generation:
            if generation is None:
                return _nothing(request, self._took_ms(started))
            self._wordbooks.expect(generation)
            try:
                return self._search(request, generation, started)
            except LimitExceeded:
                answer = _nothing(request, self._took_ms(started))
                return replace(answer, notices=(Notice("budget"),))

    def generation(self) -> str:
        """Return the name of the generation that answers; empty before the first ``index``."""
        with self.reader.lease() as generation:
            return str(generation.name) if generation else ""

    def suggest(self, text: str, limit: int) -> tuple[str, ...]:
        """Return at most ``limit`` searches that continue what is typed, best first."""
        with self.reader.lease() as generation:
            if generation is None:
                return ()
            suggester = self._suggester(generation)
            return suggester.suggest(text, limit) if suggester else ()

    def page_fragments(self, document_id: str, number: int, query: str) -> tuple[Fragment, ...]:
        """Return the whole text of a page with the query's words marked."""
        page = self._catalogue.page(document_id, number)
        language = page.language or self._catalogue.document(document_id).language
        with self.reader.lease() as generation:
            marker = self._marker(parse(query), generation)
            analyzer = self._tongue(generation).analyzer(language)
        return marker.fragments(page.text, analyzer)

    def matching_pages(self, document_id: str, query: str) -> tuple[int, ...]:
        """Return the numbers of a document's pages that hold any word of the query, in order."""
        node = parse(query)
        with self.reader.lease() as generation:
            if generation is None or node is None:
                return ()
            compiler = self._compiler(generation)
            maker = self._hit_maker(generation, compiler, node, compounds=True)
            return maker.matching_pages(document_id)

    def find(self, request: SearchRequest, generation: OpenGeneration) -> Found:
        """Return what a request finds on a leased generation, and with what: to be explained."""
        ranking = Ranking(generation, self._compiler(generation), request.budget_s)
        return self._find(request, ranking, self._clock())

    def close(self) -> None:
        """Close the open generation."""
        self._wordbooks.close()
        self.reader.close()

    def take_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Know another vocabulary from the next search on."""
        self._tongues.take(vocabulary)
        self._vocabulary = vocabulary

    # --- one search -------------------------------------------------------------------------

    def _search(
        self, request: SearchRequest, generation: OpenGeneration, started: float
    ) -> Results:
        compiler = self._compiler(generation)
        found = self._find(request, Ranking(generation, compiler, request.budget_s), started)
        plan, ranked, ranking = found.plan, found.ranked, found.ranking
        maker = self._hit_maker(generation, compiler, plan.node, compounds=request.compounds)
        tiers: tuple[tuple[Tier, int], ...] = ()
        tier_of: dict[str, Tier] = {}
        if found.loosened is None:
            tiers = ranking.tier_counts(plan.node, found.filters, plan.weakest, ranked.total)
            tier_of = ranking.tiers_of(plan.node, [e.id for e in ranked.hits], plan.weakest)
        return Results(
            request=request,
            total=ranked.total,
            hits=maker.hits([(e.id, e.score) for e in ranked.hits], tier_of),
            facets=self._facets(request, ranked),
            generation=str(generation.name),
            took_ms=self._took_ms(started),
            related=self._related(request, plan, found, maker),
            tiers=tiers,
            did_you_mean=found.suggestion,
            relaxed=found.relaxed,
            synonyms=plan.synonyms,
            rescues=found.rescues,
        )

    def _find(self, request: SearchRequest, ranking: Ranking, started: float) -> Found:
        """Return the matches; without any, those of the corrected or the loosened query."""
        filters = _filters(request)
        plan = self._plan(request, ranking.compiler)
        ranked = ranking.matches(plan.match, plan.words, filters, request, direct=plan.direct)
        found = Found(plan, ranked, ranking, filters)
        if ranked.total:
            return found
        left_s = request.budget_s - (self._clock() - started)
        corrections, rescues = self._ways_out(request, found, left_s)
        found = replace(found, rescues=rescues)
        best = corrections.offered[0] if corrections.offered else None
        if best is not None and best.is_confident:
            plan = self._plan_of(best.node, request, ranking.compiler)
            ranked = ranking.matches(plan.match, plan.words, filters, request, direct=plan.direct)
            relaxed = Relaxed(Relaxation.SPELLING, best.query)
            applied = Suggestion(best.query, best.count, is_applied=True)
            return replace(found, plan=plan, ranked=ranked, relaxed=relaxed, suggestion=applied)
        if best is not None:
            found = replace(found, suggestion=Suggestion(best.query, best.count))
        return self._loosened(request, found, corrections.likeliest)

    def _loosened(self, request: SearchRequest, found: Found, likeliest: Node | None) -> Found:
        """Return what the query finds when it is loosened, sure slips of short ones put right."""
        plan, suggestion = found.plan, found.suggestion
        if likeliest is not None and len(plan.words) <= MAX_KEYWORDS:
            plan = self._plan_of(likeliest, request, found.ranking.compiler)
        if plan.node is None or not plan.words:
            return found
        loosened = relax(plan.node, found.ranking, found.filters, request)
        if loosened is None:
            return found
        ranked, relaxed = loosened.ranked, loosened.relaxed
        if plan is not found.plan:
            suggestion = Suggestion(relaxed.query, ranked.total, is_applied=True)
        return replace(
            found,
            plan=plan,
            ranked=ranked,
            loosened=loosened,
            relaxed=relaxed,
            suggestion=suggestion,
        )

    def _ways_out(
        self, request: SearchRequest, found: Found, left_s: float
    ) -> tuple[Corrections, tuple[Rescue, ...]]:
        """Return corrections and rescues of a search without matches, within the time left."""
        started = self._clock()
        book = self._wordbooks.of(found.ranking.generation, left_s * _WAIT)
        left_s = max(left_s - (self._clock() - started), left_s * (1 - _WAIT))
        deadline = self._clock() + left_s
        ranking = Ranking(
            found.ranking.generation, found.ranking.compiler, max(left_s, _LEAST_BUDGET_S)
        )

        def count(node: Node | None, filters: Filters) -> int:
            return ranking.count(self._plan_of(node, request, ranking.compiler).match, filters)

        corrections = Corrections()
        rescuer = Rescuer(ranking.compiler, count, lambda: self._clock() > deadline)
        try:
            if found.plan.node is not None and book is not None:
                is_base_form = self._tongue(ranking.generation).is_base_form
                corrector = QueryCorrector(book.spelling, ranking, is_base_form)
                corrections = corrector.corrections(found.plan.node, found.filters, count)
            stranded = Stranded(request.query, found.plan.node, found.filters, corrections.offered)
            return corrections, rescuer.rescues(stranded)
        except LimitExceeded:
            return corrections, ()

    def _plan(self, request: SearchRequest, compiler: QueryCompiler) -> Plan:
        return self._plan_of(parse(request.query), request, compiler)

    def _plan_of(self, node: Node | None, request: SearchRequest, compiler: QueryCompiler) -> Plan:
        if node is None:
            return Plan(None, (), Everything(), Tier.EXACT)
        if isinstance(node, Word):
            node = And((node,))
        weakest = Tier.COMPOUND if request.compounds else Tier.INFLECTED
        synonyms: tuple[str, ...] = ()
        if request.synonyms and request.compounds:
            names = [name for bridge in compiler.bridges(node) for name in bridge.names]
            synonyms = tuple(dict.fromkeys(names))
            weakest = Tier.SYNONYM if synonyms else weakest
        match = compiler.match(node, Level(weakest))
        direct = compiler.match(node, Level(Tier.COMPOUND)) if synonyms else None
        return Plan(node, compiler.words(node), match, weakest, synonyms, direct)

    def _related(
        self, request: SearchRequest, plan: Plan, found: Found, maker: HitMaker
    ) -> tuple[Hit, ...]:
        """Return publications near the query, on the page where the matches end."""
        shown = len(found.ranked.hits)
        room = request.size - shown
        if not request.related or request.sort is not Sort.RELEVANCE or not plan.words:
            return ()
        is_past_end = request.page > 1 and not shown
        is_before_end = (request.page - 1) * request.size + shown < found.ranked.total
        if room <= 0 or is_past_end or is_before_end:
            return ()
        without = found.loosened.match if found.loosened else plan.match
        near = AllOf((found.ranking.compiler.near(plan.words),), without=(without,))
        entries = found.ranking.near(near, found.filters, room)
        return maker.hits([(e.id, e.score) for e in entries], {}, default=Tier.RELATED)

    def _facets(self, request: SearchRequest, ranked: Ranked) -> tuple[Facet, ...]:
        selected = dict(request.selected)
        facets = []
        for name in FACETS:
            counts = dict(ranked.facets.get(name, {}))
            for value in selected.get(name, ()):
                counts.setdefault(value, 0)
            values = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            facets.append(
                Facet(
                    name,
                    tuple(
                        FacetValue(v, n, v in selected.get(name, ()), self._parent(name, v))
                        for v, n in values
                        if v
                    ),
                )
            )
        return tuple(facets)

    def _parent(self, facet: str, value: str) -> str | None:
        if facet not in ("sector", "region"):
            return None
        ancestors = self._vocabulary.ancestors(value)
        return ancestors[0] if ancestors else None

    # --- parts ------------------------------------------------------------------------------

    def _compiler(self, generation: OpenGeneration) -> QueryCompiler:
        def expand(field: str, prefix: str) -> Sequence[str]:
            found = generation.publications.terms(field, prefix, MAX_PREFIX_EXPANSIONS)
            return [term for term, _ in found]

        tongue = self._tongue(generation)
        return QueryCompiler(tongue.analyzers, tongue.bridge, expand, weights=self._weights)

    def _tongue(self, generation: OpenGeneration | None) -> Tongue:
        return self._tongues.of(generation.manifest.analysis if generation else None)

    def _suggester(self, generation: OpenGeneration) -> Suggester | None:
        """Return what suggests from the generation's words, once they are read."""
        book = self._wordbooks.of(generation, _SUGGESTION_WAIT_S)
        if book is None:
            return None
        kept, made_from = self._suggesting, (book, self._vocabulary)
        if kept is None or kept[0] != made_from:
            kept = self._suggesting = (made_from, Suggester(book.words, self._vocabulary))
        return kept[1]

    def _marker(self, node: Node | None, generation: OpenGeneration | None) -> Marker:
        if node is None or generation is None:
            return Marker(())
        return Marker(runs_of(node, self._compiler(generation)))

    def _hit_maker(
        self,
        generation: OpenGeneration,
        compiler: QueryCompiler,
        node: Node | None,
        *,
        compounds: bool,
    ) -> HitMaker:
        level = Tier.COMPOUND if compounds else Tier.INFLECTED
        return HitMaker(
            generation,
            self._catalogue,
            self._tongue(generation).analyzers,
            compiler=compiler,
            node=node,
            tier=level,
        )

    def _took_ms(self, started: float) -> float:
        return round((self._clock() - started) * 1000, 1)


def _filters(request: SearchRequest) -> Filters:
    ranges = {}
    if request.year_from is not None or request.year_to is not None:
        ranges["year"] = (request.year_from, request.year_to)
    keywords = {name: values for name, values in request.selected if values}
    return Filters(keywords=keywords, ranges=ranges)


def _nothing(request: SearchRequest, took_ms: float) -> Results:
    return Results(
        request=request,
        total=0,
        hits=(),
        facets=tuple(Facet(name, ()) for name in FACETS),
        generation="",
        took_ms=took_ms,
    )
