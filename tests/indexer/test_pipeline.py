"""The index follows the catalogue: increments, rebuilds, rollback, damage, two writers."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from corpus._disk import FileLock
from corpus.errors import Busy, CorruptIndex, NotFound
from indexer.generations import GenerationName
from indexer.pipeline import Pipeline
from tests.indexer.pipeline_world import World


def _bytes_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _damage_newest(world: World) -> None:
    """Flip a bit in a copy of the largest file that only the current generation has."""
    folder = world.generations.path(world.current()) / "publications"
    path = max((p for p in folder.rglob("*") if p.is_file()), key=lambda p: p.stat().st_size)
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0x04
    path.unlink()
    path.write_bytes(content)


def test_first_update_builds_everything(world: World) -> None:
    world.record("a", "Kissat nukkuvat.")
    report = world.pipeline.update()
    assert (report.indexed, report.removed) == (1, 0)
    assert str(world.current()) == report.generation == "0001.0000"
    assert world.found("kissa") == ["a"]
    assert world.catalogue.watermark() == world.catalogue.last_sequence()


def test_update_without_changes_makes_no_generation(world: World) -> None:
    world.record("a", "Kissat nukkuvat.")
    world.pipeline.update()
    report = world.pipeline.update()
    assert (report.indexed, report.removed, report.generation) == (0, 0, "0001.0000")
    assert world.pipeline.behind() == 0


def test_increment_replaces_a_changed_document(world: World) -> None:
    world.record("a", "Kissat nukkuvat.")
    world.record("b", ["Koirat juoksevat.", "Koirat haukkuvat."])
    world.pipeline.update()
    world.record("b", ["Linnut laulavat.", "Linnut lentävät.", "Linnut syövät."])
    assert world.pipeline.behind() == 1
    report = world.pipeline.update()
    assert report.generation == "0001.0001"
    assert world.found("koira") == []
    assert world.found("lintu") == ["b"]
    assert world.found("kissa") == ["a"]
    assert (world.manifest().documents, world.manifest().pages) == (2, 3)


@pytest.mark.parametrize("hide", ["withdraw", "mark_gone"])
def test_hidden_document_leaves_the_index(world: World, hide: str) -> None:
    world.record("a", ["Kissat nukkuvat.", "Kissat heräävät."])
    world.record("b", "Kissat syövät.")
    world.pipeline.update()
    if hide == "withdraw":
        world.catalogue.withdraw(["a"], "test", "test")
    else:
        world.catalogue.mark_gone(["a"])
    assert world.found("kissa") == ["b"]  # even before the index follows
    report = world.pipeline.update()
    assert (report.indexed, report.removed) == (0, 1)
    assert world.search("kissa").total == 1
    assert (world.manifest().documents, world.manifest().pages) == (1, 0)


def test_increment_leaves_the_older_generation_byte_for_byte(world: World) -> None:
    for number in range(30):
        world.record(f"d{number}", f"Kissa numero {number} nukkuu.")
    world.pipeline.update()
    older = world.generations.path(world.current())
    before = _bytes_of(older)
    for number in range(0, 30, 3):
        world.record(f"d{number}", f"Koira numero {number} juoksee.")
    world.pipeline.update()
    assert world.generations.path(world.current()) != older
    assert _bytes_of(older) == before
    world.generations.verify(GenerationName(1, 0))


def test_increment_links_files_instead_of_copying_them(world: World) -> None:
    for number in range(30):
        world.record(f"d{number}", f"Kissa numero {number} nukkuu.")
    world.pipeline.update()
    older = {p.stat().st_ino for p in world.generations.path(world.current()).rglob("*")}
    world.record("new", "Koira juoksee.")
    world.pipeline.update()
    newer = {p.stat().st_ino for p in world.generations.path(world.current()).rglob("*")}
    assert older & newer


def test_rebuild_and_increments_give_the_same_answers(world: World) -> None:
    for number in range(20):
        world.record(f"d{number}", f"Kissa ja koira numero {number} asuvat metsässä.")
        if number % 7 == 0:
            world.pipeline.update()
    world.record("d3", "Nyt täällä on vain koira.")
    world.catalogue.withdraw(["d4"], "test", "test")
    world.pipeline.update()
    queries = ("kissa", "koira", "kissa koira", "metsä -kissa", '"kissa ja koira"')
    incremental = [(world.search(q).total, sorted(world.found(q, size=50))) for q in queries]
    world.pipeline.rebuild()
    rebuilt = [(world.search(q).total, sorted(world.found(q, size=50))) for q in queries]
    assert rebuilt == incremental
    assert incremental[0][0] == 18


def test_rebuild_can_change_the_engine(world: World) -> None:
    world.record("a", "Kissat nukkuvat.")
    world.pipeline.update()
    other = {"tantivy": "whoosh", "whoosh": "tantivy"}[world.engine]
    world.pipeline.rebuild(engine=other)
    assert world.manifest().engine == other
    assert world.found("kissa") == ["a"]
    world.record("b", "Kissat syövät.")
    world.pipeline.update()
    assert world.manifest().engine == other
    assert world.search("kissa").total == 2


def test_rebuild_holds_what_changed_meanwhile(world: World) -> None:
    for number in range(5):
        world.record(f"d{number}", "Kissat nukkuvat.")
    world.pipeline.update()
    done = threading.Event()

    def change(count: int, _total: int) -> None:
        if count == 3 and not done.is_set():
            done.set()
            world.record("late", "Kissat saapuvat myöhään.")
            world.make_pipeline().update()

    world.pipeline.rebuild(progress=change)
    assert done.is_set()
    assert world.search("kissa").total == 6
    assert world.pipeline.behind() == 0


def test_rebuild_that_is_refused_leaves_the_current_generation(world: World) -> None:
    world.record("a", "Kissat nukkuvat.")
    world.pipeline.update()

    def refuse(_folder: Path, _manifest: object) -> None:
        raise CorruptIndex("a golden query lost its document")

    with pytest.raises(CorruptIndex):
        world.pipeline.rebuild(before_switch=refuse)
    assert str(world.current()) == "0001.0000"
    assert world.found("kissa") == ["a"]


def test_rollback_returns_and_index_brings_back(world: World) -> None:
    world.record("a", "Kissat nukkuvat.")
    world.pipeline.update()
    world.record("b", "Kissat syövät.")
    world.pipeline.update()
    report = world.pipeline.rollback()
    assert (report.generation, report.previous, report.lacking) == ("0001.0000", "0001.0001", 1)
    assert world.search("kissa").total == 1
    assert world.catalogue.watermark() == world.manifest().watermark
    world.pipeline.update()
    assert world.search("kissa").total == 2
    assert str(world.current()) == "0001.0002"


def test_rollback_to_what_is_not_there_is_refused(world: World) -> None:
    world.record("a", "Kissat nukkuvat.")
    world.pipeline.update()
    with pytest.raises(NotFound):
        world.pipeline.rollback("0009.0000")
    with pytest.raises(NotFound):
        world.pipeline.rollback("latest")
    with pytest.raises(NotFound):
        world.pipeline.rollback()


def test_rollback_to_a_damaged_generation_is_refused(world: World) -> None:
    world.record("a", "Kissat nukkuvat.")
    world.pipeline.update()
    _damage_newest(world)
    world.pipeline.rebuild()
    with pytest.raises(CorruptIndex):
        world.pipeline.rollback("0001.0000")
    assert str(world.current()) == "0002.0000"


def test_damaged_generation_is_not_used_and_the_one_before_answers(world: World) -> None:
    world.record("a", "Kissat nukkuvat.")
    world.pipeline.update()
    world.record("b", "Kissat syövät.")
    world.pipeline.update()
    _damage_newest(world)
    results = world.search("kissa")
    assert results.generation == "0001.0000"
    assert results.total == 1
    assert "0001.0001" in world.searcher.reader.problem


def test_update_over_a_damaged_generation_rebuilds(world: World) -> None:
    world.record("a", "Kissat nukkuvat.")
    world.pipeline.update()
    _damage_newest(world)
    report = world.pipeline.update()
    assert report.generation == "0002.0000"
    assert world.found("kissa") == ["a"]


@pytest.mark.parametrize(
    "content",
    [b"", b"not a name\n", b"\xff\xfe", b"0009.0000\n"],
    ids=["empty", "words", "bytes", "missing-generation"],
)
def test_damaged_pointer_is_survived(world: World, content: bytes) -> None:
    world.record("a", "Kissat nukkuvat.")
    world.pipeline.update()
    (world.generations.directory / "CURRENT").write_bytes(content)
    assert world.found("kissa") == ["a"]
    world.pipeline.update()
    assert world.found("kissa") == ["a"]


def test_searches_go_on_during_a_rebuild_and_see_the_switch(world: World) -> None:
    for number in range(20):
        world.record(f"d{number}", "Kissat nukkuvat.")
    world.pipeline.update()
    totals: set[int] = set()
    generations: set[str] = set()

    def look(_done: int, _total: int) -> None:
        results = world.search("kissa")
        totals.add(results.total)
        generations.add(results.generation)

    world.pipeline.rebuild(progress=look)
    assert totals == {20}
    assert generations == {"0001.0000"}
    assert world.search("kissa").generation == "0002.0000"


@pytest.mark.parametrize("lock", ["index.lock", "rebuild.lock"])
def test_second_writer_is_told_who_holds_the_lock(
    world: World, monkeypatch: pytest.MonkeyPatch, lock: str
) -> None:
    world.record("a", "Kissat nukkuvat.")
    world.pipeline.update()
    monkeypatch.setattr(FileLock.acquire, "__kwdefaults__", {"timeout_s": 0.1})
    other = world.make_pipeline("second command")
    with (
        FileLock(world.generations.directory / lock, "first command"),
        pytest.raises(Busy, match="first command"),
    ):
        _run(other, lock)
    _run(other, lock)


def _run(pipeline: Pipeline, lock: str) -> None:
    if lock == "index.lock":
        pipeline.update()
    else:
        pipeline.rebuild()


def test_increment_is_possible_while_a_rebuild_is_under_way(world: World) -> None:
    world.record("a", "Kissat nukkuvat.")
    world.pipeline.update()
    with FileLock(world.generations.directory / "rebuild.lock", "a rebuild"):
        world.record("b", "Kissat syövät.")
        world.pipeline.update()
    assert world.search("kissa").total == 2


def test_rebuild_does_not_sweep_an_increment_that_is_under_way(world: World) -> None:
    world.record("a", "Kissat nukkuvat.")
    world.pipeline.update()
    working = world.generations.prepare(world.generations.new_increment(world.current()))
    seen: list[bool] = []
    world.pipeline.rebuild(before_switch=lambda *_: seen.append(working.exists()))
    assert seen == [True]
    assert not working.exists()  # by then the rebuild holds the index lock: nobody writes there


def test_kept_generations_are_bounded(world: World) -> None:
    for number in range(6):
        world.record(f"d{number}", "Kissat nukkuvat.")
        world.pipeline.update()
    for _ in range(4):
        world.pipeline.rebuild()
    names = [str(name) for name in world.generations.names()]
    assert names == ["0003.0000", "0004.0000", "0005.0000"]
    assert world.search("kissa").total == 6


def test_index_of_other_rules_is_built_anew(world: World) -> None:
    world.record("a", "Kissat nukkuvat.")
    world.pipeline.update()
    assert world.pipeline.mismatch() == ""
    path = world.generations.path(world.current()) / "manifest.json"
    path.write_text(path.read_text().replace('"analysis": "', '"analysis": "older '))
    assert "older" in world.pipeline.mismatch()
    report = world.pipeline.update()
    assert report.generation == "0002.0000"
    assert world.pipeline.mismatch() == ""


def test_document_without_text_is_not_searchable(world: World) -> None:
    world.record("a", "Kissat nukkuvat.")
    world.record("empty", "")
    world.pipeline.update()
    assert world.search("").total == 1
    assert world.manifest().documents == 1


def test_empty_catalogue_gives_an_empty_index(world: World) -> None:
    world.pipeline.update()
    results = world.search("kissa")
    assert (results.total, results.generation) == (0, "0001.0000")
