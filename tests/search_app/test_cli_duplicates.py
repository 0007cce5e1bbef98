"""Possible duplicates on the command line: what add, status and duplicates print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.search_app.command_line import CommandLine

pytestmark = pytest.mark.slow  # each call starts the program anew, as a shell does
WORDS = [f"metsäsana{number}" for number in range(120)]
TEXT = "Fotoniikan tiekartta\n\n" + " ".join(WORDS)


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Return a command line on a data directory of its own."""
    return CommandLine(tmp_path / "var", capsys)


@pytest.fixture
def copies(tmp_path: Path) -> tuple[Path, Path]:
    """Return two files of nearly the same text."""
    one, other = tmp_path / "one.txt", tmp_path / "other.txt"
    one.write_text(TEXT, encoding="utf-8")
    other.write_text(TEXT.replace("metsäsana60 ", "vesisana60 "), encoding="utf-8")
    return one, other


def test_add_names_a_possible_duplicate(cli: CommandLine, copies: tuple[Path, Path]) -> None:
    first = cli("add", copies[0], "--title", "Ensimmäinen")
    assert "duplicate" not in first.err
    kept = first.out.split()[0]
    answer = cli("add", copies[1], "--json")
    assert (
        f"{copies[1]}: possible duplicate: nearly the same text as Ensimmäinen ({kept})"
        in answer.err
    )
    documents = answer.json()["documents"]
    assert isinstance(documents, list)
    told = documents[0]["alike"]
    assert [(one["id"], one["kind"]) for one in told] == [(kept, "near")]


def test_a_dry_run_names_it_and_keeps_nothing(cli: CommandLine, copies: tuple[Path, Path]) -> None:
    cli("add", copies[0], "--title", "Ensimmäinen")
    answer = cli("add", copies[1], "--dry-run")
    assert "possible duplicate: nearly the same text as Ensimmäinen" in answer.err
    assert cli("status", "--json").json()["documents"] == 1


def test_status_counts_and_duplicates_lists_the_pairs(cli: CommandLine, tmp_path: Path) -> None:
    lines = [
        {"id": "a", "title": "Vuosikatsaus alueesta 2019", "year": 2019, "text": TEXT},
        {"id": "b", "title": "Vuosikatsaus alueesta 2020", "year": 2020, "text": TEXT + " loppu"},
        {"id": "c", "title": "Kopio", "year": 2020, "text": TEXT + " loppu"},
    ]
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert cli("import", file).status == 0
    listed = cli("duplicates", "--json").json()["pairs"]
    assert isinstance(listed, list)
    told = {(one["id"], one["other"]["kind"], one["other"]["id"]) for one in listed}
    assert told == {("b", "same_text", "c"), ("a", "version", "b"), ("a", "version", "c")}
    only = cli("duplicates", "--kind", "same_text")
    assert only.out.startswith("b  Vuosikatsaus alueesta 2020: the same text as Kopio (c), 100 %")
    assert cli("status", "--json").json()["alike"] == {"same_text": 1, "version": 2}
    assert "1 same_text, 2 version (julkaisuhaku duplicates)" in cli("status").out


def test_indexing_finds_the_pairs_of_what_was_imported(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    lines = [{"id": name, "title": name, "text": TEXT} for name in "ab"]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    cli("import", file)
    assert cli("status", "--json").json()["alike"] == {}
    cli("index")
    assert cli("status", "--json").json()["alike"] == {"same_text": 1}
    cli("withdraw", "b", "--reason", "kaksoiskappale")
    assert cli("status", "--json").json()["alike"] == {}


def test_an_unknown_kind_is_refused(cli: CommandLine) -> None:
    assert cli("duplicates", "--kind", "twins").status == 64
