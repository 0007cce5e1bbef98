"""The query language: any string becomes a tree, none is an error.

One decision: the parser is total. What does not parse is read as plain words, so a visitor never
sees a syntax error and no string of a visitor reaches an engine's own parser.
"""

from indexer._parse import format, parse  # noqa: A004 (always used as query.format)
from indexer._query_tree import (
    MAX_DEPTH,
    MAX_PREFIX_EXPANSIONS,
    MAX_QUERY_CHARACTERS,
    MIN_PREFIX_CHARACTERS,
    QUERY_FIELDS,
    And,
    Exact,
    InField,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
    YearRange,
    words,
)

__all__ = [
    "MAX_DEPTH",
    "MAX_PREFIX_EXPANSIONS",
    "MAX_QUERY_CHARACTERS",
    "MIN_PREFIX_CHARACTERS",
    "QUERY_FIELDS",
    "And",
    "Exact",
    "InField",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Prefix",
    "Word",
    "YearRange",
    "format",
    "parse",
    "words",
]
