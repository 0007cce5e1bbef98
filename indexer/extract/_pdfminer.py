"""Reads a PDF with pdfminer.six: the second opinion, and the reader where pdfium is missing.

The decision behind it: pdfminer.six opens a few files that pdfium does not and sees fonts that
hide their letters, at 20 times the cost; so it reads a document only when the first reading is
poor.  Its default layout makes every line of 1.5-spaced text a box of its own and needed over
30 s for one report of 102 pages, hence the two settings below.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from statistics import median
from typing import Final

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import (
    IndexAssigner,
    LAParams,
    LTChar,
    LTFigure,
    LTImage,
    LTPage,
    LTTextBox,
    LTTextLine,
)
from pdfminer.pdfdocument import PDFDocument, PDFNoOutlines, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pdfminer.psexceptions import PSException
from pdfminer.utils import decode_text

from corpus.errors import UnreadableDocument
from indexer.extract._lines import Line, PageLines
from indexer.extract._reading import MAX_PAGES, Reading

_LINE_MARGIN: Final = 1.0
_MAX_BOXES_FOR_FLOW: Final = 150
_BOXES_FLOW: Final = 0.5
_MAX_OUTLINE: Final = 200
_FIGURE_DEPTH: Final = 5


def read_with_pdfminer(data: bytes) -> Reading:
    """Return what pdfminer.six reads; raises UnreadableDocument where it cannot open the file."""
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
        pages = tuple(_pages(document))
        return Reading(
            pages=pages,
            info=_info(document),
            outline=tuple(_outline(document)),
            is_tagged=_is_tagged(document),
            language=_language(document),
            reader="pdfminer",
        )
    except PDFPasswordIncorrect as error:
        raise UnreadableDocument("encrypted: a password is needed") from error
    except (PDFException, PSException, ValueError, TypeError, KeyError, IndexError) as error:
        raise UnreadableDocument("damaged: not a readable PDF") from error
    except (AttributeError, AssertionError, ArithmeticError, OSError) as error:
        # what its parser raises on broken structures
        raise UnreadableDocument("damaged: not a readable PDF") from error


def _pages(document: PDFDocument) -> Iterator[PageLines]:
    parameters = LAParams(line_margin=_LINE_MARGIN, boxes_flow=None)
    resources = PDFResourceManager(caching=True)
    device = PDFPageAggregator(resources, laparams=parameters)
    interpreter = PDFPageInterpreter(resources, device)
    for number, page in enumerate(PDFPage.create_pages(document), start=1):
        if number > MAX_PAGES:
            raise UnreadableDocument(f"limit: more than {MAX_PAGES} pages")
        interpreter.process_page(page)
        layout = device.get_result()
        label = page.label if page.label not in {None, "", str(number)} else None
        yield PageLines(tuple(_lines(layout)), label, _has_image(layout))


def _lines(layout: LTPage) -> Iterator[Line]:
    for box in _boxes_in_order(layout):
        for item in box:
            if isinstance(item, LTTextLine):
                line = _line(item)
                if line.text:
                    yield line


def _boxes_in_order(layout: LTPage) -> list[LTTextBox]:
    """Return the text boxes in reading order; the order by columns costs the square of them."""
    boxes = [item for item in layout if isinstance(item, LTTextBox)]
    if not 1 < len(boxes) <= _MAX_BOXES_FOR_FLOW:
        return boxes
    parameters = LAParams(line_margin=_LINE_MARGIN, boxes_flow=_BOXES_FLOW)
    assigner = IndexAssigner()
    for group in layout.group_textboxes(parameters, boxes):
        group.analyze(parameters)
        assigner.run(group)
    return sorted(boxes, key=lambda box: box.index)


def _line(item: LTTextLine) -> Line:
    chars = [char for char in item if isinstance(char, LTChar)]
    size = median(char.size for char in chars) if chars else 0.0
    is_bold = bool(chars) and "bold" in chars[0].fontname.lower()
    return Line(
        item.get_text().strip(),
        size=round(size, 1),
        top=item.y1,
        left=item.x0,
        right=item.x1,
        is_bold=is_bold,
    )


def _has_image(container: Iterable[object], depth: int = 0) -> bool:
    for item in container:
        if isinstance(item, LTImage):
            return True
        if isinstance(item, LTFigure) and depth < _FIGURE_DEPTH and _has_image(item, depth + 1):
            return True
    return False


def _info(document: PDFDocument) -> Mapping[str, str]:
    info: dict[str, str] = {}
    for entries in document.info:
        for key, value in entries.items():
            resolved = resolve1(value)
            if isinstance(resolved, bytes):
                info[str(key)] = decode_text(resolved)
    return info


def _outline(document: PDFDocument) -> Iterator[str]:
    try:
        for count, (_, title, *_rest) in enumerate(document.get_outlines()):
            if count >= _MAX_OUTLINE:
                return
            yield str(title)
    except (PDFNoOutlines, PDFException, PSException, TypeError, KeyError, RecursionError):
        return


def _is_tagged(document: PDFDocument) -> bool:
    marks = resolve1(document.catalog.get("MarkInfo"))
    return bool(isinstance(marks, dict) and resolve1(marks.get("Marked")))


def _language(document: PDFDocument) -> str | None:
    name = resolve1(document.catalog.get("Lang"))
    return decode_text(name)[:2].lower() or None if isinstance(name, bytes) else None
