"""The lexicon of the field: words with a model that Voikko inflects in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corpus.errors import InvalidVocabulary
from indexer.analysis import FinnishAnalyzer, analyzer_for, available_backends, check_lexicon

if TYPE_CHECKING:
    from pathlib import Path

_BACKEND = next(iter(available_backends()))
needs_dictionary = pytest.mark.skipif(
    _BACKEND == "rules", reason="no Voikko backend is installed on this machine"
)


def _with(path: Path, text: str) -> FinnishAnalyzer:
    path.write_text(text, encoding="utf-8")
    return analyzer_for("fi", lexicon=path)


def test_packaged_lexicon_is_sound(finnish: FinnishAnalyzer) -> None:
    assert check_lexicon(None, finnish) == []


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("fotoniikan", "fotoniikka"),
        ("fotoniikoissa", "fotoniikka"),
        ("spektroskopiaan", "spektroskopia"),
        ("ligniinejä", "ligniini"),
        ("torrefioinnin", "torrefiointi"),
        ("kuvantamisessa", "kuvantaminen"),
        ("startupien", "startup"),
        ("hydrolyysejä", "hydrolyysi"),
    ],
)
def test_word_of_the_lexicon_is_known_in_its_forms(
    finnish: FinnishAnalyzer, form: str, base: str
) -> None:
    assert finnish.is_word_known(form)
    assert finnish.tokens(form)[0].base == (base,)


def test_word_of_the_lexicon_forms_compounds(finnish: FinnishAnalyzer) -> None:
    token = finnish.tokens("fotoniikkayritysten")[0]
    assert token.base == ("fotoniikkayritys",)
    assert {"fotoniikka", "yritys"} <= set(token.parts)


def test_border_in_the_lexicon_makes_parts(finnish: FinnishAnalyzer) -> None:
    token = finnish.tokens("resurssiviisaille")[0]
    assert token.base == ("resurssiviisas",)
    assert {"resurssi", "viisas"} <= set(token.parts)


@needs_dictionary
def test_librarian_adds_a_word_with_one_line(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"
    plain = _with(path, "# tyhjä\n")
    assert not plain.is_word_known("plimbiikan")
    taught = _with(path, "plimbiikka\tmatematiikka\n")
    assert taught.tokens("plimbiikan")[0].base == ("plimbiikka",)
    assert taught.fingerprint != plain.fingerprint


@needs_dictionary
def test_added_word_is_found_in_forms_that_no_ending_tells(tmp_path: Path) -> None:
    analyzer = _with(tmp_path / "lexicon.tsv", "plimbu+kenkä\tkenkä\n")
    assert analyzer.tokens("plimbukengissä")[0].base == ("plimbukenkä",)
    assert "kenkä" in analyzer.tokens("plimbukengissä")[0].parts


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("fotoniikka", "sarkain"),
        ("fotoniikka\t", "sarkain"),
        ("\tmatematiikka", "sarkain"),
        ("a\tb\tc", "sarkain"),
        ("foton1ikka\tmatematiikka", "kirjaimia"),
        ("startup\tmatematiikka", "päättyvät"),
    ],
)
def test_line_that_cannot_be_read_is_refused_by_file_and_line(
    tmp_path: Path, line: str, reason: str
) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text(f"# otsikko\n{line}\n", encoding="utf-8")
    with pytest.raises(InvalidVocabulary, match=rf"lexicon\.tsv, rivi 2: .*{reason}"):
        analyzer_for("fi", backend="rules", lexicon=path)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("plimbukka\tzzyzzykka", "mallisana"),
        ("talous\tvapaus", "tunnetaan jo"),
        ("startup\tmatematiikka", "päättyvät"),
        ("ligniini\tproteiini", "vokaalisointu"),
    ],
)
def test_check_names_file_line_and_entry(
    finnish: FinnishAnalyzer, tmp_path: Path, line: str, reason: str
) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text(f"hydrolyysi\tanalyysi\n{line}\n", encoding="utf-8")
    (error,) = check_lexicon(path, finnish)
    assert (error.file, error.line, error.entry) == (str(path), 2, line)
    assert reason in error.reason


def test_same_word_twice_is_an_error(finnish: FinnishAnalyzer, tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text("ligniini\tkiniini\nLigniini\tkiniini\n", encoding="utf-8")
    assert [error.line for error in check_lexicon(path, finnish)] == [2]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"], ids=["missing", "not text"])
def test_lexicon_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "lexicon.tsv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidVocabulary, match=r"lexicon\.tsv"):
        analyzer_for("fi", backend="rules", lexicon=path)
