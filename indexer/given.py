"""What a person or a file says about a document, as field values of the origin *given*.

One decision: import files, tables and options of the command line pass through here, so that a
year or a list of authors means the same wherever it was written down.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from corpus import FIELDS, MULTI_FIELDS, FieldValue, Origin, Value, Vocabulary
from corpus.errors import InvalidInput

CONCEPT_FIELDS: Final[Mapping[str, str]] = {
    "sectors": "sector",
    "themes": "theme",
    "regions": "region",
    "programmes": "programme",
}
"""Fields whose values are concepts of a scheme, by id."""

_YEAR: Final = re.compile(r"[0-9]{1,4}", re.ASCII)
_YES: Final = frozenset({"yes", "true", "1"})
_NO: Final = frozenset({"no", "false", "0"})
_ISO_YEAR: Final = re.compile(r"([0-9]{4})(-|$)", re.ASCII)


def given_values(record: Mapping[str, object], source: str) -> tuple[FieldValue, ...]:
    """Return the values of a record's fields; keys that name no field are left to the caller.

    ``source`` says where they were given. Empty values say nothing. Raises `InvalidInput` naming
    the field for a value of the wrong kind.
    """
    values = {
        name: _value(name, raw)
        for name, raw in record.items()
        if name in FIELDS and raw not in (None, "", [], ())
    }
    dated = _ISO_YEAR.match(str(values.get("date", "")))
    if dated is not None and "year" not in values:
        values["year"] = int(dated[1])
    return tuple(FieldValue(name, value, Origin.GIVEN, source) for name, value in values.items())


def unknown_concepts(values: Sequence[FieldValue], vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Return field and id of each concept that the vocabulary does not have in the field's scheme.

    Such an id can be searched for and shows as it is written, but it has no label.
    """
    return [
        (value.name, concept)
        for value in values
        if value.name in CONCEPT_FIELDS and isinstance(value.value, tuple)
        for concept in value.value
        if not _is_known(concept, CONCEPT_FIELDS[value.name], vocabulary)
    ]


def _is_known(concept: str, scheme: str, vocabulary: Vocabulary) -> bool:
    return concept in vocabulary and vocabulary.concept(concept).scheme == scheme


def _value(name: str, raw: object) -> Value:
    if name in MULTI_FIELDS:
        return _texts(name, raw)
    if name == "year":
        return _year(raw)
    if name == "accessible":
        return _yes_or_no(name, raw)
    if not isinstance(raw, str):
        raise InvalidInput(f"{name} has to be text, not {_shown(raw)}", subject=name)
    return raw.strip().lower() if name == "language" else raw.strip()


def _texts(name: str, raw: object) -> tuple[str, ...]:
    items = [raw] if isinstance(raw, str) else raw
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise InvalidInput(f"{name} has to be a list of texts, not {_shown(raw)}", subject=name)
    return tuple(dict.fromkeys(item.strip() for item in items if item.strip()))


def _year(raw: object) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= 9999:  # noqa: PLR2004
        return raw
    if isinstance(raw, str) and _YEAR.fullmatch(raw.strip()):
        return int(raw)
    raise InvalidInput(f"year has to be a number like 2019, not {_shown(raw)}", subject="year")


def _yes_or_no(name: str, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in _YES | _NO:
        return word in _YES
    raise InvalidInput(f"{name} has to be yes or no, not {_shown(raw)}", subject=name)


def _shown(raw: object) -> str:
    text = repr(raw)
    return text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004
