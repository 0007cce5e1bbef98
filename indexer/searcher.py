"""Answers searches: a request in, results out, whatever engine and generation are beneath.

One decision: matches come first and alone decide total and facets; when they do not fill the
first page the list goes on with *related* publications in a section of its own, and only where
nothing matches at all is the query loosened, in steps, and the visitor told how.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from corpus import Catalogue, Document, Vocabulary
from corpus.errors import LimitExceeded
from indexer.analysis import Analyzer
from indexer.compiler import QueryCompiler
from indexer.completing import completions
from indexer.engine import AllOf, Query
from indexer.finding import CorrectingWords, Finder, Found, plan_of
from indexer.generations import Generations
from indexer.hits import HitMaker
from indexer.marking import runs_of
from indexer.neighbours import neighbours
from indexer.query import MAX_PREFIX_EXPANSIONS, Node, parse
from indexer.query_analysis import QueryAnalyses, QueryAnalysis, Remake
from indexer.ranking import Ranked, Ranking
from indexer.reader import GenerationReader, Leasing, OpenGeneration
from indexer.results import (
    FACETS,
    Completions,
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
from indexer.snippet import Marker
from indexer.spelling import Spelling
from indexer.suggesting import Suggester
from indexer.weights import Weights
from indexer.wordbook import Wordbook, Wordbooks

_SUGGESTION_WAIT_S = 0.2


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
        self._analyses = QueryAnalyses(vocabulary, analyzers, remake)
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

    def complete(self, text: str, limit: int) -> Completions:
        """Return at most ``limit`` searches, topics and publications that are being typed."""
        with self.reader.lease() as generation:
            suggester = self._suggester(generation) if generation else None
            if generation is None or suggester is None:
                return Completions()
            return completions(
                text,
                limit,
                suggester=suggester,
                generation=generation,
                compiler=self._compiler(generation),
                catalogue=self._catalogue,
            )

    def related_to(self, document_id: str, limit: int) -> tuple[Document, ...]:
        """Return at most ``limit`` publications near one; none before it is in the index."""
        document = self._catalogue.document(document_id)
        with self.reader.lease() as generation:
            if generation is None:
                return ()
            return neighbours(
                document,
                limit,
                generation=generation,
                compiler=self._compiler(generation),
                catalogue=self._catalogue,
            )

    def page_fragments(self, document_id: str, number: int, query: str) -> tuple[Fragment, ...]:
        """Return the whole text of a page with the query's words marked."""
        page = self._catalogue.page(document_id, number)
        language = page.language or self._catalogue.document(document_id).language
        with self.reader.lease() as generation:
            marker = self._marker(parse(query), generation)
            analyzer = self._analysis(generation).analyzer(language)
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
        self._analyses.take(vocabulary)
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
            tiers = ranking.tier_counts(plan.node, found.filters, plan.level, ranked.total)
            tier_of = ranking.tiers_of(plan.node, [e.id for e in ranked.hits], plan.level)
        hidden, hidden_total = self._hidden(request, found)
        return Results(
            request=request,
            total=ranked.total,
            hits=maker.hits([(e.id, e.score) for e in ranked.hits], tier_of),
            facets=self._facets(request, ranked),
            generation=str(generation.name),
            took_ms=self._took_ms(started),
            related=self._related(request, found, maker, hidden),
            tiers=tiers,
            compounds_hidden=hidden_total,
            did_you_mean=found.suggestion,
            relaxed=found.relaxed,
            synonyms=plan.synonyms,
            rescues=found.rescues,
        )

    def _find(self, request: SearchRequest, ranking: Ranking, started: float) -> Found:
        generation = ranking.generation

        def spelling(wait_s: float) -> Spelling | None:
            book = self._wordbooks.of(generation, wait_s)
            return book.spelling if book else None

        words = CorrectingWords(spelling, self._analysis(generation).is_base_form)
        return Finder(request, ranking, words, started, self._clock).find()

    def _hidden(self, request: SearchRequest, found: Found) -> tuple[tuple[Query, ...], int]:
        """Return what matches with compounds that a request leaves out, and how many do."""
        if request.compounds or not request.query:
            return (), 0
        ranking = found.ranking
        whole = plan_of(parse(request.query), replace(request, compounds=True), ranking.compiler)
        shown = found.ranked.total if found.relaxed is None else 0
        return (whole.match,), max(0, ranking.count(whole.match, found.filters) - shown)

    def _related(
        self, request: SearchRequest, found: Found, maker: HitMaker, hidden: tuple[Query, ...]
    ) -> tuple[Hit, ...]:
        """Return publications near the query, on the page where the matches end.

        What is hidden among the matches does not come back here.
        """
        plan = found.plan
        shown = len(found.ranked.hits)
        room = request.size - shown
        if not request.related or request.sort is not Sort.RELEVANCE or not plan.words:
            return ()
        is_past_end = request.page > 1 and not shown
        is_before_end = (request.page - 1) * request.size + shown < found.ranked.total
        if room <= 0 or is_past_end or is_before_end:
            return ()
        without = found.loosened.match if found.loosened else plan.match
        near = AllOf((found.ranking.compiler.near(plan.words),), without=(without, *hidden))
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

        analysis = self._analysis(generation)
        return QueryCompiler(
            analysis.analyzers, analysis.bridge, expand, generation.rarity, weights=self._weights
        )

    def _analysis(self, generation: OpenGeneration | None) -> QueryAnalysis:
        return self._analyses.of(generation.manifest.analysis if generation else None)

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
            compiler=compiler,
            node=node,
            tier=level,
        )

    def _took_ms(self, started: float) -> float:
        return round((self._clock() - started) * 1000, 1)


def _nothing(request: SearchRequest, took_ms: float) -> Results:
    return Results(
        request=request,
        total=0,
        hits=(),
        facets=tuple(Facet(name, ()) for name in FACETS),
        generation="",
        took_ms=took_ms,
    )
