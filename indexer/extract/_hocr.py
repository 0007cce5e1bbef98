"""What Tesseract says of a page (hOCR) as lines with their place and size.

One decision: a line's size is Tesseract's own estimate of the letters, evened out within a
paragraph: single lines without ascenders would look smaller, and break it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from lxml import etree

from corpus.recognised import RecognisedLine

_MIN_CONFIDENCE: Final = 30.0  # what lies below is texture of pictures, not writing
_EVENED: Final = 0.25  # sizes of a paragraph that differ by less are one size
_LINE_CLASSES: Final = frozenset({"ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat"})
_BOX: Final = re.compile(r"\bbbox (-?\d+) (-?\d+) (-?\d+) (-?\d+)")
_SIZE: Final = re.compile(r"\bx_size ([\d.]+)")
_CONFIDENCE: Final = re.compile(r"\bx_wconf ([\d.]+)")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    left: int
    right: int
    sureness: float


def lines_of_hocr(content: bytes, *, height_pt: float, scale: float) -> tuple[RecognisedLine, ...]:
    """Return the lines in reading order; ``scale`` is pixels a point, ``height_pt`` the page's."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    root = etree.fromstring(content, parser) if content.strip() else None
    if root is None:
        return ()
    found: list[RecognisedLine] = []
    for paragraph in root.iter("p"):
        lines = list(_lines(paragraph, height_pt, scale))
        usual = median(line.size for line in lines) if lines else 0.0
        found += [_evened(line, usual) for line in lines]
    return tuple(found)


def _lines(paragraph: etree._Element, height_pt: float, scale: float) -> Iterator[RecognisedLine]:
    for element in paragraph.iter("span"):
        if element.get("class") not in _LINE_CLASSES:
            continue
        title = element.get("title", "")
        box, size = _BOX.search(title), _SIZE.search(title)
        words = _words(element)
        if words and box:
            left, top, right, bottom = (int(edge) for edge in box.groups())
            pixels = float(size[1]) if size else float(bottom - top)
            yield RecognisedLine(
                text=" ".join(word.text for word in words),
                size=round(pixels / scale, 1),
                top=round(height_pt - top / scale, 1),
                left=round(left / scale, 1),
                right=round(right / scale, 1),
                words=tuple(
                    (round(word.left / scale, 1), round(word.right / scale, 1)) for word in words
                ),
            )


def _words(line: etree._Element) -> list[_Word]:
    """Return the words of a line; none where hardly any of them is likely to be one."""
    words: list[_Word] = []
    for element in line.iter("span"):
        if element.get("class") == "ocrx_word":
            text = "".join(map(str, element.itertext())).strip()
            title = element.get("title", "")
            sure, box = _CONFIDENCE.search(title), _BOX.search(title)
            if text:
                left, right = (int(box[1]), int(box[3])) if box else (0, 0)
                words.append(_Word(text, left, right, float(sure[1]) if sure else 100.0))
    sureness = [word.sureness for word in words]
    is_likely = bool(words) and sum(sureness) / len(sureness) >= _MIN_CONFIDENCE
    return words if is_likely else []


def _evened(line: RecognisedLine, usual: float) -> RecognisedLine:
    return line if abs(line.size - usual) > usual * _EVENED else replace(line, size=usual)
