"""PDF files with the faults that make Finnish words unfindable, each made as its real cause does.

Diaereses stand apart as in Computer Modern (OT1); letters have no names as in the bitmap fonts of
old TeX (Type 3, Cork encoding, no ToUnicode), ligatures included; words are divided at line ends.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import pikepdf
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from corpus.sample.hyphenate import break_points

FAULTS: Final = ("diaeresis", "type3", "hyphens")
_COLUMNS: Final = 60
_LINES: Final = 48
_MARKS: Final = re.compile(r"[#*_>`|\[\]{}]+|\(https?:[^)]*\)")
_APART: Final = str.maketrans({"ä": "¨a", "ö": "¨o", "Ä": "¨A", "Ö": "¨O", "å": "˚a"})
_CORK: Final[Mapping[str, int]] = MappingProxyType(
    {"ffi": 0x1E, "ffl": 0x1F, "ff": 0x1B, "fi": 0x1C, "fl": 0x1D, "–": 0x15, "”": 0x11, "’": 0x27}
)
_SIZE: Final = 10


def make_faulty(text: str, fault: str) -> bytes:
    """Return a page of a text as a PDF with one of the `FAULTS`."""
    plain = " ".join(_MARKS.sub(" ", text).split())
    if fault == "hyphens":
        return _drawn(_divided(plain)[:_LINES])
    lines = textwrap.wrap(plain, _COLUMNS, break_long_words=False, break_on_hyphens=False)[:_LINES]
    if fault == "diaeresis":
        return _drawn([line.translate(_APART) for line in lines])
    return _type3(lines)


def _drawn(lines: list[str]) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    text = canvas.beginText(72, 780)
    text.setFont("Helvetica", _SIZE)
    text.setLeading(1.3 * _SIZE)
    for line in lines:
        text.textLine(line.encode("cp1252", "replace").decode("cp1252"))
    canvas.drawText(text)
    canvas.save()
    return buffer.getvalue()


def _divided(text: str) -> list[str]:
    """Return lines that are filled to the last syllable, as a narrow column is."""
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) < _COLUMNS:
            line = f"{line} {word}".strip()
            continue
        room = _COLUMNS - len(line) - 2
        points = [point for point in break_points(word) if point <= room]
        head = word[: points[-1]] if points else ""
        lines.append(f"{line} {head}-".strip() if head else line)
        line = word[len(head) :]
    return [*lines, line]


def _type3(lines: list[str]) -> bytes:
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(595, 842))
        codes = sorted({code for line in lines for code in _cork(line)})
        page.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(F1=document.make_indirect(_font(document, codes)))
        )
        content = f"BT /F1 {_SIZE} Tf {1.3 * _SIZE} TL 72 780 Td\n".encode()
        for line in lines:
            content += b"<" + _cork(line).hex().encode() + b"> Tj T*\n"
        page.Contents = document.make_stream(content + b"ET")
        buffer = io.BytesIO()
        document.save(buffer)
    return buffer.getvalue()


def _font(document: pikepdf.Pdf, codes: list[int]) -> pikepdf.Dictionary:
    """Return a bitmap font whose letters are called by their numbers, as dvips calls them."""
    box = document.make_stream(b"50 0 0 0 40 70 d1 0 0 40 70 re f")
    names = [pikepdf.Name(f"/a{code}") for code in codes]
    differences: list[object] = []
    for code, name in zip(codes, names, strict=True):
        differences += [code, name]
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type3,
        FontBBox=[0, 0, 50, 70],
        FontMatrix=[0.01, 0, 0, 0.01, 0, 0],
        FirstChar=0,
        LastChar=255,
        Widths=[30 if code == ord(" ") else 50 for code in range(256)],
        Encoding=pikepdf.Dictionary(
            Type=pikepdf.Name.Encoding, Differences=pikepdf.Array(differences)
        ),
        CharProcs=pikepdf.Dictionary({str(name): box for name in names}),
        Resources=pikepdf.Dictionary(),
    )


def _cork(line: str) -> bytes:
    for text, code in _CORK.items():
        line = line.replace(text, chr(code))
    return line.encode("latin-1", "ignore")
