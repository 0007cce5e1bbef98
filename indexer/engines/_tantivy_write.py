"""Writing into a tantivy index.

One decision: one indexing thread, so that the same documents make the same segments, and a new
writer for each batch, so that its lock is held only while something is written.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import tantivy
from tantivy import PreTokenizedString, Token

from indexer.engine import ID_FIELD, FieldKind, FieldSpec, IndexDocument, Schema
from indexer.engines._likeness import pack_terms
from indexer.engines._tantivy_check import contained

STORED_FIELD: Final = "_stored"
LIKE_FIELD: Final = "_like"
_HEAP_BYTES: Final = 64 * 1024 * 1024


def open_writer(index: tantivy.Index) -> tantivy.IndexWriter:
    """Return a writer; the caller waits for its merging threads, which also gives up its lock."""
    return index.writer(_HEAP_BYTES, 1)


class TantivyBatch:
    """Changes of one commit (`indexer.engine.Batch`)."""

    def __init__(self, path: Path, schema: Schema, writer: tantivy.IndexWriter) -> None:
        self._path = path
        self._schema = schema
        self._writer = writer

    def add(self, document: IndexDocument) -> None:
        """Add a document, replacing one of the same id."""
        made = self._document(document)
        with contained(self._path):
            self._writer.delete_documents_by_term(ID_FIELD, document.id)
            self._writer.add_document(made)

    def delete(self, document_id: str) -> None:
        """Remove a document."""
        with contained(self._path):
            self._writer.delete_documents_by_term(ID_FIELD, document_id)

    def delete_where(self, field: str, value: str) -> None:
        """Remove every document whose KEYWORD ``field`` holds ``value``."""
        with contained(self._path):
            self._writer.delete_documents_by_term(field, value)

    def _document(self, document: IndexDocument) -> tantivy.Document:
        made = tantivy.Document()
        made.add_text(ID_FIELD, document.id)
        made.add_bytes(STORED_FIELD, json.dumps(dict(document.stored)).encode())
        packed = pack_terms(document, self._schema)
        if packed:
            made.add_bytes(LIKE_FIELD, packed)
        for spec in self._schema.fields:
            if spec.kind in (FieldKind.TEXT, FieldKind.TERMS):
                if terms := document.text.get(spec.name):
                    _add_terms(made, spec, terms)
            elif spec.kind is FieldKind.KEYWORD:
                for value in dict.fromkeys(document.keywords.get(spec.name, ())):
                    made.add_text(spec.name, _encodable(value))
            elif spec.kind is FieldKind.NUMBER and spec.name in document.numbers:
                made.add_integer(spec.name, document.numbers[spec.name])
        return made


def _add_terms(made: tantivy.Document, spec: FieldSpec, terms: Sequence[tuple[str, int]]) -> None:
    if spec.kind is FieldKind.TERMS:
        # One text for the library to split costs an eighth of an object for each n-gram.
        texts = [term for term, _ in terms]
        joined = " ".join(texts)
        if joined.split() == texts:
            made.add_text(spec.name, _encodable(joined))
            return
    made.add_pre_tokenized_text(spec.name, _tokens(terms))


def _tokens(terms: Sequence[tuple[str, int]]) -> PreTokenizedString:
    try:
        return PreTokenizedString("", [Token(text, at, 0, 0) for text, at in terms])
    except ValueError:  # a lone surrogate, as some PDF files have it
        return PreTokenizedString("", [Token(_encodable(text), at, 0, 0) for text, at in terms])


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
