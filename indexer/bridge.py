"""The vocabulary as a bridge: words of a query that name a concept, and its other names.

One decision: a concept is met by base forms, never by strings, so "forest bioeconomies" and
"metsäbiotaloudesta" both meet it; what it brings is searched as inflecting phrases and always
shown to the visitor, who can take it away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from corpus import Concept, Vocabulary
from indexer.analysis import Analyzer

LANGUAGES: Final = ("fi", "sv", "en")
_MAX_WORDS: Final = 8
_BRIDGED_SCHEMES: Final = ("sector", "theme", "region", "programme")


@dataclass(frozen=True, slots=True)
class Bridge:
    """Words ``start`` to ``end`` of a query name a concept; ``names`` are its other names."""

    start: int
    end: int
    concept_id: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    terms: tuple[frozenset[str], ...]
    concept: Concept


class ConceptBridge:
    """Finds concepts in queries; built once per vocabulary."""

    def __init__(self, vocabulary: Vocabulary, analyzers: Mapping[str, Analyzer]) -> None:
        self.vocabulary = vocabulary
        self._by_first_term: dict[str, list[_Name]] = {}
        for scheme in _BRIDGED_SCHEMES:
            for concept in vocabulary.concepts(scheme):
                for text, language in _names(concept):
                    tokens = analyzers[language].query_tokens(text)
                    terms = tuple(frozenset(token.full) for token in tokens)
                    if not 1 <= len(terms) <= _MAX_WORDS:
                        continue
                    name = _Name(text, terms, concept)
                    for term in terms[0]:
                        self._by_first_term.setdefault(term, []).append(name)

    def find(self, words: Sequence[frozenset[str]]) -> list[Bridge]:
        """Return the concepts that runs of ``words`` name, longest runs first at each place.

        ``words`` holds the terms of each query word in all languages; runs do not overlap.
        """
        found = []
        place = 0
        while place < len(words):
            bridge = self._longest_at(words, place)
            if bridge is None:
                place += 1
            else:
                found.append(bridge)
                place = bridge.end
        return found

    def _longest_at(self, words: Sequence[frozenset[str]], start: int) -> Bridge | None:
        best: _Name | None = None
        for term in words[start]:
            for name in self._by_first_term.get(term, ()):
                run = words[start : start + len(name.terms)]
                if len(run) == len(name.terms) and all(
                    have & want for have, want in zip(run, name.terms, strict=True)
                ):
                    key = (-len(name.terms), name.concept.id, name.text)
                    if best is None or key < (-len(best.terms), best.concept.id, best.text):
                        best = name
        if best is None:
            return None
        return Bridge(start, start + len(best.terms), best.concept.id, _other_names(best))


def _names(concept: Concept) -> Iterator[tuple[str, str]]:
    """Yield the labels and alternative labels of a concept with their languages."""
    for language in LANGUAGES:
        label = concept.labels.get(language)
        if label:
            yield label, language
        for text in concept.alt.get(language, ()):
            yield text, language


def _other_names(name: _Name) -> tuple[str, ...]:
    """Return the labels in every language, and for an acronym what it stands for (both ways)."""
    labels = [text for language in LANGUAGES if (text := name.concept.labels.get(language, ""))]
    alternatives = [text for text, _ in _names(name.concept) if text not in labels]
    is_acronym = _is_acronym(name.text)
    wanted = labels + [t for t in alternatives if is_acronym != _is_acronym(t) and len(t) > 1]
    seen: dict[str, None] = {}
    for text in wanted:
        if text.casefold() != name.text.casefold():
            seen.setdefault(text, None)
    return tuple(seen)


def _is_acronym(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return " " not in text and len(letters) > 1 and all(c.isupper() for c in letters)
