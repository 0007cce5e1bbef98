"""The words of a generation are read beside the searches, and anew after a switch."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from indexer.reader import GenerationReader, OpenGeneration
from indexer.results import Suggestion
from indexer.slices import most_frequent, slices
from indexer.spelling import Speller
from indexer.suggesting import SuggestedWords
from indexer.wordbook import Wordbooks
from tests.indexer.pipeline_world import World

_LONG_S = 60.0  # never waited for unless something hangs


class SlowWords:
    """An index whose words come when they are let through; everything else is the real one."""

    def __init__(self, generation: OpenGeneration, gate: threading.Event) -> None:
        self._index = generation.publications
        self._gate = gate

    def terms(self, field: str, prefix: str = "", limit: int | None = None) -> list[object]:
        """Return the terms of the real index once the gate is open."""
        assert self._gate.wait(_LONG_S)
        return list(self._index.terms(field, prefix, limit))

    def close(self) -> None:
        """Close the real index."""
        self._index.close()


class GatedReader(GenerationReader):
    """A reader of real generations whose words are read no sooner than the gate opens."""

    gate = threading.Event()

    def _open_verified(self, name: object) -> OpenGeneration:
        generation = super()._open_verified(name)  # type: ignore[arg-type]
        slow = SlowWords(generation, self.gate)
        return replace(generation, publications=slow)  # type: ignore[arg-type]


@pytest.fixture
def reader(world: World) -> Iterator[GatedReader]:
    """Return a reader of a world with two words, its gate open."""
    world.record("a", "kairaus fotoniikka")
    world.pipeline.update()
    made = GatedReader(world.generations)
    made.gate = threading.Event()
    made.gate.set()
    yield made
    made.gate.set()
    made.close()


@pytest.fixture
def books(reader: GatedReader) -> Iterator[Wordbooks]:
    """Return wordbooks whose thread runs."""
    made = Wordbooks(reader)
    made.start()
    yield made
    reader.gate.set()
    made.close()


def _words(books: Wordbooks, reader: GatedReader, wait_s: float) -> list[str] | None:
    with reader.lease() as generation:
        assert generation is not None
        book = books.of(generation, wait_s)
    return None if book is None else book.words.continuing("", 9)


def test_words_of_the_current_generation_are_read_without_a_search(
    books: Wordbooks, reader: GatedReader
) -> None:
    assert _words(books, reader, _LONG_S) == ["kairaus", "fotoniikka"]


def test_words_that_are_not_read_yet_hold_nobody_up(world: World, reader: GatedReader) -> None:
    reader.gate.clear()
    books = Wordbooks(reader)
    books.start()
    assert _words(books, reader, 0.0) is None
    reader.gate.set()
    assert _words(books, reader, _LONG_S) == ["kairaus", "fotoniikka"]
    books.close()
    assert world.found("kairaus") == ["a"]


def test_words_before_serve_until_those_after_a_switch_are_read(
    world: World, books: Wordbooks, reader: GatedReader
) -> None:
    assert _words(books, reader, _LONG_S) == ["kairaus", "fotoniikka"]
    reader.gate.clear()
    world.record("b", "laser")
    world.pipeline.update()
    assert _words(books, reader, 0.0) == ["kairaus", "fotoniikka"]
    reader.gate.set()
    assert _words(books, reader, _LONG_S) == ["laser", "kairaus", "fotoniikka"]


def test_switch_back_is_followed(world: World, books: Wordbooks, reader: GatedReader) -> None:
    first = world.generations.current()
    assert first is not None
    world.record("b", "laser")
    world.pipeline.update()
    assert "laser" in (_words(books, reader, _LONG_S) or [])
    world.generations.switch(first)
    assert "laser" not in (_words(books, reader, _LONG_S) or [])


def test_without_a_thread_words_are_read_at_the_first_need(
    world: World, reader: GatedReader
) -> None:
    books = Wordbooks(reader)
    assert _words(books, reader, 0.0) == ["kairaus", "fotoniikka"]
    world.record("b", "laser")
    world.pipeline.update()
    assert _words(books, reader, 0.0) == ["laser", "kairaus", "fotoniikka"]


def test_closing_gives_up_what_is_being_read(world: World, reader: GatedReader) -> None:
    reader.gate.clear()
    books = Wordbooks(reader)
    books.start()
    names = {thread.name for thread in threading.enumerate()}
    assert "wordbooks" in names
    books._stopping.set()
    reader.gate.set()
    books.close()
    assert "wordbooks" not in {thread.name for thread in threading.enumerate()}
    assert books._book is None
    assert world.found("kairaus") == ["a"]


def test_server_corrects_and_suggests_from_words_read_ahead(world: World) -> None:
    world.record("a", "kairaus fotoniikka")
    world.pipeline.update()
    world.searcher.start()
    assert world.search("kairauss", budget_s=_LONG_S).did_you_mean == Suggestion(
        "kairaus", 1, is_applied=True
    )
    assert "kairaus" in world.searcher.suggest("kair", 5)


def test_work_in_slices_rests_after_each() -> None:
    rests: list[int] = []
    found = [item for some in slices(range(5_000), lambda: rests.append(1)) for item in some]
    assert found == list(range(5_000))
    assert len(rests) == 3


@pytest.mark.parametrize(
    ("limit", "kept"),
    [(9, "abcde"), (5, "abcde"), (4, "abce"), (3, "abc"), (2, "bc"), (1, "b"), (0, "")],
)
def test_most_frequent_words_are_kept_in_their_order(limit: int, kept: str) -> None:
    words = list(zip("abcde", [2, 9, 3, 1, 2], strict=True))
    assert "".join(word for word, _ in most_frequent(words, limit)) == kept


@pytest.mark.parametrize("words", [[], [("kairaus", 2), ("laser", 1)]], ids=["none", "some"])
def test_words_are_found_among_those_suggested(words: Sequence[tuple[str, int]]) -> None:
    suggested = SuggestedWords(words)
    assert [word for word, _ in words if word in suggested] == [word for word, _ in words]
    assert "kairau" not in suggested
    assert "ö" not in suggested


def test_speller_built_in_slices_is_the_same() -> None:
    words = [(f"sana{a}{b}", 1) for a in "abcdefghij" for b in "klmnopqrst"]
    rests: list[int] = []
    assert Speller(words, lambda: rests.append(1)).corrections("sanakx") == Speller(
        words
    ).corrections("sanakx")
    assert rests
