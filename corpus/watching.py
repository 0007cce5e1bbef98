"""A configuration file that a librarian edits while the program runs.

One decision: what was last read well stays in use. A change is noticed by one stat a second at
most; where the new content cannot be used, the reason is kept beside the old value and told to
whoever asks, and the next change is read again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Generic, TypeVar

from corpus.errors import JulkaisuhakuError

LOOK_EVERY_S: Final = 1.0
_log = logging.getLogger(__name__)
_Value = TypeVar("_Value")
_Stamp = tuple[int, int, int]


class WatchedFile(Generic[_Value]):
    """The value of a file, and what is wrong with its newest content; safe for several threads.

    ``load`` returns the value, or raises a `JulkaisuhakuError` that names file, line and entry.
    """

    def __init__(
        self,
        path: Path,
        load: Callable[[Path], _Value],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = path
        self.value: _Value | None = None
        """The last good value; None before the first look and where there never was one."""
        self.problem = ""
        """What is wrong with the file as it stands now; empty where nothing is."""
        self._load = load
        self._clock = clock
        self._lock = threading.Lock()
        self._stamp: _Stamp | None = None
        self._next_look: float | None = None

    def look(self) -> bool:
        """Read the file where it changed since the last look; say whether the value is new.

        While one thread reads, others go on with the value there is.
        """
        now, due = self._clock(), self._next_look
        if (due is not None and now < due) or not self._lock.acquire(blocking=False):
            return False
        try:
            self._next_look = now + LOOK_EVERY_S
            stamp = _stamp(self.path)
            if stamp == self._stamp and due is not None:
                return False
            # The stamp is older than the content: what is written meanwhile is read next time.
            self._stamp = stamp
            return self._read()
        finally:
            self._lock.release()

    def _read(self) -> bool:
        try:
            value = self._load(self.path)
        except JulkaisuhakuError as error:
            self.problem = error.message
            kept = "" if self.value is None else " (what was read before stays in use)"
            _log.warning("%s%s", error.message, kept)
            return False
        self.problem = ""
        if self.value is not None:
            _log.info("%s was changed and is in use", self.path)
        self.value = value
        return True


def _stamp(path: Path) -> _Stamp | None:
    """Return what tells that a file is another one; None where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns
