"""The values the corpus keeps: documents, pages, field values with their evidence, provenance.

One decision: a document's fields are resolved from *values with an origin*, so that a reviewed
value always wins over an imported one, that over an extracted one, and that over a default of
the source; nothing that a person confirmed is ever overwritten by a machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class Visibility(StrEnum):
    """Whether visitors may see a document."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    GONE = "gone"  # its address answered 404 or 410 repeatedly over days


class Status(StrEnum):
    """How far the reading of a document's original has come."""

    PENDING = "pending"  # original kept, not read yet
    OK = "ok"  # has text
    NEEDS_OCR = "needs_ocr"  # images of pages without a text layer
    FAILED = "failed"  # cannot be read; ``reason`` says why
    SKIPPED = "skipped"  # a list or navigation page: kept and followed, not a publication


class Origin(StrEnum):
    """Where a field value comes from, strongest first."""

    REVIEWED = "reviewed"
    GIVEN = "given"  # import, command line, form
    EXTRACTED = "extracted"
    DEFAULT = "default"  # default of the source


ORIGIN_ORDER: tuple[Origin, ...] = tuple(Origin)

Scalar = str | int | bool
"""The kinds of value a field may hold; multi-valued fields hold tuples of str."""

Value = Scalar | tuple[str, ...]

SINGLE_FIELDS: frozenset[str] = frozenset(
    {"title", "subtitle", "abstract", "year", "date", "language", "type", "url", "accessible"}
)
MULTI_FIELDS: frozenset[str] = frozenset(
    {
        "authors",
        "organisations",
        "sectors",
        "themes",
        "regions",
        "programmes",
        "elmo_priorities",
        "isbn",
        "issn",
    }
)
FIELDS: frozenset[str] = SINGLE_FIELDS | MULTI_FIELDS


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One value of one field, with where it was found and how sure that is.

    ``value`` is a tuple of strings for a field of `MULTI_FIELDS`, an int for ``year``, a bool for
    ``accessible`` (a tagged PDF), else a string. ``source`` names the evidence ("citation_title",
    "pdf-font", "imprint", "hint: fotoniikan"), ``page`` its page (1-based) where it has one,
    ``confidence`` lies in 0..1.
    """

    name: str
    value: Value
    origin: Origin
    source: str = ""
    page: int | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """The text of one page; ``number`` counts from 1, ``label`` is what is printed on it."""

    number: int
    text: str
    label: str | None = None
    language: str | None = None
    is_ocr: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """One address a document was fetched from (a document may have several)."""

    url: str
    source: str = ""  # id of the crawl source, "add" or "import"
    fetched_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    redirects: tuple[str, ...] = ()  # earlier addresses, in the order they were followed
    referrer: str | None = None
    link_text: str | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """The bytes a document was read from, by their SHA-256 in the `OriginalStore`."""

    sha256: str
    media_type: str
    size_bytes: int
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A publication as the catalogue resolves it from its field values.

    ``sequence`` grows with every change anywhere in the catalogue: the index follows it.
    """

    id: str
    title: str = ""
    subtitle: str = ""
    abstract: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    date: str = ""  # ISO date where it is known more exactly than the year
    language: str = "fi"
    type: str = ""
    url: str = ""
    sectors: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    elmo_priorities: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    isbn: tuple[str, ...] = ()
    issn: tuple[str, ...] = ()
    accessible: bool | None = None  # tagged PDF; None: not known
    visibility: Visibility = Visibility.PUBLISHED
    status: Status = Status.PENDING
    reason: str = ""
    original: Original | None = None
    pages_total: int = 0
    extractor: str = ""  # name and version that read the original
    quality: float | None = None  # 0..1, share of words that the dictionary knows
    notes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    created_at: datetime | None = None
    updated_at: datetime | None = None
    sequence: int = 0

    @property
    def is_searchable(self) -> bool:
        """Whether the document belongs into the index."""
        return self.visibility is Visibility.PUBLISHED and self.status is Status.OK

    @property
    def is_recognised(self) -> bool:
        """Whether its text was recognised from pictures of its pages."""
        return "+ocr/" in self.extractor


class Change(StrEnum):
    """What recording did to the catalogue."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer of `Catalogue.record`.

    ``duplicate_of`` names the document that had the same bytes or the same address before: the
    recorded document itself when only an address was added to it.
    """

    document_id: str
    change: Change
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """An earlier original of a document, and when a newer one took its place."""

    original: Original
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """An address the catalogue knows, with the document it belongs to."""

    document_id: str
    address: Address


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which object, and when."""

    at: datetime
    actor: str
    action: str
    object_id: str
    before: str = ""
    after: str = ""

    @property
    def reason(self) -> str:
        """Why it was done, where the person said so."""
        try:
            said = json.loads(self.after or "{}")
        except ValueError:
            return ""
        return str(said.get("reason", "")) if isinstance(said, dict) else ""
