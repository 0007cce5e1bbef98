"""What a command says: results to stdout, messages and progress to stderr.

One decision: progress is one line that says how far, how fast and how long still. On a terminal
it is written over itself; elsewhere it is a plain line now and then, so that logs stay readable.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Final

import click

_TERMINAL_INTERVAL_S: Final = 0.1
_PLAIN_INTERVAL_S: Final = 5.0
_MINUTE_S: Final = 60


class Progress:
    """How far a long step is; called with what is done and what there is in all (0: unknown)."""

    def __init__(
        self, label: str, *, stream: IO[str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._label = label
        self._stream = stream
        self._clock = clock
        self._is_terminal = stream.isatty()
        self._started = clock()
        self._shown = self._started
        self._is_line_open = False

    def __call__(self, done: int, total: int) -> None:
        """Show the state, unless it was shown a moment ago."""
        now = self._clock()
        interval = _TERMINAL_INTERVAL_S if self._is_terminal else _PLAIN_INTERVAL_S
        if now - self._shown < interval:
            return
        self._shown = now
        self.write(self.line(done, total, now - self._started))

    def line(self, done: int, total: int, elapsed_s: float) -> str:
        """Return the state in words."""
        rate = done / elapsed_s if elapsed_s > 0 else 0.0
        shown = f"{self._label}: {done:,}"
        if total:
            shown += f" of {total:,} ({done * 100 // total} %)"
        shown += f", {rate:,.0f} a second" if rate >= 1 else f", {rate:.2f} a second"
        if total > done and rate:
            shown += f", about {duration((total - done) / rate)} left"
        return shown

    def write(self, line: str) -> None:
        """Show a line: over the last one on a terminal, else below it."""
        if self._is_terminal:
            self._stream.write(f"\r\x1b[K{line}")
            self._is_line_open = True
        else:
            self._stream.write(f"{line}\n")
        self._stream.flush()

    def close(self) -> None:
        """Clear the line of a terminal, so that what follows stands alone."""
        if self._is_line_open:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._is_line_open = False


class Console:
    """Where a command writes; ``is_json`` when a machine reads the results."""

    def __init__(self, *, is_json: bool) -> None:
        self.is_json = is_json

    def say(self, message: str) -> None:
        """Tell the person at the terminal something."""
        click.echo(message, err=True)

    def result(self, text: str) -> None:
        """Print a result for a person."""
        click.echo(text)

    def record(self, content: Mapping[str, object]) -> None:
        """Print a result for a machine: one object, one line."""
        click.echo(json.dumps(content, ensure_ascii=False))

    @contextmanager
    def progress(self, label: str) -> Iterator[Progress]:
        """Show the progress of a step while the block runs."""
        progress = Progress(label, stream=sys.stderr)
        try:
            yield progress
        finally:
            progress.close()


def duration(seconds: float) -> str:
    """Return a time in words: 0.4 s, 12 s, 3 min, 2 h 5 min."""
    if seconds < 1:
        return f"{seconds:.1f} s"
    if seconds < 2 * _MINUTE_S:
        return f"{seconds:.0f} s"
    minutes = round(seconds / _MINUTE_S)
    if minutes < 2 * _MINUTE_S:
        return f"{minutes} min"
    return f"{minutes // _MINUTE_S} h {minutes % _MINUTE_S} min"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 document, 2,000 documents."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
