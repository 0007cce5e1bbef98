"""A disk that is full while a crawl stores: told, nothing half-written, gone on with afterwards.

The disk is real: a tmpfs of two MiB in a namespace of its own, so ENOSPC comes from the kernel.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawler.server import Site

_ROOT = Path(__file__).resolve().parents[2]
_FILES = 24
_CHILD = Path(__file__).with_name("full_disk_child.py")
_OWN_DISK = ("unshare", "--user", "--map-root-user", "--mount")


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve a site whose files do not fit on the disk."""
    noise = random.Random(5)  # noqa: S311 - bytes that do not shrink
    with Site() as served:
        served.page("/", "etusivu", *(f"/{number}.pdf" for number in range(_FILES)))
        for number in range(_FILES):
            body = b"%PDF-1.7\n" + noise.randbytes(150_000)
            served.answer(f"/{number}.pdf", body, kind="application/pdf")
        yield served


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """Return where a small disk can be mounted; skip where the kernel does not let us."""
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare on this machine")
    script = 'mount -t tmpfs -o size=1m tmpfs "$1"'
    tried = subprocess.run(
        [*_OWN_DISK, "sh", "-c", script, "sh", str(tmp_path)], check=False, capture_output=True
    )
    if tried.returncode != 0:
        pytest.skip("this machine lets nobody mount a disk in a namespace of his own")
    return tmp_path


def crawl_twice(folder: Path, url: str, kind: str) -> dict[str, object]:
    """Crawl onto the full disk and again onto a larger one, and return what was found."""
    ended = subprocess.run(
        [*_OWN_DISK, sys.executable, str(_CHILD), str(folder), url, kind],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, object] = json.loads(ended.stdout)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "named"), [("originals", "/originals/"), ("catalogue", "/catalogue.sqlite3")]
)
def test_a_full_disk_stops_a_crawl_that_then_goes_on(
    site: Site, small_disk: Path, kind: str, named: str
) -> None:
    found = crawl_twice(small_disk, f"{site.url}/", kind)
    full, end = found["full"], found["end"]
    message = str(found["message"])
    assert message.startswith("The disk is full")
    assert named in message
    assert message.endswith("Free some space and try again.")
    assert isinstance(full, dict)
    assert isinstance(end, dict)
    assert full["documents"] < _FILES + 1
    assert (full["damage"], full["temporary"]) == ([], [])
    assert (found["again"], end["damage"], end["temporary"]) == ("", [], [])
    assert end["documents"] == _FILES + 1
    assert site.hits["/robots.txt"] == 1  # the same crawl went on
