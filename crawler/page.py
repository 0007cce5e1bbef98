"""What the crawler itself reads of an HTML page: links, wishes of the site, a hash of its text.

One decision: a page counts as changed when its *main text* or its bibliographic metadata did.
Navigation, scripts, clocks and one-time tokens change with every answer of a content management
system, and an archive that believed them would index the same page for ever. Everything slower
(main text, metadata, language) belongs to extraction, not here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, cast

from lxml import etree, html

from corpus.errors import ForbiddenAddress, InvalidInput
from crawler._flat import flat_reading
from crawler.address import host_key, join
from crawler.media import charset_of

MAX_LINKS: Final = 5_000
_MAX_BYTES: Final = 5 * 1024 * 1024
_EMPTY_FROM_BYTES: Final = 10 * 1024
_KNOWN_ADDRESSES: Final = 50_000
_LINK_TEXT_CHARS: Final = 300
_REFRESH: Final = re.compile(
    r"^\s*\d+(?:\.\d+)?\s*[;,]\s*url\s*=\s*['\"]?([^'\">]+)", re.IGNORECASE
)
_FEEDS: Final = frozenset({"application/rss+xml", "application/atom+xml"})
_SOURCES: Final = {"a": "href", "area": "href", "iframe": "src", "embed": "src", "object": "data"}
# Walking by tag names is done in C: three times as fast as one expression for everything.
_AROUND: Final = (
    *("nav", "aside", "script", "style", "noscript", "template", "form", "iframe", "svg", "dialog"),
    *(etree.Comment, etree.ProcessingInstruction),
)
_AROUND_BY_MARK: Final = etree.XPath(
    "//@role[.='navigation' or .='banner' or .='contentinfo' or .='search'"
    " or .='complementary' or .='dialog']/.."
    "|//@hidden/..|//@id[contains(.,'cookie')]/.."
    "|//@class[contains(.,'cookie') or contains(.,'breadcrumb')]/.."
)
_BIBLIOGRAPHIC: Final = re.compile(r"citation_|dc\.|dcterms\.|author$|description$", re.IGNORECASE)
# A clock, the time a page took, a one-time token: different in every answer, never content.
_PASSING: Final = re.compile(
    r"\b(?:\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?|[0-9a-f]{10,}"
    r"|\d+[.,]\d+\s?(?:s|ms|sek|sekuntia|sekunnissa|seconds))\b"
)
_NOT_FOUND: Final = re.compile(
    r"^\W*404\b|\b(?:virhe|error|fel)\W+404\b|\b404\W+(?:virhe|error|not found)"
    r"|sivua\s+ei\s+(?:löydy|löytynyt|ole)|(?:page|content)\s+(?:was\s+|could\s+)?not\s+(?:be\s+)?found"
    r"|sidan\s+(?:hittades\s+inte|kunde\s+inte\s+hittas|finns\s+inte)",
    re.IGNORECASE,
)
_NOT_FOUND_CHARS: Final = 1_500  # a longer text is about something
_LIST_CLASSES: Final = frozenset({"archive", "blog", "category", "tag", "search-results", "paged"})
# What WordPress writes on <body>, whatever the theme: an archive, beside what it is an archive of.
_ARCHIVE_OF: Final = re.compile(r"(?:category|tag|author|date|post-type-archive|tax-.*)\Z")
_LIST_LINKS: Final = 8
_LIST_CHARS_PER_LINK: Final = 40
_LIST_ENTRIES: Final = 3
_LIST_SHARE: Final = 0.6
_MARKED_SHARE: Final = 0.3  # where the page itself says that it is a list
_ENTRY_CHARS: Final = 600
_AGENT_NAMES: Final = frozenset({"robots", "julkaisuhaku"})


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page: canonical address, its text, and whether the page vouches for it."""

    url: str
    text: str = ""
    is_nofollow: bool = False


