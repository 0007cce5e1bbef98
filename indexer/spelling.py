"""Corrects a word to words of the index: the nearest first, as they stand in the index.

One decision: candidates come from a walk over the sorted words that follows the typed word and
spends its edits on the way, so there is no neighbourhood index to build or to keep: the words
themselves are enough, and only what the index holds is ever proposed.
"""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from indexer.slices import Rest, at_once, most_frequent, slices

MAX_WORDS: Final = 500_000
MIN_LETTERS: Final = 4
_MIN_FOR_TWO_EDITS: Final = 8
_MAX_CHARACTERS: Final = 50
_BASES_TRIED: Final = 8
_INNER: Final = "-'’"
_SLIP: Final = 25.0  # letters of the alphabet, less the right one
_OTHER_FIRST_LETTER: Final = 0.3  # first letters are rarely mistyped
_UNDECOMPOSED: Final = str.maketrans({"ø": "o", "æ": "a", "đ": "d", "ł": "l", "ß": "s"})


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the index near a typed one; ``distance`` is 0 where only diacritics differ."""

    word: str
    distance: int
    count: int


@dataclass(frozen=True, slots=True)
class Spelling:
    """What one generation corrects with: its words as they stand in texts, and base forms.

    The base forms serve a visitor who typed one that no text happens to hold.
    """

    surface: Speller
    base: Speller

    def corrections(
        self, typed: str, is_base_form: Callable[[str], bool]
    ) -> tuple[Correction, ...]:
        """Return corrections of a word, nearest first; words of texts before base forms.

        ``is_base_form`` tells a base form that a dictionary knows from a guess or a stem.
        """
        found = self.surface.corrections(typed)
        if found and found[0].distance <= 1:
            return found
        bases = self.base.corrections(typed, limit=_BASES_TRIED)
        near = tuple(each for each in bases if each.distance <= 1 and is_base_form(each.word))
        return near or found


class Speller:
    """The words of one generation, for correction; a lookup costs a fraction of a millisecond."""

    def __init__(self, words: Sequence[tuple[str, int]], rest: Rest = at_once) -> None:
        """Keep the `MAX_WORDS` most frequent of ``words`` (surface form, document count).

        ``rest`` is called between slices of the work.
        """
        usable = [
            (word, count)
            for pairs in slices(words, rest)
            for word, count in pairs
            if is_correctable(word)
        ]
        self._counts: dict[str, int] = {}
        for pairs in slices(most_frequent(usable, MAX_WORDS, rest), rest):
            self._counts.update(pairs)
        self._words = sorted(self._counts)
        self._by_folded: dict[str, list[str]] = {}
        for some in slices(self._words, rest):
            for word in some:
                if not word.isascii():
                    self._by_folded.setdefault(folded(word), []).append(word)

    def corrections(self, typed: str, limit: int = 3) -> tuple[Correction, ...]:
        """Return at most ``limit`` corrections of a word that the index lacks, best first.

        Words that are equal after folding come first; then those one edit away (a swap of
        neighbours is one edit); two edits only for long words with nothing nearer.
        """
        word = unicodedata.normalize("NFC", typed).lower()
        if not is_correctable(word) or word in self._counts:
            return ()
        found = dict.fromkeys(self._same_folded(word), 0)
        for candidate in self._within(word, 1):
            found.setdefault(candidate, 1)
        if not found and len(word) >= _MIN_FOR_TWO_EDITS:
            found = dict.fromkeys(self._within(word, 2), 2)
        made = [Correction(text, edits, self._counts[text]) for text, edits in found.items()]
        return tuple(sorted(made, key=lambda each: _order(word, each))[:limit])

    def _same_folded(self, word: str) -> list[str]:
        key = folded(word)
        plain = [key] if key in self._counts else []
        return plain + self._by_folded.get(key, [])

    def _within(self, word: str, edits: int) -> set[str]:
        return set(self._walk("", (0, len(self._words)), word, edits))

    def _walk(self, before: str, span: tuple[int, int], rest: str, edits: int) -> Iterator[str]:
        """Yield the words that begin with ``before`` and continue within ``edits`` of ``rest``.

        ``span`` bounds the words that begin with ``before``.
        """
        if not edits:
            if before + rest in self._counts:
                yield before + rest
            return
        if rest:
            yield from self._walk(before, span, rest[1:], edits - 1)
        elif before in self._counts:
            yield before
        for longer, inner in self._children(before, span):
            letter = longer[-1]
            yield from self._walk(longer, inner, rest, edits - 1)
            if rest.startswith(letter):
                yield from self._walk(longer, inner, rest[1:], edits)
                continue
            if rest:
                yield from self._walk(longer, inner, rest[1:], edits - 1)
            if rest[1:2] == letter:
                swapped = longer + rest[0]
                yield from self._walk(swapped, self._narrowed(swapped, inner), rest[2:], edits - 1)

    def _children(
        self, before: str, span: tuple[int, int]
    ) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield every prefix that is one letter longer, with the bounds of its words."""
        low, high = span
        depth = len(before)
        if low < high and len(self._words[low]) == depth:
            low += 1
        while low < high:
            letter = self._words[low][depth]
            end = bisect_left(self._words, before + chr(ord(letter) + 1), low, high)
            yield before + letter, (low, end)
            low = end

    def _narrowed(self, prefix: str, span: tuple[int, int]) -> tuple[int, int]:
        after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        return (
            bisect_left(self._words, prefix, *span),
            bisect_left(self._words, after, *span),
        )


def is_correctable(word: str) -> bool:
    """Whether a word is corrected and corrected to: long enough, and nothing but letters."""
    if not MIN_LETTERS <= len(word) <= _MAX_CHARACTERS:
        return False
    if word.isalpha():
        return True
    letters = sum(c.isalpha() for c in word)
    return letters >= MIN_LETTERS and letters + sum(word.count(c) for c in _INNER) == len(word)


def folded(word: str) -> str:
    """Return a word without its diacritics: ä, å and ö become a and o."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word.translate(_UNDECOMPOSED))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _order(typed: str, correction: Correction) -> tuple[int, float, str]:
    """Return the order of corrections: the nearest first, then the likeliest.

    A slip that leaves a letter out or swaps two has one way to happen; one that puts a wrong
    letter in has one for each letter of the alphabet. The root of the count, because rare words
    are mistyped as easily as frequent ones.
    """
    word = correction.word
    is_slip = len(word) > len(typed) or sorted(word) == sorted(typed)
    weight = _SLIP if is_slip else 1.0
    weight *= 1.0 if word[0] == typed[0] else _OTHER_FIRST_LETTER
    return (correction.distance, -weight * math.sqrt(correction.count), word)
