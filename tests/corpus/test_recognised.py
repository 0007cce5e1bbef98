"""Recognised pages come back as they were kept, those of older data directories too."""

from __future__ import annotations

import json

from corpus import RecognisedLine, RecognisedPage, RecognisedPages
from corpus.catalogue import Catalogue

_SHA = "a" * 64
_LINE = RecognisedLine("uusi metsä", 10.5, 792, 50, 250, words=((50, 90.5), (150, 250)))


def test_a_page_comes_back_with_the_places_of_its_words(catalogue: Catalogue) -> None:
    catalogue.record(document_id="skannaus", actor="test")
    kept = RecognisedPages(catalogue.database)
    page = RecognisedPage(2, (_LINE,), "test")
    kept.keep("skannaus", _SHA, page)
    assert kept.page("skannaus", _SHA, 2) == page
    assert kept.pages("skannaus", _SHA) == {2: page}
    assert kept.page("skannaus", _SHA, 1) is None
    assert kept.page("skannaus", "b" * 64, 2) is None


def test_a_page_kept_before_words_had_places_is_read(catalogue: Catalogue) -> None:
    catalogue.record(document_id="skannaus", actor="test")
    catalogue.database.execute(
        "INSERT INTO recognised_pages (document_id, sha256, number, lines, recogniser, reason)"
        " VALUES (?, ?, 1, ?, 'test', '')",
        ("skannaus", _SHA, json.dumps([["uusi metsä", 10.5, 792, 50, 250]])),
    )
    page = RecognisedPages(catalogue.database).page("skannaus", _SHA, 1)
    assert page is not None
    assert page.lines == (RecognisedLine("uusi metsä", 10.5, 792, 50, 250),)
