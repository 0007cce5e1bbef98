"""Office files (DOCX, PPTX, ODT, ODP, EPUB) by zipfile and lxml alone.

The decision behind it: the text of these formats lies in a few parts of known names; reading
them directly takes a hundred lines, no dependency and milliseconds, where converters took a
minute or followed a bomb (14 minutes for one of 400 kB).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from lxml import etree

from corpus.document import FieldValue, Status
from corpus.errors import UnreadableDocument
from indexer.extract import _sniff
from indexer.extract._archive import Archive, parse_xml
from indexer.extract._chosen import chosen
from indexer.extract._html_text import text_of_html
from indexer.extract._imprint import dated_values, given_authors, imprint_values
from indexer.extract._ports import EXTRACTOR_VERSION, Context, Extraction
from indexer.extract._titles import is_junk_title, title_of_filename, title_of_link
from indexer.extract._values import found, has_text
from indexer.extract._words import Words, number_pages

_MAX_SLIDES: Final = 2_000
_MAX_CHAPTERS: Final = 2_000
_TITLE_STYLES: Final = frozenset({"title", "otsikko", "rubrik"})
_SLIDE: Final = re.compile(r"ppt/slides/slide(\d+)\.xml")
_METADATA: Final[Mapping[str, str]] = MappingProxyType(
    {"title": "title", "description": "abstract", "language": "language"}
)


class OfficeExtractor:
    """Reads office archives; pages are the pages, slides or chapters the file itself marks."""

    name = "office"

    def __init__(self, words: Words, *, last_year: int) -> None:
        self._words = words
        self._last_year = last_year
        self._readers: Mapping[str, Callable[[Archive], list[str]]] = {
            _sniff.DOCX: _docx_pages,
            _sniff.PPTX: _pptx_pages,
            _sniff.ODT: _odf_pages,
            _sniff.ODP: _odf_pages,
            _sniff.EPUB: _epub_pages,
        }

    def is_available(self) -> bool:
        """Whether its libraries are installed; they always are."""
        return True

    def extract(self, data: bytes, media_type: str, context: Context) -> Extraction:
        """Return pages and values; raises UnreadableDocument for broken or hostile archives."""
        archive = Archive(data)
        pages = number_pages(self._readers[media_type](archive), self._words)
        if not has_text(pages):
            raise UnreadableDocument("empty: the file holds no text")
        text = "\n\n".join(page.text for page in pages)
        language = self._words.language_of(text)
        values = self._values(archive, media_type, [page.text for page in pages])
        if language is not None:
            values.append(found("language", language, "text", confidence=0.9))
        if link := title_of_link(context.link_text):
            values.append(found("title", link, "link text", confidence=0.35))
        if context.filename:
            name = title_of_filename(context.filename)
            values.append(found("title", name, "file name", confidence=0.2))
        return Extraction(
            pages=pages,
            values=chosen(values),
            status=Status.OK,
            reason="",
            extractor=f"{self.name}/{EXTRACTOR_VERSION}",
            quality=self._words.share_known(text) if language in {"fi", None} else None,
            media_type=media_type,
        )

    def _values(self, archive: Archive, media_type: str, pages: list[str]) -> list[FieldValue]:
        values = [*_metadata(archive, media_type, self._last_year)]
        if media_type == _sniff.DOCX and (title := _docx_title(archive)):
            values.append(found("title", title, "style: Title", page=1, confidence=0.85))
        if media_type in {_sniff.PPTX, _sniff.ODP} and pages:
            values.append(found("type", "esitysaineisto", "media type", confidence=0.3))
            first = pages[0].partition("\n")[0]
            if not is_junk_title(first):
                values.append(found("title", first, "first slide", page=1, confidence=0.6))
        lines = [page.split("\n") for page in pages]
        return values + imprint_values(lines, last_year=self._last_year)


def create(words: Words) -> OfficeExtractor:
    """Return the extractor; the coming year is the last that can be a year of publication."""
    return OfficeExtractor(words, last_year=datetime.now(tz=UTC).year + 1)


def _local(element: etree._Element) -> str:
    """Return an element's name without its namespace; empty for comments and instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _attribute(element: etree._Element, name: str) -> str:
    """Return an attribute by its local name, whatever its namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def _docx_pages(archive: Archive) -> list[str]:
    """Return the pages between the page breaks that Word recorded when it last laid them out."""
    root = archive.xml("word/document.xml")
    pages: list[list[str]] = [[]]
    for paragraph in root.iter("{*}p"):
        text: list[str] = []
        for element in paragraph.iter():
            match _local(element):
                case "t":
                    text.append(element.text or "")
                case "tab":
                    text.append(" ")
                case "br" if _attribute(element, "type") != "page":
                    text.append("\n")
                case "lastRenderedPageBreak" | "br":
                    pages[-1].append("".join(text))
                    pages.append([])
                    text = []
        pages[-1].append("".join(text))
    joined = ["\n\n".join(t for t in page if t.strip()) for page in pages]
    # an explicit break and the recorded one after it make one page, not two
    return [text for text in joined if text.strip()] or [""]


def _docx_title(archive: Archive) -> str:
    root = archive.xml("word/document.xml")
    for paragraph in root.iter("{*}p"):
        style = paragraph.find("{*}pPr/{*}pStyle")
        if style is not None and _attribute(style, "val").lower() in _TITLE_STYLES:
            return "".join(t.text or "" for t in paragraph.iter("{*}t"))
    return ""


def _pptx_pages(archive: Archive) -> list[str]:
    numbers = sorted(int(m[1]) for name in archive.names() if (m := _SLIDE.fullmatch(name)))
    if not numbers:
        raise UnreadableDocument("damaged: a presentation without slides")
    if len(numbers) > _MAX_SLIDES:
        raise UnreadableDocument(f"limit: more than {_MAX_SLIDES:,} slides")
    return [_slide_text(archive.xml(f"ppt/slides/slide{number}.xml")) for number in numbers]


def _slide_text(root: etree._Element) -> str:
    paragraphs = ("".join(t.text or "" for t in p.iter("{*}t")) for p in root.iter("{*}p"))
    return "\n\n".join(text for text in paragraphs if text.strip())


def _odf_pages(archive: Archive) -> list[str]:
    """Return the pages of an OpenDocument: between soft page breaks, or one a slide."""
    root = archive.xml("content.xml")
    slides = list(root.iter("{*}page"))
    if slides:
        return ["\n\n".join(_odf_blocks(slide)) for slide in slides[:_MAX_SLIDES]]
    pages: list[list[str]] = [[]]
    for block in _odf_blocks(root):
        first, *rest = block.split("\f")
        pages[-1].append(first)
        pages += [[text] for text in rest]
    return ["\n\n".join(t for t in page if t.strip()) for page in pages]


def _odf_blocks(root: etree._Element) -> Iterator[str]:
    """Yield the text of paragraphs and headings; a form feed stands for a page break."""
    for block in root.iter("{*}p", "{*}h"):
        parent = block.getparent()
        if parent is not None and _local(parent) in {"annotation", "tracked-changes", "deletion"}:
            continue
        yield "".join(_odf_text(block))


def _odf_text(block: etree._Element) -> Iterator[str]:
    for event, element in etree.iterwalk(block, events=("start", "end")):
        if event == "start":
            match _local(element):
                case "soft-page-break":
                    yield "\f"
                case "s" | "tab":
                    yield " "
                case "line-break":
                    yield "\n"
            yield element.text or ""
        elif element is not block:
            yield element.tail or ""


def _epub_pages(archive: Archive) -> list[str]:
    """Return the chapters in the order of the book's spine."""
    package_path, package = _epub_package(archive)
    folder = posixpath.dirname(package_path)
    hrefs = {
        _attribute(item, "id"): posixpath.normpath(posixpath.join(folder, _attribute(item, "href")))
        for item in package.iter("{*}item")
        if _attribute(item, "media-type") == "application/xhtml+xml"
    }
    order = [_attribute(item, "idref") for item in package.iter("{*}itemref")]
    if len(order) > _MAX_CHAPTERS:
        raise UnreadableDocument(f"limit: more than {_MAX_CHAPTERS:,} chapters")
    names = [hrefs[key] for key in order if key in hrefs]
    # chapters go through the HTML reader, which knows no entities beyond characters
    return [text_of_html(archive.read(name)) for name in names if archive.has(name)]


