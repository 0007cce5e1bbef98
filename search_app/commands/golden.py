"""``golden``: whether the searches that a librarian cares for still find what they have to.

One decision: it asks the index that answers, through the search that visitors use, and nothing
else; so what it says is what they see.
"""

from __future__ import annotations

import click

from corpus.errors import RefusedIndex
from indexer.golden import GoldenResult, judge
from search_app.commands.search import require_index
from search_app.console import Console, counted
from search_app.golden import verdict_counts
from search_app.invocation import Invocation, common_options, pass_invocation


@click.command(
    "golden",
    short_help="Ask the golden queries.",
    epilog="Example: julkaisuhaku golden --json",
)
@common_options
@pass_invocation
def golden(invocation: Invocation) -> int:
    """Ask the golden queries of config/queries.toml, and say which find what they have to.

    Each names publications that have to be found, at what place at worst, or must not be found.
    Exit codes: 0 none failed, 65 one failed or the file is wrong.
    """
    console, assembly = invocation.console, invocation.assembly()
    queries = assembly.golden_queries
    require_index(assembly, console)
    generation = assembly.searcher.generation()
    if behind := assembly.pipeline.behind():
        console.say(f"{counted(behind, 'change')} not indexed yet: run `julkaisuhaku index` first.")
    results = judge(queries, assembly.catalogue, assembly.searcher.search)
    counts = verdict_counts(results)
    if console.is_json:
        listed = [_as_object(result) for result in results]
        console.record({"generation": generation, **counts, "queries": listed})
    else:
        for result in results:
            _tell(result, console)
        summary = ", ".join(f"{number} {verdict}" for verdict, number in counts.items())
        console.result(f"generation {generation}: {summary}")
    return RefusedIndex.exit_code if counts["failed"] else 0


def _as_object(result: GoldenResult) -> dict[str, object]:
    return {
        "query": result.query.query,
        "verdict": result.verdict,
        "rank": result.rank,
        "total": result.total,
        "reasons": result.reasons,
    }


def _tell(result: GoldenResult, console: Console) -> None:
    rank = f"rank {result.rank}" if result.rank else ""
    console.result(f"{result.verdict:<8}{rank:<10}{result.query.query}")
    for reason in result.reasons:
        console.result(f"{'':<18}{reason}")
