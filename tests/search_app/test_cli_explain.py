"""The command ``explain`` on both engines: matches, near ones, and publications not found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.search_app.command_line import CommandLine

LINES = (
    {
        "id": "bio",
        "title": "Metsäbiotalouden katsaus",
        "pages": ["Johdanto.", "Ligniini on osa metsäbiotaloutta."],
        "year": 2021,
        "regions": ["kainuu"],
    },
    {"id": "house", "title": "Talot", "text": "Puurakentamisesta kerrotaan.", "year": 2019},
)


@pytest.fixture(params=["tantivy", "whoosh"])
def cli(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> CommandLine:
    """Return a command line on two indexed publications, on each engine."""
    made = CommandLine(tmp_path / "var", capsys, JULKAISUHAKU_ENGINE=str(request.param))
    lines = tmp_path / "lines.jsonl"
    lines.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    assert made("import", lines).status == 0
    assert made("index").status == 0
    return made


def test_match_is_told_with_forms_and_an_exact_sum(cli: CommandLine) -> None:
    told = cli("explain", "bio", "biotalous", "--json").json()
    hit = cli("search", "biotalous", "--json").json()["hits"][0]  # type: ignore[index]
    assert (told["verdict"], told["tier"], told["rank"]) == ("match", "compound", 1)
    assert told["score"] == pytest.approx(hit["score"], abs=1e-3)
    parts = told["parts"]
    assert isinstance(parts, list)
    assert sum(part["score"] for part in parts) == pytest.approx(told["score"], abs=1e-2)
    assert told["words"][0]["places"][1] == {  # type: ignore[index]
        "place": "page",
        "page": 2,
        "forms": [
            {
                "text": "metsäbiotaloutta",
                "tier": "compound",
                "count": 1,
                "apart": "metsä + biotalous",
            }
        ],
    }


def test_match_is_told_to_a_person(cli: CommandLine) -> None:
    answer = cli("explain", "bio", "ligniini biotalous")
    assert answer.status == 0
    assert "The publication is a match." in answer.out
    assert "p. 2: metsäbiotaloutta (metsä + biotalous)" in answer.out
    assert "ligniini: exact" in answer.out
    assert "in all" in answer.out


def test_search_says_of_which_compound_a_hit_is(cli: CommandLine) -> None:
    assert "Metsäbiotalouden → Metsä + biotalous" in cli("search", "biotalous").out


def test_missing_words_and_filters_are_told(cli: CommandLine) -> None:
    answer = cli("explain", "house", "puurakentaminen ligniini", "--region", "kainuu")
    assert answer.status == 0
    assert "The publication is not a match." in answer.out
    assert "Not found in the publication: ligniini" in answer.out
    assert "A filter leaves the publication out: Region" in answer.out


def test_hidden_compounds_and_names_are_told(cli: CommandLine) -> None:
    compound = cli("explain", "bio", "biotalous", "--no-compounds", "--json").json()
    assert [why["code"] for why in compound["why_not"]] == ["compound_off"]  # type: ignore[attr-defined]
    name = cli("explain", "house", "träbyggande", "--no-synonyms", "--json").json()
    assert [why["code"] for why in name["why_not"]] == ["synonym_off"]  # type: ignore[attr-defined]


def test_withdrawn_publication_says_so(cli: CommandLine) -> None:
    assert cli("withdraw", "bio", "--reason", "vanhentunut").status == 0
    answer = cli("explain", "bio", "ligniini")
    assert (answer.status, "has been withdrawn" in answer.out) == (0, True)


def test_publication_may_be_named_by_its_address(cli: CommandLine) -> None:
    told = cli("explain", "https://kirjasto.example/fi/doc/bio?q=x", "ligniini", "--json")
    assert (told.status, told.json()["id"]) == (0, "bio")


def test_unknown_publication_is_not_there(cli: CommandLine) -> None:
    answer = cli("explain", "nobody", "ligniini")
    assert answer.status == 66
    assert "nobody" in answer.err
    assert answer.out == ""


def test_unknown_filter_is_wrong_usage(cli: CommandLine) -> None:
    assert cli("explain", "bio", "ligniini", "--region", "atlantis").status == 64


def test_without_an_index_it_says_how_to_make_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = CommandLine(tmp_path / "empty", capsys)("explain", "bio", "ligniini")
    assert answer.status == 66
    assert "julkaisuhaku index" in answer.err
