"""Bytes of a text into characters: byte order mark, declared charset, UTF-8, then Windows-1252.

The decision behind it: what a page calls latin-1 is Windows-1252 on the web (WHATWG), and a
declared charset that does not decode the bytes is a lie that loses to UTF-8.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PARAMETER: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_META: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_XML: Final = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
_META_BYTES: Final = 4096
_AS_ON_THE_WEB: Final = frozenset({"iso8859-1", "ascii"})
_FALLBACK: Final = "cp1252"


def decode_text(data: bytes, media_type: str = "") -> str:
    """Return the characters of a text file or a page; total: every byte string has an answer."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").removeprefix("\ufeff")
    for encoding in _candidates(data, media_type):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode(_FALLBACK, "replace")


def _candidates(data: bytes, media_type: str) -> list[str]:
    names: list[str] = []
    if match := _PARAMETER.search(media_type):
        names.append(match[1])
    head = data[:_META_BYTES]
    names += [m[1].decode("ascii", "ignore") for m in (_META.search(head), _XML.search(head)) if m]
    known = [encoding for name in names if (encoding := _known(name))]
    # text in a one-byte charset that happens to be valid UTF-8 is UTF-8
    return ["utf-8", *known] if set(known) <= {_FALLBACK} else [*known, "utf-8"]


def _known(name: str) -> str:
    """Return Python's name of a text encoding; empty where there is none."""
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    if not getattr(info, "_is_text_encoding", True):
        return ""
    if info.name.startswith(("utf-16", "utf-32")):
        return ""  # without a mark the bytes were ASCII enough to read the claim
    return _FALLBACK if info.name in _AS_ON_THE_WEB else info.name
