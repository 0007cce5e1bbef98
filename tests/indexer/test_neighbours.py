"""Publications near another one: by title, by rare words, by subjects; never its own twin."""

from __future__ import annotations

import pytest

from tests.indexer.pipeline_world import World


@pytest.fixture
def library(world: World) -> World:
    """Return an index of a few reports, one of them in two forms."""
    world.record("raman", "Raman mittaa vettä.", title="Kaivosvesien Raman-mittaus")
    world.record("raman-pdf", "Raman mittaa vettä.", title="Kaivosvesien Raman-mittaus.")
    world.record("vesi", "Näytteet otetaan käsin.", title="Kaivosvesien näytteenotto")
    world.record("kissa", "Kissa nukkuu sohvalla.", title="Kissojen päiväunet")
    world.record("koira", "Koira juoksee.", title="Juokseva koira", sectors=("fotoniikka",))
    world.record("valo", "Hila taittaa.", title="Valoa pihalle", sectors=("fotoniikka",))
    world.record("laser", "Säde osuu.", title="Koira ja laser", sectors=("fotoniikka",))
    world.record("salattu", "Vesi.", title="Kaivosvesien salainen muistio")
    world.pipeline.rebuild()
    return world


def near(world: World, document_id: str, limit: int = 5) -> list[str]:
    return [document.id for document in world.searcher.related_to(document_id, limit)]


def test_inflected_words_of_the_title_lead_to_neighbours(library: World) -> None:
    assert set(near(library, "raman")) == {"vesi", "salattu"}
    assert len(near(library, "raman", 1)) == 1


def test_other_form_of_the_same_publication_is_no_neighbour(library: World) -> None:
    assert "raman-pdf" not in near(library, "raman")
    assert near(library, "vesi").count("raman") + near(library, "vesi").count("raman-pdf") == 1


def test_subjects_in_common_put_a_neighbour_first(library: World) -> None:
    assert near(library, "koira")[0] == "laser"


def test_nothing_is_near_what_stands_alone(library: World) -> None:
    assert near(library, "kissa") == []


def test_withdrawn_neighbour_is_dropped_before_the_index_follows(library: World) -> None:
    library.catalogue.withdraw(["salattu"], "test", "test")
    assert near(library, "raman") == ["vesi"]


def test_document_that_the_index_lacks_has_only_neighbours_by_title(library: World) -> None:
    library.record("uusi", "Aivan uutta.", title="Kaivosvesien uusi seuranta")
    assert "vesi" in near(library, "uusi")


def test_nothing_is_near_before_the_first_index(world: World) -> None:
    world.record("a", "Kissa.", title="Kissa")
    assert near(world, "a") == []


def test_title_without_a_letter_has_no_neighbours(library: World) -> None:
    library.record("merkit", "Teksti.", title="?!")
    assert near(library, "merkit") == []
