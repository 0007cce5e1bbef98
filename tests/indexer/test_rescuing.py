"""A search without matches is corrected, or shows ways out that really have hits."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.document import Value
from indexer.results import Relaxation, Relaxed, Rescue, RescueKind, Suggestion, Tier
from tests.indexer.pipeline_world import World


def _filled(world: World) -> World:
    world.record("bio", "Metsäbiotalouden kasvu Pohjois-Karjalassa.", year=2018)
    world.record("forest", "The forest bioeconomy grows here.", language="en", year=2020)
    world.record("ris", "Älykäs erikoistuminen ohjaa strategiaa.", year=2021)
    world.record("kaivos", "Kaivannaisteollisuuden näkymät ja kairaus.", year=2022)
    world.pipeline.update()
    return world


def _kinds(world: World, query: str, **options: object) -> list[tuple[str, str, int]]:
    rescues = world.search(query, **options).rescues
    return [(rescue.kind.value, rescue.query, rescue.count) for rescue in rescues]


def test_words_without_diacritics_are_corrected_and_the_correction_is_applied(
    world: World,
) -> None:
    results = _filled(world).search("alykas erikoistuminen")
    assert [hit.document.id for hit in results.hits] == ["ris"]
    assert results.did_you_mean == Suggestion("älykäs erikoistuminen", 1, is_applied=True)
    assert results.relaxed is not None
    assert results.relaxed.kind is Relaxation.SPELLING


def test_base_form_that_no_text_holds_is_corrected_to_a_base_form(world: World) -> None:
    results = _filled(world).search("kaivannaisteolisuus")
    assert [hit.document.id for hit in results.hits] == ["kaivos"]
    assert results.did_you_mean == Suggestion("kaivannaisteollisuus", 1, is_applied=True)


def test_correction_inflects_like_the_typed_word(world: World) -> None:
    results = _filled(world).search("kaivannaisteolisuuden")
    assert results.did_you_mean is not None
    assert results.did_you_mean.query == "kaivannaisteollisuuden"


def test_corrected_results_have_tiers_and_marks(world: World) -> None:
    results = _filled(world).search("strategiaaa")
    assert dict(results.tiers)[Tier.EXACT] == 1
    assert results.hits[0].tier is Tier.EXACT


def test_words_that_match_are_never_touched(world: World) -> None:
    world.record("a", "kairaus")
    world.record("b", "kaipaus kaipaus")
    world.pipeline.update()
    results = world.search("kairaus")
    assert results.did_you_mean is None
    assert results.rescues == ()


def test_correction_keeps_the_other_words_as_typed(world: World) -> None:
    results = _filled(world).search("NÄKYMÄT kaivannaisteolisuuden")
    assert results.did_you_mean is not None
    assert results.did_you_mean.query == "NÄKYMÄT kaivannaisteollisuuden"


@pytest.mark.parametrize("query", ['="kairauss"', "title:kairauss", "kairauss*"])
def test_exact_fields_and_prefixes_are_not_corrected(world: World, query: str) -> None:
    assert _filled(world).search(query).did_you_mean is None


@pytest.mark.parametrize(
    ("query", "written", "dropped"),
    [
        ("strategiaaa qwzxyt", "strategiaa", ("qwzxyt",)),
        ("qwzxyt kaivannaisteolisuuden", "kaivannaisteollisuuden", ("qwzxyt",)),
        ("Kairauss qwzxyt näkymät", "Kairaus näkymät", ("qwzxyt",)),
    ],
    ids=["one-of-two", "inflected", "with-a-known-word"],
)
def test_words_beside_one_that_nothing_is_near_are_corrected(
    world: World, query: str, written: str, dropped: tuple[str, ...]
) -> None:
    world.record("b", "strategiaa")
    results = _filled(world).search(query)
    assert results.did_you_mean == Suggestion(written, results.total, is_applied=True)
    assert results.relaxed == Relaxed(Relaxation.FEWER_WORDS, written, dropped)
    assert results.total == world.search(written).total > 0


def test_slip_is_put_right_where_the_words_never_meet(world: World) -> None:
    results = _filled(world).search("bioeconmy kairaus")
    assert results.did_you_mean == Suggestion("bioeconomy OR kairaus", 2, is_applied=True)
    assert results.relaxed == Relaxed(Relaxation.ANY_WORD, "bioeconomy OR kairaus")
    assert {hit.document.id for hit in results.hits} == {"forest", "kaivos"}


def test_unsure_correction_beside_an_uncorrectable_word_is_offered(world: World) -> None:
    for word in ("koivu", "koija", "koira"):
        world.record(word, word)
    world.pipeline.update()
    results = world.search("koixa qwzxyt")
    assert results.total == 0
    assert results.did_you_mean == Suggestion("koija", 1)
    assert _kinds(world, "koixa qwzxyt") == [("spelling", "koija", 1), ("spelling", "koira", 1)]


def test_phrase_with_an_uncorrectable_word_is_left_out_of_the_offer(world: World) -> None:
    results = _filled(world).search('"kasvu qwzxyt" kairauss')
    assert results.did_you_mean == Suggestion("kairaus", 1, is_applied=True)


def test_two_equally_near_words_are_offered_and_not_applied(world: World) -> None:
    world.record("a", "koivu")
    world.record("b", "koira")
    world.pipeline.update()
    results = world.search("koixa")
    assert results.did_you_mean == Suggestion("koira", 1, is_applied=True)
    world.record("c", "koija")
    world.pipeline.update()
    results = world.search("koixa")
    assert results.total == 0
    assert results.did_you_mean is not None
    assert not results.did_you_mean.is_applied
    assert {r.query for r in results.rescues if r.kind is RescueKind.SPELLING} == {
        "koira",
        "koija",
    }


def test_correction_without_hits_under_the_filters_is_not_offered(world: World) -> None:
    results = _filled(world).search("strategiaaa", year_from=1990, year_to=1991)
    assert results.did_you_mean is None
    assert results.total == 0


def test_each_filter_is_dropped_in_turn_and_counted(world: World) -> None:
    options: dict[str, Value] = {"sectors": ("fotoniikka",), "regions": ("lappi",)}
    world.record("a", "laser", **options)
    world.record("b", "laser")
    world.pipeline.update()
    chosen = (("sector", ("fotoniikka",)), ("region", ("kainuu",)))
    results = world.search("laser", selected=chosen)
    assert results.rescues == (Rescue(RescueKind.DROP_FILTER, "laser", 1, "region"),)
    results = world.search("", selected=chosen)
    assert results.rescues == (Rescue(RescueKind.DROP_FILTER, "", 1, "region"),)


def test_range_of_years_is_dropped_too(world: World) -> None:
    results = _filled(world).search("strategia", year_from=1990, year_to=1991)
    assert results.rescues[0] == Rescue(RescueKind.DROP_FILTER, "strategia", 1, "year")


def test_compound_written_apart_is_joined(world: World) -> None:
    world.record("a", "Ekosysteemi kasvaa talvitiellä.")
    world.pipeline.update()
    assert ("compound", "ekosysteemi", 1) in _kinds(world, "ekosys teemi")
    assert ("compound", "talvitie", 1) in _kinds(world, "talvi tie", compounds=False)


def test_compound_that_texts_write_apart_is_split(world: World) -> None:
    world.record("a", "Metsä tuottaa; biotalous kasvaa.")
    world.pipeline.update()
    assert ("compound", "metsä biotalous", 1) in _kinds(
        world, "metsäbiotalous", synonyms=False, compounds=False
    )


def test_concept_is_tried_in_another_language(world: World) -> None:
    world.record("forest", "The bioeconomy of the forest grows.", language="en")
    world.pipeline.update()
    ways = _kinds(world, "metsäbiotalous", synonyms=False)
    assert [kind for kind, _, _ in ways] == ["language"]


def test_concept_is_tried_by_another_name_of_the_language(world: World) -> None:
    world.record("cluster", "Elinkeinot murroksessa.")
    world.pipeline.update()
    assert _kinds(world, "ELMO", synonyms=False) == [("synonym", "Elinkeinot murroksessa", 1)]


def test_ways_out_stand_in_their_order(world: World) -> None:
    world.record("a", "Metsä tuottaa; biotalous kasvaa.", year=2020)
    world.record("b", "The bioeconomy of the forest grows.", language="en", year=2020)
    world.record("c", "Skogsbioekonomi växer.", language="sv", year=2020)
    world.record("d", "Metsäbiotalous", year=2021)
    world.pipeline.update()
    rescues = world.search(
        "metsäbiotalous", synonyms=False, compounds=False, year_from=2020, year_to=2020
    ).rescues
    assert [rescue.kind for rescue in rescues] == [
        RescueKind.DROP_FILTER,
        RescueKind.COMPOUND,
        RescueKind.LANGUAGE,
        RescueKind.LANGUAGE,
    ]
    assert all(rescue.count == 1 for rescue in rescues)


def test_ways_out_are_not_filled_with_one_kind(world: World) -> None:
    world.record("a", "Metsä, bio, talous ja strategia; metsäbio, biotalous, talousstrategia.")
    world.pipeline.update()
    kinds = [kind for kind, _, _ in _kinds(world, "metsäbiotalousstrategia")]
    assert kinds == ["compound", "compound"]


def test_counts_are_those_of_the_search_behind_the_link(world: World) -> None:
    _filled(world)
    queries = ("kaivannaisteolisuus", "strategiaaa", "metsä biotalouden kairaus")
    rescues = [rescue for query in queries for rescue in world.search(query).rescues]
    assert rescues
    for rescue in rescues:
        assert world.search(rescue.query).total == rescue.count


@pytest.mark.parametrize("query", ["alykas erikoistuminen", "kaivannaisteolisuus"])
def test_mistyped_seed_queries_find_the_seed_page(
    world: World, shared_data: Path, query: str
) -> None:
    world.record("seed", (shared_data / "data" / "seed_page.txt").read_text(encoding="utf-8"))
    world.pipeline.update()
    assert world.found(query) == ["seed"]
