"""Accounts, their passwords and sessions, and how often one may try to log in."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corpus.accounts import Account, Accounts, Role, account_name
from corpus.catalogue import Catalogue
from corpus.errors import InvalidInput, NotFound
from corpus.passwords import (
    DEFAULT_COST,
    MAX_CHARACTERS,
    Cost,
    hash_password,
    random_password,
    verify_password,
)
from corpus.sessions import IDLE, LONGEST, Sessions
from corpus.throttle import Limits, LogInThrottle

CHEAP = Cost(n=16, r=8, p=1)
PASSWORD = "kirahvi ja norsu"  # noqa: S105 - of the tests
KEY = b"k" * 32


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.time

    def move(self, **amount: float) -> None:
        """Go on by an amount of time."""
        self.time += timedelta(**amount)


@pytest.fixture
def now() -> Clock:
    """Return a clock that the test moves."""
    return Clock()


@pytest.fixture
def accounts(catalogue: Catalogue, now: Clock) -> Accounts:
    """Return accounts whose passwords are cheap to hash, with one librarian."""
    opened = Accounts(catalogue.database, now=now, cost=CHEAP)
    opened.add("maija", Role.LIBRARIAN, PASSWORD, actor="test")
    return opened


@pytest.fixture
def sessions(catalogue: Catalogue, now: Clock) -> Sessions:
    """Return sessions by the test's clock."""
    return Sessions(catalogue.database, now=now)


@pytest.fixture
def throttle(catalogue: Catalogue, now: Clock) -> LogInThrottle:
    """Return a throttle with small limits."""
    limits = Limits(window=timedelta(minutes=15), together=3, address=5, name=6)
    return LogInThrottle(catalogue.database, KEY, limits=limits, now=now)


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


# sessions


def opened(sessions: Sessions, token: str) -> Account:
    """Return the account of a session that has to be open."""
    account = sessions.account(token)
    assert account is not None
    return account


def test_a_session_belongs_to_its_account(accounts: Accounts, sessions: Sessions) -> None:
    first, second = sessions.open("maija"), sessions.open("maija")
    assert first != second
    assert opened(sessions, first) == accounts.account("maija")
    sessions.close(first)
    assert sessions.account(first) is None
    assert opened(sessions, second).name == "maija"


@pytest.mark.usefixtures("accounts")
def test_the_token_itself_is_kept_nowhere(sessions: Sessions, catalogue: Catalogue) -> None:
    token = sessions.open("maija")
    kept = [tuple(row) for row in catalogue.database.rows("SELECT * FROM staff_sessions")]
    assert len(kept) == 1
    assert token not in str(kept)


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "x" * 100_000])
def test_a_token_that_was_never_given_opens_nothing(sessions: Sessions, token: str) -> None:
    sessions.open("maija")
    assert sessions.account(token) is None


@pytest.mark.usefixtures("accounts")
def test_a_session_ends_when_nobody_uses_it(sessions: Sessions, now: Clock) -> None:
    token = sessions.open("maija")
    now.time += IDLE - timedelta(minutes=1)
    assert sessions.account(token) is not None
    now.time += IDLE - timedelta(minutes=1)
    assert sessions.account(token) is not None
    now.time += IDLE
    assert sessions.account(token) is None


@pytest.mark.usefixtures("accounts")
def test_a_session_ends_after_a_week_however_much_it_is_used(
    sessions: Sessions, now: Clock
) -> None:
    token = sessions.open("maija")
    end = now.time + LONGEST
    while now.time < end:
        assert sessions.account(token) is not None
        now.move(hours=6)
    assert sessions.account(token) is None


@pytest.mark.usefixtures("accounts")
def test_ended_sessions_are_forgotten(sessions: Sessions, now: Clock, catalogue: Catalogue) -> None:
    sessions.open("maija")
    now.time += LONGEST
    sessions.open("maija")
    assert catalogue.database.number("SELECT count(*) FROM staff_sessions") == 1


@pytest.mark.parametrize("change", ["disable", "password", "all"])
def test_what_ends_the_account_ends_its_sessions(
    accounts: Accounts, sessions: Sessions, change: str
) -> None:
    accounts.add("matti", Role.EDITOR, PASSWORD, actor="test")
    mine, other = sessions.open("maija"), sessions.open("matti")
    if change == "disable":
        accounts.disable("maija", actor="test")
        accounts.enable("maija", actor="test")
    elif change == "password":
        accounts.set_password("maija", PASSWORD, actor="test")
    else:
        assert sessions.close_all("maija") == 1
    assert sessions.account(mine) is None
    assert sessions.account(other) is not None


