"""Authors, publisher, year and numbers from the cover, the imprint and lists of facts.

The decision behind it: a value counts where its place says what it is, a label before it, a
sign such as © or ISBN, or a short line of a cover page.  A year in running text is what the text
is about, not when it was published, and is never taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from corpus.document import FieldValue
from indexer.extract._identifiers import (
    FIRST_YEAR,
    date_in,
    isbns_in,
    issns_in,
    month_number,
    years_in,
)
from indexer.extract._titles import is_navigation, is_section
from indexer.extract._values import found

_FRONT_PAGES: Final = 6
_BACK_PAGES: Final = 2
_COVER_PAGES: Final = 2
_MAX_COVER_LINE: Final = 100
_MAX_LABEL: Final = 40
_SIGNS: Final = re.compile(
    r"\b(?:ISBN|ISSN|julkaisija|kustantaja|kuvailulehti|presentationsblad|utgivare|förlag|publisher"
    r"|taitto|kansikuva|painopaikka|copyright)\b|©",
    re.IGNORECASE,
)
_LABELS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "authors": frozenset(
            [
                "tekijä",
                "tekijät",
                "kirjoittaja",
                "kirjoittajat",
                "laatija",
                "laatijat",
                "laatineet",
                "toimittaja",
                "toimittajat",
                "toimittanut",
                "toimittaneet",
                "teksti",
                "tekstit",
                "författare",
                "redaktör",
                "redaktörer",
                "text",
                "texter",
                "skribent",
                "author",
                "authors",
                "editor",
                "editors",
                "by",
                "edited",
                "written",
            ]
        ),
        "organisations": frozenset(
            [
                "julkaisija",
                "kustantaja",
                "tilaaja",
                "utgivare",
                "förlag",
                "förläggare",
                "publisher",
                "organisaatio",
            ]
        ),
        "date": frozenset(
            [
                "julkaistu",
                "julkaisuaika",
                "julkaisupäivä",
                "julkaisuvuosi",
                "päiväys",
                "päivämäärä",
                "päivitetty",
                "utgiven",
                "utgivningsår",
                "publicerad",
                "publiceringsdatum",
                "datum",
                "published",
                "date",
                "year",
                "julkaisuajankohta",
                "publication",
            ]
        ),
        "isbn": frozenset({"isbn", "isbn-nro", "isbn-numero"}),
        "issn": frozenset({"issn", "issn-l"}),
    }
)
_LABELLED: Final = re.compile(r"^\s*([A-Za-zÅÄÖåäö][\w\- ()/]{1,38}?)\s*:\s*(\S.*)$")
_COPYRIGHT: Final = re.compile(
    r"(?:©|\(c\)|copyright)[^\d\n]{0,60}((?:19|20)\d\d(?:\s?[-–—,/]\s?(?:19|20)\d\d)*)",
    re.IGNORECASE,
)
_PUBLISHED_ON: Final = re.compile(
    r"^(?:julkaistu|utgiven|publicerad|published|publication date)\s+(?=.{0,24}(?:19|20)\d\d\W*$)",
    re.IGNORECASE,
)
_APPROVED: Final = re.compile(
    r"\b(?:hyväksy(?:tty|nyt)|vahvist(?:ettu|anut)|antag(?:en|its)|godkän(?:d|ts)|fastställ(?:d|ts)"
    r"|adopted|approved)\b",
    re.IGNORECASE,
)
_SERIES: Final = re.compile(r"^[^\d.!?]{6,80}\b\d{1,4}\s?[/:]\s?((?:19|20)\d\d)\b")
_PUBLISHED_IN: Final = re.compile(
    r"^(?P<name>[A-ZÅÄÖ][^\d.:;!?©·|]{2,70}?),?\s*[·|–,-]?\s*(?P<year>(?:19|20)\d\d)(?:\s*[·|].*)?$"
)
_ABOUT_YEAR: Final = re.compile(
    r"\b(?:[Vv]uo(?:si|nna|teen|desta|sina|den)|år|året|years?|in|since)$"
)
_ONLY_YEAR: Final = re.compile(r"^\W*(?:([A-Za-zåäö]+)\s+)?((?:19|20)\d\d)\W*$")
_NAME: Final = (
    r"[A-ZÅÄÖÉČŠŽ][\w'’]+(?:-[A-ZÅÄÖ][\w'’]+)?(?:\s(?:[A-ZÅÄÖ]\.|[A-ZÅÄÖ][\w'’]+(?:-[A-ZÅÄÖ]\w+)?))?"
    r"\s(?:(?:von|af|de|van)\s)?[A-ZÅÄÖČŠŽ][\w'’]+(?:-[A-ZÅÄÖČŠŽ][\w'’]+)?"
)
_NAMES: Final = re.compile(rf"^{_NAME}(?:(?:\s*[,;&]\s*|\s+(?:ja|och|and|sekä)\s+){_NAME})*\.?$")
_SEPARATOR: Final = re.compile(r"\s*[,;&]\s*|\s+(?:ja|och|and|sekä)\s+")
_INVERTED: Final = re.compile(r"^([^,;]+),\s*([^,;]+)$")
_NOT_PERSON: Final = re.compile(
    r"\b(?:oy|ab|ry|rf|oyj|ltd|yliopisto|universitet|university|liitto|keskus|kaupunki|kunta"
    r"|instituutti|ministeriö|amk|verkosto|business|hanke|projekt|project|konsortio|akatemia"
    r"|suomi|suomen|finland|karjalan?|savon?|lappi|lapin|kainuun?|pohjanmaan?|raportti"
    r"|julkaisu\w*|strategia|ohjelma|helsinki|joensuu|kuopio|oulu|mikkeli|rovaniemi)\b",
    re.IGNORECASE,
)
_JUNK_AUTHOR: Final = re.compile(
    r"^(?:user|admin|administrator|käyttäjä|opiskelija|omistaja|owner|author|tekijä|microsoft.*"
    r"|unknown|tuntematon|anonymous|hp|dell|lenovo|pc|\W*|.*@.*|\w{1,3}|[a-z0-9._]+)$",
    re.IGNORECASE,
)


def imprint_values(pages: Sequence[Sequence[str]], *, last_year: int) -> list[FieldValue]:
    """Return what the lines of cover and imprint pages say; ``pages`` are lists of lines."""
    values: list[FieldValue] = []
    for index in _front_and_back(len(pages)):
        lines = [" ".join(line.split()) for line in pages[index]]
        text = "\n".join(lines)
        has_imprint = bool(_SIGNS.search(text))
        if has_imprint:
            values += _from_imprint(text, lines, index + 1, last_year)
        if index < _COVER_PAGES or has_imprint:
            values += _from_short_lines(lines, index + 1, last_year)
    return values


def labelled_values(
    label: str, value: str, source: str, *, page: int | None, last_year: int
) -> Iterator[FieldValue]:
    """Yield what a labelled value says: *Tekijät: …*, *Julkaistu: 30.11.2021*, *ISBN: …*."""
    words = frozenset(re.split(r"[\s()/]+", label.lower().strip()))
    for name, labels in _LABELS.items():
        if not words & labels:
            continue
        if name == "authors":
            names = people_in(value)
            if names:
                yield found("authors", names, source, page=page, confidence=0.85)
        elif name == "organisations":
            yield found("organisations", (value.strip(" ."),), source, page=page, confidence=0.8)
        elif name == "date":
            yield from dated_values(value, source, page=page, confidence=0.9, last_year=last_year)
        else:
            numbers = isbns_in(f"ISBN {value}") if name == "isbn" else issns_in(f"ISSN {value}")
            if numbers:
                yield found(name, numbers, source, page=page, confidence=0.95)
        return


def dated_values(
    text: str, source: str, *, page: int | None = None, confidence: float, last_year: int
) -> Iterator[FieldValue]:
    """Yield the date and the year of a text that is known to be a date."""
    day = date_in(text)
    if day is not None and FIRST_YEAR <= day.year <= last_year:
        yield found("date", day.isoformat(), source, page=page, confidence=confidence)
        yield found("year", day.year, source, page=page, confidence=confidence)
        return
    years = years_in(text, last_year=last_year)
    if years:
        yield found("year", years[0], source, page=page, confidence=confidence)


def people_in(text: str) -> tuple[str, ...]:
    """Return the names of people in a list of authors; empty where it holds something else."""
    cleaned = re.sub(r"\((?:toim|ed|eds|red)\.?\)|\btoim\.", "", text).strip(" .,;")
    inverted = _INVERTED.match(cleaned)
    if inverted and " " not in inverted[1] and " " not in inverted[2].strip():
        cleaned = f"{inverted[2].strip()} {inverted[1].strip()}"
    if cleaned.isupper() or not _NAMES.match(cleaned) or _NOT_PERSON.search(cleaned):
        return ()
    return tuple(name.strip(" .") for name in _SEPARATOR.split(cleaned))


def given_authors(text: str) -> tuple[str, ...]:
    """Return the authors of a metadata field, junk left out; *Family, Given* is turned round."""
    parts = re.split(r"\s*;\s*", text)
    names = [name for part in parts for name in (people_in(part) or _split_names(part))]
    return tuple(name for name in names if name and not _JUNK_AUTHOR.match(name))


def _split_names(text: str) -> list[str]:
    """Return the parts between commas where each is a whole name, else the text as it is."""
    parts = [part.strip() for part in text.split(",")]
    return parts if all(" " in part for part in parts) else [text.strip()]


def _front_and_back(count: int) -> list[int]:
    front = range(min(_FRONT_PAGES, count))
    return sorted({*front, *range(max(0, count - _BACK_PAGES), count)})


def _from_imprint(
    text: str, lines: Iterable[str], page: int, last_year: int
) -> Iterator[FieldValue]:
    if isbns := isbns_in(text):
        yield found("isbn", isbns, "imprint", page=page, confidence=0.95)
    if issns := issns_in(text):
        yield found("issn", issns, "imprint", page=page, confidence=0.95)
    if (year := _copyright_year(text, last_year)) is not None:
        yield found("year", year, "imprint: ©", page=page, confidence=0.8)
    for line in lines:
        if match := _LABELLED.match(line):
            label, value = match[1], match[2]
            source = f"imprint: {label.lower()}"
            yield from labelled_values(label, value, source, page=page, last_year=last_year)


def _copyright_year(text: str, last_year: int) -> int | None:
    """Return the latest year that a © names: of *1998–2002, 2015* that is this edition's."""
    listed = (match[1] for match in _COPYRIGHT.finditer(text))
    years = [int(year) for years in listed for year in re.findall(r"\d{4}", years)]
    return max((year for year in years if FIRST_YEAR <= year <= last_year), default=None)


