"""Robots, sitemaps, traps, kinds of content and pauses, each by itself."""

from __future__ import annotations

import gzip

import pytest

from crawler.hosts import delay_for
from crawler.media import Kind, charset_of, is_no_document, kind_of, sniff
from crawler.robots import Robots, RobotsRecord
from crawler.sitemap import MAX_ADDRESSES, read_listing
from crawler.traps import Traps, pattern_of

BASE = "http://h.fi/kartta.xml"


def robots(text: str) -> Robots:
    """Return the rules of a robots.txt."""
    return Robots(RobotsRecord("http://h.fi", text))


@pytest.mark.parametrize(
    ("rules", "path", "is_allowed"),
    [
        ("User-agent: *\nDisallow: /a", "/a/b", False),
        ("User-agent: *\nDisallow: /a", "/b", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("User-agent: muu\nDisallow: /", "/a", True),
        ("User-agent: Julkaisuhaku\nDisallow: /\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: *\nDisallow: /ä", "/%C3%A4/x", False),
        ("\ufeffUser-agent: *\nDisallow: /a", "/b", True),
        ("<html>not robots at all</html>", "/a", True),
        ("", "/a", True),
    ],
)
def test_rules_of_robots(rules: str, path: str, *, is_allowed: bool) -> None:
    assert robots(rules).allows(f"http://h.fi{path}") is is_allowed


@pytest.mark.parametrize(("asked", "given"), [("0.5", 0.5), ("10", 10.0), ("3600", 60.0)])
def test_a_crawl_delay_is_kept_up_to_a_minute(asked: str, given: float) -> None:
    assert robots(f"User-agent: *\nCrawl-delay: {asked}").delay_s(at_most=60.0) == given


@pytest.mark.parametrize(
    ("host", "setting", "source", "expected"),
    [
        ("h.fi", 1.0, None, 1.0),
        ("h.fi", 0.0, None, 1.0),
        ("h.fi", 1.0, 0.0, 1.0),
        ("h.fi", 1.0, 5.0, 5.0),
        ("127.0.0.1", 0.0, None, 0.0),
        ("127.0.0.1", 0.0, 1.0, 0.0),
        ("localhost", 1.0, 0.0, 0.0),
        ("127.0.0.1", 1.0, None, 1.0),
        ("10.0.0.1", 0.0, 0.0, 1.0),
    ],
)
def test_only_loopback_may_be_hurried(
    host: str, setting: float, source: float | None, expected: float
) -> None:
    assert delay_for(host, setting_s=setting, source_s=source) == expected


def test_a_sitemap_names_addresses_once() -> None:
    body = (
        "<urlset xmlns='x'><url><loc> /a </loc></url><url><loc>http://h.fi/a</loc></url></urlset>"
    )
    assert [one.url for one in read_listing(body.encode(), BASE).addresses] == ["http://h.fi/a"]


def test_an_index_names_sitemaps_but_not_itself() -> None:
    body = f"<sitemapindex><sitemap><loc>{BASE}</loc></sitemap><sitemap><loc>/b.xml</loc></sitemap>"
    assert read_listing(f"{body}</sitemapindex>".encode(), BASE).sitemaps == ("http://h.fi/b.xml",)


def test_atom_and_enclosures_are_read() -> None:
    atom = (
        b"<feed><entry><title>T</title><link href='/a'/><link rel='self' href='/s'/></entry></feed>"
    )
    assert [(one.url, one.title) for one in read_listing(atom, BASE).addresses] == [
        ("http://h.fi/a", "T")
    ]
    rss = b"<rss><channel><item><enclosure url='/a.pdf'/></item></channel></rss>"
    assert [one.url for one in read_listing(rss, BASE).addresses] == ["http://h.fi/a.pdf"]


def test_a_plain_list_is_read() -> None:
    assert len(read_listing(b"http://h.fi/a\nrubbish\nhttp://h.fi/b\n", BASE).addresses) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>&e;</loc></url></urlset>",
        b"<!DOCTYPE x [<!ENTITY a 'http://h.fi/'>]><urlset><url><loc>&a;</loc></url></urlset>",
        b"",
        b"<",
        b"\x1f\x8bbroken",
        gzip.compress(b"<urlset>", mtime=0)[:-3],
        b"<urlset><url><loc>javascript:1</loc></url></urlset>",
    ],
)
def test_a_hostile_sitemap_is_empty(body: bytes) -> None:
    assert read_listing(body, BASE).addresses == ()


def test_a_cut_sitemap_gives_what_it_has() -> None:
    body = b"<urlset><url><loc>http://h.fi/a</loc></url><url><loc>http://h"
    assert "http://h.fi/a" in [one.url for one in read_listing(body, BASE).addresses]


def test_a_sitemap_is_read_up_to_its_limit() -> None:
    entries = "".join(f"<url><loc>/{n}</loc></url>" for n in range(MAX_ADDRESSES + 100))
    assert (
        len(read_listing(f"<urlset>{entries}</urlset>".encode(), BASE).addresses) == MAX_ADDRESSES
    )


