"""What one Finnish word becomes: terms in tiers, before they are given positions.

The decision behind it: index and query terms of a word are made together, from the same
readings and guesses, so that a word always meets itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from indexer.analysis.morphology import Reading


class WordTerms(NamedTuple):
    """The terms of one word by tier; a tuple, because it is built three times faster.

    ``base`` are all terms that stand for the word as a whole, among them ``verbs`` (behind
    participles) and ``guesses`` (at unknown words); ``full`` are those a query for it asks for;
    ``parts`` are what a compound holds.
    """

    surface: str
    base: tuple[str, ...]
    full: tuple[str, ...]
    parts: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()
    is_known: bool = False


class Piece(NamedTuple):
    """A piece of a compound: its form inside it and the base forms it has by itself.

    A piece is ``inflected`` where its base form is not known from the reading.
    """

    surface: str
    bases: tuple[str, ...]
    is_inflected: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """A compound in two: what leads, and the base forms and parts of what follows."""

    lead: str
    tails: tuple[str, ...]
    parts: tuple[str, ...] = ()
    is_name: bool = False


def pieces_of(reading: Reading) -> list[Piece]:
    """Return the pieces of a reading, compounds that the dictionary holds whole taken apart."""
    pieces = []
    for component in reading:
        if not component.inner and not component.verb:
            pieces.append(Piece(component.surface, (component.base,)))
            continue
        lead = "".join(component.inner)
        pieces += [Piece(inner, (inner,), is_inflected=True) for inner in component.inner]
        surface = component.surface.removeprefix(lead)
        bases = (component.base, component.verb) if component.verb else (component.base,)
        pieces.append(Piece(surface, tuple(base.removeprefix(lead) for base in bases)))
    return pieces


def spans_of(pieces: Sequence[Piece]) -> list[str]:
    """Return the base forms of every proper contiguous span of pieces."""
    count = len(pieces)
    found = []
    for first in range(count):
        lead = ""
        for last in range(first, count if first else count - 1):
            surface, bases, _ = pieces[last]
            found += [lead + base for base in bases]
            lead += surface
    return found


def splits_of(pieces: Sequence[Piece]) -> Iterator[Split]:
    """Yield every way to take pieces apart in two."""
    for border in range(1, len(pieces)):
        lead = "".join(piece.surface for piece in pieces[:border])
        inner = "".join(piece.surface for piece in pieces[border:-1])
        tails = tuple(inner + base for base in pieces[-1].bases)
        yield Split(lead, tails, tuple(spans_of(pieces[border:])))


def once(*groups: Iterable[str]) -> tuple[str, ...]:
    """Return the terms of the groups in order, each once."""
    return tuple(dict.fromkeys([term for group in groups for term in group if term]))


def without(terms: Iterable[str], stronger: Iterable[str]) -> tuple[str, ...]:
    """Return terms in order, each once, without those that stand in a stronger tier."""
    taken = frozenset(stronger)
    return tuple([term for term in dict.fromkeys(terms) if term and term not in taken])
