"""What the staff's pages work with, made once beside the site.

One decision: it stands apart from `Site`, because no public page has anything to do with accounts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from flask import Flask, current_app

from corpus.accounts import Account, Accounts
from corpus.catalogue import Catalogue
from corpus.crawls import CrawlStore
from corpus.errors import Busy
from corpus.sessions import Sessions
from corpus.settings import Settings
from corpus.sources import Source
from corpus.throttle import LogInThrottle
from indexer.explanation import Explain, no_explanation
from search_app.condition import Condition
from search_app.staff.form_token import FormTokens

_EXTENSION: Final = "julkaisuhaku-staff"
_HASHING_TIMEOUT_S: Final = 5.0
_HASHING_AT_ONCE: Final = 2  # each takes a core and 32 MiB; visitors' searches need theirs


@dataclass(frozen=True, slots=True)
class Desk:
    """The objects behind the staff's pages."""

    accounts: Accounts
    sessions: Sessions
    throttle: LogInThrottle
    form_tokens: FormTokens
    crawls: CrawlStore
    sources: Callable[[], Mapping[str, Source]]
    condition: Callable[[], Condition | None]
    explain: Explain = no_explanation
    hashing: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_HASHING_AT_ONCE)
    )
    hashing_timeout_s: float = _HASHING_TIMEOUT_S

    def verified(self, name: str, password: str) -> Account | None:
        """Return the account that name and password open, or None.

        Raises `Busy` while too many others are being hashed. Callers ask the throttle first.
        """
        if not self.hashing.acquire(timeout=self.hashing_timeout_s):
            raise Busy("Too many passwords are being checked at the moment.")
        try:
            return self.accounts.verify(name, password)
        finally:
            self.hashing.release()


def make_desk(
    settings: Settings,
    catalogue: Catalogue,
    *,
    sources: Callable[[], Mapping[str, Source]],
    condition: Callable[[], Condition | None],
    explain: Explain = no_explanation,
) -> Desk:
    """Return the desk of an installation."""
    database, key = catalogue.database, settings.secret_key()
    return Desk(
        accounts=Accounts(database),
        sessions=Sessions(database),
        throttle=LogInThrottle(database, key),
        form_tokens=FormTokens(key),
        crawls=CrawlStore(database),
        sources=sources,
        condition=condition,
        explain=explain,
    )


def install(app: Flask, desk: Desk) -> None:
    """Give the desk to an application."""
    app.extensions[_EXTENSION] = desk


def current_desk() -> Desk:
    """Return the desk of the running application."""
    desk = current_app.extensions[_EXTENSION]
    if not isinstance(desk, Desk):
        raise TypeError("the application was not made by create_app")
    return desk
