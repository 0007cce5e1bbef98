"""What is particular to the tantivy engine: its panics, its ties, its limits."""

# ruff: noqa: E402  what follows the skip needs the library

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

tantivy = pytest.importorskip("tantivy")

from corpus.errors import CorruptIndex
from indexer.engine import (
    AnyOf,
    Everything,
    Index,
    IndexDocument,
    PhraseQuery,
    SortKey,
    TermQuery,
)
from indexer.engines._phrases import combinations
from indexer.engines._tantivy_check import contained
from indexer.engines._tantivy_query import is_scored
from indexer.engines.tantivy_engine import TantivyEngine
from tests.contract.engine_corpus import SCHEMA, book, fill


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """Return an empty index."""
    made = TantivyEngine().open(tmp_path / "index", SCHEMA, "create")
    yield made
    made.close()


def test_a_panic_of_the_library_is_an_error_of_the_product(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    schema = tantivy.SchemaBuilder().add_text_field("body").build()
    with pytest.raises(CorruptIndex, match="more than one term"), contained(tmp_path):
        tantivy.Query.phrase_query(schema, "body", ["one"])
    assert "panicked" in capfd.readouterr().err


def test_an_interrupt_passes_the_border(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), contained(tmp_path):
        raise KeyboardInterrupt


def test_hits_of_one_score_come_by_id_across_segments(index: Index) -> None:
    numbers = [(i * 7919) % 900 for i in range(900)]
    for start in range(0, 900, 300):
        fill(index, [book(f"d{n:03d}", "metsä", year=2020) for n in numbers[start : start + 300]])
    expected = [f"d{n:03d}" for n in range(900)]
    for query in (TermQuery("body", "metsä"), Everything()):
        for sort in ([], [SortKey("year")], [SortKey("score"), SortKey("year")]):
            pages = [
                hit.id
                for offset in range(0, 900, 100)
                for hit in index.search(query, sort=sort, offset=offset, limit=100).hits
            ]
            assert pages == expected


def test_more_facet_values_than_the_librarys_default_are_all_counted(index: Index) -> None:
    fill(index, [book(f"d{i}", themes=[f"teema{i}", "kaikki"]) for i in range(500)])
    facets = index.search(Everything(), facets=["theme"]).facets["theme"]
    assert facets == {f"teema{i}": 1 for i in range(500)} | {"kaikki": 500}


def test_what_is_unscored_is_known_beforehand() -> None:
    assert not is_scored(AnyOf((Everything(), TermQuery("body", "a", boost=0.0))))
    assert is_scored(AnyOf((Everything(), TermQuery("body", "a"))))


def test_a_phrase_is_cut_at_the_ports_limit() -> None:
    places = tuple(tuple(f"{place}{i}" for i in range(5)) for place in "abc")
    assert len(combinations(PhraseQuery("body", places))) == 64
    assert combinations(PhraseQuery("body", (("a", "a"), ("b",)))) == [("a", "b")]


def test_an_index_of_another_schema_is_reported_as_damaged(index: Index) -> None:
    fill(index, [IndexDocument("a", {"body": [("metsä", 0)]})])
    with pytest.raises(CorruptIndex):
        index.search(TermQuery("no such field", "metsä"))
