"""What the words of a query are read with: analyzers and vocabulary, as a generation needs them.

One decision: the generation decides. Queries are analysed as its texts were, with the lexicon it
was built with, until another generation answers; so index and query agree whatever stands in the
configuration meanwhile. The vocabulary's names are of the present: they change with its file.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from corpus import Vocabulary
from indexer.analysis import Analyzer, analysis_of
from indexer.bridge import ConceptBridge

_KEPT: Final = 2  # the generation that answers, and the one that is about to

Remake = Callable[[str], Mapping[str, Analyzer] | None]
"""Makes the analyzers of a manifest's ``analysis``; None where they cannot be made any more."""


@dataclass(frozen=True, slots=True)
class QueryAnalysis:
    """Analyzers of each language, and the vocabulary read with them."""

    analyzers: Mapping[str, Analyzer]
    bridge: ConceptBridge

    def analyzer(self, language: str) -> Analyzer:
        """Return the analyzer of a language, the Finnish one for any other."""
        return self.analyzers.get(language) or self.analyzers["fi"]

    def is_base_form(self, word: str) -> bool:
        """Whether the dictionary knows a word as a base form; a guess or a stem is none."""
        return word in self.analyzer("fi").tiers(word).get("base", ())


class QueryAnalyses:
    """Gives each generation what its queries are read with; safe for use by several threads."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        analyzers: Mapping[str, Analyzer],
        remake: Remake = lambda _analysis: None,
    ) -> None:
        self._vocabulary = vocabulary
        self._own = analyzers
        self._remake = remake
        self._lock = threading.Lock()
        self._made: dict[str, QueryAnalysis] = {}

    def take(self, vocabulary: Vocabulary) -> None:
        """Read queries with another vocabulary from the next one on."""
        with self._lock:
            self._vocabulary = vocabulary
            self._made = {
                analysis: QueryAnalysis(made.analyzers, ConceptBridge(vocabulary, made.analyzers))
                for analysis, made in self._made.items()
            }

    def of(self, analysis: str | None) -> QueryAnalysis:
        """Return the analysis of a generation by what its manifest says; of none, this program's.

        Where its analyzers cannot be made, this program's own have to do.
        """
        own = analysis_of(self._own)
        wanted = analysis or own
        with self._lock:
            made = self._made.get(wanted)
            if made is None:
                analyzers = (None if wanted == own else self._remake(wanted)) or self._own
                made = QueryAnalysis(analyzers, ConceptBridge(self._vocabulary, analyzers))
                while len(self._made) >= _KEPT:
                    self._made.pop(next(iter(self._made)))
                self._made[wanted] = made
            return made
