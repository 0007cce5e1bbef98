"""Answers searches: a request in, results out, whatever engine and generation are beneath.

One decision: matches come first and alone decide total and facets; when they do not fill the
first page the list goes on with *related* publications in a section of its own, and only where
nothing matches at all is the query loosened, in steps, and the visitor told how.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus import Catalogue, Vocabulary
from corpus.errors import LimitExceeded
from indexer.analysis import Analyzer
from indexer.bridge import ConceptBridge
from indexer.compiler import Level, QueryCompiler, QueryWord, Weights
from indexer.engine import AllOf, Everything, Filters, Query
from indexer.generations import Generations
from indexer.hits import HitMaker
from indexer.marking import runs_of
from indexer.query import MAX_PREFIX_EXPANSIONS, And, Node, Word, parse
from indexer.ranking import Ranked, Ranking
from indexer.reader import GenerationReader, OpenGeneration
from indexer.relaxing import Loosened, relax
from indexer.results import (
    FACETS,
    Facet,
    FacetValue,
    Fragment,
    Hit,
    Notice,
    Results,
    SearchRequest,
    Sort,
    Tier,
)
from indexer.schema import SURFACE
from indexer.snippet import Marker
from indexer.suggesting import Suggester


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
    """What one search found, and with what."""

    ranked: Ranked
    ranking: Ranking
    filters: Filters
    loosened: Loosened | None = None


class Searcher:
    """Searches the current generation; safe for use by several threads."""

    def __init__(
        self,
        generations: Generations,
        catalogue: Catalogue,
        vocabulary: Vocabulary,
        analyzers: Mapping[str, Analyzer],
        *,
        weights: Weights | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.reader = GenerationReader(generations)
        self._catalogue = catalogue
        self._vocabulary = vocabulary
        self._analyzers = analyzers
        self._bridge = ConceptBridge(vocabulary, analyzers)
        self._weights = weights or Weights()
        self._clock = clock
        self._building = threading.Lock()

    # --- public -----------------------------------------------------------------------------

    def search(self, request: SearchRequest) -> Results:
        """Return the results of a request; an empty query lists everything, newest first."""
        started = self._clock()
        with self.reader.lease() as generation:
            if generation is None:
                return _nothing(request, self._took_ms(started))
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
            return self._suggester(generation).suggest(text, limit)

    def page_fragments(self, document_id: str, number: int, query: str) -> tuple[Fragment, ...]:
        """Return the whole text of a page with the query's words marked."""
        page = self._catalogue.page(document_id, number)
        language = page.language or self._catalogue.document(document_id).language
        with self.reader.lease() as generation:
            marker = self._marker(parse(query), generation)
        return marker.fragments(page.text, self._analyzer(language))

    def matching_pages(self, document_id: str, query: str) -> tuple[int, ...]:
        """Return the numbers of a document's pages that hold any word of the query, in order."""
        node = parse(query)
        with self.reader.lease() as generation:
            if generation is None or node is None:
                return ()
            compiler = self._compiler(generation)
            maker = self._hit_maker(generation, compiler, node, compounds=True)
            return maker.matching_pages(document_id)

    def close(self) -> None:
        """Close the open generation."""
        self.reader.close()

    # --- one search -------------------------------------------------------------------------

    def _search(
        self, request: SearchRequest, generation: OpenGeneration, started: float
    ) -> Results:
        compiler = self._compiler(generation)
        plan = self._plan(request, compiler)
        found = self._find(request, plan, Ranking(generation, compiler, request.budget_s))
        ranked, ranking, loosened = found.ranked, found.ranking, found.loosened
        maker = self._hit_maker(generation, compiler, plan.node, compounds=request.compounds)
        tiers: tuple[tuple[Tier, int], ...] = ()
        tier_of: dict[str, Tier] = {}
        if loosened is None:
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
            relaxed=loosened.relaxed if loosened else None,
            synonyms=plan.synonyms,
        )

    def _find(self, request: SearchRequest, plan: Plan, ranking: Ranking) -> Found:
        """Return the matches, or where there is none those of the loosened query."""
        filters = _filters(request)
        ranked = ranking.matches(plan.match, plan.words, filters, request, direct=plan.direct)
        if ranked.total or plan.node is None or not plan.words:
            return Found(ranked, ranking, filters)
        loosened = relax(plan.node, ranking, filters, request)
        return Found(loosened.ranked if loosened else ranked, ranking, filters, loosened)

    def _plan(self, request: SearchRequest, compiler: QueryCompiler) -> Plan:
        node = parse(request.query)
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
        def expand(prefix: str) -> Sequence[str]:
            found = generation.publications.terms(SURFACE, prefix, MAX_PREFIX_EXPANSIONS)
            return [term for term, _ in found]

        return QueryCompiler(self._analyzers, self._bridge, expand, weights=self._weights)

    def _suggester(self, generation: OpenGeneration) -> Suggester:
        """Return the generation's suggester, built at its first use."""
        with self._building:
            if generation.suggester is None:
                generation.suggester = Suggester(generation.publications, self._vocabulary)
            return generation.suggester

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
            self._analyzers,
            compiler=compiler,
            node=node,
            tier=level,
        )

    def _analyzer(self, language: str) -> Analyzer:
        return self._analyzers.get(language) or self._analyzers["fi"]

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
