"""Reads a table of metadata (CSV): a row for each file or address, with its fields.

One decision: the header decides. Its column ``file`` names what a row is about, every other
column is a field, and one that is no field is an error, because a misspelt column would otherwise
be lost without a word.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from corpus import FIELDS, MULTI_FIELDS, FieldValue
from corpus._disk import storage_errors
from corpus.errors import InvalidInput
from indexer.given import given_values

SOURCE: Final = "table"
FILE_COLUMN: Final = "file"
_LIST_ENDS: Final = re.compile(r"[;|]")
_DELIMITERS: Final = ",;\t"


def read_table(path: Path) -> dict[str, tuple[FieldValue, ...]]:
    """Return the values of each row by file (as a path from here) or address.

    Several authors, sectors, … in one cell are separated by ``;`` or ``|``. Raises `InvalidInput`
    naming file, row and column.
    """
    with storage_errors(path):
        content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8 (byte {error.start + 1}).") from None
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    columns = [name.strip() for name in rows.fieldnames or ()]
    _check_columns(path, columns)
    rows.fieldnames = columns
    read: dict[str, tuple[FieldValue, ...]] = {}
    try:
        for row in rows:
            place = f"{path}, line {rows.line_num}"
            name = _name(path, row, place)
            read[name] = _values(row, place)
    except csv.Error as error:
        raise InvalidInput(f"{path}, line {rows.line_num}: {error}.") from None
    return read


def _delimiter(text: str) -> str:
    """Return the separator of the header: the commonest of comma, semicolon and tabulator."""
    header = text.partition("\n")[0]
    return max(_DELIMITERS, key=header.count)


def _check_columns(path: Path, columns: list[str]) -> None:
    if FILE_COLUMN not in columns:
        raise InvalidInput(f"{path} has no column “{FILE_COLUMN}”.", subject=str(path))
    for name in columns:
        if name != FILE_COLUMN and name not in FIELDS:
            known = ", ".join(sorted(FIELDS))
            message = f"{path}: the column “{name}” is no field. Fields are: {known}."
            raise InvalidInput(message, subject=name)


def _name(path: Path, row: Mapping[str, object], place: str) -> str:
    name = str(row.get(FILE_COLUMN) or "").strip()
    if not name:
        raise InvalidInput(f"{place}: the column “{FILE_COLUMN}” is empty.")
    if None in row:
        raise InvalidInput(f"{place}: there are more cells than columns.")
    is_address = name.lower().startswith(("http://", "https://"))
    return name if is_address else str(path.parent / name)


def _values(row: Mapping[str, object], place: str) -> tuple[FieldValue, ...]:
    record = {
        name: _LIST_ENDS.split(str(cell)) if name in MULTI_FIELDS else cell
        for name, cell in row.items()
        if cell and name != FILE_COLUMN
    }
    try:
        return given_values(record, SOURCE)
    except InvalidInput as error:
        raise InvalidInput(f"{place}: {error.message}.", subject=error.subject) from error
