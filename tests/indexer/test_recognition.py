"""The worker of the queue: page by page, with every way a page, a document or a job can go wrong.

The recogniser of these tests answers at once; the real one is in tests/indexer/extract and in the
tests of the command line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus import (
    Catalogue,
    Document,
    JobKind,
    Jobs,
    JobState,
    Original,
    OriginalStore,
    Page,
    RecognisedLine,
    RecognisedPages,
    Status,
    Vocabulary,
)
from corpus.errors import LimitExceeded, UnreadableDocument
from indexer.analysis import Analyzer
from indexer.classify import Classifier
from indexer.extract import Picture, Sandbox
from indexer.reading import Reader
from indexer.recognition import Recognition

SCAN = Path(__file__).resolve().parents[2] / "corpus" / "sample" / "site" / "tiedostot"
SCAN /= "hirsikoulun-suunnitteluohje.pdf"
_TEXT = "Hirsirakentamisen ohje kertoo painumista ja liitoksista Pudasjärvellä."
_LINE = RecognisedLine(_TEXT, 11.0, 700.0, 72.0, 500.0)


class Answers:
    """A recogniser that answers what it is told, page after page, the last answer for the rest."""

    name = "answers/1"

    def __init__(self) -> None:
        self.answers: list[str | Exception | Callable[[], None]] = [_TEXT]
        self.asked = 0

    def recognise(self, picture: Picture) -> tuple[RecognisedLine, ...]:
        """Return the next answer as a line."""
        assert picture.pgm.startswith(b"P5")
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            answer()
            return (_LINE,)
        return (RecognisedLine(answer, 11.0, 700.0, 72.0, 500.0),) if answer else ()


class Desk:
    """A catalogue with one scan of two pages, and what works on it."""

    def __init__(self, folder: Path, classifier: Classifier, sandbox: Sandbox) -> None:
        self.catalogue = Catalogue(folder / "catalogue.sqlite3")
        self.originals = OriginalStore(folder / "originals")
        self.jobs = Jobs(self.catalogue.database)
        self.pages = RecognisedPages(self.catalogue.database)
        self.answers = Answers()
        self.reader = Reader(self.catalogue, self.originals, classifier, lambda: sandbox)
        self.recognition = Recognition(
            self.catalogue,
            self.originals,
            self.jobs,
            self.reader,
            recogniser=self.answers,
            sandbox=lambda: sandbox,
        )
        self.add(SCAN.read_bytes())

    def add(self, data: bytes) -> None:
        """Give the document these bytes, and read them."""
        sha256 = self.originals.add(data)
        original = Original(sha256, "application/pdf", len(data), "ohje.pdf")
        self.catalogue.record(document_id="scan", original=original, actor="test")
        self.reader.read_pending()

    @property
    def document(self) -> Document:
        """The scan as it stands."""
        return self.catalogue.document("scan")

    @property
    def states(self) -> list[tuple[JobState, int, int]]:
        """State and progress of every job, by number."""
        listed = sorted(self.jobs.all(), key=lambda job: job.id)
        return [(job.state, job.done, job.total) for job in listed]

    def texts(self) -> list[tuple[str, bool]]:
        """Return the text of each page, and whether it was recognised."""
        return [(page.text, page.is_ocr) for page in self.catalogue.pages("scan")]


class _Shared(Sandbox):
    """A sandbox that several blocks use one after the other."""

    def __exit__(self, *_error: object) -> None:
        """Leave the workers running."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Return a sandbox whose workers are started once."""
    shared = _Shared()
    yield shared
    shared.close()


@pytest.fixture
def desk(
    tmp_path: Path,
    analyzers: dict[str, Analyzer],
    packaged_vocabulary: Vocabulary,
    sandbox: Sandbox,
) -> Iterator[Desk]:
    """Return a catalogue in which a scan waits."""
    made = Desk(tmp_path, Classifier(packaged_vocabulary, analyzers), sandbox)
    yield made
    made.catalogue.close()


def test_scan_waits_without_text_until_its_job_is_done(desk: Desk) -> None:
    assert (desk.document.status, desk.states) == (Status.NEEDS_OCR, [(JobState.QUEUED, 0, 0)])
    told: list[tuple[int, int]] = []
    outcome = desk.recognition.run_next(lambda done, total: told.append((done, total)))
    assert outcome is not None
    assert (outcome.document_id, outcome.error, told) == ("scan", "", [(1, 2), (2, 2)])
    assert (desk.document.status, desk.states) == (Status.OK, [(JobState.DONE, 2, 2)])
    assert desk.texts() == [(_TEXT, True), (_TEXT, True)]
    assert desk.catalogue.check() == []


def test_document_is_classified_by_its_recognised_text(desk: Desk) -> None:
    desk.recognition.run_next()
    assert (desk.document.regions, desk.document.language) == (("pohjois-pohjanmaa",), "fi")


def test_no_job_is_no_work(desk: Desk) -> None:
    desk.recognition.run_next()
    assert desk.recognition.run_next() is None


