"""Recognised text laid into the pages of a scan.

One decision: text recognition is one more reader that delivers lines, so everything after it
(paragraphs, hyphens, running heads, title, imprint) treats a scan like any other file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from corpus.recognised import RecognisedLine
from indexer.extract._lines import Line, PageLines
from indexer.extract._reading import Reading

MIN_SCAN_SHARE: Final = 0.8
_FEW_CHARS: Final = 10

Recognised = Mapping[int, tuple[RecognisedLine, ...]]


def scanned_pages(reading: Reading) -> frozenset[int]:
    """Return the numbers of the pages that are pictures without text."""
    return frozenset(
        number
        for number, page in enumerate(reading.pages, start=1)
        if page.has_image and len(page.text) < _FEW_CHARS
    )


def is_scan(reading: Reading) -> bool:
    """Whether nearly all pages are pictures without text."""
    share = len(reading.pages) * MIN_SCAN_SHARE
    return bool(reading.pages) and len(scanned_pages(reading)) >= share


def with_recognised(reading: Reading, recognised: Recognised) -> tuple[Reading, frozenset[int]]:
    """Return a scan with its recognised lines and the pages they stand on.

    The reading stays as it is, without such pages, when it is no scan or one is not done yet.
    """
    numbers = scanned_pages(reading)
    if not recognised or not is_scan(reading) or not numbers <= recognised.keys():
        return reading, frozenset()
    pages = tuple(
        _page(page, recognised[number]) if number in numbers else page
        for number, page in enumerate(reading.pages, start=1)
    )
    return replace(reading, pages=pages, reader=f"{reading.reader}+ocr"), numbers


def _page(page: PageLines, recognised: tuple[RecognisedLine, ...]) -> PageLines:
    lines = tuple(
        Line(line.text, size=line.size, top=line.top, left=line.left, right=line.right)
        for line in recognised
    )
    return replace(page, lines=lines, has_image=False)
