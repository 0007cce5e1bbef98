"""Reads any document in a worker: sniffs it, chooses the extractor, judges what came out.

The decision behind it: this is the per-document border.  Whatever an extractor does, what leaves
here is an extraction that says the truth: OK only with text, otherwise a status and a reason.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from corpus.document import Status
from corpus.errors import UnreadableDocument
from indexer.extract import _sniff
from indexer.extract._limits import Guard, limit_resources
from indexer.extract._ports import (
    EXTRACTOR_VERSION,
    EXTRACTORS,
    Context,
    Extraction,
    Extractor,
    Picture,
)
from indexer.extract._values import clean_text, has_text, without_empty
from indexer.extract._words import Words
from indexer.extract._worker import failed

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
MAX_TEXT_CHARS: Final = 20_000_000
# claims that say nothing about the content: servers send them for anything
_VAGUE_CLAIMS: Final = frozenset(
    {
        "",
        _sniff.BINARY,
        _sniff.PLAIN,
        "text/markdown",
        "binary/octet-stream",
        "application/force-download",
    }
)
_LOG: Final = logging.getLogger(__name__)


class _ExtractorModule(Protocol):
    def create(self, words: Words) -> Extractor: ...


class DocumentReader:
    """The extractors of this process, each built once."""

    def __init__(self, words: Words, guard: Guard | None = None) -> None:
        self._words = words
        self._guard = guard
        self._extractors: dict[str, Extractor] = {}
        self._render = _renderer()

    def load(self) -> None:
        """Build every extractor now, so that nothing is imported once the limits stand."""
        for module in sorted(set(EXTRACTORS.values())):
            self._extractor(module)
        self._words.share_known("sanoja " * 40)
        self._words.language_of("tämä on suomenkielinen virke, josta kieli tunnistetaan")

    def read(self, path: Path, media_type: str, context: Context) -> Extraction:
        """Return what the document at the path says."""
        if context.notes.get("role") == "list":
            return _skipped(media_type)
        if self._guard is not None:
            self._guard.admit(path)
        try:
            if path.stat().st_size > MAX_FILE_BYTES:
                limit = MAX_FILE_BYTES // (1024 * 1024)
                return failed(f"limit: the file is larger than {limit} MiB", media_type)
            data = path.read_bytes()
        except OSError as error:
            return failed(f"storage: the file cannot be opened ({error.strerror})", media_type)
        return self.read_bytes(data, media_type, context)

    def draw(self, path: Path, number: int, *, dpi: int) -> Picture:
        """Return a page as a picture; raises UnreadableDocument where it cannot be drawn."""
        if self._render is None:
            raise UnreadableDocument("drawing pages needs pypdfium2, which is not installed")
        if self._guard is not None:
            self._guard.admit(path)
        return self._render(path, number, dpi=dpi)

    def read_bytes(self, data: bytes, declared: str, context: Context) -> Extraction:
        """Return what the bytes say; raises nothing but MemoryError."""
        media_type = _sniff.sniff(data, declared)
        module = EXTRACTORS.get(media_type)
        claim = _sniff.bare_type(declared)
        reason = _refusal(media_type, claim)
        if reason is not None or module is None:
            return failed(reason or f"type: {media_type} is not read", media_type)
        extractor = self._extractor(module)
        name = f"{extractor.name}/{EXTRACTOR_VERSION}"
        if media_type == _sniff.HTML and claim == _sniff.HTML:
            media_type = declared  # keeps the charset the server named
        try:
            extraction = extractor.extract(data, media_type, context)
        except UnreadableDocument as error:
            return failed(error.message, _sniff.bare_type(media_type), extractor=name)
        except RecursionError:
            return failed("damaged: nested too deeply", media_type, extractor=name)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - the per-document border; logged
            _LOG.exception("extractor %s failed", name)
            reason = f"damaged: the content cannot be read ({type(error).__name__})"
            return failed(reason, media_type, extractor=name)
        return _judged(replace(extraction, extractor=extraction.extractor or name))

    def _extractor(self, module: str) -> Extractor:
        if module not in self._extractors:
            loaded: _ExtractorModule = importlib.import_module(module)
            self._extractors[module] = loaded.create(self._words)
        return self._extractors[module]


def _renderer() -> Callable[..., Picture] | None:
    """Return what draws pages; None where there is no pdfium wheel for this machine."""
    if importlib.util.find_spec("pypdfium2") is None:
        return None
    module = importlib.import_module("indexer.extract._render")
    renderer: Callable[..., Picture] = module.render_page
    return renderer


def create_reader(memory_bytes: int) -> DocumentReader:
    """Load everything, limit this process for good, and return its reader."""
    guard = Guard()
    reader = DocumentReader(Words(), guard)
    reader.load()
    limit_resources(memory_bytes)
    guard.install()
    return reader


def _refusal(media_type: str, claim: str) -> str | None:
    """Return why bytes of this type, said to be ``claim``, are not read; None where they are."""
    if media_type == _sniff.EMPTY:
        return "empty: the file has no content"
    if media_type == _sniff.BINARY:
        known = "" if claim in _VAGUE_CLAIMS else f" (said to be {claim})"
        return f"type: unknown binary content{known}"
    is_text = media_type in {_sniff.HTML, _sniff.PLAIN, "text/markdown"}
    is_claimed_text = claim in _VAGUE_CLAIMS or claim.startswith(("text/", "application/xhtml"))
    if is_text and not is_claimed_text:
        return f"wrong type: said to be {claim}, is {media_type}"
    if media_type not in EXTRACTORS:
        return f"type: {media_type} is not read"
    return None


def _skipped(media_type: str) -> Extraction:
    skipped = failed("list: a list of links, followed and not indexed", media_type)
    return replace(skipped, status=Status.SKIPPED)


def _judged(extraction: Extraction) -> Extraction:
    """Return the extraction with clean pages, and OK only where there is text."""
    pages = tuple(replace(page, text=clean_text(page.text)) for page in extraction.pages)
    extraction = replace(extraction, pages=pages, values=without_empty(extraction.values))
    if extraction.status is not Status.OK:
        return extraction
    if sum(len(page.text) for page in pages) > MAX_TEXT_CHARS:
        reason = f"limit: more than {MAX_TEXT_CHARS:,} characters of text"
        return replace(extraction, status=Status.FAILED, reason=reason, pages=())
    if not has_text(pages):
        return replace(extraction, status=Status.FAILED, reason="empty: it holds no text")
    return extraction
