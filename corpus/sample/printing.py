"""Tagged PDFs printed from HTML by Chromium, with an outline and structure elements.

Chromium is the one free tool at hand that writes real structure trees; tables of contents get
their page numbers in a second pass, because CSS in Chromium cannot ask where a heading landed.
"""

from __future__ import annotations

import html
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pypdfium2 as pdfium
from playwright.sync_api import sync_playwright

from corpus.errors import MissingBackend
from corpus.sample.body import Heading, inline, parse, plain, to_html
from corpus.sample.frame import FRAME
from corpus.sample.lines import IMPRINT
from corpus.sample.projects import expand
from corpus.sample.publication import Publication

CHROMIUM: Final = Path("/usr/bin/chromium")
_ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
# Characters from which a text gets a cover and contents, and from which chapters begin a page.
_LONG: Final = 9_000
_BOOK: Final = 30_000
_FOOTER: Final = (
    '<div style="font-size:8px;width:100%;text-align:center;font-family:Liberation Sans">'
    '<span class="pageNumber"></span></div>'
)
_CONTENTS: Final = {"fi": "Sisällys", "sv": "Innehåll", "en": "Contents"}


def print_pdf(item: Publication, path: Path) -> None:
    """Print the publication to ``path``; raise MissingBackend without Chromium."""
    if not CHROMIUM.exists():
        raise MissingBackend(f"{CHROMIUM} is missing: tagged PDFs are printed with Chromium")
    _print(_document(item, {}), path, tagged=item.pdf.tagged)
    if len(item.body) > _LONG:
        _print(_document(item, _pages(path)), path, tagged=item.pdf.tagged)


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


def _pages(path: Path) -> Mapping[str, int]:
    """Return the page on which every heading of the outline stands, from 1."""
    document = pdfium.PdfDocument(path)
    found: dict[str, int] = {}
    for mark in document.get_toc(max_depth=4):
        target = mark.get_dest()
        if target is not None:
            found.setdefault(mark.get_title().strip(), (target.get_index() or 0) + 1)
    document.close()
    return found


def _document(item: Publication, pages: Mapping[str, int]) -> str:
    """Return the document to print."""
    body = parse(expand(item.body, item.projects))
    abstract, note = IMPRINT[item.language]
    is_long = len(item.body) > _LONG
    classes = [
        "long" if is_long else "short",
        "book" if len(item.body) > _BOOK else "paper",
        "two" if item.pdf.two_column else "one",
    ]
    toc = ""
    if is_long:
        rows = "".join(
            f'<li class="l{block.level}"><span>{inline(block.text)}</span>'
            f"<span>{pages.get(plain(block.text), '')}</span></li>"
            for block in body.blocks
            if isinstance(block, Heading) and block.level <= 2  # noqa: PLR2004 - chapters and sections
        )
        toc = f'<nav class="toc"><h2>{_CONTENTS[item.language]}</h2><ul>{rows}</ul></nav>'
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
