"""One page of a PDF as a grey picture; runs in a limited worker.

One decision: the picture is a plain bitmap with a line of header. What recognises its text then
never sees a byte of the file, only pixels that were drawn here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from corpus.errors import UnreadableDocument
from indexer.extract._ports import POINTS_PER_INCH, Picture

MAX_PIXELS: Final = 40_000_000  # A2 at 200 dots an inch; larger pages are drawn coarser


def render_page(path: Path, number: int, *, dpi: int) -> Picture:
    """Return a page, counted from 1; raises UnreadableDocument where it cannot be drawn."""
    with opened_page(path, number) as page:
        width_pt, height_pt = page.get_size()
        finest = math.sqrt(MAX_PIXELS / (width_pt * height_pt))
        scale = min(dpi / POINTS_PER_INCH, finest)
        bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
        try:
            return Picture(_pgm(bitmap), scale, height_pt)
        finally:
            bitmap.close()


@contextmanager
def opened_page(path: Path, number: int) -> Iterator[pdfium.PdfPage]:
    """Open a page that has a size, counted from 1; raises UnreadableDocument where it cannot be.

    What pdfium refuses while the page is used is told in the same way.
    """
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise UnreadableDocument(reason_of(error)) from error
    except OSError as error:
        raise UnreadableDocument("storage: the file cannot be opened") from error
    try:
        page = document[number - 1]
        try:
            width_pt, height_pt = page.get_size()
            if not (0 < width_pt < math.inf and 0 < height_pt < math.inf):
                raise UnreadableDocument(f"damaged: page {number} has no size")
            yield page
        finally:
            page.close()
    except (pdfium.PdfiumError, IndexError) as error:
        raise UnreadableDocument(f"damaged: page {number} cannot be drawn") from error
    finally:
        document.close()


def reason_of(error: pdfium.PdfiumError) -> str:
    """Return why pdfium could not open a file."""
    code = getattr(error, "err_code", None)
    if code == pdfium_c.FPDF_ERR_PASSWORD:
        return "encrypted: a password is needed"
    if code == pdfium_c.FPDF_ERR_SECURITY:
        return "encrypted: with a method that is not supported"
    return "damaged: not a readable PDF"


def _pgm(bitmap: pdfium.PdfBitmap) -> bytes:
    rows = memoryview(bitmap.buffer).cast("B")
    width, stride = bitmap.width, bitmap.stride
    body = b"".join(rows[row * stride : row * stride + width] for row in range(bitmap.height))
    return b"P5\n%d %d\n255\n" % (width, bitmap.height) + body
