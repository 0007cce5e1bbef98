"""Continues what a visitor types: concepts of the vocabulary first, then words of the index.

One decision: only what returns hits is offered. Words come from the generation's own surface
forms with their document counts, never from a dictionary; concepts count when one of their words
is in the index.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from corpus import Vocabulary
from indexer.engine import Index
from indexer.schema import SURFACE

MIN_CHARACTERS: Final = 2
_SCHEMES: Final = ("sector", "theme", "region", "programme")
_LANGUAGES: Final = ("fi", "sv", "en")
_MAX_CHARACTERS: Final = 100
_MIN_WORD: Final = 3


class Suggester:
    """The suggestions of one generation: built once, then a lookup costs microseconds."""

    def __init__(self, publications: Index, vocabulary: Vocabulary) -> None:
        words = publications.terms(SURFACE)
        self._counts = {word: count for word, count in words if _is_word(word)}
        self._words = sorted(self._counts)
        labels = {
            label
            for scheme in _SCHEMES
            for concept in vocabulary.concepts(scheme)
            for language in _LANGUAGES
            if (label := concept.labels.get(language))
        }
        self._labels = sorted(label for label in labels if self._has_hits(label))

    def suggest(self, text: str, limit: int) -> tuple[str, ...]:
        """Return at most ``limit`` searches that continue ``text``, best first."""
        typed = " ".join(text[:_MAX_CHARACTERS].lower().split())
        if len(typed) < MIN_CHARACTERS:
            return ()
        found = dict.fromkeys(self._concepts(typed))
        before, _, last = typed.rpartition(" ")
        if len(last) >= MIN_CHARACTERS:
            for word in self._continuing(last, limit * 2):
                found.setdefault(f"{before} {word}".strip(), None)
        seen: dict[str, str] = {}
        for suggestion in found:
            seen.setdefault(suggestion.lower(), suggestion)
        return tuple(seen.values())[:limit]

    def _concepts(self, typed: str) -> list[str]:
        """Return the labels that begin with what is typed, then those with a word that does."""
        first = [label for label in self._labels if label.lower().startswith(typed)]
        inner = [label for label in self._labels if f" {typed}" in label.lower()]
        return first + [label for label in inner if label not in first]

    def _continuing(self, prefix: str, limit: int) -> list[str]:
        start = bisect_left(self._words, prefix)
        end = bisect_left(self._words, prefix + "\U0010ffff")
        words = self._words[start:end]
        return sorted(words, key=lambda word: (-self._counts[word], len(word), word))[:limit]

    def _has_hits(self, label: str) -> bool:
        return any(word.strip(",()") in self._counts for word in label.lower().split())


def _is_word(word: str) -> bool:
    return len(word) >= _MIN_WORD and any(c.isalpha() for c in word)
