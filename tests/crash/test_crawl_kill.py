"""A crawl that is killed at any moment goes on where it was: nothing lost, nothing fetched twice.

The sample site is crawled, and read at the same time, by a process of its own, which is killed
with SIGKILL at moments of chance; the server counts what it is asked for, and the database tells
what was done at the moment of each kill.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import pytest

from corpus.catalogue import Catalogue
from corpus.crawls import CrawlStore, Outcome
from corpus.document import Status
from corpus.originals import OriginalStore
from corpus.sample.serve import SampleServer
from corpus.settings import Settings

pytestmark = pytest.mark.slow
_ROOT = Path(__file__).resolve().parents[2]
_KILLS = 20
_LONGEST_S = 0.6  # a crawl with its reading takes several seconds on a quiet machine
_ANSWER_S = 0.01


class Counted:
    """The sample site, not too fast, with what it was asked for."""

    def __init__(self) -> None:
        self.hits: Counter[str] = Counter()
        self.server = SampleServer(seen=self._count)

    def _count(self, path: str) -> None:
        self.hits.update([path])
        time.sleep(_ANSWER_S)


@dataclass(slots=True)
class Kills:
    """How many kills met a process at work, and what it was at."""

    met: int = 0
    crawling: int = 0
    reading: int = 0
    moments: list[float] = field(default_factory=list)


@pytest.fixture(scope="module")
def served() -> Iterator[Counted]:
    """Serve the sample site: its pages name their own address, so it is one for all tests."""
    made = Counted()
    with made.server:
        yield made


@pytest.fixture(scope="module")
def whole(served: Counted, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what a crawl that nobody disturbs keeps."""
    data = tmp_path_factory.mktemp("whole")
    finish(data, served.server.url)
    return kept(data)


@pytest.fixture
def counted(served: Counted) -> Counted:
    """Count from zero."""
    served.hits.clear()
    return served


def start(data: Path, url: str, **environment: str) -> subprocess.Popen[bytes]:
    """Start a crawl with reading, in a group of processes of its own."""
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("crawl_child.py")), str(data), url],
        cwd=_ROOT,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(_ROOT), **environment},
        stdout=subprocess.PIPE,
    )


def output(process: subprocess.Popen[bytes]) -> IO[bytes]:
    """Return what a crawl says."""
    assert process.stdout is not None
    return process.stdout


def kill_after(process: subprocess.Popen[bytes], word: bytes, seconds: float) -> bool:
    """Kill a crawl some time after it said a word; whether it was still running."""
    said = output(process)
    while (line := said.readline()) and line.strip() != word:
        pass
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    return end(process) == -signal.SIGKILL


def end(process: subprocess.Popen[bytes]) -> int:
    """Wait for a crawl, end what it leaves of readers, and return its status."""
    with process:
        status = process.wait(180)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert status in (0, -signal.SIGKILL)
    return status


def finish(data: Path, url: str) -> None:
    """Let a crawl and its reading run to their end."""
    assert end(start(data, url)) == 0


def done(data: Path) -> set[str]:
    """Return the paths that are marked done."""
    with Catalogue(Settings(data=data).catalogue_path) as catalogue:
        crawls = CrawlStore(catalogue.database)
        run = catalogue.database.number("SELECT max(id) FROM crawl_runs")
        decisions = crawls.decisions(run, tuple(Outcome))
        return {urlsplit(one.url).path for one in decisions if one.is_fetched}


def note(kills: Kills, data: Path) -> None:
    """Count what the process that was killed was at."""
    with Catalogue(Settings(data=data).catalogue_path) as catalogue:
        runs = CrawlStore(catalogue.database).last_runs()
        kills.crawling += any(run.finished_at is None for run in runs)
        waiting = catalogue.count_pending()
        kills.reading += 0 < waiting < catalogue.count_documents()


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


def assert_read(data: Path) -> None:
    """Every document was read, and none counts as read that holds no text."""
    with Catalogue(Settings(data=data).catalogue_path) as catalogue:
        assert catalogue.count_pending() == 0
        read = [one for one in catalogue.iter_documents() if one.status is Status.OK]
        assert read
        for document in read:
            assert any(page.text.strip() for page in catalogue.pages(document.id)), document.id


def test_twenty_kills_lose_nothing_and_fetch_nothing_twice(
    counted: Counted, whole: dict[str, str], tmp_path: Path
) -> None:
    chance = random.Random()  # noqa: S311 - moments, not secrets; others on every run
    kills = Kills()
    recorded: set[str] = set()
    at_record: Counter[str] = Counter()
    for number in range(_KILLS):
        word = b"read" if number % 2 else b"begun"
        kills.moments.append(chance.uniform(0.0, _LONGEST_S))
        kills.met += kill_after(start(tmp_path, counted.server.url), word, kills.moments[-1])
        again = {path for path in recorded if counted.hits[path] > at_record[path]}
        assert again == set(), kills
        recorded, at_record = done(tmp_path), counted.hits.copy()
        assert set(kept(tmp_path).items()) <= set(whole.items()), kills
        note(kills, tmp_path)
    finish(tmp_path, counted.server.url)
    assert {path for path in recorded if counted.hits[path] > at_record[path]} == set(), kills
    assert kept(tmp_path) == whole, kills
    assert_read(tmp_path)
    assert kills.met >= _KILLS // 2, kills  # all is done before the last ones on a fast machine
    assert kills.crawling, kills
    assert kills.reading, kills


@pytest.mark.parametrize("point", ["after_originals", "after_catalogue", "mid_extract"])
def test_a_kill_at_an_exact_place_is_made_good(
    counted: Counted, whole: dict[str, str], tmp_path: Path, point: str
) -> None:
    for _ in range(3):
        process = start(tmp_path, counted.server.url, JULKAISUHAKU_FAILPOINT=point)
        assert end(process) == -signal.SIGKILL
    finish(tmp_path, counted.server.url)
    assert kept(tmp_path) == whole
    assert_read(tmp_path)
