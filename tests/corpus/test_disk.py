"""Writing files and locks: whole or not at all, and held by one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus._disk import (
    FileLock,
    fsync_tree,
    make_directory,
    read_holder,
    sha256_file,
    write_atomically,
    write_new,
)
from corpus._failpoint import FAILPOINTS, failpoint
from corpus.errors import Busy, StorageError

HOLD_LOCK = """
import sys
from pathlib import Path
from corpus._disk import FileLock
with FileLock(Path(sys.argv[1]), "reindex"):
    print("held", flush=True)
    sys.stdin.read()
"""
WRITE_BEYOND_LIMIT = """
import resource, sys
from pathlib import Path
from corpus._disk import write_atomically
from corpus.errors import StorageError
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_atomically(Path(sys.argv[1]), b"x" * 5000)
except StorageError as error:
    print(error)
"""
WRITE_UNPRIVILEGED = """
import os, sys
from pathlib import Path
from corpus._disk import write_atomically
from corpus.errors import StorageError
if os.geteuid() == 0:
    os.setuid(65534)
try:
    write_atomically(Path(sys.argv[1]), b"x")
except StorageError as error:
    print(error)
"""


def run_python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )


def test_written_file_holds_the_bytes_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "CURRENT"
    write_atomically(target, b"one")
    write_atomically(target, b"two", mode=0o600)
    assert target.read_bytes() == b"two"
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_full_disk_is_told_and_keeps_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "CURRENT"
    target.write_bytes(b"old")
    ended = run_python(WRITE_BEYOND_LIMIT, str(target))
    assert "The disk is full" in ended.stdout
    assert str(target) in ended.stdout
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o555)
    ended = run_python(WRITE_UNPRIVILEGED, str(folder / "file"))
    assert str(folder / "file") in ended.stdout
    assert "may not be written" in ended.stdout


def test_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    with pytest.raises(StorageError, match="var"):
        make_directory(tmp_path / "var" / "index")


def test_first_of_two_new_files_stays(tmp_path: Path) -> None:
    target = tmp_path / "secret_key"
    assert write_new(target, b"first")
    assert not write_new(target, b"second")
    assert target.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [target]


def test_tree_with_folders_inside_can_be_made_durable(tmp_path: Path) -> None:
    make_directory(tmp_path / "a" / "b")
    (tmp_path / "a" / "b" / "file").write_bytes(b"x")
    fsync_tree(tmp_path)
    assert sha256_file(tmp_path / "a" / "b" / "file").startswith("2d711642b726b044")


def test_lock_held_by_another_process_names_it(tmp_path: Path) -> None:
    path = tmp_path / "index.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy) as caught:
            FileLock(path, "index").acquire(timeout_s=0.1)
        holder.communicate("")
    assert "reindex" in caught.value.message
    assert f"process {holder.pid}" in caught.value.message
    with FileLock(path, "index") as lock:
        assert lock.is_held


def test_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "index.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        holder.kill()
        holder.wait()
    lock = FileLock(path, "index")
    lock.acquire(timeout_s=0.5)
    assert read_holder(path).startswith("index ")
    lock.release()
    assert read_holder(path) == ""


def test_two_locks_in_one_process_exclude_each_other(tmp_path: Path) -> None:
    path = tmp_path / "rebuild.lock"
    with FileLock(path, "rebuild"), pytest.raises(Busy, match="rebuild"):
        FileLock(path, "index").acquire(timeout_s=0)


def test_lock_waits_until_it_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "index.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        holder.stdin.close()
        with FileLock(path, "index") as lock:
            assert lock.is_held


@pytest.mark.parametrize("name", sorted(FAILPOINTS))
def test_failpoint_does_nothing_unless_it_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JULKAISUHAKU_FAILPOINT", "elsewhere")
    failpoint(name)


def test_named_failpoint_kills_the_process_without_a_word() -> None:
    code = "from corpus._failpoint import failpoint\nfailpoint('mid_add')\nprint('alive')"
    ended = run_python(code, JULKAISUHAKU_FAILPOINT="mid_add")
    assert ended.returncode == -9
    assert ended.stdout == ""


def test_unlisted_failpoint_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        failpoint("somewhere")
