"""HTML pages: the main text without the site around it, and the page's metadata.

The decision behind it: trafilatura finds the main text best of what was measured (F1 .962), but
it returns nothing, silently, on some pages (200,000 nested elements, unusual markup).  So what
it says is compared with a second and a third opinion, and a large page is never an empty one.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

import trafilatura
from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.element import Tag
from soupsieve import SelectorSyntaxError

from corpus.document import FieldValue, Page, Status
from corpus.errors import UnreadableDocument
from indexer.extract._abstract import abstract_in
from indexer.extract._chosen import chosen
from indexer.extract._decode import decode_text
from indexer.extract._html_metadata import metadata_values
from indexer.extract._html_post import AROUND_POST, post_text
from indexer.extract._html_text import is_nested_deeper, plain_text
from indexer.extract._ports import EXTRACTOR_VERSION, Context, Extraction
from indexer.extract._sniff import HTML
from indexer.extract._titles import title_of_filename, title_of_link
from indexer.extract._values import clean_line, found
from indexer.extract._words import Words

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_DEPTH: Final = 200  # lxml drops what is nested deeper than 255 elements
_SILENTLY_EMPTY_BYTES: Final = 10_000
_MIN_CHARS: Final = 200
_MIN_SHARE: Final = 0.35  # of what the second opinion finds
_MIN_MATCHED: Final = 0.5
_MAX_LEAD: Final = 15  # blocks between a heading and the text: authors, dates, a summary
_START_CHARS: Final = 90
_SAME_LETTERS: Final = 40
_AROUND: Final = (
    "nav, header:not(main header):not(article header), footer, aside, form, dialog, template,"
    " script, style, noscript, svg, iframe, button, select,"
    ' [role="navigation"], [role="banner"], [role="contentinfo"], [role="search"],'
    ' [role="complementary"], [role="dialog"], [aria-hidden="true"], [hidden]'
)
_AROUND_NAMES: Final = re.compile(
    r"(?:^|[\s_-])(?:cookies?|evaste|evasteet|consent|gdpr|breadcrumbs?|murupolku|skip|skiplink"
    r"|menu|navigation|navi|navbar|sidebar|feedback|palaute|arviointi|share|some-jako|social"
    r"|footer|newsletter|popup|modal|banner|pager|pagination|toolbar|tags)(?:$|[\s_-])",
    re.IGNORECASE,
)
# lines of a content management system that stand in the text itself
_FURNITURE: Final = re.compile(
    r"^(?:navigaatiovalikko|päävalikko|valikko|siirry sisältöön|hyppää sisältöön|takaisin ylös"
    r"|sivu(?:n)? arviointi ja palaute|oliko tästä (?:sivusta )?(?:sinulle )?apua\??"
    r"|anna palautetta.{0,30}"
    r"|.{0,60}\b(?:pääkuva|logot?)|jaa (?:sivu|somessa).{0,20}|tulosta sivu|lue ääneen"
    r"|till innehållet|gå till innehållet|tillbaka upp|skip to (?:main )?content|back to top"
    r"|rate this page.{0,30}|betygsätt sidan.{0,30})$",
    re.IGNORECASE,
)


class HtmlExtractor:
    """Reads HTML; one page a document."""

    name = "html"

    def __init__(self, words: Words, *, last_year: int) -> None:
        self._words = words
        self._last_year = last_year

    def is_available(self) -> bool:
        """Whether its libraries are installed; they always are."""
        return True

    def extract(self, data: bytes, media_type: str, context: Context) -> Extraction:
        """Return the page; raises UnreadableDocument where it is too large or holds no text."""
        if len(data) > MAX_BYTES:
            limit = MAX_BYTES // (1024 * 1024)
            raise UnreadableDocument(f"limit: the page is larger than {limit} MiB")
        markup = decode_text(data, media_type).replace("\x00", "")
        is_deep = is_nested_deeper(markup, MAX_DEPTH)
        soup = _parse(markup, is_deep=is_deep)
        values = metadata_values(soup, last_year=self._last_year)
        text = plain_text(markup) if is_deep else self._main_text(soup, markup, context)
        text = _without_furniture(text.split("\n"))
        if not text and len(data) > _SILENTLY_EMPTY_BYTES:
            text = _without_furniture(plain_text(markup).split("\n"))
        if not text:
            raise UnreadableDocument("empty: the page holds no text of its own")
        if abstract := abstract_in([text]):
            values.append(found("abstract", abstract[1], "heading", page=1, confidence=0.75))
        language = self._words.language_of(text)
        values += _more_values(text, language, context)
        return Extraction(
            pages=(Page(1, text, language=language),),
            values=chosen(values),
            status=Status.OK,
            reason="",
            extractor=f"{self.name}/{EXTRACTOR_VERSION}",
            quality=self._words.share_known(text) if language in {"fi", None} else None,
            media_type=HTML,
        )

    def _main_text(self, soup: BeautifulSoup, markup: str, context: Context) -> str:
        """Return the best of three opinions on what the page's own text is."""
        _remove(soup, context.strip)
        kept = _select(soup, context.keep)
        if kept:
            return "\n\n".join(_text_of(element) for element in kept)
        _remove_surroundings(soup)
        second = _text_of(soup.find("main") or soup.body or soup)
        if post := post_text(soup, second):
            return post
        first = _trafilatura_text(str(soup))
        if len(first) < max(_MIN_CHARS, len(second) * _MIN_SHARE):
            return max(first, second, key=len) or plain_text(markup)
        heading = soup.find("h1")
        title = heading.get_text(" ", strip=True) if heading is not None else ""
        return _completed(first.split("\n\n"), second.split("\n\n"), title)


