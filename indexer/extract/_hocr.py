"""What Tesseract says of a page (hOCR) as lines with their place and size.

One decision: a line's size is Tesseract's own estimate of the letters, evened out within a
paragraph: single lines without ascenders would look smaller, and break it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
        text = _text(element)
        if text and box:
            left, top, right, bottom = (int(edge) for edge in box.groups())
            pixels = float(size[1]) if size else float(bottom - top)
            yield RecognisedLine(
                text=text,
                size=round(pixels / scale, 1),
                top=round(height_pt - top / scale, 1),
                left=round(left / scale, 1),
                right=round(right / scale, 1),
            )


def _text(line: etree._Element) -> str:
    """Return the words of a line; empty where hardly any of them is likely to be one."""
    words: list[str] = []
    sureness: list[float] = []
    for word in line.iter("span"):
        if word.get("class") == "ocrx_word":
            text = "".join(map(str, word.itertext())).strip()
            confidence = _CONFIDENCE.search(word.get("title", ""))
            if text:
                words.append(text)
                sureness.append(float(confidence[1]) if confidence else 100.0)
    is_likely = bool(words) and sum(sureness) / len(sureness) >= _MIN_CONFIDENCE
    return " ".join(words) if is_likely else ""


def _evened(line: RecognisedLine, usual: float) -> RecognisedLine:
    if abs(line.size - usual) > usual * _EVENED:
        return line
    return RecognisedLine(line.text, usual, line.top, line.left, line.right)
