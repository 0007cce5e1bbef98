"""Jobs: work that takes too long for the command that found it, as rows of the catalogue.

One decision: a job is claimed for a time and has to be heard of before that ends, so a worker that
was killed loses it to the next one; and whatever a worker writes is written only while the job is
still his, so that two of them can never mix their results.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from corpus._audit import write_audit
from corpus._database import Database
from corpus._disk import utc_now
from corpus.errors import InvalidInput, NotFound

LEASE: Final = timedelta(minutes=5)
MAX_ATTEMPTS: Final = 5  # without a single step forward in between
_OPEN: Final = "state IN ('queued', 'running')"
_CLAIMABLE: Final = """SELECT * FROM jobs WHERE kind = :kind AND (state = 'queued'
    OR (state = 'running' AND (:is_alone OR lease_until <= :now))) ORDER BY id"""
_GIVEN_UP: Final = (
    f"the worker ended {MAX_ATTEMPTS} times while it was at this; the log and the system's log "
    "say why"
)


class JobKind(StrEnum):
    """What is to be done."""

    OCR = "ocr"  # recognise the text of a scan


class JobState(StrEnum):
    """How far a job has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # ``error`` says why
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self in {JobState.QUEUED, JobState.RUNNING}


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work on one subject (the id of a document) and its original.

    ``done`` of ``total`` steps are done (0 of 0: not begun). ``attempts`` counts how often it was
    claimed since its last step forward.
    """

    id: int
    kind: JobKind
    subject: str
    sha256: str
    state: JobState
    done: int
    total: int
    attempts: int
    error: str
    worker: str
    lease_until: datetime | None
    created_at: datetime
    touched_at: datetime


class Jobs:
    """The queue in the catalogue's database; durable like the catalogue itself."""

    def __init__(
        self,
        database: Database,
        *,
        now: Callable[[], datetime] = utc_now,
        lease: timedelta = LEASE,
    ) -> None:
        self._database = database
        self._now = now
        self._lease = lease

    @property
    def database(self) -> Database:
        """The database, shared with the catalogue."""
        return self._database

    def job(self, job_id: int) -> Job:
        """Return a job; `NotFound` where there is none of that number."""
        row = self._database.row("SELECT * FROM jobs WHERE id = ?", (job_id,))
        if row is None:
            raise NotFound(f"There is no job {job_id}.", subject=str(job_id))
        return _job_of(row)

    def all(self, *, limit: int = 100) -> list[Job]:
        """Return the open jobs in their order, then the others, the latest first."""
        rows = self._database.rows(
            f"SELECT * FROM jobs ORDER BY {_OPEN} DESC,"  # noqa: S608 - a constant
            f" CASE WHEN {_OPEN} THEN id ELSE -id END LIMIT ?",
            (limit,),
        )
        return [_job_of(row) for row in rows]

    def count_open(self, kind: JobKind) -> int:
        """Return how many jobs of a kind are still to be done."""
        return self._database.number(
            f"SELECT count(*) FROM jobs WHERE kind = ? AND {_OPEN}",  # noqa: S608 - a constant
            (kind.value,),
        )

    def claim(self, kind: JobKind, worker: str, *, is_alone: bool = False) -> Job | None:
        """Return the next job of a kind, now this worker's; None where there is none.

        ``is_alone`` says that the caller holds the lock of the workers: a job that still runs has
        lost its worker then, however long its lease. A job that was begun too often without a
        step forward fails.
        """
        now = self._now()
        with self._database.transaction():
            parameters = {"kind": kind.value, "is_alone": is_alone, "now": now.isoformat()}
            for row in self._database.rows(_CLAIMABLE, parameters):
                if row["attempts"] >= MAX_ATTEMPTS:
                    self._set_state(row["id"], JobState.FAILED, _GIVEN_UP)
                    continue
                self._database.execute(
                    "UPDATE jobs SET state = 'running', attempts = attempts + 1, worker = ?,"
                    " lease_until = ?, touched_at = ?, error = '' WHERE id = ?",
                    (worker, (now + self._lease).isoformat(), now.isoformat(), row["id"]),
                )
                return self.job(row["id"])
        return None

    def advance(self, job: Job, *, done: int, total: int) -> bool:
        """Note how far a job is, and that its worker lives; False when it is his no longer.

        Call it in the transaction that keeps what the step brought forth.
        """
        now = self._now()
        changed = self._database.execute(
            "UPDATE jobs SET attempts = CASE WHEN done < :done THEN 1 ELSE attempts END,"
            " done = :done, total = :total, lease_until = :until, touched_at = :now"
            " WHERE id = :id AND state = 'running' AND worker = :worker",
            {
                "done": done,
                "total": total,
                "until": (now + self._lease).isoformat(),
                "now": now.isoformat(),
                "id": job.id,
                "worker": job.worker,
            },
        )
        return changed == 1

    def finish(self, job: Job, *, note: str = "") -> bool:
        """Close a job that was done; ``note`` says what did not go well all the same."""
        return self._end(job, JobState.DONE, note)

    def fail(self, job: Job, error: str) -> bool:
        """Close a job that cannot be done."""
        return self._end(job, JobState.FAILED, error)

    def cancel(self, job_id: int, *, actor: str) -> Job:
        """Take a job out of the queue; a worker at it stops at its next step."""
        with self._database.transaction():
            before = self.job(job_id)
            if not before.state.is_open:
                raise InvalidInput(f"Job {job_id} is {before.state} already.", subject=str(job_id))
            self._set_state(job_id, JobState.CANCELLED, "")
            self._audit(before, JobState.CANCELLED, "cancel job", actor)
        return self.job(job_id)

    def retry(self, job_id: int, *, actor: str) -> Job:
        """Queue a closed job again, from its beginning."""
        with self._database.transaction():
            before = self.job(job_id)
            if before.state.is_open:
                raise InvalidInput(f"Job {job_id} is {before.state}.", subject=str(job_id))
            other = self._database.row(
                f"SELECT id FROM jobs WHERE kind = ? AND subject = ? AND {_OPEN}",  # noqa: S608
                (before.kind.value, before.subject),
            )
            if other is not None:
                raise InvalidInput(
                    f"Job {other['id']} does the same and is open.", subject=str(job_id)
                )
            self._set_state(job_id, JobState.QUEUED, "")
            self._database.execute(
                "UPDATE jobs SET done = 0, total = 0, attempts = 0 WHERE id = ?", (job_id,)
            )
            self._audit(before, JobState.QUEUED, "retry job", actor)
        return self.job(job_id)

    def _end(self, job: Job, state: JobState, error: str) -> bool:
        with self._database.transaction():
            now = self.job(job.id)
            is_own = now.state is JobState.RUNNING and now.worker == job.worker
            if is_own:
                self._set_state(job.id, state, error)
        return is_own

    def _set_state(self, job_id: int, state: JobState, error: str) -> None:
        self._database.execute(
            "UPDATE jobs SET state = ?, error = ?, worker = '', lease_until = NULL,"
            " touched_at = ? WHERE id = ?",
            (state.value, error, self._now().isoformat(), job_id),
        )

    def _audit(self, before: Job, after: JobState, action: str, actor: str) -> None:
        write_audit(
            self._database,
            at=self._now(),
            actor=actor,
            action=action,
            object_id=before.subject,
            before={"job": before.id, "state": before.state.value},
            after={"job": before.id, "state": after.value},
        )


