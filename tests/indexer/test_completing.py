"""What is typed goes on as a search, a topic or a title, each kind for itself."""

from __future__ import annotations

import pytest

from indexer.results import Completions, Topic
from tests.indexer.pipeline_world import World


@pytest.fixture
def library(world: World) -> World:
    """Return an index of four publications, two with the same title."""
    world.record("opas", "Fotoniikka mittaa.", title="Fotoniikan opas")
    world.record("opas-pdf", "Fotoniikka mittaa taas.", title="Fotoniikan opas")
    world.record("tie", "Fotonit kulkevat.", title="Valon tiekartta 2030")
    world.record("skog", "Skogen växer.", title="Skogens framtid", language="sv")
    world.pipeline.rebuild()
    return world


def test_searches_end_in_words_of_the_index(library: World) -> None:
    found = library.searcher.complete("foto", 4).searches
    assert set(found) == {"fotoniikka", "fotonit"}
    assert "valon fotonit" in library.searcher.complete("valon foto", 4).searches


def test_forms_of_one_word_are_offered_once_in_their_basic_form(world: World) -> None:
    world.record("a", "Metsän metsän metsän metsää metsää metsä metsissä metsästys.")
    world.record("b", "Metsän metsää.")
    world.pipeline.rebuild()
    assert set(world.searcher.complete("mets", 4).searches) == {"metsä", "metsästys"}


def test_basic_form_that_is_typed_stands_for_its_other_forms(world: World) -> None:
    world.record("a", "Metsän metsän metsää metsissä metsästys.")
    world.record("b", "Metsän metsää.")
    world.pipeline.rebuild()
    assert set(world.searcher.complete("metsä", 4).searches) == {"metsä", "metsästys"}
    assert "iso metsä" in world.searcher.complete("iso metsä", 4).searches


def test_form_is_offered_as_it_stands_where_the_basic_one_is_not_there(world: World) -> None:
    world.record("a", "Hiilinieluista hiilinieluihin.")
    world.record("b", "Hiilinieluista.")
    world.pipeline.rebuild()
    assert world.searcher.complete("hiilin", 4).searches == ("hiilinieluista",)


@pytest.mark.parametrize("typed", ["fotoni", "FOTONI", "photon", "  fotoni "])
def test_topics_are_met_in_any_language(library: World, typed: str) -> None:
    assert Topic("sector", "fotoniikka") in library.searcher.complete(typed, 4).topics


def test_later_word_of_a_label_leads_to_its_topic_too(library: World) -> None:
    assert Topic("region", "pohjois-karjala") in library.searcher.complete("pohjois-k", 4).topics
    found = library.searcher.complete("karelia", 9).topics
    assert Topic("region", "pohjois-karjala") in found


def test_titles_are_met_by_whole_words_and_a_beginning(library: World) -> None:
    def titles(typed: str) -> list[str]:
        return [d.id for d in library.searcher.complete(typed, 4).publications]

    assert titles("tiek") == ["tie"]
    assert titles("valo tiek") == ["tie"]
    assert titles("skogens fram") == ["skog"]
    assert titles("sk") == []  # too short to be looked up
    assert titles("skogens fr") == ["skog"]
    assert titles("skogens tiek") == []


def test_title_that_stands_twice_is_offered_once(library: World) -> None:
    assert len(library.searcher.complete("fotoniikan op", 4).publications) == 1


def test_no_kind_has_more_than_was_asked_for(library: World) -> None:
    found = library.searcher.complete("foto", 1)
    assert [len(found.searches), len(found.topics), len(found.publications)] == [1, 1, 1]


def test_withdrawn_publication_is_not_offered(library: World) -> None:
    library.catalogue.withdraw(["tie"], "test", "test")
    assert library.searcher.complete("tiekar", 4).publications == ()


@pytest.mark.parametrize("typed", ["", "f", " ", '"', '(((("*', "\x00\ufffd", "*:*", "a" * 600])
def test_anything_may_be_typed(library: World, typed: str) -> None:
    assert library.searcher.complete(typed, 4).publications == ()


def test_nothing_goes_on_before_the_first_index(world: World) -> None:
    assert world.searcher.complete("fotoniikka", 4) == Completions()
