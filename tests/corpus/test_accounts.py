"""Accounts of the staff and their passwords."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from corpus.accounts import Accounts, Role, account_name
from corpus.catalogue import Catalogue
from corpus.errors import InvalidInput, NotFound
from corpus.passwords import (
    DEFAULT_COST,
    MAX_CHARACTERS,
    hash_password,
    random_password,
    verify_password,
)
from tests.corpus.staff import CHEAP, PASSWORD


def test_a_right_password_opens_the_account(accounts: Accounts) -> None:
    opened = accounts.verify("Maija ", PASSWORD)
    assert opened is not None
    assert (opened.name, opened.role, opened.language) == ("maija", Role.LIBRARIAN, "fi")


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("maija", PASSWORD + " "),
        ("maija", ""),
        ("maija", "x" * 10_000),
        ("maija", "\ud800\x00"),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        ("\x00\ud800" * 5_000, PASSWORD),
    ],
    ids=["wrong", "empty", "long", "surrogate", "unknown", "nameless", "sql", "hostile"],
)
def test_anything_else_opens_nothing(accounts: Accounts, name: str, password: str) -> None:
    assert accounts.verify(name, password) is None


def test_a_longer_password_than_the_longest_is_wrong_even_where_it_begins_right(
    accounts: Accounts,
) -> None:
    longest = "a" * MAX_CHARACTERS
    accounts.set_password("maija", longest, actor="test")
    assert accounts.verify("maija", longest) is not None
    assert accounts.verify("maija", longest + "a") is None


def test_the_kept_hash_is_scrypt_at_its_cost_and_never_the_password(
    accounts: Accounts, catalogue: Catalogue
) -> None:
    kept = catalogue.database.rows("SELECT password FROM accounts")[0]["password"]
    assert kept.startswith("scrypt:16:8:1:")
    assert PASSWORD not in json.dumps([entry.after for entry in catalogue.audit()])
    assert accounts.account("maija").name == "maija"


def test_the_default_cost_takes_what_is_recommended() -> None:
    assert (DEFAULT_COST.n, DEFAULT_COST.r, DEFAULT_COST.p) == (2**15, 8, 3)
    hashed = hash_password(PASSWORD)
    assert verify_password(PASSWORD, hashed)
    assert not verify_password(PASSWORD + "x", hashed)


def test_equal_passwords_have_different_hashes() -> None:
    assert hash_password(PASSWORD, CHEAP) != hash_password(PASSWORD, CHEAP)


def test_a_letter_of_two_characters_is_the_same_letter() -> None:
    composed = hash_password("hyvää päivää, y\N{LATIN SMALL LETTER O WITH DIAERESIS}!", CHEAP)
    assert verify_password("hyvää päivää, yo\N{COMBINING DIAERESIS}!", composed)


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "plain",
        "scrypt:16:8:1:!!:AAAA",
        "scrypt:16:8:1:AAAA:",
        "scrypt:15:8:1:AAAA:AAAA",
        "scrypt:-16:8:1:AAAA:AAAA",
        "scrypt:1073741824:8:1:AAAA:AAAA",
        "scrypt:16:8:999999999:AAAA:AAAA",
        "md5:16:8:1:AAAA:AAAA",
    ],
)
def test_a_broken_hash_opens_nothing(broken: str) -> None:
    assert not verify_password(PASSWORD, broken)


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
def test_a_password_that_cannot_be_chosen_is_refused(accounts: Accounts, password: str) -> None:
    with pytest.raises(InvalidInput, match="characters"):
        accounts.set_password("maija", password, actor="test")
    assert accounts.verify("maija", PASSWORD) is not None


def test_random_passwords_can_be_chosen_and_differ() -> None:
    first, second = random_password(), random_password()
    assert first != second
    assert verify_password(first, hash_password(first, CHEAP))


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "a b",
        "-x",
        "<b>",
        "a" * 65,
        "mаija",
        "x:y",
        "crawler",
        "machine",
        "a\nb",
        "é",
        "\x00",
    ],
)
def test_a_name_that_cannot_be_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(InvalidInput):
        accounts.add(name, Role.EDITOR, PASSWORD, actor="test")
    assert len(accounts.all()) == 1


def test_names_are_kept_in_lower_case_and_once(accounts: Accounts) -> None:
    assert account_name(" Äiti.Öhman@x-y_1 ") == "äiti.öhman@x-y_1"
    with pytest.raises(InvalidInput, match="already"):
        accounts.add("MAIJA", Role.ADMIN, PASSWORD, actor="test")
    assert accounts.account("maija").role is Role.LIBRARIAN


def test_an_account_nobody_has_is_not_found(accounts: Accounts) -> None:
    with pytest.raises(NotFound, match="matti"):
        accounts.account("matti")
    with pytest.raises(NotFound):
        accounts.disable("matti", actor="test")


def test_each_role_may_do_what_the_ones_before_it_may() -> None:
    assert Role.ADMIN.includes(Role.EDITOR)
    assert Role.LIBRARIAN.includes(Role.LIBRARIAN)
    assert not Role.EDITOR.includes(Role.LIBRARIAN)
    assert not Role.LIBRARIAN.includes(Role.ADMIN)


def test_every_change_stands_in_the_audit_log(accounts: Accounts, catalogue: Catalogue) -> None:
    accounts.set_language("maija", "sv", actor="maija")
    accounts.set_password("maija", PASSWORD + "!", actor="root")
    accounts.disable("maija", actor="root")
    accounts.enable("maija", actor="root")
    entries = catalogue.audit("account:maija")
    assert [(entry.actor, entry.action) for entry in reversed(entries)] == [
        ("test", "add account"),
        ("maija", "change language"),
        ("root", "change password"),
        ("root", "disable account"),
        ("root", "enable account"),
    ]
    changed = entries[-2]
    assert (changed.before, changed.after) == ('{"language":"fi"}', '{"language":"sv"}')


def test_a_disabled_account_opens_nothing_until_it_is_enabled(accounts: Accounts) -> None:
    assert accounts.disable("maija", actor="test")
    assert not accounts.disable("maija", actor="test")
    assert accounts.verify("maija", PASSWORD) is None
    assert accounts.enable("maija", actor="test")
    assert not accounts.enable("maija", actor="test")
    assert accounts.verify("maija", PASSWORD) is not None


def test_a_flipped_role_is_found_by_the_check(accounts: Accounts, catalogue: Catalogue) -> None:
    assert accounts.all()
    assert catalogue.check() == []
    catalogue.database.execute("DROP TRIGGER accounts_changed")
    catalogue.database.execute("UPDATE accounts SET role = 'admin'")
    assert any("maija of accounts" in message for message in catalogue.check())


def test_a_catalogue_of_the_first_version_gets_the_tables_of_the_staff(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Callable[[], datetime]
) -> None:
    path = tmp_path / "old.sqlite3"
    with monkeypatch.context() as patch:
        patch.setattr("corpus._database.MIGRATIONS", _first_step())
        with Catalogue(path, now=clock) as old:
            old.record(document_id="a", actor="test")
    with Catalogue(path, now=clock) as migrated:
        Accounts(migrated.database, cost=CHEAP).add("x", Role.ADMIN, PASSWORD, actor="test")
        assert migrated.ids() == ["a"]
        assert migrated.check() == []


def _first_step() -> tuple[tuple[str, ...], ...]:
    from corpus._schema import MIGRATIONS  # noqa: PLC0415

    return MIGRATIONS[:1]
