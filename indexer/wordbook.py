"""The words of each generation, for corrections and suggestions: read beside the searches.

One decision: a server reads them in a thread of its own as soon as a generation is opened, and
until that is done the words of the generation before answer; so no search pays for the reading,
and none is without corrections after a switch. Whoever starts no thread (a command, a test) gets
them read at the first need, every time the same.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import Final

from corpus.errors import JulkaisuhakuError
from indexer.generations import GenerationName
from indexer.reader import Leasing, OpenGeneration
from indexer.schema import BASE, SURFACE
from indexer.slices import Rest, at_once
from indexer.spelling import Speller, Spelling
from indexer.suggesting import SuggestedWords

_LONGEST_REST_S: Final = 0.05
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wordbook:
    """What one generation corrects and suggests with."""

    spelling: Spelling
    words: SuggestedWords


def read_wordbook(generation: OpenGeneration, rest: Rest = at_once) -> Wordbook:
    """Return the words of an open generation; ``rest`` is called between slices of the work."""
    surface = generation.publications.terms(SURFACE)
    rest()
    words = SuggestedWords(surface, rest)
    spoken = Speller(surface, rest)
    del surface
    bases = Speller(generation.publications.terms(BASE), rest)
    return Wordbook(Spelling(spoken, bases), words)


class Wordbooks:
    """Gives out the words of generations; safe for use by several threads."""

    def __init__(self, reader: Leasing) -> None:
        self._reader = reader
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._wanted: GenerationName | None = None
        self._done: GenerationName | None = None
        self._book: Wordbook | None = None

    def start(self) -> None:
        """Read the words of the current generation now, and of each later one once it is opened."""
        with self._changed:
            if self._thread is not None:
                return
            self._thread = threading.Thread(target=self._run, name="wordbooks", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread and forget the words."""
        self._stopping.set()
        with self._changed:
            thread, self._thread = self._thread, None
            self._changed.notify_all()
        if thread is not None:
            thread.join()
        self._wanted = self._done = self._book = None

    def expect(self, generation: OpenGeneration) -> None:
        """Have a generation's words read, where a thread does that and has not done it."""
        if self._thread is None or generation.name == self._wanted:
            return
        with self._changed:
            self._wanted = generation.name
            self._changed.notify_all()

    def of(self, generation: OpenGeneration, wait_s: float) -> Wordbook | None:
        """Return the words of a leased generation.

        With a thread that is still reading them, after at most ``wait_s``: those of the
        generation before, None where there are none yet.
        """
        self.expect(generation)
        deadline = time.monotonic() + wait_s
        with self._changed:
            if self._thread is None:
                return self._read_here(generation)
            while self._done != generation.name and self._wanted == generation.name:
                left_s = deadline - time.monotonic()
                if left_s <= 0 or not self._changed.wait(left_s):
                    break
            return self._book

    def _read_here(self, generation: OpenGeneration) -> Wordbook | None:
        if self._done != generation.name:
            self._book = read_wordbook(generation)
            self._done = generation.name
        return self._book

    # --- the thread -------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._read_answering()
                with self._changed:
                    while self._wanted == self._done and not self._stopping.is_set():
                        self._changed.wait()
        except _Stopped:
            return

    def _read_answering(self) -> None:
        """Read the words of the generation that answers now: the lease keeps it open meanwhile.

        Where that fails the words of the one before go on serving.
        """
        asked, book = self._wanted, self._book
        with self._reader.lease() as generation:
            if generation is not None and generation.name != self._done:
                try:
                    book = read_wordbook(generation, _Rests(self._stopping))
                except (JulkaisuhakuError, OSError):
                    _log.exception("the words of generation %s cannot be read", generation.name)
        with self._changed:
            self._done, self._book = generation.name if generation else None, book
            if self._wanted == asked:  # else a newer one was opened meanwhile
                self._wanted = self._done
            self._changed.notify_all()


class _Stopped(Exception):
    """The reading is given up: the program ends."""


class _Rests:
    """Lets others go first for as long as the last slice took; ends the work when told to."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._since = time.monotonic()

    def __call__(self) -> None:
        worked_s = time.monotonic() - self._since
        if self._stopping.wait(min(worked_s, _LONGEST_REST_S)):
            raise _Stopped
        self._since = time.monotonic()
