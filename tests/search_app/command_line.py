"""The command line as a test calls it: in this process, with everything it printed."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from search_app.cli import run


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call printed, and its exit status."""

    status: int
    out: str
    err: str

    def json(self) -> dict[str, object]:
        """Return the object it printed."""
        content = json.loads(self.out)
        assert isinstance(content, dict)
        return content

    def lines(self) -> list[dict[str, object]]:
        """Return the objects it printed, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class CommandLine:
    """Calls sub-commands on one data directory."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str], **environ: str) -> None:
        self.data = data
        self.environ = {**os.environ, **environ}
        self._capsys = capsys

    def __call__(self, *arguments: str | Path) -> Answer:
        """Run a sub-command and return what it printed."""
        self._capsys.readouterr()
        status = run(["--data", str(self.data), *map(str, arguments)], self.environ)
        printed = self._capsys.readouterr()
        return Answer(status, printed.out, printed.err)

    def found(self, query: str, *options: str) -> list[str]:
        """Return the titles that a search finds."""
        answer = self("search", query, "--json", "--no-related", *options)
        assert answer.status == 0, answer.err
        hits = answer.json()["hits"]
        assert isinstance(hits, list)
        return [hit["title"] for hit in hits]
