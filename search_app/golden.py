"""Golden queries between the building of an index and its first answer.

One decision: only a rebuild that a person asked for may be refused, because only then an index that
fits answers meanwhile. Where everything is built anew because there was no index, or one of other
rules, the new one is used and what fails is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from corpus.errors import CorruptIndex, InvalidVocabulary
from indexer.generations import Manifest
from indexer.golden import GoldenResult, Verdict, failed, judge, require_passed
from indexer.reader import DirectoryReader
from search_app.assembly import Assembly
from search_app.console import Console


class GoldenGate:
    """Asks the golden queries of a new index; ``is_binding`` lets a failing one refuse it."""

    def __init__(self, assembly: Assembly, console: Console, *, is_binding: bool) -> None:
        self._assembly = assembly
        self._console = console
        self._is_binding = is_binding
        self.results: tuple[GoldenResult, ...] = ()

    def __call__(self, working: Path, manifest: Manifest) -> None:
        """Judge the index in a directory; `RefusedIndex` where it must not answer."""
        try:
            queries = self._assembly.golden_queries
        except InvalidVocabulary as error:  # whoever is bound by it has read the file before
            self._console.say(f"The golden queries are not asked: {error.message}")
            return
        if not queries:
            return
        searcher = self._assembly.searcher_over(DirectoryReader(working, manifest))
        try:
            self.results = judge(queries, self._assembly.catalogue, searcher.search)
        finally:
            searcher.close()
        answering = self._answering()
        if self._is_binding and answering:
            require_passed(self.results, answering=answering)
        for result in failed(self.results):
            self._console.say(f"golden query {told(result)}")

    def _answering(self) -> str:
        """Return the generation that would go on answering; empty where there is none."""
        try:
            return str(self._assembly.generations.current() or "")
        except CorruptIndex:
            return ""


def told(result: GoldenResult) -> str:
    """Return a result's query with its reasons."""
    return f"“{result.query.query}” {result.verdict}: {', '.join(result.reasons)}"


def verdict_counts(results: Iterable[GoldenResult]) -> dict[str, int]:
    """Return how many results have each verdict."""
    counts = Counter(result.verdict for result in results)
    return {verdict.value: counts[verdict] for verdict in Verdict}
