"""``import``: documents from a file of JSON lines.

One decision: the file is read as a stream, packed or not, from a pipe too, so that its size does
not matter; `index` is a step of its own, because several imports may come before it.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from corpus import Visibility
from corpus._disk import storage_errors
from corpus.errors import InvalidInput, NotFound
from indexer.importing import Importer, ImportReport, unpacked
from search_app.console import Console, Progress, counted
from search_app.invocation import Invocation, common_options, pass_invocation

_BAD_LINES: Final = 65
_MAGIC_BYTES: Final = 2
_BUFFER_BYTES: Final = 1024 * 1024
_TOLD: Final = 100


@dataclass(frozen=True, slots=True)
class _Input:
    """A file to import, with its size in bytes (0 where it is a pipe)."""

    stream: io.BufferedReader[io.FileIO]
    size_bytes: int

    def position(self) -> int:
        """Return how many of its bytes were read."""
        return self.stream.tell() if self.size_bytes else 0


@click.command(
    "import",
    short_help="Take in documents from a file of JSON lines.",
    epilog="Example: julkaisuhaku import julkaisut.jsonl.gz",
)
@click.argument("file", metavar="FILE.jsonl[.gz]|-")
@click.option(
    "--draft", is_flag=True, help="Keep the documents as drafts: visitors do not see them."
)
@common_options
@pass_invocation
def load(invocation: Invocation, file: str, *, draft: bool) -> int:
    """Take in documents from FILE: one JSON object a line, packed with gzip or not; - is stdin.

    Keys: id, title, text or pages; optionally authors, year, language, type, sectors, themes,
    regions, organisations, programmes, url. Other keys are kept as notes. The same id replaces.
    Every 500 lines are kept for good: what was interrupted is simply started again. Lines that
    cannot be taken are named; the exit code is 65 then.
    """
    console = invocation.console
    with ExitStack() as opened:
        source = _opened(file, opened)
        assembly = invocation.assembly()
        importer = Importer(
            assembly.catalogue,
            assembly.vocabulary,
            assembly.classifier,
            actor="import",
            visibility=Visibility.DRAFT if draft else Visibility.PUBLISHED,
            recipe=assembly.recipe,
        )
        progress = opened.enter_context(console.progress("importing"))
        lines = unpacked(source.stream, source.stream.peek(_MAGIC_BYTES))
        report = importer.read(lines, _shown(source, progress))
    _tell(report, file, console)
    return _BAD_LINES if report.bad else 0


def _opened(file: str, opened: ExitStack) -> _Input:
    if file == "-":
        raw = io.FileIO(sys.stdin.fileno(), closefd=False)
        return _Input(io.BufferedReader(raw, _BUFFER_BYTES), 0)
    path = Path(file)
    if not path.exists():
        raise NotFound(f"There is no file {file}.", subject=file)
    if path.is_dir():
        raise InvalidInput(f"{file} is a folder, not a file of JSON lines.", subject=file)
    with storage_errors(path):
        raw = opened.enter_context(path.open("rb", buffering=0))
    stream = io.BufferedReader(raw, _BUFFER_BYTES)
    return _Input(stream, os.fstat(stream.fileno()).st_size if path.is_file() else 0)


def _shown(source: _Input, progress: Progress) -> Callable[[ImportReport], None]:
    """Return what shows the progress: the lines, and by the bytes read how many there will be."""

    def show(report: ImportReport) -> None:
        done = source.position()
        total = report.lines * source.size_bytes // done if done else 0
        progress(report.lines, max(total, report.lines) if total else 0)

    return show


def _tell(report: ImportReport, file: str, console: Console) -> None:
    for bad in report.bad[:_TOLD]:
        console.say(f"{file}, line {bad.number}: {bad.reason}")
    if len(report.bad) > _TOLD:
        console.say(f"{file}: and {counted(len(report.bad) - _TOLD, 'bad line')} more")
    for (field, concept), line in list(report.unknown.items())[:_TOLD]:
        console.say(
            f"{file}, line {line}: the vocabulary has no {concept!r} among the {field}; it was kept"
        )
    if console.is_json:
        console.record(
            {
                "lines": report.lines,
                "new": report.new,
                "changed": report.changed,
                "unchanged": report.unchanged,
                "bad": [{"line": bad.number, "reason": bad.reason} for bad in report.bad],
            }
        )
        return
    console.result(
        f"{counted(report.new, 'new document')}, {report.changed:,} changed, "
        f"{report.unchanged:,} unchanged, {counted(len(report.bad), 'bad line')}"
    )
    if report.new or report.changed:
        console.say("To make them searchable: julkaisuhaku index")
