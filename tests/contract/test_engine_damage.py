"""The Engine port's contract for damaged files: found, whatever the file."""

from __future__ import annotations

import resource
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

from corpus.errors import CorruptIndex, JulkaisuhakuError, StorageError
from indexer.engine import Engine, Everything, Index
from tests.contract.engine_corpus import SCHEMA, book, fill, generated_books


def _problems(engine: Engine, path: Path) -> list[str]:
    try:
        index = engine.open(path, SCHEMA, "read")
    except (CorruptIndex, StorageError) as error:
        return [error.message]
    try:
        return index.check()
    finally:
        index.close()


class Copies:
    """Copies of an index with one file changed; never the mapped file of an open one."""

    def __init__(self, engine: Engine, source: Path, room: Path) -> None:
        self._engine = engine
        self._source = source
        self._room = room
        self.files = {e.name: e.read_bytes() for e in source.iterdir() if e.stat().st_size}

    def problems(self, name: str, data: bytes | None) -> list[str]:
        """Return what is found where the file holds ``data`` (None: is missing)."""
        with tempfile.TemporaryDirectory(dir=self._room) as folder:
            copy = Path(folder) / "copy"
            shutil.copytree(self._source, copy)
            (copy / name).unlink()
            if data is not None:
                (copy / name).write_bytes(data)
            return _problems(self._engine, copy)


_UNSUMMED = (".managed.json", "meta.json")
"""Without a checksum of their own: there a flip is found by the generation's manifest."""


def test_a_flipped_bit_in_any_file_is_found(engine: Engine, index: Index, tmp_path: Path) -> None:
    fill(index, [book("late", "metsä")])
    copies = Copies(engine, tmp_path / "index", tmp_path)
    checked = 0
    for name, data in copies.files.items():
        if name in _UNSUMMED:
            continue
        for place in (0, len(data) // 2, len(data) - 1):
            flipped = data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :]
            assert copies.problems(name, flipped), (name, place)
            checked += 1
    assert checked > 6
    name, data = next(iter(copies.files.items()))
    assert copies.problems(name, data) == []


@pytest.mark.usefixtures("index")
def test_a_truncated_or_missing_file_is_found(engine: Engine, tmp_path: Path) -> None:
    copies = Copies(engine, tmp_path / "index", tmp_path)
    for name, data in copies.files.items():
        assert copies.problems(name, data[: len(data) // 2]), name
        assert copies.problems(name, None), name


def test_a_directory_without_an_index_is_corrupt(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    with pytest.raises(CorruptIndex):
        engine.open(tmp_path / "nothing", SCHEMA, "read")
    with pytest.raises(CorruptIndex):
        engine.open(tmp_path / "not there", SCHEMA, "read")


def test_a_full_disk_leaves_the_index_as_it_was(index: Index) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write then fails with an error
    before = index.search(Everything(), facets=["theme"])
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, hard))
    try:
        with pytest.raises(JulkaisuhakuError):
            fill(index, generated_books(300, seed=2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert index.search(Everything(), facets=["theme"]) == before
    assert index.check() == []
    fill(index, [book("late", "metsä")])
    assert index.document_count() == before.total + 1
