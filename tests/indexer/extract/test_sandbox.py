"""Workers are limited, and a document that breaks one costs no other document."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.document import Status
from indexer.extract import Context, Extraction, Job, Sandbox

_ROOT = Path(__file__).resolve().parents[3]
_TEXT = "Metsätieto kuuluu kaikille, ja siitä on hyötyä koko maakunnalle."


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    """Write a document that is read at once."""
    path = tmp_path / "teksti.txt"
    path.write_text(_TEXT, encoding="utf-8")
    return path


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[Path]:
    """Make a named pipe that nobody writes to: whoever opens it waits."""
    path = tmp_path / "putki.txt"
    os.mkfifo(path)
    yield path
    path.unlink()


def _worker_pids(sandbox: Sandbox) -> set[int]:
    assert sandbox._pool is not None
    return set(sandbox._pool._pool_manager.worker_manager.workers)


def test_document_is_read_in_a_process_of_its_own(text_file: Path) -> None:
    with Sandbox() as sandbox:
        extraction = sandbox.extract(text_file, "text/plain", Context())
        pids = _worker_pids(sandbox)
    assert (extraction.status, extraction.pages[0].text) == (Status.OK, _TEXT)
    assert os.getpid() not in pids


def test_every_job_comes_back_under_its_key(tmp_path: Path) -> None:
    jobs = []
    for number in range(12):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"Teksti numero {number}.", encoding="utf-8")
        jobs.append(Job(str(number), path, "text/plain"))
    with Sandbox(workers=2) as sandbox:
        answers = dict(sandbox.extract_many(iter(jobs)))
    assert {key: e.pages[0].text for key, e in answers.items()} == {
        str(number): f"Teksti numero {number}." for number in range(12)
    }


def test_jobs_are_taken_no_faster_than_they_are_done(text_file: Path) -> None:
    taken = 0

    def jobs() -> Iterator[Job]:
        nonlocal taken
        for number in range(50):
            taken += 1
            yield Job(str(number), text_file, "text/plain")

    with Sandbox(workers=1) as sandbox:
        answers = sandbox.extract_many(jobs())
        next(answers)
        assert taken <= 3
        answers.close()  # type: ignore[attr-defined]


def test_file_that_is_not_there_fails_with_a_reason(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        extraction = sandbox.extract(tmp_path / "ei-ole.pdf", "application/pdf", Context())
    assert (extraction.status, extraction.reason.startswith("storage:")) == (Status.FAILED, True)


@pytest.mark.slow
def test_document_that_never_ends_fails_alone(endless: Path, text_file: Path) -> None:
    with Sandbox(timeout_s=1.5) as sandbox:
        answers = dict(
            sandbox.extract_many(
                [Job("never", endless, "text/plain"), Job("good", text_file, "text/plain")]
            )
        )
    assert (answers["never"].status, answers["never"].reason) == (
        Status.FAILED,
        "time: reading it takes longer than 1.5 seconds",
    )
    assert answers["good"].status is Status.OK


@pytest.mark.slow
def test_worker_that_is_killed_costs_its_own_document_only(endless: Path, text_file: Path) -> None:
    with Sandbox(timeout_s=30) as sandbox, ThreadPoolExecutor(1) as threads:
        assert sandbox.extract(text_file, "text/plain", Context()).status is Status.OK
        waiting = threads.submit(sandbox.extract, endless, "text/plain", Context())
        pids = _worker_pids(sandbox)
        with endless.open("wb", buffering=0) as pipe:  # returns when the worker has opened its end
            pipe.write(b"alku")
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
            killed: Extraction = waiting.result(timeout=25)
        after = sandbox.extract(text_file, "text/plain", Context())
    assert (killed.status, killed.reason.startswith("crash:")) == (Status.FAILED, True)
    assert after.status is Status.OK


@pytest.mark.slow
def test_memory_of_a_worker_stays_in_its_budget(tmp_path: Path) -> None:
    path = tmp_path / "suuri.html"
    path.write_bytes(b"<html><body>" + b"<p><b>a</b><i>b</i></p>" * 200_000)
    peaks: list[int] = []
    is_done = threading.Event()

    def watch(sandbox: Sandbox) -> None:
        while not is_done.wait(0.02):
            for pid in _worker_pids(sandbox):
                status = Path(f"/proc/{pid}/status")
                try:
                    lines = status.read_text(encoding="ascii").splitlines()
                except OSError:
                    continue
                peaks.extend(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

    if not Path("/proc/self/status").exists():
        pytest.skip("the kernel of this machine has no /proc")
    budget = 256 * 1024 * 1024
    with Sandbox(memory_bytes=budget, timeout_s=60) as sandbox:
        sandbox.extract(tmp_path / "ei-ole", "text/plain", Context())
        watcher = threading.Thread(target=watch, args=(sandbox,))
        watcher.start()
        extraction = sandbox.extract(path, "text/html", Context())
        is_done.set()
        watcher.join()
    assert peaks
    assert max(peaks) * 1024 <= budget
    assert (extraction.status, extraction.reason) == (
        Status.FAILED,
        "memory: reading it needs more than 256 MiB",
    )


_GUARDED = """
import pathlib, socket, subprocess, sys
from indexer.extract._limits import Guard, limit_resources
guard = Guard()
guard.admit(pathlib.Path(sys.argv[1]))
limit_resources(200 * 1024 * 1024)
guard.install()
print(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")[:9])
def tries(name, action):
    try:
        action()
    except (PermissionError, MemoryError, OSError) as error:
        print(name, type(error).__name__)
    else:
        print(name, "worked")
tries("network", lambda: socket.create_connection(("127.0.0.1", 9)))
tries("names", lambda: socket.getaddrinfo("example.invalid", 80))
tries("process", lambda: subprocess.run(["true"]))
tries("foreign", lambda: open(sys.argv[2]))
tries("writing", lambda: open(sys.argv[1], "a"))
tries("memory", lambda: bytearray(400 * 1024 * 1024))
"""


def test_worker_has_no_network_no_processes_and_no_other_files(
    text_file: Path, tmp_path: Path
) -> None:
    foreign = tmp_path / "salaisuus.txt"
    foreign.write_text("salaisuus", encoding="utf-8")
    outcome = subprocess.run(
        [sys.executable, "-c", _GUARDED, str(text_file), str(foreign)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert outcome.stdout.splitlines() == [
        _TEXT[:9],
        "network PermissionError",
        "names PermissionError",
        "process PermissionError",
        "foreign PermissionError",
        "writing PermissionError",
        "memory MemoryError",
    ]


def test_script_without_a_main_guard_can_read(text_file: Path) -> None:
    script = (
        "from pathlib import Path\nfrom indexer.extract import Context, Sandbox\n"
        "with Sandbox() as s:\n"
        f"    print(s.extract(Path({str(text_file)!r}), 'text/plain', Context()).status)\n"
    )
    outcome = subprocess.run(
        [sys.executable, "-"], input=script, cwd=_ROOT, capture_output=True, text=True, check=True
    )
    assert outcome.stdout.strip() == "ok"