def queue_job(
    database: Database, kind: JobKind, subject: str, sha256: str, *, at: datetime
) -> None:
    """Queue a job inside the caller's transaction, which records what it is about.

    An open job on the same original stays; one on an earlier original gives way.
    """
    database.execute(
        f"UPDATE jobs SET state = 'cancelled', touched_at = ?"  # noqa: S608 - a constant
        f" WHERE kind = ? AND subject = ? AND sha256 <> ? AND {_OPEN}",
        (at.isoformat(), kind.value, subject, sha256),
    )
    database.execute(
        "INSERT INTO jobs (kind, subject, sha256, state, created_at, touched_at)"
        " VALUES (?, ?, ?, 'queued', ?, ?) ON CONFLICT DO NOTHING",
        (kind.value, subject, sha256, at.isoformat(), at.isoformat()),
    )


def drop_job(database: Database, kind: JobKind, subject: str, *, at: datetime) -> None:
    """Take a job out of the queue that has nothing left to do; one that runs is left alone."""
    database.execute(
        "UPDATE jobs SET state = 'cancelled', touched_at = ?"
        " WHERE kind = ? AND subject = ? AND state = 'queued'",
        (at.isoformat(), kind.value, subject),
    )


def _job_of(row: sqlite3.Row) -> Job:
    until = row["lease_until"]
    return Job(
        id=row["id"],
        kind=JobKind(row["kind"]),
        subject=row["subject"],
        sha256=row["sha256"],
        state=JobState(row["state"]),
        done=row["done"],
        total=row["total"],
        attempts=row["attempts"],
        error=row["error"],
        worker=row["worker"],
        lease_until=datetime.fromisoformat(until) if until else None,
        created_at=datetime.fromisoformat(row["created_at"]),
        touched_at=datetime.fromisoformat(row["touched_at"]),
    )
