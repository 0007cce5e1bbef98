"""The language of a text, and words that carry no subject."""

from __future__ import annotations

import pytest

from indexer.analysis import is_stop, language_of

TEXTS = [
    ("fi", "Metsäbiotalous on maakunnan merkittävin vientiala."),
    ("fi", "Älykkään erikoistumisen strategia"),
    ("sv", "Norra Karelens landskap satsar på skogsbioekonomi."),
    ("sv", "Strategi för smart specialisering"),
    ("en", "The region invests in forest bioeconomy and photonics."),
    ("en", "Strategy for smart specialisation"),
    ("en", "REGIONAL COOPERATION IN EASTERN AND NORTHERN FINLAND"),
]


@pytest.mark.parametrize(("language", "text"), TEXTS)
def test_language_of_a_sentence_is_told(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "   ", "ELMO", "2020–2024 (12)", "\x00\ud800", "…"])
def test_text_too_short_to_tell_is_finnish(text: str) -> None:
    assert language_of(text) == "fi"


@pytest.mark.parametrize("text", ["Это русский текст, довольно длинный.", "a\ud800" * 50])
def test_other_languages_get_one_of_the_three(text: str) -> None:
    assert language_of(text) in {"fi", "sv", "en"}


@pytest.mark.parametrize("word", ["ja", "Mikä", "millainen", "och", "vilka", "the", "which"])
def test_function_and_question_words_are_stop_words(word: str) -> None:
    assert is_stop(word)


@pytest.mark.parametrize("word", ["metsä", "vara", "era", "skog", "forest", "ELMO", ""])
def test_subject_words_are_no_stop_words(word: str) -> None:
    assert not is_stop(word)


def test_stop_word_of_one_language_may_be_a_word_of_another() -> None:
    assert is_stop("men", language="sv")
    assert not is_stop("men", language="en")
    assert not is_stop("men")
    assert not is_stop("ja", language="xx")
