"""One page of a PDF as a grey picture; runs in a limited worker.

One decision: the picture is a plain bitmap with a line of header. What recognises its text then
never sees a byte of the file, only pixels that were drawn here.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import pypdfium2 as pdfium

from corpus.errors import UnreadableDocument
from indexer.extract._ports import POINTS_PER_INCH, Picture

MAX_PIXELS: Final = 40_000_000  # A2 at 200 dots an inch; larger pages are drawn coarser


def render_page(path: Path, number: int, *, dpi: int) -> Picture:
    """Return a page, counted from 1; raises UnreadableDocument where it cannot be drawn."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise UnreadableDocument("damaged: not a readable PDF") from error
    try:
        return _drawn(document, number, dpi)
    except (pdfium.PdfiumError, IndexError) as error:
        raise UnreadableDocument(f"damaged: page {number} cannot be drawn") from error
    finally:
        document.close()


def _drawn(document: pdfium.PdfDocument, number: int, dpi: int) -> Picture:
    page = document[number - 1]
    try:
        width_pt, height_pt = page.get_size()
        if not (0 < width_pt < math.inf and 0 < height_pt < math.inf):
            raise UnreadableDocument(f"damaged: page {number} has no size")
        finest = math.sqrt(MAX_PIXELS / (width_pt * height_pt))
        scale = min(dpi / POINTS_PER_INCH, finest)
        bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
        try:
            return Picture(_pgm(bitmap), scale, height_pt)
        finally:
            bitmap.close()
    finally:
        page.close()


def _pgm(bitmap: pdfium.PdfBitmap) -> bytes:
    rows = memoryview(bitmap.buffer).cast("B")
    width, stride = bitmap.width, bitmap.stride
    body = b"".join(rows[row * stride : row * stride + width] for row in range(bitmap.height))
    return b"P5\n%d %d\n255\n" % (width, bitmap.height) + body
