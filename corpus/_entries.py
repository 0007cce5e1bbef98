"""Entries of the catalogue in their tables: found, loaded, changed, saved.

One decision: a change is made on values in memory and saved by comparing before and after. What
is equal is not written and gets no new sequence, so that a crawl that finds nothing new leaves
the index with nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from corpus._audit import write_audit
from corpus._database import Database
from corpus._rows import (
    Entry,
    address_of,
    address_parameters,
    differences,
    document_of,
    document_parameters,
    page_parameters,
    pages_digest,
    value_of,
    value_parameters,
    with_fields,
)
from corpus._schema import CHECKSUMMED
from corpus._values import opening, resolve
from corpus.document import (
    Address,
    Document,
    FieldValue,
    KnownAddress,
    Origin,
    Original,
    Page,
    Status,
    Value,
)
from corpus.jobs import JobKind, drop_job, queue_job

NO_TEXT: Final = "no text was found"
MACHINE: Final = "machine"
_MACHINES: Final = frozenset({MACHINE, "crawl", "crawler", "extractor", "index", "indexer"})


def is_machine(actor: str) -> bool:
    """Whether an actor ("crawler", "machine:night job") is the product itself, not a person."""
    return actor.partition(":")[0] in _MACHINES


def _insert(table: str, *, is_named: bool) -> str:
    columns = CHECKSUMMED[table]
    marks = [f":{column}" for column in columns] if is_named else ["?"] * len(columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(marks)})"  # noqa: S608


def _upsert(table: str, key: str) -> str:
    others = [column for column in CHECKSUMMED[table] if column != key]
    assigned = ", ".join(f"{column} = excluded.{column}" for column in others)
    return f"{_insert(table, is_named=True)} ON CONFLICT ({key}) DO UPDATE SET {assigned}"


_SAVE_DOCUMENT = _upsert("documents", "id")
_SAVE_ADDRESS = _upsert("addresses", "url")
_ADD_PAGE = _insert("pages", is_named=False)
_ADD_VALUE = _insert("field_values", is_named=False)
_ADD_VERSION = _insert("versions", is_named=True)
_NEXT_SEQUENCE = "UPDATE counters SET value = value + 1 WHERE name = 'sequence' RETURNING value"


class Entries:
    """The rows that belong to documents; every method runs inside the caller's transaction."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def load(self, document_id: str) -> Entry | None:
        """Return what is kept about a document, or None."""
        row = self._database.row("SELECT * FROM documents WHERE id = ?", (document_id,))
        if row is None:
            return None
        document = document_of(row)
        return Entry(document, self.values(document_id), row["pages_digest"], row["opening"])

    def values(self, document_id: str) -> tuple[FieldValue, ...]:
        """Return the values of a document, those recorded earlier first."""
        rows = self._database.rows(
            "SELECT * FROM field_values WHERE document_id = ? ORDER BY rowid", (document_id,)
        )
        return tuple(value_of(row) for row in rows)

    def addresses(self, document_id: str) -> tuple[Address, ...]:
        """Return the addresses of a document, the first one first."""
        rows = self._database.rows(
            "SELECT * FROM addresses WHERE document_id = ? ORDER BY rowid", (document_id,)
        )
        return tuple(address_of(row) for row in rows)

    def find_address(self, url: str) -> KnownAddress | None:
        """Return what is known of an address, or None."""
        row = self._database.row("SELECT * FROM addresses WHERE url = ?", (url,))
        if row is None:
            return None
        address = address_of(row)
        return KnownAddress(row["document_id"], address)

    def find_original(self, sha256: str, *, but: str | None) -> str | None:
        """Return the oldest document with these bytes, other than ``but``."""
        row = self._database.row(
            "SELECT id FROM documents WHERE sha256 = ? AND id IS NOT ?"
            " ORDER BY created_at, id LIMIT 1",
            (sha256, but),
        )
        return str(row["id"]) if row is not None else None

    def save(
        self, before: Entry | None, after: Entry, *, pages: Sequence[Page] | None = None
    ) -> Entry:
        """Write what differs and return the entry as it stands now, with its new sequence."""
        document = after.document
        changed = before is None or _visible(before) != _visible(after)
        if changed:
            now = self._now()
            created = before.document.created_at if before is not None else now
            sequence = self._next_sequence()
            document = replace(document, created_at=created, updated_at=now, sequence=sequence)
            after = replace(after, document=document)
        if changed or before is None or before.document != document:
            self._database.execute(_SAVE_DOCUMENT, document_parameters(after))
        if before is None or before.values != after.values:
            self._save_values(document.id, after.values, is_new=before is None)
        if pages is not None and (before is None or before.digest != after.digest):
            self._save_pages(document.id, pages)
        if before is not None:
            self._keep_version(before.document, document)
        self._queue_recognition(before.document if before is not None else None, document)
        return after

    def _queue_recognition(self, before: Document | None, after: Document) -> None:
        """Queue a scan whose text has to be recognised, or take out one that has text by now."""
        needed = before is not None and before.status is Status.NEEDS_OCR
        needs = after.status is Status.NEEDS_OCR
        if needs and not needed and after.original is not None:
            sha256 = after.original.sha256
            queue_job(self._database, JobKind.OCR, after.id, sha256, at=self._now())
        elif needed and not needs:
            drop_job(self._database, JobKind.OCR, after.id, at=self._now())

    def _next_sequence(self) -> int:
        return self._database.number(_NEXT_SEQUENCE)

    def _save_values(self, document_id: str, values: Iterable[FieldValue], *, is_new: bool) -> None:
        if not is_new:
            self._database.execute("DELETE FROM field_values WHERE document_id = ?", (document_id,))
        self._database.execute_many(
            _ADD_VALUE, [value_parameters(document_id, value) for value in values]
        )

    def _save_pages(self, document_id: str, pages: Iterable[Page]) -> None:
        self._database.execute("DELETE FROM pages WHERE document_id = ?", (document_id,))
        self._database.execute_many(
            _ADD_PAGE, [page_parameters(document_id, page) for page in pages]
        )

    def _keep_version(self, before: Document, after: Document) -> None:
        old, new = before.original, after.original
        if old is None or new is None or old.sha256 == new.sha256:
            return
        parameters = {
            "document_id": after.id,
            "sha256": old.sha256,
            "media_type": old.media_type,
            "size_bytes": old.size_bytes,
            "filename": old.filename,
            "replaced_at": self._now().isoformat(),
        }
        self._database.execute(_ADD_VERSION, parameters)

    def save_address(self, document_id: str, address: Address, known: KnownAddress | None) -> None:
        """Add an address to a document, or renew what is known of it, as `find_address` told.

        An address that belongs to another document stays there. How it was found is kept where
        the new visit does not say.
        """
        if known is not None:
            if known.document_id != document_id:
                return
            address = replace(
                address,
                referrer=address.referrer or known.address.referrer,
                link_text=address.link_text or known.address.link_text,
            )
            if address == known.address:
                return
        self._database.execute(_SAVE_ADDRESS, address_parameters(document_id, address))

    def audit(
        self, actor: str, action: str, before: Entry | None, after: Entry, *, reason: str = ""
    ) -> None:
        """Write into the audit log who changed a document, what differs, and why if he said so."""
        was, became = differences(before, after)
        if reason:
            became["reason"] = reason
        write_audit(
            self._database,
            at=self._now(),
            actor=actor,
            action=action,
            object_id=after.document.id,
            before=was,
            after=became,
        )


