"""The terms that tell a document from others, for ``like``.

One decision: no engine keeps term vectors; each document stores the commonest terms of the fields
that its schema compares, and which of them are rare is looked up when they are asked for.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from indexer.engine import AnyOf, IndexDocument, Query, Schema, TermQuery

_MAX_KEPT: Final = 200
_MAX_ASKED: Final = 25


def pack_terms(document: IndexDocument, schema: Schema) -> bytes:
    """Return the commonest terms of the compared fields, compressed; empty where there are none."""
    kept = {
        spec.name: [term for term, _ in _commonest(document.text.get(spec.name, ()))]
        for spec in schema.fields
        if spec.is_compared and document.text.get(spec.name)
    }
    return (
        zlib.compress(json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace"))
        if kept
        else b""
    )


def _commonest(terms: Iterable[Sequence[object]]) -> list[tuple[str, int]]:
    counts = Counter(str(term[0]) for term in terms)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MAX_KEPT]


def like_query(
    packed: bytes, fields: Sequence[str], count: Callable[[str, str], int]
) -> Query | None:
    """Return a query for the rarest kept terms that some other document holds too.

    ``count`` returns in how many documents a field holds a term.
    """
    kept: dict[str, list[str]] = json.loads(zlib.decompress(packed)) if packed else {}
    counted = [
        (count(field, term), field, term) for field in fields for term in kept.get(field, ())
    ]
    rarest = sorted(entry for entry in counted if entry[0] > 1)[:_MAX_ASKED]
    return AnyOf(tuple(TermQuery(field, term) for _, field, term in rarest)) if rarest else None
