"""The type of a file is what its bytes are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from indexer.extract import sniff

Pack = Callable[[Mapping[str, str | bytes]], bytes]
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ODT = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("data", "declared", "media_type"),
    [
        (b"%PDF-1.7\n", "text/html", "application/pdf"),
        (b"junk before\n%PDF-1.4", "", "application/pdf"),
        (b"<!DOCTYPE html><p>x", "application/octet-stream", "text/html"),
        (b"\xef\xbb\xbf  <!-- c --><html>", "", "text/html"),
        ("\ufeff<html>".encode("utf-16-le"), "", "text/html"),
        (b"<p>a fragment", "text/html", "text/html"),
        (b"plain words", "application/pdf", "text/plain"),
        (b"{\\rtf1 x}", "application/msword", "application/rtf"),
        (b"\x89PNG\r\n\x1a\n0", "application/pdf", "image/png"),
        (b"<svg onload=x>", "text/html", "image/svg+xml"),
        (bytes(range(32)) * 40, "text/plain", "application/octet-stream"),
        (b"", "text/html", "application/x-empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword", "application/x-ole-storage"),
    ],
)
def test_bytes_decide_and_claims_only_between_texts(
    data: bytes, declared: str, media_type: str
) -> None:
    assert sniff(data, declared) == media_type


def test_office_archives_are_known_by_their_parts(make_zip: Pack) -> None:
    docx = make_zip({"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"})
    odt = make_zip({"mimetype": _ODT, "content.xml": "<x/>"})
    other = make_zip({"readme": "x"})
    assert [sniff(data, "") for data in (docx, odt, other)] == [_DOCX, _ODT, "application/zip"]
