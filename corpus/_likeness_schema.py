"""The tables of likenesses: a signature of each document's text, and the pairs that are alike.

One decision: a pair stands there twice, once from each side, so that what is shown of a document
is one look-up. The pairs are shown to visitors and carry checksums; signatures and their bands
only say what to compare: a damaged one costs a comparison, and all can be made anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LIKENESS_TABLES: Final[tuple[str, ...]] = (
    """CREATE TABLE text_signatures (
        number INTEGER PRIMARY KEY,
        document_id TEXT NOT NULL UNIQUE REFERENCES documents (id) ON DELETE CASCADE,
        text_hash TEXT NOT NULL,
        title_key TEXT NOT NULL,
        shingles INTEGER NOT NULL,
        signature BLOB NOT NULL
    )""",
    "CREATE INDEX text_signatures_by_text ON text_signatures (text_hash)",
    "CREATE INDEX text_signatures_by_title ON text_signatures (title_key) WHERE title_key <> ''",
    """CREATE TABLE text_bands (
        band INTEGER NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (band, number)
    ) WITHOUT ROWID""",
    """CREATE TABLE likenesses (
        document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        other_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        side TEXT NOT NULL,
        share REAL NOT NULL,
        evidence TEXT NOT NULL,
        checksum INTEGER,
        PRIMARY KEY (document_id, other_id)
    )""",
    "CREATE INDEX likenesses_by_other ON likenesses (other_id)",
    "CREATE INDEX addresses_by_referrer ON addresses (referrer) WHERE referrer IS NOT NULL",
)

LIKENESS_CHECKSUMMED: Final[Mapping[str, tuple[str, ...]]] = {
    "likenesses": ("document_id", "other_id", "kind", "side", "share", "evidence"),
}
