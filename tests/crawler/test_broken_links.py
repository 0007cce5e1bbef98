"""Which page links to which dead address, since when; and the reports that are kept of runs."""

from __future__ import annotations

from datetime import timedelta

from corpus.crawl_history import CrawlHistory
from tests.crawler.server import Site
from tests.crawler.world import World

LONG = "Selvityksessä kuvataan maakunnan osaamisaloja ja niiden kehitystä. " * 6


def test_a_dead_link_is_told_with_its_pages_and_since_when(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a", "/b")
    site.page("/a", f"A {LONG}", "/kuollut")
    site.page("/b", f"B {LONG}", "/kuollut")
    source = world.source(site.url)
    (first,) = world.crawl(source).broken
    world.passed += timedelta(days=1)
    (second,) = world.crawl(source).broken
    assert first.url == f"{site.url}/kuollut"
    assert first.reason == "the server answered 404"
    assert first.referrers == (f"{site.url}/a",)
    assert second.referrers == (f"{site.url}/a", f"{site.url}/b")
    assert second.since == first.since


def test_a_page_that_was_mended_is_not_named_again(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a", "/b")
    site.page("/a", f"A {LONG}", "/kuollut")
    site.page("/b", f"B {LONG}", "/kuollut")
    source = world.source(site.url)
    world.crawl(source)
    world.crawl(source)
    site.page("/a", f"A {LONG} Korjattu.")
    (dead,) = world.crawl(source).broken
    assert dead.referrers == (f"{site.url}/b",)
    site.page("/b", f"B {LONG} Korjattu.")
    assert world.crawl(source).broken == ()


def test_a_dead_document_is_broken_where_a_page_links_it(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/raportti", "/vanha")
    site.page("/raportti", LONG)
    site.page("/vanha", f"{LONG} Vanha.")
    source = world.source(site.url)
    assert world.crawl(source).broken == ()
    site.drop("/raportti")
    site.drop("/vanha")
    site.page("/", "etusivu", "/raportti")
    report = world.crawl(source)
    assert [one.url for one in report.broken] == [f"{site.url}/raportti"]
    assert report.pending == 2


def test_a_page_that_only_says_it_is_not_there_is_a_dead_link(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a")
    site.answer("/a", "<title>Sivua ei löytynyt</title><main><h1>Hups</h1><p>Etsi.</p></main>")
    source = world.source(site.url)
    for report in (world.crawl(source), world.crawl(source)):
        assert [(one.url, one.referrers) for one in report.broken] == [
            (f"{site.url}/a", (f"{site.url}/",))
        ]


def test_an_address_that_came_back_is_mended_by_asking_for_what_failed(
    site: Site, world: World
) -> None:
    site.page("/", "etusivu", "/kohta")
    source = world.source(site.url)
    assert len(world.crawl(source).broken) == 1
    site.page("/kohta", LONG)
    assert world.crawl(source, only_failed=True).broken == ()


def test_the_report_of_every_run_is_kept(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a", "/kuollut")
    site.page("/a", LONG)
    source = world.source(site.url)
    world.crawl(source)
    site.page("/a", f"{LONG} Uutta.")
    world.crawl(source)
    world.crawl(source, only_failed=True)
    partial, second, first = CrawlHistory(world.catalogue.database).reports(source.id)
    assert (first.counts["new"], first.new) == (2, (f"{site.url}/", f"{site.url}/a"))
    assert (second.counts["changed"], second.changed) == (1, (f"{site.url}/a",))
    assert [one.referrer for one in second.failed] == [f"{site.url}/"]
    assert partial.is_partial
    assert first.started_at <= first.finished_at <= second.started_at
