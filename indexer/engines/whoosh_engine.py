"""The pure-Python engine: Whoosh's writer and term dictionary, postings as numpy arrays.

One decision: Whoosh keeps what it is good at (segments, commits, dictionary, columns); its
matchers, which step through a posting list one document at a time, are not used. Its files hold
pickles, so a directory that other users can write to is refused.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from corpus.errors import MissingBackend
from indexer.engine import Index, Schema


class WhooshEngine:
    """The port's implementation on Whoosh (`indexer.engine.Engine`)."""

    name = "whoosh"

    def is_available(self) -> bool:
        """Whether the library is installed here."""
        return find_spec("whoosh") is not None and find_spec("numpy") is not None

    def version(self) -> str:
        """Return the library's name and version."""
        import whoosh  # noqa: PLC0415  only where installed

        return f"whoosh {whoosh.versionstring()}"

    def open(self, path: Path, schema: Schema, mode: Literal["create", "write", "read"]) -> Index:
        """Open an index directory; see the port."""
        if not self.is_available():
            raise MissingBackend("The search engine “whoosh” is not installed.")
        from indexer.engines._whoosh_index import open_index  # noqa: PLC0415  only where installed

        return open_index(path, schema, mode)

    def is_lock_file(self, name: str) -> bool:
        """Whether a file of the directory is a lock, or the folder of a write that was killed."""
        return name.endswith("_WRITELOCK") or name == "MAIN.tmp"
