"""The table of the visitors' feedback.

One decision: it has no column for who wrote: no address, no browser, no name. ``form`` is the
random mark of the form that was sent, so that no form brings the same feedback twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FEEDBACK_TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE feedback (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        form TEXT NOT NULL UNIQUE,
        page TEXT NOT NULL,
        language TEXT NOT NULL,
        is_found INTEGER NOT NULL,
        text TEXT NOT NULL,
        received_at TEXT NOT NULL,
        due_on TEXT NOT NULL,
        state TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        handled_by TEXT NOT NULL DEFAULT '',
        handled_at TEXT,
        checksum INTEGER
    )""",
    "CREATE INDEX feedback_by_state ON feedback (state, id)",
)

FEEDBACK_CHECKSUMMED: Final[Mapping[str, tuple[str, ...]]] = {
    "feedback": (
        "id",
        "form",
        "page",
        "language",
        "is_found",
        "text",
        "received_at",
        "due_on",
        "state",
        "note",
        "handled_by",
        "handled_at",
    ),
}
