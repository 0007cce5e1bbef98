"""The product's schema in Whoosh's terms: what is posted, what stands in columns.

One decision: whatever a query needs for many documents at once (lengths, numbers, ids, sort keys)
is a column that numpy reads as an array; stored fields are only opened for the hits shown.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator
from typing import Any, Final

from whoosh import columns, fields, formats

from indexer.engine import ID_FIELD, FieldKind, FieldSpec, IndexDocument, Schema
from indexer.engines._likeness import pack_terms

STORED_FIELD: Final = "document__stored"
LIKE_FIELD: Final = "document__like"
MISSING: Final = -(2**63)
_MAX_NUMBER: Final = 2**63 - 1
_MAX_TERM_BYTES: Final = 65_530  # the limit of the other engine, so that both leave out the same


class TermsField(fields.FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field of terms that are ready: no analyser is run on them."""

    def __init__(self, *, has_positions: bool) -> None:
        super().__init__(formats.Existence(), None)
        self.has_positions = has_positions

    def index(
        self, value: Iterable[tuple[str, int]], **kwargs: Any
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Return each distinct term with its frequency and its positions."""
        del kwargs
        found: dict[bytes, array[int]] = {}
        for text, position in value:
            term = text.encode("utf-8", "replace")
            places = found.get(term)
            if places is None:
                found[term] = array("I", (position,))
            else:
                places.append(position)
        for term, places in found.items():
            if 0 < len(term) <= _MAX_TERM_BYTES:
                at = places.tobytes() if self.has_positions else b""
                yield term, len(places), float(len(places)), at


def length_column(field: str) -> str:
    """Return the name of the column of a field's lengths in terms."""
    return f"{field}__length"


def value_column(field: str) -> str:
    """Return the name of the column of a field's values."""
    return f"{field}__value"


def whoosh_schema(schema: Schema) -> fields.Schema:
    """Return Whoosh's schema of an index."""
    made = fields.Schema()
    made.add(ID_FIELD, TermsField(has_positions=False))
    made.add(value_column(ID_FIELD), fields.COLUMN(columns.VarBytesColumn()))
    made.add(STORED_FIELD, fields.STORED())
    made.add(LIKE_FIELD, fields.STORED())
    for spec in schema.fields:
        match spec.kind:
            case FieldKind.TEXT | FieldKind.TERMS:
                made.add(spec.name, TermsField(has_positions=spec.kind is FieldKind.TEXT))
                made.add(length_column(spec.name), fields.COLUMN(columns.NumericColumn("I")))
            case FieldKind.KEYWORD:
                made.add(spec.name, TermsField(has_positions=False))
                if spec.is_sortable:
                    made.add(value_column(spec.name), fields.COLUMN(columns.VarBytesColumn()))
            case FieldKind.NUMBER:
                column = columns.NumericColumn("q", default=MISSING)
                made.add(value_column(spec.name), fields.COLUMN(column))
            case FieldKind.STORED:
                pass  # kept in STORED_FIELD
    return made


def whoosh_values(document: IndexDocument, schema: Schema) -> dict[str, object]:
    """Return a document as the keyword arguments of Whoosh's ``add_document``."""
    values: dict[str, object] = {
        ID_FIELD: [(document.id, 0)],
        value_column(ID_FIELD): document.id.encode("utf-8", "replace"),
        STORED_FIELD: json.dumps(dict(document.stored)),
    }
    packed = pack_terms(document, schema)
    if packed:
        values[LIKE_FIELD] = packed
    for spec in schema.fields:
        _add_values(values, spec, document)
    return values


def _add_values(values: dict[str, object], spec: FieldSpec, document: IndexDocument) -> None:
    if spec.kind in (FieldKind.TEXT, FieldKind.TERMS):
        terms = document.text.get(spec.name)
        if terms:
            values[spec.name] = terms
            values[length_column(spec.name)] = len(terms)
    elif spec.kind is FieldKind.KEYWORD:
        keywords = list(dict.fromkeys(document.keywords.get(spec.name, ())))
        if keywords:
            values[spec.name] = [(keyword, 0) for keyword in keywords]
            if spec.is_sortable:
                values[value_column(spec.name)] = keywords[0].encode("utf-8", "replace")
    elif spec.kind is FieldKind.NUMBER and spec.name in document.numbers:
        number = document.numbers[spec.name]
        values[value_column(spec.name)] = min(max(number, MISSING + 1), _MAX_NUMBER)
