"""Posting lists into the files of a new segment, from memory or from older segments.

One decision: Whoosh merges by stepping through every posting and sorting all of them again;
segments are sorted already, so their lists are joined as arrays, a term at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from typing import Any

import numpy as np

from indexer.engines._whoosh_codec import Integers, decode_postings
from indexer.engines._whoosh_pool import TermList


@dataclass(frozen=True, slots=True)
class MergedSegment:
    """A segment that is merged: its terms, and the new number of each document (-1: deleted)."""

    terms: Any
    numbers: Integers

    def lists(self) -> Iterator[TermList]:
        """Return the lists of the living documents, by field and term."""
        buffer = self.terms._postfile.mapped  # noqa: SLF001  a file of this package's storage
        for term, info in self.terms.items():
            offset, _ = info.extent()
            found = decode_postings(buffer, offset, info.doc_frequency(), with_positions=True)
            docs, counts = self.numbers[found.docs], found.counts
            living = docs >= 0
            positions = b""
            if found.positions is not None:
                positions = found.positions[np.repeat(living, counts)].astype("=u4").tobytes()
            yield TermList(term, docs[living].tolist(), counts[living].tolist(), positions)


def merged_lists(segments: list[MergedSegment]) -> Iterator[TermList]:
    """Return the lists of all segments, by field and term."""
    return merge(*(segment.lists() for segment in segments), key=lambda part: part.term)


def write_lists(writer: Any, schema: Any, lists: Iterator[TermList]) -> None:
    """Write lists with Whoosh's field writer; parts of one term are joined."""
    for field, of_field in groupby(lists, key=lambda part: part.term[0]):
        writer.start_field(field, schema[field])
        for term, of_term in groupby(of_field, key=lambda part: part.term):
            parts = [part for part in of_term if part.docs]
            if parts:
                writer.start_term(term[1])
                for part in parts:
                    writer._postwriter.add_list(part)  # noqa: SLF001  this package's class
                writer.finish_term()
        writer.finish_field()
