"""``duplicates``: which documents are alike, for a person to look through.

One decision: it lists and changes nothing. What is not wanted twice is withdrawn by `withdraw`,
with a reason that stays in the log.
"""

from __future__ import annotations

import click

from corpus import LikenessKind
from search_app.catching_up import compare
from search_app.console import counted
from search_app.duplicates import all_duplicates
from search_app.invocation import Invocation, common_options, pass_invocation


@click.command(
    "duplicates",
    short_help="List documents that are alike.",
    epilog="Example: julkaisuhaku duplicates --kind near",
)
@click.option(
    "--kind", type=click.Choice([kind.value for kind in LikenessKind]), help="Pairs of this kind."
)
@common_options
@pass_invocation
def duplicates(invocation: Invocation, kind: str | None) -> int:
    """List the pairs of documents that have the same text, nearly the same, or a part of it.

    Kinds: same_text, near (most of the words), contained (a page that gives a part of its file),
    version (the same publication of another year). Nothing is changed: both stay searchable.
    """
    console, assembly = invocation.console, invocation.assembly()
    compare(assembly, console)
    found = all_duplicates(assembly, LikenessKind(kind) if kind else None)
    if console.is_json:
        console.record(
            {
                "pairs": [
                    {
                        "id": pair.likeness.document_id,
                        "title": pair.title,
                        "other": pair.as_dict(),
                    }
                    for pair in found
                ]
            }
        )
        return 0
    for pair in found:
        console.result(f"{pair.likeness.document_id}  {pair.title}: {pair.told()}")
        console.result(f"    {pair.likeness.kind}: {pair.likeness.evidence}")
    console.say(counted(len(found), "pair"))
    return 0
