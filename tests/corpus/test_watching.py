"""A file that changes while the program runs, and one that a mistake has got into."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from corpus import Vocabulary, WatchedFile
from corpus.errors import InvalidVocabulary

PACKAGED = Path(__file__).parents[2] / "corpus" / "vocabulary.toml"


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidVocabulary(f"{path} cannot be read", subject=str(path)) from error
    if "!" in text:
        raise InvalidVocabulary(f"{path}:1: {text.strip()}: wrong", subject=text)
    return text


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file that says one."""
    made = tmp_path / "file"
    made.write_text("one", encoding="utf-8")
    return made


@pytest.fixture
def watched(path: Path) -> WatchedFile[str]:
    """Return the file, looked at once, on a clock whose every tick is two seconds."""
    ticks: Iterator[float] = map(float, count(0, 2))
    made = WatchedFile(path, _read, clock=lambda: next(ticks))
    assert made.look()
    return made


def test_file_is_read_again_when_it_changes(path: Path, watched: WatchedFile[str]) -> None:
    assert not watched.look()
    path.write_text("other", encoding="utf-8")
    assert watched.look()
    assert (watched.value, watched.problem) == ("other", "")


def test_replaced_file_of_equal_size_and_time_is_another_one(
    path: Path, watched: WatchedFile[str]
) -> None:
    before = path.stat()
    fresh = path.with_name("fresh")
    fresh.write_text("two", encoding="utf-8")
    os.utime(fresh, ns=(before.st_atime_ns, before.st_mtime_ns))
    fresh.replace(path)
    assert watched.look()
    assert watched.value == "two"


def test_broken_file_leaves_the_last_good_value_and_is_named(
    path: Path, watched: WatchedFile[str]
) -> None:
    path.write_text("oops!", encoding="utf-8")
    assert not watched.look()
    assert watched.value == "one"
    assert watched.problem == f"{path}:1: oops!: wrong"
    assert not watched.look()
    assert watched.problem
    path.write_text("mended", encoding="utf-8")
    assert watched.look()
    assert (watched.value, watched.problem) == ("mended", "")


def test_missing_file_leaves_the_last_good_value(path: Path, watched: WatchedFile[str]) -> None:
    path.unlink()
    assert not watched.look()
    assert (watched.value, watched.problem) == ("one", f"{path} cannot be read")


def test_file_that_was_never_good_has_no_value(tmp_path: Path) -> None:
    watched = WatchedFile(tmp_path / "none", _read)
    assert not watched.look()
    assert watched.value is None
    assert "none" in watched.problem


def test_file_is_looked_at_once_a_second_at_most(path: Path) -> None:
    now = [0.0]
    watched = WatchedFile(path, _read, clock=lambda: now[0])
    assert watched.look()
    path.write_text("other", encoding="utf-8")
    now[0] = 0.9
    assert not watched.look()
    now[0] = 1.0
    assert watched.look()


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ('[[concept]]\nid = "vika"\n', "{path}:{line}: vika:"),
        ("[[concept\n", "{path} is not valid TOML"),
        ("[[concept]]\nid = 3\n", "{path}:"),
    ],
    ids=["entry", "syntax", "kind"],
)
def test_broken_vocabulary_names_its_place(tmp_path: Path, broken: str, named: str) -> None:
    good = PACKAGED.read_text(encoding="utf-8")
    path = tmp_path / "vocabulary.toml"
    path.write_text(good + broken, encoding="utf-8")
    line = len(good.splitlines()) + 2
    watched = WatchedFile(path, Vocabulary.load)
    assert not watched.look()
    assert watched.problem.startswith(named.format(path=path, line=line))
