"""``analyze``: what the index and queries make of a word.

One decision: it is the analyzer itself that answers, without an index, so that a librarian (and
any script) sees for a word what a search would do with it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from indexer.analysis import LANGUAGES
from search_app.invocation import Invocation, common_options, pass_invocation


@click.command(
    "analyze", short_help="Show the terms of words.", epilog="Example: julkaisuhaku analyze yöllä"
)
@click.argument("words", metavar="[WORD]...", nargs=-1)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="fi",
    show_default=True,
    help="The language the words are read in.",
)
@common_options
@pass_invocation
def analyze(invocation: Invocation, words: tuple[str, ...], language: str) -> int:
    """Show the terms under which words are indexed, and those that a query for them asks for.

    Without words one word a line is read from standard input.
    """
    console = invocation.console
    analyzer = invocation.bare_assembly().analyzer(language)
    for word in words or _lines():
        index, query = sorted(analyzer.index_terms(word)), sorted(analyzer.query_terms(word))
        tiers = {name: list(terms) for name, terms in analyzer.tiers(word).items()}
        if console.is_json:
            console.record({"word": word, "index": index, "query": query, "tiers": tiers})
            continue
        console.result(word)
        for name, terms in tiers.items():
            if terms:
                console.result(f"  {name:<8} {', '.join(terms)}")
        console.result(f"  {'query':<8} {', '.join(query)}")
    return 0


def _lines() -> Iterator[str]:
    for line in sys.stdin:
        yield line.rstrip("\r\n")  # an empty one too: answers stay in step with the lines
