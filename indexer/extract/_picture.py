"""One page of a PDF as visitors see it, with its words' places; runs in a limited worker.

One decision: every picture has the same width, whatever the page's, and never more than four
million pixels, so that neither a visitor nor a file decides what drawing costs.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import pypdfium2 as pdfium

from indexer.extract._placed import words_of_page
from indexer.extract._png import Pixels, png_of
from indexer.extract._ports import PagePicture
from indexer.extract._render import opened_page

WIDTH_PX: Final = 1_000
MAX_PIXELS: Final = 4_000_000
_ALL_BUT: Final = 1 - 1e-6  # sides are rounded up, and 1,000 may come out a hair above
MAX_SIDE_PX: Final = 8_000  # a page like a ribbon is drawn narrower


def picture_page(path: Path, number: int) -> PagePicture:
    """Return a page, counted from 1; raises UnreadableDocument where it cannot be drawn."""
    with opened_page(path, number) as page:
        width_pt, height_pt = page.get_size()
        scale = min(
            WIDTH_PX / width_pt,
            MAX_SIDE_PX / height_pt,
            math.sqrt(MAX_PIXELS / (width_pt * height_pt)),
        )
        pixels = _drawn(page, scale * _ALL_BUT)
        return PagePicture(
            png=png_of(pixels),
            width_px=pixels.shape[1],
            height_px=pixels.shape[0],
            width_pt=width_pt,
            height_pt=height_pt,
            words=words_of_page(page),
        )


def _drawn(page: pdfium.PdfPage, scale: float) -> Pixels:
    bitmap = page.render(
        scale=scale,
        may_draw_forms=False,
        rev_byteorder=True,  # red first, as PNG wants it
        maybe_alpha=False,
    )
    try:
        pixels: Pixels = bitmap.to_numpy()[:, :, :3].copy()
        return pixels
    finally:
        bitmap.close()
