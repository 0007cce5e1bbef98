"""Rows of the catalogue to values and back.

One decision: a document's resolved fields stand in one JSON column of its row, so that reading a
document is one row without a join; what is filtered or sorted by stands in columns beside it. Each
row is held against its checksum when it is read: a damaged row is an error, never an answer.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from corpus._database import row_checksum
from corpus._schema import CHECKSUMMED
from corpus._values import Resolved, scalar_of, text_of, texts_of
from corpus.document import (
    FIELDS,
    Address,
    AuditEntry,
    Document,
    FieldValue,
    Origin,
    Original,
    Page,
    Status,
    Value,
    Version,
    Visibility,
)
from corpus.errors import CorruptCatalogue

Parameters = dict[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the catalogue keeps about a document besides the texts of its pages.

    ``digest`` is that of its pages, ``opening`` the beginning of its text.
    """

    document: Document
    values: tuple[FieldValue, ...] = ()
    digest: str = ""
    opening: str = ""


def sound_row(row: sqlite3.Row, table: str) -> sqlite3.Row:
    """Return the row when it matches its checksum; `CorruptCatalogue` names it otherwise."""
    columns = CHECKSUMMED[table]
    try:
        is_sound = row["checksum"] == row_checksum(*(row[column] for column in columns))
    except IndexError:  # the damage is in the name of a column
        is_sound = False
    if not is_sound:
        message = f"A row of {table} ({row[0]}) in the catalogue is damaged. Run `check`."
        raise CorruptCatalogue(message, subject=str(row[0]))
    return row


def dump(value: object) -> str:
    """Return a value as JSON, the same for the same value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def pages_digest(pages: Iterable[Page]) -> str:
    """Return a digest of the pages, to tell without reading them whether they changed."""
    digest = hashlib.sha256()
    for page in pages:
        digest.update(dump([page.number, page.label, page.language, page.is_ocr]).encode())
        text = page.text.encode()
        digest.update(b"%d:" % len(text))
        digest.update(text)
    return digest.hexdigest()


def resolved_fields(document: Document) -> dict[str, Value]:
    """Return the fields of a document that are set, by name."""
    fields: dict[str, Value] = {}
    for name in sorted(FIELDS):
        content = getattr(document, name)
        if content not in (None, "", ()):
            fields[name] = content
    return fields


def document_of(row: sqlite3.Row) -> Document:
    """Return the document a row of ``documents`` holds."""
    sound = sound_row(row, "documents")
    return with_fields(_unresolved(sound), _values_of_json(sound["fields"]))


def _unresolved(row: sqlite3.Row) -> Document:
    original = None
    if row["sha256"] is not None:
        original = Original(row["sha256"], row["media_type"], row["size_bytes"], row["filename"])
    return Document(
        id=row["id"],
        visibility=Visibility(row["visibility"]),
        status=Status(row["status"]),
        reason=row["reason"],
        original=original,
        pages_total=row["pages_total"],
        extractor=row["extractor"],
        quality=row["quality"],
        notes=MappingProxyType(json.loads(row["notes"])),
        created_at=datetime.fromisoformat(row["created_at"]),
        updated_at=datetime.fromisoformat(row["updated_at"]),
        sequence=row["sequence"],
    )


def _values_of_json(text: str) -> dict[str, Value]:
    read: dict[str, Value | list[str]] = json.loads(text)
    return {
        name: tuple(content) if isinstance(content, list) else content
        for name, content in read.items()
    }


def with_fields(document: Document, resolved: Resolved) -> Document:
    """Return the document with exactly these fields."""
    year = scalar_of(resolved, "year")
    accessible = scalar_of(resolved, "accessible")
    return replace(
        document,
        title=text_of(resolved, "title"),
        subtitle=text_of(resolved, "subtitle"),
        abstract=text_of(resolved, "abstract"),
        authors=texts_of(resolved, "authors"),
        year=year if isinstance(year, int) else None,
        date=text_of(resolved, "date"),
        language=text_of(resolved, "language") or "fi",
        type=text_of(resolved, "type"),
        url=text_of(resolved, "url"),
        sectors=texts_of(resolved, "sectors"),
        themes=texts_of(resolved, "themes"),
        regions=texts_of(resolved, "regions"),
        programmes=texts_of(resolved, "programmes"),
        elmo_priorities=texts_of(resolved, "elmo_priorities"),
        organisations=texts_of(resolved, "organisations"),
        isbn=texts_of(resolved, "isbn"),
        issn=texts_of(resolved, "issn"),
        accessible=accessible if isinstance(accessible, bool) else None,
    )


def document_parameters(entry: Entry) -> Parameters:
    """Return the columns of the row that holds an entry's document."""
    document = entry.document
    original = document.original
    return {
        "id": document.id,
        "sequence": document.sequence,
        "visibility": document.visibility.value,
        "status": document.status.value,
        "reason": document.reason,
        "sha256": original.sha256 if original else None,
        "media_type": original.media_type if original else "",
        "size_bytes": original.size_bytes if original else 0,
        "filename": original.filename if original else "",
        "extractor": document.extractor,
        "quality": document.quality,
        "pages_total": document.pages_total,
        "pages_digest": entry.digest,
        "opening": entry.opening,
        "published": document.date or (f"{document.year:04}" if document.year else ""),
        "fields": dump(resolved_fields(document)),
        "notes": dump(dict(document.notes)),
        "created_at": _iso(document.created_at),
        "updated_at": _iso(document.updated_at),
    }


