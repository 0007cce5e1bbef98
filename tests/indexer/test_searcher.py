"""Searches over a small collection on both engines: matching, tiers, facets, order, loosening."""

from __future__ import annotations

import pytest

from indexer.results import Relaxation, Sort, Tier
from tests.indexer.pipeline_world import World


@pytest.fixture
def world(world: World) -> World:
    """Return a world of seven publications."""
    world.record(
        "bio",
        ["Johdanto.", "Metsäbiotalouden tuotteita ovat ligniini ja kuitupuu.", "Ligniini palaa."],
        title="Metsäbiotalouden katsaus",
        year=2019,
        sectors=("metsabiotalous",),
        regions=("pohjois-karjala",),
        authors=("Aalto, Aino",),
    )
    world.record(
        "foto",
        "Fotoniikan yritykset kasvavat. Metsä on kaukana.",
        title="Fotoniikan tiekartta",
        year=2021,
        sectors=("fotoniikka",),
        regions=("kainuu",),
        isbn=("978-952-0000-00-2",),
    )
    world.record(
        "kissa",
        "Kissat nukkuvat sohvalla. Kissa herää.",
        title="Kissat",
        year=2018,
        sectors=("fotoniikka",),
    )
    world.record("kissa-koira", "Kissan ja koiran ystävyys.", title="Ystävyys", year=2020)
    world.record("koira", "Koirat juoksevat metsässä.", title="Koirat", year=2022)
    world.record("skog", "Skogarna växer.", title="Skogens bioekonomi", language="sv", year=2017)
    world.record(
        "tie", "Maantiet ja rautatiet kuljettavat kuitupuuta.", title="Liikenne", year=2016
    )
    world.pipeline.update()
    return world


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("kissa", {"kissa", "kissa-koira"}),
        ("kissoille", {"kissa", "kissa-koira"}),
        ("kissa koira", {"kissa-koira"}),
        ("kissa OR koira", {"kissa", "kissa-koira", "koira"}),
        ("kissa -koira", {"kissa"}),
        ("metsä", {"bio", "foto", "koira"}),
        ('"kissan ja koiran"', {"kissa-koira"}),
        ('"kissa ja koira"', {"kissa-koira"}),
        ('"koiran ja kissan"', set()),
        ('="Kissan ja koiran"', {"kissa-koira"}),
        ('="Kissa ja koira"', set()),
        ("fotonii*", {"foto"}),
        ("skog", {"skog"}),
        ("skogen", {"skog"}),
        ("author:Aalto", {"bio"}),
        ("title:katsaus", {"bio"}),
        ("year:2020..2022", {"foto", "kissa-koira", "koira"}),
        ("year:2021", {"foto"}),
        ("region:kainuu", {"foto"}),
        ("isbn:9789520000002", {"foto"}),
        ("(kissa OR koira) metsässä", {"koira"}),
        ("", {"bio", "foto", "kissa", "kissa-koira", "koira", "skog", "tie"}),
    ],
)
def test_query_matches_exactly(world: World, query: str, ids: set[str]) -> None:
    results = world.search(query, size=50)
    found = {hit.document.id for hit in results.hits} if results.relaxed is None else set()
    assert found == ids
    assert results.relaxed is not None or results.total == len(ids)


def test_tiers_are_named_and_add_up(world: World) -> None:
    results = world.search("metsä")
    tiers = {hit.document.id: hit.tier for hit in results.hits}
    assert tiers == {"foto": Tier.EXACT, "koira": Tier.INFLECTED, "bio": Tier.COMPOUND}
    assert sum(count for _, count in results.tiers) == results.total == 3


def test_compounds_can_be_left_out(world: World) -> None:
    assert set(world.found("metsä", compounds=False)) == {"foto", "koira"}


def test_hidden_compounds_are_counted_and_not_shown_as_related(world: World) -> None:
    hidden = world.search("metsä", compounds=False, related=True)
    assert (hidden.total, hidden.compounds_hidden) == (2, 1)
    assert "bio" not in {hit.document.id for hit in hidden.related}
    assert dict(hidden.tiers)[Tier.COMPOUND] == 0
    assert world.search("metsä").compounds_hidden == 0


