"""Lists, sitemaps and feeds lead to documents and are none themselves."""

from __future__ import annotations

import gzip

from tests.crawler.server import Site
from tests.crawler.world import LONG, World


def test_a_list_is_followed_and_marked(site: Site, world: World) -> None:
    items = "".join(f"<li><a href='/{n}'>Julkaisu {n}</a> tiivistelmä</li>" for n in range(9))
    site.answer("/", f"<title>Julkaisut</title><main><h1>Julkaisut</h1><ul>{items}</ul></main>")
    for number in range(9):
        site.page(f"/{number}", LONG + str(number))
    report = world.crawl(world.source(site.url))
    assert report.new == 10
    assert world.document_at(f"{site.url}/").notes["role"] == "list"
    assert "role" not in world.document_at(f"{site.url}/1").notes


def test_sitemaps_lead_to_what_nothing_links(site: Site, world: World) -> None:
    site.answer("/robots.txt", f"Sitemap: {site.url}/kartta.xml\n", kind="text/plain")
    index = f"<sitemapindex><sitemap><loc>{site.url}/kartta.xml</loc></sitemap><sitemap><loc>"
    index += f"{site.url}/osa.xml.gz</loc></sitemap></sitemapindex>"
    site.answer("/kartta.xml", index, kind="application/xml")
    part = f"<urlset><url><loc>{site.url}/orpo</loc></url><url><loc>http://muu.fi/</loc></url>"
    site.answer("/osa.xml.gz", gzip.compress(f"{part}</urlset>".encode()), kind="application/gzip")
    site.page("/")
    site.page("/orpo", LONG)
    report = world.crawl(world.source(site.url))
    assert f"{site.url}/orpo" in world.urls()
    assert site.hits["/kartta.xml"] == 1
    assert report.failed == ()


def test_a_sitemap_where_one_usually_is_is_tried(site: Site, world: World) -> None:
    site.page("/")
    site.answer("/sitemap.xml", f"<urlset><url><loc>{site.url}/orpo</loc></url></urlset>")
    site.page("/orpo", LONG)
    world.crawl(world.source(site.url))
    assert f"{site.url}/orpo" in world.urls()


def test_a_feed_below_its_page_is_asked_for_at_the_start_only(site: Site, world: World) -> None:
    feed = '<link rel="alternate" type="application/rss+xml" href="{}feed/">'
    site.page("/", "Etusivu.", "/uutinen/", head=feed.format("/"))
    site.page("/uutinen/", "Uutinen.", head=feed.format("/uutinen/") + feed.format("/"))
    site.answer("/feed/", "<rss><channel><item><link>/piilossa</link></item></channel></rss>")
    site.page("/piilossa")
    world.crawl(world.source(site.url))
    assert site.hits["/feed/"] == 1
    assert site.hits["/uutinen/feed/"] == 0
    assert f"{site.url}/piilossa" in world.urls()


def test_feeds_are_read_for_addresses(site: Site, world: World) -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/syote">'
    site.page("/", "etusivu", head=head)
    item = f"<item><title>Uusi</title><link>{site.url}/uutinen</link></item>"
    site.answer("/syote", f"<rss><channel>{item}</channel></rss>", kind="application/rss+xml")
    site.page("/uutinen", LONG)
    world.crawl(world.source(site.url))
    assert world.urls() == {f"{site.url}/", f"{site.url}/uutinen"}
    assert world.catalogue.addresses(world.document_at(f"{site.url}/uutinen").id)[0].link_text
