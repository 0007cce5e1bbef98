"""Untagged PDFs set line by line with reportlab: columns, divided words, notes at the page's foot.

Our own small typesetter, because the samples have to show what it does: words divided at line
ends with hard or soft hyphens, columns, wide leading, footnotes between the lines of two pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import MissingBackend
from corpus.sample.lines import Line, Measure, Piece, Setter
from corpus.sample.publication import Publication

FONTS: Final = Path("/usr/share/fonts/truetype/liberation")
_FACES: Final = {
    "text": "LiberationSerif-Regular.ttf",
    "text-bold": "LiberationSerif-Bold.ttf",
    "text-italic": "LiberationSerif-Italic.ttf",
    "head": "LiberationSans-Bold.ttf",
    "small": "LiberationSans-Regular.ttf",
}
_MARGIN: Final = 62.0
_GUTTER: Final = 20.0
_SMALL: Final = 8.0


@dataclass(slots=True)
class _Column:
    """The column being filled: where the next line goes and the notes it already owes."""

    number: int
    y: float
    notes: list[Line]


class Typesetter:
    """Sets one publication; ``write`` makes the file."""

    def __init__(self, item: Publication) -> None:
        _register()
        self._item = item
        self._columns = 2 if item.pdf.two_column else 1
        self._width: float = (A4[0] - 2 * _MARGIN - _GUTTER * (self._columns - 1)) / self._columns
        self._setter = Setter(item, self._width, Measure(pdfmetrics.stringWidth))
        self._top: float = A4[1] - _MARGIN
        self._page = 1

    def write(self, path: Path) -> None:
        """Write the PDF to ``path``."""
        canvas = Canvas(str(path), pagesize=A4, invariant=True)
        title = Setter(self._item, A4[0] - 2 * _MARGIN, Measure(pdfmetrics.stringWidth))
        y = self._top
        for line in title.title_block():
            y -= line.height
            _draw(canvas, line, _MARGIN, y)
        self._top = y - 14
        self._fill(canvas, list(self._setter.lines()))
        canvas.save()

    def _fill(self, canvas: Canvas, lines: Sequence[Line]) -> None:
        """Put the lines into columns and pages."""
        column = _Column(0, self._top, [])
        for number, line in enumerate(lines):
            notes = [*column.notes, *self._setter.notes(line.notes)]
            needed = line.height + sum(n.height for n in notes) + (10 if notes else 0)
            if line.keep:
                needed += sum(follow.height for follow in lines[number + 1 : number + 3])
            if column.y - needed < _MARGIN:
                column = self._next(canvas, column)
                notes = list(self._setter.notes(line.notes))
                if not line.pieces:
                    continue
            column.y -= line.height
            _draw(canvas, line, self._left(column.number), column.y)
            column.notes = notes
        self._finish(canvas, column, last=True)

    def _next(self, canvas: Canvas, column: _Column) -> _Column:
        """Finish a column and return the next one."""
        self._finish(canvas, column, last=column.number + 1 == self._columns)
        if column.number + 1 < self._columns:
            return _Column(column.number + 1, self._top, [])
        canvas.showPage()
        self._page += 1
        self._top = A4[1] - _MARGIN
        return _Column(0, self._top, [])

    def _finish(self, canvas: Canvas, column: _Column, *, last: bool) -> None:
        """Draw the notes of a column and, on the page's last one, its header and number."""
        y = _MARGIN + sum(note.height for note in column.notes)
        if column.notes:
            left = self._left(column.number)
            canvas.setLineWidth(0.4)
            canvas.line(left, y + 4, left + 90, y + 4)
        for note in column.notes:
            y -= note.height
            _draw(canvas, note, self._left(column.number), y)
        if last:
            canvas.setFont("small", _SMALL)
            if self._page > 1:
                canvas.drawString(_MARGIN, A4[1] - 36, self._item.title[:90])
            canvas.drawRightString(A4[0] - _MARGIN, 32, str(self._page))

    def _left(self, column: int) -> float:
        """Return the left edge of a column."""
        return _MARGIN + column * (self._width + _GUTTER)


def _draw(canvas: Canvas, line: Line, left: float, y: float) -> None:
    """Draw one line with its baseline at ``y``."""
    for start, run in _runs(line):
        text = canvas.beginText(left + start, y)
        text.setWordSpace(line.word_space)
        for piece in run:
            text.setFont(piece.font, piece.size)
            text.setRise(piece.rise)
            text.textOut(piece.text)
        canvas.drawText(text)


def _runs(line: Line) -> Iterator[tuple[float, list[Piece]]]:
    """Return the pieces that follow each other without a gap, with where they start."""
    run: list[Piece] = []
    start = 0.0
    for piece in line.pieces:
        if piece.x is not None:
            if run:
                yield start, run
            start, run = piece.x, []
        run.append(piece)
    if run:
        yield start, run


def _register() -> None:
    """Tell reportlab where the faces are."""
    for name, file in _FACES.items():
        if not (FONTS / file).exists():
            raise MissingBackend(f"{FONTS / file} is missing: install fonts-liberation")
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(FONTS / file)))
