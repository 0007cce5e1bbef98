"""DOC and PPT: read where the optional package is installed, refused with what to do elsewhere."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.document import Status
from corpus.errors import UnreadableDocument
from indexer.extract import Context, Extraction
from indexer.extract.legacy import LegacyExtractor

Read = Callable[..., Extraction]
_DOC = "application/msword"
_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT = (
    "Metsätiedon tiekartta\n\nJulkaisija: Vaarojen kehitysyhtiö\n\n"
    "Maakunnan metsät ovat kasvaneet nopeasti, ja niiden käyttö on monipuolistunut.\n"
)
_is_installed = importlib.util.find_spec("kreuzberg") is not None
needs_package = pytest.mark.skipif(
    not _is_installed, reason="the extra julkaisuhaku[office] (kreuzberg) is not installed"
)


class _Broken:
    """A library that fails on every file."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def ExtractionConfig(self, *, use_cache: bool) -> object:  # noqa: N802 - the library's name
        """Return the options."""
        return use_cache

    def extract_bytes_sync(self, content: bytes, mime_type: str, config: object) -> object:
        """Fail, whatever is asked."""
        del content, mime_type, config
        raise self.error


def _container(stream: str) -> bytes:
    return _MAGIC + b"\x00" * 512 + stream.encode("utf-16-le") + b"\x00" * 512


@pytest.mark.skipif(_is_installed, reason="the extra is installed here")
def test_without_the_package_the_reason_says_what_to_do(read: Read) -> None:
    extraction = read(_container("WordDocument"), _DOC)
    assert extraction.status is Status.FAILED
    assert "julkaisuhaku[office]" in extraction.reason


def test_extractor_says_whether_it_is_available(words: object) -> None:
    assert not LegacyExtractor(words, None, last_year=2027).is_available()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stream", "error", "reason"),
    [
        ("WordDocument", ValueError("bad"), "damaged"),
        ("PowerPoint Document", RuntimeError("panic"), "damaged"),
        ("Workbook", ValueError("not asked"), "neither DOC nor PPT"),
    ],
)
def test_file_that_the_library_cannot_read_says_why(
    words: object, stream: str, error: Exception, reason: str
) -> None:
    extractor = LegacyExtractor(words, _Broken(error), last_year=2027)  # type: ignore[arg-type]
    with pytest.raises(UnreadableDocument, match=reason):
        extractor.extract(_container(stream), _DOC, Context())


@needs_package
@pytest.mark.parametrize("stream", ["WordDocument", "PowerPoint Document", "Workbook"])
def test_damaged_container_is_not_ok(read: Read, stream: str) -> None:
    extraction = read(_container(stream), _DOC)
    assert (extraction.status, bool(extraction.reason)) == (Status.FAILED, True)


@needs_package
@pytest.mark.slow
def test_word_file_is_read(read: Read, tmp_path: Path) -> None:
    writer = shutil.which("soffice")
    if writer is None:
        pytest.skip("no LibreOffice here (libreoffice-writer-nogui) to write a DOC with")
    (tmp_path / "teksti.txt").write_text(_TEXT, encoding="utf-8")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [writer, profile, "--headless", "--convert-to", "doc", "--outdir", str(tmp_path)]
    infilter = "--infilter=Text (encoded):UTF8,LF,,,"
    subprocess.run(
        [*command, infilter, str(tmp_path / "teksti.txt")],
        check=True, timeout=120, capture_output=True,
    )  # fmt: skip
    extraction = read((tmp_path / "teksti.doc").read_bytes(), _DOC)
    values = {value.name: value.value for value in extraction.values}
    assert extraction.status is Status.OK
    assert "ja niiden käyttö on monipuolistunut" in extraction.pages[0].text
    assert (values["title"], values["language"], values["organisations"]) == (
        "Metsätiedon tiekartta",
        "fi",
        ("Vaarojen kehitysyhtiö",),
    )
