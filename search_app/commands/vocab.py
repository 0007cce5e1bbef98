"""``vocab``: the vocabulary of this installation.

One decision: `check` reads what the program would read and nothing else, so it can be run on a
file that is being edited, before anything uses it.
"""

from __future__ import annotations

from pathlib import Path

import click

from corpus import Vocabulary
from corpus.errors import InvalidVocabulary
from indexer.analysis import check_lexicon
from search_app.console import counted
from search_app.invocation import Invocation, common_options, pass_invocation


@click.group("vocab", short_help="Look after the vocabulary.")
def vocab() -> None:
    """Look after the vocabulary: sectors, themes, regions, types, organisations."""


@vocab.command(
    "check",
    short_help="Say what is wrong with vocabulary and lexicon.",
    epilog="Example: julkaisuhaku vocab check",
)
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@common_options
@pass_invocation
def check(invocation: Invocation, file: Path | None) -> int:
    """Check a vocabulary FILE, without one that of this installation and its lexicon of words.

    What is wrong is named with file, line and entry; the exit code is 65 then.
    """
    console, assembly = invocation.console, invocation.bare_assembly()
    path = file or assembly.config_file("vocabulary.toml")
    vocabulary = Vocabulary.load(path)
    messages = [f"{path}: {message}" for message in vocabulary.check()]
    if file is None:
        lexicon = assembly.settings.config_dir / "lexicon.tsv"
        own = lexicon if lexicon.is_file() else None
        messages += [
            f"{error.file}, line {error.line}: {error.entry}: {error.reason}"
            for error in check_lexicon(own, assembly.finnish)
        ]
    for message in messages:
        console.say(message)
    schemes = {scheme.id: len(vocabulary.concepts(scheme.id)) for scheme in vocabulary.schemes()}
    if console.is_json:
        console.record({"file": str(path), "concepts": schemes, "problems": messages})
    else:
        shown = ", ".join(f"{scheme} {count}" for scheme, count in schemes.items())
        console.result(f"{path}: {counted(len(vocabulary), 'concept')} ({shown})")
    return InvalidVocabulary.exit_code if messages else 0
