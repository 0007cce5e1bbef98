"""Finnish alphabetical order (… Z Å Ä Ö), the order of every A–Ö list.

One decision: a key of a few lines instead of ICU, whose Python binding takes minutes to build;
it orders letters first, then marks and case, which is all a list of labels needs.
"""

from __future__ import annotations

import unicodedata

_AFTER_Z = {"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}"}  # the characters after z in ASCII


def finnish_key(text: str) -> tuple[str, str]:
    """Return a key that sorts as a Finnish reader expects; other accents weigh last."""
    lowered = unicodedata.normalize("NFC", text).casefold()
    letters = "".join(_AFTER_Z.get(letter) or _plain(letter) for letter in lowered)
    return letters, text


def _plain(letter: str) -> str:
    decomposed = unicodedata.normalize("NFD", letter)
    return "".join(part for part in decomposed if not unicodedata.combining(part))
