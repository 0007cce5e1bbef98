"""Pages whose text was recognised from a picture, kept one by one as they are done.

One decision: what is kept is lines with their place and size on the page, not a finished text:
paragraphs, titles and running heads are then found by the same rules as in any other file, and
found again by better ones without another hour of recognising.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from corpus._database import Database
from corpus._rows import sound_row
from corpus._values import clean


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """One line; coordinates in points from the lower left corner of the page.

    ``words`` are the left and right edges of its words; empty where they were not kept.
    """

    text: str
    size: float
    top: float
    left: float
    right: float
    words: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class RecognisedPage:
    """One page; without lines where it holds no text, or could not be done (``reason``)."""

    number: int
    lines: tuple[RecognisedLine, ...]
    recogniser: str
    reason: str = ""


class RecognisedPages:
    """The recognised pages in the catalogue's database, by document and original."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, document_id: str, sha256: str, page: RecognisedPage) -> None:
        """Keep a page, in place of what was recognised of it before."""
        lines = [
            [clean(one.text), one.size, one.top, one.left, one.right, one.words]
            for one in page.lines
        ]
        self._database.execute(
            "INSERT OR REPLACE INTO recognised_pages"
            " (document_id, sha256, number, lines, recogniser, reason) VALUES (?, ?, ?, ?, ?, ?)",
            (
                document_id,
                sha256,
                page.number,
                json.dumps(lines, ensure_ascii=False),
                page.recogniser,
                page.reason,
            ),
        )

    def page(self, document_id: str, sha256: str, number: int) -> RecognisedPage | None:
        """Return what was recognised of one page; None where nothing was."""
        rows = self._database.rows(
            "SELECT * FROM recognised_pages WHERE document_id = ? AND sha256 = ? AND number = ?",
            (document_id, sha256, number),
        )
        return next((_page_of(sound_row(row, "recognised_pages")) for row in rows), None)

    def pages(self, document_id: str, sha256: str) -> Mapping[int, RecognisedPage]:
        """Return what was recognised of a document's original, by page number."""
        rows = self._database.rows(
            "SELECT * FROM recognised_pages WHERE document_id = ? AND sha256 = ? ORDER BY number",
            (document_id, sha256),
        )
        found = [_page_of(sound_row(row, "recognised_pages")) for row in rows]
        return {page.number: page for page in found}


def _page_of(row: sqlite3.Row) -> RecognisedPage:
    lines = tuple(_line_of(*entry) for entry in json.loads(row["lines"]))
    return RecognisedPage(row["number"], lines, row["recogniser"], row["reason"])


def _line_of(text: object, *rest: object) -> RecognisedLine:
    *numbers, last = rest
    words = last if isinstance(last, list) else []
    if not isinstance(last, list):  # kept before words had places
        numbers.append(last)
    size, top, left, right = (float(str(number)) for number in numbers)
    places = tuple((float(begin), float(end)) for begin, end in words)
    return RecognisedLine(str(text), size, top, left, right, places)
