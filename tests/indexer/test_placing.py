"""Marked forms are found on the picture of a page as they were printed."""

from __future__ import annotations

import pytest

from corpus import RecognisedLine
from indexer.extract import PlacedWord
from indexer.placing import MAX_PLACES, places_of, words_of_lines


def line(top: float, *texts: str) -> list[PlacedWord]:
    """Set words on one line, each a tenth of the page wide."""
    return [
        PlacedWord(text, 0.1 * place, top, 0.1 * place + 0.08, top + 0.02)
        for place, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("printed", "form"),
    [
        ("Metsä", "metsä"),
        ("METSÄ", "metsä"),
        ("ﬁlmi", "filmi"),
        ("metsa\u0308", "metsä"),
        ("25", "25"),
    ],
)
def test_a_form_is_found_however_it_is_set(printed: str, form: str) -> None:
    words = line(0.1, "on", printed, "ja")
    assert places_of(words, [form]) == (words[1],)


@pytest.mark.parametrize("printed", ["metsätalous", "alametsä", "mets", "metsän"])
def test_another_word_is_not_the_form(printed: str) -> None:
    assert places_of(line(0.1, printed, "kasvaa"), ["metsä"]) == ()


def test_a_word_broken_at_the_end_of_a_line_has_a_place_on_both() -> None:
    words = [*line(0.1, "kasvava", "metsäbio"), *line(0.2, "talouden", "ala")]
    assert places_of(words, ["metsäbiotalouden"]) == (words[1], words[2])


def test_a_phrase_on_one_line_is_one_place() -> None:
    words = line(0.1, "vain", "älykäs", "erikoistuminen", "auttaa")
    (place,) = places_of(words, ["älykäs erikoistuminen"])
    assert (place.left, place.right) == (words[1].left, words[2].right)


def test_a_spaced_word_and_a_hyphen_are_no_hindrance() -> None:
    words = line(0.1, "J", "O", "H", "D", "A", "N", "T", "O", "Pohjois", "Karjala")
    found = places_of(words, ["johdanto", "Pohjois-Karjala"])
    assert [(place.left, place.right) for place in found] == [
        (words[0].left, words[7].right),
        (words[8].left, words[9].right),
    ]


def test_accents_that_stand_apart_are_left_out_only_where_nothing_else_fits() -> None:
    apart = line(0.1, "j", "arvi", "on", "jarvi")
    assert [place.left for place in places_of(apart, ["järvi"])] == [apart[0].left, apart[3].left]
    whole = line(0.1, "järvi", "on", "jarvi")
    assert places_of(whole, ["järvi"]) == (whole[0],)


def test_every_occurrence_is_found_once_up_to_a_bound() -> None:
    words = [*line(0.1, "metsä", "metsä"), *line(0.2, "metsä")]
    assert len(places_of(words, ["metsä", "Metsä"])) == 3
    many = [PlacedWord("metsä", 0, n / 10_000, 1, n / 10_000 + 1e-5) for n in range(2_000)]
    assert len(places_of(many, ["metsä"])) == MAX_PLACES


@pytest.mark.parametrize("form", ["", " ", "–", "…"])
def test_nothing_is_found_for_a_form_without_letters(form: str) -> None:
    assert places_of(line(0.1, "metsä"), [form]) == ()


def test_recognised_words_stand_where_they_were_seen() -> None:
    seen = RecognisedLine("uusi metsä", 10, 792, 50, 250, words=((50, 90), (150, 250)))
    words = words_of_lines([seen], width_pt=500, height_pt=842)
    assert [(word.text, word.left, word.right) for word in words] == [
        ("uusi", 0.1, 0.18),
        ("metsä", 0.3, 0.5),
    ]
    assert words[0].top == pytest.approx(50 / 842)
    assert words[0].bottom == pytest.approx(60 / 842)


def test_recognised_words_without_places_share_their_line() -> None:
    words = words_of_lines([RecognisedLine("uusi metsä", 10, 792, 50, 250)], width_pt=500, height_pt=842)  # fmt: skip  # noqa: E501
    assert [(word.text, word.left, word.right) for word in words] == [
        ("uusi", pytest.approx(0.1), pytest.approx(0.26)),
        ("metsä", pytest.approx(0.3), pytest.approx(0.5)),
    ]
