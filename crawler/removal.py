"""Removal: when a document that is no longer found counts as gone.

One decision: absence has to be said by the site itself (404, 410, a page that says so, noindex),
several times and over days, at every address of the document. A time-out, an error of the server
or a missing link never removes anything, and when much is gone at once nothing is: that is a
broken site more often than a cleared one, so a person is asked.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from corpus.catalogue import Catalogue
from corpus.crawls import CrawlStore, FetchRecord
from corpus.document import Visibility
from crawler.keeper import ACTOR
from crawler.limits import Limits


class Removal:
    """Decides at the end of a run which documents of a source are gone."""

    def __init__(
        self, source: str, *, catalogue: Catalogue, crawls: CrawlStore, limits: Limits
    ) -> None:
        self._source = source
        self._catalogue = catalogue
        self._crawls = crawls
        self._limits = limits

    def conclude(self, *, at: datetime, allow_drop: bool) -> tuple[int, int, str]:
        """Mark what is gone; return how many are gone now, how many may be later, and a warning.

        The warning says that so much would be gone that nothing was marked.
        """
        gone: list[str] = []
        pending = 0
        for document_id in self._absent_documents():
            if self._is_gone(document_id, at):
                gone.append(document_id)
            else:
                pending += 1
        total = self._crawls.count_documents(self._source)
        is_drop = len(gone) > self._limits.drop_floor
        if is_drop and len(gone) > total * self._limits.drop_share and not allow_drop:
            warning = (
                f"{len(gone)} of {total} documents are no longer there. That many at once are"
                " not removed without being asked for."
            )
            return 0, pending + len(gone), warning
        return self._catalogue.mark_gone(gone, actor=ACTOR), pending, ""

    def _absent_documents(self) -> list[str]:
        """Return the published documents that none of their addresses gives any more."""
        records = self._crawls.absent(self._source)
        ids = dict.fromkeys(one.document_id for one in records if one.document_id is not None)
        found = self._catalogue.documents(ids)
        return [
            document_id
            for document_id, document in found.items()
            if document.visibility is Visibility.PUBLISHED and self._is_absent(document_id)
        ]

    def _is_absent(self, document_id: str) -> bool:
        crawled = {one.url: one for one in self._crawls.of_document(document_id)}
        kept = {address.url for address in self._catalogue.addresses(document_id)}
        is_all_crawled = kept <= set(crawled)
        return is_all_crawled and all(one.absent_times for one in crawled.values())

    def _is_gone(self, document_id: str, at: datetime) -> bool:
        return all(self._is_settled(one, at) for one in self._crawls.of_document(document_id))

    def _is_settled(self, record: FetchRecord, at: datetime) -> bool:
        since = record.absent_since or at
        is_often = record.absent_times >= self._limits.gone_after_times
        return is_often and at - since >= timedelta(days=self._limits.gone_after_days)
