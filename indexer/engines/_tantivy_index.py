"""An open tantivy index: searching, reading and writing.

One decision: tantivy is given terms and query objects and nothing else. Fields name its built-in
``raw`` tokenizer, those without positions ``whitespace``, so an index opens without registering
one; a panic of the library, which is no `Exception` in Python, becomes `CorruptIndex` at the
border of this module.

Limits of the library: a running search cannot be stopped (``timeout_s`` is looked at between
matching and facets), and segments are only merged by its own policy (eight of a size into one).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import tantivy
from tantivy import DocAddress, Searcher

from corpus.errors import CorruptIndex, LimitExceeded
from indexer.engine import (
    ID_FIELD,
    Batch,
    EngineHit,
    EngineResult,
    FieldKind,
    Filters,
    Query,
    Schema,
    SortKey,
)
from indexer.engines._likeness import like_query
from indexer.engines._tantivy_check import check_files, contained
from indexer.engines._tantivy_order import SCORE, Ordering
from indexer.engines._tantivy_query import (
    compile_filters,
    compile_query,
    is_scored,
    one_of_ids,
    restricted,
)
from indexer.engines._tantivy_write import LIKE_FIELD, STORED_FIELD, TantivyBatch, open_writer

_MAX_FACET_VALUES: Final = 60_000  # tantivy allows 65,000 buckets; its own default is the top ten
_BY_ID: Final = SortKey(ID_FIELD, "ascending")
_BY_SCORE: Final = SortKey(SCORE)


def open_index(
    path: Path, schema: Schema, mode: Literal["create", "write", "read"]
) -> TantivyIndex:
    """Open or create the index of a directory."""
    with contained(path):
        if mode == "create":
            path.mkdir(parents=True, exist_ok=True)
            return TantivyIndex(
                path, schema, tantivy.Index(_fields(schema), str(path), reuse=False)
            )
        if not (path / "meta.json").is_file():
            raise CorruptIndex(f"{path} holds no index of tantivy.", subject=str(path))
        return TantivyIndex(path, schema, tantivy.Index.open(str(path)))


def _fields(schema: Schema) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(
        ID_FIELD, stored=True, fast=True, tokenizer_name="raw", index_option="basic"
    )
    builder.add_bytes_field(STORED_FIELD, stored=True)
    builder.add_bytes_field(LIKE_FIELD, stored=True)
    for spec in schema.fields:
        match spec.kind:
            case FieldKind.TEXT:
                builder.add_text_field(spec.name, tokenizer_name="raw", index_option="position")
            case FieldKind.TERMS:
                builder.add_text_field(spec.name, tokenizer_name="whitespace", index_option="freq")
            case FieldKind.KEYWORD:
                builder.add_text_field(
                    spec.name,
                    stored=spec.is_sortable,  # read to break ties
                    fast=spec.is_facet or spec.is_sortable,
                    tokenizer_name="raw",
                    index_option="basic",
                )
            case FieldKind.NUMBER:
                builder.add_integer_field(spec.name, indexed=True, fast=True)
            case FieldKind.STORED:
                pass  # kept in STORED_FIELD
    return builder.build()


@dataclass(frozen=True, slots=True)
class _Wanted:
    query: tantivy.Query
    offset: int
    limit: int
    is_scored: bool


class TantivyIndex:
    """An open index (`indexer.engine.Index`)."""

    def __init__(self, path: Path, schema: Schema, index: tantivy.Index) -> None:
        self._path = path
        self._schema = schema
        self._index = index
        self._fields = index.schema
        self._kinds = {spec.name: spec.kind for spec in schema.fields}
        index.config_reader("manual")
        index.reload()

    @contextmanager
    def write(self) -> Iterator[Batch]:
        """Open a batch; see the port."""
        with contained(self._path):
            writer = open_writer(self._index)
        try:
            yield TantivyBatch(self._path, self._schema, writer)
        except BaseException:
            with contained(self._path):
                writer.rollback()
                writer.wait_merging_threads()
            raise
        with contained(self._path):
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()

    def search(
        self,
        query: Query,
        *,
        filters: Filters | None = None,
        facets: Sequence[str] = (),
        sort: Sequence[SortKey] = (),
        offset: int = 0,
        limit: int = 10,
        timeout_s: float | None = None,
    ) -> EngineResult:
        """Return hits, total and facet counts; see the port."""
        started = time.monotonic()
        with contained(self._path):
            searcher = self._index.searcher()
            compiled = compile_query(self._fields, query)
            matched = restricted(compiled, compile_filters(self._fields, filters))
            if limit:
                wanted = _Wanted(matched, offset, limit, is_scored(query))
                keys = tuple(sort) or (_BY_SCORE if wanted.is_scored else _BY_ID,)
                total, hits = self._hits(searcher, wanted, keys)
            else:
                counted = searcher.search(tantivy.Query.const_score_query(matched, 0.0), 1)
                total, hits = counted.count, ()  # type: ignore[attr-defined]  # not in its stubs
            if facets and timeout_s is not None and time.monotonic() - started > timeout_s:
                raise LimitExceeded(f"The search took longer than {timeout_s} s.")
            counts = self._facets(searcher, compiled, filters, facets)
        return EngineResult(total, hits, counts)

    def matching(
        self, query: Query, ids: Iterable[str], *, filters: Filters | None = None
    ) -> Mapping[str, float]:
        """Return which of ``ids`` match, with their scores."""
        with contained(self._path):
            searcher = self._index.searcher()
            compiled = compile_query(self._fields, query)
            matched = restricted(compiled, compile_filters(self._fields, filters))
            return self._scores(searcher, matched, list(ids))

    def get(self, document_id: str) -> EngineHit | None:
        """Return a document's stored fields, or None."""
        with contained(self._path):
            searcher = self._index.searcher()
            address = self._find(searcher, document_id)
            return None if address is None else self._hit(searcher, address, 0.0)

    def terms(
        self, field: str, prefix: str = "", limit: int | None = None
    ) -> list[tuple[str, int]]:
        """Return a field's terms with document counts, in code-point order."""
        with contained(self._path):
            found = self._index.searcher().terms_with_prefix(field, prefix)
        return sorted(found)[:limit]

    def like(self, document_id: str, fields: Sequence[str], limit: int) -> tuple[EngineHit, ...]:
        """Return documents that share the rarest terms of the given one, best first."""
        with contained(self._path):
            searcher = self._index.searcher()
            address = self._find(searcher, document_id)
            if address is None:
                return ()
            packed = searcher.doc(address).get_first(LIKE_FIELD) or b""
            query = like_query(packed, fields, searcher.doc_freq)
        if query is None:
            return ()
        found = self.search(query, limit=limit + 1).hits
        return tuple(hit for hit in found if hit.id != document_id)[:limit]

    def check(self) -> list[str]:
        """Return a message for each inconsistency found."""
        return check_files(self._path) or self._check_counts()

    def document_count(self) -> int:
        """Return how many documents the index holds."""
        with contained(self._path):
            return self._index.searcher().num_docs

    def merge(self) -> None:
        """Let the library merge what its policy merges, and wait for it."""
        with contained(self._path):
            writer = open_writer(self._index)
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()

    def close(self) -> None:
        """Release the files: the library does when its objects are let go."""
        if hasattr(self, "_index"):
            del self._index

    def _hits(
        self, searcher: Searcher, wanted: _Wanted, keys: tuple[SortKey, ...]
    ) -> tuple[int, tuple[EngineHit, ...]]:
        def scores(ids: Sequence[str]) -> dict[str, float]:
            return self._scores(searcher, wanted.query, ids) if wanted.is_scored else {}

        ordering = Ordering(searcher, self._fields, self._kinds, keys, scores)
        found = ordering.find(wanted.query, wanted.offset, wanted.limit)
        hits = [self._hit(searcher, address, 0.0) for address in found.addresses]
        known = found.scores
        if known is None:
            by_id = scores([hit.id for hit in hits])
            known = tuple(by_id.get(hit.id, 0.0) for hit in hits)
        scored = (EngineHit(h.id, s, h.stored) for h, s in zip(hits, known, strict=True))
        return found.total, tuple(scored)

    def _scores(
        self, searcher: Searcher, matched: tantivy.Query, ids: Sequence[str]
    ) -> dict[str, float]:
        if not ids:
            return {}
        chosen = one_of_ids(self._fields, ID_FIELD, list(ids))
        hits = searcher.search(restricted(matched, [chosen]), len(ids)).hits
        return {str(searcher.doc(a).get_first(ID_FIELD)): float(score) for score, a in hits}

    def _facets(
        self,
        searcher: Searcher,
        compiled: tantivy.Query,
        filters: Filters | None,
        facets: Sequence[str],
    ) -> dict[str, dict[str, int]]:
        selected = {*filters.keywords, *filters.ranges} if filters else set()
        groups = [[f for f in facets if f not in selected]]
        groups += [[f] for f in facets if f in selected]
        counts: dict[str, dict[str, int]] = {field: {} for field in facets}
        for group in filter(None, groups):
            limits = compile_filters(self._fields, filters, but=group[0])
            terms = {f: {"terms": {"field": f, "size": _MAX_FACET_VALUES}} for f in group}
            found = searcher.aggregate(restricted(compiled, limits), terms)
            for field in group:
                counts[field] = {
                    _facet_value(bucket["key"]): bucket["doc_count"]
                    for bucket in found[field]["buckets"]
                }
        return counts

    def _find(self, searcher: Searcher, document_id: str) -> DocAddress | None:
        hits = searcher.search(one_of_ids(self._fields, ID_FIELD, [document_id]), 1).hits
        return hits[0][1] if hits else None

    def _hit(self, searcher: Searcher, address: DocAddress, score: float) -> EngineHit:
        document = searcher.doc(address)
        stored = json.loads(document.get_first(STORED_FIELD) or b"{}")
        return EngineHit(str(document.get_first(ID_FIELD)), score, stored)

    def _check_counts(self) -> list[str]:
        try:
            with contained(self._path):
                searcher = self._index.searcher()
                ids = searcher.terms_with_prefix(ID_FIELD, "", tantivy.Query.all_query())
                twice = [found for found, count in ids if count > 1]
        except CorruptIndex as error:
            return [error.message]
        problems = [f"document {found} is in the index more than once" for found in twice[:10]]
        if len(ids) != searcher.num_docs:
            problems.append(f"{searcher.num_docs} documents, but {len(ids)} ids")
        return problems


def _facet_value(key: str | float) -> str:
    return key if isinstance(key, str) else str(int(key))
