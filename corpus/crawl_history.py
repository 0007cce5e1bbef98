"""What remains of crawls: the report of each run, and the links that lead nowhere.

One decision: both outlive the queue they come from. A run's decisions are forgotten when the next
one begins, but "since when" and "was that so last week" are questions about several runs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from sqlite3 import Row
from types import MappingProxyType
from typing import Final

from corpus._crawl_rows import CrawlRun, Outcome
from corpus._database import Database

SAYS_ABSENT: Final = "a page that says it is not there"
"""Why a page that answers 200 and holds an error message is left out."""
KEPT_REPORTS: Final = 50  # of one source
_LISTED: Final = 1_000  # addresses of one kind in a kept report
_LINKING: Final = 50  # pages that are named for one dead address
_IS_DEAD: Final = "(outcome IN (?, ?) OR (outcome = ? AND reason = ?))"
_DEAD: Final = (
    *(Outcome.FAILED.value, Outcome.ABSENT.value),
    *(Outcome.SKIPPED.value, SAYS_ABSENT),
)


@dataclass(frozen=True, slots=True)
class ReportedAddress:
    """An address of a kept report, why it is there, and the page that links it."""

    url: str
    reason: str = ""
    referrer: str | None = None


@dataclass(frozen=True, slots=True)
class KeptReport:
    """The report of a run that has ended; ``counts`` has the words of ``crawl --json``.

    The lists hold the first thousand addresses each.
    """

    run: int
    source: str
    started_at: datetime
    finished_at: datetime
    is_partial: bool  # only what had failed before was asked for
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    failed: tuple[ReportedAddress, ...] = ()


@dataclass(frozen=True, slots=True)
class DeadAddress:
    """An address of a source that pages link and that is not there."""

    url: str
    reason: str
    since: datetime  # the first run that found it dead, and every run after it
    referrers: tuple[str, ...]  # pages, feeds and sitemaps; the first fifty


class CrawlHistory:
    """The kept reports and dead links, in the catalogue's database and as durable as it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, report: KeptReport) -> None:
        """Keep the report of a run; the oldest beyond fifty of its source are dropped."""
        lists = {
            "new": report.new[:_LISTED],
            "changed": report.changed[:_LISTED],
            "failed": [(one.url, one.reason, one.referrer) for one in report.failed[:_LISTED]],
        }
        with self._database.transaction():
            self._database.execute(
                "INSERT OR REPLACE INTO crawl_reports VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    report.run,
                    report.source,
                    report.started_at.isoformat(),
                    report.finished_at.isoformat(),
                    int(report.is_partial),
                    json.dumps(dict(report.counts)),
                    json.dumps(lists, ensure_ascii=False),
                ),
            )
            self._database.execute(
                "DELETE FROM crawl_reports WHERE source = ? AND run NOT IN (SELECT run FROM"
                " crawl_reports WHERE source = ? ORDER BY run DESC LIMIT ?)",
                (report.source, report.source, KEPT_REPORTS),
            )

    def sources(self) -> list[str]:
        """Return the sources of which reports are kept, also those made on the spot."""
        rows = self._database.rows("SELECT DISTINCT source FROM crawl_reports ORDER BY source")
        return [row["source"] for row in rows]

    def reports(self, source: str, *, limit: int = KEPT_REPORTS) -> list[KeptReport]:
        """Return the kept reports of a source, newest first."""
        rows = self._database.rows(
            "SELECT * FROM crawl_reports WHERE source = ? ORDER BY run DESC LIMIT ?",
            (source, limit),
        )
        return [_report_from(row) for row in rows]

    def last_full_start(self, source: str) -> datetime | None:
        """Return when the last whole crawl of a source that came to its end began."""
        row = self._database.row(
            "SELECT max(started_at) AS started_at FROM crawl_reports"
            " WHERE source = ? AND NOT is_partial",
            (source,),
        )
        moment = None if row is None else row["started_at"]
        return None if moment is None else datetime.fromisoformat(moment)

    def dead_urls(self, source: str) -> set[str]:
        """Return the addresses of a source that are known to be dead."""
        rows = self._database.rows("SELECT url FROM dead_links WHERE source = ?", (source,))
        return {row["url"] for row in rows}

    def dead(self, source: str) -> list[DeadAddress]:
        """Return the dead addresses of a source with the pages that link them."""
        rows = self._database.rows(
            "SELECT * FROM dead_links WHERE source = ? ORDER BY url, referrer", (source,)
        )
        grouped: dict[str, list[Row]] = {}
        for row in rows:
            grouped.setdefault(row["url"], []).append(row)
        return [
            DeadAddress(
                url,
                found[0]["reason"],
                datetime.fromisoformat(min(row["since"] for row in found)),
                tuple(row["referrer"] for row in found),
            )
            for url, found in grouped.items()
        ]

    def note_link(
        self, source: str, url: str, referrer: str, *, at: datetime, reason: str | None = None
    ) -> None:
        """Note that a page links a dead address; since when it is dead stays as it was."""
        known = self._database.row(
            "SELECT min(since) AS since, max(reason) AS reason, count(*) AS number FROM dead_links"
            " WHERE source = ? AND url = ? AND referrer != ?",
            (source, url, referrer),
        )
        since, said, number = (None, None, 0) if known is None else tuple(known)
        if number >= _LINKING:
            return
        self._database.execute(
            "INSERT INTO dead_links (source, url, referrer, reason, since, seen_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (source, url, referrer) DO UPDATE SET"
            " seen_at = excluded.seen_at, reason = coalesce(?, reason)",
            (
                source,
                url,
                referrer,
                reason or said or "",
                since or at.isoformat(),
                at.isoformat(),
                reason,
            ),
        )

    def settle_links(self, run: CrawlRun, *, at: datetime) -> None:
        """Bring the dead links up to what a run that ends found out.

        A server has to have answered for its address: one that was not reached is not judged.
        """
        with self._database.transaction():
            for row in self._database.rows(
                "SELECT url, reason, referrer FROM crawl_queue WHERE run = ? AND kind = 'page'"  # noqa: S608 - constants
                f" AND {_IS_DEAD} AND is_fetched AND referrer IS NOT NULL ORDER BY position",
                (run.id, *_DEAD),
            ):
                self.note_link(run.source, row["url"], row["referrer"], at=at, reason=row["reason"])
            self._database.execute(
                "DELETE FROM dead_links WHERE source = ? AND url IN (SELECT url FROM crawl_queue"  # noqa: S608 - constants
                f" WHERE run = ? AND outcome IS NOT NULL AND NOT {_IS_DEAD})",
                (run.source, run.id, *_DEAD),
            )
            if not run.is_partial:
                self._forget_unlinked(run)

    def _forget_unlinked(self, run: CrawlRun) -> None:
        """Forget links that their pages no longer have, and addresses nobody links any more."""
        self._database.execute(
            "DELETE FROM dead_links WHERE source = ? AND seen_at < ? AND referrer NOT IN"  # noqa: S608 - constants
            f" (SELECT url FROM crawl_queue WHERE run = ? AND {_IS_DEAD})",
            (run.source, run.started_at.isoformat(), run.id, *_DEAD),
        )


def _report_from(row: Row) -> KeptReport:
    lists = json.loads(row["lists"])
    return KeptReport(
        run=row["run"],
        source=row["source"],
        started_at=datetime.fromisoformat(row["started_at"]),
        finished_at=datetime.fromisoformat(row["finished_at"]),
        is_partial=bool(row["is_partial"]),
        counts=MappingProxyType(json.loads(row["counts"])),
        new=tuple(lists["new"]),
        changed=tuple(lists["changed"]),
        failed=tuple(ReportedAddress(*one) for one in lists["failed"]),
    )
