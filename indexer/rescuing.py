"""Ways out of a search without matches, each computed and counted before it is shown.

One decision: a rescue is a whole search (words and filters) that was run and has hits, so its
count is what the visitor will see behind the link; nothing is proposed on a guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from corpus import Concept
from indexer.bridge import LANGUAGES
from indexer.compiler import QueryCompiler, QueryWord
from indexer.compounds import joins, splits
from indexer.correcting import Corrected
from indexer.engine import Filters
from indexer.query import And, Node, Word
from indexer.query import format as format_query
from indexer.results import Rescue, RescueKind

MAX_RESCUES: Final = 8
_MAX_OF_A_KIND: Final = 2

_Way = tuple[RescueKind, Node | None, str | None]


@dataclass(frozen=True, slots=True)
class Stranded:
    """A search without matches: its words, its filters, and the corrections already counted."""

    query: str
    node: Node | None
    filters: Filters
    corrected: tuple[Corrected, ...] = ()


class Rescuer:
    """Computes ways out; ``count`` runs a query under filters, ``is_late`` ends the search."""

    def __init__(
        self,
        compiler: QueryCompiler,
        count: Callable[[Node | None, Filters], int],
        is_late: Callable[[], bool],
    ) -> None:
        self._compiler = compiler
        self._vocabulary = compiler.vocabulary
        self._count = count
        self._is_late = is_late

    def rescues(self, stranded: Stranded) -> tuple[Rescue, ...]:
        """Return at most `MAX_RESCUES` searches that have hits.

        In this order: without one of the filters, compounds split or joined, spelling, another
        name of a concept, a name in another language. What the time budget does not reach is
        left out, and so is what is more of the same.
        """
        found: dict[tuple[str, str | None], Rescue] = {}
        kinds: Counter[RescueKind] = Counter()
        for kind, node, dropped in self._ways(stranded):
            if len(found) >= MAX_RESCUES or self._is_late():
                break
            if kinds[kind] >= _MAX_OF_A_KIND and not dropped:
                continue
            query = stranded.query if dropped else format_query(node) if node else ""
            if (query, dropped) in found or (query == stranded.query and not dropped):
                continue
            filters = _without(stranded.filters, dropped) if dropped else stranded.filters
            count = self._count(node, filters)
            if count:
                found[query, dropped] = Rescue(kind, query, count, dropped)
                kinds[kind] += 1
        return tuple(found.values())

    def _ways(self, stranded: Stranded) -> Iterator[_Way]:
        for facet in (*stranded.filters.keywords, *stranded.filters.ranges):
            yield RescueKind.DROP_FILTER, stranded.node, facet
        words = _plain_words(stranded.node)
        for texts in (*joins(words), *self._split(words)):
            yield RescueKind.COMPOUND, And(tuple(Word(text) for text in texts)), None
        for corrected in stranded.corrected:
            yield RescueKind.SPELLING, corrected.node, None
        named = list(self._named(words))
        for wanted in (RescueKind.SYNONYM, RescueKind.LANGUAGE):
            for kind, texts in named:
                if kind is wanted:
                    yield kind, And(tuple(Word(text) for text in texts)), None

    def _split(self, words: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Yield the query with one compound written apart."""
        for place, text in enumerate(words):
            for pieces in splits(text, self._compiler):
                yield (*words[:place], *pieces, *words[place + 1 :])

    # --- names of concepts ------------------------------------------------------------------

    def _named(self, words: Sequence[str]) -> Iterator[tuple[RescueKind, tuple[str, ...]]]:
        """Yield the query with a concept under each of its other names, as plain words."""
        if not words:
            return
        node = And(tuple(Word(text) for text in words))
        read = self._compiler.words(node)
        for bridge in self._compiler.bridges(node):
            concept = self._vocabulary.concept(bridge.concept_id)
            spoken = self._languages(concept, read[bridge.start : bridge.end])
            before = tuple(word.text for word in read[: bridge.start])
            after = tuple(word.text for word in read[bridge.end :])
            for name in bridge.names:
                kind = _kind(concept, name, spoken)
                pieces = tuple(word.text for word in self._compiler.read(name))
                yield kind, (*before, *pieces, *after)

    def _languages(self, concept: Concept, run: Sequence[QueryWord]) -> frozenset[str]:
        """Return the languages in which the run of words names the concept."""
        spoken = set()
        for language in LANGUAGES:
            label = concept.labels.get(language)
            for name in (*((label,) if label else ()), *concept.alt.get(language, ())):
                read = self._compiler.read(name)
                if len(read) == len(run) and all(
                    set(have.full) & set(want.full) for have, want in zip(run, read, strict=True)
                ):
                    spoken.add(language)
        return frozenset(spoken)


def _kind(concept: Concept, name: str, spoken: frozenset[str]) -> RescueKind:
    languages = {
        language
        for language in LANGUAGES
        if name == concept.labels.get(language) or name in concept.alt.get(language, ())
    }
    return RescueKind.SYNONYM if languages & spoken else RescueKind.LANGUAGE


def _without(filters: Filters, facet: str) -> Filters:
    """Return the filters but those of one facet."""
    keywords = {name: values for name, values in filters.keywords.items() if name != facet}
    ranges = {name: bounds for name, bounds in filters.ranges.items() if name != facet}
    return replace(filters, keywords=keywords, ranges=ranges)


def _plain_words(node: Node | None) -> tuple[str, ...]:
    """Return the words of a query that is nothing but words; of any other, none."""
    match node:
        case Word(text):
            return (text,)
        case And(nodes) if all(isinstance(child, Word) for child in nodes):
            return tuple(child.text for child in nodes if isinstance(child, Word))
        case _:
            return ()
