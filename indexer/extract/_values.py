"""Field values as the extractors report them: one way to make them, one way to clean them.

The decision behind it: what a document shows is kept as it is shown (no NFKC); only what cannot
be shown or stored at all, control characters and lone surrogates, is taken out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from corpus.document import FieldValue, Origin, Page, Value

MAX_VALUE_CHARS: Final = 5_000
_BLANKS: Final = re.compile(r"\s+")
# everything of the categories Cc and Cs but tab and line feed, and the noncharacters
_UNSHOWABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ufeff]")
_MANY_BREAKS: Final = re.compile(r"\n{3,}")
_BLANK_AT_BREAK: Final = re.compile(r"[ \t\u00a0]*\n[ \t\u00a0]*")
_MANY_SPACES: Final = re.compile(r"[ \t\u00a0]{2,}")


def clean_line(text: str) -> str:
    """Return a text as one line that can be shown and stored."""
    shown = _UNSHOWABLE.sub("", _BLANKS.sub(" ", text))
    return unicodedata.normalize("NFC", shown).replace("\u00ad", "").strip()


def clean_text(text: str) -> str:
    """Return a page's text with its paragraph breaks, in NFC, ready to be shown and stored."""
    shown = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    shown = _UNSHOWABLE.sub("", shown.replace("\u2028", "\n").replace("\u2029", "\n\n"))
    shown = _MANY_SPACES.sub(" ", _BLANK_AT_BREAK.sub("\n", shown))
    shown = _MANY_BREAKS.sub("\n\n", shown)
    return unicodedata.normalize("NFC", shown).replace("\u00ad", "").strip()


def found(
    name: str,
    value: Value,
    source: str,
    *,
    page: int | None = None,
    confidence: float = 1.0,
) -> FieldValue:
    """Return an extracted value with its evidence; texts are cleaned and bounded."""
    if isinstance(value, str):
        value = clean_line(value)[:MAX_VALUE_CHARS]
    elif isinstance(value, tuple):
        cleaned = (clean_line(item)[:MAX_VALUE_CHARS] for item in value)
        value = tuple(dict.fromkeys(item for item in cleaned if item))
    return FieldValue(name, value, Origin.EXTRACTED, source, page, confidence)


def without_empty(values: Iterable[FieldValue]) -> tuple[FieldValue, ...]:
    """Return the values that say something, the first of equals only."""
    kept = dict.fromkeys(v for v in values if v.value not in {"", ()})
    return tuple(kept)


def has_text(pages: Iterable[Page]) -> bool:
    """Whether any page has anything to read."""
    return any(any(map(str.isalnum, page.text)) for page in pages)
