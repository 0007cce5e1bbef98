"""The Finnish analyzer: words of a text with their terms, hyphens of whole phrases completed.

The decision behind it: a word's terms depend on nothing but the word and are remembered; only
suspended hyphens (*tutkimus- ja kehittämistoiminta*) look beyond it.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from indexer.analysis._ports import QueryToken, Token
from indexer.analysis._terms import once, without
from indexer.analysis.lexicon import Lexicon, LexiconError, check
from indexer.analysis.normalise import bounds, has_outer_hyphen, normalise, spans
from indexer.analysis.suspended import completions
from indexer.analysis.voikko import NoVoikko, Voikko
from indexer.analysis.words import FinnishWords

RULES_VERSION: Final = "1"
"""Raised whenever the same word may get other terms; an index made before has to be rebuilt."""

_PRONOUNCEABLE: Final = re.compile(r"(?=.*[aeiouyäöå])[a-zäöåšž'-]+")


class FinnishAnalyzer:
    """The Analyzer of Finnish, over Voikko or without it."""

    language = "fi"

    def __init__(self, voikko: Voikko, lexicon: Lexicon) -> None:
        self.backend = voikko.name
        self.fingerprint = f"{voikko.fingerprint}/rules-{RULES_VERSION}/{lexicon.fingerprint}"
        self._words = FinnishWords(voikko, lexicon)
        self._terms = self._words.terms

    def tokens(self, text: str) -> list[Token]:
        """Return the tokens of a text, suspended hyphens completed."""
        terms_of = self._terms
        found = []
        for position, (word, start, end) in enumerate(bounds(text)):
            terms = terms_of(word)
            found.append(Token(terms.surface, position, start, end, terms.base, terms.parts))
        if not has_outer_hyphen(text):
            return found
        for index, added in completions(text, spans(text), self._words):
            token = found[index]
            base = once(token.base, added.bases)
            parts = without((*token.parts, *added.parts), base)
            found[index] = Token(token.surface, index, token.start, token.end, base, parts)
        return found

    def query_tokens(self, text: str) -> list[QueryToken]:
        """Return the words of a query."""
        return [self._query_token(span.word, span.start, span.end) for span in spans(text)]

    def _query_token(self, word: str, start: int, end: int) -> QueryToken:
        terms = self._words.terms(word)
        pieces: list[QueryToken] = []
        if "-" in terms.surface and end - start == len(terms.surface):
            at = start
            for piece in normalise(word).split("-"):
                pieces.append(self._query_token(piece, at, at + len(piece)))
                at += len(piece) + 1
        return QueryToken(terms.surface, start, end, terms.full, tuple(pieces), terms.parts)

    def index_terms(self, word: str) -> frozenset[str]:
        """Return every term under which a word is indexed."""
        if word.isalpha():
            terms = self._terms(word)
            return frozenset(terms.base + terms.parts if terms.parts else terms.base)
        return frozenset(
            term for token in self.tokens(word) for term in (*token.base, *token.parts)
        )

    def query_terms(self, word: str) -> frozenset[str]:
        """Return the terms any of which satisfies a query for the word."""
        return frozenset(term for span in spans(word) for term in self._words.terms(span.word).full)

    def tiers(self, word: str) -> Mapping[str, tuple[str, ...]]:
        """Return the terms of a word by tier."""
        found = [self._words.terms(span.word) for span in spans(word)]
        weaker = {term for terms in found for term in (*terms.verbs, *terms.guesses)}
        return {
            "surface": once(terms.surface for terms in found),
            "base": without((term for terms in found for term in terms.base), weaker),
            "verb": once(*(terms.verbs for terms in found)),
            "guess": once(*(terms.guesses for terms in found)),
            "parts": once(*(terms.parts for terms in found)),
        }

    def is_word_known(self, word: str) -> bool:
        """Tell whether the dictionary or the lexicon knows a word, as it is inflected here.

        Without a dictionary every word that can be pronounced counts, for nothing speaks
        against it.
        """
        if self.backend == NoVoikko.name:
            return _PRONOUNCEABLE.fullmatch(normalise(word).lower()) is not None
        return self._words.terms(word).is_known

    def share_known(self, words: Iterable[str]) -> float:
        """Return the share of words that are known, 0 for no words."""
        known = [self.is_word_known(word) for word in words]
        return sum(known) / len(known) if known else 0.0

    def check_lexicon(self, path: Path | None) -> list[LexiconError]:
        """Return the entries of a lexicon that cannot be used, with file, line and reason."""
        return check(path, self._words.readings)
