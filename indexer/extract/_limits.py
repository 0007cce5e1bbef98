"""What a worker process may use: memory, processor time, files, and nothing else.

The decision behind it: the limits are the kernel's where the kernel has them, so that no library
has to behave.  The address space is bounded by what the worker already maps plus what is left
of its budget: its resident memory then cannot pass the budget, whatever was mapped but unused.
"""

from __future__ import annotations

import contextlib
import resource
import sys
from pathlib import Path
from typing import Final

MIN_HEADROOM_BYTES: Final = 64 * 1024 * 1024
_RESERVE_BYTES: Final = 16 * 1024 * 1024  # library pages that are mapped and not touched yet
MAX_OPEN_FILES: Final = 64
_CPU_GRACE_S: Final = 2
_NETWORK: Final = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto")
_PROCESSES: Final = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork")
_REFUSED: Final = frozenset((*_NETWORK, *_PROCESSES, "os.remove", "os.rename", "os.mkdir"))


def limit_resources(memory_bytes: int) -> None:
    """Bound memory, files and core dumps of this process for good."""
    headroom = max(memory_bytes - _resident_bytes() - _RESERVE_BYTES, MIN_HEADROOM_BYTES)
    address_space = _mapped_bytes() + headroom
    for kind, value in (
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some of them
            resource.setrlimit(kind, (value, value))


def limit_cpu(timeout_s: float) -> None:
    """Let the next document use so much processor time and no more.

    The second line behind the pool's clock: it also ends a loop in C code while that is stopped.
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used_s = usage.ru_utime + usage.ru_stime
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(used_s + timeout_s) + _CPU_GRACE_S, hard))


class Guard:
    """Refuses network, processes, writing and foreign files to Python code of this process.

    ``admit`` names the one document that may be read.  What libraries need (their own data files
    and dictionaries) lies under the interpreter's and the system's folders.
    """

    def __init__(self) -> None:
        folders = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path}
        project = Path(__file__).resolve().parents[2]
        # dictionaries and shared libraries, on Debian and with Homebrew
        system = ("/usr", "/lib", "/opt", "/etc/voikko", "/proc/self", "/dev/null", "/dev/urandom")
        self._roots = (*sorted(f for f in folders if f), str(project), *system)
        self._document = ""

    def install(self) -> None:
        """Start refusing; an audit hook cannot be taken away again."""
        sys.addaudithook(self._audit)

    def admit(self, path: Path) -> None:
        """Allow this document to be opened for reading, and no longer the one before."""
        self._document = str(path)

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in _REFUSED:
            raise PermissionError(f"refused while reading a document: {event}")
        if event == "open":
            self._audit_open(arguments)

    def _audit_open(self, arguments: tuple[object, ...]) -> None:
        target, mode = arguments[0], arguments[1]
        if isinstance(target, int):
            return
        if isinstance(mode, str) and set(mode) & set("wax+"):
            raise PermissionError("refused while reading a document: writing a file")
        name = target.decode(errors="replace") if isinstance(target, bytes) else str(target)
        if name != self._document and not name.startswith(self._roots):
            raise PermissionError("refused while reading a document: another file")


def _statm_bytes(column: int) -> int:
    try:
        fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return int(fields[column]) * resource.getpagesize()


def _mapped_bytes() -> int:
    return _statm_bytes(0)


def _resident_bytes() -> int:
    return _statm_bytes(1)
