"""``status``: what there is, and whether the index has followed.

One decision: it only counts. No dictionary, engine or page is loaded, so it answers at once and
can be asked every minute. The files of words are read, to say what is wrong with them.
"""

from __future__ import annotations

import click

from corpus import Likenesses
from corpus.errors import CorruptIndex
from indexer.generations import Manifest
from search_app.assembly import Assembly
from search_app.console import Console, counted
from search_app.invocation import Invocation, common_options, pass_invocation


@click.command(
    "status", short_help="Say what there is.", epilog="Example: julkaisuhaku status --json"
)
@common_options
@pass_invocation
def status(invocation: Invocation) -> int:
    """Say how many documents there are, how far they are read, and whether the index has followed.

    "behind" counts changes that are not indexed yet.
    """
    console, assembly = invocation.console, invocation.assembly()
    manifest = _manifest(assembly, console)
    catalogue = assembly.catalogue
    behind = catalogue.count_changes(after=manifest.watermark if manifest else 0)
    content: dict[str, object] = {
        "documents": catalogue.count_documents(),
        "by_status": catalogue.count_by_status(),
        "pages": catalogue.count_pages(),
        "generation": manifest.generation if manifest else None,
        "engine": manifest.engine if manifest else assembly.engine,
        "backend": assembly.backend,
        "behind": behind,
        "alike": Likenesses(catalogue.database).count_by_kind(),
        "notes": assembly.living.notes(),
    }
    if console.is_json:
        console.record(content)
    else:
        _tell(content, console)
    return 0


def _manifest(assembly: Assembly, console: Console) -> Manifest | None:
    """Return what the current generation says of itself; None where it cannot."""
    try:
        current = assembly.generations.current()
        return assembly.generations.manifest(current) if current else None
    except CorruptIndex as error:
        console.say(f"{error.message}. Run: julkaisuhaku check")
        return None


def _tell(content: dict[str, object], console: Console) -> None:
    by_status = content["by_status"]
    shown = by_status.items() if isinstance(by_status, dict) else ()
    console.result(f"documents   {content['documents']}")
    for name, count in shown:
        console.result(f"  {name:<10}{count}")
    console.result(f"pages       {content['pages']}")
    console.result(f"generation  {content['generation'] or 'none yet'}")
    console.result(f"engine      {content['engine']}")
    console.result(f"backend     {content['backend']}")
    behind = content["behind"]
    if isinstance(behind, int) and behind:
        console.result(f"behind      {counted(behind, 'change')} (julkaisuhaku index)")
    else:
        console.result("behind      nothing")
    alike = content["alike"]
    if isinstance(alike, dict) and alike:
        pairs = ", ".join(f"{count} {kind}" for kind, count in alike.items())
        console.result(f"alike       {pairs} (julkaisuhaku duplicates)")
    notes = content["notes"]
    for note in notes if isinstance(notes, list) else ():
        console.result(f"note        {note}")
