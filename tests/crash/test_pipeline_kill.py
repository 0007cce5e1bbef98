"""kill -9 of import, add and index, at random moments and at every failpoint.

After each kill the catalogue is sound and the index answers as before; the next run goes on and
ends with catalogue and index in agreement, nothing that was acknowledged lost.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from indexer.generations import Generations
from indexer.workers import WORTH_STARTING
from tests.crash.installation import Installation

pytestmark = pytest.mark.slow

_IMPORT_KILLS = 10
_WORKER_KILLS = 3
_LINES = 1_200  # two transactions and a part of one
_DOCUMENTS = 300
_WORDS = ("kissa", "koira", "metsäbiotalous", "fotoniikka", "ekosysteemi", "rahoitushaku", "tie")

ADD_POINTS = ("after_originals", "after_catalogue", "mid_extract")
INDEX_POINTS = (
    "mid_add",
    "before_commit",
    "after_manifest",
    "before_current",
    "after_current",
    "before_watermark",
)


one_engine = pytest.mark.parametrize(
    "engine", ["tantivy", pytest.param("whoosh", marks=pytest.mark.long)], indirect=True
)
"""For what is killed before an engine comes into play: the second engine with the long run."""


def _text(number: int, chosen: random.Random) -> str:
    words = " ".join(chosen.choice(_WORDS) for _ in range(40))
    return f"Julkaisu {number} kertoo: {words}."


def _write_lines(path: Path, count: int, seed: int) -> Path:
    chosen = random.Random(seed)  # noqa: S311 - the same text each time
    with path.open("w", encoding="utf-8") as stream:
        for number in range(count):
            record = {"id": f"d{number}", "title": f"J {number}", "text": _text(number, chosen)}
            stream.write(json.dumps(record) + "\n")
    return path


def _seconds(installation: Installation, *arguments: str | Path) -> float:
    started = time.monotonic()
    installation.run(*arguments)
    return time.monotonic() - started


def _await_no_process_of(installation: Installation) -> None:
    """Wait until no process with the installation's environment is left; fail after 20 s.

    Workers carry the environment of the command that started them, whatever their parent is now.
    """
    mark = f"JULKAISUHAKU_DATA={installation.data}\0".encode()
    deadline = time.monotonic() + 20
    while left := _processes_with(mark):
        assert time.monotonic() < deadline, f"left behind: {left}"
        time.sleep(0.1)


def _processes_with(mark: bytes) -> list[str]:
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):  # it ended meanwhile
            if mark in environ.read_bytes():
                found.append(environ.parent.name)
    return found


@pytest.fixture
def moments() -> random.Random:
    """Return the source of the moments; its seed is printed when a test fails."""
    seed = random.SystemRandom().randrange(10**6)
    sys.stdout.write(f"moments are drawn with the seed {seed}\n")
    return random.Random(seed)  # noqa: S311 - repeatable on purpose


def _moment(moments: random.Random, whole: float) -> float:
    """Return a moment between the start of the work (after the imports) and its end."""
    return moments.uniform(0.3 * whole, whole)


@pytest.fixture(params=[5, pytest.param(35, marks=pytest.mark.long)])
def kills(request: pytest.FixtureRequest) -> int:
    """Return how often a command is killed; all long runs together make 200."""
    return int(request.param)


@pytest.fixture(params=["tantivy", "whoosh"])
def engine(request: pytest.FixtureRequest) -> str:
    """Return the name of each engine."""
    return str(request.param)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a data directory of each engine with 24 indexed documents, made once."""
    made = {}
    for engine in ("tantivy", "whoosh"):
        folder = tmp_path_factory.mktemp(engine)
        lines = _write_lines(folder / "lines.jsonl", 24, seed=1)
        installation = Installation(folder / "var", engine)
        installation.run("import", lines)
        installation.run("index")
        made[engine] = folder / "var"
    return made


@pytest.fixture
def installation(tmp_path: Path, engine: str, prepared: dict[str, Path]) -> Installation:
    """Return a copy of the prepared data directory."""
    shutil.copytree(prepared[engine], tmp_path / "var")
    return Installation(tmp_path / "var", engine)


