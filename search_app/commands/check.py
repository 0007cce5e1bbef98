"""``check``: whether everything is sound.

One decision: three answers (sound, repaired, damaged) as exit codes, so that a nightly job knows
whether a person is needed.
"""

from __future__ import annotations

import click

from search_app import checking
from search_app.console import counted
from search_app.invocation import Invocation, common_options, pass_invocation


@click.command(
    "check", short_help="Check and mend the data directory.", epilog="Example: julkaisuhaku check"
)
@common_options
@pass_invocation
def check(invocation: Invocation) -> int:
    """Read everything and compare it: catalogue, originals, index. A damaged index is built anew.

    Exit codes: 0 sound, 1 repaired, 65 damaged (what is lost is named).
    """
    console, assembly = invocation.console, invocation.assembly()
    with console.progress("building the index anew") as progress:
        report = checking.check(assembly, progress)
    if console.is_json:
        console.record(
            {
                "status": {0: "sound", 1: "repaired", 65: "damaged"}[report.status],
                "damage": report.damage,
                "repaired": report.repaired,
                "documents": report.documents,
                "originals": report.originals,
                "generation": report.generation or None,
            }
        )
        return report.status
    for message in (*report.damage, *report.repaired):
        console.result(message)
    if report.status == checking.SOUND:
        console.result(
            f"Sound: {counted(report.documents, 'document')}, "
            f"{counted(report.originals, 'original')}, generation {report.generation or 'none'}."
        )
    return report.status
