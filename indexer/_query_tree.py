"""The tree that a query string becomes, and the limits of the query language.

One decision: the tree knows no Finnish and no engine; `indexer` expands it with the analyzers into
the tree that an engine compiles.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_QUERY_CHARACTERS = 512
MAX_DEPTH = 16
MIN_PREFIX_CHARACTERS = 3
MAX_PREFIX_EXPANSIONS = 200
QUERY_FIELDS: tuple[str, ...] = (
    "title",
    "author",
    "isbn",
    "sector",
    "theme",
    "region",
    "programme",
    "organisation",
    "year",
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word (or hyphen compound) in any of its inflected forms."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words next to one another, each inflecting."""

    text: str


@dataclass(frozen=True, slots=True)
class Exact:
    """Words next to one another exactly as written (letter case aside)."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin with ``text`` (at least `MIN_PREFIX_CHARACTERS` characters)."""

    text: str


@dataclass(frozen=True, slots=True)
class InField:
    """A query within one field; ``node`` is a Word, Phrase, Exact or Prefix."""

    field: str
    node: Node


@dataclass(frozen=True, slots=True)
class YearRange:
    """Publications of the years ``low`` to ``high``, both included."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Not:
    """Publications that do not match ``node``."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """All of the nodes."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the nodes."""

    nodes: tuple[Node, ...]


Node = Word | Phrase | Exact | Prefix | InField | YearRange | Not | And | Or


def words(node: Node | None) -> tuple[str, ...]:
    """Return the plain words that every match must hold, in their order."""
    match node:
        case Word(text):
            return (text,)
        case And(nodes):
            return tuple(word for inner in nodes for word in words(inner))
        case _:
            return ()
