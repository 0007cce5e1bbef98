"""The Analyzer port: words and texts into terms of the index and of queries.

The decision behind it: whatever a word can mean is decided once, when it is indexed, and kept
in tiers (surface, base forms, compound parts); a query only ever asks for whole words.  Expanding
compounds on the query side cut precision from .85 to .32 on UD_Finnish-TDT.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Token(NamedTuple):
    """One word of a text with all the terms that stand at its position.

    A tuple, because it is built for every word of the collection, and three times faster.

    ``start`` and ``end`` are character offsets in the text as it was given; ``base`` holds at
    least one term, ``parts`` only what a compound or a hyphenated word contains.
    """

    surface: str
    position: int
    start: int
    end: int
    base: tuple[str, ...]
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryToken:
    """One word of a query.

    Any term of ``full`` in the base field satisfies the word.  Where ``pieces`` is not empty,
    these tokens at adjacent positions satisfy it too (*elmo-pilotti*: *ELMO*, *pilotti*).
    ``parts`` counts in the ranking of related and relaxed results and never in matching.
    """

    surface: str
    start: int
    end: int
    full: tuple[str, ...]
    pieces: tuple["QueryToken", ...] = ()
    parts: tuple[str, ...] = ()


class Analyzer(Protocol):
    """What turns words of one language into terms.

    Every method is total: any string gives an answer in bounded time, none raises.  Token
    boundaries are the same in every language, so that the tokens of one text can be united.
    An analyzer may be used from several threads.
    """

    @property
    def language(self) -> str:
        """The language's code: fi, sv or en."""
        ...

    @property
    def fingerprint(self) -> str:
        """What the terms depend on: backend, dictionary and the version of the rules.

        An index made under another fingerprint does not fit the queries analysed here.
        """
        ...

    def tokens(self, text: str) -> list[Token]:
        """Return the tokens of a text, suspended hyphens completed."""
        ...

    def query_tokens(self, text: str) -> list[QueryToken]:
        """Return the words of a query, one for each token of the text."""
        ...

    def index_terms(self, word: str) -> frozenset[str]:
        """Return every term under which a word is indexed, whatever its tier."""
        ...

    def query_terms(self, word: str) -> frozenset[str]:
        """Return the terms any of which satisfies a query for the word."""
        ...

    def tiers(self, word: str) -> Mapping[str, tuple[str, ...]]:
        """Return the terms of a word by tier: surface, base, verb, guess, parts."""
        ...
