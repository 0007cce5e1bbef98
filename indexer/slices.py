"""Long work over the words of an index, in slices with a rest between them.

One decision: a thread that computes in Python holds up every search for as long as it does not
let go, so the work is cut into slices of about a millisecond, and whoever ordered it says in
``rest`` how long to let others go first (or raises there, to give the work up).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

_SLICE: Final = 2_000
_Item = TypeVar("_Item")

Rest = Callable[[], None]


def at_once() -> None:
    """Go on without a rest."""


def slices(items: Sequence[_Item], rest: Rest) -> Iterator[Sequence[_Item]]:
    """Yield the items in slices, with a rest after each."""
    for start in range(0, len(items), _SLICE):
        yield items[start : start + _SLICE]
        rest()


def most_frequent(
    words: Sequence[tuple[str, int]], limit: int, rest: Rest = at_once
) -> Sequence[tuple[str, int]]:
    """Return at most ``limit`` words with the highest counts, in their order.

    Of those with the lowest count that still has room, the first are kept.
    """
    if len(words) <= limit:
        return words
    histogram: Counter[int] = Counter()
    for some in slices(words, rest):
        histogram.update(count for _, count in some)
    room, lowest = limit, 0
    for lowest in sorted(histogram, reverse=True):
        if histogram[lowest] > room:
            break
        room -= histogram[lowest]
    kept: list[tuple[str, int]] = []
    for some in slices(words, rest):
        for word, count in some:
            if count > lowest:
                kept.append((word, count))
            elif count == lowest and room:
                kept.append((word, count))
                room -= 1
    return kept
