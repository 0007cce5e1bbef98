"""Style sheet, script and icons: read once, named by their content, compressed beforehand.

One decision: a file's address holds a hash of its bytes, so browsers may keep it for ever and
see a new one at once; the handful of small files is kept in memory with its gzip form.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from flask import Response, abort, request, url_for

_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_HASH_CHARACTERS: Final = 10
_FOREVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file in both forms it is sent in."""

    name: str
    address: str
    content: bytes
    compressed: bytes
    media_type: str


class Assets:
    """The static files of the site."""

    def __init__(self) -> None:
        folder = files("search_app") / "static"
        found = [_load(item.name, item.read_bytes()) for item in folder.iterdir() if item.is_file()]
        self._by_name = {asset.name: asset for asset in found}
        self._by_address = {asset.address: asset for asset in found}

    def url(self, name: str) -> str:
        """Return the address of a file by the name it has in the source."""
        return url_for("static", filename=self._by_name[name].address)

    def send(self, filename: str) -> Response:
        """Return a file: for ever under its hashed name, to be asked for under its plain one."""
        hashed = self._by_address.get(filename)
        asset = hashed or self._by_name.get(filename)
        if asset is None:
            abort(404)
        is_compressed = request.accept_encodings.quality("gzip") > 0
        body = asset.compressed if is_compressed else asset.content
        response = Response(body, content_type=asset.media_type)
        if is_compressed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = _FOREVER if hashed else "no-cache"
        return response


def _load(name: str, content: bytes) -> Asset:
    stem, _, extension = name.rpartition(".")
    digest = hashlib.sha256(content).hexdigest()[:_HASH_CHARACTERS]
    return Asset(
        name=name,
        address=f"{stem}.{digest}.{extension}",
        content=content,
        compressed=gzip.compress(content, 9, mtime=0),
        media_type=_TYPES.get(extension, "application/octet-stream"),
    )
