"""The clauses of a query tree that a document matches, each with what it adds to the score.

One decision: every clause is run as a query of its own, restricted to the document, so that an
explanation works alike on every engine and cannot drift from what the engine computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from indexer.engine import AllOf, AnyOf, Constant, Index, PhraseQuery, Query, TermQuery
from indexer.explanation import WORD_SCORE, ScorePart
from indexer.results import Tier
from indexer.schema import (
    BASE,
    GRAMS,
    PARTS,
    SURFACE,
    TITLE_BASE,
    TITLE_GRAMS,
    TITLE_PARTS,
    TITLE_SURFACE,
)

_TIERS: Final = (
    (SURFACE, Tier.EXACT),
    (TITLE_SURFACE, Tier.EXACT),
    (BASE, Tier.INFLECTED),
    (TITLE_BASE, Tier.INFLECTED),
    (PARTS, Tier.COMPOUND),
    (TITLE_PARTS, Tier.COMPOUND),
)
_GRAM_FIELDS: Final = (GRAMS, TITLE_GRAMS)
_SHOWN_GRAMS: Final = 12
_Leaf = TermQuery | PhraseQuery | Constant


class Clauses:
    """Looks at one document of one index; what was asked once is remembered."""

    def __init__(self, index: Index, document_id: str) -> None:
        self._index = index
        self._id = document_id
        self._known: dict[Query, float | None] = {}

    def score(self, query: Query) -> float | None:
        """Return what a query gives the document, None where it does not match."""
        if query not in self._known:
            self._known[query] = self._index.matching(query, [self._id]).get(self._id)
        return self._known[query]

    def parts(self, query: Query) -> tuple[ScorePart, ...]:
        """Return the clauses that match, in the order of the tree, n-grams of a field as one.

        A question has hundreds of n-grams, so they are asked for together, too.
        """
        found: list[ScorePart] = []
        grams: dict[str, list[TermQuery]] = {}
        for leaf in self._leaves(query):
            if isinstance(leaf, TermQuery) and leaf.field in _GRAM_FIELDS:
                grams.setdefault(leaf.field, []).append(leaf)
            elif (score := self.score(leaf)) is not None:
                found.append(_part(leaf, score))
        for field, leaves in grams.items():
            score = self.score(AnyOf(tuple(leaves)))
            if score is not None:
                found.append(ScorePart(field, _gram_text(leaves), leaves[0].boost, score))
        return tuple(found)

    def _leaves(self, query: Query) -> Iterator[_Leaf]:
        """Yield the scored clauses of the parts of a tree that the document matches."""
        match query:
            case TermQuery() | PhraseQuery():
                if query.boost:
                    yield query
            case Constant(_, score):
                if score:
                    yield query
            case AnyOf(branches):
                for branch in branches:
                    yield from self._leaves(branch)
            case AllOf(branches, _, optional) if self.score(query) is not None:
                for branch in (*branches, *optional):
                    yield from self._leaves(branch)


def _part(leaf: _Leaf, score: float) -> ScorePart:
    if isinstance(leaf, Constant):
        return ScorePart(WORD_SCORE, _first_term(leaf.query), leaf.score, score)
    term = leaf.text if isinstance(leaf, TermQuery) else _phrase_text(leaf)
    return ScorePart(leaf.field, term, leaf.boost, score, dict(_TIERS).get(leaf.field))


def _first_term(query: Query) -> str:
    """Return the term that a tree asks for first: the word as it was typed."""
    match query:
        case TermQuery(_, text):
            return text
        case AnyOf(branches) | AllOf(branches) if branches:
            return _first_term(branches[0])
        case _:
            return ""


def _phrase_text(phrase: PhraseQuery) -> str:
    return " ".join("/".join(terms) for terms in phrase.alternatives)


def _gram_text(leaves: list[TermQuery]) -> str:
    shown = " ".join(leaf.text for leaf in leaves[:_SHOWN_GRAMS])
    return f"{shown} …" if len(leaves) > _SHOWN_GRAMS else shown