def _visible(entry: Entry) -> object:
    """Return what the index and the website show of an entry."""
    return replace(entry.document, extractor="", quality=None), entry.digest


def with_original(entry: Entry, original: Original) -> Entry:
    """Return the entry with these bytes; new ones have to be read first."""
    old = entry.document.original
    if old is not None and old.sha256 == original.sha256:
        return entry
    document = replace(
        entry.document, original=original, status=Status.PENDING, reason="", extractor=""
    )
    return replace(entry, document=document)


def with_pages(entry: Entry, pages: Sequence[Page]) -> Entry:
    """Return the entry with these pages: a document with text is one that can be found."""
    beginning = opening(pages)
    document = replace(
        entry.document,
        status=Status.OK if beginning else Status.FAILED,
        reason="" if beginning else NO_TEXT,
        pages_total=max((page.number for page in pages), default=0),
    )
    return replace(entry, document=document, digest=pages_digest(pages), opening=beginning)


def with_extraction(
    entry: Entry,
    *,
    original: Original,
    extractor: str,
    status: Status,
    reason: str,
    values: Sequence[FieldValue],
    pages: Sequence[Page],
    quality: float | None,
) -> Entry:
    """Return the entry with what was read from its original in place of what was read before."""
    read = with_pages(entry, pages)
    document = replace(read.document, original=original, extractor=extractor, quality=quality)
    if status is not Status.OK:
        document = replace(document, status=status, reason=reason)
    kept = [value for value in entry.values if value.origin is not Origin.EXTRACTED]
    return replace(read, document=document, values=(*kept, *values))


def resolved(entry: Entry, addresses: Sequence[Address]) -> Entry:
    """Return the entry with its document's fields decided by its values.

    Without a title the beginning of the text is shown; without a link the first address is.
    """
    fields: dict[str, Value] = dict(resolve(entry.values))
    if "title" not in fields and entry.opening:
        fields["title"] = entry.opening
    if "url" not in fields and addresses:
        fields["url"] = addresses[0].url
    return replace(entry, document=with_fields(entry.document, fields))
