"""The source format of the sample collection: TOML front matter between ``+++`` lines, then text.

The intended sectors, themes, regions and programmes stand in the front matter as the truth that
tests compare a classification with; the site shows them only the way a real archive would.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from corpus.errors import InvalidInput
from corpus.sample.projects import Project

TEXTS: Final = Path(__file__).parent / "texts"
NEWS_FOLDER: Final = "ajankohtaista"
LANGUAGES: Final = ("fi", "sv", "en")
_FENCE: Final = "+++"
_ISBN_LENGTH: Final = 13


class Format(StrEnum):
    """Where a publication's full text is: on its page, in a PDF, or both."""

    HTML = "html"
    PDF = "pdf"
    BOTH = "html+pdf"


class Hyphens(StrEnum):
    """How words are divided at line ends in a PDF."""

    NONE = "none"
    HARD = "hard"
    SOFT = "soft"


class DocInfo(StrEnum):
    """What the PDF's own metadata says: the truth, an office program's rubbish, or nothing."""

    FULL = "full"
    JUNK = "junk"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PdfOptions:
    """How the PDF of a publication is made."""

    two_column: bool = False
    tagged: bool = False
    scan: bool = False
    encrypted: bool = False
    leading: float = 1.2
    hyphens: Hyphens = Hyphens.NONE
    docinfo: DocInfo = DocInfo.NONE


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication as its author wrote it; ``body`` is the marked-up text."""

    slug: str
    title: str
    subtitle: str
    authors: tuple[str, ...]
    organisation: str
    date: dt.date
    language: str
    type: str
    sectors: tuple[str, ...]
    themes: tuple[str, ...]
    regions: tuple[str, ...]
    programmes: tuple[str, ...]
    abstract: str
    isbn: str
    series: str
    format: Format
    pdf: PdfOptions
    version_of: str
    near_duplicate_of: str
    projects: tuple[Project, ...]
    body: str

    @property
    def year(self) -> int:
        """Return the year of publication."""
        return self.date.year

    @property
    def has_pdf(self) -> bool:
        """Tell whether the publication is offered as a PDF."""
        return self.format is not Format.HTML

    @property
    def has_full_page(self) -> bool:
        """Tell whether the landing page holds the full text."""
        return self.format is not Format.PDF


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One item of the news section."""

    slug: str
    title: str
    date: dt.date
    language: str
    body: str


@dataclass(frozen=True, slots=True)
class _Fields:
    """Typed access to the front matter; every error names the file and the key."""

    path: Path
    values: Mapping[str, object]

    def fail(self, key: str, wanted: str) -> InvalidInput:
        return InvalidInput(f"{self.path.name}: {key}: {wanted}", subject=str(self.path))

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str):
            raise self.fail(key, "text expected")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(str(item) for item in value)
        raise self.fail(key, "a list of texts expected")

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.fail(key, "true or false expected")
        return value

    def number(self, key: str, default: float) -> float:
        value = self.values.get(key, default)
        if not isinstance(value, int | float):
            raise self.fail(key, "a number expected")
        return float(value)

    def date(self, key: str) -> dt.date:
        value = self.values.get(key)
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(self.text(key))
        except ValueError as error:
            raise self.fail(key, "an ISO date expected") from error

    def table(self, key: str) -> _Fields:
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.fail(key, "a table expected")
        return _Fields(self.path, value)

    def rows(self, key: str) -> tuple[_Fields, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list):
            raise self.fail(key, "a list of tables expected")
        return tuple(_Fields(self.path, row) for row in value)

    def known(self, keys: Sequence[str]) -> None:
        for key in self.values:
            if key not in keys:
                raise self.fail(key, "unknown key")


def is_isbn(text: str) -> bool:
    """Tell whether ``text`` is an ISBN-13 whose check digit is right."""
    digits = text.replace("-", "")
    if len(digits) != _ISBN_LENGTH or not digits.isdigit():
        return False
    return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0


