"""The words of a query one by one, before one document: met or not, how well, and by which terms.

One decision: how well a word is met is asked of the engine, tier after tier, exactly as a search
counts its tiers; the texts only add where it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from indexer.clauses import Clauses
from indexer.compiler import Level, QueryCompiler, deciding
from indexer.explanation import ScorePart, WordExplained
from indexer.query import And, Node, Not, Or, Phrase, Word
from indexer.query import format as format_query
from indexer.results import Tier
from indexer.sightings import Sightings

_TIERS: Final = (Tier.EXACT, Tier.INFLECTED, Tier.COMPOUND)


class WordReader:
    """Reads a query word by word for one document."""

    def __init__(
        self,
        compiler: QueryCompiler,
        clauses: Clauses,
        sightings: Sightings,
    ) -> None:
        self._compiler = compiler
        self._clauses = clauses
        self._sightings = sightings

    def words(self, node: Node | None) -> tuple[WordExplained, ...]:
        """Return the words of a query; the parts of an AND each for itself."""
        if node is None:
            return ()
        nodes = node.nodes if isinstance(node, And) else (node,)
        required = deciding(nodes)
        read = [self._word(child, is_required=child in required) for child in nodes]
        return self._with_names(required, nodes, read)

    def _word(self, node: Node, *, is_required: bool = True) -> WordExplained:
        text = format_query(node)
        if isinstance(node, Not):
            return self._excluded(node, text)
        if isinstance(node, And | Or):
            inner = tuple(self._word(child) for child in node.nodes)
            return WordExplained(text, self._tier(node), is_required=is_required, inner=inner)
        tier = self._tier(node)
        seen, pages_total = self._sightings.of(node) if tier is not None else ((), 0)
        return WordExplained(
            text,
            tier,
            terms=self._terms(node),
            sightings=seen,
            pages_total=pages_total,
            is_required=is_required,
        )

    def _excluded(self, node: Not, text: str) -> WordExplained:
        """Return a word that must not be met; compounds that hold it do not count."""
        tier = self._tier(node.node)
        if tier is Tier.COMPOUND:
            tier = None
        seen, pages_total = self._sightings.of(node.node) if tier is not None else ((), 0)
        return WordExplained(
            text, tier, sightings=seen, pages_total=pages_total, is_required=False, is_excluded=True
        )

    def _tier(self, node: Node) -> Tier | None:
        for tier in _TIERS:
            if self._clauses.score(self._compiler.match(node, Level(tier))) is not None:
                return tier
        return None

    def _terms(self, node: Node) -> tuple[ScorePart, ...]:
        return self._clauses.parts(self._compiler.match(node, Level(Tier.COMPOUND)))

    def _with_names(
        self, required: Sequence[Node], nodes: Sequence[Node], read: list[WordExplained]
    ) -> tuple[WordExplained, ...]:
        """Return the words, those met by another name of their concept said so."""
        places = [i for i, n in enumerate(nodes) if isinstance(n, Word) and n in required]
        owners: list[int] = []
        for place in places:
            node = nodes[place]
            if isinstance(node, Word):
                owners += [place] * len(self._compiler.read(node.text))
        words = And(tuple(nodes[place] for place in places))
        for bridge in self._compiler.bridges(words) if places else ():
            run = dict.fromkeys(owners[bridge.start : bridge.end])
            if all(read[place].tier is not None for place in run):
                continue
            met = next((name for name in bridge.names if self._tier(Phrase(name))), "")
            if not met:
                continue
            for place in run:
                read[place] = self._by_name(read[place], met, bridge.concept_id)
        return tuple(read)

    def _by_name(self, word: WordExplained, name: str, concept: str) -> WordExplained:
        node = Phrase(name)
        seen, pages_total = self._sightings.of(node, tier=Tier.SYNONYM)
        terms = tuple(replace(part, tier=Tier.SYNONYM) for part in self._terms(node))
        return replace(
            word,
            tier=Tier.SYNONYM,
            terms=(*word.terms, *terms),
            sightings=(*word.sightings, *seen),
            pages_total=max(word.pages_total, pages_total),
            concept=concept,
            name=name,
        )