def accepted(urls: list[str]) -> int:
    """Return how many addresses are queued."""
    traps = Traps()
    return sum(not traps.judge(url) for url in urls)


@pytest.mark.parametrize(
    ("urls", "at_most"),
    [
        ([f"http://h.fi/kalenteri?kk={n}" for n in range(500)], 40),
        ([f"http://h.fi/kalenteri/{y}/{m}" for y in range(1900, 2100) for m in range(12)], 40),
        ([f"http://h.fi/events/{n}" for n in range(500)], 40),
        ([f"http://h.fi/a?f={n}&g={m}&h=1" for n in range(30) for m in range(30)], 100),
        ([f"http://h.fi/?{'&'.join(f'p{n}=1' for n in range(9))}"], 0),
        (["http://h.fi/a/a/a", "http://h.fi/a/b/a/b/a/b/", "http://h.fi/x/a/y/a/z/a/w/a"], 0),
        (["http://h.fi/" + "/".join("abcdefghijklmnopq")], 0),
    ],
    ids=["calendar", "calendar path", "events", "filters", "parameters", "repetition", "deep"],
)
def test_traps_are_seen(urls: list[str], at_most: int) -> None:
    assert accepted(urls) <= at_most


@pytest.mark.parametrize(
    "urls",
    [
        [f"http://h.fi/julkaisut/{n}" for n in range(3_000)],
        [f"http://h.fi/julkaisu?id={n}" for n in range(900)],
        [f"http://h.fi/2024/05/{n}-uutinen" for n in range(900)],
        ["http://h.fi/julkaisut/2019/julkaisut-2019/raportti"],
    ],
    ids=["numbered", "by id", "dated news", "similar folders"],
)
def test_an_archive_is_no_trap(urls: list[str]) -> None:
    assert accepted(urls) == len(urls)


def test_a_pattern_that_repeats_itself_is_closed() -> None:
    traps = Traps()
    for number in range(25):
        traps.note(f"http://h.fi/a?s={number}", is_repeat=number > 0)
    assert traps.judge("http://h.fi/a?s=99").startswith("trap")
    assert traps.judge("http://h.fi/b?s=99") == ""


def test_patterns_blank_out_what_varies() -> None:
    assert pattern_of("http://h.fi/a/12/b?y=1&x=2") == "h.fi/a/#/b?x&y"


@pytest.mark.parametrize(
    ("body", "declared", "url", "expected"),
    [
        (b"\n\n%PDF-1.7 ...", "text/html", "", "application/pdf"),
        (b"<!DOCTYPE html><p>x", "application/octet-stream", "", "text/html"),
        (b"\xef\xbb\xbf \n<html>", "", "", "text/html"),
        (b"<?xml version='1.0'?><html xmlns='x'>", "text/xml", "", "text/html"),
        (b"<?xml version='1.0'?><rss>", "text/html", "", "application/xml"),
        (b"just words", "text/plain; charset=utf-8", "", "text/plain"),
        (b"just words", "text/html", "", "text/html"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "", "http://h/a.DOC", "application/msword"),
        (b"{\\rtf1", "", "", "application/rtf"),
        (b"\x1f\x8b\x08", "", "", "application/gzip"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png", "", "image/png"),
        (b"no pdf at all", "application/pdf", "", "application/octet-stream"),
        (
            b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text",
            "",
            "",
            "application/vnd.oasis.opendocument.text",
        ),
        (
            b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml" + b"word/document.xml",
            "",
            "",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (b"PK\x03\x04" + b"\0" * 200, "application/zip", "", "application/zip"),
    ],
)
def test_bytes_decide_the_kind(body: bytes, declared: str, url: str, expected: str) -> None:
    assert sniff(body, declared=declared, url=url) == expected


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("text/html", Kind.PAGE),
        ("application/pdf", Kind.FILE),
        ("application/xml", Kind.LISTING),
        ("image/png", Kind.OTHER),
        ("application/zip", Kind.OTHER),
    ],
)
def test_kinds_of_content(media_type: str, kind: Kind) -> None:
    assert kind_of(media_type) is kind


def test_names_tell_what_is_no_document() -> None:
    assert is_no_document("/kuvat/a.JPG")
    assert not is_no_document("/a.pdf")
    assert not is_no_document("/julkaisu")


@pytest.mark.parametrize(
    ("body", "header", "expected"),
    [
        ("pöytä".encode(), "", "utf-8"),
        ("Hyvää päivää, metsäala kasvaa.".encode("cp1252"), "", "cp1252"),
        (("Привет, это текст о лесе. " * 4).encode("cp1251"), "", "cp1251"),
        ("pöytä".encode(), "text/html; charset=utf8", "utf-8"),
        ("“ok”".encode("cp1252"), "text/html; charset=iso-8859-1", "cp1252"),
        (b"abc", "text/html; charset=nonsense", "utf-8"),
    ],
)
def test_a_charset_is_found(body: bytes, header: str, expected: str) -> None:
    assert charset_of(body, content_type=header) == expected
