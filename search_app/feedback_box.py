"""What takes the visitors' feedback in: the inbox, the forms' marks, and how much is let through.

One decision: who sent how much is known for an hour, in memory and for this purpose alone, because
the privacy page promises that no visitor's address is written to disk. What all visitors together
may send bounds the memory, and keeps a crowd of machines from filling the inbox.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from corpus._disk import utc_now
from corpus.catalogue import Catalogue
from corpus.feedback import FeedbackInbox, Rating
from corpus.settings import Settings
from corpus.throttle import network_of
from search_app.feedback_form import FeedbackForms

_WINDOW: Final = timedelta(hours=1)
_OF_ONE: Final = 10  # a library's reading room has one address
_OF_ALL: Final = 300
_FEWEST_RATINGS: Final = 5  # below, a share says more about one person than about the site


class FeedbackLimit:
    """How much feedback may be sent in an hour: from one network, and in all; for all threads."""

    def __init__(
        self,
        *,
        of_one: int = _OF_ONE,
        of_all: int = _OF_ALL,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._of_one = of_one
        self._now = now
        self._guard = threading.Lock()
        self._admitted: deque[tuple[datetime, str]] = deque(maxlen=of_all)

    def admit(self, address: str) -> int:
        """Count feedback of an address; return 0 when it may come in, else the seconds to wait."""
        place, now = network_of(address), self._now()
        with self._guard:
            while self._admitted and self._admitted[0][0] <= now - _WINDOW:
                self._admitted.popleft()
            own = [moment for moment, known in self._admitted if known == place]
            if len(own) >= self._of_one:
                return _wait(own[-self._of_one], now)
            if len(self._admitted) == self._admitted.maxlen:
                return _wait(self._admitted[0][0], now)
            self._admitted.append((now, place))
        return 0


@dataclass(frozen=True, slots=True)
class FeedbackBox:
    """The objects behind the form of the public pages."""

    inbox: FeedbackInbox
    forms: FeedbackForms
    limit: FeedbackLimit

    def public_rating(self) -> Rating | None:
        """Return what the public is told, None while too few have been gone through."""
        rating = self.inbox.rating()
        return rating if rating.total >= _FEWEST_RATINGS else None


def make_box(settings: Settings, catalogue: Catalogue) -> FeedbackBox:
    """Return the box of an installation."""
    return FeedbackBox(
        inbox=FeedbackInbox(catalogue.database),
        forms=FeedbackForms(settings.secret_key()),
        limit=FeedbackLimit(),
    )


def _wait(since: datetime, now: datetime) -> int:
    return max(1, math.ceil((since + _WINDOW - now).total_seconds()))
