"""Style sheet, script and icons: read once, named by their content, compressed beforehand.

One decision: a file's address holds a hash of its bytes, so browsers may keep it for ever and
see a new one at once; the handful of small files is kept in memory with its gzip form.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from flask import Response, abort, request, url_for

from corpus.errors import InvalidSettings
from corpus.settings import Settings

_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "ico": "image/x-icon",
}
_STYLE: Final = "site.css"
_ICON: Final = "favicon.svg"
_ICONS: Final = ("svg", "png", "ico")
_MAX_ICON_BYTES: Final = 100_000
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
    """The static files of the site; ``style`` is added to its style sheet.

    ``icon`` is a file of the installation, in place of the site's own icon.
    """

    def __init__(self, *, style: str = "", icon: Path | None = None) -> None:
        folder = files("search_app") / "static"
        content = {item.name: item.read_bytes() for item in folder.iterdir() if item.is_file()}
        content[_STYLE] += style.encode()
        if icon is not None:
            content[f"own-icon{icon.suffix.lower()}"] = _read_icon(icon)
        found = [_load(name, data) for name, data in content.items()]
        self.has_own_icon = icon is not None
        self._icon = f"own-icon{icon.suffix.lower()}" if icon else _ICON
        self._by_name = {asset.name: asset for asset in found}
        self._by_address = {asset.address: asset for asset in found}

    def url(self, name: str) -> str:
        """Return the address of a file by the name it has in the source."""
        return url_for("static", filename=self._by_name[name].address)

    @property
    def icon(self) -> Asset:
        """The site's icon."""
        return self._by_name[self._icon]

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


def icon_path(settings: Settings) -> Path | None:
    """Return the icon that the settings name; `InvalidSettings` where it is none."""
    name = settings.favicon
    if not name:
        return None
    if Path(name).name != name or Path(name).suffix.lower().lstrip(".") not in _ICONS:
        raise InvalidSettings(
            f"favicon has to be the name of an SVG, PNG or ICO file, not {name!r}.",
            subject="favicon",
        )
    return settings.config_dir / name


def _read_icon(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"favicon: {path} cannot be read ({error.strerror})."
        raise InvalidSettings(message, subject="favicon") from error
    if len(content) > _MAX_ICON_BYTES:
        message = f"favicon: {path} is larger than {_MAX_ICON_BYTES:,} bytes."
        raise InvalidSettings(message, subject="favicon")
    return content


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
