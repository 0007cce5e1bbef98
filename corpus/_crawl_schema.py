"""The tables of the crawls, inside the catalogue's database.

One decision: they need no checksums of their own. A damaged row there costs a fetch, never an
answer: what was fetched is kept by the catalogue and the originals, which have them.
"""

from __future__ import annotations

from typing import Final

CRAWL_TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE crawl_runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source TEXT NOT NULL,
        started_at TEXT NOT NULL,
        touched_at TEXT NOT NULL,
        finished_at TEXT,
        is_partial INTEGER NOT NULL,
        is_swept INTEGER NOT NULL DEFAULT 0,
        gone INTEGER NOT NULL DEFAULT 0,
        pending INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX crawl_runs_by_source ON crawl_runs (source, id)",
    """CREATE TABLE crawl_queue (
        position INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES crawl_runs (id) ON DELETE CASCADE,
        url TEXT NOT NULL,
        host TEXT NOT NULL,
        depth INTEGER NOT NULL,
        kind TEXT NOT NULL,
        referrer TEXT,
        link_text TEXT,
        redirects TEXT NOT NULL DEFAULT '[]',
        outcome TEXT,
        reason TEXT NOT NULL DEFAULT '',
        twin_of TEXT,
        is_fetched INTEGER NOT NULL DEFAULT 0,
        UNIQUE (run, url)
    )""",
    "CREATE INDEX crawl_queue_waiting ON crawl_queue (run, host, position) WHERE outcome IS NULL",
    "CREATE INDEX crawl_queue_twins ON crawl_queue (run, twin_of) WHERE twin_of IS NOT NULL",
    """CREATE TABLE crawl_fetches (
        source TEXT NOT NULL,
        url TEXT NOT NULL,
        document_id TEXT,
        sha256 TEXT,
        text_hash TEXT,
        etag TEXT,
        last_modified TEXT,
        reason TEXT NOT NULL,
        links TEXT NOT NULL,
        fetched_at TEXT,
        full_at TEXT,
        absent_times INTEGER NOT NULL DEFAULT 0,
        absent_since TEXT,
        PRIMARY KEY (source, url)
    ) WITHOUT ROWID""",
    """CREATE INDEX crawl_fetches_by_text ON crawl_fetches (source, text_hash)
        WHERE document_id IS NOT NULL""",
    """CREATE INDEX crawl_fetches_by_document ON crawl_fetches (document_id)
        WHERE document_id IS NOT NULL""",
    """CREATE TABLE crawl_robots (
        run INTEGER NOT NULL REFERENCES crawl_runs (id) ON DELETE CASCADE,
        origin TEXT NOT NULL,
        text TEXT NOT NULL,
        refusal TEXT NOT NULL,
        PRIMARY KEY (run, origin)
    ) WITHOUT ROWID""",
)

HISTORY_TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE crawl_reports (
        run INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT NOT NULL,
        is_partial INTEGER NOT NULL,
        counts TEXT NOT NULL,
        lists TEXT NOT NULL
    )""",
    "CREATE INDEX crawl_reports_by_source ON crawl_reports (source, run)",
    """CREATE TABLE dead_links (
        source TEXT NOT NULL,
        url TEXT NOT NULL,
        referrer TEXT NOT NULL,
        reason TEXT NOT NULL,
        since TEXT NOT NULL,
        seen_at TEXT NOT NULL,
        PRIMARY KEY (source, url, referrer)
    ) WITHOUT ROWID""",
)
