"""Where a Finnish word may be divided at a line end.

Rules only (a consonant goes with the vowel after it) plus a list of word beginnings that start
with a vowel: Voikko would be better, but it belongs to the indexer, and this only makes samples.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

SOFT_HYPHEN: Final = "\u00ad"
_VOWELS: Final = "aeiouyäöå"
_SYLLABLE: Final = re.compile(rf"(?<=[{_VOWELS}a-zšž])(?=[bcdfghjklmnpqrsštvwxzž][{_VOWELS}])")
_PARTS: Final = (
    *("ala", "alue", "alan", "alusta", "aineisto", "aika", "ajan", "arvio", "arvo", "arkisto"),
    *("asema", "asia", "aste", "auto", "energia", "erikois", "erä", "ilma", "innovaatio"),
    *("investoin", "inventoin", "ohjelma", "ohjaus", "opetus", "opiskel", "oppi", "osaaj"),
    *("osaami", "osuu", "öljy", "ura", "urakoi", "uusi", "yhtei", "yhdisty", "yhtiö"),
    *("yliopist", "ympäristö", "yrity", "yrittä"),
)
_PART: Final = re.compile("|".join(f"(?={part})" for part in _PARTS))
_SHORTEST: Final = 3


def break_points(word: str) -> tuple[int, ...]:
    """Return the indices before which ``word`` may be divided, ascending.

    Soft hyphens in the word outrank the rules; a division after a hyphen is always allowed.
    """
    if SOFT_HYPHEN in word:
        return tuple(i for i, letter in enumerate(word) if letter == SOFT_HYPHEN)
    lower = word.lower()
    points = {match.start() for match in _SYLLABLE.finditer(lower)}
    for match in _PART.finditer(lower):
        if match.start() >= _SHORTEST:
            points.discard(match.start() + 1)
            points.discard(match.start() - 1)
            points.add(match.start())
    hyphens = {i + 1 for i, letter in enumerate(word[:-1]) if letter in "-–"}
    spans = [0, *sorted(hyphens), len(word)]
    for start, end in pairwise(spans):
        for i in [p for p in points if start < p < end]:
            letters = lower[start:end]
            if min(i - start, end - i) < _SHORTEST or not letters.strip(".,;:()”").isalpha():
                points.discard(i)
    return tuple(sorted(points | hyphens))
