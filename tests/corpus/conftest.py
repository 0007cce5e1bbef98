"""Fixtures of the corpus tests: a real catalogue in a temporary folder, and a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from corpus.accounts import Accounts, Role
from corpus.catalogue import Catalogue
from corpus.sessions import Sessions
from corpus.throttle import Limits, LogInThrottle
from tests.corpus.staff import CHEAP, KEY, PASSWORD, Clock


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """Return a clock that goes on by a second each time it is read."""
    seconds = count()
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return lambda: start + timedelta(seconds=next(seconds))


@pytest.fixture
def catalogue(tmp_path: Path, clock: Callable[[], datetime]) -> Iterator[Catalogue]:
    """Return an empty catalogue whose ids count up from ``new0``."""
    numbers = count()
    with Catalogue(
        tmp_path / "catalogue.sqlite3", now=clock, new_id=lambda: f"new{next(numbers)}"
    ) as opened:
        yield opened


@pytest.fixture
def now() -> Clock:
    """Return a clock that the test moves."""
    return Clock()


@pytest.fixture
def accounts(catalogue: Catalogue, now: Clock) -> Accounts:
    """Return accounts whose passwords are cheap to hash, with one librarian."""
    opened = Accounts(catalogue.database, now=now, cost=CHEAP)
    opened.add("maija", Role.LIBRARIAN, PASSWORD, actor="test")
    return opened


@pytest.fixture
def sessions(catalogue: Catalogue, now: Clock) -> Sessions:
    """Return sessions by the test's clock."""
    return Sessions(catalogue.database, now=now)


@pytest.fixture
def throttle(catalogue: Catalogue, now: Clock) -> LogInThrottle:
    """Return a throttle with small limits."""
    limits = Limits(window=timedelta(minutes=15), together=3, address=5, name=6)
    return LogInThrottle(catalogue.database, KEY, limits=limits, now=now)
