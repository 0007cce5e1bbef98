"""What a site asks for is done: robots.txt, pauses, noindex and nofollow."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.crawler.server import Answer, Handler, Site
from tests.crawler.world import LONG, PDF, World, reasons


def test_robots_are_respected(site: Site, world: World) -> None:
    rules = "User-agent: julkaisuhaku\nDisallow: /salainen\n\nUser-agent: *\nDisallow: /\n"
    site.answer("/robots.txt", rules, kind="text/plain")
    site.page("/", "etusivu", "/salainen/a", "/julkinen")
    site.page("/salainen/a")
    site.page("/julkinen")
    report = world.crawl(world.source(site.url))
    assert "/salainen/a" not in site.hits
    assert reasons(report)["/salainen/a"] == "robots.txt"
    assert site.requests[0].path == "/robots.txt"
    assert "julkaisuhaku" in site.requests[0].headers["User-Agent"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_site_without_robots_is_open(site: Site, world: World, status: int) -> None:
    site.answer("/robots.txt", "Disallow: /", status=status)
    site.page("/")
    assert world.crawl(world.source(site.url)).new == 1


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_site_that_cannot_say_is_left_alone(site: Site, world: World, status: int) -> None:
    site.answer("/robots.txt", status=status)
    site.page("/")
    report = world.crawl(world.source(site.url))
    assert set(site.hits) == {"/robots.txt"}
    assert reasons(report)["/"] == f"robots.txt could not be read: the server answered {status}"


def test_noindex_is_followed_and_not_kept(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/lista", "/a.pdf")
    site.page("/lista", "lista", "/artikkeli", head='<meta name="robots" content="noindex">')
    site.page("/artikkeli", LONG)
    site.answer(
        "/a.pdf", PDF, kind="application/pdf", headers={"X-Robots-Tag": "googlebot: none, noindex"}
    )
    report = world.crawl(world.source(site.url))
    assert world.urls() >= {f"{site.url}/", f"{site.url}/artikkeli"}
    assert f"{site.url}/lista" not in world.urls()
    assert reasons(report)["/lista"] == "noindex"


@pytest.mark.parametrize(
    ("tag", "is_kept"),
    [
        ("noindex", False),
        ("none", False),
        ("julkaisuhaku: noindex", False),
        ("otherbot: noindex", True),
        ("unavailable_after: 25 Jun 2030 15:00:00 PST", True),
    ],
)
def test_x_robots_tag_is_read(site: Site, world: World, tag: str, *, is_kept: bool) -> None:
    site.answer("/", PDF, kind="application/pdf", headers={"X-Robots-Tag": tag})
    world.crawl(world.source(site.url))
    assert bool(world.urls()) is is_kept


def test_nofollow_is_not_followed(site: Site, world: World) -> None:
    site.answer("/", "<main><p>x</p><a rel='nofollow' href='/a'>a</a><a href='/b'>b</a></main>")
    site.page("/b", "b", "/c")
    site.page("/c", "c", "/d", head='<meta name="robots" content="nofollow">')
    report = world.crawl(world.source(site.url))
    assert {"/a", "/d"} & set(site.hits) == set()
    assert reasons(report)["/a"] == "nofollow"


def test_an_address_passed_by_once_may_be_vouched_for_elsewhere(site: Site, world: World) -> None:
    site.answer("/", "<main><p>x</p><a rel='nofollow' href='/a'>a</a><a href='/b'>b</a></main>")
    site.page("/b", "b", "/a")
    site.page("/a", "a")
    report = world.crawl(world.source(site.url))
    assert site.hits["/a"] == 1
    assert "/a" not in reasons(report)


def test_a_server_that_stumbles_is_asked_again(site: Site, world: World) -> None:
    def flaky(handler: Handler) -> Answer:
        is_first = handler.site.hits["/"] == 1
        return Answer(b"", 500) if is_first else Answer(b"<p>ok</p>", headers={})

    site.route("/", flaky)
    assert world.crawl(world.source(site.url)).new == 1
    assert site.hits["/"] == 2


def test_retry_after_is_waited_for(site: Site, world: World) -> None:
    def busy(handler: Handler) -> Answer:
        if handler.site.hits["/"] == 1:
            return Answer(status=429, headers={"Retry-After": "1"})
        return Answer(b"<p>ok</p>", headers={"Content-Type": "text/html"})

    site.route("/", busy)
    assert world.crawl(world.source(site.url)).new == 1
    first, second = site.asked("/")
    assert second.at - first.at >= 1.0


def test_a_site_that_asks_to_come_back_tomorrow_is_left_alone(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a", "/b")
    site.answer("/a", status=503, headers={"Retry-After": "86400"})
    site.page("/b")
    report = world.crawl(world.source(site.url))
    assert site.hits["/a"] == 1
    assert "/b" not in site.hits
    assert reasons(report)["/b"] == "the site asks to come back in 86400 s"


@pytest.mark.slow
def test_the_pause_between_requests_is_kept(site: Site, world: World) -> None:
    site.answer("/robots.txt", "User-agent: *\nCrawl-delay: 0.4\n", kind="text/plain")
    world.settings = replace(world.settings, delay_s=1.0)
    world.limits = replace(world.limits, max_pages=2)
    site.page("/", "etusivu", "/a", "/b")
    site.page("/a")
    world.crawl(world.source(site.url))
    times = [request.at for request in site.requests]
    assert len(times) >= 3
    assert all(later - earlier >= 1.0 for earlier, later in pairwise(times))
