"""Lines with their place and size on the page, and how they make paragraphs and page texts.

The decision behind it: both PDF readers deliver the same lines, so everything that looks at the
page (paragraphs, running heads, titles) is written once, and on geometry that costs two calls a
line instead of one an every character.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

_GAP: Final = 1.35  # a paragraph starts where the leading is so many times the page's usual
_LEADING_QUANTILE: Final = 0.35
_WIDE_GAP: Final = 2.2  # or so many, where the sentence goes on
_SIZE_STEP: Final = 0.12
_INDENT: Final = 0.8  # of the letter size
_SHORT_LINE: Final = 0.85  # of the page's usual line
_SENTENCE_END: Final = (".", "!", "?", ":", ".”", '."', "?”")
_LIST_ITEM: Final = re.compile(r"^(?:[•·▪■◦‣–—*-]\s|\d{1,2}[.)]\s|[a-z]\)\s)")
_EDGE_LINES: Final = 2
_MIN_REPEATS: Final = 2
_MIN_LETTERS: Final = 3
_COVER_LINES: Final = 8
_MIN_COVER_LETTERS: Final = 12
_MIN_REPEAT_SHARE: Final = 0.3
_MAX_HEAD_CHARS: Final = 160
_DIGITS: Final = re.compile(r"\d+")
_PAGE_NUMBER: Final = re.compile(
    r"^\W*(?:(?:sivu|sida|page|s\.)\s*)?(?:\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:/|\(|of|av)\s*\d{1,4}\s*\)?)?\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page; coordinates in points from the lower left corner, 0 where unknown."""

    text: str
    size: float = 0.0
    top: float = 0.0
    left: float = 0.0
    right: float = 0.0
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class PageLines:
    """The lines of one page in reading order, and what else the page holds."""

    lines: tuple[Line, ...]
    label: str | None = None
    has_image: bool = False

    @property
    def text(self) -> str:
        """The lines as they stand, one below the other."""
        return "\n".join(line.text for line in self.lines)


def paragraphs_of(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the lines grouped into paragraphs by leading, size, indent and short last lines."""
    if not lines:
        return []
    leading = _usual_leading(lines)
    widths = _usual_widths(lines)
    groups = [[lines[0]]]
    for previous, line in itertools.pairwise(lines):
        if _starts_paragraph(previous, line, leading, widths[_column(previous)]):
            groups.append([line])
        else:
            groups[-1].append(line)
    return groups


def _starts_paragraph(previous: Line, line: Line, leading: float, width: float) -> bool:
    is_ended = previous.text.rstrip().endswith(_SENTENCE_END)
    if _LIST_ITEM.match(line.text):
        return True
    if previous.size and line.size:
        step = abs(line.size - previous.size) / max(line.size, previous.size)
        if step > _SIZE_STEP or line.is_bold != previous.is_bold:
            return True
    if line.top > previous.top:  # the next column or a text box further up
        return is_ended
    gap = previous.top - line.top
    is_continued = line.text[:1].islower() and not previous.text.rstrip().endswith(".")
    if leading and gap > leading * (_WIDE_GAP if is_continued else _GAP):
        return True
    is_indented = line.left - previous.left > line.size * _INDENT
    is_short = previous.right - previous.left < width * _SHORT_LINE
    return is_ended and not is_continued and (is_indented or is_short)


def _usual_leading(lines: Sequence[Line]) -> float:
    gaps = sorted(a.top - b.top for a, b in itertools.pairwise(lines) if a.top > b.top)
    # below the median: a cover has more gaps between its parts than lines within them
    return gaps[int(len(gaps) * _LEADING_QUANTILE)] if gaps else 0.0


def _column(line: Line) -> int:
    """Return what lines of one column share: a left edge within half an inch."""
    return round(line.left / 36)


def _usual_widths(lines: Sequence[Line]) -> dict[int, float]:
    """Return the width of a full line of each column."""
    widths: dict[int, list[float]] = defaultdict(list)
    for line in lines:
        widths[_column(line)].append(line.right - line.left)
    return {column: sorted(found)[int(len(found) * 0.8)] for column, found in widths.items()}


def without_running_heads(pages: Sequence[PageLines]) -> list[tuple[Line, ...]]:
    """Return each page's lines without page numbers and heads that recur over the pages.

    A head on the first page stays when it is larger there: then it is the title.
    """
    heads = _running_heads(pages)
    cover = _letters("".join(line.text for line in pages[0].lines[:_COVER_LINES])) if pages else ""
    return [_body(page, heads, cover if index else "") for index, page in enumerate(pages)]


def _running_heads(pages: Sequence[PageLines]) -> frozenset[str]:
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_shape(page.lines[i].text) for i in _edges(len(page.lines))})
    needed = max(_MIN_REPEATS, len(pages) * _MIN_REPEAT_SHARE)
    return frozenset(
        shape for shape, count in counts.items() if count >= needed and _is_head(shape)
    )


def _is_head(shape: str) -> bool:
    return len(shape) <= _MAX_HEAD_CHARS and sum(map(str.isalpha, shape)) >= _MIN_LETTERS


def _body(page: PageLines, heads: frozenset[str], cover: str) -> tuple[Line, ...]:
    if not page.lines:
        return ()
    largest = median([line.size for line in page.lines]) * (1 + _SIZE_STEP) + 0.01
    edges = set(_edges(len(page.lines)))
    return tuple(
        line
        for index, line in enumerate(page.lines)
        if index not in edges or line.size > largest or not _is_dropped(line.text, heads, cover)
    )


def _is_dropped(text: str, heads: frozenset[str], cover: str) -> bool:
    if _PAGE_NUMBER.match(text) or _shape(text) in heads:
        return True
    letters = _letters(text)
    return len(letters) >= _MIN_COVER_LETTERS and letters in cover


def _letters(text: str) -> str:
    """Return the letters alone: a title is broken on the cover and whole in the head."""
    return "".join(filter(str.isalpha, text.casefold()))


def _edges(count: int) -> list[int]:
    """Return the positions at the top and the bottom of a page where heads stand."""
    return sorted({*range(min(_EDGE_LINES, count)), *range(max(0, count - _EDGE_LINES), count)})


def _shape(text: str) -> str:
    """Return what two running heads share: letters, with every number alike."""
    return " ".join(_DIGITS.sub("#", text).casefold().split())
