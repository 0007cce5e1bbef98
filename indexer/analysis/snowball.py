"""Swedish and English by Snowball stems.

The decision behind it: a stem carries a mark of its language, so that no stem meets a Finnish
base form by accident, while the plain surface stands beside it and lets names, numbers and
borrowed words match across languages.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import Stemmer

from indexer.analysis._ports import QueryToken, Token
from indexer.analysis._terms import without
from indexer.analysis.normalise import bounds, normalise, spans, surface_of, term_of

MARKS: Final[Mapping[str, str]] = {"fi": "~f", "sv": "~s", "en": "~e"}
_ALGORITHMS: Final[Mapping[str, str]] = {"fi": "finnish", "sv": "swedish", "en": "english"}
_CACHED_WORDS: Final = 50_000
_RULES_VERSION: Final = "1"


class MarkedStemmer:
    """Stems of one language with its mark; safe to use from several threads."""

    def __init__(self, language: str) -> None:
        self._mark = MARKS[language]
        # PyStemmer's own cache is not safe between threads; without it a stem is pure.
        self._stemmer = Stemmer.Stemmer(_ALGORITHMS[language], 0)

    def stem(self, word: str) -> str:
        """Return the marked stem of a lower-cased word."""
        return f"{self._stemmer.stemWord(word)}{self._mark}"


class SnowballAnalyzer:
    """The Analyzer of a language whose words are known by their stems."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.fingerprint = f"snowball-{_ALGORITHMS[language]}/{_RULES_VERSION}"
        self._stemmer = MarkedStemmer(language)
        self._entry = lru_cache(maxsize=_CACHED_WORDS)(self._analyse)

    def _analyse(self, written: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        word = normalise(written)
        surface = surface_of(word)
        pieces = [piece for piece in surface.replace("/", "-").split("-") if piece]
        base = dict.fromkeys((term_of(surface), self._stemmer.stem(term_of(surface))))
        if len(pieces) < 2 or len(word) > len(surface):  # noqa: PLR2004
            return surface, tuple(base), ()
        parts = (term for piece in pieces for term in (piece, self._stemmer.stem(piece)))
        return surface, tuple(base), without(parts, base)

    def tokens(self, text: str) -> list[Token]:
        """Return the tokens of a text."""
        found = []
        for position, (word, start, end) in enumerate(bounds(text)):
            surface, base, parts = self._entry(word)
            found.append(Token(surface, position, start, end, base, parts))
        return found

    def query_tokens(self, text: str) -> list[QueryToken]:
        """Return the words of a query."""
        return [self._query_token(span.word, span.start, span.end) for span in spans(text)]

    def _query_token(self, word: str, start: int, end: int) -> QueryToken:
        surface, base, parts = self._entry(word)
        pieces: list[QueryToken] = []
        if "-" in surface and end - start == len(surface):
            at = start
            for piece in normalise(word).split("-"):
                pieces.append(self._query_token(piece, at, at + len(piece)))
                at += len(piece) + 1
        return QueryToken(surface, start, end, base, tuple(pieces), parts)

    def index_terms(self, word: str) -> frozenset[str]:
        """Return every term under which a word is indexed."""
        tokens = self.tokens(word)
        return frozenset(t for token in tokens for t in (token.surface, *token.base, *token.parts))

    def query_terms(self, word: str) -> frozenset[str]:
        """Return the terms any of which satisfies a query for the word."""
        return frozenset(term for token in self.query_tokens(word) for term in token.full)

    def tiers(self, word: str) -> Mapping[str, tuple[str, ...]]:
        """Return the terms of a word by tier."""
        tokens = self.tokens(word)
        return {
            "surface": tuple(token.surface for token in tokens),
            "base": tuple(term for token in tokens for term in token.base),
            "parts": tuple(term for token in tokens for term in token.parts),
        }