def create(words: Words) -> HtmlExtractor:
    """Return the extractor; the coming year is the last that can be a year of publication."""
    return HtmlExtractor(words, last_year=datetime.now(tz=UTC).year + 1)


def _parse(markup: str, *, is_deep: bool) -> BeautifulSoup:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        if is_deep:  # the head only: the body would be dropped or take minutes
            head, _, _ = markup[:200_000].partition("<body")
            return BeautifulSoup(head, "lxml")
        return BeautifulSoup(markup, "lxml")


def _trafilatura_text(markup: str) -> str:
    text = trafilatura.extract(
        markup,
        fast=True,
        include_comments=False,
        include_tables=True,
        include_images=False,
        deduplicate=False,
        favor_recall=True,
        output_format="txt",
    )
    return "\n\n".join(line for line in (text or "").split("\n") if line.strip())


def _completed(found: Sequence[str], blocks: Sequence[str], title: str) -> str:
    """Return the blocks of the page between the first and the last of those that were found.

    The library decides where the main text begins and ends, but it drops headings and short
    paragraphs inside; what stands between its first and its last block belongs to the text.
    """
    known = {_start_of(block) for block in found}
    positions = [index for index, block in enumerate(blocks) if _start_of(block) in known]
    if len(positions) < len(found) * _MIN_MATCHED:
        return "\n\n".join(found)
    first = positions[0]
    above = blocks[max(0, first - _MAX_LEAD) : first]
    if title and title in above:
        first -= len(above) - above.index(title)
    return "\n\n".join(blocks[first : positions[-1] + 1])


def _start_of(block: str) -> str:
    """Return what two renderings of one block share: its first letters and digits."""
    return "".join(filter(str.isalnum, block[:_START_CHARS].casefold()))[:_SAME_LETTERS]


def _select(soup: BeautifulSoup, selectors: Iterable[str]) -> list[Tag]:
    selected: list[Tag] = []
    for selector in selectors:
        try:
            selected += soup.select(selector)
        except SelectorSyntaxError as error:
            message = f"settings: the source's selector {selector!r} is not valid CSS"
            raise UnreadableDocument(message) from error
    return selected


def _remove(soup: BeautifulSoup, selectors: Iterable[str]) -> None:
    for element in _select(soup, selectors):
        element.decompose()


def _remove_surroundings(soup: BeautifulSoup) -> None:
    main = soup.find("main")
    for element in soup.select(f"{_AROUND}, {AROUND_POST}"):
        # a site that puts its text into <aside> or <form> keeps it
        if not element.decomposed and not _holds(element, main):
            element.decompose()
    for element in soup.find_all(_is_around):
        if not element.decomposed and not _holds(element, main):
            element.decompose()


def _holds(element: Tag, main: Tag | None) -> bool:
    if main is not None:
        return main is element or any(parent is element for parent in main.parents)
    return element.name in {"body", "html"} or element.find("h1") is not None


def _is_around(element: Tag) -> bool:
    if element.name in {"html", "body", "main", "article"}:
        return False
    names = [*element.get_attribute_list("class"), *element.get_attribute_list("id")]
    return bool(_AROUND_NAMES.search(" ".join(name for name in names if name)))


def _text_of(element: Tag) -> str:
    """Return the text of an element with a blank line between its blocks."""
    return plain_text(str(element))


def _without_furniture(lines: Iterable[str]) -> str:
    """Return the blocks of a text, each once where they follow each other, without furniture."""
    blocks: list[str] = []
    for line in map(clean_line, lines):
        if line and not _FURNITURE.match(line) and (not blocks or blocks[-1] != line):
            blocks.append(line)
    return "\n\n".join(blocks)


def _more_values(text: str, language: str | None, context: Context) -> list[FieldValue]:
    values = [found("type", "verkkosivu", "media type", confidence=0.2)]
    if language is not None:
        values.append(found("language", language, "text", confidence=0.9))
    if link := title_of_link(context.link_text):
        values.append(found("title", link, "link text", confidence=0.35))
    first = text.partition("\n")[0]
    if 3 < len(first) <= 150:  # noqa: PLR2004 - what reads like a title
        values.append(found("title", first, "first line", page=1, confidence=0.25))
    if context.filename:
        name = title_of_filename(context.filename)
        values.append(found("title", name, "file name", confidence=0.2))
    return values
