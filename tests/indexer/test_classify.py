"""Concepts are suggested for what a document says, with the word it rests on."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from corpus.document import FieldValue, Origin, Page
from corpus.vocabulary import Vocabulary
from indexer.analysis import Analyzer, analyzer_for
from indexer.classify import Classifier

_ROOT = Path(__file__).resolve().parents[2]
_FOREST_MACHINES = "metsateknologia-ja-puunkorjuun-logistiikka"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    """Return the vocabulary that is shipped."""
    return Vocabulary.load(_ROOT / "corpus" / "vocabulary.toml")


@pytest.fixture(scope="module")
def analyzers() -> Mapping[str, Analyzer]:
    """Return an analyzer a language."""
    return {language: analyzer_for(language) for language in ("fi", "sv", "en")}


@pytest.fixture(scope="module")
def classifier(vocabulary: Vocabulary, analyzers: Mapping[str, Analyzer]) -> Classifier:
    """Return one classifier for all tests."""
    return Classifier(vocabulary, analyzers)


@pytest.fixture(scope="module")
def quality() -> ModuleType:
    """Return the benchmark, whose measure the level below is stated in."""
    path = _ROOT / "tests" / "benchmarks" / "classify_quality.py"
    spec = importlib.util.spec_from_file_location("classify_quality", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def _ids(values: tuple[FieldValue, ...], field: str) -> set[str]:
    found: set[str] = set()
    for value in values:
        if value.name == field:
            found |= set(value.value) if isinstance(value.value, tuple) else {str(value.value)}
    return found


@pytest.mark.parametrize(
    ("title", "field", "concept"),
    [
        ("Fotoniikan osaamiskeskittymä Joensuussa", "sectors", "fotoniikka"),
        ("Puukerrostalojen rakentaminen", "sectors", "puurakentaminen"),
        ("Metsäkoneenkuljettajien työolot", "sectors", _FOREST_MACHINES),
        ("Kiertotalouden tiekartta", "themes", "resurssiviisaus"),
        ("Pk-yritysten kansainvälistyminen", "themes", "kansainvalisyys"),
        ("Pohjois-Karjalan elinkeinot", "regions", "pohjois-karjala"),
        ("ELMOn väliraportti", "programmes", "elmo"),
        ("Älykkään erikoistumisen strategia", "programmes", "alykas-erikoistuminen"),
    ],
)
def test_inflected_words_of_a_title_suggest_their_concept(
    classifier: Classifier, title: str, field: str, concept: str
) -> None:
    assert concept in _ids(classifier.classify(title=title), field)


@pytest.mark.parametrize(
    ("title", "language", "concept"),
    [
        ("Biogas på små gårdar", "sv", "uusiutuva-energiantuotanto"),
        ("Photonics in North Karelia", "en", "fotoniikka"),
    ],
)
def test_hints_of_the_document_s_language_are_used(
    classifier: Classifier, title: str, language: str, concept: str
) -> None:
    assert concept in _ids(classifier.classify(title=title, language=language), "sectors")


def test_excluded_word_does_not_count(classifier: Classifier) -> None:
    values = classifier.classify(title="Laserkeilauksen käyttö metsänmittauksessa")
    assert _ids(values, "sectors") == {"metsatiedon-hallinta"}


def test_weak_hint_alone_suggests_nothing(classifier: Classifier) -> None:
    assert _ids(classifier.classify(title="Optinen harha"), "sectors") == set()


def test_two_weak_hints_suggest_together(classifier: Classifier) -> None:
    values = classifier.classify(title="Optinen kuvantaminen ja linssi")
    assert "fotoniikka" in _ids(values, "sectors")


def test_english_word_that_only_shares_a_stem_does_not_count(classifier: Classifier) -> None:
    values = classifier.classify(title="Machine learning", language="en")
    assert "tarkkuustekniikka" not in _ids(values, "sectors")


def test_word_said_once_in_a_long_text_suggests_nothing(classifier: Classifier) -> None:
    text = "Kunnan palvelut järjestetään asukkaiden tarpeiden mukaan joka vuosi. " * 200
    values = classifier.classify(title="Palvelut", pages=[Page(1, f"{text} Laser mainitaan.")])
    assert _ids(values, "sectors") == set()


def test_municipalities_of_a_text_suggest_their_region(classifier: Classifier) -> None:
    text = "Kokeilut tehtiin Kajaanissa, Kuhmossa, Sotkamossa ja Suomussalmella. Tulokset saatiin."
    values = classifier.classify(title="Kokeilut", pages=[Page(1, text)])
    assert _ids(values, "regions") == {"kainuu"}


def test_evidence_names_the_word_the_hint_and_the_page(classifier: Classifier) -> None:
    pages = [Page(1, "Alku."), Page(2, "Fotoniikan yritykset kasvavat. Fotoniikka on ala.")]
    values = classifier.classify(title="Katsaus", pages=pages)
    value = next(v for v in values if v.name == "sectors")
    assert (value.source, value.page, value.origin) == (
        "hint: Fotoniikan (Fotoniikka, text)",
        2,
        Origin.EXTRACTED,
    )
    assert 0 < value.confidence < 1


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Saumavahti-hankkeen loppuraportti", "hankeraportti"),
        ("Metsätiedon tiekartta", "toimintasuunnitelma"),
        ("Mahlaopas", "opas"),
        ("Valoverkoston toimintakertomus 2016", "toimintakertomus"),
        ("Avoin rahoitushaku", "rahoitushaku"),
    ],
)
def test_word_of_the_title_gives_the_type(classifier: Classifier, title: str, kind: str) -> None:
    assert _ids(classifier.classify(title=title), "type") == {kind}


def test_subtitle_on_the_first_page_gives_the_type(classifier: Classifier) -> None:
    pages = [Page(1, "Laserhitsaus piensarjoissa\n\nSaumavahti-hankkeen loppuraportti")]
    values = classifier.classify(title="Laserhitsaus piensarjoissa", pages=pages)
    assert _ids(values, "type") == {"hankeraportti"}


def test_tokens_made_before_give_the_same_suggestions(
    classifier: Classifier, analyzers: Mapping[str, Analyzer]
) -> None:
    pages = [Page(1, "Fotoniikan yritykset kasvavat Joensuussa ja Kontiolahdella.")] * 2
    tokens = [analyzers["fi"].tokens(page.text) for page in pages]
    given = classifier.classify(title="Katsaus", pages=pages, tokens=tokens)
    assert given == classifier.classify(title="Katsaus", pages=pages)


def test_names_of_organisations_and_types_become_their_ids(classifier: Classifier) -> None:
    names = ("Pohjois-Karjalan Maakuntaliitto", "Vaarojen kehitysyhtiö")
    resolved = classifier.resolve(
        [
            FieldValue("organisations", names, Origin.EXTRACTED),
            FieldValue("type", "Project report", Origin.EXTRACTED),
            FieldValue("type", "vaaliohjelma", Origin.EXTRACTED),
            FieldValue("title", "Otsikko", Origin.EXTRACTED),
        ]
    )
    assert [(value.name, value.value) for value in resolved] == [
        ("organisations", ("pohjois-karjalan-maakuntaliitto", "Vaarojen kehitysyhtiö")),
        ("type", "hankeraportti"),
        ("title", "Otsikko"),
    ]


def test_unknown_language_is_read_as_the_first_one(classifier: Classifier) -> None:
    values = classifier.classify(title="Fotoniikka", language="et")
    assert "fotoniikka" in _ids(values, "sectors")


@pytest.mark.parametrize(
    ("field", "level"),
    [("sectors", 0.78), ("themes", 0.62), ("regions", 0.9), ("programmes", 0.75), ("type", 0.75)],
)
def test_sample_collection_is_classified_at_the_stated_level(
    classifier: Classifier, vocabulary: Vocabulary, quality: ModuleType, field: str, level: float
) -> None:
    figures = quality.measure(classifier, vocabulary, quality.sample_cases(), (field,))
    assert figures[field][2] >= level


@pytest.mark.slow
def test_suggestions_for_real_titles_are_right_more_often_than_wrong(
    classifier: Classifier, vocabulary: Vocabulary, quality: ModuleType, shared_data: Path
) -> None:
    path = shared_data / "data" / "classification" / "titles.dev.public.jsonl"
    cases = quality.shared_cases(path, is_title=True)
    precision, _, f1 = quality.measure(classifier, vocabulary, cases, ("sectors",))["sectors"]
    assert precision >= 0.65
    assert f1 >= 0.3
