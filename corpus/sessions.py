"""Sessions of the staff: who is logged in, by a token that only his browser holds.

One decision: the database keeps the token's SHA-256 and never the token, so that a stolen backup
opens nothing; and a session is a row, so that it ends at once when somebody ends it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from corpus._database import Database
from corpus._disk import utc_now
from corpus.accounts import Account, account_of

IDLE: Final = timedelta(hours=12)
LONGEST: Final = timedelta(days=7)
_SEEN_EVERY: Final = timedelta(minutes=5)  # a write for every request would be an fsync for each
_TOKEN_BYTES: Final = 32
_WITH_ACCOUNT: Final = """SELECT accounts.*, seen_at FROM staff_sessions
    JOIN accounts ON accounts.name = account
    WHERE token_hash = ? AND staff_sessions.created_at > ? AND seen_at > ?"""


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


class Sessions:
    """The sessions in the catalogue's database."""

    def __init__(self, database: Database, *, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._now = now

    def open(self, account: str) -> str:
        """Begin a session of an account and return its token, which was never used before."""
        token, now = new_token(), self._now()
        with self._database.transaction():
            self._forget_ended(now)
            self._database.execute(
                "INSERT INTO staff_sessions VALUES (?, ?, ?, ?)",
                (_hash(token), account, now.isoformat(), now.isoformat()),
            )
        return token

    def account(self, token: str) -> Account | None:
        """Return who a session belongs to; None when it ended or the account is disabled."""
        now = self._now()
        row = self._database.row(
            _WITH_ACCOUNT,
            (_hash(token), (now - LONGEST).isoformat(), (now - IDLE).isoformat()),
        )
        if row is None:
            return None
        account = account_of(row)
        if not account.is_enabled:
            return None
        if now - datetime.fromisoformat(row["seen_at"]) >= _SEEN_EVERY:
            self._database.execute(
                "UPDATE staff_sessions SET seen_at = ? WHERE token_hash = ?",
                (now.isoformat(), _hash(token)),
            )
        return account

    def close(self, token: str) -> None:
        """End a session."""
        self._database.execute("DELETE FROM staff_sessions WHERE token_hash = ?", (_hash(token),))

    def close_all(self, account: str) -> int:
        """End every session of an account; return how many there were."""
        return self._database.execute("DELETE FROM staff_sessions WHERE account = ?", (account,))

    def _forget_ended(self, now: datetime) -> None:
        self._database.execute(
            "DELETE FROM staff_sessions WHERE created_at <= ? OR seen_at <= ?",
            ((now - LONGEST).isoformat(), (now - IDLE).isoformat()),
        )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
