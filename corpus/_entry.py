"""Reading entries of a TOML file that a librarian edits, with errors that name the place.

One decision: a wrong entry is reported with file, line and entry, because whoever wrote it sees
only the file; tomllib keeps no lines, so the line is looked up by what identifies the entry.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InvalidVocabulary

Table = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A TOML file that has been read, with its text for finding lines."""

    path: Path
    text: str
    content: Table

    @classmethod
    def read(cls, path: Path) -> TomlFile:
        """Read a file; `InvalidVocabulary` where it is missing or no TOML."""
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            message = f"{path} cannot be read ({error.strerror})."
            raise InvalidVocabulary(message, subject=str(path)) from error
        except UnicodeDecodeError as error:
            message = f"{path} is not UTF-8 (byte {error.start})."
            raise InvalidVocabulary(message, subject=str(path)) from error
        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            message = f"{path} is not valid TOML: {error}."
            raise InvalidVocabulary(message, subject=str(path)) from error
        return cls(path, text, content)

    def line_of(self, key: str, value: str, *, occurrence: int = 0) -> int | None:
        """Return the line where ``key = "value"`` stands for the n-th time, None if nowhere."""
        pattern = rf"^\s*{re.escape(key)}\s*=\s*[\"']{re.escape(value)}[\"']"
        lines = [
            number
            for number, line in enumerate(self.text.splitlines(), start=1)
            if re.match(pattern, line)
        ]
        return lines[occurrence] if occurrence < len(lines) else None

    def tables(self, key: str) -> list[Table]:
        """Return the entries ``[[key]]``; `InvalidVocabulary` where it is something else."""
        found = self.content.get(key, [])
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise self.error(f"{key} has to be written as [[{key}]]")
        return list(found)

    def error(self, text: str, *, entry: str = "", line: int | None = None) -> InvalidVocabulary:
        """Return the error that names this file, the line and the entry."""
        place = f"{self.path}:{line}" if line is not None else str(self.path)
        named = f" {entry}:" if entry else ""
        return InvalidVocabulary(f"{place}:{named} {text}.", subject=entry or str(self.path))


class Entry:
    """One table of a file, whose keys are taken out with their kind checked."""

    def __init__(self, file: TomlFile, table: Table, name: str, line: int | None) -> None:
        self._file = file
        self._table = table
        self._name = name
        self._line = line

    def wrong(self, text: str) -> InvalidVocabulary:
        """Return the error that says what is wrong with this entry."""
        return self._file.error(text, entry=self._name, line=self._line)

    def only(self, known: frozenset[str]) -> None:
        """Refuse a key that nobody reads: it is misspelt or means nothing."""
        for key in self._table:
            if key not in known:
                raise self.wrong(f"the key {key} is not known (known: {', '.join(sorted(known))})")

    def text(self, key: str, default: str = "") -> str:
        """Return a text."""
        value = self._table.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(f"{key} has to be a text in quotes")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Return a truth value."""
        value = self._table.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(f"{key} has to be true or false")
        return value

    def number(self, key: str) -> float | None:
        """Return a number that is not negative, None where it is not set."""
        value = self._table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            raise self.wrong(f"{key} has to be a number, 0 or more")
        return float(value)

    def count(self, key: str) -> int | None:
        """Return a whole number that is not negative, None where it is not set."""
        value = self._table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.wrong(f"{key} has to be a whole number, 0 or more")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where it is not set."""
        return self._texts(key, self._table.get(key, []))

    def _texts(self, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(f"{key} has to be a list of texts in quotes")
        return tuple(value)

    def by_language(self, key: str) -> Mapping[str, str]:
        """Return a text for each language."""
        labels: dict[str, str] = {}
        for language, value in self._languages(key).items():
            if not isinstance(value, str) or not value.strip():
                raise self.wrong(f"{key}.{language} has to be a text in quotes")
            labels[language] = value
        return labels

    def lists_by_language(self, key: str) -> Mapping[str, tuple[str, ...]]:
        """Return a list of texts for each language."""
        return {
            language: self._texts(f"{key}.{language}", value)
            for language, value in self._languages(key).items()
        }

    def _languages(self, key: str) -> Table:
        value = self._table.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(f"{key} has to be written as {{ fi = …, sv = …, en = … }}")
        return value

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return a list of pairs of texts, empty where it is not set."""
        value = self._table.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(f"{key} has to be a list of pairs")
        pairs = [self._texts(key, item) for item in value]
        if any(len(pair) != 2 for pair in pairs):  # noqa: PLR2004 - a pair has two
            raise self.wrong(f"{key} has to be a list of pairs")
        return tuple((pair[0], pair[1]) for pair in pairs)
