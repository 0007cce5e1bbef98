"""The hard cases of Finnish, explained: each word is met in the tier that a reader would name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from corpus import Vocabulary
from indexer.analysis import LANGUAGES, analyzer_for
from indexer.engines import ENGINES
from indexer.explaining import Explainer
from indexer.explanation import Explanation, Obstacle, Verdict
from indexer.results import SearchRequest, Tier
from tests.indexer.pipeline_world import VOCABULARY, World

_WHOLE, _PART = Tier.INFLECTED, Tier.COMPOUND
MET = (
    ("ELMOn", "ELMO", _WHOLE),
    ("ELMO-yhteistyöstä", "ELMO", _PART),
    ("EU:n", "EU", _WHOLE),
    ("ICT-sovellukset", "ICT", _PART),
    ("ICT-sovellukset", "sovellus", _PART),
    ("fotoniikan", "fotoniikka", _WHOLE),
    ("EAKR-hankkeen", "hanke", _PART),
    ("EAKR-hankkeen", "EAKR", _PART),
    ("metsäbiotalouden", "biotalous", _PART),
    ("metsäbiotalouden", "talous", _PART),
    ("metsäbiotalouden", "metsä", _PART),
    ("konepajatuotteet", "konepaja", _PART),
    ("rahoitushakuja", "rahoitus", _PART),
    ("autonkuljetusauto", "kuljetus", _PART),
    ("kehittämisorganisaatioista", "organisaatio", _PART),
    ("kehittämisorganisaatioista", "kehittäminen", _PART),
    ("julkaistut", "julkaista", _WHOLE),
    ("saavani", "saada", _WHOLE),
    ("Isossa-Britanniassa", "Iso-Britannia", _WHOLE),
    ("2020-luvulla", "2020-luku", _WHOLE),
    ("Itä- ja Pohjois-Suomen", "Itä-Suomi", _WHOLE),
    ("metalli- ja konepajatuotteet", "metallituote", _WHOLE),
    ("covid-19-pandemian", "pandemia", _PART),
    ("Savonialla", "Savonia", _WHOLE),
    ("puurakentamisen", "puurakentaminen", _WHOLE),
)
NOT_MET = (
    ("Joensuussa", "suu"),
    ("Joensuussa", "joki"),
    ("Keski-Pohjanmaalla", "maa"),
    ("teknologiateollisuuden", "teko"),
    ("kunta", "kunto"),
    ("muutoksen", "ilmastonmuutos"),
)


@pytest.fixture(scope="module", params=list(ENGINES))
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Return a world with a publication for each hard case, on each engine."""
    if not ENGINES[request.param].is_available():
        pytest.skip(f"the engine {request.param} is not installed")
    analyzers = {language: analyzer_for(language) for language in LANGUAGES}
    folder = tmp_path_factory.mktemp("hard")
    made = World(folder, request.param, analyzers, Vocabulary.load(VOCABULARY))
    for text in dict.fromkeys(text for text, *_ in (*MET, *NOT_MET)):
        made.record(_id(text), f"Tässä on {text} ensin.", title="Tapaus")
    # The words themselves are in the index, so that none of them is corrected.
    made.record("words", " ".join(query for _, query, *_ in (*MET, *NOT_MET)), title="Sanat")
    made.pipeline.update()
    yield made
    made.close()


def _id(text: str) -> str:
    return text.encode("ascii", "ignore").decode().replace(" ", "_").replace(":", "_")


def _explain(world: World, text: str, query: str) -> Explanation:
    explainer = Explainer(world.searcher, world.catalogue)
    return explainer.explain(_id(text), SearchRequest(query, budget_s=10.0))


@pytest.mark.parametrize(("text", "query", "tier"), MET)
def test_hard_case_is_explained_by_its_tier(
    world: World, text: str, query: str, tier: Tier
) -> None:
    told = _explain(world, text, query)
    assert (told.verdict, told.tier) == (Verdict.MATCH, tier)
    assert [word.tier for word in told.words] == [tier]
    forms = [form.text for seen in told.words[0].sightings for form in seen.forms]
    assert forms
    assert all(form in text for form in forms)


@pytest.mark.parametrize(("text", "query"), NOT_MET)
def test_similar_looking_word_is_told_to_be_lacking(world: World, text: str, query: str) -> None:
    told = _explain(world, text, query)
    assert told.verdict is not Verdict.MATCH
    assert [(why.obstacle, why.about) for why in told.why_not] == [(Obstacle.LACKS, query)]
