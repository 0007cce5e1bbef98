"""The default engine: tantivy, an index of mapped files written in Rust.

One decision: this module only says whether the library is here; what needs it is imported when an
index is opened, so the product runs without it.
"""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from corpus.errors import MissingBackend
from indexer.engine import Index, Schema

_LOCK_FILES: Final = frozenset({".tantivy-writer.lock", ".tantivy-meta.lock"})


class TantivyEngine:
    """The port's implementation on tantivy (`indexer.engine.Engine`)."""

    name = "tantivy"

    def is_available(self) -> bool:
        """Whether the library is installed here."""
        return find_spec("tantivy") is not None

    def version(self) -> str:
        """Return the library's name and version."""
        return f"tantivy {version('tantivy')}"

    def open(self, path: Path, schema: Schema, mode: Literal["create", "write", "read"]) -> Index:
        """Open an index directory; see the port."""
        if not self.is_available():
            raise MissingBackend("The search engine “tantivy” is not installed.")
        from indexer.engines._tantivy_index import open_index  # noqa: PLC0415  only where installed

        return open_index(path, schema, mode)

    def is_lock_file(self, name: str) -> bool:
        """Whether a file of the directory is a lock."""
        return name in _LOCK_FILES
