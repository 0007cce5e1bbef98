"""Changes of the catalogue into index documents, one after another, on as many cores as help.

One decision: this process alone reads the catalogue and writes the index; only what lies between,
words into terms, is done by others, in chunks small enough to keep memory bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from corpus import Document, Page
from indexer.builder import IndexBuilder
from indexer.engine import IndexDocument
from indexer.workers import WORTH_STARTING, Kit, Workers

CHUNK_DOCUMENTS: Final = 25
CHUNK_CHARACTERS: Final = 200_000

Built = tuple[IndexDocument, list[IndexDocument]]
"""A publication and its pages."""

_Part = tuple[Document, tuple[Page, ...]]


class Building:
    """Builds what is to be indexed, here or in workers."""

    def __init__(
        self,
        builder: IndexBuilder,
        workers: Workers,
        pages_of: Callable[[str], Sequence[Page]],
    ) -> None:
        self._builder = builder
        self._workers = workers
        self._pages_of = pages_of

    def built(self, changes: Sequence[Document]) -> Iterator[tuple[Document, Built | None]]:
        """Yield each change with its index documents, None for one that is not searchable."""
        if len(changes) < WORTH_STARTING:
            for document in changes:
                yield document, _built(self._builder, self._part(document))
            return
        made = self._workers.made(_build_there, self._build_here, self._chunks(changes))
        for chunk, documents in made:
            yield from zip((document for document, _ in chunk), documents, strict=True)

    def _part(self, document: Document) -> _Part:
        pages = tuple(self._pages_of(document.id)) if document.is_searchable else ()
        # Notes are a view that cannot be sent to another process, and are not indexed.
        return replace(document, notes={}), pages

    def _chunks(self, changes: Iterable[Document]) -> Iterator[tuple[_Part, ...]]:
        chunk: list[_Part] = []
        characters = 0
        for part in map(self._part, changes):
            chunk.append(part)
            characters += sum(len(page.text) for page in part[1])
            if len(chunk) == CHUNK_DOCUMENTS or characters > CHUNK_CHARACTERS:
                yield tuple(chunk)
                chunk, characters = [], 0
        if chunk:
            yield tuple(chunk)

    def _build_here(self, chunk: tuple[_Part, ...]) -> list[Built | None]:
        return [_built(self._builder, part) for part in chunk]


def _build_there(kit: Kit, chunk: tuple[_Part, ...]) -> list[Built | None]:
    return [_built(kit.builder, part) for part in chunk]


def _built(builder: IndexBuilder, part: _Part) -> Built | None:
    document, pages = part
    return builder.build(document, pages) if document.is_searchable else None
