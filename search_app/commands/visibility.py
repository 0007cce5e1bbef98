"""``publish`` and ``withdraw``: what visitors see.

One decision: all documents of one call change or none, and the index follows at once; a withdrawn
document vanishes from answers even before, because every hit is looked up in the catalogue.
"""

from __future__ import annotations

import click

from search_app.catching_up import update_index
from search_app.console import counted
from search_app.invocation import Invocation, common_options, pass_invocation

_ACTOR = "command line"


@click.command(
    "publish",
    short_help="Show documents to visitors.",
    epilog="Example: julkaisuhaku publish k3v7q2mzab",
)
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@common_options
@pass_invocation
def publish(invocation: Invocation, ids: tuple[str, ...]) -> int:
    """Show documents to visitors: drafts, withdrawn ones and those whose address was gone."""
    changed = invocation.assembly().catalogue.publish(ids, _ACTOR)
    return _followed(invocation, "published", changed)


@click.command(
    "withdraw",
    short_help="Hide documents from visitors.",
    epilog='Example: julkaisuhaku withdraw k3v7q2mzab --reason "replaced by a newer edition"',
)
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--reason", required=True, metavar="TEXT", help="Why; visitors are told.")
@common_options
@pass_invocation
def withdraw(invocation: Invocation, ids: tuple[str, ...], reason: str) -> int:
    """Hide documents from visitors; no crawl shows them again, only `publish` does."""
    changed = invocation.assembly().catalogue.withdraw(ids, reason, _ACTOR)
    return _followed(invocation, "withdrawn", changed)


def _followed(invocation: Invocation, done: str, changed: int) -> int:
    """Bring the index after the change, and say what was done."""
    console = invocation.console
    generation = update_index(invocation.assembly(), console).generation
    if console.is_json:
        console.record({done: changed, "generation": generation})
    else:
        console.result(f"{counted(changed, 'document')} {done}")
    return 0
