"""A reader of this process, and real files made for each test."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from indexer.extract import Context, Extraction
from indexer.extract._reader import DocumentReader
from indexer.extract._words import Words

Read = Callable[..., Extraction]
Draw = Callable[[Canvas], None]


@pytest.fixture(scope="session")
def words() -> Words:
    """Load the dictionary and the language guess once."""
    return Words()


@pytest.fixture(scope="session")
def reader(words: Words) -> DocumentReader:
    """Return the reader as a worker has it, without the limits of a worker."""
    return DocumentReader(words)


@pytest.fixture
def read(reader: DocumentReader) -> Read:
    """Read bytes: ``read(data, "application/pdf")``."""

    def reading(data: bytes, media_type: str = "", context: Context | None = None) -> Extraction:
        return reader.read_bytes(data, media_type, context or Context())

    return reading


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    """Draw a PDF: one function a page, metadata by keyword."""

    def making(*pages: Draw, title: str = "", author: str = "") -> bytes:
        buffer = io.BytesIO()
        canvas = Canvas(buffer, pagesize=A4)
        canvas.setTitle(title)
        canvas.setAuthor(author)
        for draw in pages:
            draw(canvas)
            canvas.showPage()
        canvas.save()
        return buffer.getvalue()

    return making


@pytest.fixture
def lines_of() -> Callable[..., Draw]:
    """Write lines from the top of a page: ``lines_of((size, text), …)``."""

    def writing(*lines: tuple[float, str], top: float = 780, leading: float = 1.3) -> Draw:
        def draw(canvas: Canvas) -> None:
            y = top
            for size, text in lines:
                canvas.setFont("Helvetica", size)
                canvas.drawString(72, y, text)
                y -= size * leading

        return draw

    return writing


@pytest.fixture
def make_zip() -> Callable[[Mapping[str, str | bytes]], bytes]:
    """Pack parts into an archive; a part named mimetype is stored first and unpacked."""

    def packing(parts: Mapping[str, str | bytes]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
                archive.writestr(name, content, compress_type=method)
        return buffer.getvalue()

    return packing
