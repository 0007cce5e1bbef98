"""Documents that could not be read, for those who can do something about it.

One decision: withdrawn and gone ones are left out; nobody waits for them.
"""

from __future__ import annotations

from corpus._database import Database
from corpus._rows import document_of
from corpus.document import Document

_FAILED = "visibility IN ('published', 'draft') AND status = 'failed'"


def failed_documents(database: Database, limit: int) -> list[Document]:
    """Return documents whose reading failed, the latest first."""
    rows = database.rows(
        f"SELECT * FROM documents WHERE {_FAILED} ORDER BY sequence DESC LIMIT ?",  # noqa: S608
        (limit,),
    )
    return [document_of(row) for row in rows]


def count_failed(database: Database) -> int:
    """Return how many documents could not be read."""
    return database.number(f"SELECT count(*) FROM documents WHERE {_FAILED}")  # noqa: S608
