"""Which documents are alike: signatures of their texts, and the pairs that were found.

One decision: this is a follower of the catalogue with a watermark of its own, like the index. It
can lag behind or be made anew, and it never merges or hides a document: it only tells.
"""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from corpus._database import Database
from corpus._rows import sound_row

_COUNTER: Final = "likeness/1"  # another method has another counter, and so begins anew
_VALUES: Final = 64
_BANDS: Final = _VALUES // 2
_BUCKET: Final = 100  # of texts that share a template the first ones are enough to compare with
_WORD: Final = 1 << 64
_SPREAD: Final = 0x9E3779B97F4A7C15  # 2^64 / golden ratio: mixes equal values of different bands
_LINKED: Final = 50


class LikenessKind(StrEnum):
    """In what way two documents are alike."""

    SAME_TEXT = "same_text"  # the same words in the same order
    NEAR = "near"  # most of the text is the same
    CONTAINED = "contained"  # a page that gives a part of its file
    VERSION = "version"  # the same publication at another time


class Side(StrEnum):
    """What the other document is, seen from this one."""

    EQUAL = "equal"
    PART = "part"
    WHOLE = "whole"
    OLDER = "older"
    NEWER = "newer"


_MIRRORED: Final[Mapping[Side, Side]] = {
    Side.EQUAL: Side.EQUAL,
    Side.PART: Side.WHOLE,
    Side.WHOLE: Side.PART,
    Side.OLDER: Side.NEWER,
    Side.NEWER: Side.OLDER,
}


@dataclass(frozen=True, slots=True)
class Likeness:
    """A pair, seen from ``document_id``; ``side`` says what the other one is.

    ``share`` is measured on the word sequences of both texts: those in common among those of
    both, for CONTAINED among those of the smaller text. ``evidence`` says what else was seen.
    """

    document_id: str
    other_id: str
    kind: LikenessKind
    side: Side
    share: float
    evidence: str

    def mirrored(self) -> Likeness:
        """Return the pair as it is seen from the other document."""
        side = _MIRRORED[self.side]
        return replace(self, document_id=self.other_id, other_id=self.document_id, side=side)


