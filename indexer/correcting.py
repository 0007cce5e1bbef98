"""Corrects a query: its words that the index lacks, so that the whole has hits.

One decision: a word that matches anything is never touched, whatever its spelling, and only a
corrected query that has hits under the same filters is proposed, with its count. Words that
nothing is near are left out of what is proposed, for no publication can hold them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Final

from indexer.compiler import Level, QueryCompiler
from indexer.engine import Filters
from indexer.query import And, Node, Or, Phrase, Word
from indexer.query import format as format_query
from indexer.ranking import Ranking
from indexer.results import Tier
from indexer.spelling import Correction, Spelling

_MAX_LACKING: Final = 4
_MAX_TRIED: Final = 6
_DOMINANT: Final = 5  # times as many documents as any other candidate


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected query that has ``count`` hits; ``is_confident`` when it may be applied.

    ``dropped`` are the words that it had to leave out: nothing is near them.
    """

    node: Node
    query: str
    count: int
    is_confident: bool
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a query may have meant: whole queries with hits, best first.

    ``likeliest`` is the query with every word put right that surely is a slip, the others as they
    were typed; it may have no hits as a whole and is then what is loosened.
    """

    offered: tuple[Corrected, ...] = ()
    likeliest: Node | None = None


class QueryCorrector:
    """Corrects queries against one generation, within one search."""

    def __init__(
        self, spelling: Spelling, ranking: Ranking, is_base_form: Callable[[str], bool]
    ) -> None:
        self._spelling = spelling
        self._ranking = ranking
        self._is_base_form = is_base_form

    def corrections(
        self, node: Node, filters: Filters, count: Callable[[Node, Filters], int]
    ) -> Corrections:
        """Return the corrections of a query; none for a known one.

        ``count`` returns how many publications a query matches under filters.
        """
        near = {
            word: self._spelling.corrections(word, self._is_base_form)
            for word in self._lacking(node)
        }
        choices = {word: found for word, found in near.items() if found}
        dropped = tuple(word for word in near if word not in choices)
        kept = _without(node, dropped, self._ranking.compiler)
        if not choices or kept is None:
            return Corrections()
        sure = {typed: found[0] for typed, found in choices.items() if self._is_confident(found)}
        likeliest = _corrected(node, sure) if sure else None
        offered = []
        for chosen in islice(product(*choices.values()), _MAX_TRIED):
            words = dict(zip(choices, chosen, strict=True))
            changed = _corrected(kept, words)
            total = count(changed, filters) if changed != kept else 0
            if total:
                query = format_query(changed)
                offered.append(Corrected(changed, query, total, words == sure, dropped))
        return Corrections(tuple(offered), likeliest)

    def _lacking(self, node: Node) -> tuple[str, ...]:
        """Return the query's words that match nothing in the index, filters aside."""
        seen = dict.fromkeys(_words(node, self._ranking.compiler))
        level = Level(Tier.COMPOUND)
        lacking = []
        for text in seen:
            query = self._ranking.compiler.match(Word(text), level)
            if not self._ranking.count(query, Filters()):
                lacking.append(text)
                if len(lacking) > _MAX_LACKING:
                    return ()  # not a slip of the finger
        return tuple(lacking)

    def _is_confident(self, candidates: tuple[Correction, ...]) -> bool:
        """Whether the first candidate is at most one edit away and has no rival.

        Other forms of the same word are no rivals: whichever is chosen, the same texts match.
        """
        best = candidates[0]
        if best.distance > 1:
            return False
        terms = self._terms(best.word)
        rivals = [
            other
            for other in candidates[1:]
            if other.distance == best.distance and not terms & self._terms(other.word)
        ]
        return all(best.count >= _DOMINANT * other.count for other in rivals)

    def _terms(self, word: str) -> frozenset[str]:
        read = self._ranking.compiler.read(word)
        return frozenset(term for each in read for term in each.full)


def _words(node: Node, compiler: QueryCompiler) -> Iterator[str]:
    """Yield the words that may be corrected: not negated, exact, prefixes or in a field."""
    match node:
        case Word(text) | Phrase(text):
            yield from (word.text for word in compiler.read(text))
        case And(nodes) | Or(nodes):
            for child in nodes:
                yield from _words(child, compiler)
        case _:
            return


def _without(node: Node, words: Collection[str], compiler: QueryCompiler) -> Node | None:
    """Return the query without what needs one of the words; None where that is all of it."""
    match node:
        case Word(text) | Phrase(text):
            is_needed = any(word.text in words for word in compiler.read(text))
            return None if is_needed else node
        case And(nodes) | Or(nodes):
            left = [_without(child, words, compiler) for child in nodes]
            kept = tuple(child for child in left if child is not None)
            return replace(node, nodes=kept) if kept else None
        case _:
            return node


def _corrected(node: Node, words: Mapping[str, Correction]) -> Node:
    """Return the query with corrections, each in the letter case of what was typed."""
    return _replaced(node, {typed: _as_typed(typed, each.word) for typed, each in words.items()})


def _replaced(node: Node, words: Mapping[str, str]) -> Node:
    """Return the query with the given words in place of the typed ones."""
    match node:
        case Word(text):
            return Word(words.get(text, _in_text(text, words)))
        case Phrase(text):
            return Phrase(_in_text(text, words))
        case And(nodes):
            return And(tuple(_replaced(child, words) for child in nodes))
        case Or(nodes):
            return Or(tuple(_replaced(child, words) for child in nodes))
        case _:
            return node


def _in_text(text: str, words: Mapping[str, str]) -> str:
    return " ".join(words.get(part, part) for part in text.split())


def _as_typed(typed: str, word: str) -> str:
    """Return a word in the letter case of the typed one."""
    if typed.isupper():
        return word.upper()
    return word[0].upper() + word[1:] if typed[0].isupper() else word
