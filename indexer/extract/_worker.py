"""What runs in a worker process: limits first, then one document after another.

The decision behind it: this module is imported by the parent too (functions cross the border by
name), so everything that reads documents is loaded by `_reader` in the worker alone.
"""

from __future__ import annotations

import functools
import importlib
import logging
import os
from pathlib import Path
from typing import Final, Protocol

from corpus.document import Status
from corpus.errors import UnreadableDocument
from indexer.extract._ports import EXTRACTOR_VERSION, Context, Extraction, Picture

READER_MODULE: Final = "indexer.extract._reader"
SIGXCPU_EXIT: Final = -24  # of a process whose processor time is over
_LOG: Final = logging.getLogger(__name__)
_MIB: Final = 1024 * 1024


class Reader(Protocol):
    """Reads any document, and admits it to the guard of this process first."""

    def read(self, path: Path, media_type: str, context: Context) -> Extraction:
        """Return what the document says; raises MemoryError where the budget ends."""
        ...

    def draw(self, path: Path, number: int, *, dpi: int) -> Picture:
        """Return a page as a picture; raises UnreadableDocument where it cannot be drawn."""
        ...


class _ReaderModule(Protocol):
    def create_reader(self, memory_bytes: int) -> Reader: ...


@functools.cache
def _reader(memory_bytes: int) -> Reader:
    module: _ReaderModule = importlib.import_module(READER_MODULE)
    return module.create_reader(memory_bytes)


def start_worker(memory_bytes: int) -> None:
    """Load the readers, then limit this process; called once when a worker starts."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # each thread maps 30 MB for nothing
    _reader(memory_bytes)


def read_document(
    path: str,
    media_type: str,
    context: Context,
    memory_bytes: int,
    timeout_s: float,
) -> Extraction:
    """Read one document inside the worker; only the pool's clock and the kernel can stop it."""
    limits = importlib.import_module("indexer.extract._limits")
    limits.limit_cpu(timeout_s)
    try:
        return _reader(memory_bytes).read(Path(path), media_type, context)
    except MemoryError:
        return failed(out_of_memory(memory_bytes), media_type)


def draw_page(
    path: str, number: int, dpi: int, memory_bytes: int, timeout_s: float
) -> Picture | str:
    """Return a page as a picture, or the reason why not, inside the worker."""
    limits = importlib.import_module("indexer.extract._limits")
    limits.limit_cpu(timeout_s)
    try:
        return _reader(memory_bytes).draw(Path(path), number, dpi=dpi)
    except UnreadableDocument as error:
        return error.message
    except MemoryError:
        return out_of_memory(memory_bytes)


def failed(reason: str, media_type: str, *, extractor: str = "") -> Extraction:
    """Return the extraction of a document that could not be read."""
    _LOG.info("not read: %s (%s)", reason, media_type)
    return Extraction(
        pages=(),
        values=(),
        status=Status.FAILED,
        reason=reason,
        extractor=extractor or f"none/{EXTRACTOR_VERSION}",
        quality=None,
        media_type=media_type,
    )


def out_of_memory(memory_bytes: int) -> str:
    """Return the reason of a document that needs more than a worker's memory."""
    return f"memory: reading it needs more than {memory_bytes // _MIB} MiB"


def out_of_time(timeout_s: float) -> str:
    """Return the reason of a document that takes longer than a worker's time."""
    return f"time: reading it takes longer than {timeout_s:g} seconds"
