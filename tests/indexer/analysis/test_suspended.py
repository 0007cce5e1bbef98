"""Suspended hyphens: words that share a piece of a compound."""

from __future__ import annotations

import pytest

from indexer.analysis import FinnishAnalyzer

COMPLETED = [
    ("tutkimus- ja kehittämistoimintaa", "tutkimustoiminta"),
    ("tutkimus-, koulutus- ja kehittämisorganisaatioista", "tutkimusorganisaatio"),
    ("tutkimus-, koulutus- ja kehittämisorganisaatioista", "koulutusorganisaatio"),
    ("metalli- ja konepajatuotteet", "metallituote"),
    ("Itä- ja Pohjois-Suomen maakuntien", "Itä-Suomi"),
    ("Itä-, Länsi- ja Pohjois-Suomessa", "Länsi-Suomi"),
    ("kehittämistoiminta ja -rahoitus", "kehittämisrahoitus"),
    ("kehittämistoiminta, -rahoitus ja -koulutus", "kehittämiskoulutus"),
    ("sosiaali- ja terveydenhuoltojärjestelmä", "sosiaalihuoltojärjestelmä"),
    ("maa- ja metsätalousministeriö", "maatalousministeriö"),
    ("koti- ja ulkomailla", "kotimaa"),
    ("kaivos- sekä metalliteollisuuden", "kaivosteollisuus"),
    ("sekä tutkimus- että kehittämishanke", "tutkimushanke"),
    ("energia- tai ilmastopolitiikka", "energiapolitiikka"),
    ("touko-/kesäkuussa", "toukokuu"),
    ("1990- ja 2000-luvulla", "1990-luku"),
    ("3- ja 4-vuotiaat", "3-vuotias"),
    ("EU- ja valtiontuki", "EU-tuki"),
    ("EU- och ilmastopolitiikka", "EU-politiikka"),
    ("tutkimus– ja kehittämistoiminta", "tutkimustoiminta"),
    ("tutkimus-\nja kehittämistoiminta", "tutkimustoiminta"),
    ("puu- ja fotoniikkateollisuus", "puuteollisuus"),
]

LEFT_ALONE = [
    ("tutkimus- kehittämistoiminta", "tutkimustoiminta"),
    ("tutkimus ja kehittämistoiminta", "tutkimustoiminta"),
    ("tutkimus-", "tutkimustoiminta"),
    ("tutkimus- ja", "tutkimustoiminta"),
    ("tutkimus- ja Joensuu", "tutkimussuu"),
    ("toiminta - ja rahoitus", "toimintarahoitus"),
]


def _terms(analyzer: FinnishAnalyzer, text: str) -> set[str]:
    return {term for token in analyzer.tokens(text) for term in token.base}


@pytest.mark.parametrize(("text", "query"), COMPLETED)
def test_compound_left_unsaid_is_found(finnish: FinnishAnalyzer, text: str, query: str) -> None:
    assert _terms(finnish, text) & finnish.query_terms(query)


@pytest.mark.parametrize(("text", "query"), LEFT_ALONE)
def test_nothing_is_completed_without_a_list(
    finnish: FinnishAnalyzer, text: str, query: str
) -> None:
    assert not _terms(finnish, text) & finnish.query_terms(query)


def test_completion_stands_at_the_word_with_the_hyphen(finnish: FinnishAnalyzer) -> None:
    token = finnish.tokens("tutkimus- ja kehittämistoiminta")[0]
    assert (token.surface, token.position, token.start, token.end) == ("tutkimus", 0, 0, 8)
    assert {"tutkimus", "tutkimustoiminta"} <= set(token.base)
    assert "toiminta" in token.parts


def test_name_that_completes_another_is_not_split(finnish: FinnishAnalyzer) -> None:
    assert "suomi" not in finnish.tokens("Itä- ja Pohjois-Suomen")[0].parts


def test_long_chain_of_hyphens_ends(finnish: FinnishAnalyzer) -> None:
    tokens = finnish.tokens("puu-, " * 3_000 + "metsäteollisuus")
    assert "puuteollisuus" in tokens[-2].base
    assert "puuteollisuus" not in tokens[0].base
