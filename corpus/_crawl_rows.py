"""The values of a crawl's memory, and how they are read from rows.

One decision: an outcome is a word of one list, the same in the queue, the report and the log, so
that every address a crawl met has exactly one answer to "what became of it, and why".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from sqlite3 import Row
from urllib.parse import urlsplit


class AddressKind(StrEnum):
    """What an address of the queue is fetched for."""

    PAGE = "page"  # a page or a file
    SITEMAP = "sitemap"  # a sitemap or feed


class Outcome(StrEnum):
    """What became of an address in a run."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LISTED = "listed"  # a sitemap or feed that was read
    REDIRECTED = "redirected"  # its target is another entry of the queue
    ABSENT = "absent"  # 404, 410 or a page that says so, where a document was
    FAILED = "failed"
    SKIPPED = "skipped"
    PASSED = "passed"  # not followed this way (nofollow, too deep); another way may lead to it


@dataclass(frozen=True, slots=True)
class LastRun:
    """The latest run of a source: when it was, and what became of its pages and files."""

    source: str
    started_at: datetime
    finished_at: datetime | None  # None: interrupted, or still at work
    touched_at: datetime
    counts: Mapping[Outcome, int]


@dataclass(frozen=True, slots=True)
class QueuedAddress:
    """An address that is to be fetched, and how it was found."""

    url: str
    host: str
    depth: int = 0
    kind: AddressKind = AddressKind.PAGE
    referrer: str | None = None
    link_text: str | None = None
    redirects: tuple[str, ...] = ()
    position: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of an address, and why."""

    url: str
    outcome: Outcome
    reason: str = ""
    referrer: str | None = None
    is_fetched: bool = False
    twin_of: str | None = None  # the address it stood back for


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """What the last answers of an address were.

    ``links`` holds url, text and nofollow of each link, where the page may turn out unchanged
    without being read anew (an answer 304 has no body to read them from).
    """

    url: str
    document_id: str | None = None
    sha256: str | None = None
    text_hash: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    reason: str = ""  # why no document was made of it
    links: tuple[tuple[str, str, bool], ...] = ()
    fetched_at: datetime | None = None
    full_at: datetime | None = None  # when the whole was last fetched, whatever a validator said
    absent_times: int = 0
    absent_since: datetime | None = None

    def absent_again(self, at: datetime) -> FetchRecord:
        """Return the record with one more time at which the address did not give its document."""
        since = self.absent_since or at
        times = self.absent_times + 1
        return replace(self, fetched_at=at, absent_times=times, absent_since=since)


@dataclass(frozen=True, slots=True)
class CrawlRun:
    """One run of a source; a run that was interrupted is resumed under its number."""

    id: int
    source: str
    started_at: datetime
    is_resumed: bool = False
    is_partial: bool = False  # only what failed before
    is_swept: bool = False  # known addresses that nothing links any more were queued too


def host_of(url: str) -> str:
    """Return host and port of a canonical address: what is queued together."""
    return urlsplit(url).netloc


def moment_text(moment: datetime | None) -> str | None:
    """Return a moment as it is stored."""
    return None if moment is None else moment.isoformat()


def moment_from(text: str | None) -> datetime | None:
    """Return a moment as it was stored."""
    return None if text is None else datetime.fromisoformat(text)


def queued_from(row: Row) -> QueuedAddress:
    """Read an entry of the queue."""
    return QueuedAddress(
        url=row["url"],
        host=row["host"],
        depth=row["depth"],
        kind=AddressKind(row["kind"]),
        referrer=row["referrer"],
        link_text=row["link_text"],
        redirects=tuple(json.loads(row["redirects"])),
        position=row["position"],
    )


def decision_from(row: Row) -> Decision:
    """Read what became of an address."""
    return Decision(
        url=row["url"],
        outcome=Outcome(row["outcome"]),
        reason=row["reason"],
        referrer=row["referrer"],
        is_fetched=bool(row["is_fetched"]),
        twin_of=row["twin_of"],
    )


def record_from(row: Row) -> FetchRecord:
    """Read what is remembered of an address."""
    return FetchRecord(
        url=row["url"],
        document_id=row["document_id"],
        sha256=row["sha256"],
        text_hash=row["text_hash"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        reason=row["reason"],
        links=tuple((url, text, bool(mark)) for url, text, mark in json.loads(row["links"])),
        fetched_at=moment_from(row["fetched_at"]),
        full_at=moment_from(row["full_at"]),
        absent_times=row["absent_times"],
        absent_since=moment_from(row["absent_since"]),
    )
