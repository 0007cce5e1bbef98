"""The tables of the jobs, and of the pages whose text was recognised from a picture.

One decision: what a job brings forth is kept page by page beside the job, with a checksum, since
minutes of work hang on it; the rows of the queue need none: a damaged one costs a repeated job.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

JOB_TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE jobs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        state TEXT NOT NULL,
        done INTEGER NOT NULL DEFAULT 0,
        total INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        error TEXT NOT NULL DEFAULT '',
        worker TEXT NOT NULL DEFAULT '',
        lease_until TEXT,
        created_at TEXT NOT NULL,
        touched_at TEXT NOT NULL
    )""",
    "CREATE UNIQUE INDEX jobs_open ON jobs (kind, subject) WHERE state IN ('queued', 'running')",
    """CREATE TABLE recognised_pages (
        document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        sha256 TEXT NOT NULL,
        number INTEGER NOT NULL,
        lines TEXT NOT NULL,
        recogniser TEXT NOT NULL,
        reason TEXT NOT NULL,
        checksum INTEGER,
        PRIMARY KEY (document_id, sha256, number)
    )""",
)

JOB_CHECKSUMMED: Final[Mapping[str, tuple[str, ...]]] = {
    "recognised_pages": ("document_id", "sha256", "number", "lines", "recogniser", "reason"),
}

WAITING_SCANS: Final = """INSERT INTO jobs (kind, subject, sha256, state, created_at, touched_at)
    SELECT 'ocr', id, sha256, 'queued', updated_at, updated_at FROM documents
    WHERE status = 'needs_ocr' AND sha256 IS NOT NULL ORDER BY sequence"""
"""Queues the scans that were read before there was a queue."""
