"""The posting lists of a segment that is being written.

One decision: Whoosh keeps a tuple for each posting and sorts them all; here each term grows its
own list, which is in document order already, so only terms are sorted (three times as fast). What
exceeds the memory limit is spilled to a run of sorted terms and joined at the end.
"""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from typing import Any, BinaryIO

_LIST_BYTES = 400  # what three empty arrays, their tuple and the key take
_POSTING_BYTES = 8

Term = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class TermList:
    """Part of a term's posting list; ``positions`` are native 32-bit integers."""

    term: Term
    docs: list[int]
    freqs: list[int]
    positions: bytes


class TermPool:
    """Takes the place of Whoosh's pool; ``storage`` is the writer's temporary folder."""

    def __init__(self, storage: Any, limit_bytes: int) -> None:
        self._storage = storage
        self._limit_bytes = limit_bytes
        self._runs: list[str] = []
        self._clear()

    def _clear(self) -> None:
        self._terms: dict[Term, tuple[array[int], array[int], bytearray]] = {}
        self._size_bytes = 0

    def add(self, posting: tuple[str, bytes, int, float, bytes]) -> None:
        """Add a posting as Whoosh's writer gives it."""
        field, text, number, weight, positions = posting
        found = self._terms.get((field, text))
        if found is None:
            self._size_bytes += _LIST_BYTES
            found = self._terms[field, text] = (array("I"), array("I"), bytearray())
        found[0].append(number)
        found[1].append(int(weight))
        found[2].extend(positions)
        self._size_bytes += _POSTING_BYTES + len(positions)
        if self._size_bytes > self._limit_bytes:
            self._spill()

    def _spill(self) -> None:
        name = f"{len(self._runs)}.run"
        with self._storage.create_file(name).raw_file() as file:
            for part in self._in_memory():
                marshal.dump((part.term, part.docs, part.freqs, part.positions), file)
        self._runs.append(name)
        self._clear()

    def _in_memory(self) -> Iterator[TermList]:
        for term in sorted(self._terms):
            docs, freqs, positions = self._terms[term]
            yield TermList(term, docs.tolist(), freqs.tolist(), bytes(positions))

    def lists(self) -> Iterator[TermList]:
        """Return all parts, by field and term; parts of one term in document order."""
        runs = [self._read_run(name) for name in self._runs]
        return merge(*runs, self._in_memory(), key=lambda part: part.term)

    def _read_run(self, name: str) -> Iterator[TermList]:
        file: BinaryIO
        with self._storage.open_file(name).raw_file() as file:
            while True:
                try:
                    yield TermList(*marshal.load(file))  # noqa: S302  written a moment ago
                except EOFError:
                    return

    def cleanup(self) -> None:
        """Forget everything; the temporary folder goes with the writer."""
        self._clear()
