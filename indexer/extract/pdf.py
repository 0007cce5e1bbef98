"""PDF files: the text of every page, and what cover, imprint and catalogue say.

The decision behind it: two stages.  pdfium reads everything; only where it cannot open the file
or the text scores low does pdfminer.six read it again, and the better text is kept.  Titles come
from the geometry of the first reading, so a good file is never read twice.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from corpus.document import FieldValue, Page, Status
from corpus.errors import UnreadableDocument
from corpus.pdf_access import PdfAccess
from indexer.extract import _pdfminer
from indexer.extract._abstract import abstract_in
from indexer.extract._chosen import chosen
from indexer.extract._imprint import dated_values, given_authors, imprint_values, people_in
from indexer.extract._lines import Line, paragraphs_of, without_running_heads
from indexer.extract._ports import EXTRACTOR_VERSION, Context, Extraction
from indexer.extract._reading import Reading
from indexer.extract._recognised import is_scan, with_recognised
from indexer.extract._repair import join_lines, repair_characters
from indexer.extract._sniff import PDF
from indexer.extract._titles import (
    Heading,
    is_junk_title,
    largest_heading,
    subtitle_after,
    title_of_filename,
    title_of_link,
    without_number,
)
from indexer.extract._values import found
from indexer.extract._words import Words

MIN_KNOWN_SHARE: Final = 0.55
MAX_JUNK_SHARE: Final = 0.03
_SAMPLE_CHARS: Final = 60_000
_JUNK: Final = re.compile(r"\(cid:\d+\)|[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1a]")
_BROWSER: Final = re.compile(r"Skia/PDF|Chrom(?:e|ium)|Mozilla|WebKit|wkhtmltopdf", re.IGNORECASE)
_PDF_DATE: Final = re.compile(r"D?:?((?:19|20)\d\d)(\d\d)?(\d\d)?")


@dataclass(frozen=True, slots=True)
class _Text:
    """A reading as text: repaired lines of each page, and the paragraphs made of them."""

    lines: tuple[tuple[Line, ...], ...]
    pages: tuple[str, ...]
    language: str | None
    quality: float | None
    junk_share: float

    @property
    def is_poor(self) -> bool:
        """Whether a second reading is worth its time."""
        if self.junk_share > MAX_JUNK_SHARE or not any(self.pages):
            return True
        return self.quality is not None and self.quality < MIN_KNOWN_SHARE

    @property
    def score(self) -> float:
        """What the better of two readings has more of."""
        known = 0.5 if self.quality is None else self.quality
        return (known - self.junk_share) if any(self.pages) else -1.0


class PdfExtractor:
    """Reads PDF; ``words`` decides on line-end hyphens and measures the quality."""

    name = "pdf"

    def __init__(self, words: Words, *, last_year: int) -> None:
        self._words = words
        self._last_year = last_year
        self._pdfium = _pdfium_reader()

    def is_available(self) -> bool:
        """Whether a reader is installed; pdfminer.six always is."""
        return True

    def extract(self, data: bytes, media_type: str, context: Context) -> Extraction:
        """Return pages and values; raises UnreadableDocument where no reader opens the file."""
        del media_type
        reading, text = self._best_reading(data)
        reading, recognised = with_recognised(reading, context.recognised)
        if recognised:
            text = self._text(reading)
        status, reason = _judge(reading, text)
        values = self._values(reading, text, context) if status is Status.OK else ()
        pages = tuple(
            Page(
                number,
                page,
                lines.label,
                self._words.language_of(page) or text.language,
                is_ocr=number in recognised and bool(page),
            )
            for number, (page, lines) in enumerate(
                zip(text.pages, reading.pages, strict=True), start=1
            )
        )
        return Extraction(
            pages=pages,
            values=values,
            status=status,
            reason=reason,
            extractor=f"{self.name}-{reading.reader}/{EXTRACTOR_VERSION}",
            quality=text.quality,
            media_type=PDF,
        )

    def _best_reading(self, data: bytes) -> tuple[Reading, _Text]:
        refusal: UnreadableDocument | None = None
        first: tuple[Reading, _Text] | None = None
        if self._pdfium is not None:
            try:
                reading = self._pdfium(data)
                first = reading, self._text(reading)
            except UnreadableDocument as error:
                if error.message.startswith(("encrypted", "limit")):
                    raise
                refusal = error
        if first is not None and (not first[1].is_poor or is_scan(first[0])):
            return first
        try:
            reading = _pdfminer.read_with_pdfminer(data)
        except UnreadableDocument as error:
            if first is not None:
                return first
            raise refusal or error from error
        if first is None and not reading.pages:
            raise refusal or UnreadableDocument("damaged: a PDF without pages")
        second = reading, self._text(reading)
        return second if first is None or second[1].score > first[1].score else first

    def _text(self, reading: Reading) -> _Text:
        known = self._words.is_known
        raw = "".join(page.text for page in reading.pages)[:_SAMPLE_CHARS]
        junk = len(_JUNK.findall(raw)) / max(1, len(raw))
        repaired = [
            replace(
                page,
                lines=tuple(
                    replace(line, text=repair_characters(line.text, known)) for line in page.lines
                ),
            )
            for page in reading.pages
        ]
        bodies = without_running_heads(repaired)
        if not any(bodies):  # every line stands on every page: it is the text
            bodies = [page.lines for page in repaired]
        pages = tuple(_page_text(body, self._words) for body in bodies)
        sample = "\n".join(pages)[:_SAMPLE_CHARS]
        language = self._words.language_of(sample)
        quality = self._words.share_known(sample) if language in {"fi", None} else None
        return _Text(tuple(p.lines for p in repaired), pages, language, quality, junk)

    def _values(self, reading: Reading, text: _Text, context: Context) -> tuple[FieldValue, ...]:
        title = largest_heading(text.lines)
        subtitle = subtitle_after(title, text.lines[title.page - 1]) if title else None
        values = [*self._headings(title, subtitle), *_titles(reading, text, context)]
        # a year in the title is what the document is about
        heads = {line for heading in (title, subtitle) if heading for line in heading.lines}
        covers = [
            [_shown(line.text) for line in lines if line.text not in heads] for lines in text.lines
        ]
        values += imprint_values(covers, last_year=self._last_year)
        values += _authors(reading, title, text.lines)
        created = _PDF_DATE.match(reading.info.get("CreationDate", ""))
        if created and not _is_printed_page(reading):
            values += dated_values(
                created[1], "pdf: CreationDate", confidence=0.3, last_year=self._last_year
            )
        if abstract := abstract_in(text.pages):
            values.append(
                found("abstract", abstract[1], "heading", page=abstract[0], confidence=0.8)
            )
        values += _language(reading, text)
        if reading.is_tagged is not None:
            values.append(found("accessible", reading.is_tagged, _access(reading).to_source()))
        return chosen(values)

    def _headings(self, title: Heading | None, subtitle: Heading | None) -> Iterator[FieldValue]:
        for name, heading, confidence in (("title", title, 0.8), ("subtitle", subtitle, 0.6)):
            if heading is not None:
                text = without_number(join_lines(heading.lines, self._words.is_known))
                if name == "title" or not people_in(text):
                    yield found(name, text, "pdf-font", page=heading.page, confidence=confidence)


def create(words: Words) -> PdfExtractor:
    """Return the extractor; the coming year is the last that can be a year of publication."""
    return PdfExtractor(words, last_year=datetime.now(tz=UTC).year + 1)


def _pdfium_reader() -> Callable[[bytes], Reading] | None:
    """Return the fast reader; None where there is no pdfium wheel for this machine."""
    if importlib.util.find_spec("pypdfium2") is None:
        return None
    module = importlib.import_module("indexer.extract._pdfium")
    reader: Callable[[bytes], Reading] = module.read_with_pdfium
    return reader


def _page_text(lines: Sequence[Line], words: Words) -> str:
    paragraphs = paragraphs_of(lines)
    return "\n\n".join(join_lines((line.text for line in p), words.is_known) for p in paragraphs)


def _shown(text: str) -> str:
    return text.replace("\ufffe", "-")


def _judge(reading: Reading, text: _Text) -> tuple[Status, str]:
    if is_scan(reading):
        return Status.NEEDS_OCR, "scan: images of pages without a text layer"
    if not any(text.pages):
        was_recognised = "ocr" in reading.reader
        reason = (
            "no text was recognised on any page" if was_recognised else "no page holds any text"
        )
        return Status.FAILED, f"empty: {reason}"
    return Status.OK, ""


def _is_printed_page(reading: Reading) -> bool:
    """Whether a browser printed it: its date is then that of the print, not of the text."""
    return any(_BROWSER.search(reading.info.get(key, "")) for key in ("Creator", "Producer"))


def _titles(reading: Reading, text: _Text, context: Context) -> list[FieldValue]:
    values = []
    given = reading.info.get("Title", "").strip()
    if given and not is_junk_title(given):
        is_shown = _folded(given) in _folded("".join(text.pages[:2]))
        values.append(found("title", given, "pdf: Title", confidence=0.9 if is_shown else 0.7))
    if reading.outline and not is_junk_title(reading.outline[0]):
        values.append(found("title", reading.outline[0], "pdf: outline", page=1, confidence=0.4))
    if link := title_of_link(context.link_text):
        values.append(found("title", link, "link text", confidence=0.35))
    if context.filename:
        name = title_of_filename(context.filename)
        values.append(found("title", name, "file name", confidence=0.2))
    return values


def _authors(
    reading: Reading, heading: Heading | None, pages: Sequence[Sequence[Line]]
) -> list[FieldValue]:
    values = []
    if names := given_authors(reading.info.get("Author", "")):
        values.append(found("authors", names, "pdf: Author", confidence=0.75))
    if heading is not None:
        lines = pages[heading.page - 1][heading.position : heading.position + 8]
        for line in lines:
            if names := people_in(_shown(line.text)):
                values.append(
                    found("authors", names, "cover: names", page=heading.page, confidence=0.6)
                )
                break
    return values


def _access(reading: Reading) -> PdfAccess:
    """Return what the file says of itself; a title that says nothing is none."""
    title = reading.info.get("Title", "").strip()
    language = reading.language if reading.language and reading.language.isascii() else None
    return PdfAccess(bool(reading.is_tagged), language, bool(title) and not is_junk_title(title))


def _language(reading: Reading, text: _Text) -> list[FieldValue]:
    values = []
    if text.language:
        values.append(found("language", text.language, "text", confidence=0.9))
    if reading.language in {"fi", "sv", "en"}:
        values.append(found("language", reading.language, "pdf: Lang", confidence=0.6))
    return values


def _folded(text: str) -> str:
    """Return letters and digits only, to compare what a page breaks over lines."""
    normal = unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, normal))
