"""The recorder: what an answer means for the corpus, decided and written in one transaction.

One decision: the original is stored first, then document, fetch record and the queue's mark are
committed together. Between the two a kill costs one fetch; after the commit nothing is fetched
again, and there is no moment at which an address counts as done without its document.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Final

from corpus.crawl_history import SAYS_ABSENT
from corpus.crawls import (
    AddressKind,
    CrawlStore,
    Decision,
    FetchRecord,
    Outcome,
    QueuedAddress,
)
from corpus.errors import Busy, JulkaisuhakuError, StorageError
from crawler.fetcher import PERMANENT, Response, Validators
from crawler.frontier import OUTSIDE, Frontier
from crawler.keeper import Keeper
from crawler.media import HTML, Kind, kind_of, sniff
from crawler.page import MAX_LINKS, Link, PageReader, PageReading, header_forbids
from crawler.sitemap import read_listing

ABSENT: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
MOVED: Final = tuple(f"{status} " for status in sorted(PERMANENT))
_CUT: Final = f"only its first {MAX_LINKS:,} links are followed"
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Assignment:
    """An address to be fetched, what is remembered of it, and what the server can be asked."""

    entry: QueuedAddress
    known: FetchRecord | None = None
    validators: Validators | None = None
    refusal: Decision | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """An assignment with what came of it: an answer, an error, or a decision before."""

    assignment: Assignment
    response: Response | None = None
    error: JulkaisuhakuError | None = None
    refusal: Decision | None = None

    @property
    def entry(self) -> QueuedAddress:
        """The address of the queue."""
        return self.assignment.entry

    @property
    def size_bytes(self) -> int:
        """The size of the answer's body."""
        return 0 if self.response is None else len(self.response.body)


