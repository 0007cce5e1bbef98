"""The queue of jobs: who gets one, who loses one, and what a person may do with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corpus import (
    Catalogue,
    JobKind,
    Jobs,
    JobState,
    Original,
    Page,
    RecognisedLine,
    RecognisedPage,
    RecognisedPages,
    Status,
)
from corpus._database import row_checksum
from corpus._schema import APPLICATION_ID, MIGRATIONS
from corpus.errors import CorruptCatalogue, InvalidInput, NotFound
from corpus.jobs import MAX_ATTEMPTS

SHA = "a" * 64
OTHER_SHA = "b" * 64
LEASE = timedelta(minutes=5)
_OCR = JobKind.OCR


class Time:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.now


@pytest.fixture
def time() -> Time:
    """Return a clock that stands still."""
    return Time()


@pytest.fixture
def jobs(catalogue: Catalogue, time: Time) -> Jobs:
    """Return the queue of the catalogue."""
    return Jobs(catalogue.database, now=time, lease=LEASE)


def add_scan(catalogue: Catalogue, name: str = "scan", sha256: str = SHA, pages: int = 3) -> None:
    """Record an original and what a reader says of it: pictures of pages."""
    original = Original(sha256, "application/pdf", 10, f"{name}.pdf")
    catalogue.record(document_id=name, original=original, actor="test")
    catalogue.store_extraction(
        name,
        sha256=sha256,
        extractor="pdf/2",
        status=Status.NEEDS_OCR,
        reason="scan",
        pages=[Page(number, "") for number in range(1, pages + 1)],
    )


def add_scan_and_fail(catalogue: Catalogue) -> None:
    """Record a scan in a transaction that does not come to its end."""
    with catalogue.transaction():
        add_scan(catalogue)
        raise InvalidInput("the rest of the transaction failed")


def states(jobs: Jobs) -> list[JobState]:
    """Return the states of all jobs, by number."""
    return [job.state for job in sorted(jobs.all(), key=lambda job: job.id)]


def test_scan_is_queued_in_the_transaction_that_records_it(
    catalogue: Catalogue, jobs: Jobs
) -> None:
    with pytest.raises(InvalidInput):
        add_scan_and_fail(catalogue)
    assert jobs.all() == []
    add_scan(catalogue)
    assert [(job.subject, job.sha256, job.state) for job in jobs.all()] == [
        ("scan", SHA, JobState.QUEUED)
    ]


def test_scan_that_is_read_again_is_queued_once(catalogue: Catalogue, jobs: Jobs) -> None:
    add_scan(catalogue)
    add_scan(catalogue)
    assert states(jobs) == [JobState.QUEUED]


def test_newer_original_takes_the_place_of_the_older_one(catalogue: Catalogue, jobs: Jobs) -> None:
    add_scan(catalogue)
    add_scan(catalogue, sha256=OTHER_SHA)
    assert states(jobs) == [JobState.CANCELLED, JobState.QUEUED]


def test_document_that_has_text_by_now_leaves_the_queue(catalogue: Catalogue, jobs: Jobs) -> None:
    add_scan(catalogue)
    catalogue.record(document_id="scan", pages=[Page(1, "Tekstiä on nyt.")], actor="test")
    assert states(jobs) == [JobState.CANCELLED]


def test_jobs_are_claimed_in_their_order_and_once(catalogue: Catalogue, jobs: Jobs) -> None:
    add_scan(catalogue, "first", SHA)
    add_scan(catalogue, "second", OTHER_SHA)
    claimed = [jobs.claim(_OCR, worker) for worker in ("a", "b", "c")]
    assert [job.subject if job else None for job in claimed] == ["first", "second", None]


def test_workers_that_claim_at_once_get_different_jobs(catalogue: Catalogue, jobs: Jobs) -> None:
    for number in range(8):
        add_scan(catalogue, f"scan{number}", f"{number:064x}")
    with ThreadPoolExecutor(8) as threads:
        claimed = list(threads.map(lambda n: jobs.claim(_OCR, f"worker{n}"), range(8)))
    assert len({job.id for job in claimed if job}) == 8


def test_job_of_a_silent_worker_goes_to_the_next_when_its_lease_ends(
    catalogue: Catalogue, jobs: Jobs, time: Time
) -> None:
    add_scan(catalogue)
    assert jobs.claim(_OCR, "dead")
    time.now += LEASE - timedelta(seconds=1)
    assert jobs.claim(_OCR, "next") is None
    time.now += timedelta(seconds=1)
    taken = jobs.claim(_OCR, "next")
    assert taken is not None
    assert (taken.worker, taken.attempts) == ("next", 2)


def test_worker_that_is_heard_of_keeps_its_job(
    catalogue: Catalogue, jobs: Jobs, time: Time
) -> None:
    add_scan(catalogue)
    job = jobs.claim(_OCR, "slow")
    assert job
    for done in range(1, 4):
        time.now += LEASE - timedelta(seconds=1)
        assert jobs.advance(job, done=done, total=3)
        assert jobs.claim(_OCR, "next") is None


def test_worker_that_lost_its_job_can_write_nothing(
    catalogue: Catalogue, jobs: Jobs, time: Time
) -> None:
    add_scan(catalogue)
    lost = jobs.claim(_OCR, "lost")
    assert lost
    time.now += LEASE
    assert jobs.claim(_OCR, "next")
    assert [jobs.advance(lost, done=1, total=3), jobs.finish(lost), jobs.fail(lost, "x")] == [
        False,
        False,
        False,
    ]
    assert states(jobs) == [JobState.RUNNING]


def test_only_worker_takes_over_at_once(catalogue: Catalogue, jobs: Jobs) -> None:
    add_scan(catalogue)
    assert jobs.claim(_OCR, "killed", is_alone=True)
    taken = jobs.claim(_OCR, "next", is_alone=True)
    assert taken is not None
    assert taken.worker == "next"


def test_job_that_kills_every_worker_is_given_up(catalogue: Catalogue, jobs: Jobs) -> None:
    add_scan(catalogue)
    for attempt in range(MAX_ATTEMPTS):
        assert jobs.claim(_OCR, f"worker{attempt}", is_alone=True)
    assert jobs.claim(_OCR, "last", is_alone=True) is None
    assert [(job.state, bool(job.error)) for job in jobs.all()] == [(JobState.FAILED, True)]


def test_job_that_goes_on_after_each_kill_is_never_given_up(
    catalogue: Catalogue, jobs: Jobs
) -> None:
    add_scan(catalogue)
    for done in range(1, 3 * MAX_ATTEMPTS):
        job = jobs.claim(_OCR, f"worker{done}", is_alone=True)
        assert job is not None
        assert jobs.advance(job, done=done, total=100)


def test_finished_job_keeps_its_progress_and_note(catalogue: Catalogue, jobs: Jobs) -> None:
    add_scan(catalogue)
    job = jobs.claim(_OCR, "worker")
    assert job
    jobs.advance(job, done=3, total=3)
    assert jobs.finish(job, note="page 2: time")
    kept = jobs.job(job.id)
    assert (kept.state, kept.done, kept.total, kept.error, kept.worker, kept.lease_until) == (
        JobState.DONE,
        3,
        3,
        "page 2: time",
        "",
        None,
    )


def test_cancelled_job_stops_its_worker_and_is_audited(catalogue: Catalogue, jobs: Jobs) -> None:
    add_scan(catalogue)
    job = jobs.claim(_OCR, "worker")
    assert job
    jobs.cancel(job.id, actor="maija")
    assert not jobs.advance(job, done=1, total=3)
    assert jobs.claim(_OCR, "next", is_alone=True) is None
    assert [(e.actor, e.action) for e in catalogue.audit("scan")][:1] == [("maija", "cancel job")]


def test_closed_job_cannot_be_cancelled(catalogue: Catalogue, jobs: Jobs) -> None:
    add_scan(catalogue)
    jobs.cancel(1, actor="test")
    with pytest.raises(InvalidInput, match="cancelled already"):
        jobs.cancel(1, actor="test")


def test_retried_job_begins_anew(catalogue: Catalogue, jobs: Jobs) -> None:
    add_scan(catalogue)
    job = jobs.claim(_OCR, "worker")
    assert job
    jobs.advance(job, done=2, total=3)
    jobs.fail(job, "no text")
    again = jobs.retry(job.id, actor="test")
    assert (again.state, again.done, again.attempts, again.error) == (JobState.QUEUED, 0, 0, "")


def test_open_job_cannot_be_retried(catalogue: Catalogue, jobs: Jobs) -> None:
    add_scan(catalogue)
    with pytest.raises(InvalidInput, match="queued"):
        jobs.retry(1, actor="test")


def test_job_whose_subject_is_queued_elsewhere_cannot_be_retried(
    catalogue: Catalogue, jobs: Jobs
) -> None:
    add_scan(catalogue)
    add_scan(catalogue, sha256=OTHER_SHA)
    with pytest.raises(InvalidInput, match="Job 2 does the same"):
        jobs.retry(1, actor="test")


@pytest.mark.parametrize("number", [0, -1, 99, 2**62])
def test_job_that_is_not_there_is_told(jobs: Jobs, number: int) -> None:
    with pytest.raises(NotFound, match=str(number)):
        jobs.cancel(number, actor="test")


def test_open_jobs_are_listed_first(catalogue: Catalogue, jobs: Jobs) -> None:
    for number in range(4):
        add_scan(catalogue, f"scan{number}", f"{number:064x}")
    jobs.cancel(1, actor="test")
    jobs.cancel(3, actor="test")
    assert [job.id for job in jobs.all()] == [2, 4, 3, 1]
    assert [job.id for job in jobs.all(limit=1)] == [2]


def test_recognised_page_is_kept_as_it_is(catalogue: Catalogue) -> None:
    add_scan(catalogue)
    pages = RecognisedPages(catalogue.database)
    page = RecognisedPage(2, (RecognisedLine("Hirttä ja öljyä", 11.5, 700.0, 72.0, 300.5),), "t/5")
    pages.keep("scan", SHA, RecognisedPage(2, (), "t/5", "time: longer than 1 seconds"))
    pages.keep("scan", SHA, page)
    assert pages.pages("scan", SHA) == {2: page}
    assert pages.pages("scan", OTHER_SHA) == {}


def test_damaged_recognised_page_is_an_error(catalogue: Catalogue) -> None:
    add_scan(catalogue)
    pages = RecognisedPages(catalogue.database)
    pages.keep("scan", SHA, RecognisedPage(1, (), "t/5"))
    with closing(sqlite3.connect(catalogue.database.path)) as raw:
        raw.create_function("row_checksum", -1, lambda *_: 0)
        raw.execute("UPDATE recognised_pages SET lines = '[[\"x\", 1, 1, 1, 1]]'")
        raw.commit()
    with pytest.raises(CorruptCatalogue):
        pages.pages("scan", SHA)


def test_scans_of_an_older_data_directory_are_queued(
    tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    path = tmp_path / "older.sqlite3"
    with closing(sqlite3.connect(path)) as older:
        older.create_function("row_checksum", -1, row_checksum)
        for statement in (*MIGRATIONS[0], *MIGRATIONS[1]):
            older.execute(statement)
        older.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        older.execute("PRAGMA user_version = 2")
        for number, status in enumerate(("needs_ocr", "ok", "needs_ocr", "failed"), start=1):
            older.execute(
                "INSERT INTO documents VALUES (?, ?, 'published', ?, '', ?, 'application/pdf', 1,"
                " '', '', NULL, 0, '', '', '', '{}', '{}', ?, ?, NULL)",
                (f"d{number}", number, status, SHA, *[clock().isoformat()] * 2),
            )
        older.commit()
    with Catalogue(path) as migrated:
        listed = Jobs(migrated.database).all()
    assert [(job.subject, job.state, job.done) for job in listed] == [
        ("d1", JobState.QUEUED, 0),
        ("d3", JobState.QUEUED, 0),
    ]
