"""DOC and PPT: read where the optional package is installed, refused with what to do elsewhere.

Both files were written for this test and saved in the old formats by LibreOffice 7.4.
"""

from __future__ import annotations

import gzip
import importlib.util
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
_HERE = Path(__file__).parent
_SENTENCE = "Maakunnan metsät ovat kasvaneet nopeasti, ja niiden käyttö on monipuolistunut."
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


def test_without_the_package_the_reason_says_what_to_do(words: object) -> None:
    extractor = LegacyExtractor(words, None, last_year=2027)  # type: ignore[arg-type]
    with pytest.raises(UnreadableDocument, match=r"julkaisuhaku\[office\]"):
        extractor.extract(_container("WordDocument"), _DOC, Context())


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
def test_word_file_is_read(read: Read) -> None:
    extraction = read((_HERE / "tiekartta.doc").read_bytes(), _DOC)
    values = {value.name: value.value for value in extraction.values}
    assert extraction.status is Status.OK
    assert _SENTENCE in extraction.pages[0].text
    assert (values["title"], values["language"], values["organisations"]) == (
        "Metsätiedon tiekartta",
        "fi",
        ("Vaarojen kehitysyhtiö",),
    )


@needs_package
def test_slides_are_read(read: Read) -> None:
    content = gzip.decompress((_HERE / "tiekartta.ppt.gz").read_bytes())
    extraction = read(content, "application/vnd.ms-powerpoint")
    assert extraction.status is Status.OK
    assert _SENTENCE in "\n".join(page.text for page in extraction.pages)
