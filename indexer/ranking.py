"""Orders the matches of one search: publication score, best pages, date; and names their tiers.

One decision: the engine scores publications, and the best page of each of the first
`RERANK_DEPTH` adds to that; near-equal publications come newest first, so that equal reports of
several years read as a series.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from indexer.compiler import Level, QueryCompiler, QueryWord
from indexer.engine import EngineHit, Filters, Query, SortKey
from indexer.query import Node
from indexer.reader import OpenGeneration
from indexer.results import FACETS, SearchRequest, Sort, Tier

RERANK_DEPTH: Final = 200
_PAGE_CANDIDATES: Final = 1_000
_NEAR_EQUAL: Final = 0.01  # scores within one per cent count as equal

_SORT_KEYS: Final[Mapping[Sort, tuple[SortKey, ...]]] = {
    Sort.NEWEST: (SortKey("day", "descending"),),
    Sort.OLDEST: (SortKey("day", "ascending"),),
    Sort.TITLE: (SortKey("title_key", "ascending"),),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A publication in its place."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """The shown publications, the exact total and the facet counts of all matches."""

    total: int
    hits: tuple[Entry, ...]
    facets: Mapping[str, Mapping[str, int]]


class Ranking:
    """Ranks on one generation, within one search's time budget."""

    def __init__(
        self, generation: OpenGeneration, compiler: QueryCompiler, budget_s: float
    ) -> None:
        self.generation = generation
        self.compiler = compiler
        self._budget_s = budget_s

    def matches(
        self,
        match: Query,
        node: Node | None,
        filters: Filters,
        request: SearchRequest,
        *,
        direct: Query | None = None,
    ) -> Ranked:
        """Return the page of matches that a request asks for, with total and facets.

        ``match`` decides what matches; by relevance, all words of ``node`` order it, and what
        matches ``direct`` comes before what only a synonym brought.
        """
        words = self.compiler.words(node) if node is not None else ()
        offset = (request.page - 1) * request.size
        by_relevance = request.sort is Sort.RELEVANCE and bool(words)
        if node is None or not by_relevance:
            order = request.sort if request.sort is not Sort.RELEVANCE else Sort.NEWEST
            result = self.generation.publications.search(
                match,
                filters=filters,
                facets=FACETS,
                sort=_SORT_KEYS[order],
                offset=offset,
                limit=request.size,
                timeout_s=self._budget_s,
            )
            hits = tuple(Entry(hit.id, hit.score) for hit in result.hits)
            return Ranked(result.total, hits, result.facets)
        result = self.generation.publications.search(
            self.compiler.ranked(match, node),
            filters=filters,
            facets=FACETS,
            limit=max(RERANK_DEPTH, offset + request.size),
            timeout_s=self._budget_s,
        )
        ordered = self._reranked(result.hits[:RERANK_DEPTH], words)
        if direct is not None:
            first = self.generation.publications.matching(direct, [e.id for e in ordered])
            ordered.sort(key=lambda entry: entry.id not in first)
        ordered += [Entry(hit.id, hit.score) for hit in result.hits[RERANK_DEPTH:]]
        return Ranked(result.total, tuple(ordered[offset : offset + request.size]), result.facets)

    def near(self, query: Query, filters: Filters, limit: int) -> list[Entry]:
        """Return the best publications of a soft query."""
        result = self.generation.publications.search(
            query, filters=filters, limit=limit, timeout_s=self._budget_s
        )
        return [Entry(hit.id, hit.score) for hit in result.hits]

    def count(self, query: Query, filters: Filters) -> int:
        """Return how many publications match."""
        return self.generation.publications.search(
            query, filters=filters, limit=0, timeout_s=self._budget_s
        ).total

    def tier_counts(
        self, node: Node | None, filters: Filters, level: Level, total: int
    ) -> tuple[tuple[Tier, int], ...]:
        """Return how many matches have each tier; they add up to ``total``."""
        if node is None:
            return ()
        counts: list[tuple[Tier, int]] = []
        before = 0
        for tier in (Tier.EXACT, Tier.INFLECTED, Tier.COMPOUND, Tier.SYNONYM):
            if not level.allows(tier):
                upto = before
            elif before >= total or tier is level.tier:
                upto = total
            else:
                upto = self.count(self.compiler.match(node, Level(tier)), filters)
            counts.append((tier, max(0, upto - before)))
            before = max(before, upto)
        return tuple(counts)

    def tiers_of(self, node: Node | None, ids: Sequence[str], level: Level) -> dict[str, Tier]:
        """Return the tier of each publication: the strongest level at which it matches whole."""
        if node is None:
            return {}
        found: dict[str, Tier] = {}
        for tier in (Tier.EXACT, Tier.INFLECTED, Tier.COMPOUND):
            left = [i for i in ids if i not in found]
            if not left or tier is level.tier:
                break
            if not level.allows(tier):
                continue
            query = self.compiler.match(node, Level(tier))
            for matched in self.generation.publications.matching(query, left):
                found[matched] = tier
        return {i: found.get(i, level.tier) for i in ids}

    def _reranked(self, hits: Sequence[EngineHit], words: Sequence[QueryWord]) -> list[Entry]:
        several = [hit.id for hit in hits if hit.stored.get("pages", "1") not in ("0", "1")]
        best = self._best_pages(several, words)
        weight = self.compiler.weights.page
        scored = [(hit.score + weight * best.get(hit.id, 0.0), hit) for hit in hits]
        scored.sort(key=lambda pair: (-_bucket(pair[0]), -_day(pair[1]), -pair[0], pair[1].id))
        return [Entry(hit.id, score) for score, hit in scored]

    def _best_pages(self, ids: Sequence[str], words: Sequence[QueryWord]) -> dict[str, float]:
        if not ids:
            return {}
        result = self.generation.pages.search(
            self.compiler.near(words, is_page=True),
            filters=Filters(keywords={"document": tuple(ids)}),
            limit=_PAGE_CANDIDATES,
            timeout_s=self._budget_s,
        )
        best: dict[str, float] = {}
        for hit in result.hits:
            document_id = hit.id.rpartition(":")[0]
            best.setdefault(document_id, hit.score)
        return best


def _bucket(score: float) -> float:
    """Return a step of the logarithm, so that near-equal scores compare equal."""
    if score <= 0:
        return -math.inf
    return round(math.log(score) / _NEAR_EQUAL)


def _day(hit: EngineHit) -> int:
    return int(hit.stored.get("published_day", "0"))
