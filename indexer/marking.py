"""What of a query is marked in texts: its words, phrases, exact forms and concept names.

One decision: marks follow the match tree word for word, so that a visitor sees marked exactly
what made the publication a hit, and nothing that a stop word happened to meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
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
    words = compiler.words(node)
    for bridge in compiler.bridges(node):
        named = " ".join(word.text for word in words[bridge.start : bridge.end])
        found += [
            Run(
                next(numbers),
                _full(compiler.read(name)),
                is_whole=True,
                is_name=True,
                text=named,
            )
            for name in bridge.names
        ]
    return tuple(run for run in found if run.places)


def _runs(node: Node, compiler: QueryCompiler, numbers: Iterator[int]) -> Iterator[Run]:
    match node:
        case Word(text):
            for word in compiler.read(text):
                yield from _word_runs(word, next(numbers), Word(word.text))
        case Phrase(text):
            words = compiler.read(text)
            surfaces = tuple(word.surface for word in words)
            yield Run(next(numbers), _full(words), is_whole=True, text=node.text, surfaces=surfaces)
        case Exact(text):
            surfaces = tuple(word.surface for word in compiler.read(text))
            places = tuple(frozenset((surface,)) for surface in surfaces)
            yield Run(next(numbers), places, is_exact=True, text=text, surfaces=surfaces)
        case Prefix(text):
            wanted = (frozenset((text.lower(),)),)
            yield Run(next(numbers), wanted, is_prefix=True, text=text)
        case And(nodes) | Or(nodes):
            for child in deciding(nodes):
                yield from _runs(child, compiler, numbers)
        case InField("title", child):
            for run in _runs(child, compiler, numbers):
                yield replace(run, asked=InField("title", run.asked)) if run.asked else run
        case _:
            return


def _word_runs(word: QueryWord, number: int, node: Word) -> Iterator[Run]:
    yield Run(
        number,
        (frozenset((word.surface, *word.full)),),
        text=word.text,
        surfaces=(word.surface,),
        asked=node,
    )
    for token in word.tokens:
        if len(token.pieces) > 1:
            places = tuple(frozenset(piece.full) for piece in token.pieces)
            yield Run(number, places, is_whole=True, text=word.text)


def _full(words: Sequence[QueryWord]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset((word.surface, *word.full)) for word in words)
