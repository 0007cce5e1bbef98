"""Marks and snippets on the original text: which words were found, and the best place to show.

One decision: highlighting is done here on the text itself with the analyzer that indexed it, the
same for every engine; an engine's own snippets know surface forms only and return nothing for
*metsäbiotalouden* when *biotalous* was asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from indexer.analysis import Analyzer, Token
from indexer.query import Node
from indexer.results import Fragment, Tier

SNIPPET_CHARACTERS: Final = 240
_CHUNK_CHARACTERS: Final = 20_000
_MAX_CHARACTERS: Final = 500_000
_SENTENCE_REACH: Final = 80
_ELLIPSIS: Final = "…"
_STRENGTH: Final = tuple(Tier)  # best first


@dataclass(frozen=True, slots=True)
class Run:
    """Terms of consecutive words; a plain word is a run of one. ``word`` numbers query words.

    A token meets a place when one of its terms is among the place's terms: parts of compounds
    too, unless ``is_whole``; with ``is_exact`` only its surface counts; with ``is_prefix`` its
    surface has to begin with a term. ``text`` is what the run stands for as it was typed,
    ``surfaces`` its exact forms, ``asked`` the node of the query that a plain word is;
    ``is_name`` marks another name of a concept that the query names.
    """

    word: int
    places: tuple[frozenset[str], ...]
    is_exact: bool = False
    is_prefix: bool = False
    is_whole: bool = False
    is_name: bool = False
    text: str = ""
    surfaces: tuple[str, ...] = ()
    asked: Node | None = None

    def meets(self, place: int, token: Token) -> bool:
        """Whether ``token`` can stand at ``place`` of the run."""
        return self.tier(place, token) is not None

    def tier(self, place: int, token: Token) -> Tier | None:
        """Return how ``token`` meets a place, None where it does not."""
        wanted = self.places[place]
        if self.is_prefix:
            return Tier.EXACT if token.surface.startswith(tuple(wanted)) else None
        if self.is_exact:
            return Tier.EXACT if token.surface in wanted else None
        if self.surfaces and token.surface == self.surfaces[place]:
            return Tier.EXACT
        if token.surface in wanted or not wanted.isdisjoint(token.base):
            return Tier.INFLECTED
        is_part = not self.is_whole and not wanted.isdisjoint(token.parts)
        return Tier.COMPOUND if is_part else None


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters ``start`` to ``end`` of a text were found for query word ``word``."""

    start: int
    end: int
    word: int
    tier: Tier = Tier.EXACT


@dataclass(frozen=True, slots=True)
class _Window:
    score: tuple[int, int]
    first: int
    last: int
    marks: tuple[Mark, ...]
    text: str


