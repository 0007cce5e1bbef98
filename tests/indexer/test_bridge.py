"""Words of a query that name a concept bring the concept's other names."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from corpus import Vocabulary
from indexer.analysis import Analyzer
from indexer.bridge import ConceptBridge
from indexer.compiler import QueryCompiler
from indexer.query import parse


@pytest.fixture(scope="session")
def compiler(analyzers: Mapping[str, Analyzer], packaged_vocabulary: Vocabulary) -> QueryCompiler:
    """Return a compiler whose bridge has the packaged vocabulary."""
    bridge = ConceptBridge(packaged_vocabulary, analyzers)
    return QueryCompiler(analyzers, bridge, lambda _field, _prefix: (), lambda _query: 1.0)


def _concepts(compiler: QueryCompiler, query: str) -> list[tuple[str, int, int]]:
    node = parse(query)
    assert node is not None
    return [(b.concept_id, b.start, b.end) for b in compiler.bridges(node)]


def _names(compiler: QueryCompiler, query: str) -> tuple[str, ...]:
    node = parse(query)
    assert node is not None
    (bridge,) = compiler.bridges(node)
    return bridge.names


@pytest.mark.parametrize(
    "query",
    [
        "metsäbiotalous",
        "metsäbiotaloudesta",
        "Forest Bioeconomy",
        "forest bioeconomies",
        "skogsbioekonomin",
    ],
)
def test_concept_is_met_in_every_language_and_form(compiler: QueryCompiler, query: str) -> None:
    assert [concept for concept, _, _ in _concepts(compiler, query)] == ["metsabiotalous"]


def test_name_that_was_typed_is_not_brought_again(compiler: QueryCompiler) -> None:
    assert _names(compiler, "metsäbiotalous") == ("Skogsbioekonomi", "Forest bioeconomy")
    assert _names(compiler, "forest bioeconomy") == ("Metsäbiotalous", "Skogsbioekonomi")


def test_acronym_brings_what_it_stands_for_and_back(compiler: QueryCompiler) -> None:
    assert "Elinkeinot murroksessa" in _names(compiler, "ELMO")
    assert "ELMO" in _names(compiler, "elinkeinot murroksessa")


def test_half_a_name_is_no_concept(compiler: QueryCompiler) -> None:
    assert _concepts(compiler, "forest") == []
    assert _concepts(compiler, "bioeconomy forest") == []


def test_longest_name_wins_where_several_begin(compiler: QueryCompiler) -> None:
    wide = "Itä- ja Pohjois-Suomi"
    found = _concepts(compiler, wide)
    assert found == [("ita-ja-pohjois-suomi", 0, 3)]


def test_runs_do_not_overlap_and_words_between_are_left(compiler: QueryCompiler) -> None:
    found = _concepts(compiler, "träbyggande kissa forest bioeconomy raportti")
    assert found == [("puurakentaminen", 0, 1), ("metsabiotalous", 2, 4)]


@pytest.mark.parametrize(
    "query",
    ['"forest bioeconomy"', '="Metsäbiotalous"', "metsäbiotalous OR kissa", "title:metsäbiotalous"],
    ids=["phrase", "exact", "or", "field"],
)
def test_query_with_operators_is_taken_at_its_word(compiler: QueryCompiler, query: str) -> None:
    assert _concepts(compiler, query) == []


def test_excluded_name_brings_nothing(compiler: QueryCompiler) -> None:
    assert _concepts(compiler, "kissa -metsäbiotalous") == []
