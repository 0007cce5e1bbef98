"""What stands around every page: headers, checks, errors, limits, addresses for machines."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from corpus.errors import InvalidSettings
from corpus.settings import Settings
from tests.search_app.list_searcher import ListSearcher


def test_every_answer_carries_the_policy(client: FlaskClient) -> None:
    for path in ("/fi/", "/fi/nothing", "/api/v1/search", "/livez", "/fi/search?q=%ff"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "object-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers


def test_transport_security_is_promised_behind_tls_only(client: FlaskClient) -> None:
    answer = client.get("/fi/", base_url="https://localhost")
    assert "Strict-Transport-Security" in answer.headers


def test_a_page_that_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/fi/help")
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/fi/help", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["/fi/feedback/thanks", "/fi/doc/fotoniikka-2019/file"])
def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient, path: str) -> None:
    got, asked = client.get(path, buffered=True), client.head(path, buffered=True)
    assert (asked.status_code, asked.data) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Security-Policy", "Cache-Control"):
        assert asked.headers[name] == got.headers[name]


def test_pages_are_compressed_for_who_takes_it(client: FlaskClient) -> None:
    path = "/fi/feedback/thanks"  # has no form, whose mark differs from answer to answer
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    refused = client.get(path, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_static_files_are_kept_for_ever_under_their_hashed_name(client: FlaskClient) -> None:
    page = BeautifulSoup(client.get("/fi/").data, "html.parser")
    sheet = page.select_one("link[rel=stylesheet]")
    assert sheet is not None
    hashed = client.get(str(sheet["href"]), headers={"Accept-Encoding": "gzip"})
    assert "immutable" in hashed.headers["Cache-Control"]
    plain = client.get("/static/site.css")
    assert plain.headers["Cache-Control"] == "no-cache"
    assert gzip.decompress(hashed.data) == plain.data
    assert client.get("/static/../web.py").status_code == 404


def test_style_and_script_stay_small(client: FlaskClient) -> None:
    assert len(client.get("/static/site.css").data) <= 10_000
    assert len(client.get("/static/site.js").data) <= 8_000


@pytest.mark.parametrize("host", ["a b", "evil.example/x", 'x"onload=', "a\\b", "user@host", "[::"])
def test_a_malformed_host_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/fi/", headers={"Host": host})
    assert answer.status_code == 400
    assert host.encode() not in answer.data


def test_only_named_hosts_are_answered_where_hosts_are_named(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    strict = make_app(replace(settings, trusted_hosts=("haku.example",))).test_client()
    for host, status in {
        "haku.example": 200,
        "HAKU.example:8000": 200,
        "127.0.0.1:8000": 200,
        "localhost": 200,
        "[::1]:8000": 200,
        "evil.example": 400,
        "haku.example.evil.example": 400,
    }.items():
        assert strict.get("/fi/", headers={"Host": host}).status_code == status, host


def test_forwarding_headers_count_only_for_configured_proxies(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    forwarded = {"X-Forwarded-Host": "haku.example", "X-Forwarded-Proto": "https"}
    proxied = make_app(replace(settings, proxy_count=1)).test_client()
    assert b"https://haku.example/" in proxied.get("/robots.txt", headers=forwarded).data
    direct = make_app(settings).test_client()
    assert b"http://localhost/" in direct.get("/robots.txt", headers=forwarded).data


def test_too_many_requests_are_answered_in_the_sites_look(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    limited = make_app(replace(settings, rate_limit="3/minute")).test_client()
    statuses = [limited.get("/sv/about").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    answer = limited.get("/sv/help")
    page = BeautifulSoup(answer.data, "html.parser")
    assert page.h1 is not None
    assert page.h1.get_text() == "För många förfrågningar"
    assert page.select_one("form[role=search]") is not None
    assert int(answer.headers["Retry-After"]) > 0
    assert limited.get("/api/v1/search").content_type == "application/problem+json"
    assert limited.get("/livez").status_code == 200
    assert limited.get("/static/site.css").status_code == 200


def test_a_site_speaks_the_languages_it_is_set_to(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    site = make_app(replace(settings, languages=("sv", "en"))).test_client()
    assert site.get("/").headers["Location"] == "/sv/"
    assert site.get("/fi/").status_code == 404
    page = BeautifulSoup(site.get("/en/").data, "html.parser")
    assert [link.get_text() for link in page.select(".languages a")] == ["Svenska", "English"]
    assert b"/fi/" not in site.get("/sitemap.xml").data


def test_a_rate_that_cannot_be_read_is_refused_at_the_start(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    with pytest.raises(InvalidSettings, match="rate_limit"):
        make_app(replace(settings, rate_limit="often"))


@pytest.mark.parametrize(
    ("path", "method", "status", "language"),
    [
        ("/fi/puuttuu", "get", 404, "fi"),
        ("/sv/saknas", "get", 404, "sv"),
        ("/nothing", "get", 404, "fi"),
        ("/en/search?q=" + "a" * 600, "get", 400, "en"),
        ("/en/search?q=%C3%28", "get", 400, "en"),
        ("/fi/search", "post", 405, "fi"),
        ("/de/", "get", 404, "fi"),
    ],
)
def test_errors_are_pages_with_a_search_box(
    client: FlaskClient, path: str, method: str, status: int, language: str
) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    page = BeautifulSoup(answer.data, "html.parser")
    assert page.html is not None
    assert page.html["lang"] == language
    assert len(page.select("h1")) == 1
    assert page.select_one("form[role=search]") is not None


def test_a_path_that_is_not_utf8_is_refused(client: FlaskClient) -> None:
    assert client.get("/", environ_overrides={"PATH_INFO": "/fi/\xff"}).status_code == 400


def test_a_search_without_an_index_says_that_it_is_not_available(
    client: FlaskClient, searcher: ListSearcher, caplog: pytest.LogCaptureFixture
) -> None:
    searcher.is_down = True
    with caplog.at_level(logging.CRITICAL):
        answer = client.get("/en/search?q=wood")
    page = BeautifulSoup(answer.data, "html.parser")
    assert answer.status_code == 503
    assert page.h1 is not None
    assert page.h1.get_text() == "The search is not available right now"
    assert "Retry-After" in answer.headers


def test_a_defect_shows_no_traceback(
    client: FlaskClient, searcher: ListSearcher, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_results: object) -> object:
        raise ZeroDivisionError("secret detail")

    searcher.change = broken  # type: ignore[assignment]
    answer = client.get("/fi/search?q=puu")
    assert answer.status_code == 500
    assert b"secret detail" not in answer.data
    assert "secret detail" in caplog.text


def test_liveness_asks_nothing_and_readiness_asks_the_index(
    client: FlaskClient, searcher: ListSearcher
) -> None:
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (
        200,
        {
            "status": "ok",
            "generation": searcher.name,
            "engine": "tantivy",
            "backend": "rules",
            "reason": None,
            "notes": [],
        },
    )
    searcher.is_down = True
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").status_code == 503
    searcher.is_down = False
    searcher.name = ""
    assert client.get("/readyz").status_code == 503


def test_the_sitemap_lists_published_documents_in_every_language(client: FlaskClient) -> None:
    tree = etree.fromstring(client.get("/sitemap.xml").data)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = [loc.text for loc in tree.iter(f"{space}loc")]
    assert "http://localhost/fi/doc/fotoniikka-2019" in found
    assert "http://localhost/fi/" in found
    assert not any("withdrawn" in str(address) for address in found)
    alternates = [e.get("hreflang") for e in tree.iter("{http://www.w3.org/1999/xhtml}link")]
    assert alternates[:3] == ["fi", "sv", "en"]
    assert client.get("/sitemap.xml?part=9").status_code == 404
    assert client.get("/sitemap.xml?part=x").status_code == 404


def test_the_browsers_search_box_is_described(client: FlaskClient) -> None:
    tree = etree.fromstring(client.get("/opensearch.xml?ui=sv").data)
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    address = tree.find(f"{space}Url")
    assert address is not None
    assert address.get("template") == "http://localhost/sv/search?q={searchTerms}"


def test_results_are_not_indexed_but_documents_are(client: FlaskClient) -> None:
    assert b"noindex, follow" in client.get("/fi/search?q=puu").data
    assert b"noindex" not in client.get("/fi/doc/fotoniikka-2019").data
    assert b"noindex" not in client.get("/fi/").data
