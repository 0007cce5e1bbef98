"""Works the queue of scans off: draw a page, recognise its text, keep it, until a document is done.

One decision: each page stands in the catalogue before the next one is drawn, in the transaction
that notes the progress, so a worker that is killed loses one page at most; the finished document
is then read like any other, with the recognised lines beside its file.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from corpus import (
    Catalogue,
    Document,
    Job,
    JobKind,
    Jobs,
    OriginalStore,
    RecognisedLine,
    RecognisedPage,
    RecognisedPages,
    Status,
)
from corpus._failpoint import failpoint
from corpus.errors import JulkaisuhakuError, LimitExceeded, NotFound, UnreadableDocument
from indexer.extract import Picture, Sandbox
from indexer.reading import Reader

_log = logging.getLogger(__name__)
_FEW_CHARS: Final = 10
_NAMED_PAGES: Final = 5
DPI: Final = 200  # measured with fin+swe+eng: 98.9 % of the characters, every ä, ö and å


class Recogniser(Protocol):
    """Recognises the text of one page; raises UnreadableDocument or LimitExceeded where not."""

    name: str

    def recognise(self, picture: Picture) -> tuple[RecognisedLine, ...]:
        """Return the lines of a page."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: the document it was about, and why it failed, where it did."""

    job_id: int
    document_id: str
    error: str = ""


class Recognition:
    """The worker of the queue; ``progress`` is told pages done and in all of each job."""

    def __init__(
        self,
        catalogue: Catalogue,
        originals: OriginalStore,
        jobs: Jobs,
        reader: Reader,
        *,
        recogniser: Recogniser,
        sandbox: Callable[[], Sandbox],
    ) -> None:
        self._catalogue = catalogue
        self._originals = originals
        self._jobs = jobs
        self._pages = RecognisedPages(catalogue.database)
        self._reader = reader
        self._recogniser = recogniser
        self._sandbox = sandbox

    def run_next(
        self, progress: Callable[[int, int], None] | None = None, *, is_alone: bool = False
    ) -> Outcome | None:
        """Do the next job; None where none waits. ``is_alone``: see `Jobs.claim`."""
        job = self._jobs.claim(JobKind.OCR, worker_name(), is_alone=is_alone)
        if job is None:
            return None
        try:
            error = self._run(job, progress)
        except JulkaisuhakuError as problem:
            error = problem.message
        except Exception as problem:  # noqa: BLE001 - the per-document border; logged
            _log.exception("job %s failed", job.id)
            error = f"unexpected: {type(problem).__name__}"
        if error:
            self._jobs.fail(job, error)
        return Outcome(job.id, job.subject, error)

    def _run(self, job: Job, progress: Callable[[int, int], None] | None) -> str:
        """Return why the job failed; empty where it is done or is no longer ours."""
        document = self._catalogue.document(job.subject)
        wanted = self._wanted(document)
        if not wanted or not _is_about(job, document):
            self._jobs.finish(job, note="the document has other text by now")
            return ""
        with self._sandbox() as sandbox:
            # what stands before ``done`` was kept with it; the rest is done, or done again
            for done, number in enumerate(wanted[job.done :], start=job.done + 1):
                page = self._page(sandbox, job, number)
                if not self._keep(job, page, done=done, total=len(wanted)):
                    return ""
                failpoint("after_recognised_page")
                if progress is not None:
                    progress(done, len(wanted))
        return self._finish(job, wanted)

    def _finish(self, job: Job, wanted: list[int]) -> str:
        """Read the document with what was recognised; return what is wrong with it."""
        kept = self._pages.pages(job.subject, job.sha256)
        failed = {number: kept[number].reason for number in wanted if kept[number].reason}
        if len(failed) == len(wanted):
            return f"no page could be recognised; {_told(failed)}"
        document = self._catalogue.document(job.subject)
        if not _is_about(job, document):
            return ""  # a newer original has its own job
        self._reader.read([document])
        document = self._catalogue.document(job.subject)
        if document.status is Status.NEEDS_OCR:
            return "the pages of the file are not those that were recognised"
        note = f"not recognised: {_told(failed)}" if failed else ""
        self._jobs.finish(job, note=note)
        return ""

    def _wanted(self, document: Document) -> list[int]:
        """Return the pages without text of their own; none where the document is no scan."""
        pages = self._catalogue.pages(document.id)
        if document.status is not Status.NEEDS_OCR and not any(page.is_ocr for page in pages):
            return []
        return [page.number for page in pages if page.is_ocr or len(page.text) < _FEW_CHARS]

    def _page(self, sandbox: Sandbox, job: Job, number: int) -> RecognisedPage:
        try:
            picture = sandbox.render(self._originals.path(job.sha256), number, dpi=DPI)
            lines = self._recogniser.recognise(picture)
        except (UnreadableDocument, LimitExceeded) as error:
            _log.info("page %s of %s was not recognised: %s", number, job.subject, error.message)
            return RecognisedPage(number, (), self._recogniser.name, error.message)
        return RecognisedPage(number, lines, self._recogniser.name)

    def _keep(self, job: Job, page: RecognisedPage, *, done: int, total: int) -> bool:
        """Make a page durable with the progress; False when the job is no longer ours."""
        try:
            with self._catalogue.database.transaction():
                if not self._jobs.advance(job, done=done, total=total):
                    return False
                self._catalogue.document(job.subject)  # NotFound where it was erased
                self._pages.keep(job.subject, job.sha256, page)
        except NotFound:
            return False  # deleted meanwhile, its pages with it
        return True


def worker_name() -> str:
    """Return what tells this process from others: its host and number."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _is_about(job: Job, document: Document) -> bool:
    return document.original is not None and document.original.sha256 == job.sha256


def _told(failed: Mapping[int, str]) -> str:
    """Return the first pages that failed with their reasons."""
    named = [f"page {number}: {reason}" for number, reason in list(failed.items())[:_NAMED_PAGES]]
    more = len(failed) - len(named)
    return "; ".join(named) + (f" and {more} more" if more > 0 else "")
