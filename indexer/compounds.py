"""Compounds of a query written apart, and neighbours written as one word.

One decision: a seam is wherever both sides, read as words of their own, are parts that the
analyzer saw in the whole; so *kansantalous* comes apart before *talous* although its first part
is *kansa*, and no word is cut where Finnish has no border.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Final

from indexer.compiler import QueryCompiler, QueryWord

_MIN_PIECE: Final = 3
_MAX_CHARACTERS: Final = 60
_MAX_SPLITS: Final = 8


def joins(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the words with two neighbours written as one."""
    for place, (first, second) in enumerate(pairwise(words)):
        yield (*words[:place], first + second, *words[place + 2 :])


def splits(text: str, compiler: QueryCompiler) -> list[tuple[str, ...]]:
    """Return a compound's ways to be written apart: fewest pieces first, then the longest lead."""
    words = compiler.read(text)
    if len(words) != 1 or not words[0].parts or len(words[0].surface) > _MAX_CHARACTERS:
        return []
    surface = words[0].surface
    seams = _seams(words[0], compiler)
    found: list[tuple[str, ...]] = []
    for borders in range(1, len(seams) + 1):
        for chosen in sorted(combinations(seams, borders), reverse=True):
            ends = (*chosen, len(surface))
            pieces = [surface[a:b] for a, b in zip((0, *chosen), ends, strict=True)]
            found.append(tuple(piece.strip("-") for piece in pieces))
            if len(found) == _MAX_SPLITS:
                return found
    return found


def _seams(word: QueryWord, compiler: QueryCompiler) -> list[int]:
    """Return the places in a word where one part ends and the next begins."""
    parts, surface = frozenset(word.parts), word.surface
    return [
        place
        for place in range(_MIN_PIECE, len(surface) - _MIN_PIECE + 1)
        if surface[place] != "-"
        and _is_part(surface[:place], parts, compiler)
        and _is_part(surface[place:], parts, compiler)
    ]


def _is_part(text: str, parts: frozenset[str], compiler: QueryCompiler) -> bool:
    read = compiler.read(text.strip("-"))
    return (
        len(read) == 1 and len(read[0].surface) >= _MIN_PIECE and not parts.isdisjoint(read[0].full)
    )
