"""Backends of the Finnish analyzer: which are there, which is chosen, and that they agree."""

from __future__ import annotations

import logging
import threading

import pytest

import indexer.analysis
from corpus.errors import UnknownValue
from indexer.analysis import (
    FinnishAnalyzer,
    analyzer_for,
    available_backends,
    backend_name,
)

WORDS = tuple(
    """
    älykkään erikoistumisen strategian metsäbiotalouden teknologiateollisuuden konepajatuotteet
    rahoitushakuja kehittämisorganisaatioista Pohjois-Karjalassa Isossa-Britanniassa EU:n ELMOn
    julkaistut tehtyä kehittäneet saavani syöviä käymätön toimenpiteistä vaa'alla 2020-luvulla
    fotoniikan covid-19-pandemian puutarha-uutisten luonto-liiton helsinki-vantaan yliopistoihin
""".split()  # noqa: SIM905 - a list of thirty quoted words is harder to read
)


def test_public_names_are_sorted_and_exist() -> None:
    names = indexer.analysis.__all__
    assert list(names) == sorted(names, key=lambda name: (not name.isupper(), name))
    assert all(hasattr(indexer.analysis, name) for name in names)


def test_unknown_language_is_refused_by_name() -> None:
    with pytest.raises(UnknownValue, match="xx"):
        analyzer_for("xx")


def test_unknown_backend_is_refused_by_name() -> None:
    with pytest.raises(UnknownValue, match="foma"):
        analyzer_for("fi", backend="foma")


def test_rules_are_always_the_last_resort() -> None:
    assert available_backends()[-1] == "rules"


def test_best_backend_is_chosen_unless_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JULKAISUHAKU_VOIKKO", raising=False)
    assert backend_name() == available_backends()[0]
    monkeypatch.setenv("JULKAISUHAKU_VOIKKO", "rules")
    assert backend_name() == "rules"
    assert analyzer_for("fi").fingerprint.startswith("rules/")


def test_unknown_backend_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JULKAISUHAKU_VOIKKO", "hunspell")
    with pytest.raises(UnknownValue, match="hunspell"):
        backend_name()


def test_work_without_a_dictionary_is_announced(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        analyzer_for("fi", backend="rules")
    assert "voikko-fi" in caplog.text


@pytest.mark.parametrize("word", WORDS)
def test_both_dictionaries_give_the_same_terms(
    native: FinnishAnalyzer, pip_only: FinnishAnalyzer, word: str
) -> None:
    assert native.index_terms(word) == pip_only.index_terms(word)
    assert native.query_terms(word) == pip_only.query_terms(word)


def test_fingerprint_names_the_backend(
    native: FinnishAnalyzer, pip_only: FinnishAnalyzer, rules: FinnishAnalyzer
) -> None:
    assert len({native.fingerprint, pip_only.fingerprint, rules.fingerprint}) == 3


def test_fingerprint_is_the_same_for_the_same_rules(native: FinnishAnalyzer) -> None:
    assert analyzer_for("fi", backend="native").fingerprint == native.fingerprint


def test_threads_get_the_same_terms_from_one_analyzer(finnish: FinnishAnalyzer) -> None:
    expected = {word: finnish.index_terms(word) for word in WORDS}
    backend = finnish.backend
    shared = analyzer_for("fi", backend=backend)
    wrong: list[str] = []

    def work() -> None:
        for _ in range(20):
            wrong.extend(word for word in WORDS if shared.index_terms(word) != expected[word])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize(
    ("form", "query"),
    [
        ("fotoniikan", "fotoniikka"),
        ("strategian", "strategia"),
        ("yritysten", "yritys"),
        ("EU:n", "EU"),
        ("ELMOn", "ELMO"),
        ("ICT-sovellukset", "sovellus"),
    ],
)
def test_rules_alone_still_find_common_forms(rules: FinnishAnalyzer, form: str, query: str) -> None:
    assert rules.index_terms(form) & rules.query_terms(query)


def test_known_words_are_told_from_noise(finnish: FinnishAnalyzer) -> None:
    assert finnish.is_word_known("metsäbiotalouden")
    assert finnish.is_word_known("Pohjois-Karjalassa")
    assert not finnish.is_word_known("tnetsabiotaloudcn")
    assert finnish.share_known(["metsän", "talous", "xqzt", "wvkjh"]) == 0.5
    assert finnish.share_known([]) == 0.0


def test_without_a_dictionary_only_noise_is_unknown(rules: FinnishAnalyzer) -> None:
    assert rules.is_word_known("metsäbiotalouden")
    assert not rules.is_word_known("xqzt")
    assert not rules.is_word_known("1234")


def test_tiers_keep_certain_and_guessed_terms_apart(finnish: FinnishAnalyzer) -> None:
    participle = finnish.tiers("julkaistut")
    assert participle["base"] == ("julkaistu",)
    assert participle["verb"] == ("julkaista",)
    compound = finnish.tiers("metsäbiotalouden")
    assert compound["surface"] == ("metsäbiotalouden",)
    assert compound["base"] == ("metsäbiotalous",)
    assert set(compound["parts"]) == {"metsä", "metsäbio", "bio", "biotalous", "talous"}
    unknown = finnish.tiers("blokkettaamolla")
    assert unknown["guess"]
