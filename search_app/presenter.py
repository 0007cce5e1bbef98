"""Values as a reader of one language sees them: labels, numbers, dates, sizes.

One decision: everything that depends on the language of the site is formatted here, so that
templates, the API's labels and citations agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from corpus.document import Document, Original
from corpus.vocabulary import FACET_SCHEMES, Vocabulary
from indexer.results import Notice
from search_app.texts import Texts, group_digits

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_FORMATS: Final[Mapping[str, str]] = {
    "application/pdf": "PDF",
    "text/plain": "TXT",
    "text/html": "HTML",
    "application/xhtml+xml": "HTML",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PPTX",
    "application/vnd.oasis.opendocument.text": "ODT",
    "application/vnd.oasis.opendocument.presentation": "ODP",
    "application/epub+zip": "EPUB",
    "application/rtf": "RTF",
    "text/rtf": "RTF",
}
_KILO: Final = 1000
_LABELS: Final = 3  # of one facet in a hit's second line
_ISO_DAY: Final = 10  # characters of 2026-11-24


class Presenter:
    """Formats for one language; immutable, shared by all requests."""

    def __init__(self, texts: Texts, vocabulary: Vocabulary) -> None:
        self.t = texts
        self.language = texts.language
        self._vocabulary = vocabulary

    def label(self, facet: str, value: str) -> str:
        """Return the label of a facet's value; an id nobody labelled stands for itself."""
        if facet == "lang":
            return self.language_name(value)
        if facet == "accessible":
            key = f"facet.accessible_{value}"
            return self.t(key) if self.t.has(key) else value
        if facet == "elmo_priority" or facet in FACET_SCHEMES:
            return self._vocabulary.label(value, self.language)
        return value

    def language_name(self, code: str) -> str:
        """Return the name of a language, or its code."""
        key = f"language.{code}"
        return self.t(key) if self.t.has(key) else code

    def number(self, value: int) -> str:
        """Return a whole number with its thousands apart."""
        return group_digits(value, self.language)

    def date(self, value: str | date | datetime | None) -> str:
        """Return ``4.11.2026`` (``4 November 2026``); text that is no date stays as it is."""
        if not value:
            return ""
        if isinstance(value, str):
            try:
                day = date.fromisoformat(value[:_ISO_DAY])
            except ValueError:
                return value
        else:
            day = value
        if self.language == "en":
            return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
        return f"{day.day}.{day.month}.{day.year}"

    def size(self, size_bytes: int) -> str:
        """Return a file's size: ``2,1 Mt``, in Swedish ``2,1 MB``, in English ``2.1 MB``."""
        unit = "t" if self.language == "fi" else "B"
        amount, prefix = size_bytes / _KILO, "k"
        if amount >= _KILO:
            amount, prefix = amount / _KILO, "M"
        digits = f"{amount:.1f}" if prefix == "M" else f"{max(1, round(amount))}"
        if self.language != "en":
            digits = digits.replace(".", ",")
        return f"{digits}\N{NO-BREAK SPACE}{prefix}{unit}"

    def years(self, low: int | None, high: int | None) -> str:
        """Return a range of years with an en dash; an open end is left out."""
        if low == high:
            return "" if low is None else str(low)
        return f"{low or ''}–{high or ''}"

    def format(self, original: Original) -> str:
        """Return the usual name of a file's format: ``PDF``."""
        return _FORMATS.get(original.media_type, original.media_type.rpartition("/")[2].upper())

    def file(self, original: Original, pages_total: int) -> str:
        """Return ``PDF, 48 s., 2,1 Mt``."""
        parts = [self.format(original)]
        if pages_total > 1:
            parts.append(self.pages_total(pages_total))
        if original.size_bytes:
            parts.append(self.size(original.size_bytes))
        return ", ".join(parts)

    def pages_total(self, count: int) -> str:
        """Return ``48 s.``, which no line break divides."""
        return self.t("hit.pages_total", n=count).replace(" ", "\N{NO-BREAK SPACE}")

    def meta(self, document: Document) -> list[str]:
        """Return the pieces of a hit's second line, in their fixed order."""
        pieces = [self.label("type", document.type)] if document.type else []
        for facet, values in (
            ("sector", document.sectors),
            ("theme", document.themes),
            ("region", document.regions),
        ):
            pieces += [self._labels(facet, values)] if values else []
        pieces += [str(document.year)] if document.year else []
        if document.original:
            pieces.append(self.file(document.original, document.pages_total))
        elif document.pages_total > 1:
            pieces.append(self.pages_total(document.pages_total))
        pieces.append(self.language_name(document.language))
        return [*pieces, self.t("hit.ocr")] if document.is_recognised else pieces

    def _labels(self, facet: str, values: tuple[str, ...]) -> str:
        """Return the first labels, and how many more there are."""
        shown = ", ".join(self.label(facet, value) for value in values[:_LABELS])
        return f"{shown} +{len(values) - _LABELS}" if len(values) > _LABELS else shown

    def notice(self, notice: Notice) -> str:
        """Return what a notice says; codes of later searchers get a general sentence."""
        key = f"notice.{notice.code}"
        if self.t.has(key):
            return self.t(key, x=notice.value)
        return self.t("notice.other", x=notice.value or notice.code)
