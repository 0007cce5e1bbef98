"""The frame of the sample site: header, navigation, side bar and footer around a page's content.

Every page of one language carries the same frame, word for word, as a content management system
would make it: that is what main-text extraction has to see through.
"""

from __future__ import annotations

import html
import string
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus.sample.serve import PLACEHOLDER

FRAME: Final = Path(__file__).parent / "frame"


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is shown."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class SitePage:
    """One page of the site before it is framed; ``path`` ends with a slash or a file name."""

    path: str
    language: str
    title: str
    content: str
    crumbs: tuple[Link, ...] = ()
    meta: tuple[str, ...] = ()
    modified: str = ""
    listed: bool = True
    indexed: bool = True


class Frame:
    """Puts pages into the frame of their language."""

    def __init__(self, folder: Path = FRAME) -> None:
        self._labels = tomllib.loads((folder / "labels.toml").read_text(encoding="utf-8"))
        self._page = string.Template((folder / "page.html").read_text(encoding="utf-8"))

    def label(self, language: str, key: str) -> str:
        """Return one text of the frame."""
        return str(self._labels[language][key])

    def links(self, language: str, key: str) -> tuple[Link, ...]:
        """Return one list of links of the frame."""
        return tuple(Link(row["text"], row["href"]) for row in self._labels[language][key])

    def render(self, page: SitePage, sidebar: Mapping[str, Sequence[Link]]) -> str:
        """Return the whole page as HTML; ``sidebar`` has lists of links under their headings."""
        labels = {
            key: html.escape(value, quote=False)
            for key, value in self._labels[page.language].items()
            if isinstance(value, str)
        }
        front = Link(labels["front"], labels["home"])
        return self._page.substitute(
            labels,
            lang=page.language,
            head_title=f"{html.escape(page.title, quote=False)} | {labels['brand']}",
            feed_title=labels["news_title"],
            meta="\n".join(self._meta(page)),
            nav=_items(self.links(page.language, "nav")),
            crumbs=_items([front, *page.crumbs, Link(page.title, "")]),
            content=page.content,
            sidebar="\n".join(_side(title, links) for title, links in sidebar.items()),
            footer_links=_items(self.links(page.language, "footer")),
        )

    def _meta(self, page: SitePage) -> list[str]:
        """Return the lines of the head that depend on the page."""
        lines = [f'<link rel="canonical" href="{PLACEHOLDER}{page.path}">', *page.meta]
        if not page.indexed:
            lines.append('<meta name="robots" content="noindex, follow">')
        return lines


def anchor(link: Link) -> str:
    """Return a link as HTML."""
    return f'<a href="{html.escape(link.href)}">{html.escape(link.text, quote=False)}</a>'


def meta(name: str, content: str, *, key: str = "name") -> str:
    """Return a ``<meta>`` element."""
    return f'<meta {key}="{name}" content="{html.escape(content)}">'


def _items(links: Sequence[Link]) -> str:
    """Return links as list items; the one without an address is the page itself."""
    return "\n".join(
        f"<li>{anchor(link)}</li>"
        if link.href
        else f'<li aria-current="page">{html.escape(link.text, quote=False)}</li>'
        for link in links
    )


def _side(title: str, links: Sequence[Link]) -> str:
    """Return one box of the side bar."""
    return f"<h2>{html.escape(title, quote=False)}</h2>\n<ul>\n{_items(links)}\n</ul>"
