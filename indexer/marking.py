"""What of a query is marked in texts: its words, phrases, exact forms and concept names.

One decision: marks follow the match tree word for word, so that a visitor sees marked exactly
what made the publication a hit, and nothing that a stop word happened to meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from indexer.compiler import QueryCompiler, QueryWord, deciding
from indexer.query import And, Exact, InField, Node, Or, Phrase, Prefix, Word
from indexer.snippet import Run


def runs_of(node: Node | None, compiler: QueryCompiler) -> tuple[Run, ...]:
    """Return the runs of terms to mark for a query, concept names included."""
    if node is None:
        return ()
    numbers = count()
    found = list(_runs(node, compiler, numbers))
    for bridge in compiler.bridges(node):
        found += [Run(next(numbers), _full(compiler.read(name))) for name in bridge.names]
    return tuple(run for run in found if run.places)


def _runs(node: Node, compiler: QueryCompiler, numbers: Iterator[int]) -> Iterator[Run]:
    match node:
        case Word(text):
            for word in compiler.read(text):
                yield from _word_runs(word, next(numbers))
        case Phrase(text):
            yield Run(next(numbers), _full(compiler.read(text)))
        case Exact(text):
            places = tuple(frozenset((word.surface,)) for word in compiler.read(text))
            yield Run(next(numbers), places, is_exact=True)
        case Prefix(text):
            yield Run(next(numbers), (frozenset((text.lower(),)),), is_prefix=True)
        case And(nodes) | Or(nodes):
            for child in deciding(nodes):
                yield from _runs(child, compiler, numbers)
        case InField("title", child):
            yield from _runs(child, compiler, numbers)
        case _:
            return


def _word_runs(word: QueryWord, number: int) -> Iterator[Run]:
    yield Run(number, (frozenset((word.surface, *word.full)),))
    for token in word.tokens:
        if len(token.pieces) > 1:
            yield Run(number, tuple(frozenset(piece.full) for piece in token.pieces))


def _full(words: Sequence[QueryWord]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset((word.surface, *word.full)) for word in words)
