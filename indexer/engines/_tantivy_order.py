"""The order of tantivy's hits: score or sort keys, every tie broken by the id.

One decision: tantivy orders by one key and breaks ties by internal addresses, which change with
every merge. So hits are fetched by the first key until its value changes behind the last hit
that is wanted, and equal ones are ordered here by the remaining keys and the id. Reading the
stored id of a tied document costs about a microsecond.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final

from tantivy import DocAddress, Order, Searcher, SearchResult
from tantivy import Query as Compiled

from indexer.engine import ID_FIELD, FieldKind, Schema, SortKey

_SPARE: Final = 32
_GROWTH: Final = 8
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
    schema: Schema
    keys: tuple[SortKey, ...]
    scores: Scores

    def find(self, query: Compiled, offset: int, limit: int) -> OrderedHits:
        """Return the hits from ``offset``."""
        wanted = offset + limit
        total, hits = self._fetch(query, wanted)
        first = self.keys[0].field
        ordered: list[tuple[float, DocAddress]] = []
        position = 0
        for _, group in groupby(hits, key=itemgetter(0)):
            tied = list(group)
            end = position + len(tied)
            if end > offset and position < wanted and len(tied) > 1:
                tied = self._break_ties(tied)
            ordered += tied
            position = end
        page = ordered[offset:wanted]
        scores = tuple(score for score, _ in page) if first == SCORE else None
        return OrderedHits(total, tuple(address for _, address in page), scores)

    def _fetch(self, query: Compiled, wanted: int) -> tuple[int, list[tuple[float, DocAddress]]]:
        limit, everything = wanted + _SPARE, max(1, self.searcher.num_docs)
        while True:
            limit = min(limit, everything)
            found = self._search(query, limit)
            hits = found.hits
            is_whole = len(hits) < limit or limit == everything
            if is_whole or wanted < 1 or hits[wanted - 1][0] != hits[-1][0]:
                return found.count, hits  # type: ignore[attr-defined]  # left out of its stubs
            limit *= _GROWTH

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
        if self.schema.field(field).kind is FieldKind.NUMBER:
            return self.searcher.fast_field_values(field, addresses)
        return [self.searcher.doc(address).get_first(field) for address in addresses]
