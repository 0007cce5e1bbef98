"""Originals: kept under their checksum, durable, and damage found."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.errors import CorruptOriginal, InvalidInput, NotFound, StorageError
from corpus.originals import OriginalStore

DATA = b"%PDF-1.7 julkaisu"
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def originals(tmp_path: Path) -> OriginalStore:
    return OriginalStore(tmp_path / "originals")


def flip(path: Path, position: int = 3) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 0x10
    path.write_bytes(data)


def test_bytes_file_and_stream_are_kept_under_one_name(
    originals: OriginalStore, tmp_path: Path
) -> None:
    source = tmp_path / "file.pdf"
    source.write_bytes(DATA)
    assert originals.add(DATA) == SHA256
    assert originals.add(source) == SHA256
    assert originals.add(iter([DATA[:4], DATA[4:]])) == SHA256
    assert list(originals.hashes()) == [SHA256]
    assert originals.path(SHA256) == originals.directory / SHA256[:2] / SHA256
    assert originals.read(SHA256) == DATA
    assert originals.size(SHA256) == len(DATA)
    with originals.open(SHA256) as stream:
        assert stream.read() == DATA


def test_several_are_kept_at_once_each_under_its_name(originals: OriginalStore) -> None:
    bodies = [DATA, b"toinen", DATA, b""]
    hashes = [hashlib.sha256(body).hexdigest() for body in bodies]
    assert originals.add_all(bodies) == hashes
    assert [originals.read(sha256) for sha256 in hashes] == bodies
    assert list(originals.check(hashes)) == []
    assert not any(path.is_file() for path in originals.directory.iterdir())


def test_several_at_once_mend_what_was_damaged(originals: OriginalStore) -> None:
    originals.add(DATA)
    flip(originals.path(SHA256))
    originals.add_all([b"toinen", DATA])
    assert originals.read(SHA256) == DATA


def test_several_that_cannot_be_written_leave_no_temporary_files(originals: OriginalStore) -> None:
    originals.add(DATA)
    taken = originals.directory / hashlib.sha256(b"toinen").hexdigest()[:2]
    taken.write_bytes(b"a file where a folder has to be")
    with pytest.raises(StorageError):
        originals.add_all([b"kolmas", b"toinen"])
    assert list(originals.directory.glob(".*")) == []


def test_stream_that_breaks_leaves_nothing(originals: OriginalStore) -> None:
    def broken() -> Iterator[bytes]:
        yield DATA
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        originals.add(broken())
    assert list(originals.directory.iterdir()) == []


@pytest.mark.parametrize("position", range(len(DATA)))
def test_every_flipped_bit_is_found(originals: OriginalStore, position: int) -> None:
    originals.add(DATA)
    assert list(originals.check()) == []
    flip(originals.path(SHA256), position)
    assert [SHA256 in message for message in originals.check()] == [True]
    with pytest.raises(CorruptOriginal, match=SHA256):
        originals.read(SHA256)
    with pytest.raises(CorruptOriginal):
        originals.verify(SHA256)


def test_adding_again_mends_damage(originals: OriginalStore) -> None:
    originals.add(DATA)
    flip(originals.path(SHA256))
    originals.add(DATA)
    assert originals.read(SHA256) == DATA


def test_expected_original_that_is_missing_is_told(originals: OriginalStore) -> None:
    originals.add(DATA)
    originals.remove(SHA256)
    assert list(originals.check([SHA256])) == [f"The original {SHA256} is missing."]
    with pytest.raises(NotFound):
        originals.read(SHA256)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "AB" * 32, "ab" * 31 + "é" * 2])
def test_path_is_made_of_a_checksum_only(originals: OriginalStore, name: str) -> None:
    with pytest.raises(InvalidInput):
        originals.path(name)


def test_original_stands_when_the_process_is_killed_right_after(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom corpus.originals import OriginalStore\n"
        f"OriginalStore(Path(sys.argv[1])).add({DATA!r})\nprint('went on')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        check=False,
        capture_output=True,
        timeout=60,
        env={**os.environ, "JULKAISUHAKU_FAILPOINT": "after_originals"},
    )
    assert (ended.returncode, ended.stdout) == (-9, b"")
    assert OriginalStore(tmp_path).read(SHA256) == DATA


def test_leftovers_of_a_killed_process_are_removed_when_old(originals: OriginalStore) -> None:
    originals.add(DATA)
    leftover = originals.directory / ".incoming.0123456789ab.tmp"
    leftover.write_bytes(b"half")
    assert originals.remove_leftovers() == 0
    assert originals.remove_leftovers(older_than_s=0) == 1
    assert not leftover.exists()
    assert originals.has(SHA256)
