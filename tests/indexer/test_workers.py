"""Tests of analysis in other processes: the same result, whatever becomes of a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from corpus import Vocabulary
from indexer.analysis import Analyzer
from indexer.workers import WORTH_STARTING, Kit, Recipe, Workers
from tests.indexer.pipeline_world import VOCABULARY, World

_ROOT = Path(__file__).parents[2]
_CHILD = """
import sys, time
from pathlib import Path
from corpus import Vocabulary
from indexer.analysis import LANGUAGES, analyzer_for
from indexer.workers import Recipe, Workers
from tests.indexer.test_workers import process_id
path = Path(sys.argv[1])
analysis = tuple(analyzer_for(language).fingerprint for language in LANGUAGES)
recipe = Recipe(path, Vocabulary.load(path).fingerprint, analysis)
with Workers(recipe, 1) as workers:
    print(next(iter(workers.made(process_id, lambda item: 0, range(5))))[1], flush=True)
    time.sleep(60)
"""


def process_id(kit: Kit, item: int) -> int:
    """Return the process this runs in."""
    del kit, item
    return os.getpid()


def _word_there(kit: Kit, word: str) -> tuple[int, frozenset[str]]:
    return os.getpid(), kit.analyzers["fi"].index_terms(word)


def _death(kit: Kit, item: int) -> int:
    del kit, item
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


@pytest.fixture
def recipe(analyzers: Mapping[str, Analyzer], packaged_vocabulary: Vocabulary) -> Recipe:
    """Return a recipe of what the other fixtures are."""
    fingerprints = tuple(analyzer.fingerprint for analyzer in analyzers.values())
    return Recipe(VOCABULARY, packaged_vocabulary.fingerprint, fingerprints)


def test_workers_give_the_same_terms_in_order(
    recipe: Recipe, analyzers: Mapping[str, Analyzer]
) -> None:
    words = ["metsäkoneenkuljettajat", "fotoniikan", "uudistuksia", "nanoselluloosan"] * 5
    with Workers(recipe, 2) as workers:
        made = list(workers.made(_word_there, lambda _: (os.getpid(), frozenset()), words))
    assert [word for word, _ in made] == words
    assert os.getpid() not in {process for _, (process, _) in made}
    assert [terms for _, (_, terms) in made] == [analyzers["fi"].index_terms(w) for w in words]


def test_first_items_start_no_worker(recipe: Recipe) -> None:
    with Workers(recipe, 1) as workers:
        here = list(workers.made(process_id, lambda _: -1, range(3), first_here=3))
        more = list(workers.made(process_id, lambda _: -1, range(4), first_here=3))
    assert here == [(0, -1), (1, -1), (2, -1)]
    assert [made == -1 for _, made in more] == [True, True, True, False]


def test_work_of_a_dead_worker_is_done_here(recipe: Recipe) -> None:
    with Workers(recipe, 1) as workers:
        assert list(workers.made(_death, lambda item: item * 2, range(9))) == [
            (item, item * 2) for item in range(9)
        ]


def test_worker_of_another_configuration_is_not_used(recipe: Recipe) -> None:
    other = Recipe(recipe.vocabulary, "another", recipe.analysis)
    with Workers(other, 1) as workers:
        assert list(workers.made(process_id, lambda _: -1, range(2))) == [(0, -1), (1, -1)]


def test_workers_can_start_again_after_they_ended(recipe: Recipe) -> None:
    workers = Workers(recipe, 1)
    for _ in range(2):
        with workers:
            assert [made for _, made in workers.made(process_id, lambda _: -1, [0])] != [-1]


@pytest.mark.slow
def test_worker_ends_with_a_parent_that_was_killed() -> None:
    command = [sys.executable, "-c", _CHILD, str(VOCABULARY)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=_ROOT, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert worker > 0
        parent.kill()
    for _ in range(200):
        if not _is_running(worker):
            return
        time.sleep(0.05)
    pytest.fail("the worker outlived its parent")


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.slow
def test_index_made_by_workers_answers_like_one_made_here(world: World, recipe: Recipe) -> None:
    topics = ["metsäkoneen huolto", "fotoniikan mittaukset", "kiertotalouden mallit"]
    for number in range(WORTH_STARTING + 10):
        pages = [f"{topics[number % 3]} {number}", f"liite {topics[number % 2]}"]
        world.record(f"d{number:04}", pages[: 1 + number % 2])
    world.catalogue.withdraw(["d0007"], reason="test", actor="test")
    world.pipeline.update()
    queries = ["metsäkone", "fotoniikka", "kiertotalous", "liite", "17"]
    expected = [world.found(query) for query in queries]
    report = world.make_pipeline(recipe=recipe).rebuild()
    assert report.indexed == WORTH_STARTING + 9
    assert [world.found(query) for query in queries] == expected
    assert all(expected)
