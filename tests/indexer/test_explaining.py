"""Explanations on both engines: places, forms, tiers, the parts of the score, and why not."""

from __future__ import annotations

import pytest

from indexer.explaining import Explainer
from indexer.explanation import (
    OTHER_SCORE,
    PAGE_SCORE,
    Explanation,
    Obstacle,
    Place,
    Verdict,
    WordExplained,
)
from indexer.generations import Generations
from indexer.results import SearchRequest, Sort, Tier
from indexer.searcher import Searcher
from tests.indexer.pipeline_world import World


@pytest.fixture
def world(world: World) -> World:
    """Return a world of publications that match in different ways."""
    world.record(
        "bio",
        ["Johdanto.", "Metsäbiotalouden tuotteita ovat ligniini ja kuitupuu.", "Ligniiniä."],
        title="Metsäbiotalouden katsaus",
        abstract="Kuitupuusta ja kissasta.",
        year=2019,
        sectors=("metsabiotalous",),
        regions=("pohjois-karjala",),
        authors=("Aalto, Aino",),
    )
    world.record("whole", "Biotalous kasvaa. Biotaloutta on paljon.", title="Biotalous", year=2020)
    world.record("house", "Puurakentamisesta kerrotaan. Kissa.", title="Talot", year=2021)
    world.record("dog", "Koirat ja kissat nukkuvat.", title="Koira", year=2022)
    world.record("draft", "Biotalous luonnoksena.", title="Luonnos")
    world.catalogue.withdraw(["draft"], "kesken", "test")
    world.pipeline.update()
    return world


def _explain(world: World, document_id: str, query: str, **options: object) -> Explanation:
    explainer = Explainer(world.searcher, world.catalogue)
    request = SearchRequest(query, **{"budget_s": 10.0, **options})  # type: ignore[arg-type]
    return explainer.explain(document_id, request)


def _forms(word: WordExplained) -> dict[tuple[Place, int | None], list[tuple[str, Tier]]]:
    return {
        (seen.place, seen.number): [(form.text, form.tier) for form in seen.forms]
        for seen in word.sightings
    }


def _obstacles(told: Explanation) -> set[tuple[Obstacle, str]]:
    return {(why.obstacle, why.about) for why in told.why_not}


@pytest.mark.parametrize(
    "query",
    [
        "biotalous",
        "ligniini",
        "kuitupuu ligniini",
        '"ligniini ja kuitupuu"',
        '="ligniini ja kuitupuu"',
        "lign*",
        "title:katsaus ligniini",
        "author:aalto ligniini",
        "(ligniini OR koira) kuitupuu -jäätelö",
        "year:2019 metsäbiotalous",
        "sector:metsabiotalous",
        "skogsbioekonomi",
        "ja ligniini",
        "ligniini kuitupuu tuote johdanto katsaus",
        "ligniini lentokone",
        "metsäbiotalousligniini",
    ],
)
def test_parts_add_up_to_the_score_of_the_hit(world: World, query: str) -> None:
    results = world.search(query)
    scores = {hit.document.id: hit.score for hit in results.hits}
    told = _explain(world, "bio", query)
    assert told.verdict is Verdict.MATCH
    assert told.score == pytest.approx(scores["bio"], abs=2e-4)
    assert sum(part.score for part in told.parts) == pytest.approx(told.score, abs=2e-3)
    assert OTHER_SCORE not in {part.field for part in told.parts}
    assert told.rank == [hit.document.id for hit in results.hits].index("bio") + 1


def test_best_page_has_its_part_of_the_score(world: World) -> None:
    told = _explain(world, "bio", "kuitupuu")
    assert [part.term for part in told.parts if part.field == PAGE_SCORE] == ["2"]


@pytest.mark.parametrize("query", ["biotalous", "kissa", "träbyggande", "kissat nukkuvat"])
def test_tier_is_that_of_the_search(world: World, query: str) -> None:
    for hit in world.search(query).hits:
        told = _explain(world, hit.document.id, query)
        assert told.tier is hit.tier
        assert (
            max(told.words, key=lambda w: list(Tier).index(w.tier or Tier.EXACT)).tier is hit.tier
        )


def test_words_are_placed_with_their_forms(world: World) -> None:
    (word,) = _explain(world, "bio", "ligniini").words
    assert word.tier is Tier.EXACT
    assert _forms(word) == {
        (Place.PAGE, 2): [("ligniini", Tier.EXACT)],
        (Place.PAGE, 3): [("Ligniiniä", Tier.INFLECTED)],
    }
    assert word.pages_total == 2


def test_compound_is_named_with_its_pieces(world: World) -> None:
    (word,) = _explain(world, "bio", "biotalous").words
    assert word.tier is Tier.COMPOUND
    title = next(seen for seen in word.sightings if seen.place is Place.TITLE)
    assert [(form.text, form.apart) for form in title.forms] == [
        ("Metsäbiotalouden", "Metsä + biotalous")
    ]
    assert {term.field for term in word.terms} == {"parts", "title_parts"}


def test_abstract_title_and_author_are_places(world: World) -> None:
    assert (Place.ABSTRACT, None) in _forms(_explain(world, "bio", "kissa").words[0])
    assert (Place.TITLE, None) in _forms(_explain(world, "bio", "katsaus").words[0])
    assert list(_forms(_explain(world, "bio", "author:aino").words[0])) == [(Place.AUTHOR, None)]


