"""The sample site, crawled as a newcomer would: completely, and only what may be."""

from __future__ import annotations

from collections import Counter
from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree

from corpus.sample.serve import SITE, SampleServer
from crawler import plan_crawl
from tests.crawler.world import World, reasons


@pytest.mark.slow
def test_the_sample_site_is_crawled_completely_and_once(world: World) -> None:
    hits: Counter[str] = Counter()
    with SampleServer(seen=lambda path: hits.update([path])) as server:
        source = world.source(server.url.rstrip("/"))
        first = world.crawl(source)
        assert first.failed == ()
        assert max(hits.values()) == 1
        crawled = {unquote(urlsplit(url).path) for url in world.urls()}
        second = world.crawl(source)
    left_out = {unquote(path) for path in reasons(first)}
    pdfs = {f"/{file.relative_to(SITE)}" for file in SITE.rglob("*.pdf")}
    assert pdfs <= crawled
    assert listed() <= crawled | left_out
    assert not [path for path in hits if path.startswith("/luonnokset/")]
    assert (second.new, second.changed) == (0, 0)
    assert second.unchanged == first.new
    assert second.skipped == first.skipped
    assert list(world.originals.check(world.catalogue.original_hashes())) == []


def listed() -> set[str]:
    """Return the paths of the site's own sitemap."""
    root = etree.parse(SITE / "sitemap.xml").getroot()
    return {unquote(urlsplit(loc.text or "").path) for loc in root.iterfind(".//{*}loc")}


@pytest.mark.slow
def test_publications_of_the_sample_are_no_lists(world: World) -> None:
    with SampleServer() as server:
        world.crawl(world.source(server.url.rstrip("/")))
    roles = {
        urlsplit(document.url).path: document.notes.get("role")
        for document in world.catalogue.iter_documents()
    }
    lists = {path for path, role in roles.items() if role == "list"}
    publications = {path for path in roles if path.startswith("/julkaisut/")}
    assert "/julkaisut/" in lists
    assert len(publications - lists) >= 20
    assert not [path for path in lists if path.endswith(".pdf")]


def test_a_plan_asks_for_rules_and_sitemaps_only(world: World) -> None:
    hits: Counter[str] = Counter()
    with SampleServer(seen=lambda path: hits.update([path])) as server:
        plan = plan_crawl(world.source(server.url.rstrip("/")), settings=world.settings)
    assert set(hits) == {"/robots.txt", "/sitemap.xml"}
    assert plan.robots == "allowed"
    assert plan.listed == plan.inside == len(listed())
    assert plan.first[0].url == server_start(plan.first[0].url)
    assert world.catalogue.count_documents() == 0
    assert plan.as_dict()["sitemaps"] == list(plan.sitemaps)


def server_start(url: str) -> str:
    """Return the front page of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"
