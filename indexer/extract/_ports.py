"""The Extractor port: the bytes of an original into the text of its pages and its fields.

The decision behind it: an extractor never decides what a document *is called* or *says*; it
reports field values with the place they were found at and a confidence, and the catalogue lets
a reviewed value win.  Reading is total at this border: whatever the bytes, the answer is an
`Extraction` with a status and, unless that is OK, a reason a librarian understands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from corpus.document import FieldValue, Page, Status
from corpus.recognised import RecognisedLine
from indexer.extract import _sniff

POINTS_PER_INCH: Final = 72
EXTRACTOR_VERSION: Final = "4"
"""Grows with every change of the rules: `reindex` extracts again where it differs."""


EXTRACTORS: Final[Mapping[str, str]] = MappingProxyType(
    {
        _sniff.PDF: "indexer.extract.pdf",
        _sniff.HTML: "indexer.extract.html",
        _sniff.PLAIN: "indexer.extract.text",
        "text/markdown": "indexer.extract.text",
        _sniff.RTF: "indexer.extract.text",
        _sniff.DOCX: "indexer.extract.office",
        _sniff.PPTX: "indexer.extract.office",
        _sniff.ODT: "indexer.extract.office",
        _sniff.ODP: "indexer.extract.office",
        _sniff.EPUB: "indexer.extract.office",
        _sniff.OLE: "indexer.extract.legacy",
    }
)
"""Which module reads which media type; each has `create(words) -> Extractor`."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn page: a binary PGM, the pixels a point it was drawn with, its height in points."""

    pgm: bytes
    scale: float
    height_pt: float

    @property
    def dpi(self) -> int:
        """Pixels an inch."""
        return max(1, round(self.scale * POINTS_PER_INCH))


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A run of letters and its place, in shares (0..1) of the page from its upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as it is shown: a PNG, its size in pixels and in points, its words' places."""

    png: bytes
    width_px: int
    height_px: int
    width_pt: float
    height_pt: float
    words: tuple[PlacedWord, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of an original besides its bytes.

    ``strip`` and ``keep`` are CSS selectors of the source; ``notes["role"] == "list"`` says that
    the crawler took the page for a list, which is followed and never indexed. ``recognised`` are
    the lines that text recognition found on pages, by page number; a page without text of its own
    that is not among them still waits for it.
    """

    url: str = ""
    filename: str = ""
    link_text: str = ""
    strip: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    recognised: Mapping[int, tuple[RecognisedLine, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an original says: its pages, its field values, and how reading it went.

    ``status`` is OK only when a page has text; ``reason`` is empty then.  ``quality`` is the
    share (0..1) of words in a sample that the dictionary knows, None where it was not measured.
    """

    pages: tuple[Page, ...]
    values: tuple[FieldValue, ...]
    status: Status
    reason: str
    extractor: str
    quality: float | None
    media_type: str


@dataclass(frozen=True, slots=True)
class Job:
    """One original to be read: ``key`` comes back with its extraction."""

    key: str
    path: Path
    media_type: str
    context: Context = field(default_factory=Context)


class Extractor(Protocol):
    """Reads one family of formats; runs inside a limited worker process.

    Pre: ``data`` begins like ``media_type`` (`sniff` said so).  Post: an `Extraction`; raises
    `corpus.errors.UnreadableDocument` with the reason where the bytes cannot be read, and may be
    killed at any moment for time or memory.  It opens no network connection and no other file.
    """

    name: str

    def is_available(self) -> bool:
        """Whether the libraries it needs are installed here."""
        ...

    def extract(self, data: bytes, media_type: str, context: Context) -> Extraction:
        """Return what the bytes say."""
        ...