def test_killed_import_goes_on_and_loses_nothing(tmp_path: Path, moments: random.Random) -> None:
    lines = _write_lines(tmp_path / "lines.jsonl", _LINES, seed=2)
    whole = _seconds(Installation(tmp_path / "whole"), "import", lines)
    installation = Installation(tmp_path / "var")
    kept, killed = 0, 0
    while killed < _IMPORT_KILLS:
        if kept == _LINES:  # all was taken: only an import with something left can be killed
            shutil.rmtree(installation.data)
            kept = 0
        killed += installation.kill_after(_moment(moments, whole), "import", lines)
        now = installation.documents()
        assert now >= kept
        assert now % 500 == 0 or now == _LINES
        kept = now
    report = json.loads(installation.run("import", lines, "--json"))
    assert report["new"] + report["unchanged"] == _LINES
    assert report["unchanged"] == kept
    assert installation.documents() == _LINES
    installation.run("index")
    installation.assert_agreement()


def test_killed_first_index_starts_again_and_agrees(
    tmp_path: Path, engine: str, moments: random.Random, kills: int
) -> None:
    lines = _write_lines(tmp_path / "lines.jsonl", _DOCUMENTS, seed=3)
    installation = Installation(tmp_path / "var", engine)
    installation.run("import", lines)
    shutil.copytree(installation.data, tmp_path / "whole")
    whole = _seconds(Installation(tmp_path / "whole", engine), "index")
    killed = 0
    while killed < kills:
        if installation.kill_after(_moment(moments, whole), "index"):
            killed += 1
        else:
            shutil.rmtree(installation.data / "index")  # it came to its end: once more
    installation.run("index")
    installation.assert_agreement()


def test_killed_increment_leaves_an_index_that_answers(
    tmp_path: Path, engine: str, moments: random.Random, kills: int
) -> None:
    installation = Installation(tmp_path / "var", engine)
    installation.run("import", _write_lines(tmp_path / "lines.jsonl", _DOCUMENTS, seed=4))
    installation.run("index")
    before = installation.found("julkaisu")
    assert before == _DOCUMENTS
    changed = [_write_lines(tmp_path / f"{seed}.jsonl", _DOCUMENTS, seed=seed) for seed in (5, 4)]
    installation.run("import", changed[0])
    shutil.copytree(installation.data, tmp_path / "whole")
    whole = _seconds(Installation(tmp_path / "whole", engine), "index")
    killed = 0
    while killed < kills:
        if installation.kill_after(_moment(moments, whole), "index"):
            killed += 1
        else:  # it came to its end: change everything once more
            changed.reverse()
            installation.run("import", changed[0])
        assert installation.found("julkaisu") == before
    installation.run("index")
    installation.assert_agreement()
    assert installation.found("julkaisu") == _DOCUMENTS


def test_killed_rebuild_leaves_the_older_index(
    tmp_path: Path, engine: str, moments: random.Random, kills: int
) -> None:
    installation = Installation(tmp_path / "var", engine)
    installation.run("import", _write_lines(tmp_path / "lines.jsonl", _DOCUMENTS, seed=6))
    installation.run("index")
    shutil.copytree(installation.data, tmp_path / "whole")
    whole = _seconds(Installation(tmp_path / "whole", engine), "reindex", "--yes")
    killed = 0
    while killed < kills:
        killed += installation.kill_after(_moment(moments, whole), "reindex", "--yes")
        assert installation.found("julkaisu") == _DOCUMENTS
    installation.run("reindex", "--yes")
    installation.assert_agreement()
    installation.assert_nothing_left()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found in /proc")
