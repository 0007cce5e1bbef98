"""Files that a person adds in good faith or bad: each is named with its reason, the rest is added.

Nothing is unpacked to the disk, nothing of the machine becomes searchable, and a name is never a
path.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from corpus.settings import Settings
from tests.search_app.command_line import CommandLine

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TEXT = f"<w:document {_W}><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:document>"
_SECRET = "salaisuus-7f3a"  # noqa: S105 - what must not be found
_MIB = 1024 * 1024
GOOD = "Fotoniikka ja valon hyödyntäminen Pohjois-Karjalan yrityksissä. " * 10


def packed(parts: Mapping[str, str]) -> bytes:
    """Return an archive of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx(document: str, **more: str) -> bytes:
    """Return a DOCX around the XML of its document."""
    return packed({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **more})


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Call commands on a fresh data directory, with the limits of the product."""
    return CommandLine(tmp_path / "var", capsys)


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """Return a folder with one good file and a secret beside it."""
    (tmp_path / "secret.txt").write_text(_SECRET, encoding="utf-8")
    folder = tmp_path / "tiedostot"
    folder.mkdir()
    (folder / "hyva.txt").write_text(GOOD, encoding="utf-8")
    return folder


def _doctype(folder: Path) -> bytes:
    secret = (folder.parent / "secret.txt").as_uri()
    return docx(f'<!DOCTYPE x [<!ENTITY f SYSTEM "{secret}">]>' + _TEXT % "&f; teksti")


def _odt(folder: Path) -> bytes:
    secret = (folder.parent / "secret.txt").as_uri()
    content = f'<!DOCTYPE x [<!ENTITY f SYSTEM "{secret}">]><office><p>&f;</p></office>'
    kind = "application/vnd.oasis.opendocument.text"
    return packed({"mimetype": kind, "content.xml": content})


HOSTILE = {
    "doctype.docx": (_doctype, "refused:"),
    "doctype.odt": (_odt, "refused:"),
    "slip.docx": (
        lambda _: docx(_TEXT % "teksti", **{"../../../../ulkona.txt": "x"}),
        "refused:",
    ),
    "bomb.docx": (lambda _: docx(_TEXT % (" " * 60_000_000)), "limit:"),
    "ohjelma.pdf": (lambda _: b"\x7fELF" + bytes(2_000), "cannot be read"),
    "sivu.pdf": (lambda _: b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "cannot be read"),
    "archive.docx": (lambda _: packed({"a.txt": "x"}), "damaged:"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_named_with_its_reason_and_the_rest_is_added(
    cli: CommandLine, batch: Path, name: str
) -> None:
    make, reason = HOSTILE[name]
    (batch / name).write_bytes(make(batch))
    answer = cli("add", batch)
    assert answer.status == 65
    told = next(line for line in answer.err.splitlines() if name in line)
    assert reason in told
    assert "Traceback" not in answer.err
    assert len(cli.found("fotoniikka")) == 1
    assert cli.found(_SECRET) == []
    assert not list(batch.parent.rglob("ulkona.txt"))


def test_a_file_of_more_than_50_mib_is_refused_unread(cli: CommandLine, batch: Path) -> None:
    with (batch / "suuri.pdf").open("wb") as stream:
        stream.write(b"%PDF-1.7\n")
        stream.truncate(50 * _MIB + 1)  # sparse: it takes no room
    answer = cli("add", batch)
    assert answer.status == 65
    assert "larger than 50 MiB" in answer.err
    assert len(cli.found("fotoniikka")) == 1


def test_the_name_of_a_file_is_kept_as_text_and_never_as_a_path(
    cli: CommandLine, batch: Path
) -> None:
    name = "x\\..\\..\\<script>alert(1)\n.txt"
    (batch / name).write_text(GOOD + "toinen", encoding="utf-8")
    assert cli("add", batch).status == 0
    originals = Settings(data=cli.data).originals_dir
    kept = [path.name for path in originals.rglob("*") if path.is_file()]
    assert len(kept) == 2
    assert all(len(one) == 64 and one.isalnum() for one in kept)
