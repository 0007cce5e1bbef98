"""Words are corrected to the nearest and likeliest words of the index."""

from __future__ import annotations

import random

import pytest

from indexer.spelling import MAX_WORDS, Correction, Speller, Spelling, folded

_WORDS = (
    ("metsäbiotalous", 9),
    ("metsäbiotalouden", 4),
    ("älykäs", 3),
    ("alykis", 90),
    ("kairaus", 5),
    ("kaipaus", 2),
    ("teollisuudessa", 6),
    ("teollisuuden", 30),
    ("2020-luku", 3),
    ("abc", 4),
)


def _best(typed: str) -> str:
    found = Speller(_WORDS).corrections(typed, 1)
    return found[0].word if found else ""


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("metsäbiotalos", "metsäbiotalous", id="left out"),
        pytest.param("metsäbiotaloous", "metsäbiotalous", id="put in"),
        pytest.param("metsäbiotaluus", "metsäbiotalous", id="another letter"),
        pytest.param("mestäbiotalous", "metsäbiotalous", id="swapped"),
        pytest.param("xmetsäbiotalous", "metsäbiotalous", id="before the first"),
        pytest.param("etsäbiotalous", "metsäbiotalous", id="without the first"),
        pytest.param("metsäbiotalousx", "metsäbiotalous", id="after the last"),
        pytest.param("metsäbiotaloude", "metsäbiotalouden", id="without the last"),
        pytest.param("METSÄBIOTALOSU", "metsäbiotalous", id="swapped last, capitals"),
        pytest.param("teolisudessa", "teollisuudessa", id="two edits in a long word"),
    ],
)
def test_slips_find_the_word(typed: str, expected: str) -> None:
    assert _best(typed) == expected


def test_word_equal_after_folding_wins_over_a_frequent_neighbour() -> None:
    assert _best("alykas") == "älykäs"


def test_diacritics_typed_too_many_are_folded_away() -> None:
    assert Speller([("kaura", 1)]).corrections("käura") == (Correction("kaura", 0, 1),)


def test_folding_may_change_any_number_of_letters() -> None:
    assert _best("metsabiotalouden") == "metsäbiotalouden"
    assert folded("ÅÄÖ Ø šž".lower()) == "aao o sz"


@pytest.mark.parametrize("typed", ["kairaus", "abd", "2021-luku", "", "q" * 600, "xyzzyxy", "----"])
def test_known_short_numeric_and_strange_words_are_left_alone(typed: str) -> None:
    assert Speller(_WORDS).corrections(typed) == ()


def test_two_edits_are_tried_only_where_nothing_is_nearer() -> None:
    speller = Speller([("teollisuuden", 1), ("teollisuudet", 900), ("teollisuus", 900)])
    assert [each.word for each in speller.corrections("teolisuuden")] == ["teollisuuden"]


def test_letter_left_out_is_likelier_than_a_wrong_letter() -> None:
    assert [e.word for e in Speller([("tuotto", 5), ("tuohto", 5)]).corrections("tuoto")] == [
        "tuohto",
        "tuotto",
    ]
    assert Speller([("hyviä", 3), ("hyvä", 9)]).corrections("hyiä", 1)[0].word == "hyviä"


def test_words_with_marks_beside_letters_break_no_walk() -> None:
    words = [("co2-päästö", 2), ("\U0001f600abcd", 1), ("abcd\U0010ffff", 1), ("abcd", 1)]
    assert Speller(words).corrections("abcde", 1)[0].word == "abcd"


def test_no_words_correct_nothing() -> None:
    assert Speller([]).corrections("mikätahansa") == ()


def test_only_the_most_frequent_words_are_kept() -> None:
    def word(number: int) -> str:
        return "".join(chr(ord("a") + int(digit)) for digit in f"{number:07d}")

    words = [(word(number), 1) for number in range(MAX_WORDS)]
    speller = Speller([*words, ("yleinen", 7)])
    assert speller.corrections("yleine", 1)[0].word == "yleinen"
    assert speller.corrections(word(MAX_WORDS - 1)) != ()


def test_walk_finds_exactly_what_a_scan_finds() -> None:
    source = random.Random(5)  # noqa: S311  a repeatable choice, no secret
    words = sorted({"".join(source.choices("abcä", k=source.randint(8, 10))) for _ in range(1500)})
    speller = Speller([(word, 1) for word in words])
    for _ in range(60):
        typed = "".join(source.choices("abcä", k=9))
        found = {each.word: each.distance for each in speller.corrections(typed, 9999)}
        if typed in words:
            continue
        near = {word: _distance(typed, word) for word in words}
        nearest = 1 if any(d == 1 or folded(typed) == folded(w) for w, d in near.items()) else 2
        expected = {
            word
            for word, distance in near.items()
            if distance <= nearest or folded(word) == folded(typed)
        }
        assert set(found) == expected


def test_base_form_helps_where_texts_hold_nothing_near() -> None:
    surface, base = Speller([("teollisuuden", 2)]), Speller([("teollisuus", 2), ("teolliss", 2)])
    spelling = Spelling(surface, base)
    known = frozenset({"teollisuus"})
    assert [e.word for e in spelling.corrections("teolisuus", known.__contains__)] == ["teollisuus"]
    assert [e.word for e in spelling.corrections("teolisuuden", known.__contains__)] == [
        "teollisuuden"
    ]


def _distance(first: str, second: str) -> int:
    """Return the edits between two words, a swap of neighbours being one."""
    rows = [list(range(len(second) + 1))]
    for i, a in enumerate(first, 1):
        row = [i]
        for j, b in enumerate(second, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and b == first[i - 2]:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
