"""A crawl that is killed at any moment goes on where it was: nothing lost, nothing fetched twice.

The sample site is crawled by a process of its own, which is killed with SIGKILL; the server counts
what it is asked for, and the database tells what was done at the moment of each kill.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import pytest

from corpus.catalogue import Catalogue
from corpus.crawls import CrawlStore, Outcome
from corpus.originals import OriginalStore
from corpus.sample.serve import SampleServer
from corpus.settings import Settings

pytestmark = pytest.mark.slow
_ROOT = Path(__file__).resolve().parents[2]
_DONE = tuple(Outcome)


class Counted:
    """The sample site, with what it was asked for."""

    def __init__(self) -> None:
        self.hits: Counter[str] = Counter()
        self.server = SampleServer(seen=lambda path: self.hits.update([path]))


@pytest.fixture
def counted() -> Iterator[Counted]:
    """Serve the sample site."""
    made = Counted()
    with made.server:
        yield made


def start(data: Path, url: str, **environment: str) -> subprocess.Popen[bytes]:
    """Start a crawl."""
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("crawl_child.py")), str(data), url],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT), **environment},
        stdout=subprocess.PIPE,
    )


def output(process: subprocess.Popen[bytes]) -> IO[bytes]:
    """Return what a crawl says."""
    assert process.stdout is not None
    return process.stdout


def kill_after(process: subprocess.Popen[bytes], batches: int) -> bool:
    """Kill a crawl after so many batches became durable; whether it was still running."""
    for _ in range(batches):
        if not output(process).readline():
            break
    process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


def finish(data: Path, url: str) -> None:
    """Let a crawl run to its end."""
    process = start(data, url)
    process.communicate(timeout=120)
    assert process.returncode == 0


def done(data: Path) -> set[str]:
    """Return the paths that are marked done."""
    with Catalogue(Settings(data=data).catalogue_path) as catalogue:
        crawls = CrawlStore(catalogue.database)
        run = catalogue.database.number("SELECT max(id) FROM crawl_runs")
        return {urlsplit(one.url).path for one in crawls.decisions(run, _DONE) if one.is_fetched}


def kept(data: Path) -> dict[str, str]:
    """Return the original of each address, and check that all of it is sound."""
    settings = Settings(data=data)
    with Catalogue(settings.catalogue_path) as catalogue:
        originals = OriginalStore(settings.originals_dir)
        assert list(originals.check(catalogue.original_hashes())) == []
        assert catalogue.check() == []
        return {
            urlsplit(address.url).path: document.original.sha256
            for document in catalogue.iter_documents()
            for address in catalogue.addresses(document.id)
            if document.original is not None
        }


def test_ten_kills_lose_nothing_and_fetch_nothing_twice(counted: Counted, tmp_path: Path) -> None:
    finish(tmp_path / "whole", counted.server.url)
    whole = kept(tmp_path / "whole")
    counted.hits.clear()
    chance = random.Random(20261124)  # noqa: S311 - moments, not secrets
    kills = 0
    recorded: set[str] = set()
    at_record: Counter[str] = Counter()
    for _ in range(10):
        process = start(tmp_path / "killed", counted.server.url)
        kills += kill_after(process, chance.randint(1, 8))
        assert {path for path in recorded if counted.hits[path] > at_record[path]} == set()
        recorded = done(tmp_path / "killed")
        at_record = counted.hits.copy()
    finish(tmp_path / "killed", counted.server.url)
    assert {path for path in recorded if counted.hits[path] > at_record[path]} == set()
    assert kills >= 8  # a crawl may be over before the last ones
    assert kept(tmp_path / "killed") == whole


@pytest.mark.parametrize("point", ["after_originals", "after_catalogue"])
def test_a_kill_at_an_exact_place_is_made_good(
    counted: Counted, tmp_path: Path, point: str
) -> None:
    finish(tmp_path / "whole", counted.server.url)
    for _ in range(3):
        process = start(tmp_path / "killed", counted.server.url, JULKAISUHAKU_FAILPOINT=point)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
    finish(tmp_path / "killed", counted.server.url)
    assert kept(tmp_path / "killed") == kept(tmp_path / "whole")
