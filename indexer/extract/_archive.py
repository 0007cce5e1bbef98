"""A zip file read by fixed names within limits; nothing of it is ever written to disk.

The decision behind it: sizes in the directory of an archive are claims.  They are checked before
anything is unpacked, and what is unpacked is cut off where a claim was a lie.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Final

from lxml import etree

from corpus.errors import UnreadableDocument

MAX_TOTAL_BYTES: Final = 200 * 1024 * 1024
MAX_MEMBERS: Final = 10_000
MAX_RATIO: Final = 200
_RATIO_FROM_BYTES: Final = 1024 * 1024  # below it a repetitive small part is normal
_MAX_PART_BYTES: Final = 64 * 1024 * 1024
_ENCRYPTED: Final = 0x1
_DOCTYPE: Final = (b"<!DOCTYPE", b"<!ENTITY", b"<!doctype")


class Archive:
    """The parts of an office file; raises UnreadableDocument where a limit is passed."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
            raise UnreadableDocument("damaged: not a readable archive") from error
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise UnreadableDocument(f"limit: an archive of more than {MAX_MEMBERS:,} parts")
        if sum(member.file_size for member in members) > MAX_TOTAL_BYTES:
            limit = MAX_TOTAL_BYTES // (1024 * 1024)
            raise UnreadableDocument(f"limit: an archive of more than {limit} MiB unpacked")
        for member in members:
            _check(member)
        self._members = {member.filename: member for member in members}

    def names(self) -> list[str]:
        """Return the names of the parts, in the order of the archive."""
        return list(self._members)

    def has(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return name in self._members

    def read(self, name: str) -> bytes:
        """Return a part's bytes; raises UnreadableDocument where it is missing or broken."""
        member = self._members.get(name)
        if member is None:
            raise UnreadableDocument(f"damaged: the part {name} is missing")
        if member.file_size > _MAX_PART_BYTES:
            limit = _MAX_PART_BYTES // (1024 * 1024)
            raise UnreadableDocument(f"limit: a part of more than {limit} MiB")
        try:
            with self._zip.open(member) as part:
                return part.read(member.file_size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise UnreadableDocument(f"damaged: the part {name} cannot be unpacked") from error
        except NotImplementedError as error:
            raise UnreadableDocument("damaged: packed by an unknown method") from error

    def xml(self, name: str) -> etree._Element:
        """Return the root of a part; raises UnreadableDocument for broken XML and any DOCTYPE."""
        return parse_xml(self.read(name), name)


def parse_xml(data: bytes, name: str) -> etree._Element:
    """Return the root element; entities are neither defined nor fetched, a DOCTYPE is refused."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=False
    )
    if any(mark in data for mark in _DOCTYPE):
        raise UnreadableDocument(f"refused: the part {name} declares a document type")
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableDocument(f"damaged: the part {name} is not well-formed XML") from error
    if (
        root.getroottree().docinfo.internalDTD is not None
    ):  # written in an encoding the search above missed
        raise UnreadableDocument(f"refused: the part {name} declares a document type")
    return root


def _check(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & _ENCRYPTED:
        raise UnreadableDocument("encrypted: a password is needed")
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise UnreadableDocument("refused: an archive with a part outside itself")
    packed = max(1, member.compress_size)
    if member.file_size > _RATIO_FROM_BYTES and member.file_size > packed * MAX_RATIO:
        raise UnreadableDocument(f"limit: a part packed more than {MAX_RATIO} times")
