"""A data directory on which commands are run, and killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from corpus import Catalogue, Settings
from indexer.generations import Generations
from indexer.results import SearchRequest
from search_app.assembly import Assembly

_ROOT = Path(__file__).resolve().parents[2]


class Installation:
    """A data directory on which commands are run, and killed."""

    def __init__(self, data: Path, engine: str = "tantivy") -> None:
        self.data = data
        self.engine = engine
        self.environ = {
            **os.environ,
            "PYTHONPATH": str(_ROOT),
            "JULKAISUHAKU_DATA": str(data),
            "JULKAISUHAKU_ENGINE": engine,
        }
        self.environ.pop("JULKAISUHAKU_FAILPOINT", None)

    def start(self, *arguments: str | Path, **environ: str) -> subprocess.Popen[bytes]:
        """Start a command."""
        return subprocess.Popen(
            [sys.executable, "-m", "search_app", *map(str, arguments)],
            env={**self.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.data.parent,
        )

    def run(self, *arguments: str | Path) -> str:
        """Run a command to its end and return what it printed."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err.decode()
        return out.decode()

    def kill_at(self, point: str, *arguments: str | Path) -> None:
        """Run a command that kills itself at a failpoint."""
        process = self.start(*arguments, JULKAISUHAKU_FAILPOINT=point)
        _, err = process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL, err.decode()

    def kill_after(self, seconds: float, *arguments: str | Path) -> bool:
        """Kill a command after some time; whether it was still running."""
        process = self.start(*arguments)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate(timeout=60)
        assert process.returncode in (0, -signal.SIGKILL)
        return process.returncode != 0

    def documents(self) -> int:
        """Return the number of documents of a sound catalogue."""
        path = Settings(data=self.data).catalogue_path
        if not path.exists():
            return 0  # killed before it was made
        with Catalogue(path) as catalogue:
            assert catalogue.check() == []
            return catalogue.count_documents()

    def found(self, query: str) -> int:
        """Return how many publications a search in this process finds."""
        with Assembly(Settings(data=self.data, engine=self.engine), command="test") as assembly:
            request = SearchRequest(query, related=False, budget_s=10.0)
            return assembly.searcher.search(request).total

    def is_indexed(self) -> bool:
        """Whether a generation answers."""
        return (self.data / "index" / "CURRENT").exists()

    def assert_agreement(self) -> None:
        """Index and catalogue hold the same, nothing is damaged and nothing waits."""
        with Catalogue(Settings(data=self.data).catalogue_path) as catalogue:
            assert catalogue.watermark() == catalogue.last_sequence()
            documents = catalogue.count_documents()
        generations = Generations(self.data / "index")
        current = generations.current()
        assert current is not None
        assert generations.verify(current).documents == documents
        assert json.loads(self.run("check", "--json"))["status"] == "sound"

    def assert_nothing_left(self) -> None:
        """No unfinished directory and no temporary file is left behind for ever."""
        assert list((self.data / "index").glob("*.unfinished")) == []