@dataclass(frozen=True, slots=True)
class PageReading:
    """What was read of a page."""

    text_hash: str
    text_chars: int
    title: str
    charset: str
    links: tuple[Link, ...]
    feeds: tuple[str, ...] = ()
    canonical: str | None = None  # another address of the same host that the page names as its own
    is_noindex: bool = False
    is_nofollow: bool = False
    is_list: bool = False
    is_soft_404: bool = False


class PageReader:
    """Reads pages; remembers the canonical form of addresses, which pages of a site share."""

    def __init__(self) -> None:
        self._canonical: dict[tuple[str, str], str | None] = {}

    def read(
        self, body: bytes, url: str, *, content_type: str = "", robots_tags: Iterable[str] = ()
    ) -> PageReading:
        """Read a page fetched from the canonical address ``url``; total on any bytes."""
        charset = charset_of(body, content_type=content_type)
        wishes = _header_wishes(robots_tags)
        root = _parsed(body[:_MAX_BYTES], charset)
        if root is None:
            return self._read_flat(body, url, charset, wishes)
        base = self._base(root, url)
        links = tuple(self._links(root, base))
        title = next((_squeezed(element.text or "") for element in root.iter("title")), "")
        wishes |= _meta_wishes(root)
        canonical = self._named(root, base, url)
        feeds = tuple(self._feeds(root, base))
        metadata = _metadata(root)
        classes = set((_body(root).get("class") or "").split())
        main = _main(root)
        text = _squeezed(" ".join(main.itertext()))
        if not text and len(body) > _EMPTY_FROM_BYTES:
            return self._read_flat(body, url, charset, wishes)
        is_list = _names_list(classes, text)
        if is_list is None:
            is_list = _is_list(main, text, classes, is_collection=b'"CollectionPage"' in body)
        return PageReading(
            # What becomes a list, or stops being one, has changed.
            text_hash=_hashed(title, metadata, f"list {text}" if is_list else text),
            text_chars=len(text),
            title=title,
            charset=charset,
            links=links,
            feeds=feeds,
            canonical=canonical,
            is_noindex=bool(wishes & {"noindex", "none"}),
            is_nofollow=bool(wishes & {"nofollow", "none"}),
            is_list=is_list,
            is_soft_404=_is_soft_404(main, title, text),
        )

    def _read_flat(self, body: bytes, url: str, charset: str, wishes: set[str]) -> PageReading:
        """Read a page that the tree builder gives up on without a word (deep nesting)."""
        flat = flat_reading(body[:_MAX_BYTES].decode(charset, "replace"))
        links = (self._link(url, href, text, is_nofollow=False) for href, text in flat.links)
        found = wishes | flat.wishes
        text = _squeezed(flat.text)
        return PageReading(
            text_hash=_hashed(flat.title, "", text),
            text_chars=len(text),
            title=_squeezed(flat.title),
            charset=charset,
            links=tuple(link for link in links if link is not None)[:MAX_LINKS],
            is_noindex=bool(found & {"noindex", "none"}),
            is_nofollow=bool(found & {"nofollow", "none"}),
        )

    def _base(self, root: html.HtmlElement, url: str) -> str:
        named = next(filter(None, (element.get("href") for element in root.iter("base"))), None)
        return url if named is None else self._resolved(url, named) or url

    def _links(self, root: html.HtmlElement, base: str) -> Iterator[Link]:
        seen: set[str] = set()
        for element in root.iter(*_SOURCES, "link", "meta"):
            if len(seen) >= MAX_LINKS:
                return
            reference = _reference(element)
            if not reference:
                continue
            relation = (element.get("rel") or "").lower().split()
            link = self._link(
                base, reference, _link_text(element), is_nofollow="nofollow" in relation
            )
            if link is not None and link.url not in seen:
                seen.add(link.url)
                yield link

    def _link(self, base: str, reference: str, text: str, *, is_nofollow: bool) -> Link | None:
        url = self._resolved(base, reference)
        if url is None:
            return None
        return Link(url, _squeezed(text)[:_LINK_TEXT_CHARS], is_nofollow)

    def _resolved(self, base: str, reference: str) -> str | None:
        is_absolute = reference.startswith(("/", "http:", "https:"))
        key = (host_key(base) + base[:5] if is_absolute else base, reference)
        if key not in self._canonical:
            if len(self._canonical) >= _KNOWN_ADDRESSES:
                self._canonical.clear()
            try:
                self._canonical[key] = join(base, reference)
            except (ForbiddenAddress, InvalidInput):
                self._canonical[key] = None
        return self._canonical[key]

    def _named(self, root: html.HtmlElement, base: str, url: str) -> str | None:
        for element in root.iter("link"):
            if "canonical" in (element.get("rel") or "").lower().split():
                named = self._resolved(base, element.get("href") or "")
                is_ours = named is not None and host_key(named) == host_key(url)
                return named if is_ours and named != url else None
        return None

    def _feeds(self, root: html.HtmlElement, base: str) -> Iterator[str]:
        for element in root.iter("link"):
            kind = (element.get("type") or "").lower()
            if kind in _FEEDS and "alternate" in (element.get("rel") or "").lower().split():
                feed = self._resolved(base, element.get("href") or "")
                if feed is not None:
                    yield feed


