"""What a PDF reader delivers, whichever it is.

The decision behind it: the two readers differ in speed and in what they can open, and in nothing
the rest of the extraction sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from indexer.extract._lines import PageLines

MAX_PAGES: Final = 5_000


@dataclass(frozen=True, slots=True)
class Reading:
    """The pages of a PDF and what its catalogue says; ``info`` as the file spells its keys."""

    pages: tuple[PageLines, ...]
    info: Mapping[str, str]
    outline: tuple[str, ...]
    is_tagged: bool | None
    language: str | None
    reader: str
