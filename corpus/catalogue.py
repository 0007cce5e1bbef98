"""The catalogue: every document, what is known of it and from where, and every change in order.

One decision: the catalogue is the truth and the index follows it. Each change gets the next number
of one sequence; whoever keeps a watermark asks for what came after and can never miss a change.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from corpus import _recording
from corpus import _transitions as transitions
from corpus._check import check_catalogue
from corpus._database import Database
from corpus._disk import utc_now
from corpus._entries import MACHINE, Entries, is_machine, resolved, with_extraction
from corpus._failpoint import failpoint
from corpus._rows import Entry, audit_of, document_of, page_of, version_of
from corpus._transitions import Transition
from corpus._values import checked_values, clean, cleaned_pages
from corpus.document import (
    Address,
    AuditEntry,
    Change,
    Document,
    FieldValue,
    KnownAddress,
    Origin,
    Original,
    Page,
    Recorded,
    Status,
    Version,
    Visibility,
)
from corpus.errors import InvalidInput, NotFound

_BATCH: Final = 500


class Catalogue:
    """The documents of a database file; may be used by several threads and processes.

    After a call outside `transaction` returns, its change survives kill -9 and a power cut; inside
    one, when the outermost block ends. Raises `CorruptCatalogue`, `StorageError` or `Busy` when
    the file is damaged, cannot be written or is being written by somebody else for too long.
    """

    def __init__(
        self,
        path: Path,
        *,
        now: Callable[[], datetime] = utc_now,
        new_id: Callable[[], str] = _recording.random_id,
        read_only: bool = False,
    ) -> None:
        self.database = Database(path, read_only=read_only)
        self._entries = Entries(self.database, now)
        self._new_id = new_id

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Group calls of this thread: all durable at the outermost end, or none when it raises."""
        is_outermost = not self.database.is_in_transaction
        with self.database.transaction():
            yield
        if is_outermost:
            failpoint("after_catalogue")

    def checkpoint(self) -> bool:
        """Bring the write-ahead log into the file, after a batch; whether all of it could be."""
        return self.database.checkpoint()

    def record(
        self,
        *,
        document_id: str | None = None,
        original: Original | None = None,
        address: Address | None = None,
        values: Iterable[FieldValue] = (),
        pages: Iterable[Page] | None = None,
        visibility: Visibility | None = None,
        notes: Mapping[str, str] | None = None,
        actor: str,
    ) -> Recorded:
        """Take in a document: a new one, or the one of that id, else address, else bytes.

        Values replace those of the same origin (defaults: of the same source); with an id the
        given ones are replaced as a whole. A changed original keeps the old one as a version and
        has to be read again; pages make it readable at once. What is equal changes nothing but
        the address's validators. Raises `InvalidInput` for a wrong id, value or page number.
        """
        recording = _recording.prepare(
            document_id=document_id,
            original=original,
            address=address,
            values=values,
            pages=pages,
            visibility=visibility,
            notes=notes,
        )
        with self.transaction():
            recorded, before, after = _recording.record(
                self._entries, recording, new_id=self._new_id
            )
            if recorded.change is not Change.UNCHANGED:
                self._audit(actor, "change" if before else "add", before, after)
        return recorded

    def store_extraction(
        self,
        document_id: str,
        *,
        sha256: str,
        extractor: str,
        status: Status,
        reason: str = "",
        values: Iterable[FieldValue] = (),
        pages: Iterable[Page] = (),
        quality: float | None = None,
        media_type: str | None = None,
    ) -> bool:
        """Keep what was read from an original; whether it was kept.

        False when the document has another original by now. The extracted values and the pages
        are replaced as a whole. Without any text the status OK becomes FAILED, with the reason.
        """
        checked = checked_values(values)
        if any(value.origin is not Origin.EXTRACTED for value in checked):
            raise InvalidInput("An extraction holds extracted values only.", subject=document_id)
        ordered = cleaned_pages(pages)
        with self.transaction():
            before = self._require(document_id)
            original = before.document.original
            if original is None or original.sha256 != sha256:
                return False
            after = with_extraction(
                before,
                original=replace(original, media_type=media_type or original.media_type),
                extractor=extractor,
                status=status,
                reason=clean(reason),
                values=checked,
                pages=ordered,
                quality=quality,
            )
            after = resolved(after, self._entries.addresses(document_id))
            self._entries.save(before, after, pages=ordered)
        return True

    def set_values(self, document_id: str, values: Iterable[FieldValue], actor: str) -> None:
        """Set fields as reviewed: they win over all others; an empty value says there is none."""
        reviewed = checked_values(replace(value, origin=Origin.REVIEWED) for value in values)
        names = {value.name for value in reviewed}
        self._review(document_id, names, reviewed, actor)

    def unset_values(self, document_id: str, names: Iterable[str], actor: str) -> None:
        """Take a review of fields back, so that the other origins decide them again."""
        self._review(document_id, set(names), (), actor)

    def _review(
        self, document_id: str, names: set[str], values: tuple[FieldValue, ...], actor: str
    ) -> None:
        with self.transaction():
            before = self._require(document_id)
            kept = [
                value
                for value in before.values
                if value.origin is not Origin.REVIEWED or value.name not in names
            ]
            after = replace(before, values=(*kept, *values))
            after = resolved(after, self._entries.addresses(document_id))
            after = self._entries.save(before, after)
            self._audit(actor, "review", before, after)

    def publish(self, ids: Iterable[str], actor: str) -> int:
        """Show documents to visitors, whatever hid them; return how many were hidden."""
        return self._move(ids, transitions.PUBLISH, actor)

    def withdraw(self, ids: Iterable[str], reason: str, actor: str) -> int:
        """Hide documents for a reason that stays in the audit log; return how many were not."""
        if not reason.strip():
            raise InvalidInput("A withdrawal needs a reason.")
        return self._move(ids, transitions.WITHDRAW, actor, reason=clean(reason).strip())

    def restore(self, ids: Iterable[str], actor: str) -> int:
        """Show withdrawn and gone documents again; drafts stay drafts. Return how many."""
        return self._move(ids, transitions.RESTORE, actor)

    def mark_gone(self, ids: Iterable[str], actor: str = MACHINE) -> int:
        """Hide published documents whose address no longer answers; return how many."""
        return self._move(ids, transitions.MARK_GONE, actor)

    def _move(self, ids: Iterable[str], step: Transition, actor: str, *, reason: str = "") -> int:
        changed = 0
        with self.transaction():
            for document_id in [ids] if isinstance(ids, str) else ids:
                before = self._require(document_id)
                document = step.applied(before.document)
                if document is not before.document:
                    after = self._entries.save(before, replace(before, document=document))
                    self._entries.audit(actor, step.action, before, after, reason=reason)
                    changed += 1
        return changed

    def _audit(self, actor: str, action: str, before: Entry | None, after: Entry) -> None:
        if not is_machine(actor):
            self._entries.audit(actor, action, before, after)

    def _require(self, document_id: str) -> Entry:
        entry = self._entries.load(document_id)
        if entry is None:
            raise _missing(document_id)
        return entry

    def document(self, document_id: str) -> Document:
        """Return a document; `NotFound` where there is none of that id."""
        if (found := self.documents([document_id]).get(document_id)) is None:
            raise _missing(document_id)
        return found

    def documents(self, ids: Iterable[str]) -> dict[str, Document]:
        """Return the documents of these ids in this order, those that do not exist left out."""
        wanted = list(dict.fromkeys(ids))
        rows = self.database.rows(
            "SELECT * FROM documents WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(wanted),),
        )
        found = {str(row["id"]): document_of(row) for row in rows}
        return {document_id: found[document_id] for document_id in wanted if document_id in found}

    def iter_documents(self) -> Iterator[Document]:
        """Yield every document by id; changes made meanwhile may or may not be seen."""
        last = ""
        while rows := self.database.rows(
            "SELECT * FROM documents WHERE id > ? ORDER BY id LIMIT ?", (last, _BATCH)
        ):
            yield from (document_of(row) for row in rows)
            last = rows[-1]["id"]

    def ids(self) -> list[str]:
        """Return the ids of all documents, in order."""
        return [
            str(row["id"]) for row in self.database.rows("SELECT id FROM documents ORDER BY id")
        ]

    def pages(self, document_id: str) -> tuple[Page, ...]:
        """Return the pages of a document in order; `NotFound` where there is no such document."""
        rows = self.database.rows(
            "SELECT * FROM pages WHERE document_id = ? ORDER BY number", (document_id,)
        )
        if not rows:
            self.document(document_id)
        return tuple(page_of(row) for row in rows)

    def page(self, document_id: str, number: int) -> Page:
        """Return one page; `NotFound` where the document has no such page."""
        row = self.database.row(
            "SELECT * FROM pages WHERE document_id = ? AND number = ?", (document_id, number)
        )
        if row is None:
            raise NotFound(f"{document_id} has no page {number}.", subject=document_id)
        return page_of(row)

    def values(self, document_id: str) -> tuple[FieldValue, ...]:
        """Return all values of a document with their origins, those that lost out too."""
        return self._entries.values(document_id)

    def addresses(self, document_id: str) -> tuple[Address, ...]:
        """Return the addresses of a document, the first one first."""
        return self._entries.addresses(document_id)

    def find_address(self, url: str) -> KnownAddress | None:
        """Return what is known of an address and the document it belongs to, or None."""
        return self._entries.find_address(url)

    def versions(self, document_id: str) -> tuple[Version, ...]:
        """Return the earlier originals of a document, the newest first."""
        rows = self.database.rows(
            "SELECT * FROM versions WHERE document_id = ? ORDER BY rowid DESC", (document_id,)
        )
        return tuple(version_of(row) for row in rows)

    def changes(self, after: int, limit: int = _BATCH) -> list[Document]:
        """Return what changed after a sequence, in order, whatever its visibility and status."""
        rows = self.database.rows(
            "SELECT * FROM documents WHERE sequence > ? ORDER BY sequence LIMIT ?", (after, limit)
        )
        return [document_of(row) for row in rows]

    def pending(self, limit: int = _BATCH) -> list[Document]:
        """Return documents whose original has not been read yet, the longest waiting first."""
        rows = self.database.rows(
            "SELECT * FROM documents WHERE status = 'pending' AND sha256 IS NOT NULL"
            " ORDER BY sequence LIMIT ?",
            (limit,),
        )
        return [document_of(row) for row in rows]

    def count_changes(self, after: int) -> int:
        """Return how many documents changed after a sequence."""
        return self.database.number("SELECT count(*) FROM documents WHERE sequence > ?", (after,))

    def count_pending(self) -> int:
        """Return how many documents have an original that has not been read yet."""
        return self.database.number(
            "SELECT count(*) FROM documents WHERE status = 'pending' AND sha256 IS NOT NULL"
        )

    def newest(self, limit: int) -> list[Document]:
        """Return the documents visitors may see, the latest published first."""
        rows = self.database.rows(
            "SELECT * FROM documents WHERE visibility = 'published' AND status = 'ok'"
            " ORDER BY published DESC, created_at DESC, id DESC LIMIT ?",
            (limit,),
        )
        return [document_of(row) for row in rows]

    def audit(self, object_id: str | None = None, limit: int = 100) -> list[AuditEntry]:
        """Return the audit log, of one object or of all, the latest entry first."""
        which = "" if object_id is None else "WHERE object_id = :object_id "
        rows = self.database.rows(
            f"SELECT * FROM audit {which}ORDER BY number DESC LIMIT :limit",  # noqa: S608 - constant
            {"object_id": object_id, "limit": limit},
        )
        return [audit_of(row) for row in rows]

    def original_hashes(self) -> list[str]:
        """Return the SHA-256 of every original a document has or had."""
        rows = self.database.rows(
            "SELECT sha256 FROM documents WHERE sha256 IS NOT NULL"
            " UNION SELECT sha256 FROM versions ORDER BY sha256"
        )
        return [str(row["sha256"]) for row in rows]

    def last_sequence(self) -> int:
        """Return the sequence of the latest change, 0 before the first."""
        return self.database.number("SELECT value FROM counters WHERE name = 'sequence'")

    def watermark(self) -> int:
        """Return the sequence up to which the index has followed."""
        return self.database.number("SELECT value FROM counters WHERE name = 'watermark'")

    def set_watermark(self, sequence: int) -> None:
        """Record up to where the index has followed; only after the index is durable."""
        with self.transaction():
            if not 0 <= sequence <= self.last_sequence():
                raise InvalidInput(f"No change has the sequence {sequence}.")
            self.database.execute(
                "UPDATE counters SET value = ? WHERE name = 'watermark'", (sequence,)
            )

    def count_documents(self) -> int:
        """Return the number of documents, of any visibility and status."""
        return self.database.number("SELECT count(*) FROM documents")

    def count_by_status(self) -> dict[str, int]:
        """Return how many documents are draft, withdrawn or gone, and how far the others are.

        Each document counts once; what no document is, is left out.
        """
        rows = self.database.rows(
            "SELECT CASE visibility WHEN 'published' THEN status ELSE visibility END AS state,"
            " count(*) AS documents FROM documents GROUP BY state ORDER BY state"
        )
        return {str(row["state"]): int(row["documents"]) for row in rows}

    def count_pages(self) -> int:
        """Return the number of pages of all documents."""
        return self.database.number("SELECT sum(pages_total) FROM documents")

    def check(self) -> list[str]:
        """Return a message for each inconsistency; an empty list when the catalogue is sound."""
        return check_catalogue(self.database)


def _missing(document_id: str) -> NotFound:
    return NotFound(f"There is no document {document_id[:128]}.", subject=document_id[:128])