def _parsed(body: bytes, charset: str) -> html.HtmlElement | None:
    try:
        parser = html.HTMLParser(encoding=charset, remove_comments=False)
    except LookupError:  # a label that Python knows and libxml2 does not
        body, charset = body.decode(charset, "replace").encode(), "utf-8"
        parser = html.HTMLParser(encoding=charset)
    try:
        root = html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    return root


def _body(root: html.HtmlElement) -> html.HtmlElement:
    body = root.find("body")
    return root if body is None else body


def _around(root: html.HtmlElement) -> list[html.HtmlElement]:
    """Return what stands around the text of a page; a heading of an article belongs to it."""
    found = list(root.iter(*_AROUND))
    for element in root.iter("header", "footer"):
        inside = ("article", "main") if element.tag == "header" else ("article",)
        if next(element.iterancestors(*inside), None) is None:
            found.append(element)
    return found + cast("list[html.HtmlElement]", _AROUND_BY_MARK(root))


def _main(root: html.HtmlElement) -> html.HtmlElement:
    """Take away what stands around the text; what follows an element stays."""
    for element in _around(root):
        parent = element.getparent()
        if parent is None or element.tag in ("html", "body", "main"):
            continue
        tail = element.tail
        previous = element.getprevious()
        parent.remove(element)
        if tail:
            if previous is None:
                parent.text = (parent.text or "") + " " + tail
            else:
                previous.tail = (previous.tail or "") + " " + tail
    return _body(root)


def _reference(element: html.HtmlElement) -> str:
    tag = element.tag
    if tag == "link":
        relation = set((element.get("rel") or "").lower().split())
        is_page = (element.get("type") or "").lower() not in _FEEDS
        is_other = bool(relation & {"next", "prev"}) or (
            "alternate" in relation and element.get("hreflang") is not None
        )
        return (element.get("href") or "").strip() if is_page and is_other else ""
    if tag == "meta":
        if (element.get("http-equiv") or "").lower() != "refresh":
            return ""
        found = _REFRESH.match(element.get("content") or "")
        return "" if found is None else found.group(1).strip()
    reference = (element.get(_SOURCES[tag]) or "").strip()
    return "" if reference.startswith("#") else reference


def _link_text(element: html.HtmlElement) -> str:
    if element.tag != "a":
        return element.get("title") or ""
    text = "".join(element.itertext())
    if text.strip():
        return text
    image = element.find(".//img[@alt]")
    return element.get("title") or ("" if image is None else image.get("alt") or "")


def _header_wishes(tags: Iterable[str]) -> set[str]:
    """Read X-Robots-Tag, where a line may be for one crawler only."""
    wishes: set[str] = set()
    for tag in tags:
        name, colon, rest = tag.partition(":")
        is_named = bool(colon) and "," not in name and name.strip().lower() != "unavailable_after"
        if is_named and name.strip().lower() not in _AGENT_NAMES:
            continue
        words = rest if is_named else tag
        wishes |= {word.strip().lower() for word in words.split(",")}
    return wishes


