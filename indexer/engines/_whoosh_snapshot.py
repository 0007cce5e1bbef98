"""One commit of a Whoosh index as arrays over all its documents.

One decision: the segments are one document space (the second begins where the first ends), so a
term is one array of document numbers and everything else is arithmetic on arrays. A snapshot
never changes; a commit makes the next one. Deleted documents keep their numbers and count in
BM25's statistics until a merge, as in the other engines.
"""

from __future__ import annotations

import json
import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice
from mmap import mmap
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3TermInfo
from whoosh.columns import VarBytesColumn
from whoosh.index import TOC

from indexer.engine import BM25_B, BM25_K1, ID_FIELD, FieldKind, Schema
from indexer.engines._whoosh_codec import Integers, decode_postings
from indexer.engines._whoosh_files import INDEX_NAME, MappedStorage
from indexer.engines._whoosh_schema import (
    LIKE_FIELD,
    MISSING,
    STORED_FIELD,
    length_column,
    value_column,
)

_CACHE_BYTES: Final = 64 * 1024 * 1024
_ID_COLUMN: Final = value_column(ID_FIELD)

Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents of a term, and BM25's share of the frequency in each (None: unscored)."""

    docs: Integers
    shares: Floats | None

    @property
    def size_bytes(self) -> int:
        """The memory that the arrays take."""
        return self.docs.nbytes + (0 if self.shares is None else self.shares.nbytes)


@dataclass(frozen=True, slots=True)
class Places:
    """The positions of a term: those of ``docs[i]`` are ``counts[i]`` from ``starts[i]`` on."""

    docs: Integers
    counts: Integers
    starts: Integers
    positions: Integers


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """The values of a facet: those of document d are ``ordinals[starts[d]:starts[d + 1]]``."""

    values: tuple[str, ...]
    docs: Integers
    ordinals: Integers
    starts: Integers


class Segment:
    """One segment of the index."""

    def __init__(self, storage: MappedStorage, segment: Any, base: int) -> None:
        codec = segment.codec()
        self.base = base
        self.count = int(segment.doc_count_all())
        self.deleted = np.fromiter(segment.deleted_docs(), np.int64)
        self._storage = storage
        self._segment = segment
        self._terms = codec.terms_reader(storage, segment)
        self._documents = codec.per_document_reader(storage, segment)
        opened = self._terms._postfile  # noqa: SLF001  the file of the codec of this package
        self._postings: mmap | bytes = getattr(opened, "mapped", b"")

    def find(self, field: str, term: bytes) -> tuple[int, int] | None:
        """Return where the postings of a term are and how many."""
        key = self._terms._keycoder(field, term)  # noqa: SLF001  half the cost of term_info
        value = self._terms._tindex.get(key)  # noqa: SLF001
        if value is None:
            return None
        info = W3TermInfo.from_bytes(value)
        return info.extent()[0], info.doc_frequency()

    def postings(self, offset: int, count: int, *, with_positions: bool = False) -> Any:
        """Return the posting list that `find` named."""
        return decode_postings(self._postings, offset, count, with_positions=with_positions)

    def terms(self, field: str, prefix: bytes) -> Iterator[tuple[str, int]]:
        """Return the terms of a field from a prefix on, in order, with their counts."""
        if field not in self._terms.indexed_field_names():
            return
        for (name, term), info in self._terms.items_from(field, prefix):
            if name != field or not term.startswith(prefix):
                return
            yield term.decode("utf-8"), info.doc_frequency()

    def numbers(self, column: str, typecode: str, missing: int) -> Integers:
        """Return a numeric column; trailing documents without a value are not in its file."""
        found = np.full(self.count, missing, np.int64)
        if self._documents.has_column(column):
            file = self._storage.open_file(W3Codec.column_filename(self._segment, column))
            if hasattr(file, "mapped"):
                stored = np.frombuffer(file.mapped, typecode)
                found[: stored.size] = stored
            file.close()
        return found

    def strings(self, column: str) -> list[bytes]:
        """Return a column of strings; an empty one where a document has none."""
        if not self._documents.has_column(column):
            return [b""] * self.count
        return list(self._documents.column_reader(column, VarBytesColumn()))

    def stored(self, number: int) -> dict[str, Any]:
        """Return the stored fields of a document of this segment."""
        found: dict[str, Any] = self._documents.stored_fields(number)
        return found


