"""Recording: what was crawled, added or imported becomes a document, or finds the one it is.

One decision: a document is recognised by the id it is given, else by its address, else by its
bytes, in that order. An address keeps its document when the bytes behind it change, and the same
bytes under a second address are one document with two addresses.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from corpus._entries import NO_TEXT, Entries, resolved, with_original, with_pages
from corpus._rows import Entry
from corpus._values import checked_values, clean, cleaned_pages, merge
from corpus.document import (
    Address,
    Change,
    Document,
    FieldValue,
    KnownAddress,
    Origin,
    Original,
    Page,
    Recorded,
    Status,
    Visibility,
)
from corpus.errors import InvalidInput
from corpus.originals import SHA256_PATTERN

ID_PATTERN: Final = re.compile(r"[A-Za-z0-9._~-]{1,128}", re.ASCII)
_ID_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_ID_CHARACTERS: Final = 10


def random_id() -> str:
    """Return ten random base32 characters: 50 bits, so that ids cannot be guessed or counted."""
    drawn = secrets.token_bytes(_ID_CHARACTERS)  # one call to the kernel; 256 is 8 times 32
    return "".join(_ID_ALPHABET[byte % len(_ID_ALPHABET)] for byte in drawn)


@dataclass(frozen=True, slots=True)
class Recording:
    """What is known of a document at the moment it is recorded; checked and cleaned."""

    document_id: str | None
    original: Original | None
    address: Address | None
    values: tuple[FieldValue, ...]
    pages: tuple[Page, ...] | None
    visibility: Visibility | None
    notes: Mapping[str, str] | None

    def __post_init__(self) -> None:
        """Refuse what cannot be recorded, with `InvalidInput`."""
        given = self.document_id
        if given is not None and not ID_PATTERN.fullmatch(given):
            message = (
                f"{given[:80]!r} cannot be an id: 1 to 128 of the characters A-Z a-z 0-9 . _ ~ -"
            )
            raise InvalidInput(message, subject=given[:80])
        if self.original is not None and not SHA256_PATTERN.fullmatch(self.original.sha256):
            raise InvalidInput(f"{self.original.sha256[:80]!r} is not a SHA-256.")
        if any(value.origin is Origin.REVIEWED for value in self.values):
            raise InvalidInput("Reviewed values are set by a reviewer, not recorded.")


def prepare(
    *,
    document_id: str | None,
    original: Original | None,
    address: Address | None,
    values: Iterable[FieldValue],
    pages: Iterable[Page] | None,
    visibility: Visibility | None,
    notes: Mapping[str, str] | None,
) -> Recording:
    """Return what was handed over, checked; raises `InvalidInput`."""
    cleaned = None
    if notes is not None:
        cleaned = {clean(key): clean(text) for key, text in notes.items()}
    return Recording(
        document_id=document_id,
        original=original,
        address=address,
        values=checked_values(values),
        pages=cleaned_pages(pages) if pages is not None else None,
        visibility=visibility,
        notes=cleaned,
    )


def record(
    entries: Entries, recording: Recording, *, new_id: Callable[[], str]
) -> tuple[Recorded, Entry | None, Entry]:
    """Save a recording; return the answer and the entry before and after, for the audit log."""
    address = recording.address
    known = None if address is None else entries.find_address(address.url)
    target, duplicate_of = _recognise(entries, recording, known)
    before = entries.load(target) if target is not None else None
    after = before or Entry(Document(target or _unused_id(entries, new_id)))
    after = _with_content(after, recording, is_new=before is None)
    after = _with_visibility(after, recording)
    document_id = after.document.id
    addresses = entries.addresses(document_id) if before is not None else ()
    if not addresses and address is not None:
        addresses = (address,)
    after = resolved(after, addresses)
    after = entries.save(before, after, pages=recording.pages)
    if address is not None:
        entries.save_address(document_id, address, known)
    recorded = Recorded(document_id, _change(before, after), duplicate_of)
    return recorded, before, after


def _recognise(
    entries: Entries, recording: Recording, known: KnownAddress | None
) -> tuple[str | None, str | None]:
    """Return the document it is (None: a new one) and the one it is a duplicate of."""
    by_address = known.document_id if known is not None else None
    target = recording.document_id or by_address
    by_bytes = None
    if recording.original is not None:
        by_bytes = entries.find_original(recording.original.sha256, but=target)
    if target is None:
        return by_bytes, by_bytes
    return target, (by_address if by_address not in {None, target} else by_bytes)


def _unused_id(entries: Entries, new_id: Callable[[], str]) -> str:
    while entries.load(candidate := new_id()) is not None:
        pass
    return candidate


def _with_content(entry: Entry, recording: Recording, *, is_new: bool) -> Entry:
    if recording.original is not None:
        entry = with_original(entry, recording.original)
    if recording.pages is not None:
        entry = with_pages(entry, recording.pages)
        entry = replace(entry, document=replace(entry.document, extractor="", quality=None))
    elif is_new and recording.original is None:
        document = replace(entry.document, status=Status.FAILED, reason=NO_TEXT)
        entry = replace(entry, document=document)
    has_content = bool(recording.values) or recording.pages is not None
    is_import = recording.document_id is not None and has_content  # the same id replaces
    also = frozenset({Origin.GIVEN}) if is_import else frozenset[Origin]()
    entry = replace(entry, values=merge(entry.values, recording.values, also=also))
    if recording.notes is not None:
        notes = MappingProxyType(dict(recording.notes))
        entry = replace(entry, document=replace(entry.document, notes=notes))
    return entry


def _with_visibility(entry: Entry, recording: Recording) -> Entry:
    """Apply the visibility asked for; what was withdrawn by a person stays withdrawn.

    A document that was gone is published again when its address or bytes are there again.
    """
    visibility = entry.document.visibility
    if visibility is Visibility.WITHDRAWN:
        return entry
    if recording.visibility is not None:
        visibility = recording.visibility
    elif visibility is Visibility.GONE and (recording.original or recording.address):
        visibility = Visibility.PUBLISHED
    return replace(entry, document=replace(entry.document, visibility=visibility))


def _change(before: Entry | None, after: Entry) -> Change:
    if before is None:
        return Change.NEW
    is_same = before.document.sequence == after.document.sequence
    return Change.UNCHANGED if is_same else Change.CHANGED
