"""Word and PowerPoint files from before 2007 (DOC, PPT), by the optional package kreuzberg.

The decision behind it: these formats are rare and their grammar is large, so a library reads them
where somebody installs it (the extra ``office``); without it such a file fails with what to do.
"""

from __future__ import annotations

import importlib
import importlib.util
from datetime import UTC, datetime
from typing import Final, Protocol

from corpus.document import FieldValue, Status
from corpus.errors import UnreadableDocument
from indexer.extract import _sniff
from indexer.extract._chosen import chosen
from indexer.extract._imprint import imprint_values
from indexer.extract._ports import EXTRACTOR_VERSION, Context, Extraction
from indexer.extract._titles import MAX_TITLE_CHARS, is_junk_title, title_of_filename, title_of_link
from indexer.extract._values import clean_text, found
from indexer.extract._words import Words, number_pages

_PACKAGE: Final = "kreuzberg"
_NOT_INSTALLED: Final = (
    "type: an old binary Office file (DOC, PPT, XLS); save it as PDF or DOCX, or install the "
    "extra julkaisuhaku[office]"
)
# the names of the main streams, as the directory of the file spells them
_KINDS: Final = (
    ("WordDocument", "application/msword"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
)
_WARM_UP: Final = (rb"{\rtf1 sana}", _sniff.RTF)
_BLOCK_LINES: Final = 30


class _Content(Protocol):
    content: str


class _Library(Protocol):
    def extract_bytes_sync(self, content: bytes, mime_type: str, config: object) -> _Content:
        """Return the text of a file."""
        ...

    def ExtractionConfig(self, *, use_cache: bool) -> object:  # noqa: N802 - the library's name
        """Return the options of a call."""
        ...


class LegacyExtractor:
    """Reads DOC and PPT; ``library`` is None where the package is not installed."""

    name = "legacy"

    def __init__(self, words: Words, library: _Library | None, *, last_year: int) -> None:
        self._words = words
        self._library = library
        self._last_year = last_year

    def is_available(self) -> bool:
        """Whether the optional package is installed."""
        return self._library is not None

    def extract(self, data: bytes, media_type: str, context: Context) -> Extraction:
        """Return the text as one page; raises UnreadableDocument where it cannot be read."""
        del media_type
        kind = _kind(data)
        if self._library is None:
            raise UnreadableDocument(_NOT_INSTALLED)
        if kind is None:
            raise UnreadableDocument("type: a binary Office file that is neither DOC nor PPT")
        text = clean_text(self._text(self._library, data, kind))
        pages = number_pages([text], self._words)
        language = pages[0].language
        return Extraction(
            pages=pages,
            values=chosen(self._values(text, language, context)),
            status=Status.OK,
            reason="",
            extractor=f"{self.name}/{EXTRACTOR_VERSION}",
            quality=self._words.share_known(text) if language in {"fi", None} else None,
            media_type=kind,
        )

    def _text(self, library: _Library, data: bytes, kind: str) -> str:
        try:
            # its cache is a folder on the disk, which a worker may not write
            options = library.ExtractionConfig(use_cache=False)
            return library.extract_bytes_sync(data, kind, options).content
        except MemoryError:
            raise
        except Exception as error:  # its errors share no base; the reader's border logs the rest
            raise UnreadableDocument("damaged: not a readable Office file") from error

    def _values(self, text: str, language: str | None, context: Context) -> list[FieldValue]:
        lines = [line for line in text.split("\n") if line.strip()][:_BLOCK_LINES]
        values = imprint_values([lines], last_year=self._last_year)
        first = lines[0].strip() if lines else ""
        if first and len(first) <= MAX_TITLE_CHARS and not is_junk_title(first):
            values.append(found("title", first, "first line", page=1, confidence=0.5))
        if link := title_of_link(context.link_text):
            values.append(found("title", link, "link text", confidence=0.4))
        if name := title_of_filename(context.filename):
            values.append(found("title", name, "file name", confidence=0.2))
        if language:
            values.append(found("language", language, "text", confidence=0.9))
        return values


def create(words: Words) -> LegacyExtractor:
    """Return the extractor, with the library warmed up before the limits of a worker stand."""
    return LegacyExtractor(words, _library(), last_year=datetime.now(tz=UTC).year + 1)


def _library() -> _Library | None:
    if importlib.util.find_spec(_PACKAGE) is None:
        return None
    library: _Library = importlib.import_module(_PACKAGE)
    # its threads reserve 250 MiB of addresses at the first call, which no document should pay for
    library.extract_bytes_sync(*_WARM_UP, library.ExtractionConfig(use_cache=False))
    return library


def _kind(data: bytes) -> str | None:
    """Return which kind of file lies in the container, by the names of its streams."""
    for name, media_type in _KINDS:
        if name.encode("utf-16-le") in data:
            return media_type
    return None
