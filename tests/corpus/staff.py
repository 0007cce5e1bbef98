"""A clock that a test moves, and a cheap cost of passwords."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from corpus.passwords import Cost

CHEAP: Final = Cost(n=16, r=8, p=1)
PASSWORD: Final = "kirahvi ja norsu"  # noqa: S105 - of the tests
KEY: Final = b"k" * 32


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.time

    def move(self, **amount: float) -> None:
        """Go on by an amount of time."""
        self.time += timedelta(**amount)
