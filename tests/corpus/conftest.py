"""Fixtures of the corpus tests: a real catalogue in a temporary folder, and a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue


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
