"""Whether the catalogue is sound: its file, and what its rows say about each other.

One decision: a damaged file is asked no further questions. What its rows say means nothing then,
and the person who ran `check` needs to know of the damage, not of what follows from it.
"""

from __future__ import annotations

from typing import Final

from corpus._database import Database

_READ_WITHOUT_TEXT: Final = """SELECT id FROM documents WHERE status = 'ok' AND (opening = ''
    OR NOT EXISTS (SELECT 1 FROM pages WHERE document_id = documents.id)) ORDER BY id"""
_BEHIND: Final = """SELECT max(
        (SELECT coalesce(max(sequence), 0) FROM documents),
        (SELECT value FROM counters WHERE name = 'watermark')
    ) > (SELECT value FROM counters WHERE name = 'sequence')"""


def check_catalogue(database: Database) -> list[str]:
    """Return a message for each inconsistency; an empty list when the catalogue is sound."""
    if messages := database.check():
        return messages
    messages = [
        f"The document {row['id']} counts as read but has no text."
        for row in database.rows(_READ_WITHOUT_TEXT)
    ]
    if database.number(_BEHIND):
        messages.append("The counter of changes is behind the changes.")
    return messages
