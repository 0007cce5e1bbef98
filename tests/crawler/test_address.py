"""Addresses have one spelling, and a scope ends at the border of a path segment."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from corpus.errors import ForbiddenAddress, InvalidInput
from crawler.address import Scope, canonical, join, respelled


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("HTTP://Example.ORG:80/a/../b#top", "http://example.org/b"),
        ("https://example.org:443", "https://example.org/"),
        ("http://example.org./", "http://example.org/"),
        ("http://example.org/?b=2&a=1", "http://example.org/?a=1&b=2"),
        ("http://example.org/ä ö", "http://example.org/%C3%A4%20%C3%B6"),
        ("http://työ.fi/", "http://xn--ty-gka.fi/"),
        ("http://example.org/a;jsessionid=1A2B?x=1", "http://example.org/a?x=1"),
        ("http://example.org/?utm_source=x&id=3&fbclid=y", "http://example.org/?id=3"),
        ("http://example.org/?PHPSESSID=abc", "http://example.org/"),
        ("http://example.org/?sid=7", "http://example.org/?sid=7"),
        ("http://example.org/smec/%2e%2e/admin", "http://example.org/admin"),
        ("http://127.1/", "http://127.0.0.1/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://0177.0.0.1/", "http://127.0.0.1/"),
        ("http://[::FFFF:127.0.0.1]:8080/", "http://[::ffff:7f00:1]:8080/"),
        ("http://example.org\\@evil.org/", "http://example.org/@evil.org/"),
        (" http://exa\nmple.org/ ", "http://example.org/"),
    ],
)
def test_an_address_has_one_spelling(given: str, expected: str) -> None:
    assert canonical(given) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    "given",
    ["ftp://example.org/", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x"],
)
def test_only_http_is_fetched(given: str) -> None:
    with pytest.raises(ForbiddenAddress, match="Only http and https"):
        canonical(given)


@pytest.mark.parametrize("given", ["http://a:b@example.org/", "http://a@example.org/"])
def test_credentials_in_an_address_are_refused(given: str) -> None:
    with pytest.raises(ForbiddenAddress, match="user name or password"):
        canonical(given)


@pytest.mark.parametrize(
    "given",
    [
        "http://",
        "http:///a",
        "http://exa mple.org/",
        "http://a..b/",
        "http://example.org:99999/",
        "http://example.org:0/",
        "http://[::1",
        "http://256.1.1.1/",
        "http://1.2.3.4.5/",
        "http://08.1.1.1/",
        "http://example.5/",
        "http://example.org/" + "a" * 3_000,
    ],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput):
        canonical(given)


def test_links_are_joined_to_their_page() -> None:
    assert join("http://h.fi/a/b", "../c?x#y") == "http://h.fi/c?x="
    assert join("http://h.fi/a/", "//other.fi/d") == "http://other.fi/d"


@pytest.mark.parametrize(
    ("url", "is_inside"),
    [
        ("https://h.fi/smec", True),
        ("https://h.fi/smec/", True),
        ("https://h.fi/smec?p=2", True),
        ("https://h.fi/smec/a/b", True),
        ("http://h.fi/smec/a", True),
        ("https://h.fi/smecology", False),
        ("https://h.fi/", False),
        ("https://h.fi:8443/smec", False),
        ("https://www.h.fi/smec", False),
        ("https://h.fi/SMEC", False),
    ],
)
def test_a_scope_ends_at_a_path_segment(url: str, *, is_inside: bool) -> None:
    scope = Scope.of(("https://h.fi/smec",))
    assert scope.covers(canonical(url)) is is_inside


def test_files_may_lie_where_pages_may_not() -> None:
    scope = Scope.of(("https://h.fi/smec",), ("https://h.fi/tiedostot/",))
    assert scope.covers_file("https://h.fi/tiedostot/a.pdf")
    assert not scope.covers("https://h.fi/tiedostot/a.pdf")
    assert not scope.covers_file("https://h.fi/muu/a.pdf")


_SCHEMES = ("http://", "https://", "HTTP://", "http:/")
_HOSTS = (
    *(
        "a.fi",
        "a-b.c",
        "-a.fi",
        "a-.fi",
        "a..b",
        "a_b.fi",
        "A.fi",
        "a.fi.",
        "xn--ty-gka.fi",
        "a.-b.c",
    ),
    *(
        "127.0.0.1",
        "256.1.1.1",
        "1.2.3",
        "010.1.1.1",
        "0x7f.1",
        "x.0x1",
        "a.09",
        "1.2.3.4.5",
        "a.b1",
    ),
)
_PORTS = ("", "", ":80", ":443", ":8080", ":0", ":080", ":65535", ":65536", ":59999", ":7")
_SEGMENTS = (
    *("a", "1.html", "..", ".", ".a", "a.", "a..b", "~x", "_-", "", "%41", "%2e", "ä", "A", "a b"),
    *("a;jsessionid=1", ";x", "a,b", "a+b", "a\n", "a\\b", "²"),
)


def test_an_address_taken_at_a_glance_is_what_reading_it_in_full_gives() -> None:
    chance = random.Random(5)  # noqa: S311 - addresses, no secret
    glances = 0
    for _ in range(20_000):
        path = "".join(f"/{chance.choice(_SEGMENTS)}" for _ in range(chance.randint(0, 4)))
        end = chance.choice(("", "", "", "/", "?a=1", "#x"))
        url = chance.choice(_SCHEMES) + chance.choice(_HOSTS) + chance.choice(_PORTS) + path + end
        glances += _outcome(canonical, url) == url
        assert _outcome(canonical, url) == _outcome(respelled, url)
    assert glances > 200


def _outcome(read: Callable[[str], str], url: str) -> str:
    try:
        return read(url)
    except (ForbiddenAddress, InvalidInput) as error:
        return f"{type(error).__name__}: {error.message}"
