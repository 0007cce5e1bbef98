"""Draws pages of PDF files in limited processes of their own, for people who wait.

One decision: the processes know pdfium and nothing else. They start in a fraction of the time
that the readers of whole documents take and hold a tenth of their memory, so the website can
afford one; what limits them is the same.
"""

from __future__ import annotations

import functools
import importlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Final, Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

from corpus.errors import UnreadableDocument
from indexer._forking import WorkerContext
from indexer.extract._limits import Guard, limit_cpu, limit_resources
from indexer.extract._ports import PagePicture, Picture
from indexer.extract._worker import SIGXCPU_EXIT, out_of_memory, out_of_time

PICTURE_MODULE: Final = "indexer.extract._picture"
_DEFAULT_MEMORY_BYTES: Final = 256 * 1024 * 1024
_DEFAULT_TIMEOUT_S: Final = 10.0
_MAX_TASKS: Final = 500  # then a fresh process: whatever a library leaks ends with it
_LOG: Final = logging.getLogger(__name__)
_Page = TypeVar("_Page", PagePicture, Picture)


def drawn_page(future: Future[_Page | str], timeout_s: float) -> _Page:
    """Wait for a page that a limited process draws; raises UnreadableDocument with the reason."""
    try:
        drawn = future.result()
    except TimeoutError:
        drawn = out_of_time(timeout_s)
    except (ProcessExpired, BrokenProcessPool, CancelledError) as error:
        is_time = getattr(error, "exitcode", None) == SIGXCPU_EXIT
        drawn = out_of_time(timeout_s) if is_time else "crash: the page was not drawn"
    if isinstance(drawn, str):
        raise UnreadableDocument(drawn)
    return drawn


class PageDrawer:
    """A pool of limited processes, started with the first page; safe for several threads."""

    def __init__(
        self,
        *,
        memory_bytes: int = _DEFAULT_MEMORY_BYTES,
        timeout_s: float = _DEFAULT_TIMEOUT_S,
        workers: int = 1,
    ) -> None:
        self.workers = workers
        self._memory_bytes = memory_bytes
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._pending: set[Future[PagePicture | str]] = set()

    def start(self) -> None:
        """Start the processes without waiting, so that the first page need not wait for them."""
        with self._lock:
            self._running_pool().schedule(start_drawing, args=(self._memory_bytes,))

    def draw(self, path: Path, number: int) -> PagePicture:
        """Return a page, counted from 1; raises UnreadableDocument with the reason."""
        future = self._scheduled(path, number)
        try:
            return drawn_page(future, self._timeout_s)
        finally:
            self._pending.discard(future)

    def close(self) -> None:
        """Stop the processes; pages under way are given up."""
        with self._lock:
            self._stop()

    def _scheduled(self, path: Path, number: int) -> Future[PagePicture | str]:
        arguments = (str(path), number, self._memory_bytes, self._timeout_s)
        with self._lock:
            future: Future[PagePicture | str] = self._running_pool().schedule(
                draw_picture, args=arguments, timeout=self._timeout_s
            )
            self._pending.add(future)
        return future

    def _running_pool(self) -> ProcessPool:
        if self._pool is not None and not self._pool.active:
            self._stop()
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self.workers,
                max_tasks=_MAX_TASKS,
                initializer=start_drawing,
                initargs=(self._memory_bytes,),
                context=WorkerContext([PICTURE_MODULE]),
            )
        return self._pool

    def _stop(self) -> None:
        for future in tuple(self._pending):
            future.cancel()  # a stopped pool leaves what it was doing without an answer
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None


class _PictureModule(Protocol):
    picture_page: Callable[[Path, int], PagePicture]


@functools.cache
def _pen(memory_bytes: int) -> tuple[_PictureModule, Guard]:
    """Load what draws, then limit this process for good."""
    module: _PictureModule = importlib.import_module(PICTURE_MODULE)
    guard = Guard()
    limit_resources(memory_bytes)
    guard.install()
    return module, guard


def start_drawing(memory_bytes: int) -> None:
    """Limit this process; called once when it starts."""
    _pen(memory_bytes)


def draw_picture(path: str, number: int, memory_bytes: int, timeout_s: float) -> PagePicture | str:
    """Return a page, or the reason why not, inside the limited process."""
    limit_cpu(timeout_s)
    module, guard = _pen(memory_bytes)
    guard.admit(Path(path))
    try:
        return module.picture_page(Path(path), number)
    except UnreadableDocument as error:
        return error.message
    except MemoryError:
        return out_of_memory(memory_bytes)
    except Exception as error:  # noqa: BLE001 - the per-document border; logged
        _LOG.exception("page %s of %s was not drawn", number, path)
        return f"damaged: the page cannot be drawn ({type(error).__name__})"
