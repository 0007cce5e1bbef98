"""The staff's navigation: which pages there are, and for whom.

One decision: a page that an account may not open is not shown to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from corpus.accounts import Account, Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: its endpoint is ``staff.NAME``, its text the message ``staff_nav.NAME``."""

    name: str
    role: Role

    @property
    def endpoint(self) -> str:
        """The endpoint of the page."""
        return f"staff.{self.name}"


ENTRIES: Final = (
    Entry("dashboard", Role.EDITOR),
    Entry("explain", Role.EDITOR),
    Entry("feedback", Role.EDITOR),
    Entry("account", Role.EDITOR),
)


def entries_for(account: Account | None) -> tuple[Entry, ...]:
    """Return the pages an account may open, none while it has to choose a password first."""
    if account is None or account.has_one_time_password:
        return ()
    return tuple(entry for entry in ENTRIES if account.role.includes(entry.role))
