"""Why hits matched: compounds written apart, other names, and nothing where a form stands there."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from indexer.analysis import Analyzer
from indexer.reasons import written_apart
from indexer.results import Tier
from indexer.snippet import Run
from tests.indexer.pipeline_world import World


@pytest.mark.parametrize(
    ("form", "typed", "reason"),
    [
        ("metsäbiotalouden", "biotalous", "metsä + biotalous"),
        ("metsäbiotalouden", "metsä", "metsä + biotalous"),
        ("metsäbiotalouden", "bio", "metsä + bio + talous"),
        ("Metsäbiotalouden", "biotaloutta", "Metsä + biotalouden"),
        ("konepajatuotteet", "konepaja", "konepaja + tuote"),
        ("autonkuljetusauto", "kuljetus", "auton + kuljetus + auto"),
        ("kehittämisorganisaatioista", "kehittäminen", "kehittäminen + organisaatio"),
        ("EAKR-hankkeen", "EAKR", "EAKR + hanke"),
        ("covid-19-pandemian", "pandemia", "covid-19 + pandemia"),
        ("Pohjois-Karjala-ohjelmaa", "ohjelma", "Pohjois-Karjala + ohjelma"),
    ],
)
def test_compound_is_written_apart_around_the_part_that_was_asked(
    analyzers: Mapping[str, Analyzer], form: str, typed: str, reason: str
) -> None:
    assert written_apart(form, _run(typed, analyzers), analyzers["fi"]) == f"{form} → {reason}"


@pytest.mark.parametrize("typed", ["puu", "rakentaminen", "rakennan", "rakentamisessa"])
def test_base_form_of_a_verb_is_never_shown(analyzers: Mapping[str, Analyzer], typed: str) -> None:
    reason = written_apart("puurakentamisen", _run(typed, analyzers), analyzers["fi"])
    assert reason
    assert "rakentaa" not in reason


def test_word_without_a_border_is_not_cut(analyzers: Mapping[str, Analyzer]) -> None:
    assert written_apart("tutkimus", _run("organisaatio", analyzers), analyzers["fi"]) == ""


@pytest.fixture
def filled(world: World) -> World:
    """Return a world whose publications match in different ways."""
    world.record("part", "Metsäbiotalouden tuotteita myydään.", title="Tuotteet")
    world.record("whole", "Biotaloutta ja metsäbiotaloutta.", title="Talous")
    world.record("mixed", ["Johdanto.", "Kissat nukkuvat.", "Metsäbiotalouden loppu."], title="A")
    world.record("other", "Puurakentamisesta kerrotaan täällä.", title="Talot")
    world.record("abstract", "Kissa.", title="Kuvaus", abstract="Lähiruokaketjun tarina.")
    world.pipeline.update()
    return world


def _run(typed: str, analyzers: Mapping[str, Analyzer]) -> Run:
    token = analyzers["fi"].query_tokens(typed)[0]
    return Run(0, (frozenset((token.surface, *token.full)),), text=typed)


def _why(world: World, query: str, **options: object) -> Mapping[str, tuple[str, ...]]:
    return {hit.document.id: hit.why for hit in world.search(query, **options).hits}


def test_hit_by_a_part_says_of_which_compound(filled: World) -> None:
    assert _why(filled, "biotalous") == {
        "part": ("Metsäbiotalouden → Metsä + biotalous",),
        "mixed": ("Metsäbiotalouden → Metsä + biotalous",),
        "whole": (),
    }


def test_only_words_without_a_form_of_their_own_are_explained(filled: World) -> None:
    assert _why(filled, "kissa biotalous") == {"mixed": ("Metsäbiotalouden → Metsä + biotalous",)}


def test_reason_is_found_where_no_snippet_shows_it(filled: World) -> None:
    assert _why(filled, "kissa ruoka") == {"abstract": ("Lähiruokaketjun → Lähi + ruoka + ketju",)}


def test_hit_by_another_name_says_which_words_it_stands_for(filled: World) -> None:
    results = filled.search("träbyggande")
    assert [(hit.tier, hit.why) for hit in results.hits] == [
        (Tier.SYNONYM, ("Puurakentamisesta → träbyggande",))
    ]
    assert _why(filled, "träbyggande", synonyms=False) == {}


def test_related_hits_give_no_reason(filled: World) -> None:
    related = filled.search("sohvabiotalous", related=True).related
    assert related
    assert all(hit.why == () for hit in related)


@pytest.fixture
def suspended(world: World) -> World:
    """Return a world with a suspended hyphen."""
    world.record("org", "Tutkimus-, koulutus- ja kehittämisorganisaatioista.", title="Nimi")
    world.pipeline.update()
    return world


def test_suspended_hyphen_gives_way_to_the_compound_that_is_written(suspended: World) -> None:
    (reason,) = _why(suspended, "organisaatio")["org"]
    assert reason == "kehittämisorganisaatioista → kehittämis + organisaatio"
