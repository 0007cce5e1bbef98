"""Queries without matches are loosened step by step, on both engines."""

from __future__ import annotations

import pytest

from indexer.query import format as format_query
from indexer.query import parse
from indexer.results import Relaxation, Relaxed
from tests.indexer.pipeline_world import World

FEWER, ANY = Relaxation.FEWER_WORDS, Relaxation.ANY_WORD


@pytest.fixture
def world(world: World) -> World:
    """Return a world of five publications whose words hardly meet."""
    world.record("ligniini", "Ligniini palaa uunissa.", year=2018, authors=("Aalto", "Virta"))
    world.record("sohva", "Sohva ja uuni ovat huoneessa.", year=2019)
    world.record("hevonen", "Hevonen syö heinää.", year=2020)
    world.record("koira", "Koira haukkuu kissalle.", year=2020, sectors=("fotoniikka",))
    world.record("kissa", "Kissa ja hevonen nukkuvat.", year=2021)
    world.pipeline.update()
    return world


def _relaxed(world: World, query: str, **options: object) -> tuple[Relaxed | None, set[str]]:
    results = world.search(query, **options)
    found = {hit.document.id for hit in results.hits}
    assert results.total == len(found)
    return results.relaxed, found


@pytest.mark.parametrize(
    ("query", "kind", "written", "dropped", "found"),
    [
        ("kissa qwzxyt", FEWER, "kissa", ("qwzxyt",), {"koira", "kissa"}),
        ("ligniini uuni koira", FEWER, "ligniini uuni", ("koira",), {"ligniini"}),
        ("ligniini hevonen", ANY, "ligniini OR hevonen", (), {"ligniini", "hevonen", "kissa"}),
        ("kissa koira -haukkuu", ANY, "kissa OR koira -haukkuu", (), {"kissa"}),
        ("kissa year:1900", FEWER, "kissa", ("year:1900",), {"koira", "kissa"}),
        ("ligniini kissa year:2020", FEWER, "kissa year:2020", ("ligniini",), {"koira"}),
    ],
    ids=["unknown", "best-without-one", "any", "banned-stays", "year", "year-stays"],
)
def test_query_is_loosened_no_more_than_needed(  # noqa: PLR0917  one column each
    world: World,
    query: str,
    kind: Relaxation,
    written: str,
    dropped: tuple[str, ...],
    found: set[str],
) -> None:
    assert _relaxed(world, query) == (Relaxed(kind, written, dropped), found)


def test_question_becomes_any_word_at_once(world: World) -> None:
    relaxed, found = _relaxed(world, "miksi ligniini palaa kun hevonen syö sohvaa")
    assert relaxed is not None
    assert relaxed.kind is ANY
    assert found == {"ligniini", "sohva", "hevonen", "kissa"}


@pytest.mark.parametrize(
    "narrowing",
    ["year:2020", "sector:fotoniikka", "author:aalto"],
    ids=["year", "sector", "author"],
)
def test_years_and_fields_are_no_alternatives_of_words(world: World, narrowing: str) -> None:
    inside = set(world.found(narrowing))
    relaxed, found = _relaxed(world, f"miksi ligniini palaa ja koira haukkuu {narrowing}")
    assert relaxed is not None
    assert relaxed.kind is ANY
    assert found == inside & {"ligniini", "koira"}


@pytest.mark.parametrize(
    ("query", "expected", "found"),
    [
        ("ligniini year:2020", Relaxed(FEWER, "ligniini", ("year:2020",)), {"ligniini"}),
        (
            "ligniini palaa year:2020",
            Relaxed(FEWER, "ligniini palaa", ("year:2020",)),
            {"ligniini"},
        ),
        (
            "ligniini sohva year:2020",
            Relaxed(ANY, "ligniini OR sohva", ("year:2020",)),
            {"ligniini", "sohva"},
        ),
    ],
    ids=["one-word", "two-that-meet", "two-that-do-not"],
)
def test_year_that_holds_none_of_the_words_is_dropped_last(
    world: World, query: str, expected: Relaxed, found: set[str]
) -> None:
    assert _relaxed(world, query) == (expected, found)


@pytest.mark.parametrize(
    "query",
    ["kissa koira -haukkuu", "miksi ligniini palaa ja koira haukkuu year:2020", "kissa qwzxyt"],
)
def test_loosened_query_as_written_finds_the_same(world: World, query: str) -> None:
    relaxed, found = _relaxed(world, query)
    assert relaxed is not None
    assert set(world.found(relaxed.query)) == found
    again = parse(relaxed.query)
    assert again is not None
    assert format_query(again) == relaxed.query


