"""A crawl of a site of the test's own: what is fetched, kept, left out, and why."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest

from corpus._disk import FileLock
from corpus.document import FieldValue, Origin
from corpus.errors import Busy, InvalidInput
from corpus.sources import SourceKind
from crawler import Progress
from tests.crawler.server import Answer, Handler, Site
from tests.crawler.world import LONG, PDF, World, reasons


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


def test_answers_that_fill_the_memory_are_waited_for(site: Site, world: World) -> None:
    world.limits = replace(world.limits, max_waiting_bytes=1, connections_per_host=4)
    site.page("/", "etusivu", *(f"/{number}" for number in range(20)))
    for number in range(20):
        site.page(f"/{number}", f"{number} {LONG}")
    assert world.crawl(world.source(site.url)).new == 21


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


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C interrupt, also where the tests run in a shell's background (it is ignored)."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
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


@pytest.mark.usefixtures("_interruptible")
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
