"""The order of tantivy's hits: score or sort keys, every tie broken by the id.

One decision: tantivy orders by one key and breaks ties by internal addresses, which change with
every merge. Where the last hit that is wanted is one of several equal ones, these are searched
for by themselves, by the next key; equal scores, which cannot be searched for, are fetched whole
and ordered here (reading a stored id costs about a microsecond).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Final

import tantivy
from tantivy import DocAddress, Order, Searcher, SearchResult
from tantivy import Query as Compiled

from indexer.engine import ID_FIELD, FieldKind, KeywordQuery, RangeQuery, SortKey
from indexer.engines._tantivy_query import compile_query, restricted

_SPARE: Final = 32
_GROWTH: Final = 8
_FEW: Final = 5_000
SCORE: Final = "score"

Scores = Callable[[Sequence[str]], dict[str, float]]


@dataclass(frozen=True, slots=True)
class OrderedHits:
    """Addresses in their final order with scores where they are known, and the exact total."""

    total: int
    addresses: tuple[DocAddress, ...]
    scores: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class Ordering:
    """Orders the hits of one search; ``scores`` returns the scores of ids where needed."""

    searcher: Searcher
    schema: tantivy.Schema
    kinds: Mapping[str, FieldKind]
    keys: tuple[SortKey, ...]
    scores: Scores

    def find(self, query: Compiled, offset: int, limit: int) -> OrderedHits:
        """Return the hits from ``offset``."""
        wanted = offset + limit
        total, hits = self._fetch(query, wanted)
        tail: tuple[DocAddress, ...] = ()
        if _is_cut(hits, wanted, total):
            value = hits[wanted - 1][0]
            start = next(i for i, hit in enumerate(hits) if hit[0] == value)
            same = restricted(query, [self._equal(value)])
            rest = replace(self, keys=self._next_keys())
            tail = rest.find(same, max(0, offset - start), wanted - max(offset, start)).addresses
            hits = hits[:start]
        page = self._in_order(hits, offset, wanted)
        scores = tuple(score for score, _ in page) if self.keys[0].field == SCORE else None
        return OrderedHits(total, (*(address for _, address in page), *tail), scores)

    def _in_order(
        self, hits: list[tuple[float, DocAddress]], offset: int, wanted: int
    ) -> list[tuple[float, DocAddress]]:
        ordered: list[tuple[float, DocAddress]] = []
        for _, group in groupby(hits, key=itemgetter(0)):
            tied = list(group)
            start, end = len(ordered), len(ordered) + len(tied)
            is_shown = end > offset and start < wanted
            ordered += self._break_ties(tied) if is_shown and len(tied) > 1 else tied
        return ordered[offset:wanted]

    def _fetch(self, query: Compiled, wanted: int) -> tuple[int, list[tuple[float, DocAddress]]]:
        limit, everything = wanted + _SPARE, max(1, self.searcher.num_docs)
        while True:
            limit = min(limit, everything)
            found = self._search(query, limit)
            hits = found.hits
            total: int = found.count  # type: ignore[attr-defined]  # left out of its stubs
            can_search = self.keys[0].field != SCORE and hits and hits[-1][0] is not None
            if can_search or not _is_cut(hits, wanted, total):
                return total, hits
            limit = total if total <= _FEW else limit * _GROWTH

    def _equal(self, value: float | str) -> Compiled:
        field = self.keys[0].field
        if isinstance(value, str):
            return compile_query(self.schema, KeywordQuery(field, value))
        return compile_query(self.schema, RangeQuery(field, int(value), int(value)))

    def _next_keys(self) -> tuple[SortKey, ...]:
        return self.keys[1:] or (SortKey(ID_FIELD, "ascending"),)

    def _search(self, query: Compiled, limit: int) -> SearchResult:
        key = self.keys[0]
        if key.field == SCORE:
            return self.searcher.search(query, limit)
        order = Order.Asc if key.order == "ascending" else Order.Desc
        return self.searcher.search(query, limit, order_by_field=key.field, order=order)

    def _break_ties(self, tied: list[tuple[float, DocAddress]]) -> list[tuple[float, DocAddress]]:
        addresses = [address for _, address in tied]
        documents = [self.searcher.doc(address) for address in addresses]
        ids = [str(document.get_first(ID_FIELD)) for document in documents]
        order = sorted(range(len(tied)), key=ids.__getitem__)
        for key in reversed(self.keys[1:]):
            values = self._values(key.field, addresses, ids)
            is_descending = key.order == "descending"
            present = [i for i in order if values[i] is not None]
            missing = [i for i in order if values[i] is None]
            # Sorting is stable in reverse too, so the id still breaks what remains equal.
            present.sort(key=values.__getitem__, reverse=is_descending)  # type: ignore[arg-type]
            order = present + missing
        return [tied[i] for i in order]

    def _values(
        self, field: str, addresses: list[DocAddress], ids: list[str]
    ) -> Sequence[int | float | str | None]:
        if field == SCORE:
            scores = self.scores(ids)
            return [scores.get(found, 0.0) for found in ids]
        if field == ID_FIELD:
            return ids
        if self.kinds[field] is FieldKind.NUMBER:
            return self.searcher.fast_field_values(field, addresses)
        return [self.searcher.doc(address).get_first(field) for address in addresses]


def _is_cut(hits: list[tuple[float, DocAddress]], wanted: int, total: int) -> bool:
    """Whether hits that equal the last wanted one may have been left out."""
    is_whole = len(hits) >= total or not 0 < wanted <= len(hits)
    return not is_whole and hits[wanted - 1][0] == hits[-1][0]