def _epub_package(archive: Archive) -> tuple[str, etree._Element]:
    container = parse_xml(archive.read("META-INF/container.xml"), "META-INF/container.xml")
    for rootfile in container.iter("{*}rootfile"):
        path = _attribute(rootfile, "full-path")
        return path, archive.xml(path)
    raise UnreadableDocument("damaged: a book without a package")


def _metadata(archive: Archive, media_type: str, last_year: int) -> Iterator[FieldValue]:
    """Yield what the Dublin Core of the file says; programs fill some of it with junk."""
    root = _metadata_root(archive, media_type)
    if root is None:
        return
    for element in root.iter():
        name, text = _local(element), (element.text or "").strip()
        if not text:
            continue
        if name == "title" and is_junk_title(text):
            continue
        if name in _METADATA and name != "language":
            yield found(_METADATA[name], text, f"metadata: {name}", confidence=0.75)
        elif name in {"creator", "initial-creator"}:
            authors = given_authors(text)
            yield found("authors", authors, f"metadata: {name}", confidence=0.6)
        elif name == "publisher":
            yield found("organisations", (text,), "metadata: publisher", confidence=0.6)
        elif name in {"created", "creation-date", "date"}:
            source = f"metadata: {name}"
            yield from dated_values(text[:4], source, confidence=0.3, last_year=last_year)


def _metadata_root(archive: Archive, media_type: str) -> etree._Element | None:
    if media_type == _sniff.EPUB:
        return _epub_package(archive)[1]
    name = "docProps/core.xml" if media_type in {_sniff.DOCX, _sniff.PPTX} else "meta.xml"
    return archive.xml(name) if archive.has(name) else None
