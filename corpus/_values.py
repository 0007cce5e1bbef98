"""Field values: which are allowed, and which of several wins.

One decision: the strongest origin that says anything about a field decides it alone. Values of
different origins are never mixed, so that a person who confirmed two sectors does not find a third
one there because a machine guessed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from types import MappingProxyType
from typing import Final

from corpus.document import (
    FIELDS,
    MULTI_FIELDS,
    ORIGIN_ORDER,
    FieldValue,
    Origin,
    Page,
    Scalar,
    Value,
)
from corpus.errors import InvalidInput, UnknownValue

OPENING_CHARACTERS: Final = 80
MAX_YEAR: Final = 9999
_UNSTORABLE: Final = re.compile(r"[\ud800-\udfff\x00]")

Resolved = Mapping[str, Value]


def clean(text: str) -> str:
    """Return the text without what a database cannot hold: lone surrogates and NUL."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def cleaned_pages(pages: Iterable[Page]) -> tuple[Page, ...]:
    """Return the pages by number; `InvalidInput` for a number below 1 or used twice."""
    ordered = sorted(pages, key=lambda page: page.number)
    numbers = [page.number for page in ordered]
    if any(number < 1 for number in numbers) or len(set(numbers)) != len(numbers):
        raise InvalidInput("Pages are numbered from 1, each number once.")
    return tuple(
        page if page.text.isascii() and "\x00" not in page.text else _cleaned_page(page)
        for page in ordered
    )


def _cleaned_page(page: Page) -> Page:
    return replace(page, text=clean(page.text))


def opening(pages: Iterable[Page]) -> str:
    """Return the first characters of the text, shown where a document has no title."""
    for page in pages:
        words = " ".join(page.text[: OPENING_CHARACTERS * 20].split())
        if words:
            return words[:OPENING_CHARACTERS].rstrip()
        if page.text.strip():
            return " ".join(page.text.split())[:OPENING_CHARACTERS].rstrip()
    return ""


def checked_values(values: Iterable[FieldValue]) -> tuple[FieldValue, ...]:
    """Return the values with their text cleaned, the empty ones left out.

    Raises `InvalidInput` for an unknown field or a value of the wrong kind. An empty value of a
    reviewer stays: it says that the field has none.
    """
    checked = (_checked(value) for value in values)
    return tuple(
        value for value in checked if not is_empty(value.value) or value.origin is Origin.REVIEWED
    )


def is_empty(value: Value) -> bool:
    """Whether a value says nothing (false is something, the year 0 is not)."""
    return value in ("", ()) or (value == 0 and not isinstance(value, bool))


def _checked(value: FieldValue) -> FieldValue:
    if value.name not in FIELDS:
        known = ", ".join(sorted(FIELDS))
        message = f"The field {value.name!r} is not known. Known are: {known}."
        raise UnknownValue(message, subject=value.name)
    if not 0.0 <= value.confidence <= 1.0:
        raise InvalidInput(f"The confidence of {value.name} lies between 0 and 1.")
    return replace(value, value=_checked_content(value.name, value.value))


def _checked_content(name: str, content: Value) -> Value:
    if name in MULTI_FIELDS:
        if not isinstance(content, tuple) or not all(isinstance(item, str) for item in content):
            raise InvalidInput(f"The field {name} holds a list of texts, not {content!r}.")
        items = (clean(item).strip() for item in content)
        return tuple(dict.fromkeys(item for item in items if item))
    if name == "year":
        is_year = isinstance(content, int) and not isinstance(content, bool)
        if not is_year or not 0 <= int(str(content)) <= MAX_YEAR:
            raise InvalidInput(f"The year is a number up to {MAX_YEAR}, not {content!r}.")
        return content
    if name == "accessible":
        if not isinstance(content, bool):
            raise InvalidInput(f"The field accessible is true or false, not {content!r}.")
        return content
    if not isinstance(content, str):
        raise InvalidInput(f"The field {name} holds a text, not {content!r}.")
    return clean(content).strip()


def resolve(values: Sequence[FieldValue]) -> Resolved:
    """Return what each field holds: the strongest origin's word on it.

    Within an origin the surest value of a single field wins, the earlier one of two equally sure;
    the values of a field with several are united.
    """
    by_name: dict[str, list[FieldValue]] = {}
    for value in values:
        by_name.setdefault(value.name, []).append(value)
    resolved = {name: _decide(name, found) for name, found in by_name.items()}
    return MappingProxyType(
        {name: content for name, content in resolved.items() if not is_empty(content)}
    )


def _decide(name: str, found: list[FieldValue]) -> Value:
    strongest = min((value.origin for value in found), key=ORIGIN_ORDER.index)
    winners = [value for value in found if value.origin is strongest]
    if name in MULTI_FIELDS:
        return _united(value.value for value in winners)
    return max(winners, key=lambda value: value.confidence).value


def _united(contents: Iterable[Value]) -> tuple[str, ...]:
    items: dict[str, None] = {}
    for content in contents:
        if isinstance(content, tuple):
            items.update(dict.fromkeys(content))
    return tuple(items)


def merge(
    stored: Sequence[FieldValue],
    incoming: Sequence[FieldValue],
    *,
    also: frozenset[Origin] = frozenset(),
) -> tuple[FieldValue, ...]:
    """Return the stored values with those of the incoming values' origins replaced in place.

    Of the origins in ``also`` nothing stored is kept. Defaults are replaced by source: one
    document may be reached from two sources, and each crawl would undo the other's.
    """
    waiting: dict[tuple[Origin, str], list[FieldValue]] = {}
    for value in incoming:
        waiting.setdefault(_scope(value), []).append(value)
    replaced = set(waiting)
    merged: list[FieldValue] = []
    for value in stored:
        scope = _scope(value)
        if scope in replaced:
            merged += waiting.pop(scope, [])
        elif value.origin not in also:
            merged.append(value)
    return (*merged, *chain.from_iterable(waiting.values()))


def _scope(value: FieldValue) -> tuple[Origin, str]:
    return value.origin, value.source if value.origin is Origin.DEFAULT else ""


def text_of(resolved: Resolved, name: str) -> str:
    """Return a text field, empty where it is not set."""
    content = resolved.get(name, "")
    return content if isinstance(content, str) else ""


def texts_of(resolved: Resolved, name: str) -> tuple[str, ...]:
    """Return a field of several texts, empty where it is not set."""
    content = resolved.get(name, ())
    return content if isinstance(content, tuple) else ()


def scalar_of(resolved: Resolved, name: str) -> Scalar | None:
    """Return a single value, None where it is not set."""
    content = resolved.get(name)
    return None if isinstance(content, tuple) else content
