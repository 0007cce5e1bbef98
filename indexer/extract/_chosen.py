"""Which of several findings leave the extraction.

The decision behind it: of a single-valued field the catalogue takes the most confident value, so
all findings are kept as evidence; of a multi-valued field it unites them, so only the best source
may speak, or two spellings of one author would become two authors.
"""

from __future__ import annotations

from collections.abc import Iterable

from corpus.document import MULTI_FIELDS, FieldValue

_UNITED = frozenset({"isbn", "issn"})  # a paper and an electronic edition are both right


def chosen(values: Iterable[FieldValue]) -> tuple[FieldValue, ...]:
    """Return the values without empty ones, without repeats, one source a multi-valued field."""
    kept: dict[tuple[str, object], FieldValue] = {}
    best: dict[str, FieldValue] = {}
    for value in values:
        if value.value in {"", ()}:
            continue
        if value.name in MULTI_FIELDS and value.name not in _UNITED:
            leader = best.get(value.name)
            if leader is None or value.confidence > leader.confidence:
                best[value.name] = value
            continue
        known = kept.get((value.name, value.value))
        if known is None or value.confidence > known.confidence:
            kept[value.name, value.value] = value
    return (*kept.values(), *best.values())
