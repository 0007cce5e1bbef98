"""Reading a page without building a tree, for pages on which tree builders give up silently.

One decision: on 200,000 nested elements lxml returns an empty document and says nothing, so a
page that comes out empty is read once more by the event parser of the standard library.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_SILENT: Final = frozenset({"script", "style", "noscript", "template"})


@dataclass(slots=True)
class FlatReading:
    """Text, title, links and wishes as they came by."""

    parts: list[str] = field(default_factory=list)
    title: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    wishes: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        """The text outside scripts and styles."""
        return " ".join(self.parts)


class _Flat(HTMLParser):
    """Collects what a page says, whatever its nesting."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.reading = FlatReading()
        self._silent = ""
        self._is_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links and wishes."""
        named = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent = tag
        elif tag == "title":
            self._is_title = True
        elif tag == "a" and named.get("href"):
            self.reading.links.append((named["href"], named.get("title", "")))
        elif tag == "meta" and named.get("name", "").lower() == "robots":
            words = named.get("content", "").split(",")
            self.reading.wishes |= {word.strip().lower() for word in words}

    def handle_endtag(self, tag: str) -> None:
        """Note where a silent element ends."""
        if tag == self._silent:
            self._silent = ""
        elif tag == "title":
            self._is_title = False

    def handle_data(self, data: str) -> None:
        """Collect text."""
        if self._is_title:
            self.reading.title += data
        elif not self._silent:
            self.reading.parts.append(data)


def flat_reading(text: str) -> FlatReading:
    """Read a page in one pass."""
    parser = _Flat()
    parser.feed(text)
    parser.close()
    return parser.reading
