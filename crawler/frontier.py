"""The frontier: which addresses a run still has to fetch, and why others are not among them.

One decision: nothing is only remembered in memory. What is queued, done or left out stands in
the catalogue's database with its reason; the frontier adds the rules (scope, depth, traps,
budget) and a set of what it has seen, which it can rebuild from there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from corpus.crawl_history import SAYS_ABSENT, CrawlHistory
from corpus.crawls import AddressKind, CrawlRun, CrawlStore, Decision, Outcome, QueuedAddress
from corpus.errors import ForbiddenAddress, InvalidInput
from crawler.address import Scope, canonical, host_key, origin_of
from crawler.limits import Limits
from crawler.media import is_no_document, names_document
from crawler.page import Link
from crawler.sitemap import Listing
from crawler.traps import Traps

RESUMED_DAYS: Final = 7.0
MAX_SITEMAPS: Final = 500
OUTSIDE: Final = "outside the scope"
NOFOLLOW: Final = "nofollow"


class Frontier:
    """The queue of one run of one source; used by one thread."""

    def __init__(
        self,
        crawls: CrawlStore,
        source: str,
        scope: Scope,
        *,
        limits: Limits,
        now: Callable[[], datetime],
        history: CrawlHistory,
    ) -> None:
        self._crawls = crawls
        self._history = history
        self._dead = history.dead_urls(source)
        self._source = source
        self.scope = scope
        self._limits = limits
        self._now = now
        self._seen: set[str] = set()
        self._passed: set[str] = set()
        self._leased: set[str] = set()
        self._sitemaps = 0
        self._queued_ever = 0
        self._left_out = 0
        self.fetched = 0
        self.waiting = 0
        self.traps = Traps()
        self.run = CrawlRun(0, source, now())

    def open(self, start: Iterable[str], *, only_failed: bool = False) -> None:
        """Resume the run that was interrupted, or begin one at the start addresses.

        With ``only_failed`` what failed in the latest run is queued instead of the start.
        """
        now = self._now()
        interrupted = self._crawls.unfinished(
            self._source, since=now - timedelta(days=RESUMED_DAYS)
        )
        if interrupted is not None and (only_failed or not interrupted.is_partial):
            self.run = interrupted
            if only_failed:
                self._crawls.retry_failed(self.run.id)
            self._recall()
            # A start that the source was given since is not forgotten.
            self._enqueue(self._queued(canonical(url), depth=0) for url in start)
            return
        with self._crawls.database.transaction():
            failed = self._crawls.failed_addresses(self._source) if only_failed else []
            self.run = self._crawls.begin(self._source, at=now, is_partial=only_failed)
            if only_failed:
                self._enqueue(failed)
            else:
                self._enqueue(self._queued(canonical(url), depth=0) for url in start)

    def _recall(self) -> None:
        for url, is_queued in self._crawls.addresses(self.run.id):
            self._seen.add(url)
            self._queued_ever += is_queued
            self._left_out += not is_queued
            if is_queued:
                self.traps.judge(url)
        self.fetched = self._crawls.count_fetched(self.run.id)

    def _queued(
        self, url: str, *, depth: int, referrer: str | None = None, text: str | None = None
    ) -> QueuedAddress:
        return QueuedAddress(url, host_key(url), depth, referrer=referrer, link_text=text)

    def _enqueue(self, addresses: Iterable[QueuedAddress]) -> None:
        fresh = list(addresses)
        self._seen.update(one.url for one in fresh)
        self._queued_ever += len(fresh)
        if fresh:
            self._crawls.enqueue(self.run.id, fresh)

    def take(self, host: str, *, limit: int) -> list[QueuedAddress]:
        """Lease the next addresses of a host, the longest waiting first."""
        budget = self._budget()
        if budget <= 0:
            if not self._leased:
                self._stop()
            return []
        waiting = self._crawls.waiting(self.run.id, host, limit=len(self._leased) + limit)
        taken = [one for one in waiting if one.url not in self._leased][: min(limit, budget)]
        self._leased.update(one.url for one in taken)
        return taken

    def _stop(self) -> None:
        reason = f"the budget of {self._limits.max_pages} pages is used up"
        for host in self._crawls.waiting_hosts(self.run.id):
            self._crawls.settle_host(self.run.id, host, outcome=Outcome.SKIPPED, reason=reason)

    def hosts(self) -> list[str]:
        """Return the hosts at which addresses wait; a run that has none left is swept once.

        Sweeping queues the documents that nothing links any more, so that their absence is seen.
        """
        waiting = self._open_hosts()
        if waiting or self._leased or self.run.is_swept or self.run.is_partial:
            return waiting
        self.run = self._crawls.sweep(self.run)
        return self._open_hosts()

    def _open_hosts(self) -> list[str]:
        """Return the hosts with addresses that nobody has leased."""
        if self._leased and self._budget() <= 0:
            return []
        waiting = Counter(self._crawls.waiting_hosts(self.run.id))
        self.waiting = waiting.total()
        waiting.subtract(host_key(url) for url in self._leased)
        return [host for host, number in waiting.items() if number > 0]

    def _budget(self) -> int:
        return self._limits.max_pages - self.fetched - len(self._leased)

    def settle(self, decision: Decision, kind: AddressKind) -> None:
        """Mark an address done; what stood back for it waits again if it holds no document."""
        self._crawls.settle(self.run.id, decision)
        self._leased.discard(decision.url)
        self.fetched += decision.is_fetched and kind is AddressKind.PAGE
        if decision.outcome in (Outcome.FAILED, Outcome.ABSENT, Outcome.SKIPPED):
            self._crawls.revive_twins(self.run.id, decision.url)
        is_dead = decision.outcome in (Outcome.FAILED, Outcome.ABSENT)
        is_dead = is_dead or decision.reason == SAYS_ABSENT
        if is_dead and decision.is_fetched and kind is AddressKind.PAGE:
            self._dead.add(decision.url)

    def close_host(self, host: str, reason: str, *, returned: Iterable[str]) -> None:
        """Give up what waits at a host; nothing is concluded about its documents.

        ``returned`` are leased addresses that nobody is fetching.
        """
        self._leased.difference_update(returned)
        self._crawls.settle_host(self.run.id, host, outcome=Outcome.FAILED, reason=reason)

    def outcome_of(self, url: str) -> Outcome | None:
        """Return what became of an address in this run, None while it is not known."""
        decision = self._crawls.decision(self.run.id, url)
        return None if decision is None else decision.outcome

    def reason_of(self, url: str) -> str:
        """Return why an address became what it became in this run."""
        decision = self._crawls.decision(self.run.id, url)
        return "" if decision is None else decision.reason

    def follow(self, entry: QueuedAddress, links: Iterable[Link]) -> None:
        """Queue the links of a page, or keep why not."""
        fresh: list[QueuedAddress] = []
        left_out: list[Decision] = []
        for link in links:
            if link.url in self._dead:
                self._history.note_link(self._source, link.url, entry.url, at=self._now())
            if link.url in self._seen or link.url == entry.url:
                continue
            decision = self._judged(link, entry)
            if decision is None:
                depth = entry.depth + 1
                fresh.append(
                    self._queued(link.url, depth=depth, referrer=entry.url, text=link.text or None)
                )
                self._seen.add(link.url)
            else:
                left_out.append(decision)
        self._enqueue(fresh)
        self._leave_out(left_out)

    def _leave_out(self, decisions: Iterable[Decision]) -> None:
        """Keep why addresses are not queued; where there is no end of them, of the first ones."""
        limit = self._limits.max_addresses
        kept = [one for one in decisions if one.url not in self._passed]
        kept = kept[: max(limit - self._left_out, 0)]
        if not kept:
            return
        for one in kept:
            (self._seen if one.outcome is Outcome.SKIPPED else self._passed).add(one.url)
        self._left_out += len(kept)
        if self._left_out == limit:
            last = f"{kept[-1].reason} (beyond {limit:,} such addresses none is listed)"
            kept[-1] = replace(kept[-1], reason=last)
        self._crawls.pass_by(self.run.id, kept)

    def _judged(self, link: Link, entry: QueuedAddress) -> Decision | None:
        outcome, reason = Outcome.SKIPPED, ""
        path = urlsplit(link.url).path
        if not self.scope.covers_file(link.url):
            reason = OUTSIDE
        elif not self.scope.covers(link.url) and not names_document(path, link.text):
            outcome, reason = Outcome.PASSED, OUTSIDE  # another link may say it is a file
        elif is_no_document(path):
            reason = "not a document by its name"
        elif link.is_nofollow:
            outcome, reason = Outcome.PASSED, NOFOLLOW
        elif entry.depth >= self._limits.max_depth:
            outcome, reason = Outcome.PASSED, f"deeper than {self._limits.max_depth} links"
        elif self._queued_ever >= self._limits.max_addresses:
            outcome, reason = Outcome.PASSED, f"beyond {self._limits.max_addresses:,} addresses"
        else:
            reason = self.traps.judge(link.url)
        return Decision(link.url, outcome, reason, entry.url) if reason else None

    def list_sitemaps(self, urls: Iterable[str], *, referrer: str | None, depth: int = 0) -> None:
        """Queue sitemaps and feeds."""
        fresh: list[QueuedAddress] = []
        for url in urls:
            if url in self._seen or self._sitemaps >= MAX_SITEMAPS:
                continue
            self._sitemaps += 1
            fresh.append(
                QueuedAddress(url, host_key(url), depth, AddressKind.SITEMAP, referrer=referrer)
            )
        self._enqueue(fresh)

    def list_site(self, origin: str, named: Iterable[str]) -> None:
        """Queue the sitemaps of a site: those its robots.txt names, else where one would be."""
        if not any(origin_of(prefix) == origin for prefix in self.scope.pages):
            return
        sitemaps = [url for url in (_canonical_or_none(one) for one in named) if url is not None]
        if sitemaps:
            self.list_sitemaps(sitemaps, referrer=f"{origin}/robots.txt")
        else:
            self.list_sitemaps([f"{origin}/sitemap.xml"], referrer=None)

    def follow_listing(self, entry: QueuedAddress, listing: Listing) -> None:
        """Queue what a sitemap or feed names inside the scope; the rest of a site is not noise."""
        if entry.depth <= self._limits.max_hops:
            self.list_sitemaps(listing.sitemaps, referrer=entry.url, depth=entry.depth + 1)
        inside = [one for one in listing.addresses if self.scope.covers_file(one.url)]
        self.follow(entry, (Link(one.url, one.title) for one in inside))

    def redirect(self, entry: QueuedAddress, target: str) -> str:
        """Queue where a redirect leads; the reason why not, or an empty string."""
        chain = (*entry.redirects, entry.url)
        if target in chain:
            return "redirects in a circle"
        if len(chain) > self._limits.max_hops:
            return f"more than {self._limits.max_hops} redirects"
        if not self.scope.covers_file(target):
            return f"redirects {OUTSIDE}: {target}"
        self._enqueue(
            [
                QueuedAddress(
                    target,
                    host_key(target),
                    entry.depth,
                    entry.kind,
                    entry.referrer,
                    entry.link_text,
                    chain,
                )
            ]
        )
        return ""

    def stand_back(self, entry: QueuedAddress, named: str) -> bool:
        """Queue the address a page names as its own; whether the page may leave itself to it.

        Not where that address is outside, left itself to another, or turned out to hold nothing;
        nor where it is the front page, which broken templates name on every page.
        """
        if not self.scope.covers(named) or urlsplit(named).path in ("", "/"):
            return False
        held = (None, Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)
        if self.outcome_of(named) not in held or self.traps.judge(named):
            return False
        self._enqueue([self._queued(named, depth=entry.depth, referrer=entry.url)])
        return True


def _canonical_or_none(url: str) -> str | None:
    try:
        return canonical(url)
    except (ForbiddenAddress, InvalidInput):
        return None
