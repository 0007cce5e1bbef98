"""Accounts of the staff: who may log in, in which role, and in which language he reads.

One decision: an account is never deleted, only disabled, because the audit log names it; and its
role is read anew with every request, so that what is taken away is gone at once.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from corpus._audit import AuditTrail
from corpus._database import Database
from corpus._disk import utc_now
from corpus._entries import is_machine
from corpus.errors import InvalidInput, NotFound
from corpus.passwords import (
    DEFAULT_COST,
    Cost,
    blank_hash,
    hash_password,
    verify_password,
)

DEFAULT_LANGUAGE: Final = "fi"
_NAME: Final = re.compile(r"[a-z0-9åäö][a-z0-9åäö._@-]{0,63}")
_INSERT: Final = """INSERT INTO accounts
    (name, role, language, password, is_one_time, created_at) VALUES (?, ?, ?, ?, ?, ?)"""
_SET_PASSWORD: Final = "UPDATE accounts SET password = ?, is_one_time = ? WHERE name = ?"  # noqa: S105


class Role(StrEnum):
    """What an account may do; each role may do what the ones before it may."""

    EDITOR = "editor"  # adds and edits documents
    LIBRARIAN = "librarian"  # also crawls, reindexes and looks after the vocabulary
    ADMIN = "admin"  # also manages accounts

    def includes(self, other: Role) -> bool:
        """Whether this role may do everything that the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Account:
    """One member of the staff."""

    name: str
    role: Role
    language: str
    created_at: datetime
    has_one_time_password: bool = False  # he has to choose his own before anything else
    disabled_at: datetime | None = None

    @property
    def is_enabled(self) -> bool:
        """Whether he may log in."""
        return self.disabled_at is None


class Accounts:
    """The accounts in the catalogue's database; durable like the catalogue itself.

    Every change goes into the audit log under the ``actor``'s name, in the same transaction.
    """

    def __init__(
        self,
        database: Database,
        *,
        now: Callable[[], datetime] = utc_now,
        cost: Cost = DEFAULT_COST,
    ) -> None:
        self._database = database
        self._now = now
        self._audit = AuditTrail(database, "account", now)
        self._cost = cost
        self._no_account = blank_hash(cost)

    def add(
        self,
        name: str,
        role: Role,
        password: str,
        *,
        actor: str,
        language: str = DEFAULT_LANGUAGE,
        one_time: bool = False,
    ) -> Account:
        """Create an account. Raises `InvalidInput` for a wrong or taken name or password."""
        name = account_name(name)
        hashed = hash_password(password, self._cost)
        with self._database.transaction():
            if self._row(name) is not None:
                raise InvalidInput(f"There is an account {name} already.", subject=name)
            moment = self._now().isoformat()
            self._database.execute(_INSERT, (name, role, language, hashed, int(one_time), moment))
            self._audit.write(
                actor, "add account", name, after={"role": role, "language": language}
            )
        return self.account(name)

    def set_password(self, name: str, password: str, *, actor: str, one_time: bool = False) -> None:
        """Change a password and end every session of the account."""
        name = self.account(name).name
        hashed = hash_password(password, self._cost)
        with self._database.transaction():
            self._database.execute(_SET_PASSWORD, (hashed, int(one_time), name))
            self._end_sessions(name)
            self._audit.write(actor, "change password", name)

    def set_language(self, name: str, language: str, *, actor: str) -> None:
        """Change the language in which an account reads."""
        with self._database.transaction():
            before = self.account(name)
            self._database.execute(
                "UPDATE accounts SET language = ? WHERE name = ?", (language, before.name)
            )
            self._audit.write(
                actor,
                "change language",
                before.name,
                before={"language": before.language},
                after={"language": language},
            )

    def disable(self, name: str, *, actor: str) -> bool:
        """Let an account log in no more and end its sessions; whether it could before."""
        with self._database.transaction():
            account = self.account(name)
            if not account.is_enabled:
                return False
            self._set_disabled(account.name, self._now().isoformat())
            self._end_sessions(account.name)
            self._audit.write(actor, "disable account", account.name)
        return True

    def enable(self, name: str, *, actor: str) -> bool:
        """Let a disabled account log in again; whether it could not before."""
        with self._database.transaction():
            account = self.account(name)
            if account.is_enabled:
                return False
            self._set_disabled(account.name, None)
            self._audit.write(actor, "enable account", account.name)
        return True

    def account(self, name: str) -> Account:
        """Return an account; `NotFound` where there is none of that name."""
        row = self._row(_folded(name))
        if row is None:
            shown = name[:64]
            raise NotFound(f"There is no account {shown}.", subject=shown)
        return account_of(row)

    def all(self) -> list[Account]:
        """Return every account, by name."""
        return [
            account_of(row) for row in self._database.rows("SELECT * FROM accounts ORDER BY name")
        ]

    def verify(self, name: str, password: str) -> Account | None:
        """Return the account that name and password open, or None.

        Takes as long for a name that nobody has as for a wrong password. Callers throttle first.
        """
        row = self._row(_folded(name))
        if not verify_password(password, self._no_account if row is None else row["password"]):
            return None
        if row is None:
            return None
        account = account_of(row)
        return account if account.is_enabled else None

    def _row(self, name: str) -> sqlite3.Row | None:
        if not _NAME.fullmatch(name):
            return None
        return self._database.row("SELECT * FROM accounts WHERE name = ?", (name,))

    def _set_disabled(self, name: str, moment: str | None) -> None:
        self._database.execute("UPDATE accounts SET disabled_at = ? WHERE name = ?", (moment, name))

    def _end_sessions(self, name: str) -> None:
        self._database.execute("DELETE FROM staff_sessions WHERE account = ?", (name,))


def account_name(text: str) -> str:
    """Return the name as it is kept: lower case. Raises `InvalidInput` for one that cannot be.

    Letters that look alike in other alphabets would let one person sign as another; and a change
    made under the name of a machine would not stand in the audit log.
    """
    name = _folded(text)
    if not _NAME.fullmatch(name):
        message = (
            "The name of an account has 1 to 64 letters a–z, å, ä, ö, digits and . _ @ - and"
            " begins with a letter or digit."
        )
        raise InvalidInput(message, subject=text[:64])
    if is_machine(name):
        raise InvalidInput(f"The name {name} is the program's own.", subject=name)
    return name


def account_of(row: sqlite3.Row) -> Account:
    """Return the account of a row of its table."""
    disabled = row["disabled_at"]
    return Account(
        name=row["name"],
        role=Role(row["role"]),
        language=row["language"],
        created_at=datetime.fromisoformat(row["created_at"]),
        has_one_time_password=bool(row["is_one_time"]),
        disabled_at=datetime.fromisoformat(disabled) if disabled else None,
    )


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip()).lower()
