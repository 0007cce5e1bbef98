"""Accounts at the command line: who gets in, what is printed, what is refused."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from corpus.accounts import Accounts, Role
from corpus.catalogue import Catalogue
from corpus.passwords import MIN_CHARACTERS
from corpus.settings import Settings
from search_app.assembly import Assembly
from search_app.demonstration import STAFF, staff_login
from tests.search_app.command_line import CommandLine

CHOSEN = "kirahvi ja norsu"


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Return a command line on a data directory of its own."""
    return CommandLine(tmp_path / "var", capsys)


def opens(cli: CommandLine, name: str, password: str) -> bool:
    """Whether name and password open an account of the data directory."""
    with Catalogue(cli.data / "catalogue.sqlite3") as catalogue:
        return Accounts(catalogue.database).verify(name, password) is not None


def test_a_new_account_opens_with_the_printed_password(cli: CommandLine) -> None:
    answer = cli("user", "add", "Maija", "--role", "librarian", "--language", "sv", "--json")
    assert answer.status == 0
    made = answer.json()
    assert (made["name"], made["role"], made["language"]) == ("maija", "librarian", "sv")
    assert made["one_time"] is True
    assert opens(cli, "maija", str(made["password"]))


def test_a_password_from_stdin_stays_and_is_not_printed(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{CHOSEN}\r\nx".encode())))
    answer = cli("user", "add", "maija", "--role", "editor", "--password-stdin")
    assert answer.status == 0
    assert CHOSEN not in answer.out + answer.err
    assert cli("user", "list", "--json").json()["one_time"] is False
    assert opens(cli, "maija", CHOSEN)


def test_a_reset_replaces_the_password(cli: CommandLine) -> None:
    first = str(cli("user", "add", "maija", "--role", "admin", "--json").json()["password"])
    second = cli("user", "reset", "maija").out.split("password")[1].strip()
    assert len(second) > MIN_CHARACTERS
    assert not opens(cli, "maija", first)
    assert opens(cli, "maija", second)


def test_a_disabled_account_is_listed_and_does_not_open(cli: CommandLine) -> None:
    made = str(cli("user", "add", "maija", "--role", "editor", "--json").json()["password"])
    assert cli("user", "disable", "maija").out == "maija is now disabled\n"
    assert cli("user", "disable", "maija").out == "maija was already disabled\n"
    assert "disabled" in cli("user", "list").out
    assert not opens(cli, "maija", made)
    assert cli("user", "enable", "maija").out == "maija is now enabled\n"
    assert opens(cli, "maija", made)


def test_an_empty_list_says_how_to_begin(cli: CommandLine) -> None:
    answer = cli("user", "list")
    assert (answer.status, answer.out) == (0, "")
    assert "user add" in answer.err


@pytest.mark.parametrize(
    ("arguments", "status", "named"),
    [
        (("user", "add", "a b", "--role", "editor"), 65, "letters"),
        (("user", "add", "<b>", "--role", "editor"), 65, "letters"),
        (("user", "add", "crawler", "--role", "editor"), 65, "crawler"),
        (("user", "add", "matti", "--role", "king"), 64, "king"),
        (("user", "add", "matti"), 64, "--role"),
        (("user", "add", "maija", "--role", "editor"), 65, "already"),
        (("user", "reset", "nobody"), 66, "nobody"),
        (("user", "disable", "nobody"), 66, "nobody"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_refused_with_its_reason(
    cli: CommandLine, arguments: tuple[str, ...], status: int, named: str
) -> None:
    assert cli("user", "add", "maija", "--role", "editor").status == 0
    answer = cli(*arguments)
    assert (answer.status, answer.out) == (status, "")
    assert named in answer.err
    assert "Traceback" not in answer.err
    assert len(cli("user", "list", "--json").lines()) == 1


@pytest.mark.parametrize("given", ["\n", "", "short\n"])
def test_a_password_from_stdin_that_cannot_be_is_refused(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
    answer = cli("user", "add", "maija", "--role", "editor", "--password-stdin")
    assert answer.status == 65
    assert cli("user", "list", "--json").lines() == []


def test_the_demonstration_has_one_account_with_a_new_password_each_time(tmp_path: Path) -> None:
    with Assembly(Settings(data=tmp_path), command="demo") as assembly:
        first, second = staff_login(assembly), staff_login(assembly)
        accounts = assembly.accounts
        assert accounts.verify(STAFF, first) is None
        opened = accounts.verify(STAFF, second)
        assert opened is not None
        assert (opened.role, opened.has_one_time_password) == (Role.ADMIN, False)
        assert len(accounts.all()) == 1
