"""An open Whoosh index: searching, reading and writing.

One decision: an index answers from one snapshot and replaces it whole when it commits; Whoosh's
``refresh()``, which leaves deleted documents visible, is never called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import numpy as np
from whoosh.index import FileIndex

from corpus.errors import CorruptIndex
from indexer.engine import (
    Batch,
    EngineHit,
    EngineResult,
    Filters,
    Query,
    Schema,
    SortKey,
)
from indexer.engines._likeness import like_query
from indexer.engines._whoosh_files import (
    INDEX_NAME,
    MappedStorage,
    check_files,
    contained,
    refuse_writable_by_others,
    write_checksums,
)
from indexer.engines._whoosh_match import Evaluation
from indexer.engines._whoosh_order import facet_counts, living, ordered
from indexer.engines._whoosh_schema import whoosh_schema
from indexer.engines._whoosh_snapshot import Snapshot
from indexer.engines._whoosh_write import BulkWriter, WhooshBatch, merge_smallest

_MODE: Final = 0o755
_MAX_SEGMENTS: Final = 16


def open_index(path: Path, schema: Schema, mode: Literal["create", "write", "read"]) -> WhooshIndex:
    """Open or create the index of a directory."""
    with contained(path):
        storage = MappedStorage(str(path))
        if mode == "create":
            path.mkdir(mode=_MODE, parents=True, exist_ok=True)
            FileIndex.create(storage, whoosh_schema(schema), INDEX_NAME)
            write_checksums(path)
        refuse_writable_by_others(path)
        damaged = check_files(path, only_suffix=".toc")  # it is unpickled
        if damaged:
            raise CorruptIndex(f"{path}: {damaged[0]}", subject=str(path))
        return WhooshIndex(path, schema, storage)


class WhooshIndex:
    """An open index (`indexer.engine.Index`)."""

    def __init__(self, path: Path, schema: Schema, storage: MappedStorage) -> None:
        self._path = path
        self._schema = schema
        self._storage = storage
        self._snapshot = Snapshot(storage, schema)

    @contextmanager
    def write(self) -> Iterator[Batch]:
        """Open a batch; see the port."""
        with contained(self._path):
            writer = BulkWriter(FileIndex(self._storage, indexname=INDEX_NAME))
        try:
            yield WhooshBatch(self._path, self._schema, self._snapshot, writer)
            with contained(self._path):
                writer.commit(merge=False)
        except BaseException:
            writer.cancel()
            raise
        with contained(self._path):
            self._committed()
            self._merge_smallest()

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
        with contained(self._path):
            snapshot = self._snapshot
            evaluation = Evaluation(snapshot, timeout_s)
            matches = evaluation.matches(query)
            unfiltered = living(snapshot, matches)
            masks = evaluation.filter_masks(filters)
            mask = np.logical_and.reduce([unfiltered, *masks.values()])
            found = np.flatnonzero(mask)
            page = found[:0]
            if limit:
                page = ordered(snapshot, found, matches.scores, sort, offset + limit)[offset:]
            evaluation.check_time()
            counts: dict[str, dict[str, int]] = {}
            for field in facets:
                others = [one for name, one in masks.items() if name != field]
                chosen = mask
                if field in masks:
                    chosen = np.logical_and.reduce([unfiltered, *others])
                counts[field] = facet_counts(snapshot, field, chosen)
            scores = matches.scores
            hits = tuple(
                _hit(snapshot, number, 0.0 if scores is None else float(scores[number]))
                for number in page.tolist()
            )
        return EngineResult(int(found.size), hits, counts)

    def matching(
        self, query: Query, ids: Iterable[str], *, filters: Filters | None = None
    ) -> Mapping[str, float]:
        """Return which of ``ids`` match, with their scores."""
        with contained(self._path):
            snapshot = self._snapshot
            evaluation = Evaluation(snapshot)
            matches = evaluation.matches(query)
            masks = evaluation.filter_masks(filters)
            mask = np.logical_and.reduce([living(snapshot, matches), *masks.values()])
            scores = matches.scores
            numbers = {one: snapshot.number_of(one) for one in ids}
            return {
                one: 0.0 if scores is None else float(scores[number])
                for one, number in numbers.items()
                if number is not None and mask[number]
            }

    def get(self, document_id: str) -> EngineHit | None:
        """Return a document's stored fields, or None."""
        with contained(self._path):
            snapshot = self._snapshot
            number = snapshot.number_of(document_id)
            return None if number is None else _hit(snapshot, number, 0.0)

    def terms(
        self, field: str, prefix: str = "", limit: int | None = None
    ) -> list[tuple[str, int]]:
        """Return a field's terms with document counts, in code-point order."""
        with contained(self._path):
            return self._snapshot.terms(field, prefix, limit)

    def like(self, document_id: str, fields: Sequence[str], limit: int) -> tuple[EngineHit, ...]:
        """Return documents that share the rarest terms of the given one, best first."""
        with contained(self._path):
            snapshot = self._snapshot
            number = snapshot.number_of(document_id)
            packed = b"" if number is None else snapshot.packed_terms(number)
            query = like_query(packed, fields, lambda f, t: snapshot.postings(f, t).docs.size)
        if query is None:
            return ()
        found = self.search(query, limit=limit + 1).hits
        return tuple(hit for hit in found if hit.id != document_id)[:limit]

    def check(self) -> list[str]:
        """Return a message for each inconsistency found."""
        return check_files(self._path) or self._check_counts()

    def document_count(self) -> int:
        """Return how many documents the index holds."""
        return int(self._snapshot.alive.sum())

    def merge(self) -> None:
        """Bring the index into one segment."""
        segments = self._snapshot.segments
        if len(segments) <= 1 and not any(segment.deleted.size for segment in segments):
            return
        with contained(self._path):
            writer = BulkWriter(FileIndex(self._storage, indexname=INDEX_NAME))
            writer.commit(optimize=True)
            self._committed()

    def close(self) -> None:
        """Let go of the snapshot; its mappings go with it."""
        if hasattr(self, "_snapshot"):
            del self._snapshot

    def _merge_smallest(self) -> None:
        """Keep the segments few, as many increments without a rebuild would not."""
        while len(self._snapshot.segments) > _MAX_SEGMENTS:
            writer = BulkWriter(FileIndex(self._storage, indexname=INDEX_NAME))
            writer.commit(mergetype=merge_smallest)
            self._committed()

    def _committed(self) -> None:
        write_checksums(self._path)
        self._snapshot = Snapshot(self._storage, self._schema)

    def _check_counts(self) -> list[str]:
        try:
            with contained(self._path):
                snapshot = self._snapshot
                ids = {n: snapshot.id_of(n) for n in np.flatnonzero(snapshot.alive).tolist()}
                wrong = [one for n, one in ids.items() if snapshot.number_of(one) != n]
        except CorruptIndex as error:
            return [error.message]
        return [f"document {one} is in the index more than once" for one in wrong[:10]]


def _hit(snapshot: Snapshot, number: int, score: float) -> EngineHit:
    return EngineHit(snapshot.id_of(number), score, snapshot.stored(number))
