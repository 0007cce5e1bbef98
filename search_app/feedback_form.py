"""The marks of the feedback form: each proves that a page of this site was opened, and when.

One decision: a mark is a moment, a random part and their HMAC under the installation's key together
with the page's address. It needs no cookie and no store; the random part is what lets a form be
sent once. The key alone decides, so a restart or a second process changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from corpus._disk import utc_now

FASTEST: Final = timedelta(seconds=5)  # between opening a page and sending its form
LONGEST: Final = timedelta(hours=24)
_PURPOSE: Final = b"feedback form of "  # the key signs other things too
_RANDOM_BYTES: Final = 9
_MARK: Final = re.compile(r"([0-9]{1,12})\.([A-Za-z0-9_-]{12})\.([0-9a-f]{32})", re.ASCII)
_SIGNATURE_CHARACTERS: Final = 32  # 128 bits
_KEPT_S: Final = 3600


class Verdict(StrEnum):
    """What a mark says about the form it came with."""

    GOOD = "good"
    TOO_FAST = "too_fast"
    EXPIRED = "expired"
    FOREIGN = "foreign"  # not made here, or for another page


@dataclass(frozen=True, slots=True)
class Mark:
    """A new mark, and what stands for it in the entity tag of its page.

    The tag changes once an hour instead of with every request, so that a page can be kept.
    """

    text: str
    hour: str


class FeedbackForms:
    """Makes and checks the marks of one installation."""

    def __init__(self, key: bytes, *, now: Callable[[], datetime] = utc_now) -> None:
        self._key = key
        self._now = now

    def make(self, page: str) -> Mark:
        """Return the mark of a form shown on a page."""
        moment = int(self._now().timestamp())
        start = f"{moment}.{secrets.token_urlsafe(_RANDOM_BYTES)}"
        return Mark(f"{start}.{self._signature(start, page)}", f"hour {moment // _KEPT_S}")

    def judge(self, mark: str, page: str) -> Verdict:
        """Return whether a form may be taken, by its mark and the page it names."""
        match = _MARK.fullmatch(mark)
        if match is None:
            return Verdict.FOREIGN
        start = f"{match[1]}.{match[2]}"
        if not hmac.compare_digest(self._signature(start, page), match[3]):
            return Verdict.FOREIGN
        age = timedelta(seconds=self._now().timestamp() - int(match[1]))
        if age < FASTEST:
            return Verdict.TOO_FAST
        return Verdict.GOOD if age <= LONGEST else Verdict.EXPIRED

    def _signature(self, start: str, page: str) -> str:
        raw = _PURPOSE + f"{start} {page}".encode("utf-8", "surrogatepass")
        digest = hmac.new(self._key, raw, hashlib.sha256).hexdigest()
        return digest[:_SIGNATURE_CHARACTERS]
