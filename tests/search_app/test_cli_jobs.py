"""``jobs``: a scan from its file to a hit, and a machine without Tesseract."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import Catalogue
from corpus._disk import FileLock
from tests.search_app.command_line import CommandLine

pytestmark = pytest.mark.slow
SCAN = Path(__file__).resolve().parents[2] / "corpus" / "sample" / "site" / "tiedostot"
SCAN /= "hirsikoulun-suunnitteluohje.pdf"


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Return a command line on a data directory in which a scan waits."""
    made = CommandLine(tmp_path / "var", capsys)
    assert made("add", SCAN).status == 0
    return made


@pytest.fixture
def empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Return a command line on a data directory without any document."""
    return CommandLine(tmp_path / "empty", capsys)


@pytest.mark.usefixtures("tesseract")
def test_scan_is_found_by_its_text_once_its_job_is_done(cli: CommandLine) -> None:
    assert cli.found("ilmanvuotoluku") == []
    run = cli("jobs", "run")
    assert run.status == 0
    assert "done       2 of 2 pages  hirsikoulun-suunnitteluohje.pdf" in run.out
    assert cli.found("ilmanvuotoluku") == ["Hirsikoulun suunnitteluohje"]
    listed = cli("jobs", "--json").lines()
    assert [(job["state"], job["percent"], job["error"]) for job in listed] == [("done", 100, "")]
    with Catalogue(cli.data / "catalogue.sqlite3") as catalogue:
        assert [page.is_ocr for page in catalogue.pages(str(listed[0]["document"]))] == [True] * 2
        assert catalogue.check() == []


@pytest.mark.usefixtures("tesseract")
def test_reading_everything_anew_keeps_the_recognised_text(cli: CommandLine) -> None:
    cli("jobs", "run")
    assert cli("reindex", "--extract", "--yes").status == 0
    assert cli.found("ilmanvuotoluku") == ["Hirsikoulun suunnitteluohje"]
    assert len(cli("jobs", "--json").lines()) == 1


def test_without_tesseract_the_job_waits_and_the_rest_goes_on(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    run = cli("jobs", "run")
    assert run.status == 69
    assert "apt-get install tesseract-ocr tesseract-ocr-fin" in run.err
    assert [job["state"] for job in cli("jobs", "--json").lines()] == ["queued"]
    assert cli("index").status == 0


def test_without_scans_nothing_is_missing(
    empty: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert empty("jobs", "run").status == 0
    assert "no jobs" in empty("jobs").err


def test_cancelled_job_is_left_out_and_can_be_retried(cli: CommandLine) -> None:
    assert "cancelled" in cli("jobs", "cancel", "1").out
    assert cli("jobs", "run").status == 0
    assert [job["state"] for job in cli("jobs", "--json").lines()] == ["cancelled"]
    assert "queued" in cli("jobs", "retry", "1").out


@pytest.mark.parametrize(("number", "status"), [("99", 66), ("0", 64), ("x", 64), ("9" * 30, 64)])
def test_job_that_is_not_there_is_told(empty: CommandLine, number: str, status: int) -> None:
    assert empty("jobs", "cancel", number).status == status


def test_second_worker_is_told_who_holds_the_lock(
    empty: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty("jobs")
    monkeypatch.setattr("corpus._disk.LOCK_TIMEOUT_S", 0.1)
    with FileLock(empty.data / "jobs.lock", "jobs run"):
        answer = empty("jobs", "run")
    assert answer.status == 75
    assert "jobs run" in answer.err
