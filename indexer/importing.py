"""Imports documents from lines of JSON, one a line, in constant memory.

One decision: 500 lines are one transaction and a line that is equal to what is kept changes
nothing. So an import that was killed is simply started again, and a line that cannot be taken
costs its own document only.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final, Protocol

from corpus import FIELDS, Catalogue, Change, FieldValue, Origin, Page, Visibility, Vocabulary
from corpus.errors import InvalidInput
from indexer.analysis import language_of
from indexer.classify import Classifier
from indexer.given import CONCEPT_FIELDS, given_values, unknown_concepts
from indexer.workers import Kit, Recipe, Workers

_CHUNK_LINES: Final = 50
_CHUNKS_A_COMMIT: Final = 10
_CHUNKS_WITHOUT_WORKERS: Final = 6  # a worker takes a second to start
COMMIT_LINES: Final = _CHUNK_LINES * _CHUNKS_A_COMMIT
MAX_LINE_BYTES: Final = 64 * 1024 * 1024
SOURCE: Final = "import"
_BOM: Final = b"\xef\xbb\xbf"
_OWN_KEYS: Final = FIELDS | {"id", "text", "pages"}
_GUESSED: Final = frozenset({*CONCEPT_FIELDS, "type"})
_LANGUAGE_CHARACTERS: Final = 400  # told as by 2,000 in 1,057 texts of 1,057; more only costs time


class Lines(Protocol):
    """What an import reads from: a binary file, a pipe, an unpacking stream."""

    def readline(self, limit: int, /) -> bytes:
        """Return the next line with its end, at most ``limit`` bytes of it; empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was not taken, counted from 1, and why."""

    number: int
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What became of the lines that were read."""

    lines: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: list[BadLine] = field(default_factory=list)
    unknown: dict[tuple[str, str], int] = field(default_factory=dict)
    """Concepts the vocabulary does not have: field and id, and the first line that names them."""


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A line as the document it describes."""

    number: int
    document_id: str
    values: tuple[FieldValue, ...]
    pages: tuple[Page, ...]
    notes: Mapping[str, str]

    def given(self, name: str) -> str:
        """Return a field of text, empty where it is not given."""
        return next((str(value.value) for value in self.values if value.name == name), "")


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Some lines, which of their ids are kept already, what was bad, and the last number."""

    lines: tuple[ImportLine, ...]
    known: frozenset[str]
    bad: tuple[BadLine, ...]
    last: int


_Values = tuple[FieldValue, ...]


class Importer:
    """Takes lines into a catalogue; ``actor`` is who the audit log names."""

    def __init__(
        self,
        catalogue: Catalogue,
        vocabulary: Vocabulary,
        classifier: Classifier,
        *,
        actor: str,
        visibility: Visibility = Visibility.PUBLISHED,
        recipe: Recipe | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._vocabulary = vocabulary
        self._classifier = classifier
        self._actor = actor
        self._visibility = visibility
        self._recipe = recipe

    def read(
        self, lines: Lines, progress: Callable[[ImportReport], None] | None = None
    ) -> ImportReport:
        """Import everything; after each call of ``progress`` what it counts is durable."""
        report = ImportReport()
        chunks = self._chunks(_numbered(lines, report))
        with Workers(self._recipe) as workers:
            guessed = workers.made(
                _guess_there, self._guess_here, chunks, first_here=_CHUNKS_WITHOUT_WORKERS
            )
            while taken := list(islice(guessed, _CHUNKS_A_COMMIT)):
                self._take(
                    [
                        (line, found)
                        for chunk, all_found in taken
                        for line, found in zip(chunk.lines, all_found, strict=True)
                    ],
                    report,
                )
                report.lines = taken[-1][0].last
                report.bad += [bad for chunk, _ in taken for bad in chunk.bad]
                report.bad.sort(key=lambda bad: bad.number)
                self._catalogue.checkpoint()
                if progress is not None:
                    progress(report)
        return report

    def _chunks(self, numbered: Iterator[tuple[int, bytes | str]]) -> Iterator[_Chunk]:
        while raw := list(islice(numbered, _CHUNK_LINES)):
            bad: list[BadLine] = []
            lines = tuple(_parsed(raw, bad))
            known = self._catalogue.documents(line.document_id for line in lines)
            yield _Chunk(lines, frozenset(known), tuple(bad), raw[-1][0])

    def _take(
        self, lines: Sequence[tuple[ImportLine, _Values | None]], report: ImportReport
    ) -> None:
        counts = dict.fromkeys(Change, 0)
        with self._catalogue.transaction():
            known = set(self._catalogue.documents(line.document_id for line, _ in lines))
            for line, guessed in lines:
                try:
                    change = self._record(line, guessed, is_known=line.document_id in known)
                except InvalidInput as error:
                    report.bad.append(BadLine(line.number, error.message))
                    continue
                known.add(line.document_id)
                counts[change] += 1
                for concept in unknown_concepts(line.values, self._vocabulary):
                    report.unknown.setdefault(concept, line.number)
        report.new += counts[Change.NEW]
        report.changed += counts[Change.CHANGED]
        report.unchanged += counts[Change.UNCHANGED]

    def _record(self, line: ImportLine, guessed: _Values | None, *, is_known: bool) -> Change:
        """Record a line; what it does not say is guessed only where something is new."""
        if is_known:
            change = self._save(line, line.values)
            if change is Change.UNCHANGED:
                return change
        if guessed is None:
            guessed = _guessed(self._classifier, line)
        change = self._save(line, (*line.values, *guessed))
        return Change.CHANGED if is_known else change

    def _guess_here(self, chunk: _Chunk) -> list[_Values | None]:
        return _guesses(self._classifier, chunk)

    def _save(self, line: ImportLine, values: tuple[FieldValue, ...]) -> Change:
        recorded = self._catalogue.record(
            document_id=line.document_id,
            values=values,
            pages=line.pages,
            visibility=self._visibility,
            notes=line.notes,
            actor=self._actor,
        )
        return recorded.change


def _guess_there(kit: Kit, chunk: _Chunk) -> list[_Values | None]:
    return _guesses(kit.classifier, chunk)


def _guesses(classifier: Classifier, chunk: _Chunk) -> list[_Values | None]:
    """Return what is guessed of each line; None for one that may well turn out unchanged."""
    return [
        None if line.document_id in chunk.known else _guessed(classifier, line)
        for line in chunk.lines
    ]


def _guessed(classifier: Classifier, line: ImportLine) -> _Values:
    """Return what the text tells of the fields that are not given."""
    given = {value.name for value in line.values}
    guessed: list[FieldValue] = []
    language = line.given("language")
    if not language:
        language = language_of(_opening(line))
        guessed.append(FieldValue("language", language, Origin.EXTRACTED, "text"))
    if not given >= _GUESSED:
        guessed += classifier.classify(
            title=line.given("title"),
            abstract=line.given("abstract"),
            pages=line.pages,
            language=language,
        )
    return tuple(value for value in guessed if value.name not in given)


def unpacked(stream: Lines, start: bytes) -> Lines:
    """Return the lines of a stream whose first bytes are ``start``, unpacked where it is gzip."""
    if start.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=stream)  # type: ignore[call-overload, no-any-return]
    return stream


