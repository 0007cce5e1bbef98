"""Analysis on every core: words are read in processes of their own, written down by this one.

One decision: workers are only a faster way to the same result. They make analyzers and vocabulary
anew from the same files, prove it by their fingerprints, and whatever goes wrong with one of them
is done again here; so nothing depends on them, and a small update never starts them.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from itertools import islice
from multiprocessing import parent_process
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Final, Self, TypeVar

from corpus import Vocabulary
from indexer._forking import WorkerContext
from indexer.analysis import LANGUAGES, Analyzer, analyzer_for
from indexer.builder import IndexBuilder
from indexer.classify import Classifier

WORTH_STARTING: Final = 400
"""Documents that pay for the second a worker takes to start."""

MAX_WORKERS: Final = 4
_ALLOCATIONS: Final = 200_000
_AHEAD: Final = 3
_LOG: Final = logging.getLogger(__name__)

Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Recipe:
    """From what another process makes the same analyzers and the same vocabulary."""

    vocabulary: Path
    vocabulary_fingerprint: str
    analysis: tuple[str, ...]
    backend: str | None = None
    lexicon: Path | None = None


@dataclass(frozen=True, slots=True)
class Kit:
    """What a worker has: it owns the caches of its words."""

    analyzers: Mapping[str, Analyzer]
    builder: IndexBuilder
    classifier: Classifier


@cache
def _kit(recipe: Recipe) -> Kit:
    vocabulary = Vocabulary.load(recipe.vocabulary)
    analyzers = {
        language: analyzer_for(language, backend=recipe.backend, lexicon=recipe.lexicon)
        for language in LANGUAGES
    }
    made = (vocabulary.fingerprint, tuple(a.fingerprint for a in analyzers.values()))
    if made != (recipe.vocabulary_fingerprint, recipe.analysis):
        message = "the configuration was changed while documents were read"
        raise RuntimeError(message)
    return Kit(analyzers, IndexBuilder(analyzers, vocabulary), Classifier(vocabulary, analyzers))


class Workers:
    """Some processes, started when they are first needed; a context manager that ends them.

    Without a recipe or with a single core everything is made here.
    """

    def __init__(self, recipe: Recipe | None = None, count: int | None = None) -> None:
        cores = os.cpu_count() or 1
        self._recipe = recipe
        self._count = (min(MAX_WORKERS, cores) if cores > 1 else 0) if count is None else count
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes; what they were about to make is given up."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def made(
        self,
        task: Callable[[Kit, Item], Made],
        here: Callable[[Item], Made],
        items: Iterable[Item],
        *,
        first_here: int = 0,
    ) -> Iterator[tuple[Item, Made]]:
        """Yield each item with what ``task`` makes of it, in order, some items ahead.

        ``here`` does the same in this process, for what no worker could do and for the
        ``first_here`` items: where there are no more, no worker is started.
        """
        items = iter(items)
        without_workers = None if self._recipe is None or not self._count else first_here
        yield from ((item, here(item)) for item in islice(items, without_workers))
        if self._recipe is None:
            return
        waiting: deque[tuple[Item, Future[Made] | None]] = deque()
        for item in items:
            waiting.append((item, self._submit(self._recipe, task, item)))
            if len(waiting) > self._count * _AHEAD:
                yield _result(*waiting.popleft(), here)
        while waiting:
            yield _result(*waiting.popleft(), here)

    def _submit(
        self, recipe: Recipe, task: Callable[[Kit, Item], Made], item: Item
    ) -> Future[Made] | None:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._count, mp_context=WorkerContext([__name__]), initializer=_start
            )
        try:
            return self._pool.submit(_run, recipe, task, item)
        except BrokenProcessPool:
            return None


def _result(
    item: Item, future: Future[Made] | None, here: Callable[[Item], Made]
) -> tuple[Item, Made]:
    error = BrokenProcessPool() if future is None else future.exception()
    if future is None or error is not None:
        _LOG.info("a worker failed, its part is done here: %r", error)
        return item, here(item)
    return item, future.result()


def _run(recipe: Recipe, task: Callable[[Kit, Item], Made], item: Item) -> Made:
    return task(_kit(recipe), item)


def _start() -> None:
    """Prepare a worker: an interrupt is its parent's business, and without one it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(_ALLOCATIONS, 20, 100)  # terms hold no cycles
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
