"""Reads a PDF with pdfium: the lines of every page, labels, outline, metadata.

The decision behind it: pdfium reads 14 to 33 times faster than pdfminer.six, and the place and
size of a line's first and last character say enough about the page, so that titles need no
second reading.  Only lengths, never the content, decide what is asked for.
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator
from typing import Final

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from corpus.errors import UnreadableDocument
from indexer.extract._lines import Line, PageLines
from indexer.extract._reading import MAX_PAGES, Reading
from indexer.extract._render import reason_of

_BOLD_WEIGHT: Final = 600
_FEW_CHARS: Final = 40
_MAX_OUTLINE: Final = 200
_OUTLINE_DEPTH: Final = 4


def read_with_pdfium(data: bytes) -> Reading:
    """Return what pdfium reads; raises UnreadableDocument where it cannot open the file."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise UnreadableDocument(reason_of(error)) from error
    try:
        if len(document) > MAX_PAGES:
            raise UnreadableDocument(f"limit: more than {MAX_PAGES} pages")
        pages = tuple(_page(document, index) for index in range(len(document)))
        return Reading(
            pages=pages,
            info=document.get_metadata_dict(skip_empty=True),
            outline=tuple(_outline(document)),
            is_tagged=bool(pdfium_c.FPDFCatalog_IsTagged(document)),
            language=_language(document),
            reader="pdfium",
        )
    finally:
        document.close()


def _page(document: pdfium.PdfDocument, index: int) -> PageLines:
    label = _label(document, index)
    try:
        page = document[index]
    except pdfium.PdfiumError:
        return PageLines((), label)
    try:
        textpage = page.get_textpage()
        try:
            lines = tuple(_lines(textpage))
        finally:
            textpage.close()
        chars = sum(len(line.text) for line in lines)
        return PageLines(lines, label, chars < _FEW_CHARS and _has_image(page))
    except pdfium.PdfiumError:
        return PageLines((), label)
    finally:
        page.close()


def _lines(textpage: pdfium.PdfTextPage) -> Iterator[Line]:
    start = 0
    box = pdfium_c.FS_RECTF()
    for raw in textpage.get_text_range().split("\r\n"):
        text = raw.strip()
        if text:
            first = start + len(raw) - len(raw.lstrip())
            yield _line(textpage, text, first, start + len(raw.rstrip()) - 1, box)
        start += len(raw) + 2


def _line(
    textpage: pdfium.PdfTextPage, text: str, first: int, last: int, box: pdfium_c.FS_RECTF
) -> Line:
    if not pdfium_c.FPDFText_GetLooseCharBox(textpage, last, ctypes.byref(box)):
        return Line(text)
    right = box.right
    pdfium_c.FPDFText_GetLooseCharBox(textpage, first, ctypes.byref(box))
    weight = pdfium_c.FPDFText_GetFontWeight(textpage, first)
    return Line(
        text,
        size=round(box.top - box.bottom, 1),
        top=box.top,
        left=box.left,
        right=right,
        is_bold=weight >= _BOLD_WEIGHT,
    )


def _has_image(page: pdfium.PdfPage) -> bool:
    images = page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    return next(iter(images), None) is not None


def _label(document: pdfium.PdfDocument, index: int) -> str | None:
    label = document.get_page_label(index).strip()
    return label if label and label != str(index + 1) else None


def _outline(document: pdfium.PdfDocument) -> Iterator[str]:
    with contextlib.suppress(pdfium.PdfiumError, RecursionError):
        for count, bookmark in enumerate(document.get_toc(max_depth=_OUTLINE_DEPTH)):
            if count >= _MAX_OUTLINE:
                return
            yield bookmark.get_title()


def _language(document: pdfium.PdfDocument) -> str | None:
    """Return the language the catalogue of the PDF names, as two letters."""
    size = pdfium_c.FPDFCatalog_GetLanguage(document, None, 0) if _HAS_LANGUAGE else 0
    if size <= 2:  # noqa: PLR2004 - nothing but the closing zero
        return None
    buffer = (ctypes.c_ushort * ((size + 1) // 2))()
    pdfium_c.FPDFCatalog_GetLanguage(document, buffer, size)
    name = bytes(buffer).decode("utf-16-le", "ignore").rstrip("\x00").strip().lower()
    return name[:2] or None


_HAS_LANGUAGE: Final = hasattr(pdfium_c, "FPDFCatalog_GetLanguage")