def test_killed_index_leaves_no_worker_and_is_repeated(
    tmp_path: Path, moments: random.Random
) -> None:
    documents = WORTH_STARTING + 200
    installation = Installation(tmp_path / "var")
    installation.run("import", _write_lines(tmp_path / "lines.jsonl", documents, seed=10))
    shutil.copytree(installation.data, tmp_path / "whole")
    whole = _seconds(Installation(tmp_path / "whole"), "index")
    killed = 0
    while killed < _WORKER_KILLS:
        if installation.is_indexed():
            shutil.rmtree(installation.data / "index")
        killed += installation.kill_after(_moment(moments, whole), "index")
        _await_no_process_of(installation)
    installation.run("index")
    installation.assert_agreement()
    assert installation.found("julkaisu") == documents


@pytest.mark.parametrize("point", INDEX_POINTS)
@pytest.mark.parametrize("command", ["index", pytest.param("reindex", marks=pytest.mark.long)])
def test_index_killed_at_a_point_is_repeated(
    installation: Installation, tmp_path: Path, command: str, point: str
) -> None:
    installation.run("import", _write_lines(tmp_path / "more.jsonl", 30, seed=7))
    arguments = (command,) if command == "index" else (command, "--yes")
    installation.kill_at(point, *arguments)
    assert installation.found("julkaisu") in (24, 30)
    installation.run(*arguments)
    installation.assert_agreement()
    assert installation.found("julkaisu") == 30
    installation.assert_nothing_left()


def test_cleaning_up_killed_half_way_is_repeated(
    installation: Installation, tmp_path: Path
) -> None:
    for count in (25, 26, 27):
        installation.run("import", _write_lines(tmp_path / "more.jsonl", count, seed=8))
        if count < 27:
            installation.run("index")
    installation.kill_at("mid_cleanup", "index")
    assert installation.found("julkaisu") == 27
    installation.run("import", _write_lines(tmp_path / "more.jsonl", 28, seed=8))
    installation.run("index")
    installation.assert_agreement()
    assert len(Generations(installation.data / "index").names()) == 2


def test_refused_rebuild_killed_before_it_is_swept_leaves_the_older_index(
    installation: Installation,
) -> None:
    queries = installation.data / "config" / "queries.toml"
    queries.write_text('[[query]]\nquery = "julkaisu"\nmust_not_contain = ["d1"]\n')
    installation.kill_at("before_sweep", "reindex", "--yes")
    assert len(list((installation.data / "index").glob("*.unfinished"))) == 1
    assert installation.found("julkaisu") == 24
    installation.run("index")
    assert len(Generations(installation.data / "index").names()) == 1
    queries.write_text("")
    installation.run("reindex", "--yes")
    installation.assert_agreement()
    installation.assert_nothing_left()
    assert installation.found("julkaisu") == 24


@one_engine
def test_import_killed_after_its_transaction_keeps_it(
    installation: Installation, tmp_path: Path
) -> None:
    lines = _write_lines(tmp_path / "more.jsonl", 600, seed=9)
    installation.kill_at("after_catalogue", "import", lines)
    assert installation.documents() == 500
    installation.run("import", lines)
    installation.run("index")
    installation.assert_agreement()
    assert installation.documents() == 600


@one_engine
@pytest.mark.parametrize("point", [*ADD_POINTS, "before_current", "before_watermark"])
def test_add_killed_at_a_point_is_repeated_without_a_double(
    installation: Installation, tmp_path: Path, point: str
) -> None:
    report = tmp_path / "raportti.txt"
    report.write_text("Vesihuollon raportti kertoo putkista ja pumpuista.", encoding="utf-8")
    installation.kill_at(point, "add", report)
    installation.documents()
    assert installation.found("julkaisu") == 24
    installation.run("add", report)
    installation.assert_agreement()
    assert installation.found("vesihuolto") == 1
    assert installation.documents() == 25


@one_engine
def test_what_add_kept_before_it_was_killed_is_read_by_index(
    installation: Installation, tmp_path: Path
) -> None:
    report = tmp_path / "raportti.txt"
    report.write_text("Vesihuollon raportti kertoo putkista ja pumpuista.", encoding="utf-8")
    installation.kill_at("after_catalogue", "add", report)
    installation.run("index")
    installation.assert_agreement()
    assert installation.found("vesihuolto") == 1
