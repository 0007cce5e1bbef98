"""Pictures of pages, drawn when they are first asked for and kept in a bounded cache.

One decision: a picture and the places of its words are one file, named by the original's SHA-256
and the page, with a checksum over it. The folder may be deleted, cut or damaged at any time: what
is not whole is drawn again.
"""

from __future__ import annotations

import json
import os
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from corpus._disk import make_directory, write_atomically
from corpus.errors import Busy, StorageError, UnreadableDocument
from indexer.extract import PagePicture, PlacedWord

VERSION: Final = 1
"""Grows with every change of what is drawn or reported."""
_WAITING_PER_WORKER: Final = 3
_WAITERS: Final = 4  # of the server's eight threads, so that texts always find one
_REFUSALS: Final = 1_000
_REFUSAL_S: Final = 600.0  # a page that once took too long may find a quieter machine
_ROOM_AFTER_SWEEP: Final = 0.9


class Drawer(Protocol):
    """Draws a page of a PDF, counted from 1; raises UnreadableDocument with the reason."""

    workers: int

    def start(self) -> None:
        """Get ready, without waiting for it."""
        ...

    def draw(self, path: Path, number: int) -> PagePicture:
        """Return the page."""
        ...

    def close(self) -> None:
        """Give up what is under way."""
        ...


class PagePictures:
    """The pictures in a folder of at most ``max_bytes``; safe for several threads.

    As many pages are drawn at once as the drawer has workers, and three times as many wait.
    """

    def __init__(
        self,
        folder: Path,
        drawer: Drawer,
        *,
        max_bytes: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._drawer = drawer
        self._max_bytes = max_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(drawer.workers, thread_name_prefix="drawing")
        self._waiters = threading.BoundedSemaphore(_WAITERS)
        self._running: dict[Path, Future[PagePicture]] = {}
        self._refused: OrderedDict[Path, tuple[float, str]] = OrderedDict()
        self._used_bytes: int | None = None

    def start(self) -> None:
        """Get ready, so that the first visitor need not wait for it: what a server calls."""
        self._drawer.start()

    def picture(self, original: Path, sha256: str, number: int, *, wait_s: float) -> PagePicture:
        """Return a page of an original, from the cache or drawn within ``wait_s``.

        Raises `UnreadableDocument` with the reason where it cannot be drawn, and `Busy` where too
        many are being drawn or this one takes longer: it goes on and is kept.
        """
        target = self._folder / sha256[:2] / f"{sha256}.{number}.{VERSION}"
        kept = _read(target)
        if kept is not None:
            return kept
        future = self._asked(original, target, number)
        if not self._waiters.acquire(blocking=False):
            raise Busy("Too many wait for pages to be drawn.", subject=sha256)
        try:
            return future.result(timeout=wait_s)
        except TimeoutError as error:
            raise Busy("The page is still being drawn.", subject=sha256) from error
        finally:
            self._waiters.release()

    def close(self) -> None:
        """Give up what is being drawn."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._drawer.close()

    def _asked(self, original: Path, target: Path, number: int) -> Future[PagePicture]:
        """Return the drawing under way, or begin one."""
        with self._lock:
            if target in self._running:
                return self._running[target]
            since, reason = self._refused.get(target, (0.0, ""))
            if reason and self._clock() - since < _REFUSAL_S:
                raise UnreadableDocument(reason)
            if len(self._running) >= self._drawer.workers * (1 + _WAITING_PER_WORKER):
                raise Busy("Too many pages are being drawn.", subject=str(target.name))
            future = self._threads.submit(self._draw, original, target, number)
            self._running[target] = future
        future.add_done_callback(lambda _: self._ended(target))
        return future

    def _draw(self, original: Path, target: Path, number: int) -> PagePicture:
        try:
            drawn = self._drawer.draw(original, number)
        except UnreadableDocument as error:
            with self._lock:
                self._refused[target] = (self._clock(), error.message)
                while len(self._refused) > _REFUSALS:
                    self._refused.popitem(last=False)
            raise
        with suppress(StorageError):  # a full disk costs the next visitor time, nobody the page
            self._keep(target, drawn)
        return drawn

    def _ended(self, target: Path) -> None:
        with self._lock:
            self._running.pop(target, None)

    def _keep(self, target: Path, drawn: PagePicture) -> None:
        content = _written(drawn)
        if len(content) > self._max_bytes:
            return
        make_directory(target.parent)
        write_atomically(target, content)
        with self._lock:
            if self._used_bytes is not None:
                self._used_bytes += len(content)
            if self._used_bytes is None or self._used_bytes > self._max_bytes:
                self._used_bytes = self._swept()

    def _swept(self) -> int:
        """Remove what was not looked at for longest, where room is short; return what is used."""
        found: list[tuple[float, int, Path]] = []
        for path in self._folder.glob("??/*"):
            with suppress(OSError):
                stat = path.stat()
                found.append((stat.st_mtime, stat.st_size, path))
        used = sum(size for _, size, _ in found)
        if used <= self._max_bytes:
            return used
        for _, size, path in sorted(found):
            if used <= self._max_bytes * _ROOM_AFTER_SWEEP:
                break
            with suppress(OSError):
                path.unlink(missing_ok=True)
                used -= size
        return used


def _written(drawn: PagePicture) -> bytes:
    """Return a picture as a file: checksum, a line of JSON, the PNG."""
    head = {
        "size_px": [drawn.width_px, drawn.height_px],
        "size_pt": [drawn.width_pt, drawn.height_pt],
        "words": [[w.text, w.left, w.top, w.right, w.bottom] for w in drawn.words],
    }
    body = json.dumps(head, ensure_ascii=False).encode() + b"\n" + drawn.png
    return b"%08x" % zlib.crc32(body) + body


def _read(path: Path) -> PagePicture | None:
    """Return a kept picture, noting that it was looked at; None where there is no whole one."""
    try:
        content = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    body = content[8:]
    if content[:8] != b"%08x" % zlib.crc32(body):
        return None
    line, _, png = body.partition(b"\n")
    head = json.loads(line)
    words = tuple(PlacedWord(*word) for word in head["words"])
    (width_px, height_px), (width_pt, height_pt) = head["size_px"], head["size_pt"]
    return PagePicture(png, width_px, height_px, width_pt, height_pt, words)
