"""Continues what a visitor types: concepts of the vocabulary first, then words of the index.

One decision: only what returns hits is offered. Words come from the generation's own surface
forms with their document counts, never from a dictionary; concepts count when one of their words
is in the index.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from heapq import nsmallest
from typing import Final

from corpus import Vocabulary
from indexer.results import Topic
from indexer.slices import Rest, at_once, most_frequent, slices

MIN_CHARACTERS: Final = 2
MAX_WORDS: Final = 500_000
_SCHEMES: Final = ("sector", "theme", "region", "programme")
_LANGUAGES: Final = ("fi", "sv", "en")
_MAX_CHARACTERS: Final = 100
_MIN_WORD: Final = 3


class SuggestedWords:
    """The words of a generation, as a visitor may go on typing them."""

    def __init__(self, words: Sequence[tuple[str, int]], rest: Rest = at_once) -> None:
        """Keep the `MAX_WORDS` most frequent of ``words``, given in order with their counts."""
        usable = [
            (word, count) for some in slices(words, rest) for word, count in some if _is_word(word)
        ]
        kept = most_frequent(usable, MAX_WORDS, rest)
        self._words = [word for word, _ in kept]
        self._counts = array("Q", [count for _, count in kept])

    def __contains__(self, word: str) -> bool:
        place = bisect_left(self._words, word)
        return place < len(self._words) and self._words[place] == word

    def continuing(self, prefix: str, limit: int) -> list[str]:
        """Return at most ``limit`` words that begin with a prefix, the most frequent first."""
        start = bisect_left(self._words, prefix)
        end = bisect_left(self._words, prefix + "\U0010ffff")
        found = nsmallest(
            limit,
            range(start, end),
            key=lambda place: (-self._counts[place], len(self._words[place]), place),
        )
        return [self._words[place] for place in found]


class Suggester:
    """The suggestions of one generation and one vocabulary."""

    def __init__(self, words: SuggestedWords, vocabulary: Vocabulary) -> None:
        self._words = words
        labels = {
            label
            for scheme in _SCHEMES
            for concept in vocabulary.concepts(scheme)
            for language in _LANGUAGES
            if (label := concept.labels.get(language))
        }
        self._labels = sorted(label for label in labels if self._has_hits(label))
        self._topics = tuple(
            (Topic(scheme, concept.id), tuple(label.lower() for label in concept.labels.values()))
            for scheme in _SCHEMES
            for concept in vocabulary.concepts(scheme)
        )

    def suggest(self, text: str, limit: int) -> tuple[str, ...]:
        """Return at most ``limit`` searches that continue ``text``, best first."""
        typed = typed_text(text)
        if len(typed) < MIN_CHARACTERS:
            return ()
        found = dict.fromkeys((*self._concepts(typed), *self.words(typed, limit * 2)))
        seen: dict[str, str] = {}
        for suggestion in found:
            seen.setdefault(suggestion.lower(), suggestion)
        return tuple(seen.values())[:limit]

    def words(self, typed: str, limit: int) -> tuple[str, ...]:
        """Return at most ``limit`` searches that end in a word of the index, best first."""
        before, _, last = typed.rpartition(" ")
        if len(last) < MIN_CHARACTERS:
            return ()
        found = self._words.continuing(last, limit)
        return tuple(f"{before} {word}".strip() for word in found)

    def topics(self, typed: str, limit: int) -> tuple[Topic, ...]:
        """Return concepts with a label, in any language, that goes on from what is typed.

        Labels that begin so come first, then those with a later word that does.
        """
        first = [topic for topic, labels in self._topics if _begins(labels, typed)]
        inner = [
            topic for topic, labels in self._topics if any(f" {typed}" in label for label in labels)
        ]
        return tuple(dict.fromkeys((*first, *inner)))[:limit]

    def _concepts(self, typed: str) -> list[str]:
        """Return the labels that begin with what is typed, then those with a word that does."""
        first = [label for label in self._labels if label.lower().startswith(typed)]
        inner = [label for label in self._labels if f" {typed}" in label.lower()]
        return first + [label for label in inner if label not in first]

    def _has_hits(self, label: str) -> bool:
        return any(word.strip(",()") in self._words for word in label.lower().split())


def typed_text(text: str) -> str:
    """Return what is typed in lower case, with single spaces, no longer than it may be."""
    return " ".join(text[:_MAX_CHARACTERS].lower().split())


def _begins(labels: Sequence[str], typed: str) -> bool:
    return any(label.startswith(typed) for label in labels)


def _is_word(word: str) -> bool:
    return len(word) >= _MIN_WORD and any(c.isalpha() for c in word)
