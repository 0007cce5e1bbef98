"""The text of HTML in one streaming pass, whatever its nesting.

The decision behind it: tree builders drop what is nested too deeply (lxml after 255 elements, in
silence); a pass over the tags cannot, needs no tree and is the last opinion on every page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Final

from indexer.extract._decode import decode_text
from indexer.extract._values import clean_line

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*?(/?)>")
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source"}
    | {"track", "wbr", "p", "li", "dd", "dt", "tr", "td", "th"}
)
_BLOCKS: Final = frozenset(
    {"p", "div", "section", "article", "main", "h1", "h2", "h3", "h4", "h5", "h6", "li", "dt", "tr"}
    | {"blockquote", "pre", "figcaption", "br", "header", "caption", "ul", "ol", "dl", "table"}
    | {"body", "address", "summary", "details"}
)
_CELLS: Final = frozenset({"td", "th", "dd"})
_HIDDEN: Final = frozenset(
    {"script", "style", "noscript", "template", "svg", "nav", "footer", "head"}
)


def plain_text(markup: str) -> str:
    """Return all text of a piece of HTML with a blank line between its blocks; total."""
    collector = _Collector()
    _feed(collector.feed, markup)
    lines = (clean_line(line) for line in "".join(collector.parts).split("\n"))
    return "\n\n".join(line for line in lines if line)


def text_of_html(data: bytes, media_type: str = "") -> str:
    """Return all text of a small HTML file, such as a chapter of a book."""
    return plain_text(decode_text(data, media_type))


def is_nested_deeper(markup: str, limit: int) -> bool:
    """Whether elements stand inside each other more than ``limit`` deep, counted in one pass."""
    depth = 0
    for match in _TAG.finditer(markup):
        if match[2].lower() in _VOID or match[3]:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > limit:
            return True
    return False


class _Collector(HTMLParser):
    """Collects text with line breaks at blocks; streams, so that no nesting is too deep."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in _CELLS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        elif tag in _BLOCKS:
            self.parts.append(" " if tag == "dt" else "\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data.replace("\n", " "))


def _feed(feed: Callable[[str], None], markup: str) -> None:
    try:
        feed(markup)
    except AssertionError:  # malformed declarations; what was collected until then counts
        return
