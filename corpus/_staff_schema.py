"""The tables of the staff: accounts, their sessions, and attempts to log in.

One decision: a row of an account has a checksum, because a flipped bit in a role or a hash would
be a silent wrong answer to who may do what. A damaged session or attempt costs one log-in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STAFF_TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE accounts (
        name TEXT PRIMARY KEY NOT NULL,
        role TEXT NOT NULL,
        language TEXT NOT NULL,
        password TEXT NOT NULL,
        is_one_time INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        disabled_at TEXT,
        checksum INTEGER
    )""",
    """CREATE TABLE staff_sessions (
        token_hash TEXT PRIMARY KEY NOT NULL,
        account TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
        created_at TEXT NOT NULL,
        seen_at TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX staff_sessions_by_account ON staff_sessions (account)",
    """CREATE TABLE log_in_attempts (
        name_key TEXT NOT NULL,
        address_key TEXT NOT NULL,
        at TEXT NOT NULL
    )""",
    "CREATE INDEX log_in_attempts_by_name ON log_in_attempts (name_key, address_key)",
    "CREATE INDEX log_in_attempts_by_address ON log_in_attempts (address_key)",
    "CREATE INDEX log_in_attempts_by_time ON log_in_attempts (at)",
)

STAFF_CHECKSUMMED: Final[Mapping[str, tuple[str, ...]]] = {
    "accounts": (
        "name",
        "role",
        "language",
        "password",
        "is_one_time",
        "created_at",
        "disabled_at",
    ),
}
