"""Sessions of the staff: whose they are, how long they last, and what ends them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corpus.accounts import Account, Accounts, Role
from corpus.catalogue import Catalogue
from corpus.sessions import IDLE, LONGEST, Sessions
from tests.corpus.staff import PASSWORD, Clock


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
