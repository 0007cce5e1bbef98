"""The keeper: an answer that is wanted becomes a document, or is found to be the one it was.

One decision: an address is compared with its own last answer first (bytes of a file, main text of
a page); only what differs from that reaches the catalogue, so that a crawl that finds nothing new
writes nothing the index would have to follow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from corpus.catalogue import Catalogue
from corpus.crawls import CrawlStore, FetchRecord, Outcome, QueuedAddress
from corpus.document import Address, Change, FieldValue, Original, Visibility
from corpus.originals import OriginalStore
from crawler.fetcher import Response, Validators
from crawler.page import PageReading

ACTOR: Final = "crawler"
# Waits for the disk have to lie side by side: one thread alone took 2.6 to 6.6 ms a file on a busy
# disk, eight with eight files each 0.2 to 0.4.
_WRITERS: Final = 8
_WRITTEN_AT_ONCE: Final = 8
_TWIN_CHARS: Final = 200  # shorter texts ("Loading…") are equal by accident
_Kept = tuple[str | None, str | None, str]  # document, original, why it is no document of its own
_OUTCOMES: Final = {
    Change.NEW: Outcome.NEW,
    Change.CHANGED: Outcome.CHANGED,
    Change.UNCHANGED: Outcome.UNCHANGED,
}


class Keeper:
    """Keeps what one source gives; every method runs inside the caller's transaction."""

    def __init__(
        self,
        source: str,
        *,
        catalogue: Catalogue,
        originals: OriginalStore,
        crawls: CrawlStore,
        defaults: tuple[FieldValue, ...],
        full_fetch: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        self._source = source
        self._catalogue = catalogue
        self._originals = originals
        self._crawls = crawls
        self._defaults = defaults
        self._full_fetch = full_fetch
        self._now = now
        self._writers = ThreadPoolExecutor(_WRITERS, thread_name_prefix="crawl-originals")
        self._bodies: list[bytes] = []
        self._written: list[Future[list[str]]] = []

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the threads that write originals."""
        self._writers.shutdown()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Group what is kept: all of it durable at the end, or none.

        Originals are written beside the catalogue's rows, because most of their time is waiting
        for the disk; the catalogue is committed only when all of them are there.
        """
        try:
            with self._catalogue.transaction():
                yield
                self._write_originals()
                for written in self._written:
                    written.result()
        finally:
            self._bodies.clear()
            self._written.clear()

    def _write_originals(self) -> None:
        if self._bodies:
            self._written.append(self._writers.submit(self._originals.add_all, self._bodies))
            self._bodies = []

    def one(self) -> AbstractContextManager[None]:
        """Group what belongs to one address of a batch: undone alone when it raises."""
        return self._catalogue.transaction()

    def known(self, urls: Iterable[str]) -> dict[str, FetchRecord]:
        """Return what is remembered of addresses, by address."""
        return self._crawls.fetch_records(self._source, urls)

    def withdrawn(self, urls: Iterable[str]) -> set[str]:
        """Return the addresses of withdrawn documents: not even their bytes may come back."""
        return {url for url in self._crawls.hidden(urls) if self._is_withdrawn(url)}

    def _is_withdrawn(self, url: str) -> bool:
        known = self._catalogue.find_address(url)
        if known is None:
            return False
        document = self._catalogue.document(known.document_id)
        return document.visibility is Visibility.WITHDRAWN

    def validators(self, known: FetchRecord | None) -> Validators | None:
        """Return what the server may be asked, where an answer 304 would be enough.

        Not for ever (validators lie), and not where the original is missing.
        """
        if known is None or known.full_at is None or known.absent_times:
            return None
        if self._now() - known.full_at >= self._full_fetch:
            return None
        if known.sha256 is not None and not self._originals.has(known.sha256):
            return None
        return Validators(known.etag, known.last_modified)

    def is_read(self, known: FetchRecord, response: Response) -> bool:
        """Whether a page is to the byte what was read before, and all it leads to is remembered.

        A header may say something new about the same bytes; a page with validators that is
        fetched in full all the same is read anew, because that is what it is fetched for.
        """
        is_told = bool(response.robots_tags) or _has_validators(response.validators)
        return bool(known.links) and not is_told and self._is_same(known, response, None)

    def confirm(self, known: FetchRecord, *, is_full: bool) -> tuple[Outcome, str]:
        """Note that an address is unchanged, by the server's word or fetched in full."""
        self._crawls.see_again(self._source, known.url, at=self._now(), is_full=is_full)
        return _standing(known)

    def twin(self, url: str, reading: PageReading) -> str | None:
        """Return another address of the source that gave the same main text, or None."""
        if reading.text_chars < _TWIN_CHARS:
            return None
        found = self._crawls.with_text(self._source, reading.text_hash)
        return None if found is None or found.url == url else found.url

    def count_absence(self, known: FetchRecord) -> None:
        """Count that a document's address did not give it; how often decides, at the end."""
        self._crawls.remember(self._source, known.absent_again(self._now()))

    def _record(
        self,
        entry: QueuedAddress,
        response: Response,
        reading: PageReading | None,
        kept: _Kept,
    ) -> FetchRecord:
        document_id, sha256, reason = kept
        given = response.validators
        now = self._now()
        return FetchRecord(
            url=entry.url,
            document_id=document_id,
            sha256=sha256,
            text_hash=None if reading is None else reading.text_hash,
            etag=given.etag,
            last_modified=given.last_modified,
            reason=reason,
            links=() if reading is None else _links_of(reading, given),
            fetched_at=now,
            full_at=now,
        )

    def keep(
        self,
        entry: QueuedAddress,
        response: Response,
        *,
        known: FetchRecord | None,
        media_type: str,
        reading: PageReading | None = None,
        moved_from: str | None = None,
    ) -> tuple[Outcome, str]:
        """Make a document of an answer, or find that it is the one that is kept."""
        if known is not None and self._is_same(known, response, reading):
            self._renew(known, entry, response, reading)
            return _standing(known)
        sha256 = hashlib.sha256(response.body).hexdigest()
        self._bodies.append(response.body)
        if len(self._bodies) >= _WRITTEN_AT_ONCE:
            self._write_originals()
        if moved_from is not None:
            self._move(entry.url, moved_from)
        name = response.filename or unquote(urlsplit(entry.url).path).rpartition("/")[2][:255]
        recorded = self._catalogue.record(
            original=Original(sha256, media_type, len(response.body), name),
            address=self._address(entry, response),
            values=self._defaults,
            notes=_notes(reading),
            actor=ACTOR,
        )
        is_twin = recorded.duplicate_of == recorded.document_id and moved_from is None
        reason = self._same_bytes(entry.url, recorded.document_id) if is_twin else ""
        kept = recorded.document_id, sha256, reason
        self._crawls.remember(self._source, self._record(entry, response, reading, kept))
        return (Outcome.SKIPPED, reason) if reason else (_OUTCOMES[recorded.change], "")

    def leave_out(
        self, entry: QueuedAddress, response: Response, reading: PageReading, reason: str
    ) -> None:
        """Remember a page that is no document, so that its links are known at the next 304."""
        left = self._record(entry, response, reading, (None, None, reason))
        self._crawls.remember(self._source, left)

    def _renew(
        self,
        known: FetchRecord,
        entry: QueuedAddress,
        response: Response,
        reading: PageReading | None,
    ) -> None:
        """Note that an address gave the same once more, with the validators it has by now."""
        renewed = self._record(
            entry, response, reading, (known.document_id, known.sha256, known.reason)
        )
        if replace(renewed, fetched_at=known.fetched_at, full_at=known.full_at) == known:
            self._crawls.see_again(self._source, known.url, at=self._now(), is_full=True)
        else:
            self._crawls.remember(self._source, renewed)

    def _is_same(self, known: FetchRecord, response: Response, reading: PageReading | None) -> bool:
        # A document that was gone is recorded again: that is what publishes it.
        if known.document_id is None or known.sha256 is None or known.absent_times:
            return False
        if not self._originals.has(known.sha256):
            return False
        if reading is not None:
            return known.text_hash == reading.text_hash
        return known.sha256 == hashlib.sha256(response.body).hexdigest()

    def _same_bytes(self, url: str, document_id: str) -> str:
        others = [one.url for one in self._catalogue.addresses(document_id)]
        other = next((address for address in others if address != url), None)
        return "" if other is None else f"the same document as {other}"

    def _move(self, url: str, earlier: str) -> None:
        """Let a document that moved for good keep its identity at the new address."""
        known = self._catalogue.find_address(earlier)
        if known is None or self._catalogue.find_address(url) is not None:
            return
        original = self._catalogue.document(known.document_id).original
        if original is not None:
            address = Address(url, self._source)
            self._catalogue.record(original=original, address=address, actor=ACTOR)

    def _address(self, entry: QueuedAddress, response: Response) -> Address:
        return Address(
            url=entry.url,
            source=self._source,
            fetched_at=self._now(),
            etag=response.validators.etag,
            last_modified=response.validators.last_modified,
            redirects=entry.redirects,
            referrer=entry.referrer,
            link_text=entry.link_text,
        )


def _has_validators(given: Validators) -> bool:
    return given.etag is not None or given.last_modified is not None


def _links_of(reading: PageReading, given: Validators) -> tuple[tuple[str, str, bool], ...]:
    """Return the links to go on from when the page turns out to be what it was.

    They are remembered where the server can be asked, and where there is nothing but links.
    """
    is_more = bool(reading.feeds) or reading.canonical is not None
    if reading.is_nofollow or (is_more and not _has_validators(given)):
        return ()
    return tuple((one.url, one.text, one.is_nofollow) for one in reading.links)


def _standing(known: FetchRecord) -> tuple[Outcome, str]:
    """Return what an unchanged address counts as: what it counted as before."""
    if known.reason or known.document_id is None:
        return Outcome.SKIPPED, known.reason
    return Outcome.UNCHANGED, ""


def _notes(reading: PageReading | None) -> dict[str, str] | None:
    """Tell the extraction what only the answer knew; a list is kept but is no publication."""
    if reading is None:
        return None
    notes = {"charset": reading.charset}
    if reading.is_list:
        notes["role"] = "list"
    return notes
