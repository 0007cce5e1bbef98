"""Loosens a query that nothing matches, in steps, and says how.

One decision: the loosened match set is exact and counted, and its order is the soft ranking by
all fields; so a long question finds its passage although no text holds all of its words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from indexer.compiler import Level, deciding, is_question
from indexer.compounds import joins, splits
from indexer.engine import Filters, Query
from indexer.query import And, InField, Node, Not, Or, Word, YearRange
from indexer.query import format as format_query
from indexer.ranking import Ranked, Ranking
from indexer.results import Relaxation, Relaxed, SearchRequest, Tier

ALL_KINDS: Final = frozenset(Relaxation)
ONLY_COMPOUNDS: Final = frozenset((Relaxation.COMPOUND,))


@dataclass(frozen=True, slots=True)
class Loosened:
    """A loosened query: how, what it matches, and what that found."""

    relaxed: Relaxed
    match: Query
    ranked: Ranked


def relax(
    node: Node,
    ranking: Ranking,
    filters: Filters,
    request: SearchRequest,
    kinds: Collection[Relaxation] = ALL_KINDS,
) -> Loosened | None:
    """Return the first loosening of ``kinds`` that has matches, or None where there is none.

    Steps for short queries: compounds that the index does not hold are written apart and
    neighbours as one; then the words that the index does not hold, then the one whose absence
    frees most, are dropped; last, and at once for a question (dropping single words of questions
    cost .05 of MRR@10), any word suffices. Years and fields never become alternatives of the
    words ("ligniini OR year:2020" would bring everything of that year); they are dropped where
    nothing else helps.
    """
    if not isinstance(node, And):
        return None
    required = tuple(child for child in deciding(node.nodes) if not isinstance(child, Not))
    banned = tuple(child for child in node.nodes if isinstance(child, Not))
    level = Level(Tier.COMPOUND if request.compounds else Tier.INFLECTED)
    is_short = not is_question(ranking.compiler.words(node))
    search = _Search(ranking, filters, level, is_short=is_short)
    if kinds == ONLY_COMPOUNDS and not is_short:
        return None  # compounds of questions stay whole: no need to count its words
    for step in _steps(required, search):
        if step.kind not in kinds:
            continue
        joined = _joined(step.kind, step.kept)
        match = ranking.compiler.match(And((*joined, *banned)), level)
        ranked = ranking.matches(match, node, filters, request)
        if ranked.total:
            dropped = tuple(format_query(child) for child in step.dropped)
            query = format_query(And((*joined, *banned)))
            return Loosened(Relaxed(step.kind, query, dropped), match, ranked)
    return None


@dataclass(frozen=True, slots=True)
class _Step:
    """A loosened word set to try: what it keeps, and what of the query it drops."""

    kind: Relaxation
    kept: tuple[Node, ...]
    dropped: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class _Search:
    """The search that is loosened: where its words are counted, and how far a match may go."""

    ranking: Ranking
    filters: Filters
    level: Level
    is_short: bool

    def count(self, *nodes: Node) -> int:
        """Return how many publications hold all of the nodes."""
        node = nodes[0] if len(nodes) == 1 else And(nodes)
        return self.ranking.count(self.ranking.compiler.match(node, self.level), self.filters)


def _joined(kind: Relaxation, kept: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return what a loosened match has to satisfy: all that is kept, or any of its words."""
    if kind is not Relaxation.ANY_WORD:
        return kept
    narrowing = tuple(node for node in kept if _narrows(node))
    return (Or(tuple(node for node in kept if node not in narrowing)), *narrowing)


def _narrows(node: Node) -> bool:
    """Whether a node says which publications are meant, and not what they tell of."""
    return isinstance(node, YearRange) or (isinstance(node, InField) and node.field != "title")


def _steps(required: tuple[Node, ...], search: _Search) -> Iterator[_Step]:
    """Yield the loosened word sets to try, in order."""
    known = tuple(child for child in required if search.count(child))
    if search.is_short:
        yield from _compound_steps(required, known, search)
    if len(required) < 2:  # noqa: PLR2004  a single word cannot be loosened by dropping
        return
    for kind, kept in _fewer(required, known, search):
        yield _Step(kind, kept, tuple(child for child in required if child not in kept))


def _fewer(
    required: tuple[Node, ...], known: tuple[Node, ...], search: _Search
) -> Iterator[tuple[Relaxation, tuple[Node, ...]]]:
    """Yield the words that are known, then fewer of them, then any of them."""
    if search.is_short:
        if known and len(known) < len(required):
            yield Relaxation.FEWER_WORDS, known
        best = _best_without_one(known, search)
        if best:
            yield Relaxation.FEWER_WORDS, best
    words = tuple(node for node in known if not _narrows(node))
    if words:
        yield Relaxation.ANY_WORD, known
    if words and len(words) < len(known):
        if search.is_short:
            yield Relaxation.FEWER_WORDS, words
        yield Relaxation.ANY_WORD, words


def _compound_steps(
    required: tuple[Node, ...], known: tuple[Node, ...], search: _Search
) -> Iterator[_Step]:
    """Yield the query with two neighbours as one word, then with unknown compounds apart.

    Where a third word is unknown too, the parts stand beside the known ones.
    """
    for place, (first, second) in enumerate(pairwise(required)):
        if isinstance(first, Word) and isinstance(second, Word):
            for (text,) in joins((first.text, second.text)):
                kept = (*required[:place], Word(text), *required[place + 2 :])
                yield _Step(Relaxation.COMPOUND, kept)
    apart = {child: _apart(child, search) for child in required if child not in known}
    if not any(apart.values()):
        return
    kept = tuple(piece for child in required for piece in apart.get(child, (child,)))
    unknown = tuple(child for child, pieces in apart.items() if not pieces)
    yield _Step(Relaxation.COMPOUND if not unknown else Relaxation.FEWER_WORDS, kept, unknown)


def _apart(node: Node, search: _Search) -> tuple[Node, ...]:
    """Return the pieces of a compound that some publication holds together, or nothing."""
    if not isinstance(node, Word):
        return ()
    for texts in splits(node.text, search.ranking.compiler):
        pieces = tuple(Word(text) for text in texts)
        if search.count(*pieces):
            return pieces
    return ()


def _best_without_one(known: tuple[Node, ...], search: _Search) -> tuple[Node, ...]:
    """Return the words but one that most publications still hold together, or nothing."""
    if len(known) < 3:  # noqa: PLR2004  of two words, any word is the next step
        return ()
    best: tuple[int, tuple[Node, ...]] = (0, ())
    for place in range(len(known)):
        kept = known[:place] + known[place + 1 :]
        count = search.count(*kept)
        if count > best[0]:
            best = (count, kept)
    return best[1]
