"""Sitemaps and feeds: lists of addresses that a site hands out.

One decision: they are read as data only. No entity is resolved and no document type accepted
(a sitemap must not be able to read files or grow), and what they name is a suggestion that goes
through the same checks as any link.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lxml import etree

from corpus.errors import FetchFailed, ForbiddenAddress, InvalidInput, LimitExceeded
from crawler._body import gunzip, is_gzip
from crawler.address import join

MAX_ADDRESSES: Final = 50_000  # sitemaps.org
_MAX_BYTES: Final = 50 * 1024 * 1024
_HEAD_BYTES: Final = 4_096
_ENTRIES: Final = frozenset({"url", "item", "entry"})


@dataclass(frozen=True, slots=True)
class Listed:
    """An address of a listing, with the title a feed gives it."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a sitemap or feed names: addresses to fetch, and further sitemaps."""

    addresses: tuple[Listed, ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_listing(body: bytes, base: str) -> Listing:
    """Read a sitemap, a sitemap index, RSS, Atom or a plain list; what is none of them is empty.

    ``base`` is the address it came from; a sitemap that names itself is not named again.
    """
    try:
        data = gunzip(body, limit_bytes=_MAX_BYTES) if is_gzip(body) else body
    except (FetchFailed, LimitExceeded):
        return Listing()
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return Listing(_canonical(((line, "") for line in _lines(data)), base))
    if b"<!DOCTYPE" in data[:_HEAD_BYTES] or b"<!ENTITY" in data[:_HEAD_BYTES]:
        return Listing()
    return _read_xml(data, base)


def _lines(data: bytes) -> list[str]:
    text = data.decode("utf-8-sig", "replace")
    lines = [line.strip() for line in text.splitlines()[:MAX_ADDRESSES]]
    return [line for line in lines if line.startswith(("http://", "https://"))]


def _read_xml(data: bytes, base: str) -> Listing:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return Listing()
    if root is None:
        return Listing()
    found: list[tuple[str, str]] = []
    indexes: list[tuple[str, str]] = []
    for element in root.iter(etree.Element):
        name = _local(element)
        if name in _ENTRIES:
            found += _entry(element)
        elif name == "sitemap":
            indexes += [(address, "") for address in _texts(element, "loc")]
        if len(found) >= MAX_ADDRESSES or len(indexes) >= MAX_ADDRESSES:
            break
    sitemaps = tuple(listed.url for listed in _canonical(indexes, base) if listed.url != base)
    return Listing(_canonical(found[:MAX_ADDRESSES], base), sitemaps)


def _entry(element: etree._Element) -> list[tuple[str, str]]:
    title = next(iter(_texts(element, "title")), "")
    links = [(text, title) for name in ("loc", "link") for text in _texts(element, name)]
    for child in element:
        address = child.get("href") or child.get("url")
        is_link = _local(child) in ("link", "enclosure") and child.get("rel") != "self"
        if address and is_link:
            links.append((address, title))
    return links


def _texts(element: etree._Element, name: str) -> list[str]:
    return [
        child.text.strip()
        for child in element
        if _local(child) == name and child.text and child.text.strip()
    ]


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _canonical(found: Iterable[tuple[str, str]], base: str) -> tuple[Listed, ...]:
    """Bring addresses to their canonical form, each once, in their order."""
    listed: dict[str, Listed] = {}
    for address, title in found:
        try:
            url = join(base, address)
        except (ForbiddenAddress, InvalidInput):
            continue
        listed.setdefault(url, Listed(url, title))
    return tuple(listed.values())
