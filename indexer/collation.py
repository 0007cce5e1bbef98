"""Finnish alphabetical order (… Z Å Ä Ö): of lists on the site, and of titles in the index.

One decision: a key of a few lines instead of ICU, whose Python binding takes minutes to build;
it orders letters first, then marks and case, which is all a list of labels needs.
"""

from __future__ import annotations

import unicodedata

# The characters after z in ASCII; ü sorts as y.
_OWN_PLACE = {"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "ü": "y"}
_KEY_CHARACTERS = 60  # a sort key in the index need not hold a whole title
_LAST = "~"  # after every letter: for a title without any


def finnish_key(text: str) -> tuple[str, str]:
    """Return a key that sorts as a Finnish reader expects; other accents weigh last."""
    return _letters(text), text


def title_key(text: str) -> str:
    """Return a key for a title whose code-point order is Finnish order, punctuation aside."""
    kept = "".join(c for c in _letters(text) if c.isalnum() or c in " {|}")
    return " ".join(kept.split())[:_KEY_CHARACTERS] or _LAST


def _letters(text: str) -> str:
    lowered = unicodedata.normalize("NFC", text).casefold()
    return "".join(_OWN_PLACE.get(letter) or _plain(letter) for letter in lowered)


def _plain(letter: str) -> str:
    decomposed = unicodedata.normalize("NFD", letter)
    return "".join(part for part in decomposed if not unicodedata.combining(part))
