"""What PDF files do to Finnish words, undone."""

from __future__ import annotations

import pytest

from indexer.extract._repair import LINE_HYPHEN, join_lines, repair_characters
from indexer.extract._words import Words


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        pytest.param("j¨arjestelm¨an", "järjestelmän", id="spacing-diaeresis-before"),
        pytest.param("j ¨arjestelm ¨an", "järjestelmän", id="spacing-diaeresis-with-spaces"),
        pytest.param("Ja¨rvi", "Järvi", id="spacing-diaeresis-after"),
        pytest.param("˚Abo", "Åbo", id="spacing-ring"),
        pytest.param("j(cid:228)rvi", "järvi", id="nameless-type-3-font"),
        pytest.param("(cid:214)ljy", "Öljy", id="nameless-capital"),
        pytest.param("Tampere(cid:21)Turku", "Tampere–Turku", id="cork-dash"),
        pytest.param("Tampere\x15Turku", "Tampere–Turku", id="dash-as-control-character"),
        pytest.param("\x12me\x10", "„me“", id="quotes-as-control-characters"),
        pytest.param("\x1cnanssi", "finanssi", id="ligature-as-control-character"),
        pytest.param("kon\ufb02ikti", "konflikti", id="ligature-as-presentation-form"),
        pytest.param("ja\u0308rvi", "järvi", id="decomposed"),
        pytest.param("T I I V I S T E L M Ä", "TIIVISTELMÄ", id="letter-spaced-capitals"),
    ],
)
def test_broken_letters_become_whole_words(words: Words, broken: str, whole: str) -> None:
    assert repair_characters(broken, words.is_known) == whole


def test_word_before_a_spacing_diaeresis_keeps_its_space(words: Words) -> None:
    assert repair_characters("tämä on ¨akillinen", words.is_known) == "tämä on äkillinen"


def test_text_without_faults_stays_as_it_is(words: Words) -> None:
    text = "Pohjois-Karjalan älykkään erikoistumisen strategia 2018–2022, 1 500 €"
    assert repair_characters(text, words.is_known) == text


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        pytest.param(["kehittämis-", "toiminta"], "kehittämistoiminta", id="dictionary-word"),
        pytest.param([f"harha{LINE_HYPHEN}askel"], "harha-askel", id="equal-vowels-by-pdfium"),
        pytest.param([f"talous{LINE_HYPHEN}metsä"], "talousmetsä", id="pdfium-mark"),
        pytest.param(["perhe-", "eläkkeet"], "perhe-eläkkeet", id="equal-vowels"),
        pytest.param(["Pohjois-", "Karjala"], "Pohjois-Karjala", id="before-a-capital"),
        pytest.param(["ICT-", "sovellukset"], "ICT-sovellukset", id="after-an-acronym"),
        pytest.param(["2018-", "2020"], "2018-2020", id="between-numbers"),
        pytest.param(["tutkimus-", "ja kehittämistyö"], "tutkimus- ja kehittämistyö", id="hanging"),
        pytest.param(["kehittämis\u00ad", "toiminta"], "kehittämistoiminta", id="soft-hyphen"),
        pytest.param(["ensimmäinen", "toinen"], "ensimmäinen toinen", id="no-hyphen"),
        pytest.param(["väli -", "viiva"], "väli - viiva", id="dash"),
    ],
)
def test_lines_are_joined_by_orthography_then_dictionary(
    words: Words, lines: list[str], joined: str
) -> None:
    assert join_lines(lines, words.is_known) == joined
