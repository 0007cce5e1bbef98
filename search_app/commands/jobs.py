"""``jobs``: work that takes minutes, shown, done, cancelled and tried again.

One decision: recognising the text of scans is done by `jobs run` alone, never by a command that
somebody waits for; it may be stopped at any moment and goes on at the page where it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import click

from corpus import Job, JobKind, JobState
from corpus._disk import FileLock
from indexer.extract.ocr import Tesseract
from indexer.recognition import Outcome, Recognition
from search_app.assembly import Assembly
from search_app.catching_up import name_of, read_pending, update_index
from search_app.console import Console, counted
from search_app.invocation import Invocation, common_options, pass_invocation

_ACTOR: Final = "command line"
_LOOK_EVERY_S: Final = 10.0
_PERCENT: Final = 100
_MAX_ID: Final = 2**63 - 1


@click.group("jobs", short_help="Show, do, cancel and retry jobs.", invoke_without_command=True)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most.")
@common_options
@pass_invocation
@click.pass_context
def jobs(context: click.Context, invocation: Invocation, limit: int) -> int:
    """List the jobs: what waits and runs first, then what is over, the latest first.

    A scan is a job: its pages are pictures, and `jobs run` recognises their text.

    Example: julkaisuhaku jobs --json
    """
    if context.invoked_subcommand is not None:
        return 0
    console, assembly = invocation.console, invocation.assembly()
    listed = assembly.jobs.all(limit=limit)
    for job in listed:
        _tell(job, assembly, console)
    if not listed:
        console.say("There are no jobs.")
    return 0


@jobs.command(
    "run", short_help="Do the jobs that wait.", epilog="Example: julkaisuhaku jobs run --follow"
)
@click.option("--follow", is_flag=True, help="Wait for further jobs when all are done.")
@common_options
@pass_invocation
def run(invocation: Invocation, *, follow: bool) -> int:
    """Recognise the text of scans, page by page, and index each document that is done.

    It may be stopped at any moment: what was recognised is kept. It needs Debian's tesseract-ocr
    with tesseract-ocr-fin and tesseract-ocr-swe. The exit code is 65 when a job failed.
    """
    console, assembly = invocation.console, invocation.assembly()
    with FileLock(assembly.settings.data / "jobs.lock", "jobs run"):
        return _work(assembly, console, follow=follow)


def _work(assembly: Assembly, console: Console, *, follow: bool) -> int:
    """Do jobs until none waits; with ``follow`` until the process is told to stop."""
    recognition: Recognition | None = None
    failed = 0
    while True:
        read_pending(assembly, console)
        while assembly.jobs.count_open(JobKind.OCR):
            if recognition is None:  # made late: where no scan waits, nothing is missing
                recognition = _recognition(assembly)
            if (outcome := _next(recognition, console)) is None:
                break
            failed += bool(outcome.error)
            _tell_outcome(outcome, assembly, console)
        if assembly.catalogue.count_changes(after=assembly.catalogue.watermark()):
            update_index(assembly, console)
        if not follow:
            return 65 if failed else 0
        time.sleep(_LOOK_EVERY_S)


def _recognition(assembly: Assembly) -> Recognition:
    settings = assembly.settings
    tesseract = Tesseract(languages=settings.ocr_languages, timeout_s=settings.ocr_timeout_s)
    return Recognition(
        assembly.catalogue,
        assembly.originals,
        assembly.jobs,
        assembly.reader,
        recogniser=tesseract,
        sandbox=assembly.new_sandbox,
    )


def _next(recognition: Recognition, console: Console) -> Outcome | None:
    with console.progress("recognising pages") as progress:
        return recognition.run_next(progress, is_alone=True)


def _tell_outcome(outcome: Outcome, assembly: Assembly, console: Console) -> None:
    """Say what became of a job, and let the index follow where its document has text now."""
    job = assembly.jobs.job(outcome.job_id)
    if job.state is JobState.DONE:
        update_index(assembly, console)
    _tell(job, assembly, console)


@jobs.command("cancel", short_help="Take a job out.", epilog="Example: julkaisuhaku jobs cancel 7")
@click.argument("job_id", metavar="ID", type=click.IntRange(1, _MAX_ID))
@common_options
@pass_invocation
def cancel(invocation: Invocation, job_id: int) -> int:
    """Take job ID out of the queue; one that runs stops after the page it is at."""
    return _changed(invocation, lambda a: a.jobs.cancel(job_id, actor=_ACTOR))


@jobs.command("retry", short_help="Queue a job again.", epilog="Example: julkaisuhaku jobs retry 7")
@click.argument("job_id", metavar="ID", type=click.IntRange(1, _MAX_ID))
@common_options
@pass_invocation
def retry(invocation: Invocation, job_id: int) -> int:
    """Queue job ID again, from its beginning; `jobs run` does it."""
    return _changed(invocation, lambda a: a.jobs.retry(job_id, actor=_ACTOR))


def _changed(invocation: Invocation, change: Callable[[Assembly], Job]) -> int:
    assembly = invocation.assembly()
    _tell(change(assembly), assembly, invocation.console)
    return 0


def _tell(job: Job, assembly: Assembly, console: Console) -> None:
    if console.is_json:
        console.record(_object(job))
        return
    found = assembly.catalogue.documents([job.subject]).get(job.subject)
    name = name_of(found, assembly) if found else job.subject
    far = f"{job.done} of {counted(job.total, 'page')}" if job.total else "not begun"
    reason = f"  {job.error}" if job.error else ""
    console.result(f"{job.id:>5}  {job.state:<9}  {far}  {name}{reason}")


def _object(job: Job) -> dict[str, object]:
    """Return the object ``jobs --json`` prints for each job."""
    return {
        "id": job.id,
        "kind": job.kind.value,
        "document": job.subject,
        "state": job.state.value,
        "done": job.done,
        "total": job.total,
        "percent": job.done * _PERCENT // job.total if job.total else 0,
        "attempts": job.attempts,
        "error": job.error,
        "worker": job.worker,
        "created_at": job.created_at.isoformat(),
        "touched_at": job.touched_at.isoformat(),
    }