def _from_short_lines(lines: Iterable[str], page: int, last_year: int) -> Iterator[FieldValue]:
    for line in lines:
        if is_navigation(line):
            continue
        if is_section(line) or (len(line) > _MAX_COVER_LINE and not _SIGNS.search(line)):
            return  # the text begins; years in and between its lines are its own
        if match := _PUBLISHED_ON.match(line):
            text = line[match.end() :]
            yield from dated_values(
                text, "imprint: published", page=page, confidence=0.9, last_year=last_year
            )
        elif page == 1 and _APPROVED.search(line) and (days := _dates(line, last_year)):
            # a programme or strategy is of the day it was approved, or last changed
            last = max(days)
            yield found("date", last.isoformat(), "cover: approved", page=page, confidence=0.78)
            yield found("year", last.year, "cover: approved", page=page, confidence=0.78)
        elif match := _SERIES.match(line):
            yield from _year(match[1], "cover: series", page, 0.7, last_year)
        elif (match := _ONLY_YEAR.match(line)) and (not match[1] or month_number(match[1])):
            yield from _year(match[2], "cover: year", page, 0.75, last_year)
        elif match := _PUBLISHED_IN.match(line):
            yield from _published(match["name"], match["year"], page, last_year)
        elif (day := date_in(line)) and len(line) <= _MAX_LABEL and day.year <= last_year:
            # the date of the edition itself stands above what a © on the next page spans
            confidence = 0.82 if page == 1 else 0.7
            yield found("date", day.isoformat(), "cover: date", page=page, confidence=confidence)
            yield found("year", day.year, "cover: date", page=page, confidence=confidence)


def _dates(line: str, last_year: int) -> list[date]:
    """Return the whole dates of a line, one between each two commas."""
    days = (date_in(part) for part in line.split(","))
    return [day for day in days if day is not None and FIRST_YEAR <= day.year <= last_year]


def _year(
    text: str, source: str, page: int, confidence: float, last_year: int
) -> Iterator[FieldValue]:
    if FIRST_YEAR <= int(text) <= last_year:
        yield found("year", int(text), source, page=page, confidence=confidence)


def _published(name: str, year: str, page: int, last_year: int) -> Iterator[FieldValue]:
    """Yield publisher and year of a line such as *Lapin osaamiskeskus 2020* or *Joensuu 2020*."""
    if name[-1].islower() and not _ABOUT_YEAR.search(name):
        yield from _year(year, "cover: place or publisher", page, 0.72, last_year)
        if len(name.split()) > 1 and not people_in(name):
            yield found("organisations", (name,), "cover: publisher", page=page, confidence=0.5)
