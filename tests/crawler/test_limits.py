"""Sites larger than a crawl may get: each limit ends it, is told, and leaves the rest in order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.page import MAX_LINKS
from tests.crawler.server import HTML, Answer, Handler, Site
from tests.crawler.world import LONG, World, reasons


def links(count: int, name: str) -> str:
    """Return a page of links."""
    return "<main><p>x</p>" + "".join(f"<a href='/{name}{n}'>{n}</a>" for n in range(count))


@pytest.mark.slow
def test_a_page_of_100_000_links_is_bounded_and_told(site: Site, world: World) -> None:
    site.answer("/", links(100_000, "a"))
    site.otherwise(
        lambda handler: Answer(f"{handler.path} {LONG}".encode(), headers={"Content-Type": HTML})
    )
    report = world.crawl(world.source(site.url, max_pages=20))
    assert report.fetched == 20
    assert reasons(report)["/"] == f"only its first {MAX_LINKS:,} links are followed"
    assert "the budget of 20 pages is used up" in reasons(report).values()
    assert world.catalogue.database.number("SELECT count(*) FROM crawl_queue") <= MAX_LINKS + 3


def test_addresses_that_are_left_out_are_listed_up_to_a_limit(site: Site, world: World) -> None:
    world.limits = replace(world.limits, max_addresses=10)
    site.answer("/", links(3, "hyva") + "".join(f"<a href='/{n}.png'>x</a>" for n in range(30)))
    for number in range(3):
        more = "".join(f"<a href='http://muu{number}.fi/{n}'>x</a>" for n in range(30))
        site.answer(f"/hyva{number}", f"<main><p>{number} {LONG}</p>{more}")
    report = world.crawl(world.source(site.url))
    assert report.new == 4
    assert len(report.skipped) == 10
    assert report.skipped[-1].reason.endswith("(beyond 10 such addresses none is listed)")


def test_addresses_that_are_queued_are_limited_and_told(site: Site, world: World) -> None:
    world.limits = replace(world.limits, max_addresses=10)

    def endless(handler: Handler) -> Answer:
        return Answer(
            f"{links(5, handler.path.strip('/') + 'x')}{LONG}{handler.path}".encode(),
            headers={"Content-Type": HTML},
        )

    site.page("/", "etusivu", "/a")
    site.route("/robots.txt", lambda _handler: Answer(status=404))
    site.route("/sitemap.xml", lambda _handler: Answer(status=404))
    site.otherwise(endless)
    report = world.crawl(world.source(site.url))
    assert report.fetched <= 12
    assert "beyond 10 addresses" in reasons(report).values()
