"""A crawl of a site of the test's own: what is fetched, kept, left out, and why."""

from __future__ import annotations

import gzip
import os
import signal
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from corpus._disk import FileLock
from corpus.document import FieldValue, Origin, Visibility
from corpus.errors import Busy, InvalidInput
from corpus.sources import SourceKind
from crawler import Progress
from tests.crawler.server import Answer, Handler, Site
from tests.crawler.world import World, reasons

PDF = b"%PDF-1.4\n%" + b"x" * 500
LONG = "Alueen yritykset kehittävät osaamistaan yhdessä oppilaitosten kanssa. " * 6


def test_pages_and_files_are_kept_with_how_they_were_found(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/raportti.pdf")
    site.answer("/raportti.pdf", PDF, kind="application/pdf", headers={"ETag": '"7"'})
    report = world.crawl(world.source(site.url))
    assert (report.fetched, report.new, report.failed) == (2, 2, ())
    document = world.document_at(f"{site.url}/raportti.pdf")
    assert document.original is not None
    assert document.original.media_type == "application/pdf"
    assert document.original.filename == "raportti.pdf"
    assert world.originals.read(document.original.sha256) == PDF
    (address,) = world.catalogue.addresses(document.id)
    assert address.link_text == "linkki /raportti.pdf"
    assert address.referrer == f"{site.url}/"
    assert address.etag == '"7"'


def test_the_defaults_of_a_source_become_values(site: Site, world: World) -> None:
    site.page("/")
    source = world.source(site.url, defaults={"language": "sv", "regions": ("kainuu",)})
    world.crawl(source)
    document = world.document_at(f"{site.url}/")
    assert (document.language, document.regions) == ("sv", ("kainuu",))
    values = world.catalogue.values(document.id)
    assert FieldValue("language", "sv", Origin.DEFAULT, source=source.id) in values


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


def test_answers_that_fill_the_memory_are_waited_for(site: Site, world: World) -> None:
    world.limits = replace(world.limits, max_waiting_bytes=1, connections_per_host=4)
    site.page("/", "etusivu", *(f"/{number}" for number in range(20)))
    for number in range(20):
        site.page(f"/{number}", f"{number} {LONG}")
    assert world.crawl(world.source(site.url)).new == 21


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


def test_nothing_outside_the_scope_is_fetched(site: Site, world: World) -> None:
    site.page("/kansio/", "etusivu", "/kansio/a", "/muu", "http://example.invalid/", "/kansiot/b")
    site.page("/kansio/a")
    report = world.crawl(world.source(f"{site.url}/kansio"))
    assert set(site.hits) - {"/robots.txt", "/sitemap.xml"} == {"/kansio/", "/kansio/a"}
    assert {"/muu", "/kansiot/b"} <= set(reasons(report))


def test_files_outside_the_pages_are_fetched_where_the_source_says_so(
    site: Site, world: World
) -> None:
    site.page("/kansio/", "etusivu", "/aineisto/a.pdf", "/aineisto/sivu", "/muut/b.pdf")
    site.answer("/aineisto/a.pdf", PDF, kind="application/pdf")
    site.page("/aineisto/sivu")
    source = world.source(f"{site.url}/kansio", files=(f"{site.url}/aineisto/",))
    world.crawl(source)
    assert world.urls() == {f"{site.url}/kansio/", f"{site.url}/aineisto/a.pdf"}
    assert "/aineisto/sivu" not in site.hits


def test_a_redirect_is_followed_and_told(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/vanha")
    site.redirect("/vanha", "/uusi")
    site.page("/uusi", "perillä")
    world.crawl(world.source(site.url))
    known = world.catalogue.find_address(f"{site.url}/uusi")
    assert known is not None
    assert known.address.redirects == (f"{site.url}/vanha",)
    assert known.address.link_text == "linkki /vanha"
    assert f"{site.url}/vanha" not in world.urls()


def test_a_target_of_two_redirects_is_fetched_once(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a", "/b", "/c")
    for path in ("/a", "/b"):
        site.redirect(path, "/c", status=302)
    site.page("/c")
    world.crawl(world.source(site.url))
    assert site.hits["/c"] == 1


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/", "http://10.0.0.1/", "http://127.0.0.2:1/", "//[::1]/"]
)
def test_a_redirect_out_of_the_source_is_not_followed(
    site: Site, world: World, target: str
) -> None:
    site.page("/", "etusivu", "/ulos")
    site.redirect("/ulos", target)
    report = world.crawl(world.source(site.url))
    assert reasons(report)["/ulos"].startswith("redirects outside the scope")


def test_redirects_in_a_circle_fail(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a")
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    report = world.crawl(world.source(site.url))
    assert reasons(report)["/b"] == "redirects in a circle"
    assert (site.hits["/a"], site.hits["/b"]) == (1, 1)


def test_a_document_that_moved_for_good_keeps_its_identity(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/vanha")
    site.page("/vanha", LONG)
    world.crawl(world.source(site.url))
    before = world.document_at(f"{site.url}/vanha")
    site.redirect("/vanha", "/uusi")
    site.page("/uusi", LONG + "Lisäys.")
    world.crawl(world.source(site.url))
    assert world.document_at(f"{site.url}/uusi").id == before.id
    assert world.catalogue.count_documents() == 2


def test_the_same_file_under_two_addresses_is_one_document(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a.pdf", "/b.pdf")
    for path in ("/a.pdf", "/b.pdf"):
        site.answer(path, PDF, kind="application/pdf")
    for _ in range(2):
        report = world.crawl(world.source(site.url))
        assert reasons(report)["/b.pdf"] == f"the same document as {site.url}/a.pdf"
    first, second = (world.document_at(f"{site.url}/{name}.pdf") for name in "ab")
    assert first.id == second.id
    assert report.unchanged == 2


def test_the_address_a_page_names_as_its_own_is_the_document(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/tulosta/a")
    site.page("/tulosta/a", LONG, head='<link rel="canonical" href="/a">')
    site.page("/a", LONG)
    report = world.crawl(world.source(site.url))
    assert world.urls() == {f"{site.url}/", f"{site.url}/a"}
    assert reasons(report)["/tulosta/a"] == f"calls itself {site.url}/a"


def test_pages_that_name_each_other_do_not_both_get_lost(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a", "/b")
    site.page("/a", LONG, head='<link rel="canonical" href="/b">')
    site.page("/b", LONG, head='<link rel="canonical" href="/a">')
    world.crawl(world.source(site.url))
    assert len(world.urls() & {f"{site.url}/a", f"{site.url}/b"}) == 1


def test_a_page_that_names_an_absent_address_is_kept_itself(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a")
    site.page("/a", LONG, head='<link rel="canonical" href="/puuttuu">')
    world.crawl(world.source(site.url))
    assert f"{site.url}/a" in world.urls()


@pytest.mark.parametrize("canonical", ["/", "http://example.invalid/a"])
def test_a_broken_canonical_is_ignored(site: Site, world: World, canonical: str) -> None:
    site.page("/", "etusivu", "/a")
    site.page("/a", LONG, head=f'<link rel="canonical" href="{canonical}">')
    world.crawl(world.source(site.url))
    assert f"{site.url}/a" in world.urls()


def test_the_same_text_under_another_address_is_told_as_such(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a", "/b")
    for path in ("/a", "/b"):
        site.answer(path, f"<title>Sama</title><main><p>{LONG}</p></main>")
    report = world.crawl(world.source(site.url))
    assert reasons(report)["/b"] == f"the same text as {site.url}/a"


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


def test_a_page_that_says_it_is_not_there_is_left_out(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a")
    site.answer("/a", "<title>Sivua ei löytynyt</title><main><h1>Hups</h1><p>Etsi.</p></main>")
    report = world.crawl(world.source(site.url))
    assert f"{site.url}/a" not in world.urls()
    assert reasons(report)["/a"] == "a page that says it is not there"


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


def test_what_is_no_document_is_left_out(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/kuva.png", "/kuva", "/paketti")
    site.answer("/kuva", b"\x89PNG\r\n\x1a\n\0\0\0", kind="image/png")
    site.answer("/paketti", b"PK\x03\x04" + b"\0" * 100, kind="application/zip")
    report = world.crawl(world.source(site.url))
    assert "/kuva.png" not in site.hits
    assert reasons(report)["/kuva"] == "not a document: image/png"
    assert world.urls() == {f"{site.url}/"}


def test_bytes_decide_what_a_file_is(site: Site, world: World) -> None:
    site.answer("/", PDF, kind="text/html")
    world.crawl(world.source(site.url))
    original = world.document_at(f"{site.url}/").original
    assert original is not None
    assert original.media_type == "application/pdf"


@pytest.mark.parametrize(
    ("kind", "body", "charset"),
    [
        ("text/html; charset=iso-8859-1", "<p>pöytä</p>".encode("latin-1"), "cp1252"),
        ("text/html", b"<meta charset=windows-1252><p>p\xf6yt\xe4</p>", "cp1252"),
        ("text/html", "\ufeff<p>pöytä</p>".encode("utf-16-le"), "utf-16-le"),
        ("text/html; charset=utf-8", ("<p>pöytä</p>" * 9).encode("latin-1"), "cp1252"),
        ("text/html; charset=iso-8859-1", b"\xef\xbb\xbf<p>x</p>", "utf-8"),
    ],
    ids=["header", "meta", "mark", "header lies", "mark over header"],
)
def test_the_charset_of_a_page_is_told_to_the_extraction(
    site: Site, world: World, kind: str, body: bytes, charset: str
) -> None:
    site.answer("/", body, kind=kind)
    world.crawl(world.source(site.url))
    assert world.document_at(f"{site.url}/").notes["charset"] == charset


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


def test_an_absent_page_is_told_with_where_it_is_linked(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/puuttuu")
    report = world.crawl(world.source(site.url))
    (failed,) = report.failed
    assert failed.url == f"{site.url}/puuttuu"
    assert failed.reason == "the server answered 404"
    assert failed.referrer == f"{site.url}/"


def test_a_document_is_gone_only_after_days_of_absence(site: Site, world: World) -> None:
    source = world.source(site.url)
    site.page("/", "etusivu", "/a")
    site.page("/a", LONG)
    world.crawl(source)
    site.drop("/a")
    for day in range(3):
        world.passed = timedelta(days=day)
        report = world.crawl(source)
        assert (report.pending, report.gone) == (1, 0)
        assert world.document_at(f"{site.url}/a").visibility is Visibility.PUBLISHED
    world.passed = timedelta(days=3, hours=1)
    report = world.crawl(source)
    assert (report.pending, report.gone) == (0, 1)
    assert world.document_at(f"{site.url}/a").visibility is Visibility.GONE


def test_many_absences_on_one_day_are_not_enough(site: Site, world: World) -> None:
    site.page("/")
    world.crawl(world.source(site.url))
    site.drop("/")
    for _ in range(5):
        assert world.crawl(world.source(site.url)).gone == 0


def test_a_document_that_comes_back_is_shown_again(site: Site, world: World) -> None:
    site.page("/", LONG)
    world.crawl(world.source(site.url))
    site.drop("/")
    for day in range(4):
        world.passed = timedelta(days=day, hours=1)
        world.crawl(world.source(site.url))
    assert world.document_at(f"{site.url}/").visibility is Visibility.GONE
    site.page("/", LONG)
    world.crawl(world.source(site.url))
    assert world.document_at(f"{site.url}/").visibility is Visibility.PUBLISHED
    assert world.crawl(world.source(site.url)).pending == 0


@pytest.mark.parametrize("status", [500, 503, 403, 401])
def test_an_error_of_the_server_never_removes(site: Site, world: World, status: int) -> None:
    site.page("/", LONG)
    world.crawl(world.source(site.url))
    site.answer("/", status=status)
    for day in range(5):
        world.passed = timedelta(days=day)
        report = world.crawl(world.source(site.url))
        assert (report.gone, report.pending) == (0, 0)
    assert world.document_at(f"{site.url}/").visibility is Visibility.PUBLISHED


def test_what_nothing_links_any_more_is_still_looked_at(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a")
    site.page("/a", LONG)
    world.crawl(world.source(site.url))
    site.page("/", "etusivu")
    report = world.crawl(world.source(site.url))
    assert site.hits["/a"] == 2
    assert (report.changed, report.unchanged, report.pending) == (1, 1, 0)


@pytest.mark.slow
def test_a_large_drop_removes_nothing_without_being_asked_for(site: Site, world: World) -> None:
    paths = [f"/{number}" for number in range(20)]
    site.page("/", "etusivu", *paths)
    for path in paths:
        site.page(path, LONG + path)
    world.crawl(world.source(site.url))
    for path in paths:
        site.drop(path)
    for day in range(4):
        world.passed = timedelta(days=day, hours=1)
        report = world.crawl(world.source(site.url))
    assert (report.gone, report.pending) == (0, 20)
    assert "20 of 21 documents are no longer there" in report.failed[0].reason


def test_a_withdrawn_document_does_not_come_back(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a")
    site.page("/a", LONG)
    world.crawl(world.source(site.url))
    document = world.document_at(f"{site.url}/a")
    world.catalogue.withdraw([document.id], "pyynnöstä", "anna")
    site.page("/a", "uusi " + LONG)
    report = world.crawl(world.source(site.url))
    assert site.hits["/a"] == 1
    assert reasons(report)["/a"] == "withdrawn"
    assert world.document_at(f"{site.url}/a").original == document.original


def test_an_original_that_is_missing_is_fetched_again(site: Site, world: World) -> None:
    site.answer("/", PDF, kind="application/pdf", headers={"ETag": '"1"'})
    world.crawl(world.source(site.url))
    original = world.document_at(f"{site.url}/").original
    assert original is not None
    world.originals.path(original.sha256).unlink()
    world.crawl(world.source(site.url))
    assert "If-None-Match" not in site.asked("/")[1].headers
    assert world.originals.read(original.sha256) == PDF


def test_only_what_failed_is_asked_for_again(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a", "/b")
    site.page("/a", LONG)
    site.answer("/b", status=403)
    world.crawl(world.source(site.url))
    site.page("/b", "nyt", "/c")
    site.page("/c", LONG + "c")
    report = world.crawl(world.source(site.url), only_failed=True)
    assert (site.hits["/"], site.hits["/a"], site.hits["/b"], site.hits["/c"]) == (1, 1, 2, 1)
    assert report.new == 2


def test_a_crawl_that_is_interrupted_is_gone_on_with(site: Site, world: World) -> None:
    paths = [f"/{number}" for number in range(40)]
    site.page("/", "etusivu", *paths)
    for path in paths:
        site.page(path, LONG + path)
    source = world.source(site.url)

    def interrupt(progress: Progress) -> None:
        if progress.new >= 5:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        world.crawl(source, progress=interrupt)
    assert world.catalogue.count_documents() < 41
    report = world.crawl(source)
    assert (report.new, report.fetched) == (41, 41)
    assert site.hits["/"] == site.hits["/0"] == 1


def test_an_interrupted_crawl_takes_a_new_start_in(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a")
    site.page("/a", LONG)
    site.page("/uusi", LONG + "uusi")

    def interrupt(_progress: Progress) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    source = world.source(site.url)
    with pytest.raises(KeyboardInterrupt):
        world.crawl(source, progress=interrupt)
    world.crawl(replace(source, start=(f"{site.url}/uusi",)))
    assert f"{site.url}/uusi" in world.urls()


def test_an_error_of_the_caller_comes_out_as_itself(site: Site, world: World) -> None:
    def broken(_progress: Progress) -> None:
        raise BrokenPipeError

    site.page("/")
    with pytest.raises(BrokenPipeError):
        world.crawl(world.source(site.url), progress=broken)
    assert world.catalogue.count_documents() == 1


def test_a_budget_ends_a_crawl(site: Site, world: World) -> None:
    site.page("/", "etusivu", *(f"/{number}" for number in range(30)))
    for number in range(30):
        site.page(f"/{number}", LONG + str(number))
    report = world.crawl(world.source(site.url, max_pages=10))
    assert report.fetched == 10
    assert "the budget of 10 pages is used up" in reasons(report).values()


def test_a_depth_ends_a_chain(site: Site, world: World) -> None:
    def endless(handler: Handler) -> Answer:
        number = int(handler.path.strip("/") or 0)
        return Answer(
            f"<main><p>sivu {number}</p><a href='/{number + 1}'>seuraava</a></main>".encode(),
            headers={"Content-Type": "text/html"},
        )

    for path in ("/robots.txt", "/sitemap.xml"):
        site.answer(path, status=404)
    site.otherwise(endless)
    report = world.crawl(world.source(site.url, max_depth=5))
    assert report.fetched == 6
    assert reasons(report)["/6"] == "deeper than 5 links"


def test_a_second_crawl_at_once_is_told_who_is_at_work(site: Site, world: World) -> None:
    world.limits = replace(world.limits, lock_wait_s=0.1)
    held = FileLock(world.settings.data / "crawl.lock", "crawl elmo")
    with held, pytest.raises(Busy, match="crawl elmo"):
        world.crawl(world.source(site.url))
    site.page("/")
    assert world.crawl(world.source(site.url)).new == 1


def test_progress_counts_what_is_durable(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a")
    site.page("/a", LONG)
    seen: list[Progress] = []
    world.crawl(world.source(site.url), progress=seen.append)
    assert seen[-1].new == 2
    assert [one.fetched for one in seen] == sorted(one.fetched for one in seen)


def test_an_unknown_kind_of_source_is_refused(site: Site, world: World) -> None:
    with pytest.raises(InvalidInput, match="oai-pmh"):
        world.crawl(world.source(site.url, kind=SourceKind.OAI_PMH))


def test_private_hosts_need_the_word_of_the_source(site: Site, world: World) -> None:
    site.page("/")
    report = world.crawl(world.source(site.url, allow_private=False))
    assert site.requests == []
    assert "forbidden address" in reasons(report)["/"]


def test_the_report_is_the_object_of_the_contract(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/puuttuu")
    told = world.crawl(world.source(site.url)).as_dict()
    assert list(told) == [
        "source",
        "fetched",
        "new",
        "changed",
        "unchanged",
        "gone",
        "pending",
        "seconds",
        "failed",
        "skipped",
        "broken",
    ]
    assert told["failed"] == [
        {
            "url": f"{site.url}/puuttuu",
            "reason": "the server answered 404",
            "referrer": f"{site.url}/",
        }
    ]


def test_deep_nesting_does_not_hide_links(site: Site, world: World) -> None:
    deep = "<div>" * 100_000 + "<a href='/a'>a</a>" + LONG
    site.answer("/", f"<html><body>{deep}</body></html>")
    site.page("/a", LONG)
    world.crawl(world.source(site.url))
    assert f"{site.url}/a" in world.urls()


def test_what_is_stored_matches_its_hash(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a.pdf")
    site.answer("/a.pdf", PDF, kind="application/pdf")
    world.crawl(world.source(site.url))
    assert list(world.originals.check(world.catalogue.original_hashes())) == []
    assert world.catalogue.check() == []
