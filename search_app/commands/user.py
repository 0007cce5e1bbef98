"""``user``: who may open the staff's pages.

One decision: a password that is printed is good for one log-in, after which its owner chooses his
own; nobody who runs this command ever knows a password that stays.
"""

from __future__ import annotations

import sys

import click

from corpus.accounts import Account, Role
from corpus.errors import InvalidInput
from corpus.passwords import random_password
from corpus.throttle import LogInThrottle
from search_app.console import Console
from search_app.invocation import Invocation, common_options, pass_invocation
from search_app.texts import LANGUAGES

_ACTOR = "command line"
_from_stdin = click.option(
    "--password-stdin",
    "is_from_stdin",
    is_flag=True,
    help="Take the password from the first line of stdin; it stays, and none is printed.",
)


@click.group("user", short_help="Look after the staff's accounts.")
def user() -> None:
    """Look after the accounts of the staff's pages (/staff).

    Roles: an editor adds documents, a librarian also crawls and reindexes, an admin also manages
    accounts.
    """


@user.command(
    "add",
    short_help="Create an account.",
    epilog="Example: julkaisuhaku user add maija --role librarian",
)
@click.argument("name")
@click.option(
    "--role",
    required=True,
    type=click.Choice([str(role) for role in Role]),
    help="What the account may do.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="The language of its pages.",
)
@_from_stdin
@common_options
@pass_invocation
def add(invocation: Invocation, name: str, role: str, language: str, *, is_from_stdin: bool) -> int:
    """Create an account and print its one-time password."""
    password = _password(is_from_stdin=is_from_stdin)
    account = invocation.assembly().accounts.add(
        name,
        Role(role),
        password,
        actor=_ACTOR,
        language=language,
        one_time=not is_from_stdin,
    )
    _tell(invocation.console, account, "" if is_from_stdin else password)
    return 0


@user.command(
    "reset",
    short_help="Give an account another password.",
    epilog="Example: julkaisuhaku user reset maija",
)
@click.argument("name")
@_from_stdin
@common_options
@pass_invocation
def reset(invocation: Invocation, name: str, *, is_from_stdin: bool) -> int:
    """Give an account a one-time password, print it, and end the account's sessions.

    Attempts to log in that had failed are forgotten.
    """
    password, assembly = _password(is_from_stdin=is_from_stdin), invocation.assembly()
    assembly.accounts.set_password(name, password, actor=_ACTOR, one_time=not is_from_stdin)
    throttle = LogInThrottle(assembly.catalogue.database, assembly.settings.secret_key())
    account = assembly.accounts.account(name)
    throttle.forgive_name(account.name)
    _tell(invocation.console, account, "" if is_from_stdin else password)
    return 0


@user.command(
    "list", short_help="List the accounts.", epilog="Example: julkaisuhaku user list --json"
)
@common_options
@pass_invocation
def list_accounts(invocation: Invocation) -> int:
    """List the accounts with their roles."""
    console = invocation.console
    accounts = invocation.assembly().accounts.all()
    if console.is_json:
        for account in accounts:
            console.record(_described(account))
        return 0
    width = max((len(account.name) for account in accounts), default=0)
    for account in accounts:
        state = "" if account.is_enabled else "  disabled"
        if account.is_enabled and account.has_one_time_password:
            state = "  has not chosen a password yet"
        line = f"{account.name:<{width}}  {account.role:<9}  {account.language}{state}"
        console.result(line)
    if not accounts:
        console.say("There are no accounts yet: julkaisuhaku user add NAME --role admin")
    return 0


@user.command(
    "disable",
    short_help="Let an account log in no more.",
    epilog="Example: julkaisuhaku user disable maija",
)
@click.argument("name")
@common_options
@pass_invocation
def disable(invocation: Invocation, name: str) -> int:
    """Let an account log in no more and end its sessions. What it did stays in the audit log."""
    changed = invocation.assembly().accounts.disable(name, actor=_ACTOR)
    return _told_state(invocation, name, changed=changed)


@user.command(
    "enable",
    short_help="Let a disabled account log in again.",
    epilog="Example: julkaisuhaku user enable maija",
)
@click.argument("name")
@common_options
@pass_invocation
def enable(invocation: Invocation, name: str) -> int:
    """Let a disabled account log in again, with the password it had."""
    changed = invocation.assembly().accounts.enable(name, actor=_ACTOR)
    return _told_state(invocation, name, changed=changed)


def _password(*, is_from_stdin: bool) -> str:
    if not is_from_stdin:
        return random_password()
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise InvalidInput("No password came from stdin.", subject="--password-stdin")
    return password


def _described(account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "role": account.role,
        "language": account.language,
        "created": account.created_at.isoformat(timespec="seconds"),
        "one_time": account.has_one_time_password,
        "disabled": not account.is_enabled,
    }


def _tell(console: Console, account: Account, password: str) -> None:
    if console.is_json:
        given = {"password": password} if password else {}
        console.record({**_described(account), **given})
        return
    console.result(f"name      {account.name}")
    console.result(f"role      {account.role}")
    if password:
        console.result(f"password  {password}")
        console.say("It is good for one log-in at /staff/, which asks for a password of one's own.")


def _told_state(invocation: Invocation, name: str, *, changed: bool) -> int:
    console = invocation.console
    account = invocation.assembly().accounts.account(name)
    if console.is_json:
        console.record({**_described(account), "changed": changed})
        return 0
    state = "enabled" if account.is_enabled else "disabled"
    console.result(f"{account.name} {'is now' if changed else 'was already'} {state}")
    return 0