def test_page_that_fails_costs_that_page_alone(desk: Desk) -> None:
    desk.answers.answers = [LimitExceeded("time: longer than 1 seconds"), _TEXT]
    desk.recognition.run_next()
    assert desk.texts() == [("", False), (_TEXT, True)]
    job = desk.jobs.all()[0]
    assert (job.state, job.error) == (
        JobState.DONE,
        "not recognised: page 1: time: longer than 1 seconds",
    )


def test_document_stays_as_it_was_when_every_page_fails(desk: Desk) -> None:
    desk.answers.answers = [UnreadableDocument("text recognition ended by signal 11")]
    outcome = desk.recognition.run_next()
    assert outcome is not None
    assert "page 2: text recognition ended by signal 11" in outcome.error
    assert (desk.document.status, desk.states) == (Status.NEEDS_OCR, [(JobState.FAILED, 2, 2)])
    desk.reader.read([desk.document])
    assert desk.document.status is Status.NEEDS_OCR


def test_failed_job_is_done_anew_when_it_is_retried(desk: Desk) -> None:
    desk.answers.answers = [UnreadableDocument("no"), UnreadableDocument("no"), _TEXT]
    desk.recognition.run_next()
    desk.jobs.retry(1, actor="test")
    desk.recognition.run_next()
    assert (desk.document.status, desk.states) == (Status.OK, [(JobState.DONE, 2, 2)])


def test_mistake_in_the_program_fails_the_job_and_no_other(desk: Desk) -> None:
    desk.answers.answers = [ZeroDivisionError()]
    outcome = desk.recognition.run_next()
    assert outcome is not None
    assert outcome.error == "unexpected: ZeroDivisionError"
    assert desk.states == [(JobState.FAILED, 0, 0)]


def test_scan_without_any_writing_fails_with_its_reason(desk: Desk) -> None:
    desk.answers.answers = [""]
    desk.recognition.run_next()
    assert (desk.document.status, desk.document.reason, desk.states) == (
        Status.FAILED,
        "empty: no text was recognised on any page",
        [(JobState.DONE, 2, 2)],
    )


def test_cancelled_job_stops_before_its_next_page(desk: Desk) -> None:
    desk.answers.answers = [lambda: void(desk.jobs.cancel(1, actor="test"))]
    desk.recognition.run_next()
    assert desk.answers.asked == 1
    assert (desk.states[0][0], desk.document.status) == (JobState.CANCELLED, Status.NEEDS_OCR)
    assert desk.pages.pages("scan", sha_of(SCAN.read_bytes())) == {}


def test_job_that_is_taken_over_goes_on_at_its_page(desk: Desk) -> None:
    first = desk.jobs.claim(JobKind.OCR, "killed")
    assert first
    desk.answers.answers = ["Ensimmäisen työntekijän sivu.", _TEXT]
    page = desk.recognition._page(sandbox_of(desk), first, 1)
    assert desk.recognition._keep(first, page, done=1, total=2)
    desk.recognition.run_next(is_alone=True)
    assert desk.answers.asked == 2
    assert desk.texts() == [("Ensimmäisen työntekijän sivu.", True), (_TEXT, True)]


def test_newer_original_is_not_given_the_text_of_the_older(desk: Desk) -> None:
    newer = SCAN.read_bytes() + b"\n% newer\n"
    desk.answers.answers = [lambda: desk.add(newer)]
    desk.recognition.run_next()
    assert desk.document.status is Status.NEEDS_OCR
    assert [state for state, *_ in desk.states] == [JobState.CANCELLED, JobState.QUEUED]
    desk.answers.answers = [_TEXT]
    desk.recognition.run_next()
    assert desk.document.status is Status.OK
    assert desk.pages.pages("scan", sha_of(newer)).keys() == {1, 2}


def test_text_that_came_from_elsewhere_meanwhile_stays(desk: Desk) -> None:
    job = desk.jobs.claim(JobKind.OCR, "killed")
    desk.catalogue.record(document_id="scan", pages=[Page(1, "Annettu teksti.")], actor="test")
    assert job
    desk.recognition.run_next(is_alone=True)
    assert desk.texts() == [("Annettu teksti.", False)]


def test_recognised_document_is_read_again_without_recognising(desk: Desk) -> None:
    desk.recognition.run_next()
    asked = desk.answers.asked
    sequence = desk.document.sequence
    desk.reader.read([desk.document])
    assert (desk.document.status, desk.document.sequence) == (Status.OK, sequence)
    assert (desk.answers.asked, len(desk.states)) == (asked, 1)


def test_document_stays_searchable_while_it_is_recognised_anew(desk: Desk) -> None:
    desk.recognition.run_next()
    desk.jobs.retry(1, actor="test")
    seen: list[Status] = []
    desk.answers.answers = [lambda: seen.append(desk.document.status)]
    desk.answers.asked = 0
    desk.recognition.run_next()
    assert seen == [Status.OK, Status.OK]
    assert desk.document.status is Status.OK


def void(_value: object) -> None:
    """Return nothing, whatever came."""


def sha_of(data: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def sandbox_of(desk: Desk) -> Sandbox:
    """Return the sandbox that the worker uses."""
    return desk.recognition._sandbox()
