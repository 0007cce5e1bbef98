"""Help of every sub-command, and what a wrong call answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from search_app.cli import COMMANDS, run
from tests.search_app.command_line import CommandLine

CONTRACT = {
    "crawl": ("--plan", "--only-failed", "--allow-private", "[SOURCE|URL]..."),
    "add": ("--csv", "--dry-run", "--draft", "--title"),
    "import": ("FILE.jsonl[.gz]|-", "--draft"),
    "index": (),
    "jobs": ("run", "cancel", "retry", "--limit"),
    "reindex": ("--plan", "--engine", "--extract", "--yes", "--despite-golden"),
    "golden": ("--json",),
    "rollback": ("[GENERATION]",),
    "search": ("--sector", "--theme", "--region", "--json"),
    "analyze": ("--language", "--json", "[WORD]..."),
    "serve": ("--host", "--port"),
    "status": ("--json",),
    "check": (),
    "publish": ("ID...",),
    "withdraw": ("--reason",),
    "user": ("add", "reset", "list", "disable", "enable"),
    "vocab": ("check",),
    "demo": ("--check",),
    "duplicates": ("--kind", "--json"),
    "explain": ("DOCUMENT_ID", "QUERY", "--json", "--sector", "--no-compounds"),
}

MEMBERS = {
    "vocab check",
    *(f"user {name}" for name in CONTRACT["user"]),
    *(f"jobs {name}" for name in ("run", "cancel", "retry")),
}
GROUPS = {"jobs", "user", "vocab"}


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Return a command line on a data directory that does not exist yet."""
    return CommandLine(tmp_path / "var", capsys)


def test_contract_lists_every_command() -> None:
    assert set(CONTRACT) == set(COMMANDS)


@pytest.mark.parametrize("command", sorted(CONTRACT))
def test_help_names_the_options_of_the_contract(cli: CommandLine, command: str) -> None:
    answer = cli(command, "--help")
    assert answer.status == 0
    assert answer.out.startswith("Usage: julkaisuhaku")
    missing = [option for option in CONTRACT[command] if option not in answer.out]
    assert missing == []


@pytest.mark.parametrize("command", sorted({*COMMANDS, *MEMBERS} - GROUPS))
def test_help_shows_an_example_and_the_common_options(cli: CommandLine, command: str) -> None:
    answer = cli(*command.split(), "--help")
    assert "Example" in answer.out
    assert all(option in answer.out for option in ("--data", "--config", "--json"))


def test_help_of_the_program_lists_every_command(cli: CommandLine) -> None:
    answer = cli("--help")
    assert answer.status == 0
    assert all(f"\n  {command} " in answer.out for command in COMMANDS)


def test_help_creates_no_data_directory(cli: CommandLine) -> None:
    cli("index", "--help")
    assert not cli.data.exists()


def test_version_is_printed(cli: CommandLine) -> None:
    answer = cli("--version")
    assert answer.status == 0
    assert "julkaisuhaku" in answer.out


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("frobnicate",), "frobnicate"),
        (("search",), "QUERY"),
        (("search", "x", "--frobnicate"), "--frobnicate"),
        (("search", "x", "--size", "0"), "--size"),
        (("search", "x", "--sort", "loudest"), "loudest"),
        (("analyze", "sana", "--language", "xx"), "xx"),
        (("reindex", "--engine", "lucene"), "lucene"),
        (("withdraw", "some-id"), "--reason"),
        (("publish",), "ID"),
        (("add",), "--csv"),
        (("serve", "--port", "99999"), "--port"),
        (("add", "x", "--csv", "missing.csv"), "missing.csv"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_names_the_word_and_exits_64(
    cli: CommandLine, arguments: tuple[str, ...], named: str
) -> None:
    answer = cli(*arguments)
    assert answer.status == 64
    assert answer.out == ""
    assert named in answer.err
    assert "Traceback" not in answer.err


def test_common_options_may_stand_after_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli = CommandLine(tmp_path / "unused", capsys)
    answer = cli("status", "--data", str(tmp_path / "used"), "--json")
    assert answer.json()["documents"] == 0
    assert (tmp_path / "used" / "catalogue.sqlite3").is_file()
    assert not (tmp_path / "unused").exists()


def test_data_directory_comes_from_the_environment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["status"], {"JULKAISUHAKU_DATA": str(tmp_path / "env")}) == 0
    assert "documents" in capsys.readouterr().out
    assert (tmp_path / "env").is_dir()


def test_status_loads_neither_dictionary_nor_website(tmp_path: Path) -> None:
    program = (
        "import sys; from search_app.cli import run;"
        f"assert run(['--data', {str(tmp_path)!r}, 'status'], {{}}) == 0;"
        "print([m for m in ('flask', 'aiohttp', 'py3langid', 'pdfminer') if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout.splitlines()[-1] == "[]"


def test_installed_command_answers(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("julkaisuhaku")
    if not command.is_file():
        pytest.skip("the command is not installed beside this interpreter")
    ran = subprocess.run(
        [command, "--data", tmp_path, "frobnicate"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 64