class Recorder:
    """Writes what was fetched for one source; used by one thread."""

    def __init__(
        self,
        keeper: Keeper,
        *,
        crawls: CrawlStore,
        frontier: Frontier,
        now: Callable[[], datetime],
    ) -> None:
        self._keeper = keeper
        self._crawls = crawls
        self._frontier = frontier
        self._now = now
        self._reader = PageReader()
        self.tally: Counter[Outcome] = Counter(crawls.counts(frontier.run.id))

    def assign(self, entries: Sequence[QueuedAddress]) -> list[Assignment]:
        """Return how addresses are to be asked for, or why they are not.

        What is remembered of an address stays true until it is stored: nobody else records it.
        """
        pages = [entry.url for entry in entries if entry.kind is AddressKind.PAGE]
        known, withdrawn = self._keeper.known(pages), self._keeper.withdrawn(pages)
        return [self._assigned(entry, known.get(entry.url), withdrawn) for entry in entries]

    def _assigned(
        self, entry: QueuedAddress, known: FetchRecord | None, withdrawn: set[str]
    ) -> Assignment:
        reason = "withdrawn" if entry.url in withdrawn else self._refusal(entry)
        if reason:
            refusal = Decision(entry.url, Outcome.SKIPPED, reason)
            return Assignment(entry, known, refusal=refusal)
        return Assignment(entry, known, self._keeper.validators(known))

    def _refusal(self, entry: QueuedAddress) -> str:
        if entry.kind is AddressKind.SITEMAP:
            return ""
        if not self._frontier.scope.covers_file(entry.url):
            return OUTSIDE  # the source was narrowed since
        if entry.depth and self._frontier.traps.is_closed(entry.url):
            return "trap: its pattern gives the same pages again and again"
        return ""

    def store(self, batch: Iterable[Fetched]) -> None:
        """Record a batch; when this returns it survives a power cut."""
        with self._keeper.batch():
            for fetched in batch:
                decision = self._decided(fetched)
                self._frontier.settle(decision, fetched.entry.kind)
                if fetched.entry.kind is AddressKind.PAGE:
                    self.tally[decision.outcome] += 1
            self._crawls.touch(self._frontier.run.id, at=self._now())

    def _decided(self, fetched: Fetched) -> Decision:
        """Decide one address; what goes wrong with it stays with it."""
        entry = fetched.entry
        if fetched.refusal is not None:
            return fetched.refusal
        if fetched.response is None:
            reason = fetched.error.message if fetched.error is not None else "no answer"
            return _decision(entry, Outcome.FAILED, reason, is_fetched=False)
        try:
            with self._keeper.one():
                return self._answered(fetched.assignment, fetched.response)
        except (StorageError, Busy):
            raise
        except Exception as error:  # noqa: BLE001 - the border of one document
            _LOG.exception("%s could not be recorded", entry.url)
            return _decision(entry, Outcome.FAILED, f"could not be recorded: {error}")

    def _answered(self, assignment: Assignment, response: Response) -> Decision:
        entry, known = assignment.entry, assignment.known
        if response.status == HTTPStatus.NOT_MODIFIED and known is not None:
            return self._confirmed(entry, known, is_full=False)
        if response.is_redirect and response.location is not None:
            return self._redirected(assignment, response, response.location)
        if entry.kind is AddressKind.SITEMAP:
            return self._sitemap(entry, response)
        if response.status == HTTPStatus.OK and response.body:
            return self._delivered(assignment, response)
        reason = answered(response.status) if not response.is_ok else "empty answer"
        if response.status in ABSENT and known is not None:
            return self._unwanted(assignment, reason)
        return _decision(entry, Outcome.FAILED, reason)

    def _confirmed(self, entry: QueuedAddress, known: FetchRecord, *, is_full: bool) -> Decision:
        """Go on from a page that is what it was: to the links it had, without reading it."""
        self._frontier.follow(entry, (Link(*link) for link in known.links))
        self._frontier.traps.note(entry.url, is_repeat=False)
        decision = _decision(entry, *self._keeper.confirm(known, is_full=is_full))
        return _told_of(decision, len(known.links))

    def _redirected(self, assignment: Assignment, response: Response, target: str) -> Decision:
        entry, known = assignment.entry, assignment.known
        refusal = self._frontier.redirect(entry, target)
        if OUTSIDE in refusal:
            if known is not None and known.document_id and response.status in PERMANENT:
                self._keeper.count_absence(known)
            return _decision(entry, Outcome.SKIPPED, refusal)
        if refusal:
            return _decision(entry, Outcome.FAILED, refusal)
        return _decision(entry, Outcome.REDIRECTED, f"{response.status} to {target}")

    def _sitemap(self, entry: QueuedAddress, response: Response) -> Decision:
        if not response.is_ok:
            # A sitemap that was only guessed at is not missing.
            outcome = Outcome.LISTED if entry.referrer is None else Outcome.FAILED
            return _decision(entry, outcome, answered(response.status))
        listing = read_listing(response.body, entry.url)
        self._frontier.follow_listing(entry, listing)
        found = len(listing.addresses) + len(listing.sitemaps)
        return _decision(entry, Outcome.LISTED, f"{found} addresses")

    def _unwanted(self, assignment: Assignment, reason: str) -> Decision:
        """Leave a page out; a document it was before is counted absent, never removed at once."""
        entry, known = assignment.entry, assignment.known
        if known is not None and known.document_id is not None and not known.reason:
            self._keeper.count_absence(known)
            return _decision(entry, Outcome.ABSENT, reason)
        return _decision(entry, Outcome.SKIPPED, reason)

    def _delivered(self, assignment: Assignment, response: Response) -> Decision:
        entry = assignment.entry
        media_type = sniff(response.body, declared=response.content_type, url=entry.url)
        kind = kind_of(media_type)
        if kind is Kind.PAGE:
            return self._page(assignment, response)
        if kind is Kind.LISTING:
            self._frontier.follow_listing(entry, read_listing(response.body, entry.url))
            return _decision(entry, Outcome.LISTED, media_type)
        if kind is Kind.OTHER:
            return self._unwanted(assignment, f"not a document: {media_type}")
        if header_forbids(response.robots_tags):
            return self._unwanted(assignment, "noindex")
        return self._kept(assignment, response, media_type=media_type)

    def _page(self, assignment: Assignment, response: Response) -> Decision:
        entry = assignment.entry
        if not self._frontier.scope.covers(entry.url):
            return self._unwanted(assignment, f"a page {OUTSIDE}")
        if assignment.known is not None and self._keeper.is_read(assignment.known, response):
            return self._confirmed(entry, assignment.known, is_full=True)
        reading = self._reader.read(
            response.body,
            entry.url,
            content_type=response.content_type,
            robots_tags=response.robots_tags,
        )
        if reading.is_soft_404:
            return self._unwanted(assignment, SAYS_ABSENT)
        if not reading.is_nofollow:
            self._frontier.follow(entry, reading.links)
            feeds = (feed for feed in reading.feeds if self._is_of_use(feed, entry))
            self._frontier.list_sitemaps(feeds, referrer=entry.url)
        if reading.is_noindex:
            return self._noindex(assignment, response, reading)
        left_out = self._left_to_another(assignment, reading)
        if left_out is not None:
            return left_out
        self._frontier.traps.note(entry.url, is_repeat=False)
        decision = self._kept(assignment, response, media_type=HTML, reading=reading)
        return _told_of(decision, len(reading.links))

    def _is_of_use(self, feed: str, entry: QueuedAddress) -> bool:
        """Whether a feed may name what its page does not link.

        A feed below its page tells of that page (its answers, its entries); content management
        systems offer one for each, which would double what is asked of them.
        """
        is_own = entry.depth > 0 and feed.startswith(entry.url.partition("?")[0].rstrip("/") + "/")
        return self._frontier.scope.covers(feed) and not is_own

    def _noindex(
        self, assignment: Assignment, response: Response, reading: PageReading
    ) -> Decision:
        known = assignment.known
        if known is None or known.document_id is None:
            self._keeper.leave_out(assignment.entry, response, reading, "noindex")
        return self._unwanted(assignment, "noindex")

    def _left_to_another(self, assignment: Assignment, reading: PageReading) -> Decision | None:
        """Decide a page that is another address's: by its own word, or by its text."""
        entry, known = assignment.entry, assignment.known
        named = reading.canonical
        if named is not None and self._frontier.stand_back(entry, named):
            return replace(self._unwanted(assignment, f"calls itself {named}"), twin_of=named)
        if known is not None and known.document_id is not None:
            return None
        twin = self._keeper.twin(entry.url, reading)
        if twin is None:
            return None
        self._frontier.traps.note(entry.url, is_repeat=True)
        return _decision(entry, Outcome.SKIPPED, f"the same text as {twin}")

    def _kept(
        self,
        assignment: Assignment,
        response: Response,
        *,
        media_type: str,
        reading: PageReading | None = None,
    ) -> Decision:
        entry = assignment.entry
        moved = (
            url
            for url in reversed(entry.redirects)
            if self._frontier.reason_of(url).startswith(MOVED)
        )
        outcome, reason = self._keeper.keep(
            entry,
            response,
            known=assignment.known,
            media_type=media_type,
            reading=reading,
            moved_from=next(moved, None),
        )
        return _decision(entry, outcome, reason)


def answered(status: int) -> str:
    """Return the reason of an address that was answered with an error."""
    return f"the server answered {status}"


def _told_of(decision: Decision, links: int) -> Decision:
    """Let a page that is kept say that it has more links than are followed."""
    is_cut = links >= MAX_LINKS and not decision.reason
    return replace(decision, reason=_CUT) if is_cut else decision


def _decision(
    entry: QueuedAddress, outcome: Outcome, reason: str = "", *, is_fetched: bool = True
) -> Decision:
    return Decision(entry.url, outcome, reason, entry.referrer, is_fetched=is_fetched)
