"""Finnish words that other search systems lose or confuse."""

from __future__ import annotations

import pytest

from indexer.analysis import Analyzer, FinnishAnalyzer

SAME_WORD = [
    ("ELMOn", "ELMO"),
    ("elmon", "ELMO"),
    ("SMECin", "SMEC"),
    ("EU:n", "EU"),
    ("EU:ssa", "EU"),
    ("RIS3:n", "RIS3"),
    ("H&M:n", "H&M"),
    ("fotoniikan", "fotoniikka"),
    ("fotoniikkaa", "fotoniikka"),
    ("ICT-sovellukset", "ICT-sovellus"),
    ("ICT-sovellukset", "ICT-sovelluksia"),
    ("3D-tulostuksella", "3D-tulostus"),
    ("rahoitushakuja", "rahoitushaku"),
    ("puunkorjuun", "puunkorjuu"),
    ("älykkään", "älykäs"),
    ("erikoistumisen", "erikoistuminen"),
    ("Isossa-Britanniassa", "Iso-Britannia"),
    ("Ison-Britannian", "Iso-Britannia"),
    ("2020-luvulla", "2020-luku"),
    ("Savonialla", "Savonia"),
    ("Riverian", "Riveria"),
    ("Interregistä", "Interreg"),
    ("startupeille", "startup"),
    ("resurssiviisaiden", "resurssiviisas"),
    ("puurakentamisen", "puurakentaminen"),
    ("Pohjois-Karjalassa", "Pohjois-Karjala"),
    ("Pohjois-Karjalassa", "pohjoiskarjala"),
    ("vaa'an", "vaaka"),
    ("vaa’alla", "vaaka"),
    ("Bordeaux’n", "Bordeaux"),
    ("laitok-sen", "laitos"),
    ("metsä\u00adbio\u00adtalouden", "metsäbiotalous"),
    ("a\u0308lyka\u0308s", "älykäs"),
]

PART_OR_ROOT = [
    ("ELMO-yhteistyöstä", "ELMO"),
    ("ICT-sovellukset", "ICT"),
    ("ICT-sovellukset", "sovellus"),
    ("EAKR-hankkeen", "hanke"),
    ("EAKR-hankkeen", "EAKR"),
    ("metsäbiotalouden", "biotalous"),
    ("metsäbiotalouden", "talous"),
    ("metsäbiotalouden", "metsä"),
    ("konepajatuotteet", "konepaja"),
    ("rahoitushakuja", "rahoitus"),
    ("autonkuljetusauto", "kuljetus"),
    ("kehittämisorganisaatioista", "organisaatio"),
    ("kehittämisorganisaatioista", "kehittäminen"),
    ("toimenpiteitä", "toimi"),
    ("maakuntien", "kunta"),
    ("julkaistut", "julkaista"),
    ("tehty", "tehdä"),
    ("kehittänyt", "kehittää"),
    ("saavani", "saada"),
    ("syöviä", "syödä"),
    ("käyvän", "käydä"),
    ("tekemätön", "tehdä"),
    ("covid-19-pandemian", "pandemia"),
    ("fotoniikkateollisuuden", "fotoniikka"),
    ("biofotoniikan", "fotoniikka"),
    ("Helsinki-Vantaan", "Vantaa"),
    ("TKI-toiminnassa", "TKI"),
    ("ja/tai", "tai"),
    ("2019–2020", "2020"),
    ("OmaHyvinvointi", "hyvinvointi"),
]

STRANGERS = [
    ("Joensuussa", "suu"),
    ("joensuussa", "joki"),
    ("Keski-Pohjanmaalla", "maa"),
    ("Itä-Suomen", "itä"),
    ("teknologiateollisuuden", "teko"),
    ("kunta", "kunto"),
    ("kunto", "kunta"),
    ("muutoksen", "ilmastonmuutos"),
    ("talouden", "metsäbiotalous"),
    ("kotimaassa", "päiväkoti"),
    ("päiväkirjan", "päiväkoti"),
    ("hintansa", "ansa"),
    ("tilanne", "tila"),
    ("aurinko", "Auri"),
    ("tukea", "toimi"),
]


def _ids(pairs: list[tuple[str, str]]) -> list[str]:
    return [f"{form}-{query}" for form, query in pairs]


def _meet(analyzer: Analyzer, form: str, query: str) -> bool:
    return bool(analyzer.index_terms(form) & analyzer.query_terms(query))


@pytest.mark.parametrize(("form", "query"), SAME_WORD, ids=_ids(SAME_WORD))
def test_query_in_dictionary_form_finds_the_form_in_a_text(
    finnish: FinnishAnalyzer, form: str, query: str
) -> None:
    assert _meet(finnish, form, query)


@pytest.mark.parametrize(("form", "query"), SAME_WORD, ids=_ids(SAME_WORD))
def test_query_in_another_form_finds_the_dictionary_form(
    finnish: FinnishAnalyzer, form: str, query: str
) -> None:
    assert _meet(finnish, query, form)


@pytest.mark.parametrize(("form", "query"), SAME_WORD, ids=_ids(SAME_WORD))
def test_forms_of_one_word_meet_in_the_base_field(
    finnish: FinnishAnalyzer, form: str, query: str
) -> None:
    base = {term for token in finnish.tokens(form) for term in token.base}
    assert base & finnish.query_terms(query)


@pytest.mark.parametrize(("form", "query"), PART_OR_ROOT, ids=_ids(PART_OR_ROOT))
def test_query_for_a_part_or_a_root_finds_the_whole(
    finnish: FinnishAnalyzer, form: str, query: str
) -> None:
    assert _meet(finnish, form, query)


@pytest.mark.parametrize(("form", "query"), STRANGERS, ids=_ids(STRANGERS))
def test_words_that_only_look_alike_do_not_meet(
    finnish: FinnishAnalyzer, form: str, query: str
) -> None:
    assert not _meet(finnish, form, query)


def test_query_terms_hold_no_part_of_a_compound(finnish: FinnishAnalyzer) -> None:
    assert not finnish.query_terms("metsäbiotalous") & {"metsä", "bio", "biotalous", "talous"}


def test_noun_in_its_dictionary_form_is_not_asked_for_as_a_verb(finnish: FinnishAnalyzer) -> None:
    assert "tukea" not in finnish.query_terms("tuki")
    assert "tukea" in finnish.index_terms("tuki")


def test_adjective_in_a_case_is_asked_for_by_every_reading(finnish: FinnishAnalyzer) -> None:
    assert {"uusi", "uusia"} <= finnish.query_terms("uusia")
