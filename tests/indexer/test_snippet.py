"""Marks and snippets on the original text."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from indexer.analysis import Analyzer
from indexer.snippet import SNIPPET_CHARACTERS, Marker, Run


@pytest.fixture(scope="session")
def finnish(analyzers: Mapping[str, Analyzer]) -> Analyzer:
    """Return the Finnish analyzer."""
    return analyzers["fi"]


def _words(*terms: str) -> Marker:
    return Marker([Run(number, (frozenset((term,)),)) for number, term in enumerate(terms)])


def _marked(marker: Marker, text: str, analyzer: Analyzer) -> list[str]:
    return [text[mark.start : mark.end] for mark in marker.marks(text, analyzer)]


@pytest.mark.parametrize(
    ("term", "text", "marked"),
    [
        ("kissa", "Kissoilla on KISSAN häntä.", ["Kissoilla", "KISSAN"]),
        ("biotalous", "Metsäbiotalouden kasvu.", ["Metsäbiotalouden"]),
        ("metallituote", "metalli- ja konepajatuotteet", ["metalli"]),
        ("kissa", "Koirat haukkuvat.", []),
        ("kissa", "", []),
    ],
    ids=["inflected", "inside-a-compound", "suspended", "absent", "empty"],
)
def test_whole_words_are_marked(finnish: Analyzer, term: str, text: str, marked: list[str]) -> None:
    assert _marked(_words(term), text, finnish) == marked


def test_exact_run_marks_only_its_form(finnish: Analyzer) -> None:
    marker = Marker([Run(0, (frozenset(("kissan",)),), is_exact=True)])
    assert _marked(marker, "Kissa näki kissan.", finnish) == ["kissan"]


def test_prefix_run_marks_what_begins_with_it(finnish: Analyzer) -> None:
    marker = Marker([Run(0, (frozenset(("foton",)),), is_prefix=True)])
    assert _marked(marker, "Fotoni ja fotoniikka, ei afotoni.", finnish) == ["Fotoni", "fotoniikka"]


def test_phrase_is_one_mark_and_needs_all_its_words(finnish: Analyzer) -> None:
    marker = Marker([Run(0, (frozenset(("kissa",)), frozenset(("koira",))))])
    assert _marked(marker, "Kissan koira, mutta kissan hiiri.", finnish) == ["Kissan koira"]
    assert _marked(marker, "viimeinen kissa", finnish) == []


def test_marks_never_overlap(finnish: Analyzer) -> None:
    long_run = Run(0, (frozenset(("kissa",)), frozenset(("koira",))))
    marker = Marker([long_run, Run(1, (frozenset(("koira",)),))])
    assert _marked(marker, "kissa koira koira", finnish) == ["kissa koira", "koira"]


def test_fragments_join_to_the_text(finnish: Analyzer) -> None:
    text = "  Alku.\nKissat & koirat <b>haukkuvat</b>.  "
    fragments = _words("kissa", "koira").fragments(text, finnish)
    assert "".join(fragment.text for fragment in fragments) == text
    assert [f.text for f in fragments if f.mark] == ["Kissat", "koirat"]


def test_snippet_shows_where_most_words_meet(finnish: Analyzer) -> None:
    far = "Täyte sanaa ilman merkitystä. " * 30
    text = f"Kissa yksin. {far}Kissa ja koira yhdessä. {far}Koira yksin."
    fragments, met = _words("kissa", "koira").snippet(text, finnish)
    assert met == 2
    assert [f.text.lower() for f in fragments if f.mark] == ["kissa", "koira"]
    shown = "".join(f.text for f in fragments)
    assert "yhdessä" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_snippet_is_bounded_and_cut_at_words(finnish: Analyzer) -> None:
    text = "sanoja " * 200 + "kissa " + "sanoja " * 200
    fragments, _ = _words("kissa").snippet(text, finnish)
    shown = "".join(f.text for f in fragments).strip("…")
    assert len(shown) <= SNIPPET_CHARACTERS
    assert set(shown.split()) == {"sanoja", "kissa"}


def test_snippet_without_a_mark_is_the_beginning(finnish: Analyzer) -> None:
    fragments, met = _words("kissa").snippet("Koirat   haukkuvat. " * 40, finnish)
    assert met == 0
    assert len(fragments) == 1
    assert fragments[0].text.startswith("Koirat haukkuvat.")
    assert len(fragments[0].text) <= SNIPPET_CHARACTERS + 1


def test_snippet_of_a_long_text_finds_the_end(finnish: Analyzer) -> None:
    text = "täytettä " * 5_000 + "kissa"
    fragments, met = _words("kissa").snippet(text, finnish)
    assert met == 1
    assert [f.text for f in fragments if f.mark] == ["kissa"]


def test_snippet_of_nothing_is_empty(finnish: Analyzer) -> None:
    assert _words("kissa").snippet("", finnish) == ((), 0)


def test_text_without_a_space_is_survived(finnish: Analyzer) -> None:
    fragments, _ = _words("kissa").snippet("x" * 100_000, finnish)
    assert sum(len(f.text) for f in fragments) <= SNIPPET_CHARACTERS + 1