def load_publications(folder: Path = TEXTS) -> tuple[Publication, ...]:
    """Read every publication of ``folder``, newest first; raise InvalidInput at the first fault."""
    found = [_publication(path) for path in sorted(folder.glob("*.md"))]
    slugs: dict[str, str] = {}
    for item in found:
        if item.slug in slugs:
            raise InvalidInput(f"{item.slug}: two texts have this slug", subject=item.slug)
        slugs[item.slug] = item.title
    return tuple(sorted(found, key=lambda item: (-item.date.toordinal(), item.slug)))


def load_news(folder: Path = TEXTS / NEWS_FOLDER) -> tuple[NewsItem, ...]:
    """Read every news item of ``folder``, newest first."""
    found = []
    for path in sorted(folder.glob("*.md")):
        fields, body = _read(path)
        found.append(
            NewsItem(
                slug=fields.text("slug", path.stem),
                title=fields.text("title"),
                date=fields.date("date"),
                language=fields.text("language"),
                body=body,
            )
        )
    return tuple(sorted(found, key=lambda item: (-item.date.toordinal(), item.slug)))


def _read(path: Path) -> tuple[_Fields, str]:
    """Split one file into its front matter and its text."""
    parts = path.read_text(encoding="utf-8").split(f"{_FENCE}\n", 2)
    if len(parts) != 3 or parts[0].strip():  # noqa: PLR2004 - before, between, after the fences
        raise InvalidInput(f"{path.name}: front matter between +++ lines expected")
    try:
        values = tomllib.loads(parts[1])
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{path.name}: {error}", subject=str(path)) from error
    return _Fields(path, values), parts[2].strip()


_KEYS: Final = (
    *("title", "subtitle", "authors", "organisation", "year", "date", "language", "type"),
    *("sectors", "themes", "regions", "programmes", "abstract", "isbn", "series", "format"),
    *("pdf", "version_of", "near_duplicate_of", "slug", "projects"),
)


def _publication(path: Path) -> Publication:
    """Read and check one publication."""
    fields, body = _read(path)
    fields.known(_KEYS)
    date = fields.date("date")
    if fields.number("year", date.year) != date.year:
        raise fields.fail("year", "differs from the date")
    isbn = fields.text("isbn", "")
    if isbn and not is_isbn(isbn):
        raise fields.fail("isbn", "wrong check digit")
    language = fields.text("language")
    if language not in LANGUAGES:
        raise fields.fail("language", "fi, sv or en expected")
    return Publication(
        slug=fields.text("slug", path.stem),
        title=fields.text("title"),
        subtitle=fields.text("subtitle", ""),
        authors=fields.texts("authors"),
        organisation=fields.text("organisation"),
        date=date,
        language=language,
        type=fields.text("type"),
        sectors=fields.texts("sectors"),
        themes=fields.texts("themes"),
        regions=fields.texts("regions"),
        programmes=fields.texts("programmes"),
        abstract=fields.text("abstract"),
        isbn=isbn,
        series=fields.text("series", ""),
        format=Format(fields.text("format")),
        pdf=_pdf(fields.table("pdf")),
        version_of=fields.text("version_of", ""),
        near_duplicate_of=fields.text("near_duplicate_of", ""),
        projects=tuple(_project(row) for row in fields.rows("projects")),
        body=body,
    )


def _pdf(fields: _Fields) -> PdfOptions:
    """Read the options of the PDF."""
    fields.known(
        ("layout", "tagged", "scan", "encrypted", "leading", "hyphens", "docinfo"),
    )
    return PdfOptions(
        two_column=fields.text("layout", "one") == "two-column",
        tagged=fields.flag("tagged"),
        scan=fields.flag("scan"),
        encrypted=fields.flag("encrypted"),
        leading=fields.number("leading", 1.2),
        hyphens=Hyphens(fields.text("hyphens", "none")),
        docinfo=DocInfo(fields.text("docinfo", "full" if fields.flag("tagged") else "none")),
    )


def _project(fields: _Fields) -> Project:
    """Read one project of a project list."""
    return Project(
        name=fields.text("name"),
        region=fields.text("region"),
        place=fields.text("place"),
        sector=fields.text("sector"),
        years=fields.text("years"),
        budget=int(fields.number("budget", 0)),
        grant=int(fields.number("grant", 0)),
        text=fields.text("text"),
    )
