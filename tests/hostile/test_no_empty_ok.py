"""No document has the status OK and no text: over the sample, a public site, and harmful files.

What is not OK says why. Both are asked of everything at once, because an empty document that
counts as read is the one fault nobody would ever see.
"""

from __future__ import annotations

import io
import random
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from corpus.document import Status
from indexer.extract import Context, Extraction, Job, Sandbox
from indexer.extract._reader import DocumentReader
from indexer.extract._words import Words

_SITE = Path(__file__).resolve().parents[2] / "corpus" / "sample" / "site"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EPUB = "application/epub+zip"
_ODT = "application/vnd.oasis.opendocument.text"
_PDF, _HTML, _PLAIN = "application/pdf", "text/html", "text/plain"
_MUTANTS = 60


@pytest.fixture(scope="module")
def reader() -> DocumentReader:
    """Return the reader as a worker has it, without the limits of a worker."""
    return DocumentReader(Words())


def _fault(name: str, extraction: Extraction) -> str | None:
    """Return what is wrong with an answer: read without text, or not read without a reason."""
    has_text = any(any(map(str.isalnum, page.text)) for page in extraction.pages)
    if extraction.status is Status.OK and not has_text:
        return f"{name}: OK without text"
    if extraction.status is not Status.OK and not extraction.reason:
        return f"{name}: {extraction.status} without a reason"
    return None


def _faults(reader: DocumentReader, files: Iterator[tuple[str, bytes, str]]) -> list[str]:
    answers = [
        (name, reader.read_bytes(data, media_type, Context())) for name, data, media_type in files
    ]
    assert answers
    return [fault for name, extraction in answers if (fault := _fault(name, extraction))]


def _media_type(name: str) -> str:
    return {"pdf": _PDF, "html": _HTML}.get(name.rpartition(".")[2], _PLAIN)


@pytest.mark.slow
def test_sample_holds_no_document_that_is_ok_and_empty(reader: DocumentReader) -> None:
    files = (path for path in sorted(_SITE.rglob("*")) if path.suffix in {".pdf", ".html", ".txt"})
    named = ((path.name, path.read_bytes(), _media_type(path.name)) for path in files)
    assert _faults(reader, named) == []


@pytest.mark.slow
def test_public_site_holds_no_document_that_is_ok_and_empty(
    reader: DocumentReader, shared_data: Path
) -> None:
    def files() -> Iterator[tuple[str, bytes, str]]:
        with tarfile.open(shared_data / "data" / "site" / "www.tar.gz") as archive:
            for member in archive:
                stream = archive.extractfile(member)
                if stream is not None and member.name.endswith((".pdf", ".html", ".txt")):
                    yield member.name, stream.read(), _media_type(member.name)

    assert _faults(reader, files()) == []


def _zip(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return buffer.getvalue()


def _blank_pdf(pages: int) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        document.save(buffer)
    return buffer.getvalue()


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_EMPTY = [
    ("no bytes", b"", _PDF),
    ("blanks", b" \n\t \r\n" * 50, _PLAIN),
    ("byte order mark", b"\xef\xbb\xbf", _PLAIN),
    ("UTF-16 of nothing", b"\xff\xfe", _PLAIN),
    ("signs only", "… — ·\n* * *\n".encode() * 20, _PLAIN),
    ("zero-width", "\u200b\u200d\ufeff\u00ad".encode() * 20, _PLAIN),
    ("form feeds", b"\f" * 30, _PLAIN),
    ("RTF of nothing", rb"{\rtf1\ansi{\fonttbl\f0 Arial;}\par\par}", "application/rtf"),
    ("empty page", b"<!doctype html><html><head></head><body></body></html>", _HTML),
    ("title only", b"<!doctype html><title>Otsikko</title><body> </body>", _HTML),
    ("scripts", b"<html><body><script>var teksti = 'sana sana';</script></body></html>", _HTML),
    ("navigation", b"<html><body><nav><a href='/'>Etusivu</a></nav></body></html>", _HTML),
    ("pictures", b"<html><body><img src='a.png' alt=''><img src='b.png'></body></html>", _HTML),
    ("nested divs", b"<html><body>" + b"<div>" * 20_000 + b"</body></html>", _HTML),
    ("comment", b"<html><body><!-- teksti on kommentti --></body></html>", _HTML),
    ("blank PDF page", _blank_pdf(1), _PDF),
    ("blank PDF pages", _blank_pdf(40), _PDF),
    ("PDF head", b"%PDF-1.7\n%%EOF", _PDF),
    ("DOCX without words", _zip(word__document_xml=f'<w:document xmlns:w="{_W}"/>'), _DOCX),
    ("DOCX without a document", _zip(other__part_xml="<a/>"), _DOCX),
    ("ODT without content", _zip(mimetype=_ODT), _ODT),
    ("EPUB without chapters", _zip(mimetype=_EPUB), _EPUB),
    ("archive of nothing", _zip(), "application/zip"),
]


@pytest.mark.parametrize(("name", "data", "media_type"), _EMPTY, ids=[one[0] for one in _EMPTY])
def test_file_without_text_is_never_ok(
    reader: DocumentReader, name: str, data: bytes, media_type: str
) -> None:
    extraction = reader.read_bytes(data, media_type, Context())
    assert _fault(name, extraction) is None


@pytest.mark.slow
def test_broken_copies_of_the_sample_are_never_ok_and_empty(tmp_path: Path) -> None:
    chance = random.Random(20261124)  # noqa: S311 - places of damage, not secrets
    originals = sorted((_SITE / "tiedostot").glob("*.pdf"))
    jobs = []
    for number in range(_MUTANTS):
        data = bytearray(chance.choice(originals).read_bytes())
        if number % 3 == 0:
            del data[chance.randrange(len(data)) :]
        else:
            for _ in range(4 ** (number % 6)):
                data[chance.randrange(len(data))] = chance.randrange(256)
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(data)
        jobs.append(Job(path.name, path, _PDF))
    with Sandbox(timeout_s=30) as sandbox:
        answers = dict(sandbox.extract_many(jobs))
    assert len(answers) == _MUTANTS
    assert [fault for name, one in answers.items() if (fault := _fault(name, one))] == []
