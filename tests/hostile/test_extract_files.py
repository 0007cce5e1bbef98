"""Files made to harm or mislead a reader: each ends in a status with a reason, none is OK."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from corpus.document import Status
from indexer.extract import Context, Extraction, Sandbox

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PDF = "application/pdf"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PARAGRAPH = f"<w:document {_W}><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:document>"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Give one worker for all files: what one leaves behind would show in the next."""
    with Sandbox(timeout_s=30) as sandbox:
        yield sandbox


def _zip(parts: Mapping[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _docx(document: str, **more: str) -> bytes:
    return _zip({"word/document.xml": document, **more})


def _pdf(*objects: bytes, root: int = 1) -> bytes:
    """Put objects together with a right cross-reference table."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer <</Size %d /Root %d 0 R>>\n" % (len(objects) + 1, root))
    out.write(b"startxref\n%d\n%%%%EOF" % start)
    return out.getvalue()


_PAGE = b"<</Type/Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R>>"
_CATALOG = b"<</Type/Catalog /Pages 2 0 R>>"
_PAGES = b"<</Type/Pages /Kids [3 0 R] /Count 1>>"


def _read(
    sandbox: Sandbox, folder: Path, data: bytes, media_type: str, name: str = "file"
) -> Extraction:
    path = folder / name
    path.write_bytes(data)
    return sandbox.extract(path, media_type, Context(filename=name))


def _billion_laughs() -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>' + _PARAGRAPH % "&l9;"


_NOISE = random.Random(7).randbytes(20_000)  # noqa: S311 - the same on every run
_XXE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + _PARAGRAPH % "&f;"
_UTF_16 = '<?xml version="1.0" encoding="utf-16"?>'
_MANY = {f"p{n}": "" for n in range(10_001)}
_FILES = {
    "zero-bytes": (b"", _PDF, "empty:"),
    "random-bytes": (_NOISE, _PDF, "type:"),
    "random-after-header": (b"%PDF-1.7\n" + _NOISE, _PDF, "damaged:"),
    "html-called-pdf": (b"<html><p>Kirjaudu sis\xc3\xa4\xc3\xa4n", _PDF, "wrong type:"),
    "text-called-docx": (b"vain sanoja", _DOCX, "wrong type:"),
    "old-word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "application/msword", "type:"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), "image/png", "type:"),
    "cyclic-page-tree": (
        _pdf(_CATALOG, b"<</Type/Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R>>"),
        _PDF,
        "",
    ),
    "pages-that-never-end": (
        _pdf(_CATALOG, b"<</Type/Pages /Kids [3 0 R] /Count 99999999>>", _PAGE, b"<<>>"),
        _PDF,
        "",
    ),
    "xxe": (_docx(_XXE), _DOCX, "refused:"),
    "xxe-in-utf-16": (
        _zip({"word/document.xml": (_UTF_16 + _XXE).encode("utf-16")}),
        _DOCX,
        "refused:",
    ),
    "billion-laughs": (_docx(_billion_laughs()), _DOCX, "refused:"),
    "zip-slip": (
        _docx(_PARAGRAPH % "teksti", **{"../../../tmp/ulos.txt": "x"}), _DOCX, "refused:"
    ),
    "absolute-path": (_docx(_PARAGRAPH % "teksti", **{"/etc/ulos": "x"}), _DOCX, "refused:"),
    "zip-bomb": (_docx(_PARAGRAPH % (" " * 60_000_000)), _DOCX, "limit:"),
    "many-parts": (_docx(_PARAGRAPH % "x", **_MANY), _DOCX, "limit:"),
    "broken-xml": (_docx("<w:document"), _DOCX, "damaged:"),
    "cut-archive": (_docx(_PARAGRAPH % "teksti")[:120], _DOCX, "damaged:"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><text>x</text></svg>", "text/html", "type:"),
}  # fmt: skip


@pytest.mark.parametrize("name", _FILES)
def test_hostile_file_fails_with_its_reason(sandbox: Sandbox, tmp_path: Path, name: str) -> None:
    data, media_type, reason = _FILES[name]
    extraction = _read(sandbox, tmp_path, data, media_type)
    assert extraction.status is Status.FAILED
    assert extraction.reason.startswith(reason)
    assert extraction.reason


def test_secrets_named_by_an_entity_never_reach_the_text(sandbox: Sandbox, tmp_path: Path) -> None:
    extraction = _read(sandbox, tmp_path, _docx(_XXE), _DOCX)
    assert "root:" not in repr(extraction)


def test_truncated_report_is_read_or_refused_but_never_empty(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    folder = Path(__file__).resolve().parents[2] / "corpus" / "sample" / "site" / "tiedostot"
    whole = (folder / "laserhitsauksen-laadunvarmistus.pdf").read_bytes()
    for cut in (20, 500, len(whole) // 2, len(whole) - 40):
        extraction = _read(sandbox, tmp_path, whole[:cut], _PDF)
        has_text = any(page.text.strip() for page in extraction.pages)
        assert has_text is (extraction.status is Status.OK)
        assert bool(extraction.reason) is (extraction.status is not Status.OK)


def test_bits_flipped_in_a_report_do_no_harm(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = Path(__file__).resolve().parents[2] / "corpus" / "sample" / "site" / "tiedostot"
    whole = (folder / "konepajojen-alihankintaverkostot.pdf").read_bytes()
    generator = random.Random(11)  # noqa: S311 - the same on every run
    for _ in range(12):
        data = bytearray(whole)
        for _ in range(40):
            data[generator.randrange(len(data))] ^= 1 << generator.randrange(8)
        extraction = _read(sandbox, tmp_path, bytes(data), _PDF)
        has_text = any(page.text.strip() for page in extraction.pages)
        assert has_text or extraction.status is not Status.OK


def test_control_characters_and_lone_surrogates_leave_the_text(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    data = "Metsä\x07tieto\x9b &#xD800; &#0; kaikille ja metsänhoitoon".encode()
    extraction = _read(sandbox, tmp_path, b"<html><main><p>" + data + b" sanoja" * 40, "text/html")
    text = extraction.pages[0].text
    assert text.encode()
    assert not [c for c in text if ord(c) < 32 and c not in "\n\t"]


def test_deeply_nested_page_keeps_its_text(sandbox: Sandbox, tmp_path: Path) -> None:
    data = b"<html><body>" + b"<div>" * 200_000 + "Syvällä on tekstiä, jota luetaan.".encode()
    extraction = _read(sandbox, tmp_path, data, "text/html")
    assert (extraction.status, extraction.pages[0].text) == (
        Status.OK,
        "Syvällä on tekstiä, jota luetaan.",
    )


@pytest.mark.slow
def test_stream_that_inflates_without_end_is_contained(sandbox: Sandbox, tmp_path: Path) -> None:
    packer = zlib.compressobj(9)
    block = b"(A) Tj " * 150_000
    packed = b"".join(packer.compress(block) for _ in range(1_000)) + packer.flush()
    head = b"<</Length %d /Filter/FlateDecode>>\nstream\n" % len(packed)
    data = _pdf(_CATALOG, _PAGES, _PAGE, head + packed + b"\nendstream")
    assert len(data) < 5_000_000
    extraction = _read(sandbox, tmp_path, data, _PDF)
    assert extraction.status is Status.FAILED
    after = _read(sandbox, tmp_path, b"Seuraava tiedosto luetaan.", "text/plain")
    assert after.status is Status.OK
