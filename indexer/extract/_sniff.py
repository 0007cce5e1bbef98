"""The media type of a file by its first bytes.

The decision behind it: what a server or a file name says is a hint only; an original is read as
what its bytes are, and a file that is not what it claims is refused with both names.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

EMPTY: Final = "application/x-empty"
BINARY: Final = "application/octet-stream"
PDF: Final = "application/pdf"
HTML: Final = "text/html"
PLAIN: Final = "text/plain"
RTF: Final = "application/rtf"
EPUB: Final = "application/epub+zip"
ODT: Final = "application/vnd.oasis.opendocument.text"
ODP: Final = "application/vnd.oasis.opendocument.presentation"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP: Final = "application/zip"
OLE: Final = "application/x-ole-storage"

_MAGIC: Final = (
    (b"{\\rtf", RTF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%!PS", "application/postscript"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!", "application/vnd.rar"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
)
_OFFICE_PARTS: Final = (
    (b"word/document.xml", DOCX),
    (b"ppt/presentation.xml", PPTX),
    (b"xl/workbook.xml", XLSX),
)
_HEAD_BYTES: Final = 4096
_HTML_START: Final = re.compile(
    r"\A(?:\s|<!--.*?-->|<\?xml[^>]*\?>)*<(?:!doctype\s+html|html|head|body|title|meta|div|p)\b",
    re.IGNORECASE | re.DOTALL,
)
_TEXT_TYPES: Final = frozenset({HTML, PLAIN, "text/markdown", "application/xhtml+xml"})
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_CONTROL_SHARE: Final = 0.02


def bare_type(media_type: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def sniff(data: bytes, declared: str) -> str:
    """Return the media type of the bytes; ``declared`` decides only between kinds of text."""
    if not data:
        return EMPTY
    if b"%PDF-" in data[:1024]:
        return PDF
    if data[:4] in {b"PK\x03\x04", b"PK\x05\x06"}:
        return _sniff_zip(data, bare_type(declared))
    for magic, media_type in _MAGIC:
        if data.startswith(magic):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return _sniff_text(data, bare_type(declared))


def _sniff_zip(data: bytes, declared: str) -> str:
    if data[30:38] == b"mimetype":
        for media_type in (EPUB, ODT, ODP):
            if data[38:].startswith(media_type.encode()):
                return media_type
    for name, media_type in _OFFICE_PARTS:
        if name in data:
            return media_type
    return declared if declared in {DOCX, PPTX, ODT, ODP, EPUB} else ZIP


def _sniff_text(data: bytes, declared: str) -> str:
    head = data[:_HEAD_BYTES]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head.decode("utf-16", "replace")
    elif len(_CONTROLS.findall(head)) > len(head) * _MAX_CONTROL_SHARE:
        return BINARY
    else:
        text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    start = text.lstrip()[:200].lower()
    if _HTML_START.match(text) or "<html" in text[:1024].lower():
        return HTML
    if start.startswith("<svg") or (start.startswith("<?xml") and "<svg" in start):
        return "image/svg+xml"
    if start.startswith("<?xml"):
        return "application/xml"
    if declared == "application/xhtml+xml":
        return HTML
    return declared if declared in _TEXT_TYPES else PLAIN
