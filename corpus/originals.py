"""The bytes that documents were read from, kept under their SHA-256.

One decision: the name is the checksum. Storing twice is storing once, nothing is ever overwritten
by something else, a path can never come from outside, and damage is found by reading.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from corpus._disk import (
    fsync_directory,
    make_directory,
    sha256_file,
    storage_errors,
    temporary_beside,
)
from corpus._failpoint import failpoint
from corpus.errors import CorruptOriginal, InvalidInput, NotFound

SHA256_PATTERN: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_READ_BYTES: Final = 1024 * 1024
_LEFTOVER_AGE_S: Final = 24 * 3600.0


class OriginalStore:
    """Originals in a directory, as ``ab/ab12…`` by the first two digits; safe for many threads.

    After `add` returns, the bytes survive a power cut.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def add(self, data: bytes | Path | Iterable[bytes]) -> str:
        """Keep the bytes, a file or a stream of pieces and return the SHA-256 in hexadecimal.

        Adding the same bytes again changes nothing, but mends them where they were damaged. When
        the stream raises, nothing is kept. Raises `StorageError` when it cannot be written.
        """
        make_directory(self.directory)
        temporary = temporary_beside(self.directory / "incoming")
        try:
            sha256 = self._receive(temporary, _pieces(data))
            self._settle(temporary, sha256)
        finally:
            temporary.unlink(missing_ok=True)
        failpoint("after_originals")
        return sha256

    def add_all(self, bodies: Sequence[bytes]) -> list[str]:
        """Keep several at once and return their SHA-256: one wait for the disk instead of many.

        All of them survive a power cut when this returns; after an error any of them may be kept.
        """
        hashes = [hashlib.sha256(body).hexdigest() for body in bodies]
        self._make_folders({self.path(sha256).parent for sha256 in hashes})
        with ExitStack() as opened:
            written = [
                (opened.enter_context(self._begun(body)), self.path(sha256))
                for sha256, body in zip(hashes, bodies, strict=True)
            ]
            for stream, target in written:
                with storage_errors(target):
                    os.fsync(stream.fileno())
            for stream, target in written:
                self._place(Path(stream.name), target)
        for folder in {target.parent for _, target in written}:
            fsync_directory(folder)
        failpoint("after_originals")
        return hashes

    def _make_folders(self, folders: Iterable[Path]) -> None:
        missing = [folder for folder in folders if not folder.is_dir()]
        if missing:
            make_directory(self.directory)
            for folder in missing:
                with storage_errors(folder):
                    folder.mkdir(exist_ok=True)
            fsync_directory(self.directory)

    @contextmanager
    def _begun(self, body: bytes) -> Iterator[BinaryIO]:
        """Write a temporary file and let its way to the disk begin; it is gone in the end."""
        temporary = temporary_beside(self.directory / "incoming")
        try:
            with storage_errors(temporary), temporary.open("xb") as stream:
                stream.write(body)
                stream.flush()
                if hasattr(os, "posix_fadvise"):  # a third less work for the disk's journal
                    os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
                yield stream
        finally:
            temporary.unlink(missing_ok=True)

    def _receive(self, temporary: Path, pieces: Iterable[bytes]) -> str:
        digest = hashlib.sha256()
        with storage_errors(temporary):
            stream = temporary.open("xb")
        with stream:
            for piece in pieces:
                digest.update(piece)
                with storage_errors(temporary):
                    stream.write(piece)
            with storage_errors(temporary):
                stream.flush()
                os.fsync(stream.fileno())
        return digest.hexdigest()

    def _settle(self, temporary: Path, sha256: str) -> None:
        target = self.path(sha256)
        make_directory(target.parent)
        self._place(temporary, target)
        fsync_directory(target.parent)  # the name may be of a process that died before this line

    def _place(self, temporary: Path, target: Path) -> None:
        if not (target.is_file() and sha256_file(target) == target.name):
            with storage_errors(target):
                temporary.replace(target)

    def path(self, sha256: str) -> Path:
        """Return where the bytes are or would be; `InvalidInput` for what is no SHA-256."""
        if not SHA256_PATTERN.fullmatch(sha256):
            raise InvalidInput(f"{sha256[:80]!r} is not a SHA-256.", subject=sha256[:80])
        return self.directory / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether the bytes are kept (their soundness is not looked at)."""
        return self.path(sha256).is_file()

    def size(self, sha256: str) -> int:
        """Return the number of bytes; `NotFound` where they are not kept."""
        self._require(sha256)
        path = self.path(sha256)
        with storage_errors(path):
            return path.stat().st_size

    def read(self, sha256: str) -> bytes:
        """Return the bytes; `NotFound`, or `CorruptOriginal` when they do not match their name."""
        self._require(sha256)
        path = self.path(sha256)
        with storage_errors(path):
            data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise CorruptOriginal(_damaged(sha256), subject=sha256)
        return data

    def open(self, sha256: str) -> BinaryIO:
        """Open the bytes for reading, unverified (see `verify`); `NotFound` where not kept."""
        self._require(sha256)
        path = self.path(sha256)
        with storage_errors(path):
            return path.open("rb")

    def verify(self, sha256: str) -> None:
        """Read the bytes in pieces; `NotFound` or `CorruptOriginal` where something is wrong."""
        self._require(sha256)
        if sha256_file(self.path(sha256)) != sha256:
            raise CorruptOriginal(_damaged(sha256), subject=sha256)

    def remove(self, sha256: str) -> None:
        """Remove the bytes for good (erasure); one that is not there is no error."""
        path = self.path(sha256)
        with storage_errors(path):
            path.unlink(missing_ok=True)
        if path.parent.is_dir():
            fsync_directory(path.parent)

    def hashes(self) -> Iterator[str]:
        """Yield the SHA-256 of everything kept, in order."""
        if not self.directory.is_dir():
            return
        for folder in sorted(self.directory.iterdir()):
            if folder.is_dir():
                yield from sorted(
                    path.name for path in folder.iterdir() if SHA256_PATTERN.fullmatch(path.name)
                )

    def check(self, expected: Iterable[str] = ()) -> Iterator[str]:
        """Yield a message for each damaged original and each one that is ``expected`` but missing.

        Every byte is read (fixity check).
        """
        for sha256 in self.hashes():
            if sha256_file(self.path(sha256)) != sha256:
                yield _damaged(sha256)
        for sha256 in expected:
            if not self.has(sha256):
                yield f"The original {sha256} is missing."

    def remove_leftovers(self, *, older_than_s: float = _LEFTOVER_AGE_S) -> int:
        """Remove what a process that died while adding left behind; return how many files."""
        border = time.time() - older_than_s
        removed = 0
        for path in self.directory.glob(".incoming.*.tmp"):
            with storage_errors(path):
                if path.stat().st_mtime <= border:
                    path.unlink(missing_ok=True)
                    removed += 1
        return removed

    def _require(self, sha256: str) -> None:
        if not self.has(sha256):
            raise NotFound(f"The original {sha256} is not kept here.", subject=sha256)


def _damaged(sha256: str) -> str:
    return f"The original {sha256} is damaged: its bytes do not match its SHA-256."


def _pieces(data: bytes | Path | Iterable[bytes]) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield data
    elif isinstance(data, Path):
        with storage_errors(data):
            stream = data.open("rb")
        with stream:
            while piece := stream.read(_READ_BYTES):
                yield piece
    else:
        yield from data