def test_synonym_names_its_concept_and_the_form_in_the_text(world: World) -> None:
    (word,) = _explain(world, "house", "träbyggande").words
    assert word.tier is Tier.SYNONYM
    assert world.vocabulary.concept(word.concept).labels["fi"] == "Puurakentaminen"
    assert ("Puurakentamisesta", Tier.SYNONYM) in _forms(word)[Place.PAGE, 1]


def test_each_alternative_of_an_or_is_told(world: World) -> None:
    (word,) = _explain(world, "dog", "lentokone OR kissa").words
    assert word.tier is Tier.INFLECTED
    assert [(inner.text, inner.tier) for inner in word.inner] == [
        ("lentokone", None),
        ("kissa", Tier.INFLECTED),
    ]


def test_stop_word_is_not_required(world: World) -> None:
    words = _explain(world, "dog", "ja kissa").words
    assert [(word.text, word.is_required) for word in words] == [("ja", False), ("kissa", True)]


# --- why not ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document_id", "query", "options", "obstacle"),
    [
        ("none", "kissa", {}, (Obstacle.UNKNOWN, "none")),
        ("draft", "biotalous", {}, (Obstacle.HIDDEN, "withdrawn")),
        ("dog", "kissa ligniini", {}, (Obstacle.LACKS, "ligniini")),
        ("dog", "kissa -koira", {}, (Obstacle.EXCLUDED, "-koira")),
        ("dog", "kissa year:2021", {}, (Obstacle.LACKS, "year:2021")),
        ("bio", "biotalous", {"compounds": False}, (Obstacle.COMPOUND_OFF, "biotalous")),
        ("house", "träbyggande", {"synonyms": False}, (Obstacle.SYNONYM_OFF, "träbyggande")),
        ("dog", "kissa", {"year_from": 2023}, (Obstacle.FILTERED, "year")),
        (
            "dog",
            "kissa",
            {"selected": (("region", ("pohjois-karjala",)),)},
            (Obstacle.FILTERED, "region"),
        ),
    ],
)
def test_obstacle_is_named(
    world: World,
    document_id: str,
    query: str,
    options: dict[str, object],
    obstacle: tuple[Obstacle, str],
) -> None:
    told = _explain(world, document_id, query, **options)
    assert told.verdict is not Verdict.MATCH
    assert _obstacles(told) == {obstacle}


def test_every_missing_word_and_filter_is_named(world: World) -> None:
    told = _explain(
        world, "dog", "ligniini kissa kuitupuu", selected=(("region", ("kainuu",)),), year_to=2000
    )
    assert _obstacles(told) == {
        (Obstacle.LACKS, "ligniini"),
        (Obstacle.LACKS, "kuitupuu"),
        (Obstacle.FILTERED, "region"),
        (Obstacle.FILTERED, "year"),
    }


def test_document_that_is_not_indexed_yet_is_behind(world: World) -> None:
    world.record("new", "Kissa on uusi.", title="Uusi")
    assert _obstacles(_explain(world, "new", "kissa")) == {(Obstacle.NOT_INDEXED, "")}
    world.record("dog", "Lentokone lentää.", title="Koira")
    told = _explain(world, "dog", "kissa")
    assert told.verdict is Verdict.MATCH
    assert _obstacles(told) == {(Obstacle.OUTDATED, "")}


def test_unread_document_says_how_far_it_is(world: World) -> None:
    world.catalogue.record(document_id="empty", values=[], pages=[], actor="test")
    status = world.catalogue.document("empty").status
    assert (Obstacle.UNREAD, status.value) in _obstacles(_explain(world, "empty", "kissa"))


def test_without_an_index_nothing_is_a_match(world: World) -> None:
    searcher = Searcher(
        Generations(world.folder / "none"), world.catalogue, world.vocabulary, world.analyzers
    )
    explainer = Explainer(searcher, world.catalogue)
    told = explainer.explain("dog", SearchRequest("kissa"))
    assert (told.verdict, _obstacles(told)) == (Verdict.NO, {(Obstacle.NO_INDEX, "")})


# --- related and loosened -----------------------------------------------------------------------


def test_related_document_has_its_place_and_its_parts(world: World) -> None:
    related = world.search("biotalous ligniini", related=True).related
    assert related
    for place, hit in enumerate(related, 1):
        told = _explain(world, hit.document.id, "biotalous ligniini")
        assert (told.verdict, told.tier, told.rank) == (Verdict.RELATED, Tier.RELATED, place)
        assert told.score == pytest.approx(hit.score)
        assert sum(part.score for part in told.parts) == pytest.approx(hit.score, abs=2e-3)
        assert (Obstacle.LACKS, "ligniini") in _obstacles(told)


def test_document_that_is_near_but_not_shown_has_a_near_score(world: World) -> None:
    told = _explain(world, "whole", "biotalous ligniini", related=False)
    assert told.verdict is Verdict.NO
    assert told.near_score > 0


def test_loosened_query_is_told_with_what_was_searched(world: World) -> None:
    told = _explain(world, "dog", "kissa lentokone")
    assert told.verdict is Verdict.MATCH
    assert told.searched == "kissa"
    assert told.tier is None
    assert [word.tier for word in told.words] == [Tier.INFLECTED, None]


def test_order_by_date_explains_the_engines_score_alone(world: World) -> None:
    told = _explain(world, "bio", "ligniini", sort=Sort.NEWEST)
    assert PAGE_SCORE not in {part.field for part in told.parts}
    assert sum(part.score for part in told.parts) == pytest.approx(told.score, abs=2e-3)


def test_empty_query_lists_everything_without_words(world: World) -> None:
    told = _explain(world, "dog", "")
    assert (told.verdict, told.words, told.parts) == (Verdict.MATCH, (), ())
