"""A second crawl: what is unchanged, what is new, and whose word for it counts."""

from __future__ import annotations

from datetime import timedelta

from tests.crawler.server import Answer, Handler, Site
from tests.crawler.world import LONG, PDF, World, reasons


def test_a_second_crawl_finds_nothing_changed(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a", "/b.pdf")
    site.page("/a", LONG)
    site.answer("/b.pdf", PDF, kind="application/pdf")
    world.crawl(world.source(site.url))
    sequence = world.catalogue.last_sequence()
    report = world.crawl(world.source(site.url))
    assert (report.new, report.changed, report.unchanged) == (0, 0, 3)
    assert world.catalogue.last_sequence() == sequence


def test_a_page_that_is_the_same_to_the_byte_is_still_followed(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a", "/b")
    site.page("/a", f"ensin {LONG}")
    site.page("/b", LONG)
    world.crawl(world.source(site.url))
    site.page("/a", f"sitten {LONG}", "/c")
    site.page("/c", f"uusi {LONG}")
    report = world.crawl(world.source(site.url))
    assert (report.new, report.changed, report.unchanged) == (1, 1, 2)


def test_a_new_header_about_the_same_bytes_is_read(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a")
    body = f"<main><p>{LONG}</p><a href='/'>alkuun</a></main>"
    site.answer("/a", body)
    world.crawl(world.source(site.url))
    site.answer("/a", body, headers={"X-Robots-Tag": "noindex"})
    assert reasons(world.crawl(world.source(site.url)))["/a"] == "noindex"


def test_an_unchanged_answer_is_asked_for_and_still_followed(site: Site, world: World) -> None:
    def etagged(handler: Handler) -> Answer:
        if handler.headers.get("If-None-Match") == '"1"':
            return Answer(status=304, headers={"ETag": '"1"'})
        body = b"<main><p>etusivu</p><a href='/a'>a</a></main>"
        return Answer(body, headers={"ETag": '"1"', "Content-Type": "text/html"})

    site.route("/", etagged)
    site.page("/a", "ensin")
    world.crawl(world.source(site.url))
    site.page("/a", "sitten")
    report = world.crawl(world.source(site.url))
    assert site.hits["/a"] == 2
    assert (report.unchanged, report.changed) == (1, 1)


def test_a_validator_that_lies_is_not_believed_for_ever(site: Site, world: World) -> None:
    def lying(handler: Handler) -> Answer:
        if "If-None-Match" in handler.headers:
            return Answer(status=304)
        body = f"<main><p>versio {site.hits['/']}</p></main>".encode()
        return Answer(body, headers={"ETag": '"same"', "Content-Type": "text/html"})

    site.route("/", lying)
    world.crawl(world.source(site.url))
    assert world.crawl(world.source(site.url)).unchanged == 1
    world.passed = timedelta(days=8)
    assert world.crawl(world.source(site.url)).changed == 1


def test_a_clock_and_a_token_are_no_change(site: Site, world: World) -> None:
    def restless(handler: Handler) -> Answer:
        number = handler.site.hits["/"]
        body = (
            f"<html><head><title>Sivu</title><script>var nonce='{number}'</script></head><body>"
            f"<header>Kävijöitä {number}</header><nav>{number}</nav><main><p>Pysyvä teksti</p>"
            f"<p>Klo 12:00:{number:02}, luotu 0,0{number} sekunnissa</p>"
            f"<form><input type=hidden value={number}>{number}</form></main>"
            f"<footer>{number}</footer></body></html>"
        )
        return Answer(body.encode(), headers={"Content-Type": "text/html"})

    site.route("/", restless)
    world.crawl(world.source(site.url))
    report = world.crawl(world.source(site.url))
    assert (report.changed, report.unchanged) == (0, 1)


def test_a_changed_page_is_a_new_version_of_its_document(site: Site, world: World) -> None:
    site.page("/", "ensimmäinen")
    world.crawl(world.source(site.url))
    before = world.document_at(f"{site.url}/")
    site.page("/", "toinen")
    assert world.crawl(world.source(site.url)).changed == 1
    after = world.document_at(f"{site.url}/")
    assert after.id == before.id
    assert [one.original for one in world.catalogue.versions(after.id)] == [before.original]


def test_an_original_that_is_missing_is_fetched_again(site: Site, world: World) -> None:
    site.answer("/", PDF, kind="application/pdf", headers={"ETag": '"1"'})
    world.crawl(world.source(site.url))
    original = world.document_at(f"{site.url}/").original
    assert original is not None
    world.originals.path(original.sha256).unlink()
    world.crawl(world.source(site.url))
    assert "If-None-Match" not in site.asked("/")[1].headers
    assert world.originals.read(original.sha256) == PDF
