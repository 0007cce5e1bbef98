"""Writing into a Whoosh index.

One decision: Whoosh's own ``update_document`` cannot replace what the same commit added, so the
batch knows the numbers of its documents and marks them deleted in the segment it writes.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.index import FileIndex, clean_files
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from indexer.engine import ID_FIELD, IndexDocument, Schema
from indexer.engines._whoosh_codec import BulkCodec
from indexer.engines._whoosh_files import contained
from indexer.engines._whoosh_merge import MergedSegment, merged_lists, write_lists
from indexer.engines._whoosh_pool import TermPool
from indexer.engines._whoosh_schema import whoosh_values
from indexer.engines._whoosh_snapshot import Snapshot

_POOL_BYTES = 256 * 1024 * 1024


class BulkWriter(SegmentWriter):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's writer with the codec of this package and deletions in its own segment."""

    def __init__(self, index: FileIndex) -> None:
        self.dropped: set[int] = set()
        self._merged: list[MergedSegment] = []
        super().__init__(index, codec=BulkCodec(), compound=False)
        self.pool = TermPool(self.temp_storage(), _POOL_BYTES)

    def get_segment(self) -> Any:
        """Return the segment that is being written."""
        segment = super().get_segment()
        for number in self.dropped:
            segment.delete_document(number)
        return segment

    def add_postings_to_pool(
        self, reader: Any, startdoc: int, docmap: dict[int, int] | None
    ) -> None:
        """Remember a segment that is merged in: its lists are joined whole, not sorted anew."""
        count = reader.doc_count_all()
        numbers = np.arange(startdoc, startdoc + count)
        if docmap is not None:
            numbers = np.full(count, -1, np.int64)
            numbers[list(docmap)] = list(docmap.values())
        self._merged.append(MergedSegment(reader._terms, numbers))  # noqa: SLF001

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        lists = merged_lists(self._merged) if self._merged else self.pool.lists()
        write_lists(self.fieldwriter, self.schema, lists)
        self.fieldwriter.close()

    def cancel(self) -> None:
        """Drop everything, the files of the unfinished segment too, and give up the lock.

        Whoosh's own way writes what is buffered, which on a full disk fails once more.
        """
        self.storage.abandon_files()
        shutil.rmtree(self.temp_storage().folder, ignore_errors=True)
        clean_files(self.storage, self.indexname, self.generation - 1, self.segments)
        self.is_closed = True
        self.writelock.release()


def merge_smallest(writer: BulkWriter, segments: list[Any]) -> list[Any]:
    """Merge the smaller half of the segments, as Whoosh's ``mergetype``; return the others."""
    ordered = sorted(segments, key=lambda segment: segment.doc_count_all())
    chosen, kept = ordered[: len(ordered) // 2], ordered[len(ordered) // 2 :]
    for segment in chosen:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return kept


class WhooshBatch:
    """Changes of one commit (`indexer.engine.Batch`)."""

    def __init__(self, path: Path, schema: Schema, snapshot: Snapshot, writer: BulkWriter) -> None:
        self._path = path
        self._schema = schema
        self._snapshot = snapshot
        self._writer = writer
        self._added: defaultdict[tuple[str, str], list[int]] = defaultdict(list)

    def add(self, document: IndexDocument) -> None:
        """Add a document, replacing one of the same id."""
        self.delete(document.id)
        number = self._writer.docnum
        with contained(self._path):
            self._writer.add_document(**whoosh_values(document, self._schema))
        self._added[ID_FIELD, document.id].append(number)
        for field, values in document.keywords.items():
            for value in values:
                self._added[field, value].append(number)

    def delete(self, document_id: str) -> None:
        """Remove a document."""
        self.delete_where(ID_FIELD, document_id)

    def delete_where(self, field: str, value: str) -> None:
        """Remove every document whose KEYWORD ``field`` holds ``value``."""
        self._writer.dropped.update(self._added.get((field, value), ()))
        for number in self._snapshot.postings(field, value).docs.tolist():
            self._writer.delete_document(number)
