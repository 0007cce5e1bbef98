"""Golden queries at the command line, on both engines: asked, reported, and a rebuild refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.generations import Generations
from tests.search_app.command_line import Answer, CommandLine

pytestmark = pytest.mark.slow  # each call starts the program anew, as a shell does
LINES = (
    {"id": "laser", "title": "Laserhitsaus", "text": "Laserhitsaus piensarjoissa.", "year": 2021},
    {"id": "turve", "title": "Turvemaat", "text": "Turvemaiden puunkorjuu talvella.", "year": 2019},
)
GOOD = '[[query]]\nquery = "puunkorjuun"\nmust_contain = ["turve"]\nmust_not_contain = ["laser"]\n'
FAILING = '[[query]]\nquery = "hitsaus"\nmust_not_contain = ["laser"]\n'
FOREIGN = '[[query]]\nquery = "kala"\nmust_contain = ["https://www.example.fi/kala"]\n'


@pytest.fixture(params=["tantivy", "whoosh"])
def cli(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """Return a command line on each engine, with two documents that are not indexed yet."""
    made = CommandLine(tmp_path / "var", capsys, JULKAISUHAKU_ENGINE=str(request.param))
    lines = tmp_path / "lines.jsonl"
    lines.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    assert made("import", lines).status == 0
    return made


def _write(cli: CommandLine, body: str) -> None:
    (cli.data / "config" / "queries.toml").write_text(body, encoding="utf-8")


def _current(cli: CommandLine) -> str:
    return str(Generations(cli.data / "index").current())


def _verdicts(answer: Answer) -> list[tuple[object, object]]:
    queries = answer.json()["queries"]
    assert isinstance(queries, list)
    return [(query["query"], query["verdict"]) for query in queries]


def test_golden_says_what_passed_failed_and_was_passed_over(cli: CommandLine) -> None:
    assert cli("golden").status == 66  # there is no index yet
    assert cli("index").status == 0
    _write(cli, GOOD + FOREIGN)
    answer = cli("golden", "--json")
    assert answer.status == 0
    assert _verdicts(answer) == [("puunkorjuun", "passed"), ("kala", "skipped")]
    _write(cli, GOOD + FAILING)
    shown = cli("golden")
    assert shown.status == 65
    assert "“Laserhitsaus” (laser) must not be found but is, at rank 1 (compound tier" in shown.out
    assert shown.out.splitlines()[-1] == "generation 0001.0000: 1 passed, 1 failed, 0 skipped"


def test_shipped_queries_are_copied_and_name_nothing_here(cli: CommandLine) -> None:
    cli("index")
    assert (cli.data / "config" / "queries.toml").is_file()
    answer = cli("golden", "--json")
    assert answer.status == 0
    assert {verdict for _, verdict in _verdicts(answer)} == {"skipped"}


def test_first_index_reports_and_goes_on(cli: CommandLine) -> None:
    _write(cli, FAILING)
    answer = cli("index")
    assert answer.status == 0
    assert "golden query “hitsaus” failed" in answer.err
    assert cli.found("puunkorjuu") == ["Turvemaat"]


def test_reindex_is_refused_until_it_is_told_to_switch(cli: CommandLine) -> None:
    cli("index")
    _write(cli, GOOD + FAILING)
    plan = cli("reindex", "--plan")
    assert plan.status == 0
    assert "2 golden queries are asked before the switch" in plan.err
    refused = cli("reindex", "--yes")
    assert refused.status == 65
    assert "generation 0001.0000 goes on answering" in refused.err
    assert "“hitsaus”: “Laserhitsaus” (laser) must not be found but is" in refused.err
    assert "--despite-golden" in refused.err
    assert "puunkorjuun" not in refused.err
    assert _current(cli) == "0001.0000"
    assert sorted(path.name for path in (cli.data / "index").glob("0*")) == ["0001.0000"]
    assert cli.found("puunkorjuu") == ["Turvemaat"]
    told = cli("reindex", "--despite-golden", "--yes", "--json")
    assert told.status == 0
    assert told.json()["golden"] == {"passed": 1, "failed": 1, "skipped": 0}
    assert "golden query “hitsaus” failed" in told.err
    assert _current(cli) == "0002.0000"


def test_a_broken_file_refuses_before_anything_is_built(cli: CommandLine) -> None:
    cli("index")
    _write(cli, '[[query]]\nquery = "kissa"\nmust_contian = ["a"]\n')
    for command in (("golden",), ("reindex", "--yes"), ("reindex", "--plan")):
        answer = cli(*command)
        assert answer.status == 65
        assert "queries.toml:2: “kissa”: the key must_contian is not known" in answer.err
        assert "indexed with" not in answer.out
    assert _current(cli) == "0001.0000"
    assert cli("index").status == 0
    assert cli.found("puunkorjuu") == ["Turvemaat"]
    answer = cli("reindex", "--yes", "--despite-golden")
    assert answer.status == 0
    assert "The golden queries are not asked" in answer.err


def test_golden_tells_what_is_not_indexed_yet(cli: CommandLine, tmp_path: Path) -> None:
    cli("index")
    _write(cli, GOOD)
    lines = tmp_path / "more.jsonl"
    lines.write_text('{"id": "uusi", "title": "Uusi", "text": "Uusi."}\n', encoding="utf-8")
    cli("import", lines)
    answer = cli("golden")
    assert answer.status == 0
    assert "1 change not indexed yet" in answer.err
