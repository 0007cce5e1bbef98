"""What a crawl tells: while it runs, and at its end.

One decision: the report is counted from the run's own queue, so that a crawl that was interrupted
and resumed reports the whole run, and every number can be traced to its addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from corpus.crawl_history import DeadAddress, KeptReport, ReportedAddress
from corpus.crawls import CrawlRun, CrawlStore, Decision, Outcome


@dataclass(frozen=True, slots=True)
class FailedAddress:
    """An address that could not be had, and the page that links it."""

    url: str
    reason: str
    referrer: str | None = None


@dataclass(frozen=True, slots=True)
class SkippedAddress:
    """An address that was left out on purpose."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """The end of a crawl; the object ``crawl --json`` prints for a source.

    ``fetched`` counts addresses that were answered; ``new``, ``changed``, ``unchanged`` and
    ``gone`` count documents; ``pending`` those that answer 404 or 410 but are not gone yet.
    ``broken`` are the dead addresses that pages link, with since when, also from earlier runs.
    """

    source: str
    fetched: int
    new: int
    changed: int
    unchanged: int
    gone: int
    pending: int
    seconds: float
    failed: tuple[FailedAddress, ...] = ()
    skipped: tuple[SkippedAddress, ...] = ()
    broken: tuple[DeadAddress, ...] = ()

    def counts(self) -> dict[str, int]:
        """Return what is counted, under the words of ``crawl --json``."""
        return {
            "fetched": self.fetched,
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "gone": self.gone,
            "pending": self.pending,
        }

    def as_dict(self) -> dict[str, object]:
        """Return the object as ``crawl --json`` prints it."""
        return {
            "source": self.source,
            **self.counts(),
            "seconds": round(self.seconds, 3),
            "failed": [
                {"url": one.url, "reason": one.reason, "referrer": one.referrer}
                for one in self.failed
            ],
            "skipped": [{"url": one.url, "reason": one.reason} for one in self.skipped],
            "broken": [broken_as_dict(one) for one in self.broken],
        }


def broken_as_dict(address: DeadAddress) -> dict[str, object]:
    """Return a dead address as ``crawl --json`` prints it."""
    return {
        "url": address.url,
        "reason": address.reason,
        "since": address.since.isoformat(timespec="seconds"),
        "referrers": list(address.referrers),
    }


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a crawl is; handed to the caller after each batch that became durable."""

    source: str
    fetched: int
    new: int
    changed: int
    unchanged: int
    failed: int
    skipped: int
    waiting: int
    url: str = ""  # the latest address
    note: str = ""  # why it is slow at present


OnProgress = Callable[[Progress], None]


def no_progress(_progress: Progress) -> None:
    """Tell nobody."""


def report_of(
    crawls: CrawlStore,
    run: int,
    *,
    source: str,
    gone: int,
    pending: int,
    seconds: float,
    warning: FailedAddress | None = None,
    broken: Iterable[DeadAddress] = (),
) -> CrawlReport:
    """Return the report of a run, counted from its queue."""
    counts = crawls.counts(run)
    failed = crawls.decisions(run, (Outcome.FAILED, Outcome.ABSENT))
    skipped = crawls.decisions(run, (Outcome.SKIPPED, Outcome.PASSED))
    kept = crawls.decisions(run, (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED))
    skipped += [one for one in kept if one.reason]  # a page that is kept, but not all of its links
    warnings = () if warning is None else (warning,)
    return CrawlReport(
        source=source,
        fetched=crawls.count_fetched(run),
        new=counts.get(Outcome.NEW, 0),
        changed=counts.get(Outcome.CHANGED, 0),
        unchanged=counts.get(Outcome.UNCHANGED, 0),
        gone=gone,
        pending=pending,
        seconds=seconds,
        failed=(*warnings, *map(_failed, failed)),
        skipped=tuple(SkippedAddress(one.url, one.reason) for one in skipped),
        broken=tuple(broken),
    )


def kept_report(
    crawls: CrawlStore, run: CrawlRun, report: CrawlReport, *, at: datetime
) -> KeptReport:
    """Return what is kept of the report of a run: no address that was left out on purpose."""
    found = crawls.decisions(run.id, (Outcome.NEW, Outcome.CHANGED))
    counts = {**report.counts(), "failed": len(report.failed), "skipped": len(report.skipped)}
    return KeptReport(
        run=run.id,
        source=report.source,
        started_at=run.started_at,
        finished_at=at,
        is_partial=run.is_partial,
        counts=MappingProxyType(counts),
        new=tuple(one.url for one in found if one.outcome is Outcome.NEW),
        changed=tuple(one.url for one in found if one.outcome is Outcome.CHANGED),
        failed=tuple(ReportedAddress(one.url, one.reason, one.referrer) for one in report.failed),
    )


def _failed(decision: Decision) -> FailedAddress:
    return FailedAddress(decision.url, decision.reason, decision.referrer)
