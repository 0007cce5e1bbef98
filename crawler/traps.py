"""Traps: addresses that a site can make without end.

One decision: addresses are counted by their pattern (digits and values blanked out), because a
calendar, a session number or a set of filters makes every address new and every pattern old; a
pattern that keeps giving pages already seen is closed whatever it looks like.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final
from urllib.parse import parse_qsl, urlsplit

_DIGITS: Final = re.compile(r"\d+")
_LONG_TOKEN: Final = re.compile(r"(?=[a-z0-9]*\d)[a-z0-9]{16,}", re.IGNORECASE)
_MAX_SEGMENTS: Final = 15
_MAX_PARAMETERS: Final = 8
_MAX_IN_A_ROW: Final = 3
_MAX_SAME_SEGMENT: Final = 4
_BY_PARAMETERS: Final = {1: 1_000, 2: 300}
_MANY_PARAMETERS: Final = 100
_CALENDAR: Final = 40
_REPEATS: Final = 20
_REPEAT_SHARE: Final = 0.8
_CALENDAR_WORD: Final = re.compile(
    r"calendar|kalenter|kalender|tribe|(?:^|[_-])(?:month|kuukausi|kk|week|viikko|day|date|paiva"
    r"|pvm|year|vuosi|from|to|alku|loppu)(?:$|[_-])",
    re.IGNORECASE,
)
_CALENDAR_SEGMENT: Final = re.compile(
    r"calendar|kalenter|kalender|tapahtuma|evenemang|events?$", re.IGNORECASE
)


class Traps:
    """Judges addresses in the order they are found; keeps one count per pattern."""

    def __init__(self) -> None:
        self._found: Counter[str] = Counter()
        self._fetched: Counter[str] = Counter()
        self._repeated: Counter[str] = Counter()

    def judge(self, url: str) -> str:
        """Return why an address is not queued, or an empty string; a queued one is counted."""
        parts = urlsplit(url)
        segments = [segment for segment in parts.path.split("/") if segment]
        names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
        reason = _shape(segments, names)
        if reason:
            return reason
        pattern = pattern_of(url)
        if self.is_closed(url):
            return f"trap: {pattern} gives the same pages again and again"
        limit = _limit(segments, names)
        if limit is not None and self._found[pattern] >= limit:
            return f"trap: more than {limit} addresses like {pattern}"
        self._found[pattern] += 1
        return ""

    def note(self, url: str, *, is_repeat: bool) -> None:
        """Count a fetched page, and whether it was one already seen under another address."""
        pattern = pattern_of(url)
        self._fetched[pattern] += 1
        self._repeated[pattern] += is_repeat

    def is_closed(self, url: str) -> bool:
        """Whether the pattern of an address has given mostly pages already seen."""
        pattern = pattern_of(url)
        repeated = self._repeated[pattern]
        return repeated >= _REPEATS and repeated >= _REPEAT_SHARE * self._fetched[pattern]


def pattern_of(url: str) -> str:
    """Return the pattern of an address: path with digits and tokens blanked, parameter names."""
    parts = urlsplit(url)
    path = _DIGITS.sub("#", _LONG_TOKEN.sub("#", parts.path))
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return f"{parts.netloc}{path}" + (f"?{'&'.join(names)}" if names else "")


def _shape(segments: list[str], names: list[str]) -> str:
    if len(segments) > _MAX_SEGMENTS:
        return f"trap: more than {_MAX_SEGMENTS} folders deep"
    if len(names) > _MAX_PARAMETERS:
        return f"trap: more than {_MAX_PARAMETERS} parameters"
    if _repeats(segments):
        return "trap: the path repeats itself"
    return ""


def _repeats(segments: list[str]) -> bool:
    """Whether one to three segments stand three times in a row, or one four times in all."""
    for width in range(1, _MAX_IN_A_ROW + 1):
        length = width * _MAX_IN_A_ROW
        for start in range(len(segments) - length + 1):
            run = segments[start : start + length]
            if run == run[:width] * _MAX_IN_A_ROW:
                return True
    return any(count >= _MAX_SAME_SEGMENT for count in Counter(segments).values())


def _limit(segments: list[str], names: list[str]) -> int | None:
    """Return how many addresses of a pattern are enough; None where there is no such limit."""
    has_number = any(_DIGITS.search(segment) for segment in segments)
    if any(_CALENDAR_WORD.search(name) for name in names):
        return _CALENDAR
    is_calendar = any(_CALENDAR_SEGMENT.search(segment) for segment in segments)
    if is_calendar and (has_number or names):
        return _CALENDAR
    if not names:
        return None
    return _BY_PARAMETERS.get(len(names), _MANY_PARAMETERS)
