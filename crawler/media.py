"""What a body is: its media type by its first bytes, and the charset of a page.

One decision: the bytes decide and the server's word only breaks ties, because servers send PDF
as text/html and pages as application/octet-stream; a charset is looked for in the order byte
order mark, header, meta, and guessed only when none of them speaks.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from charset_normalizer import from_bytes
from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

PDF: Final = "application/pdf"
HTML: Final = "text/html"
TEXT: Final = "text/plain"
XML: Final = "application/xml"
GZIP: Final = "application/gzip"
ZIP: Final = "application/zip"
OTHER: Final = "application/octet-stream"

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_DOCX: Final = f"{_OFFICE}wordprocessingml.document"
_PPTX: Final = f"{_OFFICE}presentationml.presentation"
_XLSX: Final = f"{_OFFICE}spreadsheetml.sheet"
_NAMED_PARTS: Final = ((b"word/", _DOCX), (b"ppt/", _PPTX), (b"xl/", _XLSX))
_OPEN_TYPES: Final = frozenset(
    {
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.presentation",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/epub+zip",
    }
)
_OLE_TYPES: Final = {".doc": "application/msword", ".ppt": "application/vnd.ms-powerpoint"}
_HEAD_BYTES: Final = 1_024
_NAMES_BYTES: Final = 64 * 1_024
_SNIFFED_BYTES: Final = 16 * 1_024
# What pages of the region were written in before UTF-8; among all charsets guesses go astray.
_GUESSED: Final = ("cp1252", "cp1251", "koi8_r")
_HTML_START: Final = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|link|script|!--|h1|div|p|table)[\s>/-]",
    re.IGNORECASE,
)
_XML_START: Final = re.compile(rb"<(?:\?xml|rss|feed|urlset|sitemapindex|rdf)[\s>:]", re.IGNORECASE)
_IN_XML_HTML: Final = re.compile(rb"<(?:!doctype\s+)?html[\s>]", re.IGNORECASE)
# What an extension says about an address nobody has to fetch to know it is no publication.
_NO_DOCUMENT: Final = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|css|m?js|json|map|woff2?|ttf|eot|mp[34]|m4[av]"
    r"|webm|ogg|wav|avi|mov|zip|gz|tgz|rar|7z|tar|exe|dmg|apk|iso|ics|vcf|xlsx?|csv|ods)$",
    re.IGNORECASE,
)
_DOCUMENT: Final = re.compile(
    r"\.(?:pdf|docx?|pptx?|odt|odp|rtf|epub|txt)(?:/|$)"
    r"|/(?:documents?|downloads?|bitstreams?|tiedostot?|files?|attachments?)/",
    re.IGNORECASE,
)


class Kind(StrEnum):
    """What is done with a body."""

    PAGE = "page"  # read for links, kept
    FILE = "file"  # kept
    LISTING = "listing"  # a feed or sitemap: read for addresses only
    OTHER = "other"  # left out


_FILES: Final = frozenset(
    {
        PDF,
        TEXT,
        _DOCX,
        _PPTX,
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.presentation",
        "application/epub+zip",
        "application/msword",
        "application/vnd.ms-powerpoint",
        "application/rtf",
    }
)


def sniff(body: bytes, *, declared: str = "", url: str = "") -> str:
    """Return the media type of a body; ``declared`` is the server's Content-Type."""
    named = declared.partition(";")[0].strip().lower()
    head = body[:_HEAD_BYTES]
    if b"%PDF-" in head:
        return PDF
    if body.startswith(b"PK\x03\x04"):
        return _archive(body)
    if body.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return next((kind for end, kind in _OLE_TYPES.items() if url.lower().endswith(end)), OTHER)
    if body.startswith(b"{\\rtf"):
        return "application/rtf"
    if body.startswith(b"\x1f\x8b"):
        return GZIP
    return _textual(body, named)


def _archive(body: bytes) -> str:
    # The first entry of OpenDocument and EPUB is an uncompressed file with their type.
    opening = body[30:120]
    for kind in _OPEN_TYPES:
        if opening.startswith(b"mimetype" + kind.encode()):
            return kind
    names = body[:_NAMES_BYTES] + body[-_NAMES_BYTES:]
    if b"[Content_Types].xml" in names:
        return next((kind for part, kind in _NAMED_PARTS if part in names), ZIP)
    return ZIP


def _textual(body: bytes, named: str) -> str:
    head = body[:_HEAD_BYTES]
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = head.decode("utf-16", "ignore").encode().lstrip(b"\xef\xbb\xbf\r\n\t ")
    elif b"\x00" in head:
        return named if named.startswith(("image/", "audio/", "video/")) else OTHER
    if _HTML_START.match(start) or named == "application/xhtml+xml":
        return HTML
    if _XML_START.match(start):
        return HTML if _IN_XML_HTML.search(start) else XML
    if named in (HTML, TEXT):
        return named
    if named.endswith(("/xml", "+xml")):
        return XML
    return named if named and named != PDF else OTHER


def kind_of(media_type: str) -> Kind:
    """Return what is done with a body of a media type."""
    if media_type == HTML:
        return Kind.PAGE
    if media_type in _FILES:
        return Kind.FILE
    return Kind.LISTING if media_type in (XML, GZIP) else Kind.OTHER


def is_no_document(path: str) -> bool:
    """Whether the end of a path says already that nothing readable is there."""
    return _NO_DOCUMENT.search(path) is not None


def names_document(path: str, link_text: str) -> bool:
    """Whether an address or the text of its link says that a document is there."""
    return _DOCUMENT.search(path) is not None or "pdf" in link_text.lower()


def charset_of(body: bytes, *, content_type: str) -> str:
    """Return the name of the charset that reads a page, as Python knows it."""
    marked, _ = read_bom(body)
    if marked is not None:
        return marked
    for named in (http_content_type_encoding(content_type), html_body_declared_encoding(body)):
        if named is not None and _reads(body, named):
            return named
    return _guessed(body)


def _reads(body: bytes, charset: str) -> bool:
    """Whether the bytes can be what their label says: UTF-8 is often claimed and seldom checked."""
    if charset.replace("_", "-").lower() not in ("utf-8", "ascii", "us-ascii"):
        return True
    # One damaged character in a long page is damage, not another charset.
    damaged = body.decode(charset, "replace").count("\ufffd")
    return damaged * 1_000 <= len(body)


def _guessed(body: bytes) -> str:
    sample = body[:_SNIFFED_BYTES]
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(sample, cp_isolation=list(_GUESSED)).best()
        name = resolve_encoding(best.encoding) if best is not None else None
        return name or "cp1252"
    return "utf-8"