def header_forbids(tags: Iterable[str]) -> bool:
    """Whether X-Robots-Tag asks to keep what it came with out of an index."""
    return bool(_header_wishes(tags) & {"noindex", "none"})


def _meta_wishes(root: html.HtmlElement) -> set[str]:
    wishes: set[str] = set()
    for element in root.iter("meta"):
        if (element.get("name") or "").strip().lower() in _AGENT_NAMES:
            content = element.get("content") or ""
            wishes |= {word.strip().lower() for word in content.split(",")}
    return wishes


def _metadata(root: html.HtmlElement) -> str:
    named = ((element.get("name") or "", element) for element in root.iter("meta"))
    return "\n".join(
        f"{name}={element.get('content') or ''}"
        for name, element in named
        if _BIBLIOGRAPHIC.match(name)
    )


def _hashed(title: str, metadata: str, text: str) -> str:
    lasting = _PASSING.sub(_without_passing, f"{title}\n{metadata}\n{text}")
    return hashlib.sha256(_squeezed(lasting).encode("utf-8", "replace")).hexdigest()


def _without_passing(found: re.Match[str]) -> str:
    word = found.group()
    return word if word.isalpha() or word.isdigit() else ""  # a word, or an ISBN: content


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _names_list(classes: set[str], text: str) -> bool | None:
    """Whether a content management system itself calls a page a list; None where it is silent.

    An archive of one entry looks like the entry, and a short entry with answers looks like a list.
    A page that WordPress makes around one uploaded file leads to that file and is nothing else.
    """
    if "attachment" in classes and "single-attachment" in classes:
        return len(text) <= _ENTRY_CHARS
    if "paged" in classes or {"home", "blog"} <= classes:
        return True
    if "archive" in classes and any(map(_ARCHIVE_OF.match, classes)):
        return True
    is_post = "single" in classes and any(one.startswith("postid-") for one in classes)
    return False if is_post else None


def _is_list(main: html.HtmlElement, text: str, classes: set[str], *, is_collection: bool) -> bool:
    """Whether a page mostly leads elsewhere: entries with a link each, little text besides."""
    links = [_squeezed("".join(link.itertext())) for link in main.iter("a") if link.get("href")]
    own = len(text) - sum(map(len, links))
    if len(links) >= _LIST_LINKS and own <= _LIST_CHARS_PER_LINK * len(links):
        return True
    if len(links) < _LIST_ENTRIES:
        return False
    entries = _entries(main)
    is_marked = is_collection or bool(classes & _LIST_CLASSES)
    share = _MARKED_SHARE if is_marked else _LIST_SHARE
    return len(entries) >= _LIST_ENTRIES and sum(entries) >= share * len(text)


def _entries(main: html.HtmlElement) -> list[int]:
    """Return the lengths of the entries of a list: short, repeated, each with a link."""
    accepted: set[html.HtmlElement] = set()
    lengths: list[int] = []
    for element in main.iter("li", "article", "tr", "h2", "h3", "h4"):
        heading = element.tag.startswith("h")
        entry = element.getparent() if heading else element
        if entry is None or entry is main or entry in accepted or entry.find(".//a[@href]") is None:
            continue
        if heading and element.find(".//a[@href]") is None:
            continue
        length = len(_squeezed(" ".join(entry.itertext())))
        if length <= _ENTRY_CHARS and not any(above in accepted for above in entry.iterancestors()):
            accepted.add(entry)
            lengths.append(length)
    return lengths


def _is_soft_404(main: html.HtmlElement, title: str, text: str) -> bool:
    if len(text) > _NOT_FOUND_CHARS:
        return False
    heading = main.find(".//h1")
    spoken = "" if heading is None else _squeezed("".join(heading.itertext()))
    return bool(_NOT_FOUND.search(title) or _NOT_FOUND.search(spoken))