def test_a_session_that_began_beside_the_disabling_opens_nothing(
    accounts: Accounts, sessions: Sessions
) -> None:
    accounts.disable("maija", actor="test")
    assert sessions.account(sessions.open("maija")) is None


def test_a_changed_role_counts_in_open_sessions(
    accounts: Accounts, sessions: Sessions, catalogue: Catalogue
) -> None:
    token = sessions.open("maija")
    catalogue.database.execute("UPDATE accounts SET role = 'editor'")
    assert opened(sessions, token).role is Role.EDITOR
    assert accounts.account("maija").role is Role.EDITOR


# attempts


def tries(throttle: LogInThrottle, name: str, address: str, times: int) -> list[bool]:
    """Return which of some attempts were admitted."""
    return [throttle.admit(name, address) == 0 for _ in range(times)]


def test_attempts_at_one_name_from_one_address_are_few(throttle: LogInThrottle) -> None:
    assert tries(throttle, "maija", "192.0.2.1", 4) == [True, True, True, False]
    assert throttle.admit("MAIJA ", "192.0.2.1") > 0
    assert throttle.admit("maija", "192.0.2.2") == 0
    assert throttle.admit("matti", "192.0.2.1") == 0


def test_attempts_at_many_names_from_one_address_are_few(throttle: LogInThrottle) -> None:
    admitted = [throttle.admit(f"name{number}", "192.0.2.1") == 0 for number in range(7)]
    assert admitted == [True] * 5 + [False] * 2


def test_attempts_at_one_name_from_many_addresses_are_few(throttle: LogInThrottle) -> None:
    admitted = [throttle.admit("maija", f"192.0.2.{number}") == 0 for number in range(8)]
    assert admitted == [True] * 6 + [False] * 2


def test_a_network_of_ipv6_is_one_address(throttle: LogInThrottle) -> None:
    admitted = [throttle.admit(f"n{number}", f"2001:db8::{number}") == 0 for number in range(6)]
    assert admitted == [True] * 5 + [False]
    assert throttle.admit("n9", "2001:db8:0:1::1") == 0
    assert tries(throttle, "x", "::ffff:192.0.2.1", 3) == [True] * 3
    assert throttle.admit("x", "192.0.2.1") > 0


def test_waiting_as_long_as_told_helps(throttle: LogInThrottle, now: Clock) -> None:
    tries(throttle, "maija", "192.0.2.1", 3)
    now.move(minutes=5)
    wait = throttle.admit("maija", "192.0.2.1")
    assert wait == 600
    now.move(seconds=wait - 1)
    assert throttle.admit("maija", "192.0.2.1") == 1
    now.move(seconds=1)
    assert throttle.admit("maija", "192.0.2.1") == 0


def test_a_right_password_forgives_its_own_name_only(throttle: LogInThrottle) -> None:
    tries(throttle, "victim", "192.0.2.1", 2)
    for _ in range(6):
        assert throttle.admit("mine", "192.0.2.1") == 0
        throttle.forgive("mine", "192.0.2.1")
    assert tries(throttle, "victim", "192.0.2.1", 2) == [True, False]


def test_a_new_password_forgives_its_name_everywhere(throttle: LogInThrottle) -> None:
    tries(throttle, "maija", "192.0.2.1", 3)
    throttle.forgive_name("Maija")
    assert throttle.admit("maija", "192.0.2.1") == 0


def test_attempts_survive_a_restart_without_names_or_addresses(
    throttle: LogInThrottle, catalogue: Catalogue, now: Clock
) -> None:
    tries(throttle, "maija", "192.0.2.1", 3)
    again = LogInThrottle(catalogue.database, KEY, limits=Limits(together=3), now=now)
    assert again.admit("maija", "192.0.2.1") > 0
    kept = str([tuple(row) for row in catalogue.database.rows("SELECT * FROM log_in_attempts")])
    assert "maija" not in kept
    assert "192.0.2.1" not in kept


def test_attempts_are_forgotten_after_the_window(
    throttle: LogInThrottle, catalogue: Catalogue, now: Clock
) -> None:
    tries(throttle, "maija", "192.0.2.1", 3)
    now.move(minutes=15)
    throttle.admit("matti", "192.0.2.9")
    assert catalogue.database.number("SELECT count(*) FROM log_in_attempts") == 1


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
