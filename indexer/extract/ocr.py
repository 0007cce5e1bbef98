"""Text recognition: Tesseract, asked for one page at a time.

One decision: Tesseract runs as a program of its own and gets pixels on its standard input, never
the file. It has one processor, a bounded memory and a deadline a page, so that the worst page of
the worst scan costs that page.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Final

from corpus.errors import LimitExceeded, MissingBackend, UnreadableDocument
from corpus.recognised import RecognisedLine
from indexer.extract._hocr import lines_of_hocr
from indexer.extract._ports import Picture

LANGUAGES: Final = ("fin", "swe", "eng")
_PROGRAM: Final = "tesseract"
_ASK_S: Final = 20.0
_MEMORY_BYTES: Final = 1024 * 1024 * 1024
_MAX_OUTPUT_BYTES: Final = 32 * 1024 * 1024
_LIMITS: Final = (
    (resource.RLIMIT_AS, _MEMORY_BYTES),
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_FSIZE, 0),
)


class Tesseract:
    """The installed Tesseract with the languages it is asked to read.

    ``timeout_s`` is a page's time. Raises `MissingBackend` with the line that installs what is
    missing, when it is made.
    """

    def __init__(
        self,
        *,
        languages: Sequence[str] = LANGUAGES,
        timeout_s: float = 120.0,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        own = os.environ if environ is None else environ
        # more threads than one make it slower where several pages are read at once
        self._environ = {**own, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
        self._languages = tuple(languages)
        self._timeout_s = timeout_s
        self._program = shutil.which(_PROGRAM, path=self._environ.get("PATH", os.defpath)) or ""
        self._require(() if not self._program else self._installed())
        self.name = f"tesseract-{self._version()}/{'+'.join(self._languages)}"

    def recognise(self, picture: Picture) -> tuple[RecognisedLine, ...]:
        """Return the lines of a page; raises UnreadableDocument or LimitExceeded saying why not."""
        command = [self._program, "-", "-", "-l", "+".join(self._languages)]
        command += ["--dpi", str(picture.dpi), "hocr"]
        with subprocess.Popen(  # noqa: S603 - found on the PATH, no shell, no word of the document
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self._environ,
        ) as process:
            _limit(process.pid)  # it waits for the picture meanwhile
            try:
                output, errors = process.communicate(picture.pgm, timeout=self._timeout_s)
            except subprocess.TimeoutExpired as error:
                raise LimitExceeded(f"time: longer than {self._timeout_s:g} seconds") from error
            finally:
                process.kill()
        if process.returncode != 0:
            raise UnreadableDocument(_failure(process.returncode, errors))
        if len(output) > _MAX_OUTPUT_BYTES:
            raise LimitExceeded("limit: too much text on one page")
        return lines_of_hocr(output, height_pt=picture.height_pt, scale=picture.scale)

    def _installed(self) -> frozenset[str]:
        return frozenset(self._asked("--list-langs").split())

    def _version(self) -> str:
        first = self._asked("--version").partition("\n")[0]
        return first.removeprefix(_PROGRAM).strip() or "unknown"

    def _asked(self, option: str) -> str:
        try:
            answer = subprocess.run(  # noqa: S603 - found on the PATH, no shell
                [self._program, option],
                capture_output=True,
                check=False,
                timeout=_ASK_S,
                env=self._environ,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise MissingBackend(f"{self._program} does not start ({error}).") from error
        return answer.stdout.decode("utf-8", "replace")

    def _require(self, installed: Sequence[str] | frozenset[str]) -> None:
        missing = [language for language in self._languages if language not in installed]
        if not missing and self._program:
            return
        packages = [] if self._program else ["tesseract-ocr"]
        packages += [f"tesseract-ocr-{language.replace('_', '-')}" for language in missing]
        what = (
            "Tesseract is not installed"
            if not self._program
            else f"Tesseract lacks the languages {', '.join(missing)}"
        )
        raise MissingBackend(
            f"{what}; scans stay without text until it is there. "
            f"Debian: apt-get install {' '.join(packages)}",
            subject=_PROGRAM,
        )


def _limit(pid: int) -> None:
    """Bound what the process may use; where the kernel cannot, its deadline remains."""
    if hasattr(resource, "prlimit"):
        for kind, value in _LIMITS:
            try:
                resource.prlimit(pid, kind, (value, value))
            except ProcessLookupError:
                return  # it ended already; its exit code says why


def _failure(code: int, errors: bytes) -> str:
    said = " ".join(errors.decode("utf-8", "replace").split())[:200]
    how = f"ended by signal {-code}" if code < 0 else f"ended with {code}"
    return f"text recognition {how}" + (f": {said}" if said else "")
