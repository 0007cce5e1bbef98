"""What the site needs of a searcher: the port between pages and index.

One decision: the site knows seven questions and one order, and nothing of engines, so that its
tests run on a plain list of documents and the real searcher is passed in where the program starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from corpus.document import Document
from corpus.vocabulary import Vocabulary
from indexer.results import Completions, Fragment, Results, SearchRequest


class SiteSearcher(Protocol):
    """Answers a visitor's questions; safe for use by several threads."""

    def search(self, request: SearchRequest) -> Results:
        """Return hits, facets and ways out; an empty query finds everything.

        Raises `CorruptIndex` or `NotFound` when no generation can answer.
        """
        ...

    def generation(self) -> str:
        """Return the generation that answers; empty before the first one."""
        ...

    def suggest(self, text: str, limit: int) -> Sequence[str]:
        """Return at most ``limit`` searches that continue what is typed, best first."""
        ...

    def complete(self, text: str, limit: int) -> Completions:
        """Return at most ``limit`` searches, topics and publications that are being typed."""
        ...

    def related_to(self, document_id: str, limit: int) -> Sequence[Document]:
        """Return at most ``limit`` published documents near one, the nearest first."""
        ...

    def page_fragments(self, document_id: str, number: int, query: str) -> tuple[Fragment, ...]:
        """Return the whole text of a page, the query's surface forms marked.

        The fragments' texts joined are the page's text; empty when there is no such page.
        """
        ...

    def matching_pages(self, document_id: str, query: str) -> tuple[int, ...]:
        """Return the numbers of the pages that hold a word of the query, ascending."""
        ...

    def take_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Know another vocabulary from the next search on."""
        ...
