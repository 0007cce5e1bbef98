"""``add``: files, folders and addresses, searchable at once.

One decision: options say what is true of everything named in one call, the table what is true of
single files; both are given values, which no later reading overrules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from corpus import FieldValue, Status, Visibility, Vocabulary
from corpus.errors import InvalidInput, UnknownValue
from indexer.given import given_values, unknown_concepts
from search_app.adding import SOURCE, Adder, Outcome, items_of
from search_app.assembly import Assembly
from search_app.catching_up import update_index
from search_app.console import Console, counted
from search_app.invocation import Invocation, common_options, pass_invocation
from search_app.table import read_table

Function = TypeVar("Function", bound=Callable[..., object])

_SINGLE = ("title", "year", "language", "type", "abstract", "url")
_MULTIPLE = {
    "author": "authors",
    "organisation": "organisations",
    "sector": "sectors",
    "theme": "themes",
    "region": "regions",
    "programme": "programmes",
}


def _field_options(function: Function) -> Function:
    """Let the command take an option for each field that is commonly given by hand."""
    for name, plural in reversed(_MULTIPLE.items()):
        text = f"One of the {plural}; may be repeated."
        function = click.option(f"--{name}", plural, multiple=True, metavar="TEXT", help=text)(
            function
        )
    for name in reversed(_SINGLE):
        function = click.option(f"--{name}", metavar="TEXT", help=f"The {name}.")(function)
    return function


@click.command(
    "add",
    short_help="Add files, folders and addresses.",
    epilog="Example: julkaisuhaku add raportit/ --sector fotoniikka --year 2024",
)
@click.argument("names", metavar="PATH|URL...", nargs=-1)
@click.option(
    "--csv",
    "table",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A table of metadata: the column “file” names a file or URL, the others are fields.",
)
@click.option("--dry-run", is_flag=True, help="Read and show, keep nothing.")
@click.option("--draft", is_flag=True, help="Keep as drafts: visitors do not see them.")
@click.option("--allow-private", is_flag=True, help="Let URLs lead to private and loopback hosts.")
@_field_options
@common_options
@pass_invocation
def add(
    invocation: Invocation,
    /,
    names: tuple[str, ...],
    table: Path | None,
    *,
    dry_run: bool,
    draft: bool,
    allow_private: bool,
    **fields: str | tuple[str, ...] | None,
) -> int:
    """Add files, folders (with everything below them) and addresses of the web.

    Each is kept, read, classified and searchable when the command ends. What cannot be taken is
    named with its reason, the rest is done, and the exit code is that of the error (65: cannot be
    read, 66: not there, 69: not to be reached).
    """
    if not names and table is None:
        raise click.UsageError("Name at least one file, folder or address, or a table with --csv.")
    console, assembly = invocation.console, invocation.assembly()
    given = _given(fields, assembly.vocabulary)
    items = list(items_of(names, read_table(table) if table else {}, given))
    adder = Adder(
        assembly,
        visibility=Visibility.DRAFT if draft else Visibility.PUBLISHED,
        allow_private=allow_private,
    )
    if dry_run:
        return _tell(list(adder.try_out(items)), console, generation="")
    with console.progress("reading") as progress:
        outcomes = adder.add(items, progress)
    return _tell(outcomes, console, generation=_indexed(outcomes, assembly, console))


def _given(
    fields: dict[str, str | tuple[str, ...] | None], vocabulary: Vocabulary
) -> tuple[FieldValue, ...]:
    try:
        values = given_values(fields, SOURCE)
    except InvalidInput as error:
        raise UnknownValue(f"--{error.subject}: {error.message}") from error
    for field, concept in unknown_concepts(values, vocabulary):
        option = next(name for name, plural in _MULTIPLE.items() if plural == field)
        raise UnknownValue(f"--{option}: the vocabulary has no {option} {concept!r}.")
    return values


def _indexed(outcomes: Sequence[Outcome], assembly: Assembly, console: Console) -> str:
    """Index what was added and return the generation that holds it."""
    if not any(outcome.document_id for outcome in outcomes):
        return ""
    return update_index(assembly, console).generation


def _tell(outcomes: Sequence[Outcome], console: Console, *, generation: str) -> int:
    added = [outcome for outcome in outcomes if outcome.error is None]
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    for outcome in added:
        _tell_added(outcome, console)
    for outcome in failed:
        if outcome.error is not None:
            console.say(f"{outcome.name}: {outcome.error.message}")
    if console.is_json:
        console.record(
            {
                "documents": [outcome.as_dict() for outcome in added],
                "failed": [outcome.as_dict() for outcome in failed],
                "generation": generation,
            }
        )
    elif failed:
        console.say(
            f"{counted(len(failed), 'item')} of {len(outcomes):,} could not be taken, "
            f"{len(added):,} were"
        )
    return _status(failed)


def _status(failed: Sequence[Outcome]) -> int:
    """Return 0, the exit code that all failures share, or 65 for a mixture."""
    codes = {outcome.error.exit_code for outcome in failed if outcome.error is not None}
    return next(iter(codes), 0) if len(codes) <= 1 else InvalidInput.exit_code


def _tell_added(outcome: Outcome, console: Console) -> None:
    if outcome.status is Status.NEEDS_OCR:
        console.say(f"{outcome.name}: pictures of pages without text; next: julkaisuhaku jobs run")
    if outcome.visibility is Visibility.WITHDRAWN:
        console.say(f"{outcome.name}: it was withdrawn and stays so (julkaisuhaku publish)")
    for duplicate in outcome.alike:
        console.say(f"{outcome.name}: possible duplicate: {duplicate.told()}")
    if console.is_json:
        return
    about = f"{outcome.language}, {counted(outcome.pages, 'page')}, {outcome.visibility.value}"
    console.result(f"{outcome.document_id or '-'}  {outcome.change}  {outcome.title}  ({about})")
    if not outcome.document_id:  # a dry run shows what would be kept
        for value in outcome.values:
            shown = value.value if not isinstance(value.value, tuple) else ", ".join(value.value)
            console.result(f"    {value.name}: {str(shown)[:200]}")
