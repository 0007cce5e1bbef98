"""What visitors are told of text that was recognised from pictures: on a hit, document and page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from corpus.catalogue import Catalogue
from corpus.document import FieldValue, Origin, Original, Page, Status

_SHA = "c" * 64
_WORDS = {"fi": "tekstintunnistu", "sv": "textigenkänning", "en": "text recognition"}
_IN_A_HIT = {"fi": "tekstintunnistus", "sv": "textigenkänning", "en": "recognised text"}


@pytest.fixture
def scan(catalogue: Catalogue) -> str:
    """Keep a scan whose second page was recognised; return its id."""
    original = Original(_SHA, "application/pdf", 10, "skannaus.pdf")
    catalogue.record(document_id="skannaus", original=original, actor="test")
    catalogue.store_extraction(
        "skannaus",
        sha256=_SHA,
        extractor="pdf-pdfium+ocr/2",
        status=Status.OK,
        values=[FieldValue("title", "Skannattu fotoniikan ohje", Origin.EXTRACTED, "pdf-font")],
        pages=[Page(1, "Fotoniikan kansi."), Page(2, "Fotoniikan ohje.", is_ocr=True)],
    )
    return "skannaus"


def _shown(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("language", _WORDS)
def test_document_says_that_its_text_was_recognised(
    client: FlaskClient, scan: str, language: str
) -> None:
    assert _WORDS[language] in _shown(client, f"/{language}/doc/{scan}")


@pytest.mark.parametrize("language", _WORDS)
def test_page_says_it_where_it_was_recognised_and_nowhere_else(
    client: FlaskClient, scan: str, language: str
) -> None:
    told = [_WORDS[language] in _shown(client, f"/{language}/doc/{scan}/page/{n}") for n in (1, 2)]
    assert told == [False, True]


@pytest.mark.parametrize("language", _IN_A_HIT)
def test_hit_says_it(client: FlaskClient, scan: str, language: str) -> None:
    shown = _shown(client, f"/{language}/search?q=fotoniikan")
    assert f"/doc/{scan}" in shown
    assert shown.count(_IN_A_HIT[language]) == 1


def test_other_documents_say_nothing_of_it(client: FlaskClient) -> None:
    assert "tekstintunnistu" not in _shown(client, "/fi/doc/fotoniikka-2019")
