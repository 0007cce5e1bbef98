"""The two indexes of a generation: which fields publications and pages have.

One decision: matching, totals and facets are decided on publications; pages only say where. A
publication's text fields hold its title, abstract and all pages joined with a position gap, so
that a phrase never crosses a page. `SCHEMA_VERSION` is kept in every generation.
"""

from __future__ import annotations

from typing import Final

from indexer.engine import FieldKind, FieldSpec, Schema

SCHEMA_VERSION: Final = 4

PAGE_GAP: Final = 1_000
"""Positions between pages (and before the first one), so that phrases never cross them."""

SURFACE: Final = "surface"  # exact lower-cased forms
BASE: Final = "base"  # full base forms, verbs behind participles, guesses
PARTS: Final = "parts"  # compound parts, every proper contiguous span
GRAMS: Final = "grams"  # character n-grams of the words, for ranking only
TITLE_SURFACE: Final = "title_surface"
TITLE_BASE: Final = "title_base"
TITLE_PARTS: Final = "title_parts"
TITLE_GRAMS: Final = "title_grams"
AUTHOR: Final = "author"  # base terms of authors' names

FACET_FIELDS: Final[tuple[str, ...]] = (
    "sector",
    "theme",
    "region",
    "programme",
    "type",
    "lang",
    "organisation",
    "accessible",
)

_TITLE_FIELDS = (TITLE_SURFACE, TITLE_BASE, TITLE_PARTS)

PUBLICATIONS: Final = Schema(
    name="publications",
    fields=(
        FieldSpec(BASE, FieldKind.TEXT, is_compared=True),
        *(FieldSpec(name, FieldKind.TEXT) for name in (SURFACE, PARTS, *_TITLE_FIELDS)),
        FieldSpec(AUTHOR, FieldKind.TEXT),
        FieldSpec(GRAMS, FieldKind.TERMS),
        FieldSpec(TITLE_GRAMS, FieldKind.TERMS),
        *(FieldSpec(name, FieldKind.KEYWORD, is_facet=True) for name in FACET_FIELDS),
        FieldSpec("isbn", FieldKind.KEYWORD),
        FieldSpec("year", FieldKind.NUMBER, is_facet=True, is_sortable=True),
        FieldSpec("day", FieldKind.NUMBER, is_sortable=True),
        FieldSpec("title_key", FieldKind.KEYWORD, is_sortable=True),
        FieldSpec("pages", FieldKind.STORED),
        FieldSpec("published_day", FieldKind.STORED),
    ),
)
"""``day`` is the date of publication as days since 1 January 1970, for date order and ties."""

PAGES: Final = Schema(
    name="pages",
    fields=(
        *(FieldSpec(name, FieldKind.TEXT) for name in (SURFACE, BASE, PARTS)),
        FieldSpec("document", FieldKind.KEYWORD),
        FieldSpec("number", FieldKind.NUMBER, is_sortable=True),
    ),
)
"""Pages of publications with at least two pages; the id is ``DOCUMENT_ID:NUMBER``."""


def page_id(document_id: str, number: int) -> str:
    """Return the id of a page in the pages index (document ids hold no colon)."""
    return f"{document_id}:{number}"


def split_page_id(value: str) -> tuple[str, int]:
    """Return document id and page number of a page's id."""
    document_id, _, number = value.rpartition(":")
    return document_id, int(number)
