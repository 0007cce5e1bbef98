"""Mistakes in vocabulary and lexicon as the command line names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.search_app.command_line import CommandLine


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Return a command line on an installation that was just made."""
    made = CommandLine(tmp_path / "var", capsys)
    assert made("status").status == 0
    return made


def _appended(cli: CommandLine, name: str, text: str) -> tuple[Path, int]:
    """Append to a configuration file; return it and the number of the first line added."""
    path = cli.data / "config" / name
    before = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    path.write_text(before + text, encoding="utf-8")
    return path, len(before.splitlines()) + 1


def test_sound_files_have_no_notes(cli: CommandLine) -> None:
    assert cli("status", "--json").json()["notes"] == []
    assert cli("vocab", "check").status == 0


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("slurppu", "rivillä on oltava sana, sarkain ja mallisana"),
        ("slurppu\tqwzyppu", "mallisanaa ”qwzyppu” ei tunneta"),
        ("slurppu\tpylly", "vokaalisointu"),
        ("kissa\tmissa", ""),
    ],
    ids=["no-model", "unknown-model", "vowels", "known-word"],
)
def test_vocab_check_names_a_wrong_line_of_the_lexicon(
    cli: CommandLine, line: str, reason: str
) -> None:
    path, number = _appended(cli, "lexicon.tsv", line + "\n")
    answer = cli("vocab", "check")
    assert answer.status == 65
    assert f"{path}, line {number}: {line}: " in answer.err
    assert reason in answer.err


def test_vocab_check_names_a_wrong_entry_of_the_vocabulary(cli: CommandLine) -> None:
    path, number = _appended(cli, "vocabulary.toml", '[[concept]]\nid = "vika"\n')
    answer = cli("vocab", "check")
    assert answer.status == 65
    assert f"{path}:{number + 1}: vika:" in answer.err


def test_vocab_check_names_the_line_that_is_no_toml(cli: CommandLine) -> None:
    path, number = _appended(cli, "vocabulary.toml", "[[concept\n")
    answer = cli("vocab", "check")
    assert answer.status == 65
    assert str(path) in answer.err
    assert f"line {number}" in answer.err


def test_status_counts_on_and_notes_broken_files(cli: CommandLine) -> None:
    lexicon, line = _appended(cli, "lexicon.tsv", "slurppu\n")
    vocabulary, _ = _appended(cli, "vocabulary.toml", "[[concept\n")
    answer = cli("status", "--json")
    assert answer.status == 0
    first, second = answer.json()["notes"]
    assert first.startswith(f"{vocabulary} is not valid TOML")
    assert second.startswith(f"{lexicon}, rivi {line}: slurppu:")
    assert f"note        {first}" in cli("status").out
