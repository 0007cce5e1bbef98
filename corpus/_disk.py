"""Writing that survives a power cut, and locks that survive nothing.

One decision: a file appears under its name only when its bytes are on the disk (temporary file in
the same directory, fsync, rename, fsync of the directory), and a lock is the kernel's, so that
kill -9 leaves neither half a file nor a stale lock behind.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from corpus.errors import Busy, StorageError

LOCK_TIMEOUT_S: Final = 30.0
_LOCK_POLL_S: Final = 0.05
_READ_BYTES: Final = 1024 * 1024
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn an operating system's error about ``path`` into a `StorageError` that names it."""
    try:
        yield
    except OSError as error:
        raise StorageError(_explain(error, path), subject=str(path)) from error


def _explain(error: OSError, path: Path) -> str:
    if error.errno in _FULL:
        return f"The disk is full: {path} could not be written. Free some space and try again."
    if error.errno in _REFUSED:
        return f"{path} may not be written or read by this user ({error.strerror})."
    return f"{path} could not be written or read: {error.strerror or error}."


def write_atomically(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Replace ``path`` by ``data``; a reader and a power cut see the old bytes or the new ones."""
    with storage_errors(path):
        temporary = _write_beside(path, data, mode)
        try:
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        fsync_directory(path.parent)


def write_new(path: Path, data: bytes, *, mode: int = 0o644) -> bool:
    """Write ``path`` unless it is there already; whether it was written.

    Of several processes that try at once exactly one succeeds, and nobody sees half a file.
    """
    with storage_errors(path):
        temporary = _write_beside(path, data, mode)
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        finally:
            temporary.unlink(missing_ok=True)
        fsync_directory(path.parent)
    return True


def _write_beside(path: Path, data: bytes, mode: int) -> Path:
    temporary = temporary_beside(path)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(stream.fileno(), mode)  # the umask may have taken bits away
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def temporary_beside(path: Path) -> Path:
    """Return a fresh hidden name in the directory of ``path``, for a file to be renamed to it."""
    return path.parent / f".{path.name}.{secrets.token_hex(6)}.tmp"


def fsync_directory(path: Path) -> None:
    """Make the names in a directory durable."""
    with storage_errors(path):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def fsync_file(path: Path) -> None:
    """Make the bytes of a file durable."""
    with storage_errors(path):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def fsync_tree(path: Path) -> None:
    """Make every file and directory below ``path``, and ``path`` itself, durable."""
    for directory, _, names in os.walk(path, topdown=False):
        for name in names:
            fsync_file(Path(directory) / name)
        fsync_directory(Path(directory))


def make_directory(path: Path, *, mode: int = 0o755) -> None:
    """Create a directory and what is missing above it, durably; one that exists is left alone."""
    with storage_errors(path):
        if path.is_dir():
            return
        make_directory(path.parent)
        path.mkdir(mode=mode, exist_ok=True)
        fsync_directory(path.parent)


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, read in pieces."""
    digest = hashlib.sha256()
    with storage_errors(path), path.open("rb") as stream:
        while piece := stream.read(_READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()


class FileLock:
    """A kernel lock on a file; who holds it is written into the file.

    The file stays when the lock is released: removing it would let two processes hold locks on
    two files of one name. Two objects in one process exclude each other like two processes. A
    child made by a bare fork inherits the lock, so workers have to be spawned.
    """

    def __init__(self, path: Path, holder: str, *, now: Callable[[], datetime] = utc_now) -> None:
        self.path = path
        self.holder = holder
        self._now = now
        self._descriptor: int | None = None

    def acquire(self, *, timeout_s: float = LOCK_TIMEOUT_S) -> None:
        """Take the lock, waiting at most ``timeout_s``; `Busy` names who holds it."""
        if self._descriptor is not None:
            raise Busy(f"{self.path} is already held by this command.", subject=str(self.path))
        with storage_errors(self.path):
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            self._wait(descriptor, time.monotonic() + timeout_s)
            self._sign(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def _wait(self, descriptor: int, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise Busy(self._busy_message(), subject=str(self.path)) from None
                time.sleep(_LOCK_POLL_S)
            else:
                return

    def _sign(self, descriptor: int) -> None:
        since = self._now().isoformat(timespec="seconds")
        text = f"{self.holder} (process {os.getpid()}, since {since})\n"
        with storage_errors(self.path):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, text.encode(), 0)

    def _busy_message(self) -> str:
        who = read_holder(self.path) or "another command"
        return f"{self.path.name} is held by {who}. Wait until it has ended, then try again."

    def release(self) -> None:
        """Give the lock back; without effect when it is not held."""
        if self._descriptor is None:
            return
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)
        self._descriptor = None

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor is not None

    def __enter__(self) -> Self:
        if self._descriptor is None:
            self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()


def read_holder(path: Path) -> str:
    """Return who signed a lock file last and has not released it, or an empty string."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
