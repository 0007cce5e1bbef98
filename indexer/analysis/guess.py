"""Base forms of words that no dictionary knows.

The decision behind it: a guess may be wrong as long as every form of a word is guessed alike.  So
the guesses are what the frozen table of endings says (`learn_suffixes`) and the word without its
case ending; a Snowball stem with a mark is the net below them.
"""

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from indexer.analysis.snowball import MarkedStemmer

TABLE: Final = "suffix_rules.tsv"
_SHORTEST_GUESSED: Final = 4
_SHORTEST_STEM: Final = 2

_PLURAL_OR_SINGULAR: Final = (
    "n|ss[aä]|st[aä]|ll[aä]|lt[aä]|lle|ksi|n[aä]|tt[aä]|t[aä]|hin|den|[aä]|t"
)
_CASE_ENDINGS: Final = re.compile(rf"(?:{_PLURAL_OR_SINGULAR}|h?([aeiouyäö])n|j[aä])$")
_LONGEST_CASE_ENDING: Final = 3
# The i or e that a word ending in a consonant takes before its case ending.
_LINKING_VOWEL: Final = re.compile(r"(?<=[^aeiouyäö])(?:i|e|ei)$")

_ACRONYM: Final = re.compile(r"([A-ZÅÄÖ][A-ZÅÄÖ0-9&]+)([a-zåäö]{1,5})")
_ENDING_OF_ACRONYM: Final = re.compile(rf"i?(?:{_PLURAL_OR_SINGULAR}|h?[aeiouyäö]n|en|ien|j[aä])")

# The spoken language drops the ends of these endings: (what is written, what is meant).
_SPOKEN: Final = (
    ("nu", "nut"),
    ("ny", "nyt"),
    ("lu", "lut"),
    ("ly", "lyt"),
    ("ks", "ksi"),
    ("is", "isi"),
    ("as", "asi"),
    ("es", "esi"),
    ("tii", "tiin"),
    ("nen", "inen"),
    ("kaas", "kaa"),
    ("kääs", "kää"),
    ("eeta", "eata"),
    ("eetä", "eätä"),
    ("ee", "eä"),
    ("ee", "ea"),
)


def acronym_of(word: str) -> str:
    """Return the acronym in an inflected one (*ELMOn*), lower-cased, or an empty string."""
    if not word[:2].isupper():
        return ""
    match = _ACRONYM.fullmatch(word)
    return match[1].lower() if match and _ENDING_OF_ACRONYM.fullmatch(match[2]) else ""


def written_forms_of(word: str) -> list[str]:
    """Return what a lower-cased word of the spoken language may be in writing."""
    return [
        word[: len(word) - len(spoken)] + written
        for spoken, written in _SPOKEN
        if word.endswith(spoken)
    ]


def stems_of(word: str) -> list[str]:
    """Return a lower-cased word without its case ending, and without a linking vowel."""
    stems: dict[str, None] = {}
    for ending in _CASE_ENDINGS.finditer(word, max(len(word) - _LONGEST_CASE_ENDING, 0)):
        _add_stem(stems, word[: ending.start()])
    if word[-1] == "n":
        _add_stem(stems, word[:-1])
    return list(stems)


def _add_stem(stems: dict[str, None], stem: str) -> None:
    if len(stem) < _SHORTEST_STEM:
        return
    stems[stem] = None
    bare = _LINKING_VOWEL.sub("", stem)
    if len(bare) > _SHORTEST_STEM:
        stems[bare] = None


class Guesser:
    """The frozen table of endings and the stemmer; safe to use from several threads."""

    def __init__(self) -> None:
        text = files("indexer.analysis").joinpath(TABLE).read_text(encoding="utf-8")
        rules: dict[str, list[tuple[int, str]]] = {}
        for line in text.splitlines():
            suffix, strip, add = line.split("\t")
            rules.setdefault(suffix, []).append((int(strip), add))
        self._rules: Mapping[str, list[tuple[int, str]]] = rules
        self._longest = max(map(len, rules))
        self._stemmer = MarkedStemmer("fi")

    def bases(self, word: str) -> tuple[str, ...]:
        """Return likely base forms of a lower-cased word, the likeliest first."""
        if len(word) < _SHORTEST_GUESSED or not word[-1].isalpha():
            return ()
        return tuple(dict.fromkeys((*self._by_rule(word), *stems_of(word))))

    def _by_rule(self, word: str) -> list[str]:
        for length in range(min(self._longest, len(word) - 1), 0, -1):
            changes = self._rules.get(word[-length:])
            if changes is not None:
                return [word[: len(word) - strip] + add for strip, add in changes]
        return []

    def stem(self, word: str) -> str:
        """Return the marked stem of a lower-cased word."""
        return self._stemmer.stem(word)


def is_case_ending(ending: str) -> bool:
    """Tell whether what follows a colon or an apostrophe is a case ending (*EU:n*)."""
    return _ENDING_OF_ACRONYM.fullmatch(ending) is not None
