"""The fetcher against a server that plays every trick; nothing beyond loopback is ever tried."""

from __future__ import annotations

import gzip
import socket
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from corpus.errors import FetchFailed, ForbiddenAddress, InvalidInput, LimitExceeded
from tests.crawler.server import Answer, Handler, Site
from tests.hostile.fetching import Recorder, fetch


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve a site on loopback."""
    with Site() as served:
        yield served


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://192.168.0.1:8080/",
        "http://100.64.1.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:a00:1::]/",
        "http://[fe80::1]/",
        "http://0.0.0.0/",
        "http://127.0.0.2/",
        "http://2130706434/",
        "http://0x7f.2/",
        "http://localhost/",
    ],
)
def test_a_redirect_to_a_forbidden_address_is_never_connected_to(site: Site, target: str) -> None:
    site.redirect("/", target, status=302)
    recorder = Recorder()
    with pytest.raises(ForbiddenAddress, match="forbidden address"):
        fetch(f"{site.url}/", recorder=recorder)
    assert recorder.asked == ["127.0.0.1"]
    assert site.hits == {"/": 1}


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://[::1]/",
        "http://localhost/",
    ],
)
def test_loopback_is_refused_before_a_socket_is_opened(url: str) -> None:
    recorder = Recorder()
    with pytest.raises(ForbiddenAddress):
        fetch(url, private=frozenset(), recorder=recorder)
    assert recorder.asked == []


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("file:///etc/passwd", ForbiddenAddress),
        ("ftp://example.org/", ForbiddenAddress),
        ("http://user:secret@127.0.0.1/", ForbiddenAddress),
    ],
)
def test_a_redirect_to_another_scheme_is_refused(
    site: Site, target: str, error: type[Exception]
) -> None:
    site.redirect("/", target)
    with pytest.raises(error):
        fetch(f"{site.url}/")


def test_a_redirect_to_nowhere_is_returned_as_it_is(site: Site) -> None:
    site.redirect("/", "http://[broken")
    assert fetch(f"{site.url}/").location is None


def test_redirects_in_a_circle_end(site: Site) -> None:
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    with pytest.raises(LimitExceeded, match="circle"):
        fetch(f"{site.url}/a")
    assert site.hits == {"/a": 1, "/b": 1}


def test_redirects_without_end_are_cut_after_five(site: Site) -> None:
    site.otherwise(
        lambda handler: Answer(status=302, headers={"Location": f"/{int(handler.path[1:]) + 1}"})
    )
    with pytest.raises(LimitExceeded, match="more than 5 redirects"):
        fetch(f"{site.url}/1")
    assert len(site.requests) == 6


def test_redirects_that_are_followed_are_told(site: Site) -> None:
    site.redirect("/a", "/b")
    site.page("/b", "perillä")
    response = fetch(f"{site.url}/a")
    assert response.url == f"{site.url}/b"
    assert response.redirects == (f"{site.url}/a",)


def _drip(handler: Handler) -> None:
    handler.begin(Content_Type="text/html")
    while not handler.site.stopping.wait(0.1):
        handler.wfile.write(b"x")
        handler.wfile.flush()


def test_a_body_of_one_byte_at_a_time_ends_at_the_deadline(site: Site) -> None:
    site.route("/", _drip)
    with pytest.raises(LimitExceeded, match="not complete"):
        fetch(f"{site.url}/")


def test_a_server_that_says_nothing_is_given_up(site: Site) -> None:
    site.route("/", lambda handler: (handler.site.stopping.wait(5), None)[1])
    with pytest.raises(FetchFailed, match="no answer in time"):
        fetch(f"{site.url}/")


def _endless(handler: Handler) -> None:
    handler.begin(Content_Type="text/html")
    while not handler.site.stopping.is_set():
        handler.wfile.write(b"a" * 65536)


def test_an_endless_body_is_cut_at_its_limit(site: Site) -> None:
    site.route("/", _endless)
    with pytest.raises(LimitExceeded, match="longer than 1 MiB"):
        fetch(f"{site.url}/")


def test_a_length_beyond_the_limit_is_refused_unread(site: Site) -> None:
    site.answer("/", b"x", headers={"Content-Length": "99999999"})
    with pytest.raises(LimitExceeded, match="longer than 1 MiB"):
        fetch(f"{site.url}/")


def test_a_body_shorter_than_its_length_is_no_answer(site: Site) -> None:
    def lie(handler: Handler) -> None:
        handler.begin(Content_Type="text/html", Content_Length="1000")
        handler.wfile.write(b"short")

    site.route("/", lie)
    with pytest.raises(FetchFailed, match="ends too early"):
        fetch(f"{site.url}/")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw-deflate"])
def test_a_bomb_is_not_inflated_beyond_the_limit(site: Site, coding: str) -> None:
    plain = b"\0" * (16 * 1024 * 1024)
    raw = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = {
        "gzip": lambda: gzip.compress(plain),
        "deflate": lambda: zlib.compress(plain),
        "raw-deflate": lambda: raw.compress(plain) + raw.flush(),
    }[coding]()
    site.answer("/", packed, headers={"Content-Encoding": coding.removeprefix("raw-")})
    with pytest.raises(LimitExceeded, match="longer than 1 MiB"):
        fetch(f"{site.url}/")


def test_a_coding_on_top_of_another_is_refused(site: Site) -> None:
    packed = gzip.compress(gzip.compress(b"x" * 1000))
    site.answer("/", packed, headers={"Content-Encoding": "gzip, gzip"})
    with pytest.raises(LimitExceeded, match="more than one content coding"):
        fetch(f"{site.url}/")


def test_a_coding_nobody_asked_for_is_refused(site: Site) -> None:
    site.answer("/", b"x", headers={"Content-Encoding": "br"})
    with pytest.raises(LimitExceeded, match="not asked for"):
        fetch(f"{site.url}/")


@pytest.mark.parametrize(
    ("packed", "coding"),
    [
        (gzip.compress("sisältö".encode(), mtime=0), "gzip"),
        (
            gzip.compress("sisä".encode(), mtime=0) + gzip.compress("ltö".encode(), mtime=0),
            "x-gzip",
        ),
        (zlib.compress("sisältö".encode()), "deflate"),
        (zlib.compress("sisältö".encode())[2:-4], "deflate"),
        ("sisältö".encode(), "gzip"),
        ("sisältö".encode(), "identity"),
    ],
    ids=["gzip", "two members", "zlib", "raw deflate", "said to be gzip", "identity"],
)
def test_a_compressed_body_is_decoded(site: Site, packed: bytes, coding: str) -> None:
    site.answer("/", packed, headers={"Content-Encoding": coding})
    assert fetch(f"{site.url}/").body.decode() == "sisältö"


def test_a_compressed_body_that_ends_too_early_is_no_answer(site: Site) -> None:
    packed = gzip.compress(bytes(range(256)) * 40)[:-20]
    site.answer("/", packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchFailed, match="ends too early"):
        fetch(f"{site.url}/")


def test_a_damaged_compressed_body_is_no_answer(site: Site) -> None:
    packed = bytearray(gzip.compress(bytes(range(256)) * 40))
    packed[40] ^= 0xFF
    packed[60] ^= 0xFF
    site.answer("/", bytes(packed), headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchFailed):
        fetch(f"{site.url}/")


def test_a_connection_that_is_reset_is_no_answer(site: Site) -> None:
    def reset(handler: Handler) -> None:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()

    site.route("/", reset)
    with pytest.raises(FetchFailed):
        fetch(f"{site.url}/")


def test_nobody_listening_is_told_as_such() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(FetchFailed, match="refused"):
        fetch(f"http://127.0.0.1:{port}/")


def test_what_is_not_http_is_no_answer(site: Site) -> None:
    def babble(handler: Handler) -> None:
        handler.close_connection = True
        handler.wfile.write(b"\x00\x01 no http at all\r\n\r\n")

    site.route("/", babble)
    with pytest.raises(FetchFailed):
        fetch(f"{site.url}/")


def test_headers_without_end_are_no_answer(site: Site) -> None:
    site.answer("/", b"x", headers={"X-Long": "a" * 100_000})
    with pytest.raises(FetchFailed):
        fetch(f"{site.url}/")


def test_what_the_server_gave_is_asked_about(site: Site) -> None:
    moment = "Mon, 02 Nov 2026 10:00:00 GMT"
    site.answer("/", b"x", headers={"ETag": '"1"', "Last-Modified": moment})
    given = fetch(f"{site.url}/").validators
    site.answer("/", b"", status=304)
    assert fetch(f"{site.url}/", validators=given).status == 304
    headers = site.requests[-1].headers
    assert headers["If-None-Match"] == '"1"'
    assert headers["If-Modified-Since"] == moment


@pytest.mark.parametrize(
    ("value", "expected"),
    [("120", 120.0), ("0", 0.0), ("soon", None), ("-5", None), ("99999999999999", 999_999_999.0)],
)
def test_seconds_of_retry_after_are_read(site: Site, value: str, expected: float | None) -> None:
    site.answer("/", b"", status=503, headers={"Retry-After": value})
    assert fetch(f"{site.url}/").retry_after_s == expected


def test_a_date_of_retry_after_is_read(site: Site) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    site.answer("/", b"", status=503, headers={"Retry-After": until})
    wait = fetch(f"{site.url}/").retry_after_s
    assert wait is not None
    assert 500 < wait <= 600


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="raportti.pdf"', "raportti.pdf"),
        ("attachment; filename*=UTF-8''selvitys%20%C3%A4.pdf", "selvitys ä.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="..\\\\..\\\\a.pdf"', "a.pdf"),
        ("", ""),
    ],
)
def test_the_name_of_a_file_has_no_folder(site: Site, header: str, name: str) -> None:
    site.answer("/", b"x", headers={"Content-Disposition": header})
    assert fetch(f"{site.url}/").filename == name


def test_no_cookie_is_sent_back(site: Site) -> None:
    site.redirect("/a", "/b")
    site.answer("/a", status=302, headers={"Location": "/b", "Set-Cookie": "visit=1; Path=/"})
    site.page("/b")
    fetch(f"{site.url}/a")
    assert "Cookie" not in site.requests[-1].headers


def test_an_environment_proxy_is_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://10.0.0.1:3128")
    monkeypatch.setenv("http_proxy", "http://10.0.0.1:3128")
    site.page("/")
    recorder = Recorder()
    assert fetch(f"{site.url}/", recorder=recorder).status == 200
    assert recorder.asked == ["127.0.0.1"]


@pytest.mark.parametrize("url", ["http://", "http://exa mple/", "nonsense"])
def test_what_is_no_address_is_refused_without_a_socket(url: str) -> None:
    recorder = Recorder()
    with pytest.raises((InvalidInput, ForbiddenAddress)):
        fetch(url, recorder=recorder)
    assert recorder.asked == []
