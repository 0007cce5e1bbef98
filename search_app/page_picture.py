"""A page as a picture beside its text, the matched words boxed.

One decision: the text never waits for its picture. What is not drawn within two seconds is told as
being made, and what cannot be drawn is told with its reason; both leave the page as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import Response, abort, request, url_for

from corpus import RecognisedPages
from corpus.document import Document, Page
from corpus.errors import Busy, CorruptOriginal, NotFound, UnreadableDocument
from indexer.extract import PagePicture, PlacedWord
from indexer.pictures import VERSION
from indexer.placing import places_of, words_of_lines
from indexer.results import Fragment
from search_app.site import Site

WAIT_S: Final = 2.0
_PDF: Final = "application/pdf"
_ROOM_PX: Final = 3  # between a word and its box
_REASONS: Final = frozenset({"encrypted", "damaged", "missing", "busy"})


@dataclass(frozen=True, slots=True)
class Box:
    """A frame on the picture, in its pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A page's picture with the boxes of its marked words; else ``reason`` names why not."""

    address: str = ""
    width: int = 0
    height: int = 0
    boxes: tuple[Box, ...] = ()
    reason: str = ""


def shown_picture(
    site: Site, document: Document, page: Page, fragments: Iterable[Fragment]
) -> ShownPicture | None:
    """Return the picture of a page; None where the original is no PDF, or none are shown."""
    if site.pictures is None or document.original is None:
        return None
    if document.original.media_type != _PDF:
        return None
    try:
        picture = _picture(site, document, page.number)
    except Busy:
        return ShownPicture(reason="busy")
    except NotFound:
        return ShownPicture(reason="missing")
    except (CorruptOriginal, UnreadableDocument) as error:
        kind = error.message.partition(":")[0]
        is_damaged = isinstance(error, CorruptOriginal)
        return ShownPicture(
            reason="damaged" if is_damaged else kind if kind in _REASONS else "none"
        )
    forms = {fragment.text for fragment in fragments if fragment.mark}
    places = places_of(_words(site, document, page, picture), forms) if forms else ()
    return ShownPicture(
        url_for("permanent.picture", document_id=document.id, number=page.number),
        picture.width_px,
        picture.height_px,
        tuple(_box(place, picture) for place in places),
    )


def send_picture(site: Site, document: Document, number: int) -> Response:
    """Return the picture of a page that there is, or that the browser has it already."""
    original = document.original
    if site.pictures is None or original is None or original.media_type != _PDF:
        abort(404)
    number = site.catalogue.page(document.id, number).number
    tag = f"{original.sha256}-{number}-{VERSION}"
    if request.if_none_match.contains(tag):
        response = Response(status=304)
    else:
        try:
            picture = _picture(site, document, number)
        except (UnreadableDocument, CorruptOriginal):
            abort(404)
        except Busy:
            abort(503)
        response = Response(picture.png, content_type="image/png")
    response.set_etag(tag)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _picture(site: Site, document: Document, number: int) -> PagePicture:
    if site.pictures is None or document.original is None:
        raise NotFound("There is no original to draw.", subject=document.id)
    sha256 = document.original.sha256
    if not site.originals.has(sha256):
        raise NotFound("The original is not kept here.", subject=sha256)
    site.fixity.check(sha256)
    return site.pictures.picture(site.originals.path(sha256), sha256, number, wait_s=WAIT_S)


def _words(
    site: Site, document: Document, page: Page, picture: PagePicture
) -> tuple[PlacedWord, ...]:
    """Return the words of the page: the file's own, else those that were recognised."""
    if not page.is_ocr or document.original is None:
        return picture.words
    kept = RecognisedPages(site.catalogue.database).page(
        document.id, document.original.sha256, page.number
    )
    lines = kept.lines if kept else ()
    return words_of_lines(lines, width_pt=picture.width_pt, height_pt=picture.height_pt)


def _box(place: PlacedWord, picture: PagePicture) -> Box:
    left = max(0, round(place.left * picture.width_px) - _ROOM_PX)
    top = max(0, round(place.top * picture.height_px) - _ROOM_PX)
    right = min(picture.width_px, round(place.right * picture.width_px) + _ROOM_PX)
    bottom = min(picture.height_px, round(place.bottom * picture.height_px) + _ROOM_PX)
    return Box(left, top, right - left, bottom - top)