@pytest.mark.parametrize("query", ["qwzxyt", "qwzxyt wxqzzy", "kissa -kissa", "qwzxyt OR wxqzzy"])
def test_nothing_is_left_to_loosen(world: World, query: str) -> None:
    assert _relaxed(world, query) == (None, set())


def test_query_with_matches_is_left_alone(world: World) -> None:
    assert _relaxed(world, "kissa hevonen") == (None, {"kissa"})


def test_filters_are_never_loosened(world: World) -> None:
    chosen = (("sector", ("fotoniikka",)),)
    assert _relaxed(world, "ligniini sohva", selected=chosen) == (None, set())
    relaxed, found = _relaxed(world, "ligniini kissa", selected=chosen)
    assert relaxed is not None
    assert found == {"koira"}


def test_facets_count_the_loosened_matches(world: World) -> None:
    results = world.search("kissa qwzxyt")
    years = next(facet for facet in results.facets if facet.name == "year")
    assert {value.id: value.count for value in years.values} == {"2020": 1, "2021": 1}


def test_without_compounds_the_loosened_query_meets_none(world: World) -> None:
    world.record("talo", "Hevostalli on punainen.")
    world.pipeline.update()
    _, found = _relaxed(world, "talli qwzxyt", compounds=False)
    assert found == set()
    _, found = _relaxed(world, "talli qwzxyt")
    assert found == {"talo"}


@pytest.fixture
def forest(world: World) -> World:
    """Return the world with publications that hold parts of compounds, and compounds."""
    world.record("apart", "Metsäbiotalous kasvaa. Strategian tavoitteet ovat valmiit.", year=2015)
    world.record("half", "Metsäbiotalous ja kissa.", year=2016)
    world.record("economy", "Kansan työ ja talous.", year=2017)
    world.record("system", "Talvitie on auki.", year=2018)
    world.pipeline.update()
    return world


COMPOUND = Relaxation.COMPOUND


@pytest.mark.parametrize(
    ("query", "kind", "written", "dropped", "found"),
    [
        ("metsäbiotalousstrategia", COMPOUND, "metsäbiotalous strategia", (), {"apart"}),
        ("metsäbiotalousstrategiasta", COMPOUND, "metsäbiotalous strategiasta", (), {"apart"}),
        ("metsäbiotalous-strategia", COMPOUND, "metsäbiotalous strategia", (), {"apart"}),
        ("kansantalous", COMPOUND, "kansan talous", (), {"economy"}),
        ("kasvaa metsäbiotalousstrategia", COMPOUND, "kasvaa metsäbiotalous strategia", (),
         {"apart"}),
        ("metsäbiotalousstrategia qwzxyt", FEWER, "metsäbiotalous strategia", ("qwzxyt",),
         {"apart"}),
        ("metsäbiotalousstrategia -tavoite", FEWER, "", (), set()),
        ("talvit ie", COMPOUND, "talvitie", (), {"system"}),
    ],
    ids=["apart", "inflected", "hyphen", "genitive", "with-a-word", "with-an-unknown", "banned",
         "joined"],
)  # fmt: skip
def test_compound_that_no_text_holds_is_written_apart(  # noqa: PLR0917  one column each
    forest: World,
    query: str,
    kind: Relaxation,
    written: str,
    dropped: tuple[str, ...],
    found: set[str],
) -> None:
    relaxed = Relaxed(kind, written, dropped) if found else None
    assert _relaxed(forest, query) == (relaxed, found)


def test_compound_whose_parts_never_meet_is_not_written_apart(forest: World) -> None:
    assert _relaxed(forest, "koirastrategia") == (None, set())


def test_compound_that_the_index_holds_is_not_written_apart(forest: World) -> None:
    assert _relaxed(forest, "talvitie kissa year:1900") == (
        Relaxed(ANY, "talvitie OR kissa", ("year:1900",)),
        {"system", "koira", "kissa", "half"},
    )


def test_compound_is_written_apart_under_the_filters(forest: World) -> None:
    assert _relaxed(forest, "metsäbiotalousstrategia", year_from=2016) == (None, set())
    relaxed, found = _relaxed(forest, "metsäbiotalousstrategia", year_to=2015)
    assert relaxed == Relaxed(COMPOUND, "metsäbiotalous strategia")
    assert found == {"apart"}


def test_long_compounds_are_read_in_bounded_time(forest: World) -> None:
    assert _relaxed(forest, "talvi" * 100)[0] is None
    assert _relaxed(forest, "metsätalous" * 5 + " kissa")[1] == {"koira", "kissa", "half"}
