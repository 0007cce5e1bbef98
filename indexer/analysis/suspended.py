"""Suspended hyphens: what *tutkimus- ja kehittämistoiminta* leaves out.

The decision behind it: the compound that carries the missing piece is taken apart in every way,
because which border is meant is not written (*sosiaali- ja terveydenhuoltojärjestelmä* means
*sosiaalihuoltojärjestelmä*); a completion that is no word costs a term that nobody searches for.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from indexer.analysis._terms import Split, WordTerms, once
from indexer.analysis.normalise import (
    Span,
    has_hyphen_after,
    has_hyphen_before,
    normalise,
    term_of,
)
from indexer.analysis.words import FinnishWords

CONJUNCTIONS: Final = frozenset(
    (
        "ja",
        "tai",
        "sekä",
        "eli",
        "taikka",
        "että",
        "joko",
        "kuin",
        "ynnä",
        "och",
        "eller",
        "and",
        "or",
    )
)
_MAX_CHAIN: Final = 12
_COMMA: Final = re.compile(r"[-\u2010-\u2015]?\s*[,;/&]\s*[-\u2010-\u2015]?")


@dataclass(frozen=True, slots=True)
class Completion:
    """Terms that a word with a suspended hyphen gets beside its own."""

    bases: tuple[str, ...]
    parts: tuple[str, ...] = ()


def completions(
    text: str, spans: Sequence[Span], words: FinnishWords
) -> Iterator[tuple[int, Completion]]:
    """Yield the index of each word with a suspended hyphen and what completes it."""
    for index, span in enumerate(spans):
        if has_hyphen_after(text, span.end):
            carrier = _carrier(text, spans, index, step=1)
            if carrier is not None:
                yield index, _completed_end(span, words.splits(spans[carrier].word))
        if has_hyphen_before(text, span.start):
            carrier = _carrier(text, spans, index, step=-1)
            if carrier is not None:
                splits = words.splits(spans[carrier].word)
                yield index, _completed_beginning(words.terms(span.word), splits)


def _carrier(text: str, spans: Sequence[Span], index: int, *, step: int) -> int | None:
    """Return the index of the compound that a series of suspended words shares."""
    is_joined = False
    at = index
    for _ in range(_MAX_CHAIN):
        is_joined = is_joined or _is_listed(text, spans, at, step=step)
        at += step
        if not 0 <= at < len(spans):
            return None
        if spans[at].word.lower() in CONJUNCTIONS:
            is_joined = True
            continue
        if not is_joined:
            return None
        if not _is_suspended(text, spans[at], step=step):
            return at
        is_joined = False
    return None


def _is_listed(text: str, spans: Sequence[Span], at: int, *, step: int) -> bool:
    first, second = sorted((at, at + step))
    if first < 0 or second >= len(spans):
        return False
    return _COMMA.fullmatch(text[spans[first].end : spans[second].start]) is not None


def _is_suspended(text: str, span: Span, *, step: int) -> bool:
    if step > 0:
        return has_hyphen_after(text, span.end)
    return has_hyphen_before(text, span.start)


def _completed_end(span: Span, splits: Sequence[Split]) -> Completion:
    lead = term_of(normalise(span.word))
    return Completion(
        once(lead + tail for split in splits for tail in split.tails),
        once(*((*split.tails, *split.parts) for split in splits if not split.is_name)),
    )


def _completed_beginning(word: WordTerms, splits: Sequence[Split]) -> Completion:
    leads = once(split.lead for split in splits)
    return Completion(once(lead + base for lead in leads for base in word.base), leads)
