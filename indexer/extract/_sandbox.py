"""Runs the extractors in child processes with bounded memory and time.

The decision behind it: one document never costs another.  pebble gives each document a clock of
its own and replaces a worker that hangs, runs out of memory or crashes, where the standard
library's executor loses every job that was under way.  Workers come from a fork server, so that
they inherit neither threads nor open files of the process that holds the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from pebble import ProcessExpired, ProcessPool

from indexer._forking import WorkerContext
from indexer.extract._drawing import drawn_page
from indexer.extract._ports import EXTRACTORS, Context, Extraction, Job, Picture
from indexer.extract._worker import (
    READER_MODULE,
    SIGXCPU_EXIT,
    draw_page,
    failed,
    out_of_time,
    read_document,
    start_worker,
)

_DEFAULT_MEMORY_BYTES: Final = 512 * 1024 * 1024
_DEFAULT_TIMEOUT_S: Final = 60.0
_MAX_TASKS: Final = 200  # then a fresh worker: whatever a library leaks ends with it
_QUEUE_PER_WORKER: Final = 2
_ATTEMPTS: Final = 2  # a pool that broke between two documents is no document's fault


class Sandbox:
    """A pool of limited workers; use it as a context manager.

    Nothing about a document makes its methods raise: a crash, a time-out and memory at its end
    are extractions with the status FAILED and the reason.  ``timeout_s`` is a document's clock.
    """

    def __init__(
        self,
        *,
        memory_bytes: int = _DEFAULT_MEMORY_BYTES,
        timeout_s: float = _DEFAULT_TIMEOUT_S,
        workers: int = 1,
    ) -> None:
        self._memory_bytes = memory_bytes
        self._timeout_s = timeout_s
        self._workers = workers
        self._pool: ProcessPool | None = None

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
        """Stop the workers; documents under way are given up."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None

    def extract(self, path: Path, media_type: str, context: Context) -> Extraction:
        """Read one document and return what it says."""
        job = Job(str(path), path, media_type, context)
        return next(self.extract_many([job]))[1]

    def extract_many(self, jobs: Iterable[Job]) -> Iterator[tuple[str, Extraction]]:
        """Read documents as they come and yield (key, extraction) in the order they are done.

        At most two jobs a worker are taken from ``jobs`` ahead of the answers.
        """
        waiting = iter(jobs)
        running: dict[Future[Extraction], tuple[Job, int]] = {}
        exhausted = False
        while running or not exhausted:
            while not exhausted and len(running) < self._workers * _QUEUE_PER_WORKER:
                job = next(waiting, None)
                if job is None:
                    exhausted = True
                else:
                    running[self._schedule(job)] = (job, 1)
            if not running:
                break
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                job, attempt = running.pop(future)
                answer = self._answer(future, job, is_last=attempt >= _ATTEMPTS)
                if answer is None:
                    running[self._schedule(job)] = (job, attempt + 1)
                else:
                    yield job.key, answer

    def render(self, path: Path, number: int, *, dpi: int) -> Picture:
        """Draw a page of a PDF, counted from 1; raises UnreadableDocument with the reason."""
        arguments = (str(path), number, dpi, self._memory_bytes, self._timeout_s)
        future: Future[Picture | str] = self._running_pool().schedule(
            draw_page, args=arguments, timeout=self._timeout_s
        )
        return drawn_page(future, self._timeout_s)

    def _schedule(self, job: Job) -> Future[Extraction]:
        context = replace(  # proxies cannot be sent
            job.context, notes=dict(job.context.notes), recognised=dict(job.context.recognised)
        )
        arguments = (str(job.path), job.media_type, context, self._memory_bytes, self._timeout_s)
        pool = self._running_pool()
        future: Future[Extraction] = pool.schedule(
            read_document, args=arguments, timeout=self._timeout_s
        )
        return future

    def _running_pool(self) -> ProcessPool:
        if self._pool is not None and not self._pool.active:
            self.close()
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self._workers,
                max_tasks=_MAX_TASKS,
                initializer=start_worker,
                initargs=(self._memory_bytes,),
                context=WorkerContext([READER_MODULE, *sorted(set(EXTRACTORS.values()))]),
            )
        return self._pool

    def _answer(self, future: Future[Extraction], job: Job, *, is_last: bool) -> Extraction | None:
        """Return the extraction of a finished job; None when it should be tried again."""
        try:
            return future.result()
        except TimeoutError:
            return failed(out_of_time(self._timeout_s), job.media_type)
        except ProcessExpired as error:
            if error.exitcode == SIGXCPU_EXIT:
                return failed(out_of_time(self._timeout_s), job.media_type)
            return failed(f"crash: the reader ended with {error.exitcode} on it", job.media_type)
        except BrokenProcessPool:
            return failed("crash: no reader could be started", job.media_type) if is_last else None
