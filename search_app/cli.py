"""The command line ``julkaisuhaku``: its sub-commands, and the border where errors end.

One decision: a sub-command returns its exit status, and every error becomes one line and a status
of sysexits here and nowhere else; what nobody foresaw goes with its traceback into a log file.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Final, NoReturn

import click

from corpus import Settings
from corpus.errors import JulkaisuhakuError
from search_app.invocation import Invocation, common_options

PROGRAM: Final = "julkaisuhaku"
LOG_NAME: Final = "julkaisuhaku.log"
EX_USAGE: Final = 64
EX_SOFTWARE: Final = 70
EX_IOERR: Final = 74
INTERRUPTED: Final = 130
_ALLOCATIONS: Final = 200_000

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "add": "add",
        "analyze": "analyze",
        "check": "check",
        "crawl": "crawl",
        "demo": "demo",
        "duplicates": "duplicates",
        "explain": "explain",
        "golden": "golden",
        "import": "load",
        "index": "index",
        "jobs": "jobs",
        "publish": "visibility",
        "reindex": "index",
        "rollback": "index",
        "search": "search",
        "serve": "serve",
        "status": "status",
        "user": "user",
        "vocab": "vocab",
        "withdraw": "visibility",
    }
)
"""The module of `search_app.commands` that holds each sub-command, loaded when it is called."""


class _Commands(click.Group):
    """A group whose members are imported one at a time: `status` never loads the crawler."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        members = vars(import_module(f"search_app.commands.{COMMANDS[name]}")).values()
        return next(m for m in members if isinstance(m, click.Command) and m.name == name)


@click.group(PROGRAM, cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=PROGRAM)
@common_options
def cli() -> None:
    """Search an organisation's publications in Finnish, Swedish and English.

    Exit codes: 0 done, 64 wrong usage, 65 data that could not be taken, 66 not there, 69 not to be
    reached, 70 a fault of the program, 74 disk, 75 held by another command, 78 configuration.
    """


def main() -> NoReturn:
    """Run the command line of this process."""
    # Words and their terms are millions of objects without cycles: looking through them again
    # and again took a fifth of the time of an import of 20,000 documents.
    gc.set_threshold(_ALLOCATIONS, 20, 100)
    sys.exit(run(sys.argv[1:], os.environ))


def run(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run one command and return its exit status; never raises but for a closed pipe."""
    invocation = Invocation(environ)
    try:
        with _logged(invocation):
            status = cli.main(list(arguments), PROGRAM, standalone_mode=False, obj=invocation)
            return status if isinstance(status, int) else 0
    except click.exceptions.Abort:
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return EX_USAGE
    except JulkaisuhakuError as error:
        click.echo(f"{PROGRAM}: {error.message}", err=True)
        return error.exit_code
    except OSError as error:
        return _unexpected(invocation, error, EX_IOERR)
    except Exception as error:  # noqa: BLE001 - the border: nobody gets to see a traceback
        return _unexpected(invocation, error, EX_SOFTWARE)
    finally:
        invocation.close()


def _unexpected(invocation: Invocation, error: Exception, status: int) -> int:
    """Say in one line what went wrong, and keep the traceback where it can be found."""
    kept = _keep(invocation, "".join(traceback.format_exception(error)))
    reason = " ".join(str(error).split()) or type(error).__name__
    where = f" Details are in {kept}." if kept else ""
    click.echo(f"{PROGRAM}: {type(error).__name__}: {reason[:300]}.{where}", err=True)
    return status


def _keep(invocation: Invocation, text: str) -> Path | None:
    try:
        path = _log_path(invocation)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(f"{datetime.now(UTC).isoformat(timespec='seconds')} {text}\n")
    except (OSError, JulkaisuhakuError):
        return None
    return path


def _log_path(invocation: Invocation) -> Path:
    settings: Settings = invocation.settings
    return settings.data / LOG_NAME


class _LogFile(logging.Handler):
    """Appends to the log of the data directory, once there is one."""

    def __init__(self, invocation: Invocation) -> None:
        super().__init__(logging.WARNING)
        self._invocation = invocation

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record; a log that cannot be written is no reason to stop."""
        _keep(self._invocation, self.format(record))


@contextmanager
def _logged(invocation: Invocation) -> Iterator[None]:
    """Let warnings of the program go to the log file instead of the terminal."""
    handler = _LogFile(invocation)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
