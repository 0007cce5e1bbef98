"""Posting lists in bulk: a codec for Whoosh whose postings are arrays.

One decision: a posting list is written as a whole in the narrowest integers that hold it, so it is
read with three `numpy.frombuffer` calls instead of a loop over pickled blocks of 128 postings
(100,000 pages, p50: a word 9 ms in stock Whoosh, 1.3 ms so).

    sizes in bytes of one id, frequency, position (0: left out), 0 | ids, each the difference to
    the one before | frequencies | positions, document after document

Frequencies are left out where all are 1, positions where the field has none.
"""

from __future__ import annotations

import sys
from array import array
from dataclasses import dataclass
from itertools import chain, pairwise
from mmap import mmap
from typing import Any, Final, NoReturn

import numpy as np
from numpy.typing import NDArray
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3Codec, W3TermInfo

from indexer.engines._whoosh_pool import TermList

_TYPECODES: Final = {1: "B", 2: "H", 4: "I"}
_HEADER_BYTES: Final = 4

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PostingList:
    """The documents of a term in one segment; ``freqs`` is None where every one is 1."""

    docs: Integers
    freqs: Integers | None
    positions: Integers | None

    @property
    def counts(self) -> Integers:
        """The frequency in each document."""
        return np.ones_like(self.docs) if self.freqs is None else self.freqs


def encode_postings(docs: list[int], freqs: list[int], positions: bytes) -> bytes:
    """Return the bytes of a posting list; ``positions`` are native 32-bit integers."""
    gaps = list(chain(docs[:1], (after - before for before, after in pairwise(docs))))
    has_freqs = any(freq != 1 for freq in freqs)
    places = array("I")
    places.frombytes(positions)
    parts = [_narrow(gaps), _narrow(freqs) if has_freqs else array("B"), _narrow(places)]
    sizes = bytes(part.itemsize if part else 0 for part in parts)
    if sys.byteorder == "big":
        for part in parts:
            part.byteswap()
    return sizes + b"\0" + b"".join(part.tobytes() for part in parts)


def _narrow(values: list[int] | array[int]) -> array[int]:
    largest = max(values, default=0)
    size = 1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 4
    return array(_TYPECODES[size], values)


def decode_postings(
    buffer: mmap | bytes, offset: int, count: int, *, with_positions: bool = False
) -> PostingList:
    """Return the posting list of ``count`` documents at ``offset``."""
    sizes = buffer[offset : offset + _HEADER_BYTES]
    at = offset + _HEADER_BYTES
    gaps = np.frombuffer(buffer, f"<u{sizes[0]}", count, at)
    at += count * sizes[0]
    freqs: Integers | None = None
    if sizes[1]:
        freqs = np.frombuffer(buffer, f"<u{sizes[1]}", count, at).astype(np.int64)
        at += count * sizes[1]
    positions: Integers | None = None
    if with_positions and sizes[2]:
        total = count if freqs is None else int(freqs.sum())
        positions = np.frombuffer(buffer, f"<u{sizes[2]}", total, at).astype(np.int64)
    return PostingList(np.cumsum(gaps, dtype=np.int64), freqs, positions)


class BulkCodec(W3Codec):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's codec with the postings of this module."""

    length_stats = False  # lengths are columns of their own

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> BulkPostingsWriter:  # noqa: FBT001, FBT002  Whoosh's signature
        """Return what writes posting lists into a file."""
        del byteids
        return BulkPostingsWriter(dbfile)

    def postings_reader(
        self, dbfile: Any, terminfo: W3TermInfo, format_: Any, term: Any = None, scorer: Any = None
    ) -> NoReturn:
        """Refuse: postings are read with `decode_postings`."""
        del dbfile, terminfo, format_, term, scorer
        msg = "Whoosh's matchers are not used; segments are merged by _whoosh_write"
        raise NotImplementedError(msg)


class BulkPostingsWriter(base.PostingsWriter):  # type: ignore[misc]
    """Collects the postings of a term and writes them at its end."""

    def __init__(self, dbfile: Any) -> None:
        self._file = dbfile
        self._clear()

    def _clear(self) -> None:
        self._docs: list[int] = []
        self._freqs: list[int] = []
        self._positions: list[bytes] = []

    def start_postings(self, format_: Any, terminfo: W3TermInfo) -> None:
        """Begin a term."""
        del format_
        self._terminfo = terminfo

    def add_posting(
        self, id_: int, weight: float, vbytes: bytes, length: int | None = None
    ) -> None:
        """Add a document of the term."""
        del length
        self._docs.append(id_)
        self._freqs.append(int(weight))
        self._positions.append(vbytes)

    def add_list(self, part: TermList) -> None:
        """Add many documents of the term, behind those it has."""
        self._docs += part.docs
        self._freqs += part.freqs
        self._positions.append(part.positions)

    def finish_postings(self) -> W3TermInfo:
        """Write the term's postings and return where they stand."""
        info = self._terminfo
        info._weight = sum(self._freqs)  # noqa: SLF001  a codec fills its own term info
        info._df = len(self._docs)  # noqa: SLF001
        start = self._file.tell()
        encoded = encode_postings(self._docs, self._freqs, b"".join(self._positions))
        self._file.write(encoded)
        info.set_extent(start, len(encoded))
        self._clear()
        return info

    def written(self) -> bool:
        """Whether part of the term is in the file already: never, a list is written whole."""
        return False
