"""Blocks of text broken into lines of a given width: the half of typesetting that needs no PDF."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from corpus.sample.body import Block, Body, Heading, Listing, Paragraph, Table, parse
from corpus.sample.hyphenate import SOFT_HYPHEN, break_points
from corpus.sample.projects import expand
from corpus.sample.publication import Hyphens, Publication

_RUN: Final = re.compile(r"(\*\*.+?\*\*|\*.+?\*|\[\^\w+\])")
_BODY_SIZE: Final = 10.5
_COLUMN_SIZE: Final = 9.5
_NOTE_SIZE: Final = 8.0
_CELL_GAP: Final = 8.0
_LOOSEST: Final = 3.5
IMPRINT: Final = {
    "fi": ("Tiivistelmä", "Esimerkkiaineisto: organisaatiot, henkilöt ja luvut on keksitty."),
    "sv": ("Sammandrag", "Exempelmaterial: organisationer, personer och siffror är påhittade."),
    "en": ("Abstract", "Sample material: organisations, people and figures are invented."),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Text in one font; ``x`` is None where it follows the piece before it."""

    text: str
    font: str
    size: float
    x: float | None = None
    rise: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a column; ``notes`` are the marks it holds."""

    pieces: tuple[Piece, ...]
    height: float
    word_space: float = 0.0
    notes: tuple[str, ...] = ()
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """Widths of texts, in points."""

    string_width: Callable[[str, str, float], float]

    def of(self, pieces: Sequence[Piece]) -> float:
        """Return the width of pieces that follow each other."""
        return sum(self.string_width(piece.text, piece.font, piece.size) for piece in pieces)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word with its marks: several pieces when its font changes inside."""

    pieces: tuple[Piece, ...]
    note: str = ""


class Setter:
    """Breaks a publication into lines ``width`` points wide."""

    def __init__(self, item: Publication, width: float, measure: Measure) -> None:
        self._item = item
        self._width = width
        self._measure = measure
        self._size = _COLUMN_SIZE if item.pdf.two_column else _BODY_SIZE
        self._body: Body = parse(expand(item.body, item.projects))

    def title_block(self) -> Iterator[Line]:
        """Return the lines above the text: title, authors, publisher, date, ISBN."""
        item = self._item
        yield from self._set(item.title, "head", 20.0, 1.2)
        if item.subtitle:
            yield from self._set(item.subtitle, "head", 13.0, 1.3)
        yield Line((), 8.0)
        if item.authors:
            yield from self._set(", ".join(item.authors), "text-italic", 11.0, 1.3)
        facts = [item.organisation, str(item.year), item.series]
        if item.isbn:
            facts.append(f"ISBN {item.isbn} (PDF)")
        yield from self._set(" · ".join(fact for fact in facts if fact), "small", 8.5, 1.4)
        yield from self._set(IMPRINT[item.language][1], "small", 7.5, 1.4)

    def lines(self) -> Iterator[Line]:
        """Return the lines of abstract and text."""
        yield from self._heading(Heading(2, IMPRINT[self._item.language][0]))
        yield from self._paragraph(self._item.abstract, "text-italic")
        for block in self._body.blocks:
            yield from self._lines_of(block)

    def notes(self, marks: Sequence[str]) -> Iterator[Line]:
        """Return the lines of the notes with these marks."""
        texts = dict(self._body.notes)
        for mark in marks:
            yield from self._set(f"{mark} {texts[mark]}", "text", _NOTE_SIZE, 1.2)

    def _lines_of(self, block: Block) -> Iterator[Line]:
        """Return the lines of one block."""
        match block:
            case Heading():
                yield from self._heading(block)
            case Paragraph(text):
                yield from self._paragraph(text, "text")
            case Listing(items, start):
                for number, item in enumerate(items, start):
                    mark = f"{number}." if start else "–"
                    yield from self._item_lines(mark, item)
                yield Line((), self._size * 0.5)
            case Table(rows):
                yield from self._table(rows)

    def _heading(self, heading: Heading) -> Iterator[Line]:
        """Return the lines of a heading, kept with what follows."""
        size = {1: self._size + 4.5, 2: self._size + 2.0}.get(heading.level, self._size)
        yield Line((), size * 0.7, keep=True)
        for line in self._set(heading.text, "head", size, 1.2):
            yield replace(line, keep=True)
        yield Line((), size * 0.25, keep=True)

    def _paragraph(self, text: str, font: str) -> Iterator[Line]:
        """Return the lines of running text."""
        justify = self._item.pdf.hyphens is not Hyphens.NONE
        yield from self._set(text, font, self._size, self._item.pdf.leading, justify=justify)
        yield Line((), self._size * 0.5)

    def _item_lines(self, mark: str, text: str) -> Iterator[Line]:
        """Return the lines of a list item, hanging behind its mark."""
        indent = 14.0
        lines = list(self._set(text, "text", self._size, self._item.pdf.leading, narrower=indent))
        for number, line in enumerate(lines):
            first, *rest = line.pieces
            pieces = (replace(first, x=indent), *rest)
            if number == 0:
                pieces = (Piece(mark, "text", self._size, x=0.0), *pieces)
            yield replace(line, pieces=pieces)

    def _table(self, rows: Sequence[Sequence[str]]) -> Iterator[Line]:
        """Return the lines of a table; cells are wrapped, columns as wide as they need."""
        count = max(len(row) for row in rows)
        size = self._size - 1.0
        widths = self._widths(rows, count, size)
        lefts = [sum(widths[:i]) for i in range(count)]
        for number, row in enumerate(rows):
            font = "text-bold" if number == 0 else "text"
            cells = [
                list(self._set(cell, font, size, 1.2, narrower=self._width - widths[i] + _CELL_GAP))
                for i, cell in enumerate(row)
            ]
            for depth in range(max(len(cell) for cell in cells)):
                pieces: list[Piece] = []
                for left, cell in zip(lefts, cells, strict=False):
                    if depth < len(cell):
                        first, *rest = cell[depth].pieces
                        pieces += [replace(first, x=left), *rest]
                yield Line(tuple(pieces), size * 1.25, keep=number == 0)
            yield Line((), 2.5, keep=number == 0)
        yield Line((), self._size * 0.6)

    def _widths(self, rows: Sequence[Sequence[str]], count: int, size: float) -> list[float]:
        """Return column widths that sum to the width of the text."""
        wanted = [
            max(
                self._measure.string_width(row[i], "text-bold", size)
                for row in rows
                if i < len(row)
            )
            + _CELL_GAP
            for i in range(count)
        ]
        if sum(wanted) <= self._width:
            return wanted
        fair = self._width / count
        narrow = sum(width for width in wanted if width <= fair)
        wide = sum(width for width in wanted if width > fair)
        rest = self._width - narrow
        return [width if width <= fair else width * rest / wide for width in wanted]

    def _set(
        self,
        text: str,
        font: str,
        size: float,
        leading: float,
        *,
        narrower: float = 0.0,
        justify: bool = False,
    ) -> Iterator[Line]:
        """Break running text into lines."""
        width = self._width - narrower
        space = self._measure.string_width(" ", font, size)
        words = _words(text, font, size)
        row: list[_Word] = []
        used = 0.0
        while words:
            word = words.pop(0)
            gap = space if row else 0.0
            wide = self._measure.of(word.pieces)
            if used + gap + wide <= width:
                row.append(word)
                used += gap + wide
                continue
            head, tail = self._divide(word, width - used - gap)
            if head is not None:
                row.append(head)
                used += gap + self._measure.of(head.pieces)
                word = tail
            elif not row:
                row, word = [word], _Word(())
                used = wide
            yield _line(row, size * leading, _stretch(row, width - used) if justify else 0.0)
            row, used = [], 0.0
            if word.pieces:
                words.insert(0, word)
        if row:
            yield _line(row, size * leading, 0.0)

    def _divide(self, word: _Word, room: float) -> tuple[_Word | None, _Word]:
        """Return the longest beginning of the word that fits ``room``, and the rest."""
        piece = word.pieces[0]
        mode = self._item.pdf.hyphens
        for point in reversed(break_points(piece.text)):
            after_hyphen = piece.text[point - 1] in "-–"
            if not after_hyphen and (mode is Hyphens.NONE or piece.font == "head"):
                continue
            hyphen = "" if after_hyphen else SOFT_HYPHEN if mode is Hyphens.SOFT else "-"
            head = replace(piece, text=piece.text[:point].replace(SOFT_HYPHEN, "") + hyphen)
            if self._measure.of([head]) <= room:
                tail = replace(piece, text=piece.text[point:].lstrip(SOFT_HYPHEN))
                return _Word((head,)), replace(word, pieces=(tail, *word.pieces[1:]))
        return None, word