def page_of(row: sqlite3.Row) -> Page:
    """Return the page a row of ``pages`` holds."""
    sound_row(row, "pages")
    return Page(row["number"], row["text"], row["label"], row["language"], bool(row["is_ocr"]))


def page_parameters(document_id: str, page: Page) -> tuple[object, ...]:
    """Return the columns of a page's row in the order of `CHECKSUMMED`."""
    return document_id, page.number, page.label, page.language, int(page.is_ocr), page.text


def value_of(row: sqlite3.Row) -> FieldValue:
    """Return the value a row of ``field_values`` holds."""
    sound_row(row, "field_values")
    read: Value | list[str] = json.loads(row["value"])
    return FieldValue(
        name=row["name"],
        value=tuple(read) if isinstance(read, list) else read,
        origin=Origin(row["origin"]),
        source=row["source"],
        page=row["page"],
        confidence=row["confidence"],
    )


def value_parameters(document_id: str, value: FieldValue) -> tuple[object, ...]:
    """Return the columns of a value's row in the order of `CHECKSUMMED`."""
    content = list(value.value) if isinstance(value.value, tuple) else value.value
    origin = value.origin.value
    return (
        document_id,
        value.name,
        origin,
        dump(content),
        value.source,
        value.page,
        value.confidence,
    )


def address_of(row: sqlite3.Row) -> Address:
    """Return the address a row of ``addresses`` holds."""
    sound_row(row, "addresses")
    fetched = row["fetched_at"]
    return Address(
        url=row["url"],
        source=row["source"],
        fetched_at=datetime.fromisoformat(fetched) if fetched else None,
        etag=row["etag"],
        last_modified=row["last_modified"],
        redirects=tuple(json.loads(row["redirects"])),
        referrer=row["referrer"],
        link_text=row["link_text"],
    )


def address_parameters(document_id: str, address: Address) -> Parameters:
    """Return the columns of the row that holds an address."""
    return {
        "url": address.url,
        "document_id": document_id,
        "source": address.source,
        "fetched_at": _iso(address.fetched_at) or None,
        "etag": address.etag,
        "last_modified": address.last_modified,
        "redirects": dump(list(address.redirects)),
        "referrer": address.referrer,
        "link_text": address.link_text,
    }


def version_of(row: sqlite3.Row) -> Version:
    """Return the earlier original a row of ``versions`` holds."""
    sound_row(row, "versions")
    original = Original(row["sha256"], row["media_type"], row["size_bytes"], row["filename"])
    return Version(original, datetime.fromisoformat(row["replaced_at"]))


def audit_of(row: sqlite3.Row) -> AuditEntry:
    """Return the entry a row of ``audit`` holds."""
    sound_row(row, "audit")
    return AuditEntry(
        at=datetime.fromisoformat(row["at"]),
        actor=row["actor"],
        action=row["action"],
        object_id=row["object_id"],
        before=row["before"],
        after=row["after"],
    )


def differences(before: Entry | None, after: Entry) -> tuple[dict[str, object], dict[str, object]]:
    """Return what an entry's changed fields were and became, for the audit log."""
    old = _audited(before) if before is not None else {}
    new = _audited(after)
    changed = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    was = {name: old[name] for name in changed if name in old}
    return was, {name: new.get(name) for name in changed}


def _audited(entry: Entry) -> dict[str, object]:
    document = entry.document
    return {
        **resolved_fields(document),
        "visibility": document.visibility.value,
        "status": document.status.value,
        "original": document.original.sha256 if document.original else "",
        "pages_total": document.pages_total,
        "text": entry.digest[:16],  # tells that the text changed, not what it was
    }


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else ""
