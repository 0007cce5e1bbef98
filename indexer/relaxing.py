"""Loosens a query that nothing matches, in steps, and says how.

One decision: the loosened match set is exact and counted, and its order is the soft ranking by
all fields; so a long question finds its passage although no text holds all of its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.compiler import MAX_KEYWORDS, Level, deciding, unscored
from indexer.engine import AllOf, Filters, Query
from indexer.query import And, InField, Node, Not, Or, YearRange
from indexer.query import format as format_query
from indexer.ranking import Ranked, Ranking
from indexer.results import Relaxation, Relaxed, SearchRequest, Tier


@dataclass(frozen=True, slots=True)
class Loosened:
    """A loosened query: how, what it matches, and what that found."""

    relaxed: Relaxed
    match: Query
    ranked: Ranked


def relax(
    node: Node, ranking: Ranking, filters: Filters, request: SearchRequest
) -> Loosened | None:
    """Return the first loosening that has matches, or None where none of the words is known.

    Steps for short queries: the words that the index does not hold, then the one whose absence
    frees most, are dropped; last, and at once for a question (dropping single words of questions
    cost .05 of MRR@10), any word suffices. Years and fields never become alternatives of the
    words ("ligniini OR year:2020" would bring everything of that year); they are dropped where
    nothing else helps.
    """
    if not isinstance(node, And):
        return None
    required = [child for child in deciding(node.nodes) if not isinstance(child, Not)]
    banned = [child for child in node.nodes if isinstance(child, Not)]
    level = Level(Tier.COMPOUND if request.compounds else Tier.INFLECTED)
    for kind, kept in _steps(required, ranking, filters, level):
        joined = _joined(kind, kept)
        match = ranking.compiler.match(And((*joined, *banned)), level)
        words = ranking.compiler.words(And(tuple(required)))
        soft = AllOf((unscored(match),), optional=(ranking.compiler.near(words),))
        ranked = ranking.matches(soft, words, filters, request)
        if ranked.total:
            dropped = tuple(format_query(n) for n in required if n not in kept)
            relaxed = Relaxed(kind, format_query(And((*joined, *banned))), dropped)
            return Loosened(relaxed, match, ranked)
    return None


def _joined(kind: Relaxation, kept: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return what a loosened match has to satisfy: all that is kept, or any of its words."""
    if kind is not Relaxation.ANY_WORD:
        return kept
    narrowing = tuple(node for node in kept if _narrows(node))
    return (Or(tuple(node for node in kept if node not in narrowing)), *narrowing)


def _narrows(node: Node) -> bool:
    """Whether a node says which publications are meant, and not what they tell of."""
    return isinstance(node, YearRange) or (isinstance(node, InField) and node.field != "title")


def _steps(
    required: Sequence[Node], ranking: Ranking, filters: Filters, level: Level
) -> list[tuple[Relaxation, tuple[Node, ...]]]:
    """Return the loosened word sets to try, in order."""
    if len(required) < 2:  # noqa: PLR2004  a single word cannot be loosened by dropping
        return []
    counts = [ranking.count(ranking.compiler.match(child, level), filters) for child in required]
    known = tuple(child for child, count in zip(required, counts, strict=True) if count)
    steps: list[tuple[Relaxation, tuple[Node, ...]]] = []
    if len(required) <= MAX_KEYWORDS:
        if known and len(known) < len(required):
            steps.append((Relaxation.FEWER_WORDS, known))
        best = _best_without_one(known, ranking, filters, level)
        if best:
            steps.append((Relaxation.FEWER_WORDS, best))
    words = tuple(node for node in known if not _narrows(node))
    if words:
        steps.append((Relaxation.ANY_WORD, known))
    if words and len(words) < len(known):
        if len(required) <= MAX_KEYWORDS:
            steps.append((Relaxation.FEWER_WORDS, words))
        steps.append((Relaxation.ANY_WORD, words))
    return steps


def _best_without_one(
    known: tuple[Node, ...], ranking: Ranking, filters: Filters, level: Level
) -> tuple[Node, ...]:
    """Return the words but one that most publications still hold together, or nothing."""
    if len(known) < 3:  # noqa: PLR2004  of two words, any word is the next step
        return ()
    best: tuple[int, tuple[Node, ...]] = (0, ())
    for place in range(len(known)):
        kept = known[:place] + known[place + 1 :]
        count = ranking.count(ranking.compiler.match(And(kept), level), filters)
        if count > best[0]:
            best = (count, kept)
    return best[1]