def _line(row: Sequence[_Word], height: float, word_space: float) -> Line:
    """Return a line of words with spaces between them."""
    pieces: list[Piece] = []
    for number, word in enumerate(row):
        first, *rest = word.pieces
        text = first.text.replace(SOFT_HYPHEN, "", first.text[:-1].count(SOFT_HYPHEN))
        gap = " " if number else ""
        pieces += [replace(first, text=gap + text), *rest]
    pieces[0] = replace(pieces[0], x=0.0)
    notes = tuple(word.note for word in row if word.note)
    return Line(tuple(pieces), height, word_space, notes)


def _stretch(row: Sequence[_Word], room: float) -> float:
    """Return how much every space grows; a line that would gape stays ragged."""
    gaps = len(row) - 1
    space = room / gaps if gaps else 0.0
    return space if space <= _LOOSEST else 0.0


def _words(text: str, font: str, size: float) -> list[_Word]:
    """Split running text into words, each with the fonts its marks ask for."""
    words: list[_Word] = []
    glue = False
    for run in _RUN.split(text):
        if run.startswith("[^"):
            mark = run[2:-1]
            note = Piece(mark, "small", size * 0.65, rise=size * 0.35)
            words[-1] = _Word((*words[-1].pieces, note), mark)
            glue = True
            continue
        face = font
        if run.startswith("*"):
            face = "text-bold" if run.startswith("**") else "text-italic"
            run = run.strip("*")  # noqa: PLW2901 - the marks are not part of the text
        glue = glue and not run.startswith(" ")
        for number, token in enumerate(run.split()):
            piece = Piece(token, face, size)
            if words and not number and glue:
                words[-1] = replace(words[-1], pieces=(*words[-1].pieces, piece))
            else:
                words.append(_Word((piece,)))
        glue = bool(run) and not run.endswith(" ")
    return words
