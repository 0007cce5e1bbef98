"""``index``, ``reindex``, ``rollback``: the generations of the index.

One decision: `index` does only what is missing, `reindex` everything, beside the generation that
answers; neither ever leaves visitors without one.
"""

from __future__ import annotations

import sys
from typing import Final

import click

from corpus import Document
from corpus.errors import InvalidVocabulary, RefusedIndex
from indexer.engines import ENGINES, engine
from indexer.extract import EXTRACTOR_VERSION
from indexer.pipeline import UpdateReport
from search_app.assembly import Assembly
from search_app.catching_up import (
    compare,
    read_again,
    read_pending,
    tell_indexed,
    update_index,
    update_object,
)
from search_app.console import Console, counted
from search_app.golden import GoldenGate, verdict_counts
from search_app.invocation import Invocation, common_options, pass_invocation

_DECLINED: Final = 1


@click.command(
    "index",
    short_help="Bring the index up to date.",
    epilog="Example: julkaisuhaku index",
)
@common_options
@pass_invocation
def index(invocation: Invocation) -> int:
    """Bring the index up to date with the catalogue.

    Originals that wait are read first. What cannot be read is named and stays in the catalogue
    with the reason; the rest goes on, and the exit code is 0.
    """
    console, assembly = invocation.console, invocation.assembly()
    read = read_pending(assembly, console)
    report = update_index(assembly, console)
    if console.is_json:
        failed = [{"id": name, "reason": reason} for name, reason in read.failed]
        console.record({**update_object(report), "read": read.read, "failed": failed})
    else:
        tell_indexed(report, console)
    return 0


@click.command(
    "reindex",
    short_help="Build a new index beside the one that answers.",
    epilog="Example: julkaisuhaku reindex --plan",
)
@click.option("--plan", is_flag=True, help="Say what would be done, and do nothing.")
@click.option(
    "--engine", "engine_name", type=click.Choice(tuple(ENGINES)), help="The engine to build with."
)
@click.option(
    "--extract", is_flag=True, help="Read every original again, not only where rules changed."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--despite-golden", is_flag=True, help="Switch even where golden queries fail on the new index."
)
@common_options
@pass_invocation
def reindex(
    invocation: Invocation,
    engine_name: str | None,
    *,
    plan: bool,
    extract: bool,
    yes: bool,
    despite_golden: bool,
) -> int:
    """Build a new index of everything, beside the one that answers, and switch to it at the end.

    Originals are read again where the rules of reading changed; what was reviewed always stays.
    Before the switch the golden queries are asked: when one fails, the index that is there goes on
    answering, and the exit code is 65. The earlier index is kept: `rollback` returns to it.
    """
    console, assembly = invocation.console, invocation.assembly()
    chosen = engine(engine_name or assembly.engine).name
    again = _to_read(assembly, everything=extract)
    gate = GoldenGate(assembly, console, is_binding=not despite_golden)
    _tell_plan(assembly, console, chosen, again)
    _tell_golden(assembly, console, is_binding=not despite_golden)
    if plan:
        return 0
    if not yes and sys.stdin.isatty() and not click.confirm("Go on?", default=True, err=True):
        return _DECLINED
    read_again(again, assembly, console)
    read_pending(assembly, console)
    compare(assembly, console)
    report = _rebuild(assembly, console, chosen, gate)
    if console.is_json:
        golden = verdict_counts(gate.results)
        console.record({**update_object(report), "engine": chosen, "golden": golden})
    else:
        tell_indexed(report, console)
    return 0


def _rebuild(assembly: Assembly, console: Console, chosen: str, gate: GoldenGate) -> UpdateReport:
    try:
        with console.progress("indexing") as progress:
            return assembly.pipeline.rebuild(engine=chosen, progress=progress, before_switch=gate)
    except RefusedIndex:
        console.say("`julkaisuhaku reindex --despite-golden` switches all the same.")
        raise


def _to_read(assembly: Assembly, *, everything: bool) -> list[Document]:
    """Return the documents whose original was read by other rules, or all that have one."""
    return [
        document
        for document in assembly.catalogue.iter_documents()
        if document.original is not None
        and document.extractor
        and (everything or not document.extractor.endswith(f"/{EXTRACTOR_VERSION}"))
    ]


def _tell_plan(assembly: Assembly, console: Console, chosen: str, again: list[Document]) -> None:
    documents, pages = assembly.catalogue.count_documents(), assembly.catalogue.count_pages()
    current = assembly.generations.current()
    console.say(
        f"{counted(documents, 'document')} with {counted(pages, 'page')} are indexed with "
        f"{chosen}, {counted(len(again), 'original')} read again; "
        + (f"generation {current} answers meanwhile" if current else "nothing answers meanwhile")
    )


def _tell_golden(assembly: Assembly, console: Console, *, is_binding: bool) -> None:
    """Say how many golden queries will be asked; refuse to begin when they cannot be read."""
    try:
        number = len(assembly.golden_queries)
    except InvalidVocabulary:
        if is_binding:
            raise
        return  # it is told where they would have been asked
    asked = "1 golden query is" if number == 1 else f"{number:,} golden queries are"
    console.say(f"{asked} asked before the switch")


@click.command(
    "rollback",
    short_help="Return to an earlier index.",
    epilog="Example: julkaisuhaku rollback 0003.0000",
)
@click.argument("generation", required=False)
@common_options
@pass_invocation
def rollback(invocation: Invocation, generation: str | None) -> int:
    """Let an earlier GENERATION of the index answer again, without a name the one before.

    What came after it stays in the catalogue: the next `index` brings it back.
    """
    console, assembly = invocation.console, invocation.assembly()
    report = assembly.pipeline.rollback(generation)
    if console.is_json:
        console.record(
            {
                "generation": report.generation,
                "previous": report.previous,
                "lacking": report.lacking,
            }
        )
        return 0
    console.result(f"generation {report.generation} answers now, instead of {report.previous}")
    if report.lacking:
        console.say(
            f"It lacks {counted(report.lacking, 'later change')}; `julkaisuhaku index` brings "
            "them back."
        )
    return 0
