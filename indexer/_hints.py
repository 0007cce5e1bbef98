"""The hints of a vocabulary found in analysed text: words, compound parts, adjacent phrases.

The decision behind it: hints are compared as terms, never as strings, so *metsäkoneenkuljettajat*
meets the hint *metsäkone* and *resurssiviisaan* the hint *resurssiviisas*; a table from a hint's
first term to its rules makes one pass over the tokens enough for every concept at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from types import MappingProxyType
from typing import Final

from corpus.vocabulary import Concept, Vocabulary
from indexer.analysis import Analyzer, Token

PART_WEIGHT: Final = 0.7  # a hint inside a compound says less than the word itself
PLACE_WEIGHT: Final = 0.6  # a municipality says less than the name of its region
_MIN_TERM: Final = 2
_STEM_SLACK: Final = 2


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint of one concept: the terms each of its words may have, in order."""

    concept: str
    text: str
    words: tuple[frozenset[str], ...]
    weight: float = 1.0
    is_weak: bool = False
    is_name: bool = False  # counts only where the text begins it with a capital too
    prefix: str = ""  # what the word in the text has to begin with, where terms are stems


@dataclass(slots=True)
class Found:
    """What a text holds of one concept: how often each hint stands there, and where first."""

    strong: dict[str, float] = field(default_factory=dict)
    weak: dict[str, float] = field(default_factory=dict)
    strong_count: float = 0.0
    weak_count: float = 0.0
    surface: str = ""
    hint: str = ""
    page: int | None = None

    def add(self, hint: Hint, weight: float, surface: str, page: int | None) -> None:
        """Count one occurrence; the first strong one, else the first, is the evidence."""
        kept = self.weak if hint.is_weak else self.strong
        if not self.hint or (not hint.is_weak and not self.strong):
            self.hint, self.surface, self.page = hint.text, surface, page
        kept[hint.text] = max(kept.get(hint.text, 0.0), weight)
        if hint.is_weak:
            self.weak_count += weight
        else:
            self.strong_count += weight


class HintTable:
    """The hints of some schemes in one language, ready to be looked up by term."""

    def __init__(self, vocabulary: Vocabulary, schemes: Iterable[str], analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._hints: dict[str, list[Hint]] = defaultdict(list)
        self._excluded: dict[str, list[Hint]] = defaultdict(list)
        for scheme in schemes:
            for concept in vocabulary.concepts(scheme):
                if not concept.is_deprecated:
                    self._add(concept, analyzer.language)

    def find(self, text: str, tokens: Sequence[Token], page: int | None) -> Mapping[str, Found]:
        """Return what the tokens of a text hold, by concept."""
        found: dict[str, Found] = defaultdict(Found)
        is_elsewhere = self._hints.keys().isdisjoint
        for position, token in enumerate(tokens):
            if is_elsewhere(token.base) and is_elsewhere(token.parts):
                continue  # nine words of ten, and most of the time this takes
            hits = [*self._at(self._hints, text, tokens, position)]
            if not hits:
                continue
            excluded = {h.concept for h, *_ in self._at(self._excluded, text, tokens, position)}
            # the longest hint of a concept at a place speaks for it
            best: dict[tuple[str, bool], tuple[Hint, float]] = {}
            for hint, weight in hits:
                key = (hint.concept, hint.is_weak)
                if key not in best or len(hint.words) > len(best[key][0].words):
                    best[key] = (hint, weight)
            for hint, weight in best.values():
                if hint.concept not in excluded:
                    end = tokens[position + len(hint.words) - 1].end
                    surface = text[token.start : end]
                    found[hint.concept].add(hint, weight * hint.weight, surface, page)
        return MappingProxyType(found)

    def _at(
        self,
        table: Mapping[str, Sequence[Hint]],
        text: str,
        tokens: Sequence[Token],
        position: int,
    ) -> Iterator[tuple[Hint, float]]:
        token = tokens[position]
        seen: set[int] = set()
        for weight, terms in ((1.0, token.base), (PART_WEIGHT, token.parts)):
            for term in terms:
                for hint in table.get(term, ()):
                    if id(hint) in seen or not _is_here(hint, text, tokens, position):
                        continue
                    # a phrase never begins inside a compound, but ends with its first part
                    if weight == PART_WEIGHT and len(hint.words) > 1:
                        continue
                    seen.add(id(hint))
                    yield hint, weight

    def _add(self, concept: Concept, language: str) -> None:
        if not (concept.hints or concept.weak or concept.alt or concept.places):
            return
        weak = concept.weak.get(language, ())
        doubted = [self._words(text) for text in weak]
        label = concept.labels.get(language, "")
        strong = dict.fromkeys((label, *concept.hints.get(language, ())))
        for text in strong:
            # "Koulutus" the label is "koulutus" the weak hint
            is_weak = text == label and any(map(_is_same, doubted, repeat(self._words(text))))
            self._put(self._hints, concept, text, is_weak=is_weak)
        alternatives = (alt for alt in concept.alt.get(language, ()) if alt not in strong)
        for text in dict.fromkeys((*weak, *alternatives)):
            self._put(self._hints, concept, text, is_weak=True)
        for text in concept.places:
            self._put(self._hints, concept, text, weight=PLACE_WEIGHT)
        for text in concept.exclude.get(language, ()):
            self._put(self._excluded, concept, text)

    def _words(self, text: str) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(token.full) for token in self._analyzer.query_tokens(text))

    def _put(
        self,
        table: dict[str, list[Hint]],
        concept: Concept,
        text: str,
        *,
        weight: float = 1.0,
        is_weak: bool = False,
    ) -> None:
        words = self._words(text)
        if not words:
            return
        is_name = text[:1].isupper() and text not in concept.labels.values()
        is_name = is_name or bool(concept.places) or concept.scheme == "region"
        prefix = "" if self._analyzer.language == "fi" else text.lower()[:-_STEM_SLACK]
        hint = Hint(concept.id, text, words, weight, is_weak, is_name, prefix)
        for term in words[0]:
            if len(term) >= _MIN_TERM:
                table[term].append(hint)


def _is_same(one: Sequence[frozenset[str]], other: Sequence[frozenset[str]]) -> bool:
    return len(one) == len(other) and all(map(frozenset.intersection, one, other))


def _is_here(hint: Hint, text: str, tokens: Sequence[Token], position: int) -> bool:
    """Whether the words of a hint stand at a position, one after the other."""
    following = tokens[position : position + len(hint.words)]
    if len(following) < len(hint.words):
        return False
    if len(hint.words) == 1 and not following[0].surface.startswith(hint.prefix):
        return False  # a stemmer takes "machine" and "machining" for one word
    if hint.is_name and not text[following[0].start : following[0].start + 1].isupper():
        return False
    return all(
        not words.isdisjoint(token.base)
        for words, token in zip(hint.words[1:], following[1:], strict=True)
    )
