"""The order of a snapshot's matches, and their facet counts.

One decision: only what can still reach the page is sorted: the matches up to the value that the
last wanted one has in the first key, ties included; their remaining keys and ids decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from indexer.engine import ID_FIELD, FieldKind, SortKey
from indexer.engines._whoosh_codec import Integers
from indexer.engines._whoosh_match import Matches, ranges
from indexer.engines._whoosh_schema import MISSING
from indexer.engines._whoosh_snapshot import Floats, Mask, Snapshot

SCORE: Final = "score"
_LAST: Final = np.iinfo(np.int64).max

Keys = Integers | Floats


def ordered(
    snapshot: Snapshot, found: Integers, scores: Floats | None, sort: Sequence[SortKey], wanted: int
) -> Integers:
    """Return the first ``wanted`` of the matches ``found`` in their final order."""
    keys = [_key(snapshot, found, scores, key) for key in sort or [SortKey(SCORE)]]
    keys = [key for key in keys if key.size]
    for key in keys[:1]:
        if 0 < wanted < found.size:
            border = np.partition(key, wanted - 1)[wanted - 1]
            near = key <= border
            found, keys = found[near], [one[near] for one in keys]
    ids = _id_ranks(snapshot, found)
    return found[np.lexsort([ids, *reversed(keys)])][:wanted]


def _key(snapshot: Snapshot, found: Integers, scores: Floats | None, key: SortKey) -> Keys:
    """Return what to sort by, smallest first; empty where the key orders nothing."""
    if key.field == SCORE:
        values: Keys = np.empty(0, np.float32) if scores is None else scores[found]
        return -values if key.order == "descending" else values
    numbers = _numbers(snapshot, key.field)[found]
    is_missing = numbers == MISSING
    turned = -numbers if key.order == "descending" else numbers
    return np.where(is_missing, _LAST, turned)


def _numbers(snapshot: Snapshot, field: str) -> Integers:
    if field == ID_FIELD:
        return snapshot.ranks(field)
    is_number = snapshot.schema.field(field).kind is FieldKind.NUMBER
    return snapshot.numbers(field) if is_number else snapshot.ranks(field)


_FEW: Final = 2_000


def _id_ranks(snapshot: Snapshot, found: Integers) -> Integers:
    """Return the places of the documents in the order of ids, for few without sorting all ids."""
    if found.size > _FEW:
        return snapshot.ranks(ID_FIELD)[found]
    ids = [snapshot.id_of(int(number)) for number in found]
    order = np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)
    places = np.empty_like(order)
    places[order] = np.arange(order.size)
    return places


def facet_counts(snapshot: Snapshot, field: str, mask: Mask) -> dict[str, int]:
    """Return how many of the documents have each value of a field."""
    if snapshot.schema.field(field).kind is FieldKind.NUMBER:
        numbers = snapshot.numbers(field)[mask]
        values, counts = np.unique(numbers[numbers != MISSING], return_counts=True)
        return {
            str(value): count for value, count in zip(values.tolist(), counts.tolist(), strict=True)
        }
    column = snapshot.facet(field)
    found = np.flatnonzero(mask)
    if found.size * 4 > mask.size:
        chosen = column.ordinals[mask[column.docs]]
    else:
        starts = column.starts[found]
        chosen = column.ordinals[ranges(starts, column.starts[found + 1] - starts)]
    counts = np.bincount(chosen, minlength=len(column.values))
    return {
        value: count for value, count in zip(column.values, counts.tolist(), strict=True) if count
    }


def living(snapshot: Snapshot, matches: Matches) -> Mask:
    """Return which matches are not deleted."""
    return matches.mask & snapshot.alive
