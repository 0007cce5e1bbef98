"""Generations on disk: names, verification, linking, cleaning up."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import CorruptIndex, NotFound
from indexer.generations import GenerationName, Generations, Manifest


def _manifest(name: GenerationName) -> Manifest:
    return Manifest(
        generation=str(name),
        engine="whoosh",
        engine_version="1",
        schema_version=1,
        analysis="a",
        vocabulary="v",
        watermark=7,
        documents=2,
        pages=3,
        created_at="2026-01-01T00:00:00+00:00",
        files={},
    )


def _no_lock(name: str) -> bool:
    return name.endswith(".lock")


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    """Return the generations of an empty folder."""
    return Generations(tmp_path / "index")


def _make(generations: Generations, name: GenerationName, **files: str) -> Manifest:
    working = generations.prepare(name)
    (working / "publications").mkdir()
    for filename, content in (files or {"segment": "content"}).items():
        (working / "publications" / filename).write_text(content)
    manifest = generations.finish(working, _manifest(name), is_lock_file=_no_lock)
    generations.switch(name)
    return manifest


@pytest.mark.parametrize("text", ["", "1.2", "latest", "0001.0000/..", "../0001.0000", "0001,0000"])
def test_name_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(NotFound):
        GenerationName.parse(text)


def test_names_sort_by_age() -> None:
    names = [GenerationName.parse(text) for text in ("0010.0000", "0002.0011", "0002.0002")]
    assert [str(name) for name in sorted(names)] == ["0002.0002", "0002.0011", "0010.0000"]


def test_nothing_answers_before_the_first_generation(generations: Generations) -> None:
    assert generations.current() is None
    assert generations.current_stamp() is None
    assert generations.names() == []


def test_finished_generation_is_named_listed_and_whole(generations: Generations) -> None:
    name = generations.new_rebuild()
    made = _make(generations, name)
    assert generations.current() == name == GenerationName(1, 0)
    assert generations.names() == [name]
    assert generations.verify(name) == made
    assert set(made.files) == {"publications/segment"}


def test_unfinished_generation_is_not_listed(generations: Generations) -> None:
    generations.prepare(generations.new_rebuild())
    assert generations.names() == []
    assert generations.new_rebuild() == GenerationName(2, 0)


def test_lock_files_are_no_part_of_a_generation(generations: Generations) -> None:
    made = _make(generations, GenerationName(1, 0), segment="x", **{"write.lock": ""})
    assert set(made.files) == {"publications/segment"}
    assert not (generations.path(GenerationName(1, 0)) / "publications" / "write.lock").exists()


@pytest.mark.parametrize("kind", ["bit", "cut", "longer", "missing", "manifest", "no-manifest"])
def test_every_kind_of_damage_is_found(generations: Generations, kind: str) -> None:
    name = GenerationName(1, 0)
    _make(generations, name, segment="some content of a segment")
    path = generations.path(name) / "publications" / "segment"
    manifest = generations.path(name) / "manifest.json"
    content = path.read_bytes()
    if kind == "bit":
        path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    elif kind == "cut":
        path.write_bytes(content[:-1])
    elif kind == "longer":
        path.write_bytes(content + b"x")
    elif kind == "missing":
        path.unlink()
    elif kind == "manifest":
        manifest.write_text(manifest.read_text()[:-10])
    else:
        manifest.unlink()
    with pytest.raises(CorruptIndex, match=str(name)):
        generations.verify(name)


def test_damage_that_keeps_size_and_time_is_found_at_start(generations: Generations) -> None:
    name = GenerationName(1, 0)
    _make(generations, name, segment="some content")
    path = generations.path(name) / "publications" / "segment"
    before = path.stat()
    path.write_text("SOME content")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(CorruptIndex):
        generations.verify(name)


def test_known_unchanged_files_are_not_read_again(generations: Generations) -> None:
    name = GenerationName(1, 0)
    made = _make(generations, name, segment="some content")
    assert generations.verify(name, made.files) == made


def test_increment_links_everything_but_lock_files(generations: Generations) -> None:
    base = GenerationName(1, 0)
    _make(generations, base, segment="x")
    (generations.path(base) / "publications" / "write.lock").write_text("")
    name = generations.new_increment(base)
    working = generations.link(base, name, is_lock_file=_no_lock)
    linked = [p for p in working.rglob("*") if p.is_file()]
    assert [p.name for p in linked] == ["segment"]
    source = generations.path(base) / "publications" / "segment"
    assert linked[0].stat().st_ino == source.stat().st_ino


def test_unchanged_files_keep_their_hash(generations: Generations) -> None:
    base = GenerationName(1, 0)
    first = _make(generations, base, segment="x")
    name = generations.new_increment(base)
    working = generations.link(base, name, is_lock_file=_no_lock)
    (working / "publications" / "added").write_text("y")
    manifest = replace(_manifest(name), files=first.files)
    made = generations.finish(working, manifest, is_lock_file=_no_lock)
    assert made.files["publications/segment"] == first.files["publications/segment"]
    assert set(made.files) == {"publications/segment", "publications/added"}


def test_switch_to_what_is_not_there_is_refused(generations: Generations) -> None:
    name = GenerationName(1, 0)
    _make(generations, name)
    with pytest.raises(NotFound):
        generations.switch(GenerationName(2, 0))
    assert generations.current() == name


def test_prune_keeps_the_way_back(generations: Generations) -> None:
    for rebuild, increment in ((1, 0), (1, 1), (2, 0), (2, 1), (2, 2), (3, 0), (3, 1), (3, 2)):
        _make(generations, GenerationName(rebuild, increment))
    removed = generations.prune(2)
    assert [str(n) for n in generations.names()] == ["0002.0002", "0003.0001", "0003.0002"]
    assert len(removed) == 5


def test_prune_removes_what_a_killed_increment_left(generations: Generations) -> None:
    name = GenerationName(1, 0)
    _make(generations, name)
    left = generations.link(name, generations.new_increment(name), is_lock_file=_no_lock)
    generations.prune(3)
    assert not left.exists()
    assert generations.verify(name).watermark == 7


def test_prune_spares_a_rebuild_under_way(generations: Generations) -> None:
    _make(generations, GenerationName(1, 0))
    working = generations.prepare(generations.new_rebuild())
    generations.prune(3)
    assert working.is_dir()
    generations.sweep()
    assert not working.exists()


def test_half_removed_generation_is_never_taken_for_a_whole(generations: Generations) -> None:
    name = GenerationName(1, 0)
    _make(generations, name)
    (generations.path(name) / "manifest.json").unlink()
    assert generations.names() == []


def test_damaged_generation_is_set_aside_and_its_name_not_used_again(
    generations: Generations,
) -> None:
    name = GenerationName(1, 0)
    _make(generations, name)
    generations.damaged_aside(name)
    assert generations.names() == []
    assert generations.new_rebuild() == GenerationName(2, 0)
    assert (generations.directory / "0001.0000.damaged").is_dir()