class Snapshot:
    """All documents of one commit; safe for use by several threads."""

    def __init__(self, storage: MappedStorage, schema: Schema) -> None:
        self.schema = schema
        self.segments: list[Segment] = []
        base = 0
        for segment in TOC.read(storage, INDEX_NAME).segments:
            self.segments.append(Segment(storage, segment, base))
            base += self.segments[-1].count
        self.count = base
        self.alive: Mask = np.ones(base, np.bool_)
        for found in self.segments:
            self.alive[found.deleted + found.base] = False
        self._lock = threading.Lock()
        self._cache: OrderedDict[tuple[str, str], Postings] = OrderedDict()
        self._cached_bytes = 0
        self._columns: dict[str, Any] = {}

    # --- terms ------------------------------------------------------------------------------

    def postings(self, field: str, text: str) -> Postings:
        """Return the documents of a term; none where the index lacks it."""
        key = (field, text)
        with self._lock:
            cached = self._cache.get(key)
            if cached is not None:
                self._cache.move_to_end(key)
                return cached
        made = self._read_postings(field, text)
        with self._lock:
            if key not in self._cache and made.size_bytes < _CACHE_BYTES // 4:
                self._cache[key] = made
                self._cached_bytes += made.size_bytes
            while self._cached_bytes > _CACHE_BYTES:
                self._cached_bytes -= self._cache.popitem(last=False)[1].size_bytes
        return made

    def _read_postings(self, field: str, text: str) -> Postings:
        lists = [(s.base, s.postings(*at)) for s, at in self._find(field, text)]
        if not lists:
            return Postings(np.empty(0, np.int64), None)
        docs = np.concatenate([found.docs + base for base, found in lists])
        if not self._is_scored(field):
            return Postings(docs, None)
        counts = np.concatenate([found.counts for _, found in lists])
        return Postings(docs, self.shares(field, docs, counts))

    def places(self, field: str, text: str) -> Places:
        """Return the positions of a term."""
        found = [
            (s.base, s.postings(*at, with_positions=True)) for s, at in self._find(field, text)
        ]
        empty = np.empty(0, np.int64)
        docs = np.concatenate([empty, *(one.docs + base for base, one in found)])
        counts = np.concatenate([empty, *(one.counts for _, one in found)])
        positions = [one.positions for _, one in found if one.positions is not None]
        starts = np.cumsum(counts) - counts
        return Places(docs, counts, starts, np.concatenate([empty, *positions]))

    def _find(self, field: str, text: str) -> list[tuple[Segment, tuple[int, int]]]:
        term = text.encode("utf-8", "replace")
        found = [(segment, segment.find(field, term)) for segment in self.segments]
        return [(segment, at) for segment, at in found if at is not None]

    def _is_scored(self, field: str) -> bool:
        if field == ID_FIELD:
            return False
        return self.schema.field(field).kind in (FieldKind.TEXT, FieldKind.TERMS)

    def rarity(self, documents: int) -> float:
        """Return BM25's idf of a term that so many documents hold."""
        return math.log(1 + (self.count - documents + 0.5) / (documents + 0.5))

    def shares(self, field: str, docs: Integers, counts: Integers) -> Floats:
        """Return BM25's share of a frequency: (k1 + 1) f / (f + k1 (1 - b + b length / mean))."""
        freqs = counts.astype(np.float32)
        return np.float32(BM25_K1 + 1) * freqs / (freqs + self._norms(field)[docs])

    def _norms(self, field: str) -> Floats:
        found: Floats = self._column(f"norms {field}", lambda: self._make_norms(field))
        return found

    def _make_norms(self, field: str) -> Floats:
        column = length_column(field)
        lengths = np.concatenate([s.numbers(column, ">u4", 0) for s in self.segments])
        mean = max(float(lengths.sum()) / max(1, self.count), 1e-9)
        kept = _LENGTHS[np.searchsorted(_LENGTHS, lengths, "right") - 1]
        return (BM25_K1 * (1 - BM25_B + BM25_B * kept / mean)).astype(np.float32)

    def terms(self, field: str, prefix: str, limit: int | None) -> list[tuple[str, int]]:
        """Return terms with their counts, in order."""
        start = prefix.encode("utf-8", "replace")
        runs = [islice(segment.terms(field, start), limit) for segment in self.segments]
        merged = groupby(merge(*runs), key=lambda entry: entry[0])
        counted = ((term, sum(count for _, count in group)) for term, group in merged)
        return list(islice(counted, limit))

    # --- columns ----------------------------------------------------------------------------

    def _column(self, name: str, make: Callable[[], Any]) -> Any:
        found = self._columns.get(name)
        if found is None:  # made twice by two threads is only made twice
            found = self._columns[name] = make()
        return found

    def numbers(self, field: str) -> Integers:
        """Return the values of a NUMBER field, `MISSING` where a document has none."""
        column = value_column(field)
        found: Integers = self._column(
            column,
            lambda: np.concatenate(
                [np.empty(0, np.int64), *(s.numbers(column, ">i8", MISSING) for s in self.segments)]
            ),
        )
        return found

    def ranks(self, field: str) -> Integers:
        """Return each document's place in the order of a KEYWORD field, `MISSING` without."""
        found: Integers = self._column(f"ranks {field}", lambda: self._make_ranks(field))
        return found

    def _make_ranks(self, field: str) -> Integers:
        values = [v for s in self.segments for v in s.strings(value_column(field))]
        rank = {value: place for place, value in enumerate(sorted(set(values)))}
        rank[b""] = MISSING
        return np.fromiter((rank[value] for value in values), np.int64, len(values))

    def facet(self, field: str) -> FacetColumn:
        """Return the values of a KEYWORD field by document, made from its postings."""
        found: FacetColumn = self._column(f"facet {field}", lambda: self._make_facet(field))
        return found

    def _make_facet(self, field: str) -> FacetColumn:
        values = [term for term, _ in self.terms(field, "", None)]
        found = [self.postings(field, value).docs for value in values]
        docs = np.concatenate([np.empty(0, np.int64), *found])
        ordinals = np.repeat(np.arange(len(values)), [one.size for one in found])
        order = np.argsort(docs, kind="stable")
        starts = np.searchsorted(docs[order], np.arange(self.count + 1))
        return FacetColumn(tuple(values), docs[order], ordinals[order], starts)

    # --- documents --------------------------------------------------------------------------

    def number_of(self, document_id: str) -> int | None:
        """Return the number of the living document of an id."""
        docs = self.postings(ID_FIELD, document_id).docs
        living = docs[self.alive[docs]]
        return int(living[-1]) if living.size else None

    def id_of(self, number: int) -> str:
        """Return the id of a document."""
        ids: list[bytes] = self._column(
            "ids", lambda: [v for s in self.segments for v in s.strings(_ID_COLUMN)]
        )
        return ids[number].decode("utf-8")

    def stored(self, number: int) -> dict[str, str]:
        """Return the stored fields of a document."""
        found: dict[str, str] = json.loads(self._kept(number).get(STORED_FIELD, "{}"))
        return found

    def packed_terms(self, number: int) -> bytes:
        """Return what `_likeness` keeps of a document."""
        return bytes(self._kept(number).get(LIKE_FIELD, b""))

    def _kept(self, number: int) -> dict[str, Any]:
        bases = [segment.base for segment in self.segments]
        segment = self.segments[int(np.searchsorted(bases, number, "right")) - 1]
        return segment.stored(number - segment.base)


def _kept_lengths() -> Integers:
    """Return the field lengths that one byte tells apart in Lucene and tantivy (SmallFloat)."""
    free = 24
    lengths = list(range(free))
    for code in range(256 - free):
        shift = (code >> 3) - 1
        mantissa = code & 7
        lengths.append(free + (mantissa if shift < 0 else (mantissa | 8) << shift))
    return np.array(lengths, np.int64)


_LENGTHS: Final = _kept_lengths()