def test_hidden_compounds_are_not_marked(world: World) -> None:
    world.record("both", "Metsä ja metsäbiotalous.", title="Molemmat")
    world.pipeline.update()

    def marked(*, compounds: bool) -> list[str]:
        hits = world.search("metsä", compounds=compounds).hits
        hit = next(hit for hit in hits if hit.document.id == "both")
        return [f.text for page in hit.pages for f in page.snippet if f.mark]

    assert marked(compounds=True) == ["Metsä", "metsäbiotalous"]
    assert marked(compounds=False) == ["Metsä"]


def test_hidden_compounds_leave_other_names_of_a_concept(world: World) -> None:
    world.record("forest", "Forest bioeconomy is growing.", title="Forest", language="en")
    world.record("whole", "Metsäbiotalous kasvaa.", title="Talous")
    world.record("part", "Metsäbiotalousstrategia.", title="Strategia")
    world.pipeline.update()
    shown, hidden = world.search("metsäbiotalous"), world.search("metsäbiotalous", compounds=False)
    assert dict(hidden.tiers) == {**dict(shown.tiers), Tier.COMPOUND: 0}
    assert dict(shown.tiers)[Tier.COMPOUND] == hidden.compounds_hidden == 1
    tiers = {hit.document.id: hit.tier for hit in hidden.hits}
    assert (tiers["forest"], tiers["whole"]) == (Tier.SYNONYM, Tier.EXACT)
    assert "part" not in tiers


def test_page_hits_and_snippets_show_where_the_words_stand(world: World) -> None:
    hit = world.search("ligniini").hits[0]
    shown = {page.number: [f.text for f in page.snippet if f.mark] for page in hit.pages}
    assert shown == {2: ["ligniini"], 3: ["Ligniini"]}
    assert hit.pages_matching == 2


def test_words_may_stand_on_different_pages_but_phrases_not(world: World) -> None:
    assert world.found("johdanto palaa") == ["bio"]
    assert world.found('"ligniini palaa"') == ["bio"]
    assert world.found('"johdanto metsäbiotalouden"') == []


def test_facets_count_ancestors_once(world: World) -> None:
    facets = {f.name: {v.id: v.count for v in f.values} for f in world.search("").facets}
    assert facets["sector"]["fotoniikka"] == 2
    assert facets["sector"]["metsabiotalous"] == 1
    parents = {
        v.id: v.parent for f in world.search("").facets if f.name == "sector" for v in f.values
    }
    assert parents["fotoniikka"] in facets["sector"]
    assert facets["lang"] == {"fi": 6, "sv": 1}


def test_facet_counts_ignore_their_own_selection(world: World) -> None:
    chosen = (("sector", ("fotoniikka",)),)
    results = world.search("", selected=chosen)
    assert {h.document.id for h in results.hits} == {"foto", "kissa"}
    facets = {f.name: {v.id: v.count for v in f.values} for f in results.facets}
    assert facets["sector"]["metsabiotalous"] == 1
    assert facets["region"]["kainuu"] == 1
    assert "pohjois-karjala" not in facets["region"]
    selected = [v for f in results.facets if f.name == "sector" for v in f.values if v.is_selected]
    assert [v.id for v in selected] == ["fotoniikka"]


def test_values_of_one_facet_are_alternatives_and_facets_narrow(world: World) -> None:
    either = (("sector", ("fotoniikka", "metsabiotalous")),)
    assert set(world.found("", selected=either)) == {"bio", "foto", "kissa"}
    both = (*either, ("region", ("kainuu",)))
    assert world.found("", selected=both) == ["foto"]


def test_selected_value_without_matches_is_listed_with_zero(world: World) -> None:
    results = world.search("kissa", selected=(("region", ("kainuu",)),))
    assert results.total == 0
    region = next(f for f in results.facets if f.name == "region")
    assert [(v.id, v.count, v.is_selected) for v in region.values] == [("kainuu", 0, True)]


