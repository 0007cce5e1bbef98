"""One call of the command line: its common options, and what follows from them.

One decision: the common options may stand before the sub-command or after it, because people
write both; settings are read when a command first needs them, so that help always works.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import click

from corpus import Settings
from search_app.assembly import Assembly
from search_app.console import Console

Function = TypeVar("Function", bound=Callable[..., object])


class Invocation:
    """The options of a call with the environment it was made in."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.data: Path | None = None
        self.config: Path | None = None
        self.is_json = False
        self._assembly: Assembly | None = None

    @cached_property
    def settings(self) -> Settings:
        """The settings of file, environment and options; `InvalidSettings` names a wrong key."""
        return Settings.load(self.config, self.data, self.environ)

    @property
    def console(self) -> Console:
        """Where the command writes."""
        return Console(is_json=self.is_json)

    def assembly(self) -> Assembly:
        """Return the objects of the program, before which the data directory is prepared."""
        if self._assembly is None:
            self._assembly = self.bare_assembly()
            self._assembly.prepare()
        return self._assembly

    def bare_assembly(self) -> Assembly:
        """Return the objects of the program for a command that may run without a data directory."""
        context = click.get_current_context(silent=True)
        return Assembly(self.settings, command=context.command_path if context else "command line")

    def close(self) -> None:
        """Close what the command opened."""
        if self._assembly is not None:
            self._assembly.close()


def common_options(function: Function) -> Function:
    """Let a command take ``--data``, ``--config`` and ``--json``."""
    for option in (
        click.option(
            "--json",
            is_flag=True,
            expose_value=False,
            callback=_keep_json,
            help="Print results for a machine: JSON on stdout.",
        ),
        click.option(
            "--config",
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            expose_value=False,
            callback=_keep_config,
            help="The configuration file (JULKAISUHAKU_CONFIG; else julkaisuhaku.toml).",
        ),
        click.option(
            "--data",
            type=click.Path(path_type=Path),
            metavar="DIR",
            expose_value=False,
            callback=_keep_data,
            help="The data directory (JULKAISUHAKU_DATA; else ./var).",
        ),
    ):
        function = option(function)
    return function


pass_invocation = click.make_pass_decorator(Invocation)


def _keep_data(context: click.Context, _option: click.Parameter, value: Path | None) -> None:
    if value is not None:
        _invocation(context).data = value


def _keep_config(context: click.Context, _option: click.Parameter, value: Path | None) -> None:
    if value is not None:
        _invocation(context).config = value


def _keep_json(context: click.Context, _option: click.Parameter, value: bool) -> None:  # noqa: FBT001
    if value:
        _invocation(context).is_json = True


def _invocation(context: click.Context) -> Invocation:
    found = context.find_object(Invocation)
    if found is None:
        raise TypeError("the command line is started by search_app.cli.run")
    return found