@dataclass(frozen=True, slots=True)
class Signature:
    """What candidates are found by: 64 MinHash values of 32 bits, and hashes of text and title."""

    document_id: str
    text_hash: str
    title_key: str
    shingles: int
    values: bytes

    def bands(self) -> list[int]:
        """Return the keys of the bands of two values each."""
        pairs = struct.unpack(f"<{_BANDS}Q", self.values)
        keys = ((pair * _SPREAD + band) % _WORD for band, pair in enumerate(pairs))
        return [key - (_WORD if key >= _WORD // 2 else 0) for key in keys]  # as SQLite has them


class Likenesses:
    """Signatures and pairs in the catalogue's database; changes belong into a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def watermark(self) -> int:
        """Return the sequence of the catalogue up to which texts were compared, 0 at first."""
        return self._database.number("SELECT value FROM counters WHERE name = ?", (_COUNTER,))

    def set_watermark(self, sequence: int) -> None:
        """Record up to where texts were compared."""
        self._database.execute(
            "INSERT INTO counters (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (_COUNTER, sequence),
        )

    def begin_anew(self) -> None:
        """Forget everything."""
        for table in ("likenesses", "text_bands", "text_signatures"):
            self._database.execute(f"DELETE FROM {table}")  # noqa: S608 - our names
        self.set_watermark(0)

    def forget(self, ids: Iterable[str]) -> None:
        """Forget the signatures of documents and all pairs they are in."""
        rows = self._database.rows(
            "SELECT * FROM text_signatures WHERE document_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        for row in rows:  # what has no signature is in no pair
            self._database.execute(
                "DELETE FROM likenesses WHERE document_id = :document OR other_id = :document",
                {"document": row["document_id"]},
            )
            self._database.execute("DELETE FROM text_signatures WHERE number = ?", (row["number"],))
        self._database.execute_many(
            "DELETE FROM text_bands WHERE band = ? AND number = ?",
            [(band, row["number"]) for row in rows for band in _signature_of(row).bands()],
        )

    def keep_signatures(self, signatures: Sequence[Signature]) -> None:
        """Keep the signatures of documents that have none."""
        self._database.execute_many(
            "INSERT INTO text_signatures"
            " (document_id, text_hash, title_key, shingles, signature) VALUES (?, ?, ?, ?, ?)",
            [
                (one.document_id, one.text_hash, one.title_key, one.shingles, one.values)
                for one in signatures
            ],
        )
        numbers = self._database.rows(
            "SELECT document_id, number FROM text_signatures"
            " WHERE document_id IN (SELECT value FROM json_each(?))",
            (json.dumps([one.document_id for one in signatures]),),
        )
        by_id = {row["document_id"]: row["number"] for row in numbers}
        bands = sorted((band, by_id[one.document_id]) for one in signatures for band in one.bands())
        self._database.execute_many(
            "INSERT OR IGNORE INTO text_bands (band, number) SELECT ?1, ?2"
            " WHERE (SELECT count(*)"
            " FROM (SELECT 1 FROM text_bands WHERE band = ?1 LIMIT ?3)) < ?3",
            [(band, number, _BUCKET) for band, number in bands],
        )

    def candidates(self, signature: Signature) -> list[Signature]:
        """Return the signatures that share a band, the text or the title with this one."""
        rows = self._database.rows(
            "SELECT * FROM text_signatures WHERE number IN ("
            " SELECT number FROM json_each(:bands) CROSS JOIN text_bands ON band = value"
            " UNION SELECT * FROM (SELECT number FROM text_signatures"
            " WHERE text_hash = :text LIMIT :bucket)"
            " UNION SELECT * FROM (SELECT number FROM text_signatures"
            " WHERE title_key = :title AND title_key <> '' LIMIT :bucket)"
            ") AND document_id <> :document ORDER BY number",
            {
                "bands": json.dumps(signature.bands()),
                "text": signature.text_hash,
                "title": signature.title_key,
                "document": signature.document_id,
                "bucket": _BUCKET,
            },
        )
        return [_signature_of(row) for row in rows]

    def linked(self, document_id: str) -> list[str]:
        """Return the files a page was seen to link to, or the pages that link to a file."""
        rows = self._database.rows(
            "SELECT DISTINCT other.id AS id FROM documents own, documents other, ("
            " SELECT file.document_id AS id FROM addresses page JOIN addresses file"
            "  ON file.referrer = page.url WHERE page.document_id = :document"
            " UNION SELECT page.document_id FROM addresses file JOIN addresses page"
            "  ON page.url = file.referrer WHERE file.document_id = :document"
            ") linked WHERE own.id = :document AND other.id = linked.id AND other.id <> own.id"
            " AND (own.media_type = 'text/html') <> (other.media_type = 'text/html')"
            " ORDER BY other.id LIMIT :linked",
            {"document": document_id, "linked": _LINKED},
        )
        return [str(row["id"]) for row in rows]

    def signature(self, document_id: str) -> Signature | None:
        """Return the signature of a document, None where it has none."""
        row = self._database.row(
            "SELECT * FROM text_signatures WHERE document_id = ?", (document_id,)
        )
        return _signature_of(row) if row is not None else None

    def keep(self, likenesses: Iterable[Likeness]) -> None:
        """Keep pairs, each from both sides, in place of what was said of them before."""
        seen = [one for likeness in likenesses for one in (likeness, likeness.mirrored())]
        self._database.execute_many(
            "INSERT INTO likenesses (document_id, other_id, kind, side, share, evidence)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (document_id, other_id) DO UPDATE SET"
            " kind = excluded.kind, side = excluded.side, share = excluded.share,"
            " evidence = excluded.evidence",
            [
                (one.document_id, one.other_id, one.kind, one.side, one.share, one.evidence)
                for one in seen
            ],
        )

    def of(
        self, ids: Sequence[str], *, is_public: bool = True
    ) -> Mapping[str, tuple[Likeness, ...]]:
        """Return what each of these documents is alike to, the most alike first.

        ``is_public`` leaves out what visitors may not see; gone and withdrawn ones never count.
        """
        shown = ["published"] if is_public else ["published", "draft"]
        rows = self._database.rows(
            "SELECT likenesses.* FROM likenesses JOIN documents ON documents.id = other_id"
            " WHERE document_id IN (SELECT value FROM json_each(?)) AND status = 'ok'"
            " AND visibility IN (SELECT value FROM json_each(?)) ORDER BY share DESC, other_id",
            (json.dumps(list(ids)), json.dumps(shown)),
        )
        found: dict[str, list[Likeness]] = {}
        for row in rows:
            found.setdefault(row["document_id"], []).append(_likeness_of(row))
        return {document_id: tuple(likenesses) for document_id, likenesses in found.items()}

    def pairs(self) -> list[Likeness]:
        """Return every pair once, versions from the older one, the rest from the lower id."""
        rows = self._database.rows(
            "SELECT * FROM likenesses WHERE side = 'newer'"
            " OR (side NOT IN ('newer', 'older') AND document_id < other_id)"
            " ORDER BY kind, share DESC, document_id, other_id"
        )
        return [_likeness_of(row) for row in rows]

    def count_by_kind(self) -> dict[str, int]:
        """Return how many pairs there are of each kind; what no pair is, is left out."""
        rows = self._database.rows(
            "SELECT kind, count(*) / 2 AS pairs FROM likenesses GROUP BY kind ORDER BY kind"
        )
        return {str(row["kind"]): int(row["pairs"]) for row in rows}


def _signature_of(row: sqlite3.Row) -> Signature:
    return Signature(
        row["document_id"],
        row["text_hash"],
        row["title_key"],
        row["shingles"],
        row["signature"],
    )


def _likeness_of(row: sqlite3.Row) -> Likeness:
    sound_row(row, "likenesses")
    return Likeness(
        row["document_id"],
        row["other_id"],
        LikenessKind(row["kind"]),
        Side(row["side"]),
        row["share"],
        row["evidence"],
    )
