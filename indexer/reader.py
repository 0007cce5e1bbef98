"""The generation that answers: opened once, swapped without a gap, never a damaged one.

One decision: every search looks at the pointer (one stat) and works on a lease, so a swap takes
effect within the next search and the older generation is closed when its last search ends.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from corpus.errors import CorruptIndex, JulkaisuhakuError
from indexer.engine import Index, Query
from indexer.engines import engine
from indexer.generations import GenerationName, Generations, Manifest
from indexer.schema import PAGES, PUBLICATIONS

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class OpenGeneration:
    """Both indexes of a generation, open for reading, with the number of searches on them."""

    name: GenerationName
    manifest: Manifest
    publications: Index
    pages: Index
    users: int = 0
    is_retired: bool = False

    def rarity(self, query: Query) -> float:
        """Return BM25's idf of what a query matches among the publications."""
        total = self.publications.document_count()
        count = self.publications.search(query, limit=0).total
        return math.log(1 + (total - count + 0.5) / (count + 0.5))

    def close(self) -> None:
        """Release both indexes."""
        self.publications.close()
        self.pages.close()


class Leasing(Protocol):
    """Gives out an open generation, one lease for each search; safe for several threads."""

    problem: str
    """Why the generation that should answer does not; empty when it does."""

    def lease(self) -> AbstractContextManager[OpenGeneration | None]:
        """Give a generation that stays open while the block runs; None where there is none."""
        ...

    def close(self) -> None:
        """Close what is open."""
        ...


class GenerationReader:
    """Gives out the current generation; safe for use by several threads."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._lock = threading.Lock()
        self._open: OpenGeneration | None = None
        self._stamp: tuple[int, int] | None = None
        self.problem = ""
        """Why the generation that ``CURRENT`` names does not answer; empty when it does."""

    @contextmanager
    def lease(self) -> Iterator[OpenGeneration | None]:
        """Give the current generation for one search; None before the first ``index``."""
        with self._lock:
            self._follow_pointer()
            leased = self._open
            if leased is not None:
                leased.users += 1
        try:
            yield leased
        finally:
            if leased is not None:
                with self._lock:
                    leased.users -= 1
                    if leased.is_retired and leased.users == 0:
                        leased.close()

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            self._retire(self._open)
            self._open = None
            self._stamp = None

    def _follow_pointer(self) -> None:
        stamp = self._generations.current_stamp()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        if stamp is None:
            return
        fresh = self._open_newest_sound()
        if fresh is not None:
            self._retire(self._open)
            self._open = fresh

    def _open_newest_sound(self) -> OpenGeneration | None:
        """Return the current generation, or the newest sound one where that is damaged."""
        self.problem = ""
        try:
            current = self._generations.current()
        except CorruptIndex as error:
            self.problem, current = error.message, None
        others = [n for n in reversed(self._generations.names()) if n != current]
        for name in ([current] if current else []) + others:
            if self._open is not None and self._open.name == name and self.problem:
                return None  # the last good one goes on answering
            try:
                return self._open_verified(name)
            except (JulkaisuhakuError, OSError) as error:
                self.problem = self.problem or str(error)
                _log.error("generation %s is not used: %s", name, error)
        return None

    def _open_verified(self, name: GenerationName) -> OpenGeneration:
        known = self._open.manifest.files if self._open else None
        manifest = self._generations.verify(name, known)
        return _opened(self._generations.path(name), manifest)

    @staticmethod
    def _retire(generation: OpenGeneration | None) -> None:
        if generation is None:
            return
        generation.is_retired = True
        if generation.users == 0:
            generation.close()


class DirectoryReader:
    """Gives out one directory, whether or not it is a published generation yet."""

    def __init__(self, directory: Path, manifest: Manifest) -> None:
        self.problem = ""
        self._generation = _opened(directory, manifest)

    @contextmanager
    def lease(self) -> Iterator[OpenGeneration | None]:
        """Give the directory for one search."""
        yield self._generation

    def close(self) -> None:
        """Close both indexes."""
        self._generation.close()


def _opened(directory: Path, manifest: Manifest) -> OpenGeneration:
    """Open both indexes of a directory for reading."""
    chosen = engine(manifest.engine)
    publications = chosen.open(directory / PUBLICATIONS.name, PUBLICATIONS, "read")
    try:
        pages = chosen.open(directory / PAGES.name, PAGES, "read")
    except BaseException:
        publications.close()
        raise
    return OpenGeneration(GenerationName.parse(manifest.generation), manifest, publications, pages)
