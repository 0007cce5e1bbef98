"""What crawls remember: runs, their queue with every decision, and the last fetch of an address.

One decision: the queue lives in the catalogue's own database, so that an address is marked done
in the same transaction that records its document. A process killed at any moment has either
recorded a page or still has it in its queue; there is no third state to repair.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from corpus._crawl_rows import (
    AddressKind,
    CrawlRun,
    Decision,
    FetchRecord,
    LastRun,
    Outcome,
    QueuedAddress,
    decision_from,
    host_of,
    moment_from,
    moment_text,
    queued_from,
    record_from,
)
from corpus._database import Database

__all__ = [
    "AddressKind",
    "CrawlRun",
    "CrawlStore",
    "Decision",
    "FetchRecord",
    "LastRun",
    "Outcome",
    "QueuedAddress",
]


class CrawlStore:
    """The crawls' part of the catalogue's database; durable like the catalogue itself.

    Calls inside ``database.transaction()`` become durable together with the catalogue's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def database(self) -> Database:
        """The database, shared with the catalogue."""
        return self._database

    def unfinished(self, source: str, *, since: datetime) -> CrawlRun | None:
        """Return the interrupted run of a source, unless it was last touched before ``since``."""
        row = self._database.row(
            "SELECT * FROM crawl_runs WHERE source = ? ORDER BY id DESC LIMIT 1", (source,)
        )
        if row is None or row["finished_at"] is not None:
            return None
        if datetime.fromisoformat(row["touched_at"]) < since:
            return None
        return CrawlRun(
            id=row["id"],
            source=source,
            started_at=datetime.fromisoformat(row["started_at"]),
            is_resumed=True,
            is_partial=bool(row["is_partial"]),
            is_swept=bool(row["is_swept"]),
        )

    def begin(self, source: str, *, at: datetime, is_partial: bool = False) -> CrawlRun:
        """Begin a run; what earlier runs of the source decided is forgotten."""
        with self._database.transaction():
            self._database.execute("DELETE FROM crawl_runs WHERE source = ?", (source,))
            self._database.execute(
                "INSERT INTO crawl_runs (source, started_at, touched_at, is_partial)"
                " VALUES (?, ?, ?, ?)",
                (source, at.isoformat(), at.isoformat(), int(is_partial)),
            )
            number = self._database.number("SELECT last_insert_rowid()")
        return CrawlRun(number, source, at, is_partial=is_partial)

    def last_runs(self) -> list[LastRun]:
        """Return the latest run of every source that was ever crawled, by source."""
        rows = self._database.rows(
            "SELECT * FROM crawl_runs WHERE id IN (SELECT max(id) FROM crawl_runs GROUP BY source)"
            " ORDER BY source"
        )
        return [
            LastRun(
                source=row["source"],
                started_at=datetime.fromisoformat(row["started_at"]),
                finished_at=moment_from(row["finished_at"]),
                touched_at=datetime.fromisoformat(row["touched_at"]),
                counts=self.counts(row["id"]),
            )
            for row in rows
        ]

    def touch(self, run: int, *, at: datetime) -> None:
        """Note that a run is alive."""
        self._database.execute(
            "UPDATE crawl_runs SET touched_at = ? WHERE id = ?", (at.isoformat(), run)
        )

    def finish(self, run: int, *, at: datetime, gone: int, pending: int) -> None:
        """Close a run."""
        self._database.execute(
            "UPDATE crawl_runs SET finished_at = ?, gone = ?, pending = ? WHERE id = ?",
            (at.isoformat(), gone, pending, run),
        )

    def enqueue(self, run: int, addresses: Iterable[QueuedAddress]) -> None:
        """Queue addresses; one that the run knows already is left as it is, unless passed by."""
        self._database.execute_many(
            "INSERT INTO crawl_queue (run, url, host, depth, kind, referrer, link_text, redirects)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run, url) DO UPDATE SET"
            " outcome = NULL, reason = '', depth = excluded.depth, kind = excluded.kind,"
            " referrer = excluded.referrer, link_text = excluded.link_text"
            " WHERE crawl_queue.outcome = ?",
            [
                (
                    run,
                    one.url,
                    one.host,
                    one.depth,
                    one.kind.value,
                    one.referrer,
                    one.link_text,
                    json.dumps(one.redirects),
                    Outcome.PASSED.value,
                )
                for one in addresses
            ],
        )

    def pass_by(self, run: int, decisions: Iterable[Decision]) -> None:
        """Keep why addresses are not queued; what is known already of an address stays."""
        self._database.execute_many(
            "INSERT INTO crawl_queue (run, url, host, depth, kind, referrer, outcome, reason)"
            " VALUES (?, ?, '', 0, 'page', ?, ?, ?) ON CONFLICT (run, url) DO NOTHING",
            [(run, one.url, one.referrer, one.outcome.value, one.reason) for one in decisions],
        )

    def waiting(self, run: int, host: str, *, limit: int) -> list[QueuedAddress]:
        """Return the next addresses of a host, oldest first."""
        rows = self._database.rows(
            "SELECT * FROM crawl_queue WHERE run = ? AND host = ? AND outcome IS NULL"
            " ORDER BY position LIMIT ?",
            (run, host, limit),
        )
        return [queued_from(row) for row in rows]

    def waiting_hosts(self, run: int) -> dict[str, int]:
        """Return how many addresses wait at each host."""
        rows = self._database.rows(
            "SELECT host, count(*) AS number FROM crawl_queue WHERE run = ? AND outcome IS NULL"
            " GROUP BY host",
            (run,),
        )
        return {row["host"]: row["number"] for row in rows}

    def settle(self, run: int, decision: Decision) -> None:
        """Mark an address of the queue done."""
        self._database.execute(
            "UPDATE crawl_queue SET outcome = ?, reason = ?, is_fetched = ?, twin_of = ?"
            " WHERE run = ? AND url = ?",
            (
                decision.outcome.value,
                decision.reason,
                int(decision.is_fetched),
                decision.twin_of,
                run,
                decision.url,
            ),
        )

    def settle_host(self, run: int, host: str, *, outcome: Outcome, reason: str) -> None:
        """Mark everything that waits at a host done."""
        self._database.execute(
            "UPDATE crawl_queue SET outcome = ?, reason = ?"
            " WHERE run = ? AND host = ? AND outcome IS NULL",
            (outcome.value, reason, run, host),
        )

    def decision(self, run: int, url: str) -> Decision | None:
        """Return what became of an address in this run; None while it waits or is unknown."""
        row = self._database.row(
            "SELECT * FROM crawl_queue WHERE run = ? AND url = ? AND outcome IS NOT NULL",
            (run, url),
        )
        return None if row is None else decision_from(row)

    def decisions(self, run: int, outcomes: Sequence[Outcome]) -> list[Decision]:
        """Return the decisions of these kinds, in the order the addresses were found."""
        marks = ", ".join("?" for _ in outcomes)
        rows = self._database.rows(
            f"SELECT * FROM crawl_queue WHERE run = ? AND outcome IN ({marks})"  # noqa: S608
            " ORDER BY position",
            (run, *(outcome.value for outcome in outcomes)),
        )
        return [decision_from(row) for row in rows]

    def addresses(self, run: int) -> list[tuple[str, bool]]:
        """Return every address the run has met, with whether it was queued for fetching."""
        rows = self._database.rows(
            "SELECT url, host != '' AS is_queued FROM crawl_queue WHERE run = ?"
            " AND outcome IS NOT ?",
            (run, Outcome.PASSED.value),
        )
        return [(row["url"], bool(row["is_queued"])) for row in rows]

    def revive_twins(self, run: int, url: str) -> None:
        """Queue again what stood back for an address that turned out to hold no document."""
        self._database.execute(
            "UPDATE crawl_queue SET outcome = NULL, reason = '', twin_of = NULL, is_fetched = 0"
            " WHERE run = ? AND twin_of = ?",
            (run, url),
        )

    def failed_addresses(self, source: str) -> list[QueuedAddress]:
        """Return what failed or was absent in the latest run of a source, as it was queued."""
        rows = self._database.rows(
            "SELECT * FROM crawl_queue WHERE outcome IN (?, ?) AND run ="
            " (SELECT max(id) FROM crawl_runs WHERE source = ?) ORDER BY position",
            (Outcome.FAILED.value, Outcome.ABSENT.value, source),
        )
        return [queued_from(row) for row in rows]

    def retry_failed(self, run: int) -> None:
        """Queue what failed in a run once more."""
        self._database.execute(
            "UPDATE crawl_queue SET outcome = NULL, reason = '', is_fetched = 0"
            " WHERE run = ? AND outcome = ?",
            (run, Outcome.FAILED.value),
        )

    def sweep(self, run: CrawlRun) -> CrawlRun:
        """Queue the known addresses with a document that this run has not met."""
        with self._database.transaction():
            known = self._database.rows(
                "SELECT url FROM crawl_fetches AS f WHERE source = ? AND document_id IS NOT NULL"
                " AND NOT EXISTS (SELECT 1 FROM crawl_queue WHERE run = ? AND url = f.url)"
                " ORDER BY url",
                (run.source, run.id),
            )
            self.enqueue(run.id, [QueuedAddress(row["url"], host_of(row["url"])) for row in known])
            self._database.execute("UPDATE crawl_runs SET is_swept = 1 WHERE id = ?", (run.id,))
        return replace(run, is_swept=True)

    def counts(self, run: int) -> dict[Outcome, int]:
        """Return how many pages and files had each outcome."""
        rows = self._database.rows(
            "SELECT outcome, count(*) AS number FROM crawl_queue"
            " WHERE run = ? AND kind = 'page' AND outcome IS NOT NULL GROUP BY outcome",
            (run,),
        )
        return {Outcome(row["outcome"]): row["number"] for row in rows}

    def count_fetched(self, run: int) -> int:
        """Return how many pages and files were answered."""
        return self._database.number(
            "SELECT count(*) FROM crawl_queue WHERE run = ? AND kind = 'page' AND is_fetched",
            (run,),
        )

    def fetch_records(self, source: str, urls: Iterable[str]) -> dict[str, FetchRecord]:
        """Return what is remembered of addresses, by address."""
        rows = self._database.rows(
            "SELECT * FROM crawl_fetches WHERE source = ? AND url IN"
            " (SELECT value FROM json_each(?))",
            (source, json.dumps(list(urls))),
        )
        return {row["url"]: record_from(row) for row in rows}

    def hidden(self, urls: Iterable[str]) -> set[str]:
        """Return which of these addresses have a document that visitors do not see."""
        rows = self._database.rows(
            "SELECT url FROM addresses JOIN documents ON documents.id = addresses.document_id"
            " WHERE visibility != 'published' AND url IN (SELECT value FROM json_each(?))",
            (json.dumps(list(urls)),),
        )
        return {row["url"] for row in rows}

    def see_again(self, source: str, url: str, *, at: datetime, is_full: bool) -> None:
        """Note that an address gave what is remembered of it; in full, or by its validators."""
        columns = "fetched_at = :at, full_at = :at" if is_full else "fetched_at = :at"
        self._database.execute(
            f"UPDATE crawl_fetches SET {columns} WHERE source = :source AND url = :url",  # noqa: S608 - constant
            {"at": at.isoformat(), "source": source, "url": url},
        )

    def remember(self, source: str, record: FetchRecord) -> None:
        """Replace what is remembered of an address."""
        self._database.execute(
            "INSERT OR REPLACE INTO crawl_fetches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                source,
                record.url,
                record.document_id,
                record.sha256,
                record.text_hash,
                record.etag,
                record.last_modified,
                record.reason,
                json.dumps(record.links, ensure_ascii=False) if record.links else "[]",
                moment_text(record.fetched_at),
                moment_text(record.full_at),
                record.absent_times,
                moment_text(record.absent_since),
            ),
        )

    def with_text(self, source: str, text_hash: str) -> FetchRecord | None:
        """Return an address of the source whose document has this main text."""
        row = self._database.row(
            # Left to itself SQLite takes the primary key and reads every address of the source.
            "SELECT * FROM crawl_fetches INDEXED BY crawl_fetches_by_text"
            " WHERE source = ? AND text_hash = ?"
            " AND document_id IS NOT NULL AND absent_times = 0 ORDER BY fetched_at, url LIMIT 1",
            (source, text_hash),
        )
        return None if row is None else record_from(row)

    def absent(self, source: str) -> list[FetchRecord]:
        """Return the addresses with a document that answered 404 or 410 the last time."""
        rows = self._database.rows(
            "SELECT * FROM crawl_fetches WHERE source = ? AND document_id IS NOT NULL"
            " AND absent_times > 0 ORDER BY url",
            (source,),
        )
        return [record_from(row) for row in rows]

    def of_document(self, document_id: str) -> list[FetchRecord]:
        """Return what is remembered of the addresses of a document, in any source."""
        rows = self._database.rows(
            "SELECT * FROM crawl_fetches WHERE document_id = ?", (document_id,)
        )
        return [record_from(row) for row in rows]

    def count_documents(self, source: str) -> int:
        """Return how many documents the source has given that are not known to be absent."""
        return self._database.number(
            "SELECT count(DISTINCT document_id) FROM crawl_fetches WHERE source = ?", (source,)
        )

    def robots(self, run: int, origin: str) -> tuple[str, str] | None:
        """Return text and refusal of the robots.txt this run was given by a site."""
        row = self._database.row(
            "SELECT text, refusal FROM crawl_robots WHERE run = ? AND origin = ?", (run, origin)
        )
        return None if row is None else (row["text"], row["refusal"])

    def remember_robots(self, run: int, origin: str, *, text: str, refusal: str) -> None:
        """Keep a robots.txt for the run, so that a resumed one need not ask again."""
        self._database.execute(
            "INSERT OR REPLACE INTO crawl_robots VALUES (?, ?, ?, ?)", (run, origin, text, refusal)
        )
