"""The plan: what a crawl would do first, found out without keeping anything.

One decision: it asks the site for what a crawl asks for first (robots.txt, sitemaps) and for
nothing else, so that a source can be tried out on a site without burdening it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Final

from corpus.errors import JulkaisuhakuError
from corpus.settings import Settings
from corpus.sources import Source
from crawler.address import Scope, canonical, host_of, origin_of
from crawler.crawl import check_source, fetcher_for
from crawler.fetcher import Fetcher, OpenSocket
from crawler.hosts import delay_for
from crawler.limits import Limits
from crawler.robots import ROBOTS_HOPS, Robots, ask_robots
from crawler.sitemap import read_listing

_MAX_SITEMAPS: Final = 20  # enough to tell whether they are of use
_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class PlannedAddress:
    """An address a crawl would ask for, or why it would not."""

    url: str
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """What a crawl of a source would begin with."""

    source: str
    first: tuple[PlannedAddress, ...]
    robots: str  # "allowed", or why the site is left alone
    delay_s: float
    sitemaps: tuple[str, ...]
    listed: int  # addresses in the sitemaps
    inside: int  # of them inside the scope

    def as_dict(self) -> dict[str, object]:
        """Return the plan for ``crawl --plan --json``."""
        return {
            "source": self.source,
            "robots": self.robots,
            "delay_s": self.delay_s,
            "sitemaps": list(self.sitemaps),
            "listed": self.listed,
            "inside": self.inside,
            "first": [{"url": one.url, "refusal": one.refusal} for one in self.first],
        }


def plan_crawl(
    source: Source,
    *,
    settings: Settings,
    limits: Limits | None = None,
    open_socket: OpenSocket | None = None,
) -> CrawlPlan:
    """Return what a crawl of the source would begin with; nothing is stored.

    Raises `InvalidInput` for a source that cannot be crawled.
    """
    check_source(source)
    bounds = limits or Limits.of(settings)
    fetcher = fetcher_for(source, settings=settings, limits=bounds, open_socket=open_socket)
    return asyncio.run(_plan(source, fetcher, bounds, settings.delay_s))


async def _plan(
    source: Source, fetcher: Fetcher, limits: Limits, setting_delay_s: float
) -> CrawlPlan:
    start = tuple(canonical(url) for url in source.start)
    scope = Scope.of(source.scope, source.files)
    origin = origin_of(start[0])
    async with fetcher:
        ask = partial(fetcher.fetch, f"{origin}/robots.txt", max_hops=ROBOTS_HOPS)
        robots = Robots(await ask_robots(origin, ask))
        sitemaps, listed = await _listed(fetcher, robots, origin)
    inside = [url for url in listed if scope.covers_file(url)]
    first = dict.fromkeys((*start, *inside))
    delay = delay_for(host_of(origin), setting_s=setting_delay_s, source_s=source.delay_s)
    return CrawlPlan(
        source=source.id,
        first=tuple(_judged(url, robots) for url in first)[:_SHOWN],
        robots=robots.refusal or "allowed",
        delay_s=max(delay, robots.delay_s(at_most=limits.max_crawl_delay_s)),
        sitemaps=tuple(sitemaps),
        listed=len(listed),
        inside=len(inside),
    )


def _judged(url: str, robots: Robots) -> PlannedAddress:
    refusal = robots.refusal or ("" if robots.allows(url) else "robots.txt")
    return PlannedAddress(url, refusal)


async def _listed(fetcher: Fetcher, robots: Robots, origin: str) -> tuple[list[str], list[str]]:
    """Return the sitemaps that could be read and the addresses they name."""
    if robots.refusal:
        return [], []
    waiting = list(robots.sitemaps) or [f"{origin}/sitemap.xml"]
    read: list[str] = []
    asked: set[str] = set()
    listed: dict[str, None] = {}
    while waiting and len(asked) < _MAX_SITEMAPS:
        url = waiting.pop(0)
        if url in asked:
            continue
        asked.add(url)
        try:
            response = await fetcher.fetch(url, max_hops=ROBOTS_HOPS)
        except JulkaisuhakuError:
            continue
        if response.is_ok:
            read.append(url)
            listing = read_listing(response.body, response.url)
            listed.update(dict.fromkeys(one.url for one in listing.addresses))
            waiting += listing.sitemaps
    return read, list(listed)
