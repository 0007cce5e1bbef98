"""The tables of the catalogue, and how an older file becomes a newer one.

One decision: the schema is a numbered list of steps (`PRAGMA user_version` counts them), each run
in a transaction of its own, and rows that matter carry a CRC that a trigger keeps: SQLite has no
page checksums, so a flipped bit inside a text would otherwise be a silent wrong answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from corpus._crawl_schema import CRAWL_TABLES, HISTORY_TABLES
from corpus._feedback_schema import FEEDBACK_CHECKSUMMED, FEEDBACK_TABLES
from corpus._job_schema import JOB_CHECKSUMMED, JOB_TABLES, WAITING_SCANS
from corpus._likeness_schema import LIKENESS_CHECKSUMMED, LIKENESS_TABLES
from corpus._staff_schema import STAFF_CHECKSUMMED, STAFF_TABLES

APPLICATION_ID: Final = 0x4A554C4B  # "JULK": tells the catalogue from any other SQLite file

CATALOGUE_TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE documents (
        id TEXT PRIMARY KEY NOT NULL,
        sequence INTEGER NOT NULL UNIQUE,
        visibility TEXT NOT NULL,
        status TEXT NOT NULL,
        reason TEXT NOT NULL,
        sha256 TEXT,
        media_type TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        filename TEXT NOT NULL,
        extractor TEXT NOT NULL,
        quality REAL,
        pages_total INTEGER NOT NULL,
        pages_digest TEXT NOT NULL,
        opening TEXT NOT NULL,
        published TEXT NOT NULL,
        fields TEXT NOT NULL,
        notes TEXT NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        checksum INTEGER
    )""",
    "CREATE INDEX documents_by_original ON documents (sha256) WHERE sha256 IS NOT NULL",
    "CREATE INDEX documents_by_status ON documents (visibility, status, pages_total)",
    """CREATE INDEX documents_by_date ON documents (published, created_at, id)
        WHERE visibility = 'published' AND status = 'ok'""",
    """CREATE INDEX documents_to_read ON documents (sequence)
        WHERE status = 'pending' AND sha256 IS NOT NULL""",
    """CREATE TABLE pages (
        document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        label TEXT,
        language TEXT,
        is_ocr INTEGER NOT NULL,
        text TEXT NOT NULL,
        checksum INTEGER,
        PRIMARY KEY (document_id, number)
    )""",
    """CREATE TABLE field_values (
        document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        origin TEXT NOT NULL,
        value TEXT NOT NULL,
        source TEXT NOT NULL,
        page INTEGER,
        confidence REAL NOT NULL,
        checksum INTEGER
    )""",
    "CREATE INDEX field_values_by_document ON field_values (document_id)",
    """CREATE TABLE addresses (
        url TEXT PRIMARY KEY NOT NULL,
        document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        source TEXT NOT NULL,
        fetched_at TEXT,
        etag TEXT,
        last_modified TEXT,
        redirects TEXT NOT NULL,
        referrer TEXT,
        link_text TEXT,
        checksum INTEGER
    )""",
    "CREATE INDEX addresses_by_document ON addresses (document_id)",
    """CREATE TABLE versions (
        document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        sha256 TEXT NOT NULL,
        media_type TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        filename TEXT NOT NULL,
        replaced_at TEXT NOT NULL,
        checksum INTEGER
    )""",
    "CREATE INDEX versions_by_document ON versions (document_id)",
    """CREATE TABLE audit (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        object_id TEXT NOT NULL,
        before TEXT NOT NULL,
        after TEXT NOT NULL,
        checksum INTEGER
    )""",
    "CREATE INDEX audit_by_object ON audit (object_id)",
    """CREATE TABLE counters (
        name TEXT PRIMARY KEY NOT NULL,
        value INTEGER NOT NULL,
        checksum INTEGER
    )""",
)

_CATALOGUE_CHECKSUMMED: Final[Mapping[str, tuple[str, ...]]] = {
    "documents": (
        "id",
        "sequence",
        "visibility",
        "status",
        "reason",
        "sha256",
        "media_type",
        "size_bytes",
        "filename",
        "extractor",
        "quality",
        "pages_total",
        "pages_digest",
        "opening",
        "published",
        "fields",
        "notes",
        "created_at",
        "updated_at",
    ),
    "pages": ("document_id", "number", "label", "language", "is_ocr", "text"),
    "field_values": (
        "document_id",
        "name",
        "origin",
        "value",
        "source",
        "page",
        "confidence",
    ),
    "addresses": (
        "url",
        "document_id",
        "source",
        "fetched_at",
        "etag",
        "last_modified",
        "redirects",
        "referrer",
        "link_text",
    ),
    "versions": (
        "document_id",
        "sha256",
        "media_type",
        "size_bytes",
        "filename",
        "replaced_at",
    ),
    "audit": ("number", "at", "actor", "action", "object_id", "before", "after"),
    "counters": ("name", "value"),
}

CHECKSUMMED: Final[Mapping[str, tuple[str, ...]]] = {
    **_CATALOGUE_CHECKSUMMED,
    **STAFF_CHECKSUMMED,
    **JOB_CHECKSUMMED,
    **LIKENESS_CHECKSUMMED,
    **FEEDBACK_CHECKSUMMED,
}
"""The columns each row's CRC is made of, in the order they are hashed in."""


def _checksum_triggers(tables: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    statements: list[str] = []
    for table, columns in tables.items():
        listed = ", ".join(columns)
        values = ", ".join(f"new.{column}" for column in columns)
        update = f"UPDATE {table} SET checksum = row_checksum({values})"  # noqa: S608 - our names
        body = f"BEGIN {update} WHERE rowid = new.rowid; END"
        added = f"CREATE TRIGGER {table}_added AFTER INSERT ON {table} {body}"
        changed = f"CREATE TRIGGER {table}_changed AFTER UPDATE OF {listed} ON {table} {body}"
        statements += [added, changed]
    return tuple(statements)


INITIAL_ROWS: Final[tuple[str, ...]] = (
    "INSERT INTO counters (name, value) VALUES ('sequence', 0), ('watermark', 0)",
)

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        *CATALOGUE_TABLES,
        *CRAWL_TABLES,
        *_checksum_triggers(_CATALOGUE_CHECKSUMMED),
        *INITIAL_ROWS,
    ),
    (*STAFF_TABLES, *_checksum_triggers(STAFF_CHECKSUMMED)),
    (*JOB_TABLES, *_checksum_triggers(JOB_CHECKSUMMED), WAITING_SCANS),
    HISTORY_TABLES,
    (*LIKENESS_TABLES, *_checksum_triggers(LIKENESS_CHECKSUMMED)),
    (*FEEDBACK_TABLES, *_checksum_triggers(FEEDBACK_CHECKSUMMED)),
)
"""Step n brings a file of version n to version n + 1; a step that was released never changes."""
