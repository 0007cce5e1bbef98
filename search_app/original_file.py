"""Serving originals: only what matches its checksum, and only PDF and plain text inline.

One decision: a stored file is data from elsewhere. Whatever a browser could run (HTML, SVG,
office files) leaves as an attachment under a sandbox policy, and a file that no longer matches
its SHA-256 is not sent at all.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import OrderedDict
from typing import Final

from flask import Response, send_file

from corpus.document import Original
from corpus.originals import OriginalStore

_INLINE: Final = frozenset({"application/pdf", "text/plain"})
_SANDBOX: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_REMEMBERED: Final = 4_096
_NAME_CHARACTERS: Final = 80
_EXTENSIONS: Final = {
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "application/epub+zip": ".epub",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.presentation": ".odp",
}


class Fixity:
    """Remembers which files were read and found whole, until they change on the disk."""

    def __init__(self, originals: OriginalStore) -> None:
        self._originals = originals
        self._lock = threading.Lock()
        self._whole: OrderedDict[str, tuple[int, int, int]] = OrderedDict()

    def check(self, sha256: str) -> None:
        """Raise `CorruptOriginal` or `NotFound` unless the file is what was stored."""
        stat = self._originals.path(sha256).stat()
        stamp = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
        with self._lock:
            if self._whole.get(sha256) == stamp:
                return
        self._originals.verify(sha256)
        with self._lock:
            self._whole[sha256] = stamp
            while len(self._whole) > _REMEMBERED:
                self._whole.popitem(last=False)


def is_inline(media_type: str) -> bool:
    """Whether a browser may show the file in a tab of its own."""
    return media_type in _INLINE


def download_name(original: Original, title: str, document_id: str) -> str:
    """Return a file name made of the title, in plain letters."""
    decomposed = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii")
    stem = re.sub(r"[^A-Za-z0-9]+", "-", decomposed).strip("-")[:_NAME_CHARACTERS].strip("-")
    return (stem or document_id) + _EXTENSIONS.get(original.media_type, ".bin")


def send_original(originals: OriginalStore, original: Original, name: str) -> Response:
    """Return the file, or the part of it that was asked for, with the headers that contain it."""
    inline = is_inline(original.media_type)
    response = send_file(
        originals.path(original.sha256),
        mimetype=_served_type(original.media_type),
        as_attachment=not inline,
        download_name=name,
        conditional=True,
        etag=original.sha256,
    )
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["Cache-Control"] = "no-cache"
    return response


def _served_type(media_type: str) -> str:
    """Return a type that a browser cannot take for a page."""
    if media_type == "text/plain":
        return "text/plain; charset=utf-8"
    if re.fullmatch(r"[a-z0-9.+-]+/[a-z0-9.+-]+", media_type):
        return media_type
    return "application/octet-stream"
