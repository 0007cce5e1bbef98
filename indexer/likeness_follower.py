"""Keeps the likenesses of documents up to date with the catalogue.

One decision: it follows the catalogue's changes by a watermark, as the index does. So it does not
matter which command recorded a text, and a killed run goes on where it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Final

from corpus import Catalogue, Document, Likeness, Likenesses, Page
from corpus.document import Status, Visibility
from corpus.errors import JulkaisuhakuError
from indexer.likeness import Text, likeness_of, may_be_alike, text_of

_log = logging.getLogger(__name__)
_BATCH: Final = 500  # fewer write the whole tree of bands again and again
_KEPT_TEXTS: Final = 500
_MOST: Final = 10  # pairs found from one document
_COMPARED: Final = frozenset({Visibility.PUBLISHED, Visibility.DRAFT})


class LikenessFollower:
    """Follows the catalogue: compares what changed with what may be like it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._likenesses = Likenesses(catalogue.database)
        self._texts: dict[str, Text] = {}

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Compare every document that changed; return how many. Killed, it goes on where it was.

        ``progress`` is told documents done and in all.
        """
        watermark = self._likenesses.watermark()
        total = self._catalogue.count_changes(after=watermark)
        if total and watermark == 0:
            self._begin()
        done = 0
        while changed := self._catalogue.changes(after=watermark, limit=_BATCH):
            self._take(changed)
            watermark = changed[-1].sequence
            done += len(changed)
            if progress is not None:
                progress(done, max(done, total))
        self._texts.clear()
        if done:
            self._catalogue.checkpoint()
        return done

    def _begin(self) -> None:
        """Forget what another method left behind, unless another process has begun meanwhile."""
        with self._catalogue.transaction():
            if self._likenesses.watermark() == 0:
                self._likenesses.begin_anew()

    def compared(self, document: Document, pages: Iterable[Page]) -> list[Likeness]:
        """Return what a document that is not kept is alike to, the most alike first."""
        return self._found(text_of(document, (page.text for page in pages)))

    def _take(self, changed: list[Document]) -> None:
        for document in changed:
            self._texts.pop(document.id, None)
        texts = [text for document in changed if (text := self._text(document)) is not None]
        with self._catalogue.transaction():
            self._likenesses.forget(document.id for document in changed)
            self._likenesses.keep_signatures([text.signature for text in texts])
            self._likenesses.keep([pair for text in texts for pair in self._found(text)])
            self._likenesses.set_watermark(changed[-1].sequence)

    def _found(self, text: Text) -> list[Likeness]:
        """Return the pairs a document is in, the most alike first."""
        is_file = text.document.original is not None
        linked = set(self._likenesses.linked(text.document.id) if is_file else ())
        candidates = self._likenesses.candidates(text.signature)
        likely = [one.document_id for one in candidates if may_be_alike(text.signature, one)]
        if not linked and not likely:
            return []
        found: list[Likeness] = []
        for document in self._catalogue.documents([*sorted(linked), *likely]).values():
            other = self._text(document)
            if other is not None:
                likeness = likeness_of(text, other, is_linked=document.id in linked)
                found += [likeness] if likeness is not None else []
        found.sort(key=lambda likeness: (-likeness.share, likeness.other_id))
        return found[:_MOST]

    def _text(self, document: Document) -> Text | None:
        """Return a document's text; None where it has none that could be shown, or is damaged."""
        if document.status is not Status.OK or document.visibility not in _COMPARED:
            return None
        known = self._texts.get(document.id)
        if known is None or known.document != document:
            try:
                pages = self._catalogue.pages(document.id)
            except JulkaisuhakuError:
                _log.exception("document %s could not be compared", document.id)
                return None
            known = text_of(document, (page.text for page in pages))
            if len(self._texts) >= _KEPT_TEXTS:
                self._texts.pop(next(iter(self._texts)))
            self._texts[document.id] = known
        return known
