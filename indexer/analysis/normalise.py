"""Text into words: one tokenizer for every language and for both sides of the search.

The decision behind it: words are found in the text as it was given and normalised one by one
afterwards, so that offsets always count characters of the original, whatever normalisation does
to lengths.  A word is letters and digits with inner ``- : ' / . &``; everything else separates.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import starmap
from typing import Final, NamedTuple

MAX_WORD_CHARACTERS: Final = 100
"""Longer words are strings of data, not of language: they are indexed by their beginning only."""

_MAX_KEPT: Final = 4 * MAX_WORD_CHARACTERS

_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_APOSTROPHES: Final = "\u2019\u2018\u02bc\u00b4`"
_IGNORABLE: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_MARKS: Final = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"

# Possessive, so that no text makes the matcher go back.
_LETTERS: Final = rf"(?:[^\W_]++[{_MARKS}{_IGNORABLE}]*+)++"
_JOINER: Final = rf"[-:'/.&{_DASHES}{_APOSTROPHES}]"
_WORD: Final = re.compile(rf"{_LETTERS}(?:{_JOINER}{_LETTERS})*+")
_SPECIAL: Final = re.compile(
    rf"[{_DASHES}{_APOSTROPHES}{_IGNORABLE}{_MARKS}\ufb00-\ufb06\ud800-\udfff]"
)
# Begins with the dash, which is rare: a word first would be tried at every letter.
_OUTER_HYPHEN: Final = re.compile(rf"[-{_DASHES}](?:(?<=\w.)(?!\w)|(?<!\w.)(?=\w))")
_DASH_CHARACTERS: Final = frozenset("-" + _DASHES)

# Ligatures come out of PDF files as single characters and mean nothing but their letters; half
# of a surrogate pair means nothing at all, and the stemmers cannot encode it.
_REPLACEMENTS: Final = str.maketrans(
    dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(_APOSTROPHES, "'")
    | dict.fromkeys(_IGNORABLE, "")
    | {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"}
    | {"\ufb05": "st", "\ufb06": "st"}
    | dict.fromkeys(map(chr, range(0xD800, 0xE000)), "\ufffd")
)


class Span(NamedTuple):
    """A word of a text as it was given (not normalised) and its offsets."""

    word: str
    start: int
    end: int


def normalise(text: str) -> str:
    """Return text in NFC with plain hyphens and apostrophes and without invisible characters."""
    if text.isascii():
        return text
    if _SPECIAL.search(text):
        text = text.translate(_REPLACEMENTS)
    return unicodedata.normalize("NFC", text)


def bounds(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of a text in order with where they start and end."""
    for match in _WORD.finditer(text):
        yield match[0][:_MAX_KEPT], match.start(), match.end()


def spans(text: str) -> list[Span]:
    """Return the words of a text in order."""
    return list(starmap(Span, bounds(text)))


def has_outer_hyphen(text: str) -> bool:
    """Tell whether a hyphen stands anywhere at the edge of a word."""
    return _OUTER_HYPHEN.search(text) is not None


def has_hyphen_before(text: str, start: int) -> bool:
    """Tell whether a hyphen that follows a space or a bracket stands before the offset."""
    if start == 0 or text[start - 1] not in _DASH_CHARACTERS:
        return False
    return start == 1 or not text[start - 2].isalnum()


def has_hyphen_after(text: str, end: int) -> bool:
    """Tell whether a hyphen that no letter follows stands at the offset."""
    if end >= len(text) or text[end] not in _DASH_CHARACTERS:
        return False
    return end + 1 == len(text) or not text[end + 1].isalnum()


def surface_of(word: str) -> str:
    """Return the exact form of a normalised word as it is indexed: lower-cased and bounded."""
    return word[:MAX_WORD_CHARACTERS].lower()


def term_of(form: str) -> str:
    """Return a form as a base term: lower-cased, without hyphens and apostrophes."""
    return form.lower().replace("-", "").replace("'", "")
