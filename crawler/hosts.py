"""Politeness: when a host may be asked next, and when it is left alone.

One decision: the pause between two requests is counted from the end of an answer, and it is the
longest of what the source, the site's robots.txt and an answer 429 or 503 ask for; only for a
host on this machine may the setting make it shorter.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from corpus.errors import FetchFailed
from crawler.address import origin_of
from crawler.fetcher import Response
from crawler.guard import is_loopback
from crawler.limits import Limits
from crawler.recorder import Assignment
from crawler.robots import Robots

SHORTEST_PUBLIC_DELAY_S: Final = 1.0
_TRY_AGAIN: Final = frozenset({429, 500, 502, 503, 504})


def delay_for(host: str, *, setting_s: float, source_s: float | None) -> float:
    """Return the seconds between two requests to a host, before robots.txt is asked.

    A setting below one second counts for this machine only, and there it is the last word.
    """
    if is_loopback(host):
        is_short = setting_s < SHORTEST_PUBLIC_DELAY_S
        return setting_s if is_short or source_s is None else source_s
    return max(SHORTEST_PUBLIC_DELAY_S, setting_s if source_s is None else source_s)


class Host:
    """One host of a crawl: its rules, its rhythm and what was handed out for it."""

    def __init__(self, key: str, *, limits: Limits, delay_s: float) -> None:
        self.key = key
        self.buffer: deque[Assignment] = deque()
        self.refill = asyncio.Lock()
        self.robots: dict[str, Robots] = {}
        self.asking = asyncio.Lock()
        self.closed_for = ""  # why it is left alone for the rest of the run
        self.note = ""
        self._limits = limits
        self._delay_s = delay_s
        self._turn = asyncio.Lock()
        self._next_at = 0.0
        self._unanswered = 0

    def obey(self, robots: Robots, url: str) -> None:
        """Take over the rules of the site at the origin of ``url``."""
        self.robots[origin_of(url)] = robots
        # Less than a second was said for this machine only, by its own user.
        if self._delay_s >= SHORTEST_PUBLIC_DELAY_S:
            asked = robots.delay_s(at_most=self._limits.max_crawl_delay_s)
            self._delay_s = max(self._delay_s, asked)

    async def wait_turn(self) -> None:
        """Wait until the host may be asked again."""
        async with self._turn:
            while (remaining := self._next_at - _clock()) > 0:  # noqa: ASYNC110 - may be put off
                await asyncio.sleep(remaining)
            self.note = ""

    def rest(self) -> None:
        """Begin the pause after an answer."""
        self._next_at = max(self._next_at, _clock() + self._delay_s)

    def _pause(self, seconds: float, why: str) -> None:
        self._next_at = max(self._next_at, _clock() + seconds)
        if seconds > self._delay_s:
            self.note = f"{self.key} {why}: waiting {seconds:.0f} s"

    async def ask(self, fetch: Callable[[], Awaitable[Response]]) -> Response:
        """Fetch in turn, again after 429, 5xx and broken connections; `FetchFailed` in the end.

        A host that asks to wait for longer than the limit, or does not answer address after
        address, is closed.
        """
        tries = self._limits.retries + 1
        for attempt in range(tries):
            is_last = attempt == tries - 1
            pause = self._limits.backoff_s * 2**attempt
            await self.wait_turn()
            try:
                response = await fetch()
            except FetchFailed:
                if is_last:
                    self._count_silence()
                    raise
                self._pause(pause, "does not answer")
                continue
            finally:
                self.rest()
            self._unanswered = 0
            if response.status not in _TRY_AGAIN:
                return response
            wanted = pause if response.retry_after_s is None else response.retry_after_s
            if wanted > self._limits.max_retry_after_s:
                self.closed_for = f"the site asks to come back in {wanted:.0f} s"
            if is_last or self.closed_for:
                return response
            self._pause(wanted, f"answers {response.status}")
        raise FetchFailed("no answer")  # only with no tries allowed at all

    def _count_silence(self) -> None:
        self._unanswered += 1
        if self._unanswered >= self._limits.dead_after:
            self.closed_for = "the site does not answer"


def _clock() -> float:
    return asyncio.get_running_loop().time()
