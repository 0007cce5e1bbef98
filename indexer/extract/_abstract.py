"""The abstract of a document: what stands below a heading that says so.

The decision behind it: a summary is taken only from where the authors put one, and never longer
than a reader of a result list reads; the first paragraph of a report is not a summary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_MAX_CHARS: Final = 1_500
_MIN_CHARS: Final = 60
_PAGES: Final = 8
_HEADING: Final = re.compile(
    r"^(?:johdon )?(?:tiivistelmä|yhteenveto|sammandrag|sammanfattning|abstract"
    r"|(?:executive )?summary)\W*$",
    re.IGNORECASE,
)


def abstract_in(pages: Sequence[str]) -> tuple[int, str] | None:
    """Return page and text of what stands below a heading such as *Tiivistelmä*."""
    for number, page in enumerate(pages[:_PAGES], start=1):
        paragraphs = page.split("\n\n")
        for position, paragraph in enumerate(paragraphs):
            if _HEADING.match(paragraph):
                text = _until(paragraphs[position + 1 :])
                if len(text) >= _MIN_CHARS:
                    return number, text
    return None


def _until(paragraphs: Sequence[str]) -> str:
    """Return paragraphs up to the next heading or the length of an abstract."""
    taken: list[str] = []
    for paragraph in paragraphs:
        if not paragraph.rstrip().endswith((".", "!", "?", "”", ")", ":")):
            break
        if taken and sum(map(len, taken)) + len(paragraph) > _MAX_CHARS:
            break
        taken.append(paragraph)
    return "\n\n".join(taken)