def test_years_narrow(world: World) -> None:
    assert set(world.found("", year_from=2021)) == {"foto", "koira"}
    assert set(world.found("", year_to=2017)) == {"skog", "tie"}


@pytest.mark.parametrize(
    ("sort", "first"),
    [(Sort.NEWEST, "koira"), (Sort.OLDEST, "tie"), (Sort.TITLE, "foto")],
)
def test_orders(world: World, sort: Sort, first: str) -> None:
    assert world.found("", sort=sort)[0] == first


def test_pages_of_the_list_do_not_overlap(world: World) -> None:
    listed = [world.found("", sort=Sort.NEWEST, page=page, size=3) for page in (1, 2, 3, 4)]
    assert [len(page) for page in listed] == [3, 3, 1, 0]
    assert len({document_id for page in listed for document_id in page}) == 7


def test_related_follow_the_matches_and_are_not_counted(world: World) -> None:
    results = world.search("metsäbiotalous", related=True)
    assert results.total == 1
    related = [hit.document.id for hit in results.related]
    assert "bio" not in related
    assert {hit.tier for hit in results.related} <= {Tier.RELATED}
    assert "koira" in related or "foto" in related


def test_query_without_matches_is_loosened_and_says_how(world: World) -> None:
    results = world.search("kissa xyzzyt")
    assert results.relaxed is not None
    assert results.relaxed.kind is Relaxation.FEWER_WORDS
    assert results.relaxed.dropped == ("xyzzyt",)
    assert results.total == 2


def test_two_words_that_never_meet_become_any_word(world: World) -> None:
    results = world.search("ligniini sohva")
    assert results.relaxed is not None
    assert results.relaxed.kind is Relaxation.ANY_WORD
    assert {hit.document.id for hit in results.hits} == {"bio", "kissa"}


def test_unknown_word_finds_nothing(world: World) -> None:
    results = world.search("xyzzyt")
    assert (results.total, results.hits, results.relaxed) == (0, (), None)


def test_filters_hold_for_a_loosened_query_too(world: World) -> None:
    results = world.search("kissa xyzzyt", selected=(("sector", ("fotoniikka",)),))
    assert [hit.document.id for hit in results.hits] == ["kissa"]


def test_whole_page_is_given_with_marks(world: World) -> None:
    fragments = world.searcher.page_fragments("bio", 2, "kuitupuu")
    assert "".join(f.text for f in fragments) == world.catalogue.page("bio", 2).text
    assert [f.text for f in fragments if f.mark] == ["kuitupuu"]


def test_matching_pages_are_listed_in_order(world: World) -> None:
    assert world.searcher.matching_pages("bio", "ligniini") == (2, 3)
    assert world.searcher.matching_pages("kissa", "sohva") == (1,)
    assert world.searcher.matching_pages("kissa", "") == ()


def test_suggestions_continue_the_last_word(world: World) -> None:
    assert any("kissa" in text.lower() for text in world.searcher.suggest("kis", 5))
    assert len(world.searcher.suggest("k", 3)) <= 3


def test_withdrawn_document_is_dropped_before_the_index_follows(world: World) -> None:
    world.catalogue.withdraw(["kissa"], "test", "test")
    assert world.found("kissa") == ["kissa-koira"]


def test_searcher_sees_a_new_generation_at_the_next_search(world: World) -> None:
    assert world.search("aasi").total == 0
    world.record("aasi", "Aasit syövät heinää.")
    world.pipeline.update()
    assert world.found("aasi") == ["aasi"]
    assert world.searcher.generation() == "0001.0001"


def test_no_index_answers_with_nothing(world: World) -> None:
    for name in world.generations.names():
        (world.generations.path(name) / "manifest.json").unlink()
    (world.generations.directory / "CURRENT").unlink()
    world.searcher.reader.close()
    results = world.search("kissa")
    assert (results.total, results.generation) == (0, "")
