"""Sites without end: a crawl of them ends by itself, long before its budget."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawler.server import Answer, Handler, Site
from tests.crawler.world import World, reasons

LONG = "Alueen yritykset kehittävät osaamistaan yhdessä oppilaitosten kanssa. " * 6


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve a site on loopback."""
    with Site() as served:
        yield served


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a fresh data directory."""
    made = World(tmp_path / "data")
    yield made
    made.close()


def page(text: str, *links: str) -> Answer:
    """Return a page."""
    anchors = "".join(f"<p><a href='{link}'>linkki</a></p>" for link in links)
    return Answer(
        f"<title>Sivu</title><body><main><p>{text}</p>{anchors}</main>".encode(),
        headers={"Content-Type": "text/html; charset=utf-8"},
    )


def without_rules(site: Site) -> None:
    """Let the site have no robots.txt and no sitemap."""
    for path in ("/robots.txt", "/sitemap.xml"):
        site.answer(path, status=404)


def test_a_calendar_ends(site: Site, world: World) -> None:
    def month(handler: Handler) -> Answer:
        number = int(handler.path.rpartition("=")[2] or 0) if "=" in handler.path else 0
        return page(f"{LONG} {number}", f"/kalenteri?kk={number + 1}")

    without_rules(site)
    site.otherwise(month)
    report = world.crawl(world.source(site.url))
    assert report.fetched <= 50


def test_visits_in_addresses_end(site: Site, world: World) -> None:
    def visit(_handler: Handler) -> Answer:
        links = [f"/sivu?visit={secrets.token_hex(8)}" for _ in range(5)]
        return page(LONG, *links)

    without_rules(site)
    site.otherwise(visit)
    report = world.crawl(world.source(site.url))
    assert report.new == 1
    assert report.fetched <= 60


def test_a_path_that_repeats_itself_ends(site: Site, world: World) -> None:
    without_rules(site)
    site.otherwise(lambda handler: page(f"{LONG} {handler.path}", "a/"))
    report = world.crawl(world.source(site.url))
    assert report.fetched <= 4
    assert "trap: the path repeats itself" in reasons(report).values()


def test_a_sitemap_of_sitemaps_without_end_ends(site: Site, world: World) -> None:
    def deeper(handler: Handler) -> Answer:
        number = int("".join(filter(str.isdigit, handler.path)) or 0)
        index = f"<sitemapindex><sitemap><loc>/kartta{number + 1}.xml</loc></sitemap>"
        return Answer(f"{index}</sitemapindex>".encode(), headers={"Content-Type": "text/xml"})

    site.answer("/robots.txt", f"Sitemap: {site.url}/kartta0.xml", kind="text/plain")
    site.page("/")
    site.otherwise(deeper)
    world.crawl(world.source(site.url))
    assert len(site.requests) <= 12
