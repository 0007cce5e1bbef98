"""kill -9 of `jobs run`, in the middle of a page and after each one: one page is lost at most."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus import Catalogue, Jobs, JobState, Status

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("tesseract")]
_ROOT = Path(__file__).resolve().parents[2]
_SCAN = _ROOT / "corpus" / "sample" / "site" / "tiedostot" / "hirsikoulun-suunnitteluohje.pdf"
_WAIT_S = 60
_KILLS = 4


def start(data: Path, *command: str, failpoint: str = "") -> subprocess.Popen[bytes]:
    """Start a sub-command."""
    environ = {**os.environ, "PYTHONPATH": str(_ROOT)}
    if failpoint:
        environ["JULKAISUHAKU_FAILPOINT"] = failpoint
    arguments = [sys.executable, "-m", "search_app", "--data", str(data), *command]
    return subprocess.Popen(arguments, cwd=_ROOT, env=environ, stderr=subprocess.DEVNULL)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data directory in which a scan of two pages waits."""
    folder = tmp_path / "var"
    assert start(folder, "add", str(_SCAN)).wait(_WAIT_S) == 0
    return folder


def look(data: Path) -> tuple[JobState, int, dict[int, int], Status]:
    """Return the job's state and progress, the row of each kept page, the document's status."""
    with Catalogue(data / "catalogue.sqlite3") as catalogue:
        assert catalogue.check() == []
        job = Jobs(catalogue.database).job(1)
        rows = catalogue.database.rows("SELECT rowid, number FROM recognised_pages")
        kept = {int(row["number"]): int(row["rowid"]) for row in rows}
        return job.state, job.done, kept, catalogue.document(job.subject).status


def finish(data: Path) -> None:
    """Let the worker come to its end, and check that the document is whole."""
    assert start(data, "jobs", "run").wait(_WAIT_S) == 0
    state, done, kept, status = look(data)
    assert (state, done, sorted(kept), status) == (JobState.DONE, 2, [1, 2], Status.OK)


def test_kill_after_each_page_loses_none(data: Path) -> None:
    rows: dict[int, int] = {}
    for page in (1, 2):
        process = start(data, "jobs", "run", failpoint="after_recognised_page")
        assert process.wait(_WAIT_S) == -signal.SIGKILL
        state, done, kept, status = look(data)
        assert (state, done, status) == (JobState.RUNNING, page, Status.NEEDS_OCR)
        assert kept.items() > rows.items()  # what was kept was not done again
        rows = kept
    finish(data)
    assert look(data)[2] == rows


def test_kill_at_any_moment_loses_one_page_at_most(data: Path) -> None:
    chance = random.Random(20261124)  # noqa: S311 - moments, not secrets
    rows: dict[int, int] = {}
    for _ in range(_KILLS):
        process = start(data, "jobs", "run")
        time.sleep(chance.uniform(0.5, 4.0))
        process.kill()
        process.wait()
        _, done, kept, _ = look(data)
        assert kept.items() >= rows.items()
        assert done == len(kept)
        rows = kept
    finish(data)
    assert look(data)[2].items() >= rows.items()
