"""ISBN, ISSN, years and dates in texts, accepted only when they can be what they look like.

The decision behind it: a number is an identifier when its check digit says so and its name stands
before it; a year is a year of publication only where such a year stands, never in running text.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

FIRST_YEAR: Final = 1900
_ISBN: Final = re.compile(
    r"ISBN(?:-1[03])?(?:\s*\([^)]{1,30}\))?[:\s]*((?:97[89][-–\s]?)?\d[-–\s\d]{7,14}[\dXx])"
)
_BARE_ISBN: Final = re.compile(r"\b97[89][-–\s]?\d[-–\s\d]{8,12}\d\b")
_ISSN: Final = re.compile(r"ISSN(?:-L)?(?:\s*\([^)]{1,30}\))?[:\s]*(\d{4}[-–]\d{3}[\dXx])")
_NOT_DIGIT: Final = re.compile(r"[^0-9X]")
_FINNISH_DATE: Final = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d\d)\b")
_ISO_DATE: Final = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)(?:\b|T)")
_MONTH_DATE: Final = re.compile(r"\b(\d{1,2})\.? ([a-zåäö]+) ((?:19|20)\d\d)\b", re.IGNORECASE)
_MONTH_FIRST: Final = re.compile(r"\b([a-z]+)\.? (\d{1,2}), ((?:19|20)\d\d)\b", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?<![\d–-])((?:19|20)\d\d)(?![\d–-])")
_MONTHS: Final = (
    ("tammikuu", "januari", "january"),
    ("helmikuu", "februari", "february"),
    ("maaliskuu", "mars", "march"),
    ("huhtikuu", "april", "april"),
    ("toukokuu", "maj", "may"),
    ("kesäkuu", "juni", "june"),
    ("heinäkuu", "juli", "july"),
    ("elokuu", "augusti", "august"),
    ("syyskuu", "september", "september"),
    ("lokakuu", "oktober", "october"),
    ("marraskuu", "november", "november"),
    ("joulukuu", "december", "december"),
)
_SHORT_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "maj may", "jun"),
    *("jul", "aug", "sep sept", "okt oct", "nov", "dec"),
)


def is_isbn(number: str) -> bool:
    """Whether the ten or thirteen digits end with the right check digit."""
    digits = _NOT_DIGIT.sub("", number.upper())
    if len(digits) == 13:  # noqa: PLR2004 - ISBN-13
        if not digits.isdigit() or not digits.startswith(("978", "979")):
            return False
        return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0
    if len(digits) == 10 and digits[:9].isdigit():  # noqa: PLR2004 - ISBN-10
        return _weighted(digits, 10) % 11 == 0
    return False


def is_issn(number: str) -> bool:
    """Whether the eight digits end with the right check digit."""
    digits = _NOT_DIGIT.sub("", number.upper())
    return len(digits) == 8 and digits[:7].isdigit() and _weighted(digits, 8) % 11 == 0  # noqa: PLR2004


def _weighted(digits: str, weight: int) -> int:
    return sum((10 if d == "X" else int(d)) * (weight - i) for i, d in enumerate(digits))


def isbns_in(text: str) -> tuple[str, ...]:
    """Return the valid ISBNs of a text as they are written, hyphens included."""
    named = [match[1] for match in _ISBN.finditer(text)]
    bare = [match[0] for match in _BARE_ISBN.finditer(text)]
    written = (re.sub(r"\s+", "-", number.replace("–", "-").strip()) for number in named + bare)
    unique = {
        _NOT_DIGIT.sub("", n.upper()): n.upper() for n in reversed(list(written)) if is_isbn(n)
    }
    return tuple(reversed(unique.values()))


def issns_in(text: str) -> tuple[str, ...]:
    """Return the valid ISSNs of a text."""
    numbers = (match[1].replace("–", "-").upper() for match in _ISSN.finditer(text))
    return tuple(dict.fromkeys(number for number in numbers if is_issn(number)))


def date_in(text: str) -> date | None:
    """Return the first whole date: 30.11.2021, 2021-11-30, 30. marraskuuta 2021, May 31, 2021."""
    for match in _ISO_DATE.finditer(text):
        if found := _date(match[1], match[2], match[3]):
            return found
    for match in _FINNISH_DATE.finditer(text):
        if found := _date(match[3], match[2], match[1]):
            return found
    for match in _MONTH_DATE.finditer(text):
        month = month_number(match[2])
        if month and (found := _date(match[3], str(month), match[1])):
            return found
    for match in _MONTH_FIRST.finditer(text):
        month = month_number(match[1])
        if month and (found := _date(match[3], str(month), match[2])):
            return found
    return None


def month_number(word: str) -> int | None:
    """Return the number of a month by its Finnish, Swedish or English name, inflected or short."""
    lowered = word.lower()
    for number, (names, short) in enumerate(zip(_MONTHS, _SHORT_MONTHS, strict=True), start=1):
        if lowered.startswith(names[0]) or lowered in names[1:] or lowered in short.split():
            return number
    return None


def years_in(text: str, *, last_year: int) -> tuple[int, ...]:
    """Return the single years of a text; ends of ranges such as 2014–2020 are not among them."""
    years = (int(match[1]) for match in _YEAR.finditer(text))
    return tuple(year for year in years if FIRST_YEAR <= year <= last_year)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
