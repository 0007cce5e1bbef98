"""One site that plays every trick at once: each ends as documented, and the rest is crawled.

A recorder stands where sockets are opened, so that any connection beyond loopback is seen.
"""

from __future__ import annotations

import gzip
import secrets
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler import CrawlReport, crawl
from tests.crawler.server import HTML, Answer, Handler, Site
from tests.crawler.world import World, reasons
from tests.hostile.fetching import Recorder

PDF = b"%PDF-1.4\n%" + b"x" * 500
LONG = "Alueen yritykset kehittävät osaamistaan yhdessä oppilaitosten kanssa. " * 6
GOOD = tuple(f"/hyva/{number}" for number in range(12))
_MIB = 1024 * 1024
_TYPES = {"Content-Type": HTML}


def drip(handler: Handler) -> None:
    """Send a byte now and then, for ever."""
    handler.begin(Content_Type="text/html")
    while not handler.site.stopping.wait(0.1):
        handler.wfile.write(b"x")
        handler.wfile.flush()


def stall(handler: Handler) -> None:
    """Say nothing."""
    handler.site.stopping.wait(10)


def endless(handler: Handler) -> None:
    """Send as much as is taken."""
    handler.begin(Content_Type="text/html")
    while not handler.site.stopping.is_set():
        handler.wfile.write(b"a" * 65536)


def short(handler: Handler) -> None:
    """Promise more than comes."""
    handler.begin(Content_Type="text/html", Content_Length="1000")
    handler.wfile.write(b"short")


def reset(handler: Handler) -> None:
    """Break the connection off."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def babble(handler: Handler) -> None:
    """Speak no HTTP."""
    handler.close_connection = True
    handler.wfile.write(b"\x00\x01 no http at all\r\n\r\n")


def month(handler: Handler) -> Answer:
    """Link the next month."""
    number = int(handler.path.rpartition("=")[2] or 0) if "=" in handler.path else 0
    link = f"<a href='/kalenteri?kk={number + 1}'>seuraava</a>"
    return Answer(f"<main><p>{LONG} {number}</p>{link}</main>".encode(), headers=_TYPES)


def visit(handler: Handler) -> Answer:
    """Give every link a visit of its own, or the next month of a calendar."""
    if handler.path.startswith("/kalenteri"):
        return month(handler)
    if not handler.path.startswith("/istunto"):
        return Answer(b"not here", 404)
    links = "".join(f"<a href='/istunto?v={secrets.token_hex(8)}'>a</a>" for _ in range(5))
    return Answer(f"<main><p>{LONG} istunto</p>{links}</main>".encode(), headers=_TYPES)


PLAYED = {
    "/tippuu": drip,
    "/vaikenee": stall,
    "/loputon": endless,
    "/lyhyt": short,
    "/katkeaa": reset,
    "/sekava": babble,
}
OUTCOMES = {
    "/tippuu": "not complete in 1 s",
    "/vaikenee": "no answer in time",
    "/loputon": "longer than 1 MiB",
    "/pitka": "longer than 1 MiB",
    "/pommi": "longer than 1 MiB",
    "/lyhyt": "the answer ends too early",
    "/katkeaa": "the connection was closed",
    "/sekava": "not a proper answer",
    "/kahdesti": "more than one content coding",
    "/outo": "a content coding that was not asked for",
    "/keha/a": "redirects in a circle",
    "/sisaan": "redirects outside the scope",
    "/kuva": "not a document: application/octet-stream",
    "/virhe": "the server answered 500",
    "/kielletty": "the server answered 403",
    "/puuttuu": "the server answered 404",
    "/tyhja": "empty answer",
    "/pehmea": "a page that says it is not there",
    "/kaksonen.pdf": "the same document as",
}


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve good pages among all the others."""
    with Site() as served:
        odd = (
            *(path for path in OUTCOMES if path != "/keha/a"),
            "/keha/b",
            "/valhe",
            "/merkit",
            "/tosi.pdf",
            "/kalenteri",
            "/istunto",
        )
        mixed = [path for pair in zip(odd, (*GOOD, *GOOD), strict=False) for path in pair]
        served.page("/", "etusivu", "http://10.0.0.1/", "http://169.254.169.254/", *mixed)
        for path in GOOD:
            served.page(path, f"{path} {LONG}")
        for path, respond in PLAYED.items():
            served.route(path, lambda handler, respond=respond: respond(handler))  # type: ignore[misc]
        _answer_oddly(served)
        served.otherwise(visit)
        yield served


