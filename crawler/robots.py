"""robots.txt: what a site lets this crawler fetch, how fast, and where its sitemaps are.

One decision: a site that cannot say what it allows (an error of its own, no answer) is left
alone, a site that has nothing to say (4xx) is open, as RFC 9309 has it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from protego import Protego

from corpus.errors import FetchFailed, ForbiddenAddress, InvalidInput, LimitExceeded
from crawler.fetcher import Response

AGENT: Final = "julkaisuhaku"
_READ_BYTES: Final = 500 * 1024  # RFC 9309, 2.5
ROBOTS_HOPS: Final = 5  # RFC 9309, 2.3.1.2


@dataclass(frozen=True, slots=True)
class RobotsRecord:
    """What was answered for a robots.txt: kept with the crawl, so that a resumed one asks not."""

    origin: str
    text: str
    refusal: str = ""  # why the site is left alone; empty: ``text`` decides


class Robots:
    """The rules of one site for this crawler."""

    def __init__(self, record: RobotsRecord) -> None:
        self.record = record
        self._rules = Protego.parse(record.text)

    @property
    def refusal(self) -> str:
        """Why nothing of the site may be fetched at present, or an empty string."""
        return self.record.refusal

    def allows(self, url: str) -> bool:
        """Whether a canonical address may be fetched."""
        return not self.refusal and bool(self._rules.can_fetch(url, AGENT))

    def delay_s(self, *, at_most: float) -> float:
        """Return the seconds the site wants between two requests."""
        asked = self._rules.crawl_delay(AGENT)
        return 0.0 if asked is None else min(max(float(asked), 0.0), at_most)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps the site names."""
        return tuple(self._rules.sitemaps)


async def ask_robots(origin: str, fetch: Callable[[], Awaitable[Response]]) -> RobotsRecord:
    """Return what a site answers for its robots.txt; ``fetch`` asks for it."""
    try:
        response = await fetch()
    except ForbiddenAddress as error:
        return RobotsRecord(origin, "", error.message)
    except (FetchFailed, LimitExceeded, InvalidInput) as error:
        return RobotsRecord(origin, "", f"robots.txt could not be read: {error.message}")
    return RobotsRecord(origin, *_judged(response))


def _judged(response: Response) -> tuple[str, str]:
    status = response.status
    if status == HTTPStatus.OK:
        return response.body[:_READ_BYTES].decode("utf-8-sig", "replace"), ""
    is_busy = status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if is_busy:
        return "", f"robots.txt could not be read: the server answered {status}"
    return "", ""
