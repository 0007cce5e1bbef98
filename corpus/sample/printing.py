"""Tagged PDFs printed from HTML by Chromium, with an outline and structure elements.

Chromium is the one free tool at hand that writes real structure trees; tables of contents get
their page numbers in a second pass, because CSS in Chromium cannot ask where a heading landed.
"""

from __future__ import annotations

import html
import string
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pikepdf
from playwright.sync_api import sync_playwright

from corpus.errors import MissingBackend
from corpus.sample.body import Body, Heading, inline, parse, plain, to_html
from corpus.sample.frame import FRAME
from corpus.sample.hyphenate import SOFT_HYPHEN
from corpus.sample.lines import IMPRINT
from corpus.sample.projects import expand
from corpus.sample.publication import Publication

CHROMIUM: Final = Path("/usr/bin/chromium")
_ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
# Characters from which a text gets a cover and contents, and from which chapters begin a page.
_LONG: Final = 9_000
_BOOK: Final = 30_000
_CONTENTS_DEPTH: Final = 2
_FOOTER: Final = (
    '<div style="font-size:8px;width:100%;text-align:center;font-family:Liberation Sans">'
    '<span class="pageNumber"></span></div>'
)
_CONTENTS: Final = {"fi": "Sisällys", "sv": "Innehåll", "en": "Contents"}


def print_pdf(item: Publication, path: Path) -> None:
    """Print the publication to ``path``; raise MissingBackend without Chromium."""
    if not CHROMIUM.exists():
        raise MissingBackend(f"{CHROMIUM} is missing: tagged PDFs are printed with Chromium")
    _print(_document(item, []), path, tagged=item.pdf.tagged)
    if len(item.body) > _LONG:
        _print(_document(item, _outline(path)), path, tagged=item.pdf.tagged)


def _print(text: str, path: Path, *, tagged: bool) -> None:
    """Print one HTML document."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=list(_ARGUMENTS))
        page = browser.new_page()
        page.set_content(text)
        page.pdf(
            path=path,
            format="A4",
            tagged=tagged,
            outline=tagged,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=_FOOTER,
            margin={"top": "22mm", "bottom": "22mm", "left": "24mm", "right": "22mm"},
        )
        browser.close()


def _outline(path: Path) -> list[tuple[str, int]]:
    """Return every heading of the outline in reading order with its page, from 1."""
    found: list[tuple[str, int]] = []
    with pikepdf.open(path) as document:
        numbers = {str(page.objgen): number for number, page in enumerate(document.pages, 1)}
        with document.open_outline() as outline:
            waiting = list(outline.root)
            while waiting:
                item = waiting.pop(0)
                waiting = [*item.children, *waiting]
                if isinstance(item.destination, pikepdf.Array):
                    found.append((item.title.strip(), numbers[str(item.destination[0].objgen)]))
    return found


def _contents(body: Body, outline: Sequence[tuple[str, int]], title: str) -> str:
    """Return the table of contents; headings are matched in order, since titles repeat."""
    rows: list[str] = []
    marks = iter(outline)
    for block in body.blocks:
        if isinstance(block, Heading) and block.level <= _CONTENTS_DEPTH:
            wanted = plain(block.text).replace(SOFT_HYPHEN, "")
            page = next((n for name, n in marks if name.replace(SOFT_HYPHEN, "") == wanted), "")
            rows.append(
                f'<li class="l{block.level}"><span>{inline(block.text)}</span>'
                f"<span>{page}</span></li>"
            )
    return f'<nav class="toc"><h2>{title}</h2><ul>{"".join(rows)}</ul></nav>'


def _document(item: Publication, outline: Sequence[tuple[str, int]]) -> str:
    """Return the document to print."""
    body = parse(expand(item.body, item.projects))
    abstract, note = IMPRINT[item.language]
    is_long = len(item.body) > _LONG
    classes = [
        "long" if is_long else "short",
        "book" if len(item.body) > _BOOK else "paper",
        "two" if item.pdf.two_column else "one",
    ]
    toc = _contents(body, outline, _CONTENTS[item.language]) if is_long else ""
    isbn = f"<p>ISBN {item.isbn} (PDF)</p>" if item.isbn else ""
    template = string.Template((FRAME / "print.html").read_text(encoding="utf-8"))
    return template.substitute(
        lang=item.language,
        classes=" ".join(classes),
        leading=item.pdf.leading,
        title=html.escape(item.title, quote=False),
        subtitle=f'<p class="subtitle">{html.escape(item.subtitle)}</p>' if item.subtitle else "",
        authors=html.escape(", ".join(item.authors), quote=False),
        organisation=html.escape(item.organisation, quote=False),
        year=item.year,
        series=html.escape(item.series, quote=False),
        isbn=isbn,
        note=note,
        abstract_title=abstract,
        abstract=html.escape(item.abstract, quote=False),
        toc=toc,
        body=to_html(body),
    )
