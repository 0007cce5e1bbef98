"""Several Whoosh segments into one, list by list.

One decision: Whoosh merges by stepping through every posting and sorting all of them again;
segments are sorted already, so lists are joined as arrays, a term at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from typing import Any

import numpy as np

from indexer.engines._whoosh_codec import Integers, decode_postings

Term = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class MergedSegment:
    """A segment that is merged: its terms, and the new number of each document (-1: deleted)."""

    terms: Any
    numbers: Integers

    def lists(self, order: int) -> Iterator[tuple[Term, int, Any]]:
        """Return field and term, the segment's place and where the list is, in order."""
        for term, info in self.terms.items():
            yield term, order, info

    def read(self, info: Any) -> tuple[Integers, Integers, bytes]:
        """Return the living documents of a list, frequencies and positions."""
        buffer = self.terms._postfile.mapped  # noqa: SLF001  a file of this package's storage
        offset, _ = info.extent()
        found = decode_postings(buffer, offset, info.doc_frequency(), with_positions=True)
        docs, counts = self.numbers[found.docs], found.counts
        living = docs >= 0
        positions = b""
        if found.positions is not None:
            positions = found.positions[np.repeat(living, counts)].astype("=u4").tobytes()
        return docs[living], counts[living], positions


def write_merged(writer: Any, schema: Any, segments: list[MergedSegment]) -> None:
    """Write the lists of all segments with Whoosh's field writer."""
    runs = [segment.lists(order) for order, segment in enumerate(segments)]
    entries = merge(*runs, key=lambda entry: entry[:2])
    for field, of_field in groupby(entries, key=lambda entry: entry[0][0]):
        writer.start_field(field, schema[field])
        for (_, term), of_term in groupby(of_field, key=lambda entry: entry[0]):
            parts = [segments[order].read(info) for _, order, info in of_term]
            if any(docs.size for docs, _, _ in parts):
                writer.start_term(term)
                for docs, counts, positions in parts:
                    writer._postwriter.add_list(docs, counts, positions)  # noqa: SLF001
                writer.finish_term()
        writer.finish_field()
