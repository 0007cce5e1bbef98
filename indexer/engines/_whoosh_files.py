"""The files of a Whoosh index: mapped, checked, and guarded.

One decision: Whoosh neither maps its files (it reads by seek) nor sums them, and unpickles what it
finds. So files are mapped here, which makes reading safe for threads; every commit writes the
CRC-32 of each file to ``checksums.json``; and what others could have written is not opened.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import zlib
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from mmap import ACCESS_READ, mmap
from pathlib import Path
from pickle import UnpicklingError
from struct import error as StructError  # noqa: N812  the module's only name
from typing import Any, Final

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.filetables import FileFormatError
from whoosh.filedb.structfile import StructFile
from whoosh.index import EmptyIndexError, LockError
from whoosh.index import IndexError as WhooshIndexError

from corpus.errors import Busy, CorruptIndex, StorageError

INDEX_NAME: Final = "MAIN"
CHECKSUMS: Final = "checksums.json"
_DAMAGE: Final = (
    ValueError,
    LookupError,
    EOFError,
    UnpicklingError,
    StructError,
    zlib.error,
    FileFormatError,
    EmptyIndexError,
    WhooshIndexError,
)


class MappedFile(StructFile):  # type: ignore[misc]  # Whoosh has no types
    """A file of the index mapped into memory; closing it leaves arrays over it valid."""

    def __init__(self, mapped: mmap, name: str) -> None:
        super().__init__(mapped, name=name)
        self.is_real = False
        self.mapped = mapped

    def get(self, position: int, length: int) -> bytes:
        """Return bytes at a position without moving a file pointer."""
        return self.mapped[position : position + length]

    def get_array(self, position: int, typecode: str, length: int) -> Any:
        """Return an array of big-endian numbers."""
        found = array(typecode)
        found.frombytes(self.get(position, length * found.itemsize))
        if sys.byteorder == "little":
            found.byteswap()
        return found

    def close(self) -> None:
        """Let go of the file; the mapping goes with the last array over it."""
        self.is_closed = True


class MappedStorage(FileStorage):  # type: ignore[misc]
    """Whoosh's directory of files, read through mappings; knows what it has open for writing."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._created: list[StructFile] = []

    def create_file(self, name: str, *args: Any, **kwargs: Any) -> StructFile:
        """Return a new file."""
        self._created[:] = [file for file in self._created if not file.is_closed]
        self._created.append(super().create_file(name, *args, **kwargs))
        return self._created[-1]

    def temp_storage(self, name: str | None = None) -> MappedStorage:
        """Return a folder for temporary files, whose open files are known here too."""
        made = MappedStorage(str(Path(self.folder) / (name or f"{INDEX_NAME}.tmp")))
        made._created = self._created
        return made.create()  # type: ignore[no-any-return]

    def abandon_files(self) -> None:
        """Close what is open for writing, whether or not its last bytes can be written."""
        for file in self._created:
            with suppress(OSError):
                file.raw_file().close()
        self._created.clear()

    def open_file(self, name: str, **kwargs: Any) -> StructFile:
        """Return a mapped file, or a plain one where it is empty (nothing can be mapped)."""
        path = self._fpath(name)
        with Path(path).open("rb") as file:
            if os.fstat(file.fileno()).st_size == 0:
                return super().open_file(name, **kwargs)
            return MappedFile(mmap(file.fileno(), 0, access=ACCESS_READ), name)


@contextmanager
def contained(path: Path) -> Iterator[None]:
    """Turn what the library raises on damaged files into errors of the product."""
    try:
        yield
    except LockError as error:
        raise Busy(f"Another process writes to {path}.", subject=str(path)) from error
    except _DAMAGE as error:
        raise CorruptIndex(f"{path}: {error!r:.300}", subject=str(path)) from error
    except FileNotFoundError as error:
        raise CorruptIndex(f"{path}: {error.filename} is missing", subject=str(path)) from error
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}", subject=str(path)) from error


def refuse_writable_by_others(path: Path) -> None:
    """Raise `StorageError` where somebody else could have put a pickle into the index.

    The group of this process may write, because many systems give each user a group of his own.
    """
    for found in (path, *path.iterdir()):
        info = found.lstat()
        is_theirs = info.st_uid not in {os.geteuid(), 0} or stat.S_ISLNK(info.st_mode)
        is_open = bool(info.st_mode & stat.S_IWOTH)
        is_shared = bool(info.st_mode & stat.S_IWGRP) and info.st_gid != os.getegid()
        if is_theirs or is_open or is_shared:
            raise StorageError(
                f"{found}: others can write to it, and an index of Whoosh holds pickles; "
                "correct owner and mode (chmod go-w), then rebuild the index.",
                subject=str(found),
            )


def write_checksums(path: Path) -> None:
    """Sum the files that are new since the last commit; files of an index never change."""
    known = _read_checksums(path)
    sums = {
        entry.name: known.get(entry.name) or _checksum(path / entry.name)
        for entry in os.scandir(path)
        if entry.is_file() and entry.name != CHECKSUMS and not entry.name.endswith("_WRITELOCK")
    }
    fresh = path / f".{CHECKSUMS}"  # replaced, never rewritten: older generations link to the file
    fresh.write_text(json.dumps(sums, sort_keys=True), encoding="utf-8")
    fresh.replace(path / CHECKSUMS)


def check_files(path: Path, *, only_suffix: str = "") -> list[str]:
    """Return a message for each file that is missing or not what was written."""
    sums = _read_checksums(path)
    if not sums:
        return [f"{path}: {CHECKSUMS} is missing or damaged"]
    problems = []
    for name, expected in sorted(sums.items()):
        if not name.endswith(only_suffix):
            continue
        try:
            if _checksum(path / name) != expected:
                problems.append(f"{name}: its checksum is wrong")
        except OSError as error:
            problems.append(f"{name}: {error.strerror or error}")
    return problems


def _read_checksums(path: Path) -> dict[str, int]:
    try:
        found = json.loads((path / CHECKSUMS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _checksum(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            crc = zlib.crc32(block, crc)
    return crc
