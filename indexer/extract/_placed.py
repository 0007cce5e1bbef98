"""The words of a drawn page with their places on it.

One decision: what is reported are runs of letters and digits as they stand on one line, without
any repair. Whoever looks for a word joins runs, so a word broken at a line's end, spaced out or
set with accents apart is found where it stands.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from indexer.extract._ports import PlacedWord
from indexer.extract._repair import LIGATURES

MAX_CHARS: Final = 50_000
_UNITS: Final = 1_000_000  # pdfium tells places in whole units of the size it is asked for

Box = tuple[float, float, float, float]


def words_of_page(page: pdfium.PdfPage) -> tuple[PlacedWord, ...]:
    """Return the runs of letters and digits of a page in its own reading order."""
    textpage = page.get_textpage()
    try:
        return tuple(_words(page, textpage))
    finally:
        textpage.close()


def _words(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> Iterator[PlacedWord]:
    text, box = "", (0.0, 0.0, 0.0, 0.0)
    for index in range(min(textpage.count_chars(), MAX_CHARS)):
        letters = _letters(pdfium_c.FPDFText_GetUnicode(textpage, index))
        place = _place(page, textpage, index) if letters else None
        if place is not None:
            box = _around(box, place) if text else place
            text += letters
        elif text:
            yield PlacedWord(text, *box)
            text = ""
    if text:
        yield PlacedWord(text, *box)


def _letters(code: int) -> str:
    """Return what a character contributes to a word; empty where it ends one."""
    text = unicodedata.normalize("NFKC", chr(code).translate(LIGATURES))
    is_part = all(char.isalnum() or unicodedata.combining(char) for char in text)
    return text if is_part else ""


def _place(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, index: int) -> Box | None:
    """Return where a character stands, in shares of the page as it is shown."""
    box = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFText_GetLooseCharBox(textpage, index, ctypes.byref(box)):
        return None
    first = _shown(page, box.left, box.top)
    second = _shown(page, box.right, box.bottom)
    left, right = sorted((first[0], second[0]))
    top, bottom = sorted((first[1], second[1]))
    return (left, top, right, bottom) if left < right and top < bottom else None


def _shown(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    """Return a point of the file on the page as it is turned and cut for showing."""
    right, down = ctypes.c_int(), ctypes.c_int()
    is_known = pdfium_c.FPDF_PageToDevice(
        page, 0, 0, _UNITS, _UNITS, 0, x, y, ctypes.byref(right), ctypes.byref(down)
    )
    if not is_known:
        return (0.0, 0.0)
    return (_share(right.value), _share(down.value))


def _share(units: int) -> float:
    return min(max(units / _UNITS, 0.0), 1.0)


def _around(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )
