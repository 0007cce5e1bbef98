"""A title as the name of a publication and the edition it is of.

One decision: only what says *when* is taken out of a title: years, versions, editions, "revised".
Other numbers stay in the name, since part 1 and part 2 of a report are no versions of each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from indexer.shingles import words_of

_MIN_LENGTH: Final = 14  # of a single word
_YEAR: Final = re.compile(r"(?<![\w.,/])(?:19|20)\d\d(?!\w|[.,]\d)")
_DATE: Final = re.compile(r"\b\d{1,2}\.\d{1,2}\.((?:19|20)\d\d)\b")
_VERSION: Final = re.compile(
    r"\b(?:versio|version|ver|v)\.? ?(\d{1,3}(?:\.\d{1,3}){0,2})\b", re.IGNORECASE
)
_EDITION: Final = re.compile(
    r"(?i)\b(\d{1,2})(?:\.|:a|:e|st|nd|rd|th)? "
    r"(?:(?:uudistettu|tarkistettu|reviderade|omarbetade|revised) )?"
    r"(?:painos|laitos|upplagan?|utgåvan?|edition)\b",
)
_REVISED: Final = re.compile(
    r"(?i)\b(?:päivitetty|päivitys|uudistettu|tarkistettu|uppdatera[dt]|uppdatering|revidera[dt]"
    r"|updated?|revised|revision)\b",
)
_DRAFT: Final = re.compile(r"(?i)\b(?:luonnos|utkast|draft)\b")


@dataclass(frozen=True, slots=True)
class Edition:
    """What a title says: its name, and what tells the edition."""

    name: str
    years: tuple[int, ...] = ()
    version: tuple[int, ...] = ()
    is_revised: bool = False
    is_draft: bool = False

    @classmethod
    def of(cls, title: str) -> Edition:
        """Read a title."""
        years = [int(year) for year in _DATE.findall(title)]
        rest = _DATE.sub(" ", title)
        numbers = _VERSION.search(rest) or _EDITION.search(rest)
        rest = _EDITION.sub(" ", _VERSION.sub(" ", rest))
        years += [int(year) for year in _YEAR.findall(rest)]
        name = _DRAFT.sub(" ", _REVISED.sub(" ", _YEAR.sub(" ", rest)))
        return cls(
            " ".join(words_of(name)),
            tuple(years),
            tuple(int(part) for part in numbers[1].split(".")) if numbers else (),
            is_revised=_REVISED.search(rest) is not None,
            is_draft=_DRAFT.search(rest) is not None,
        )

    @property
    def is_definite(self) -> bool:
        """Whether the name may belong to one publication only, as "Opas" does not."""
        return " " in self.name or len(self.name) >= _MIN_LENGTH


def compared_editions(one: Edition, other: Edition) -> int:
    """Return -1 where ``one`` is the older edition, 1 where it is the newer one, 0 where neither.

    A version, an edition, "revised" or "draft" only counts where the rest of the title is equal.
    """
    keys: list[tuple[tuple[int, ...], tuple[int, ...]]] = [(one.years, other.years)]
    if one.name == other.name:
        keys += [(one.version or (1,), other.version or (1,))]
        keys += [((int(one.is_revised),), (int(other.is_revised),))]
        keys += [((int(other.is_draft),), (int(one.is_draft),))]
    for own, others in keys:
        if own and others and own != others:
            return -1 if own < others else 1
    return 0
