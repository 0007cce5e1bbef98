"""Where on the picture of a page the words stand that were found in its text.

One decision: text and picture meet in the surface forms that were marked, by their letters alone.
The text was repaired and its broken words joined, the picture has what was printed; a form is
found wherever runs of letters one after another spell it, be it over the end of a line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from corpus import RecognisedLine
from indexer.extract import PlacedWord

MAX_PLACES: Final = 500
_SAME_LINE: Final = 0.5  # of the lower height, by which two runs overlap


def places_of(words: Sequence[PlacedWord], forms: Iterable[str]) -> tuple[PlacedWord, ...]:
    """Return where the forms stand, one place for each line that an occurrence is on."""
    found: list[PlacedWord] = []
    wanted = {letters: None for form in forms if (letters := _letters(form))}
    spelled = [_letters(word.text) for word in words]
    bare = [_bare(letters) for letters in spelled]
    for letters in wanted:
        # fonts that set accents apart lose them on the picture only
        spans = list(_spans(spelled, letters)) or list(_spans(bare, _bare(letters)))
        for first, end in spans:
            found += _by_line(words[first:end])
    return tuple(dict.fromkeys(found))[:MAX_PLACES]


def words_of_lines(
    lines: Iterable[RecognisedLine], *, width_pt: float, height_pt: float
) -> tuple[PlacedWord, ...]:
    """Return the words of recognised lines with their places on a page of that size.

    Where only the line's place was kept, its words share it by their letters.
    """
    return tuple(
        PlacedWord(
            text,
            left=_share(left, width_pt),
            top=_share(height_pt - line.top, height_pt),
            right=_share(right, width_pt),
            bottom=_share(height_pt - line.top + line.size, height_pt),
        )
        for line in lines
        for text, left, right in _edges(line)
    )


def _spans(spelled: Sequence[str], letters: str) -> Iterator[tuple[int, int]]:
    """Yield first and end of each row of runs that spells the letters, without overlaps."""
    first = 0
    while first < len(spelled):
        end, rest = first, letters
        while rest and end < len(spelled) and spelled[end] and rest.startswith(spelled[end]):
            rest = rest[len(spelled[end]) :]
            end += 1
        if not rest:
            yield first, end
        first = first + 1 if rest else end


def _by_line(words: Sequence[PlacedWord]) -> list[PlacedWord]:
    """Return the words as one place for each line they stand on."""
    places = [words[0]]
    for word in words[1:]:
        last = places[-1]
        overlap = min(last.bottom, word.bottom) - max(last.top, word.top)
        height = min(last.bottom - last.top, word.bottom - word.top)
        if overlap > height * _SAME_LINE:
            places[-1] = PlacedWord(
                f"{last.text} {word.text}",
                min(last.left, word.left),
                min(last.top, word.top),
                max(last.right, word.right),
                max(last.bottom, word.bottom),
            )
        else:
            places.append(word)
    return places


def _edges(line: RecognisedLine) -> Iterator[tuple[str, float, float]]:
    """Yield the words of a line with their left and right edges in points."""
    texts = line.text.split()
    if len(texts) == len(line.words):
        for text, (left, right) in zip(texts, line.words, strict=True):
            yield text, left, right
        return
    step = (line.right - line.left) / max(1, len(" ".join(texts)))
    left = line.left
    for text in texts:
        yield text, left, left + step * len(text)
        left += step * (len(text) + 1)


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, folded))


def _bare(letters: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFD", letters)))


def _share(points: float, whole: float) -> float:
    return min(max(points / whole, 0.0), 1.0)