def _numbered(lines: Lines, report: ImportReport) -> Iterator[tuple[int, bytes | str]]:
    """Yield the lines that are not empty with their number; a text instead says what is wrong."""
    number = 0
    while True:
        number += 1
        try:
            line = lines.readline(MAX_LINE_BYTES + 1)
            if len(line) > MAX_LINE_BYTES:
                _skip_rest(lines, line)
                yield number, f"longer than {MAX_LINE_BYTES >> 20} MiB"
                continue
        except (EOFError, OSError, zlib.error) as error:
            report.bad.append(BadLine(number, f"the file cannot be read on: {error}"))
            return
        if not line:
            return
        if number == 1:
            line = line.removeprefix(_BOM)
        if line.strip():
            yield number, line


def _skip_rest(lines: Lines, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = lines.readline(MAX_LINE_BYTES)


def _parsed(batch: Sequence[tuple[int, bytes | str]], bad: list[BadLine]) -> Iterator[ImportLine]:
    for number, content in batch:
        if isinstance(content, str):
            bad.append(BadLine(number, content))
            continue
        try:
            yield parse_line(number, content)
        except InvalidInput as error:
            bad.append(BadLine(number, error.message))


def parse_line(number: int, content: bytes) -> ImportLine:
    """Return the document a line describes; `InvalidInput` says what is wrong with the line."""
    record = _object(content)
    document_id = record.get("id")
    if not isinstance(document_id, str):
        raise InvalidInput("it has no “id”, or one that is not text")
    if "text" not in record and "pages" not in record:
        raise InvalidInput("it has neither “text” nor “pages”")
    return ImportLine(
        number=number,
        document_id=document_id,
        values=given_values(record, SOURCE),
        pages=_pages(record),
        notes={key: _note(value) for key, value in record.items() if key not in _OWN_KEYS},
    )


def _object(content: bytes) -> Mapping[str, object]:
    try:
        record = json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InvalidInput(f"it is not UTF-8 (byte {error.start + 1})") from None
    except json.JSONDecodeError as error:
        raise InvalidInput(f"it is not JSON: {error.msg} (column {error.colno})") from None
    except (RecursionError, ValueError) as error:
        raise InvalidInput(f"it is not usable JSON: {error}") from None
    if not isinstance(record, dict):
        raise InvalidInput("it is JSON, but no object")
    return record


def _pages(record: Mapping[str, object]) -> tuple[Page, ...]:
    """Return the pages: texts, or objects with text and optionally number, label, language."""
    raw = record.get("pages")
    if raw is None:
        text = record.get("text")
        if not isinstance(text, str):
            raise InvalidInput("“text” has to be text")
        return (Page(1, text),)
    if not isinstance(raw, list):
        raise InvalidInput("“pages” has to be a list")
    return tuple(_page(number, page) for number, page in enumerate(raw, 1))


def _page(number: int, raw: object) -> Page:
    if isinstance(raw, str):
        return Page(number, raw)
    if not isinstance(raw, dict) or not isinstance(raw.get("text"), str):
        raise InvalidInput(f"page {number} has no text")
    page = Page(number, raw["text"])
    if isinstance(raw.get("number"), int):
        page = replace(page, number=raw["number"])
    labels = {k: raw[k] for k in ("label", "language") if isinstance(raw.get(k), str)}
    return replace(page, **labels)


def _note(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _opening(line: ImportLine) -> str:
    text = "\n".join([line.given("title"), *(page.text for page in line.pages[:3])])
    return text[:_LANGUAGE_CHARACTERS]
