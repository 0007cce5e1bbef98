"""The sample site crawled, indexed and served by the product's own server, as visitors meet it.

One decision: the server is the command that an installation runs, in a process of its own, so
that what is looked at and measured is what is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from corpus.settings import Settings
from search_app.assembly import Assembly
from search_app.console import Console
from search_app.demonstration import gather, sample_site

_COMMAND = [sys.executable, "-m", "search_app"]
_ENVIRONMENT = {**os.environ, "JULKAISUHAKU_RATE_LIMIT": "off"}
_STOP_TIMEOUT_S = 20.0


@contextmanager
def served_sample(data: Path) -> Iterator[str]:
    """Fill a data directory from the sample site where it has no index; serve it at an address."""
    if not (data / "index" / "CURRENT").is_file():
        # In a thread: the browser's driver keeps an event loop in the one that the tests run in.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(_fill, data).result()
    with served(data) as url:
        yield url


def _fill(data: Path) -> None:
    settings = Settings(data=data, rate_limit="off", delay_s=0)
    with sample_site(data) as url, Assembly(settings, command="test") as assembly:
        assembly.prepare()
        gather(assembly, Console(is_json=True), url)


@contextmanager
def served(data: Path) -> Iterator[str]:
    """Run the server over a data directory on a free port, and give its address."""
    command = [*_COMMAND, "--data", str(data), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=_ENVIRONMENT) as process:
        try:
            yield _address(process)
        finally:
            process.terminate()
            try:
                process.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _address(process: subprocess.Popen[str]) -> str:
    """Return the address that the server prints once it takes requests."""
    said: list[str] = []
    for line in process.stderr or ():
        if line.startswith("http://"):
            return line.strip().rstrip("/")
        said.append(line)
    raise AssertionError(f"the server did not start: {''.join(said)[-2000:]}")
