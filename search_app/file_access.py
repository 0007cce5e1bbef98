"""How accessible the file of a publication is: what its record says beside "open the original".

One decision: only what was found in the file is said, and what nobody looked for is "not known";
the text of the pages on this site is always named as the way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.document import Document, Page
from corpus.pdf_access import PdfAccess
from search_app.site import Site


class TextLayer(StrEnum):
    """On which pages of a file a reader finds text."""

    WHOLE = "whole"
    PART = "part"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class FileAccess:
    """What is known of a PDF; ``said`` is None where extraction did not look for it yet."""

    is_tagged: bool | None
    said: PdfAccess | None
    layer: TextLayer
    pages_with_text: int
    pages: int


def file_access(site: Site, document: Document, pages: Sequence[Page]) -> FileAccess | None:
    """Return what is known of the file's accessibility; None where it is no PDF."""
    if document.original is None or document.original.media_type != "application/pdf":
        return None
    own = sum(bool(page.text.strip()) and not page.is_ocr for page in pages)
    layer = TextLayer.WHOLE if own == len(pages) else TextLayer.PART
    return FileAccess(
        is_tagged=document.accessible,
        said=PdfAccess.of(site.catalogue.values(document.id)),
        layer=layer if own else TextLayer.NONE,
        pages_with_text=own,
        pages=len(pages),
    )
