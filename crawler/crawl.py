"""A crawl: the addresses of one source are fetched, politely, and what they give is kept.

One decision: one crawl at a time. A kernel lock in the data directory tells a second one who is
at work, so that no site is asked twice at once and no two runs share a queue.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from corpus._disk import FileLock, utc_now
from corpus.catalogue import Catalogue
from corpus.crawl_history import CrawlHistory
from corpus.crawls import CrawlRun, CrawlStore
from corpus.errors import InvalidInput
from corpus.originals import OriginalStore
from corpus.settings import Settings
from corpus.sources import Source, SourceKind
from crawler.address import Scope, canonical
from crawler.fetcher import Fetcher, OpenSocket
from crawler.frontier import Frontier
from crawler.guard import Guard
from crawler.keeper import Keeper
from crawler.lanes import Lanes
from crawler.limits import Limits
from crawler.moves import Moves
from crawler.recorder import Recorder
from crawler.removal import Removal
from crawler.report import (
    CrawlReport,
    FailedAddress,
    OnProgress,
    kept_report,
    no_progress,
    report_of,
)
from crawler.robots import AGENT

LOCK_NAME: Final = "crawl.lock"


def crawl(
    source: Source,
    *,
    catalogue: Catalogue,
    originals: OriginalStore,
    crawls: CrawlStore,
    settings: Settings,
    progress: OnProgress = no_progress,
    only_failed: bool = False,
    allow_drop: bool = False,
    limits: Limits | None = None,
    open_socket: OpenSocket | None = None,
    now: Callable[[], datetime] = utc_now,
) -> CrawlReport:
    """Crawl a source, or go on with its crawl that was interrupted, and return the report.

    ``crawls`` shares the catalogue's database. After each call of ``progress`` what it counts
    survives a power cut. ``allow_drop`` lets a large share of the documents be marked gone.
    Raises `Busy` when another crawl is at work (naming it), `InvalidInput` for a source that
    cannot be crawled; what goes wrong with single addresses is in the report.
    """
    check_source(source)
    job = _Job(
        source=source,
        catalogue=catalogue,
        originals=originals,
        crawls=crawls,
        settings=settings,
        limits=_bounds(source, limits or Limits.of(settings)),
        progress=progress,
        now=now,
    )
    lock = FileLock(settings.data / LOCK_NAME, f"crawl {source.id}")
    lock.acquire(timeout_s=job.limits.lock_wait_s)
    with lock:
        begun = time.monotonic()
        run = job.fetch(only_failed=only_failed, open_socket=open_socket)
        return job.conclude(run, begun=begun, allow_drop=allow_drop)


@dataclass(frozen=True, slots=True)
class _Job:
    """One crawl with what it works on; the caller holds the lock."""

    source: Source
    catalogue: Catalogue
    originals: OriginalStore
    crawls: CrawlStore
    settings: Settings
    limits: Limits
    progress: OnProgress
    now: Callable[[], datetime]

    def fetch(self, *, only_failed: bool, open_socket: OpenSocket | None) -> CrawlRun:
        """Fetch until nothing is left; return the run."""
        source, limits, crawls, now = self.source, self.limits, self.crawls, self.now
        scope = Scope.of(source.scope, source.files)
        history = CrawlHistory(crawls.database)
        frontier = Frontier(crawls, source.id, scope, limits=limits, now=now, history=history)
        frontier.open(source.start, only_failed=only_failed)
        with self._keeper() as keeper:
            lanes = Lanes(
                source,
                frontier=frontier,
                recorder=Recorder(keeper, crawls=crawls, frontier=frontier, now=now),
                crawls=crawls,
                fetcher=fetcher_for(
                    source, settings=self.settings, limits=limits, open_socket=open_socket
                ),
                limits=limits,
                setting_delay_s=self.settings.delay_s,
                progress=self.progress,
            )
            asyncio.run(lanes.run())
        return frontier.run

    def _keeper(self) -> Keeper:
        return Keeper(
            self.source.id,
            catalogue=self.catalogue,
            originals=self.originals,
            crawls=self.crawls,
            defaults=self.source.default_values(),
            full_fetch=timedelta(days=self.limits.full_fetch_days),
            now=self.now,
        )

    def conclude(self, run: CrawlRun, *, begun: float, allow_drop: bool) -> CrawlReport:
        """Decide what is gone, close the run, keep its report and return it."""
        removal = Removal(
            self.source.id, catalogue=self.catalogue, crawls=self.crawls, limits=self.limits
        )
        history = CrawlHistory(self.crawls.database)
        with self.catalogue.transaction():
            Moves(self.source.id, run.id, self.crawls).count(at=self.now())
            gone, pending, warning = removal.conclude(at=self.now(), allow_drop=allow_drop)
            self.crawls.finish(run.id, at=self.now(), gone=gone, pending=pending)
            history.settle_links(run, at=self.now())
            report = report_of(
                self.crawls,
                run.id,
                source=self.source.id,
                gone=gone,
                pending=pending,
                seconds=time.monotonic() - begun,
                warning=FailedAddress(self.source.start[0], warning) if warning else None,
                broken=history.dead(self.source.id),
            )
            history.keep(kept_report(self.crawls, run, report, at=self.now()))
        self.catalogue.checkpoint()
        return report


def check_source(source: Source) -> None:
    """Raise `InvalidInput` for a source that cannot be crawled."""
    if source.kind is not SourceKind.WEB:
        message = f"The source {source.id} is of the kind {source.kind}, which is not crawled."
        raise InvalidInput(message, subject=source.id)
    if not source.has_address:
        message = f"The address of the source {source.id} is known only while it is served."
        raise InvalidInput(message, subject=source.id)
    scope = Scope.of(source.scope, source.files)
    for start in source.start:  # in canonical form: dots and parameters have their say
        if not scope.covers(canonical(start)):
            message = f"The source {source.id}: its scope excludes its own start {start}."
            raise InvalidInput(message, subject=source.id)


def _bounds(source: Source, limits: Limits) -> Limits:
    return replace(
        limits,
        max_pages=limits.max_pages if source.max_pages is None else source.max_pages,
        max_depth=limits.max_depth if source.max_depth is None else source.max_depth,
    )


def fetcher_for(
    source: Source,
    *,
    settings: Settings,
    limits: Limits,
    open_socket: OpenSocket | None = None,
) -> Fetcher:
    """Return the fetcher of a source: it may reach private hosts only where the source says so."""
    scope = Scope.of((*source.start, *source.scope), source.files)
    guard = Guard(scope.hosts if source.allow_private else frozenset())
    contact = f"; {settings.contact_email}" if settings.contact_email else ""
    return Fetcher(
        guard,
        user_agent=f"{AGENT}/1.0 (crawler of publications{contact})",
        limits=limits,
        open_socket=open_socket,
    )