class Marker:
    """Finds the runs of one query in texts; lives as long as one search."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self.runs = tuple(runs)
        self._first: dict[tuple[str, tuple[str, ...], tuple[str, ...]], tuple[Run, ...]] = {}

    def marks(self, text: str, analyzer: Analyzer) -> list[Mark]:
        """Return what was found in a text, in order and without overlaps."""
        if not self.runs:
            return []
        tokens = analyzer.tokens(text)
        found: list[Mark] = []
        last_end = -1
        for index, token in enumerate(tokens):
            for run in self._starting_at(token):
                tier = _tier_of_run(run, tokens, index)
                if tier is not None and token.start >= last_end:
                    last_end = tokens[index + len(run.places) - 1].end
                    found.append(Mark(token.start, last_end, run.word, tier))
                    break
        return found

    def _starting_at(self, token: Token) -> tuple[Run, ...]:
        key = (token.surface, token.base, token.parts)
        known = self._first.get(key)
        if known is None:
            starting = [run for run in self.runs if run.meets(0, token)]
            known = tuple(sorted(starting, key=lambda run: -len(run.places)))
            self._first[key] = known
        return known

    def fragments(self, text: str, analyzer: Analyzer) -> tuple[Fragment, ...]:
        """Return a whole text (a title, a page) with its marks."""
        return tuple(_cut(text, 0, len(text), self.marks(text, analyzer)))

    def snippet(self, text: str, analyzer: Analyzer) -> tuple[tuple[Fragment, ...], int]:
        """Return the best place of a text with its marks, and how many words it meets.

        Without any mark the beginning of the text is returned, and 0.
        """
        words = len({run.word for run in self.runs})
        best: _Window | None = None
        for chunk in chunks(text):
            window = _best_window(chunk, self.marks(chunk, analyzer))
            if window and (best is None or window.score > best.score):
                best = window
            if best is not None and best.score[0] >= words:
                break
        if best is None:
            return _beginning(text), 0
        return _around(best), best.score[0]


def _tier_of_run(run: Run, tokens: Sequence[Token], index: int) -> Tier | None:
    """Return how the tokens from ``index`` on meet a run, at its weakest place; else None."""
    if index + len(run.places) > len(tokens):
        return None
    met = [run.tier(place, tokens[index + place]) for place in range(len(run.places))]
    if None in met:
        return None
    if run.is_name:
        return Tier.SYNONYM
    return max((tier for tier in met if tier), key=_STRENGTH.index)


def chunks(text: str) -> Iterator[str]:
    """Yield a long text in pieces cut at white space, up to `_MAX_CHARACTERS`."""
    start = 0
    limit = min(len(text), _MAX_CHARACTERS)
    while start < limit:
        end = min(start + _CHUNK_CHARACTERS, limit)
        if end < limit:
            space = text.rfind(" ", start + 1, end)
            end = space if space > start else end
        yield text[start:end]
        start = end


def _best_window(text: str, marks: Sequence[Mark]) -> _Window | None:
    """Return the stretch of a text that meets most words, then holds most marks, then is first."""
    best: _Window | None = None
    for index, mark in enumerate(marks):
        within = [m for m in marks[index : index + 20] if m.end - mark.start <= SNIPPET_CHARACTERS]
        inside = tuple(within) or (mark,)
        score = (len({m.word for m in inside}), len(inside))
        if best is None or score > best.score:
            best = _Window(score, inside[0].start, inside[-1].end, inside, text)
    return best


def _around(window: _Window) -> tuple[Fragment, ...]:
    text = window.text
    room = max(0, SNIPPET_CHARACTERS - (window.last - window.first))
    start = _start_of_snippet(text, window.first, room)
    end = min(len(text), max(window.last, start + SNIPPET_CHARACTERS))
    if end < len(text):
        space = text.rfind(" ", window.last, end)
        end = space if space > 0 else max(window.last, end)
    fragments = _cut(text, start, end, window.marks)
    if start > 0:
        fragments.insert(0, Fragment(_ELLIPSIS))
    if end < len(text.rstrip()):
        fragments.append(Fragment(_ELLIPSIS))
    return tuple(fragments)


def _start_of_snippet(text: str, first: int, room: int) -> int:
    """Return where a snippet begins: a paragraph or sentence near before, else a word."""
    earliest = max(0, first - max(_SENTENCE_REACH, room // 2))
    paragraph = text.rfind("\n", earliest, first)
    sentence = max(text.rfind(end, earliest, first) for end in (". ", "! ", "? "))
    if paragraph >= 0 or sentence >= 0:
        return max(paragraph + 1, sentence + 2) if sentence >= 0 else paragraph + 1
    if earliest == 0:
        return 0
    space = text.find(" ", max(0, first - room // 3), first)
    return space + 1 if space >= 0 else first


def _beginning(text: str) -> tuple[Fragment, ...]:
    flat = " ".join(text[: SNIPPET_CHARACTERS * 2].split())
    if len(flat) <= SNIPPET_CHARACTERS:
        return (Fragment(flat),) if flat else ()
    return (Fragment(flat[:SNIPPET_CHARACTERS].rsplit(" ", 1)[0] + _ELLIPSIS),)


def _cut(text: str, start: int, end: int, marks: Iterable[Mark]) -> list[Fragment]:
    fragments: list[Fragment] = []
    place = start
    for mark in marks:
        if mark.start < place or mark.end > end:
            continue
        if mark.start > place:
            fragments.append(Fragment(text[place : mark.start]))
        fragments.append(Fragment(text[mark.start : mark.end], mark=True))
        place = mark.end
    if place < end:
        fragments.append(Fragment(text[place:end]))
    return fragments
