"""What extraction asks the language analysis: is this a word, which language is this.

The decision behind it: extraction knows the analysis only through this object, built once in a
worker, so that a sample of words costs a dictionary look-up each and nothing twice.
"""

from __future__ import annotations

import re
from typing import Final

from corpus.document import Page
from indexer.analysis import analyzer_for, language_of

_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_MAX_KNOWN: Final = 20_000
_SAMPLE_WORDS: Final = 400
_LANGUAGE_SAMPLE: Final = 2_000
_MIN_LETTERS: Final = 20


class Words:
    """The Finnish dictionary and the guess of a text's language, with a bounded memory."""

    def __init__(self) -> None:
        self._finnish = analyzer_for("fi")
        self._known: dict[str, bool] = {}

    def is_known(self, word: str) -> bool:
        """Whether the dictionary knows the word form."""
        answer = self._known.get(word)
        if answer is None:
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            answer = self._known[word] = self._finnish.is_word_known(word)
        return answer

    def share_known(self, text: str) -> float | None:
        """Return the share of known words in an even sample; None where there are too few."""
        words = _WORD.findall(text)
        if len(words) < _MIN_LETTERS:
            return None
        step = max(1, len(words) // _SAMPLE_WORDS)
        sample = words[::step]
        return sum(self.is_known(word) for word in sample) / len(sample)

    def language_of(self, text: str) -> str | None:
        """Return the language of a text; None where it is too short to tell."""
        letters = " ".join(text[: _LANGUAGE_SAMPLE * 2].split())[:_LANGUAGE_SAMPLE]
        if sum(map(str.isalpha, letters)) < _MIN_LETTERS:
            return None
        return language_of(letters)


def number_pages(texts: list[str], words: Words) -> tuple[Page, ...]:
    """Return texts as pages counted from 1, each with its language."""
    return tuple(
        Page(number, text, language=words.language_of(text))
        for number, text in enumerate(texts, start=1)
    )
