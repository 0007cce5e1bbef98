"""A crawl holds what is on its way to the disk, never what it has crawled."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawler.server import HTML, Answer, Handler, Site

_ROOT = Path(__file__).resolve().parents[2]
_CHILD = Path(__file__).with_name("crawl_memory_child.py")
_MIB = 1024 * 1024
_FILES = 60
_PAGES = 20
_FILE_BYTES = 4 * _MIB
_GROWTH_KIB = 96 * 1024  # of 240 MiB of files and 20 MiB of pages with 80,000 links
_LINKS = 4_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read in /proc"),
]


def large(handler: Handler) -> Answer:
    """Answer with a large file or a large page, each with bytes of its own."""
    name = handler.path.encode()
    if handler.path.startswith("/tiedosto"):
        body = b"%PDF-1.7\n%" + name + b"x" * _FILE_BYTES
        return Answer(body, headers={"Content-Type": "application/pdf"})
    if handler.path.startswith("/sivu"):
        links = b"".join(b"<a href='/x%s/%d.png'>kuva</a>" % (name, n) for n in range(_LINKS))
        text = b"<p>sivu " + name + b" sanoja" * 130_000
        return Answer(b"<main>" + text + links, headers={"Content-Type": HTML})
    return Answer(b"not here", 404)


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve large files and pages."""
    files = (f"/tiedosto/{number}.pdf" for number in range(_FILES))
    pages = (f"/sivu/{number}" for number in range(_PAGES))
    with Site() as served:
        served.page("/", "etusivu", *files, *pages)
        served.otherwise(large)
        yield served


def test_memory_stays_flat_while_large_files_and_pages_come_in(site: Site, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, str(_CHILD), str(tmp_path / "data"), f"{site.url}/"],
        check=True,
        capture_output=True,
        text=True,
        timeout=240,
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )
    told = [tuple(map(int, line.split())) for line in ended.stdout.splitlines()]
    assert told[-1][0] == _FILES + _PAGES + 1
    at_first = told[0][1]
    assert max(memory for _, memory in told) - at_first < _GROWTH_KIB, told