def _answer_oddly(site: Site) -> None:
    bomb = gzip.compress(bytes(16 * _MIB))
    twice = gzip.compress(gzip.compress(LONG.encode()))
    site.answer("/pitka", b"x", headers={"Content-Length": "99999999"})
    site.answer("/pommi", bomb, headers={"Content-Encoding": "gzip"})
    site.answer("/kahdesti", twice, headers={"Content-Encoding": "gzip, gzip"})
    site.answer("/outo", b"x", headers={"Content-Encoding": "br"})
    site.redirect("/keha/a", "/keha/b")
    site.redirect("/keha/b", "/keha/a")
    site.redirect("/sisaan", "http://192.168.0.1/")
    site.answer("/kuva", b"\x89PNG\r\n\x1a\n\0\0\0", kind=HTML)
    site.answer("/valhe", PDF + b"valhe", kind="text/html")
    site.answer("/merkit", f"<p>pöytä {LONG}</p>".encode("latin-1"), kind=HTML)
    site.answer("/virhe", status=500)
    site.answer("/kielletty", status=403)
    site.answer("/tyhja", b"")
    site.answer("/pehmea", "<title>Sivua ei löytynyt</title><main><h1>Hups</h1></main>")
    for path in ("/tosi.pdf", "/kaksonen.pdf"):
        site.answer(path, PDF, kind="application/pdf")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a fresh data directory with limits that a test can wait for."""
    made = World(tmp_path / "data")
    made.limits = replace(
        made.limits,
        deadline_s=1.0,
        stall_s=0.5,
        max_body_bytes=_MIB,
        retries=1,
        dead_after=50,
        connections_per_host=4,
    )
    yield made
    made.close()


def crawled(world: World, site: Site, recorder: Recorder) -> CrawlReport:
    """Crawl with a recorder where sockets are opened."""
    return crawl(
        world.source(site.url),
        catalogue=world.catalogue,
        originals=world.originals,
        crawls=world.crawls,
        settings=world.settings,
        limits=world.limits,
        open_socket=recorder,
        now=world.clock,
    )


@pytest.mark.slow
def test_every_trick_ends_as_documented_and_the_rest_is_crawled(site: Site, world: World) -> None:
    recorder = Recorder()
    report = crawled(world, site, recorder)
    found = reasons(report)
    ended = {path: found.get(path, "nothing") for path in OUTCOMES if path != "/kaksonen.pdf"}
    assert {p: r for p, r in ended.items() if not r.startswith(OUTCOMES[p])} == {}
    twins = {found.get("/tosi.pdf", ""), found.get("/kaksonen.pdf", "")}
    assert any(reason.startswith("the same document as") for reason in twins)
    assert {f"{site.url}{path}" for path in (*GOOD, "/valhe", "/merkit")} <= world.urls()
    assert report.fetched < 250
    assert world.document_at(f"{site.url}/merkit").notes["charset"] == "cp1252"
    assert set(recorder.asked) == {"127.0.0.1"}


@pytest.mark.slow
def test_what_a_hostile_site_holds_back_is_not_removed(site: Site, world: World) -> None:
    for path in PLAYED:
        site.page(path, f"{path} {LONG}")
    crawled(world, site, Recorder())
    kept = {path: world.document_at(f"{site.url}{path}") for path in PLAYED}
    for path, respond in PLAYED.items():
        site.route(path, lambda handler, respond=respond: respond(handler))  # type: ignore[misc]
    for _ in range(3):
        world.passed += timedelta(days=2)
        report = crawled(world, site, Recorder())
        assert (report.gone, report.pending) == (0, 0)
    for path, before in kept.items():
        assert world.document_at(f"{site.url}{path}").visibility is before.visibility, path
