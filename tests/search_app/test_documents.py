"""The pages of one publication, its original and its references."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from corpus.catalogue import Catalogue
from corpus.document import FieldValue, Origin, Original, Page, Status, Visibility
from corpus.originals import OriginalStore
from corpus.pdf_access import PdfAccess
from tests.search_app.conftest import HTML, PAGES, PDF, values_of
from tests.search_app.list_searcher import ListSearcher


def soup(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == status, path
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def add(catalogue: Catalogue, document_id: str, original: Original | None = None) -> str:
    """Keep a publication; its test withdraws it, for the counts of others."""
    catalogue.record(
        document_id=document_id,
        original=original,
        values=values_of({"title": document_id, "language": "fi"}),
        pages=PAGES,
        visibility=Visibility.PUBLISHED,
        actor="test",
    )
    return document_id


@pytest.mark.parametrize(
    ("asked", "language"), [("sv-FI,sv;q=0.9", "sv"), ("en", "en"), ("de", "fi"), ("", "fi")]
)
def test_a_permanent_address_leads_to_the_browsers_language(
    client: FlaskClient, asked: str, language: str
) -> None:
    answer = client.get("/doc/fotoniikka-2019", headers={"Accept-Language": asked})
    assert answer.headers["Location"] == f"/{language}/doc/fotoniikka-2019"
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "path", ["//evil.example", "/doc//evil.example", "/\\evil.example", "//evil.example/fi"]
)
def test_nothing_leads_to_another_site(client: FlaskClient, path: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": path})
    assert answer.status_code == 404
    assert "Location" not in answer.headers


def test_the_record_links_its_subjects_to_searches(client: FlaskClient) -> None:
    page = soup(client, "/fi/doc/fotoniikka-2019")
    links = {a.get_text(): a["href"] for a in page.select("dl a")}
    assert links["Fotoniikka"] == "/fi/search?sector=fotoniikka"
    assert links["Selvitys"] == "/fi/search?type=selvitys"
    assert links["suomi"] == "/fi/search?lang=fi"
    assert links["2019"] == "/fi/search?from=2019&to=2019"
    assert links["https://example.org/fotoniikka.pdf"] == "https://example.org/fotoniikka.pdf"


def test_pages_that_match_are_listed_with_the_query(client: FlaskClient) -> None:
    page = soup(client, "/fi/doc/fotoniikka-2019?q=fotoniikka")
    hits = [a["href"] for a in page.select("section[aria-labelledby=hits] a")]
    assert hits == [f"/fi/doc/fotoniikka-2019/page/{number}?q=fotoniikka#m" for number in (2, 3)]


def test_the_way_back_keeps_the_whole_search(client: FlaskClient) -> None:
    search = "?q=fotoniikka&sector=fotoniikka&to=2020"
    results = soup(client, f"/fi/search{search}")
    link = results.select_one("ol.hits h3 a")
    assert link is not None
    back = soup(client, str(link["href"])).select_one(".back a")
    assert back is not None
    assert back["href"] == f"/fi/search{search}"


def test_an_address_that_runs_script_is_not_linked(client: FlaskClient) -> None:
    assert "javascript:" not in client.get("/fi/doc/skog-2023").get_data(as_text=True)


def test_markup_in_a_record_is_text(client: FlaskClient) -> None:
    html = client.get("/fi/doc/hostile").get_data(as_text=True)
    assert "<script>alert" not in html
    assert 'onmouseover="x"' not in html
    assert "&lt;i&gt;A&lt;/i&gt;" in html


def facts(page: BeautifulSoup, section: str) -> dict[str, str]:
    """Return the pairs of a section's list."""
    terms = page.select(f"section[aria-labelledby={section}] dt")
    pairs = ((term.get_text(), term.find_next("dd")) for term in terms)
    return {name: " ".join(value.get_text().split()) for name, value in pairs if value}


def test_the_record_tells_how_accessible_a_pdf_is(
    client: FlaskClient, catalogue: Catalogue, originals: OriginalStore
) -> None:
    sha256 = originals.add(b"%PDF-1.4 tagged")
    document_id = add(catalogue, "tagged", Original(sha256, "application/pdf", 15))
    catalogue.store_extraction(
        document_id,
        sha256=sha256,
        extractor="pdf-pdfium/9",
        status=Status.SKIPPED,  # which no search of the other tests finds
        values=[
            FieldValue(
                "accessible",
                value=True,
                origin=Origin.EXTRACTED,
                source=PdfAccess(is_tagged=True, language="sv").to_source(),
            )
        ],
        pages=[Page(1, "Teksti."), Page(2, "Luettu.", is_ocr=True)],
    )
    assert facts(soup(client, f"/fi/doc/{document_id}"), "access") == {
        "Rakenne": "merkitty: ruudunlukija saa otsikot ja lukujärjestyksen",
        "Tekstikerros": "osalla sivuista (1/2)",
        "Kieli tiedostossa": "ruotsi",
        "Otsikko tiedostossa": "puuttuu",
        "Saavutettava vaihtoehto": "Lue sivut tekstinä tällä sivustolla",
    }
    answer = client.get(f"/api/v1/documents/{document_id}").json
    assert answer is not None
    assert answer["file_access"] == {
        "tagged": True,
        "language": "sv",
        "has_title": False,
        "text_layer": "part",
        "pages_with_text": 1,
    }


def test_what_nobody_looked_for_in_a_pdf_is_not_known(client: FlaskClient) -> None:
    told = facts(soup(client, "/sv/doc/fotoniikka-2019"), "access")
    assert told["Struktur"] == told["Språk i filen"] == told["Titel i filen"] == "okänd"
    assert facts(soup(client, "/sv/doc/metsa-2021"), "access") == {}  # no PDF


def test_a_lost_original_is_said_and_not_linked(client: FlaskClient, catalogue: Catalogue) -> None:
    document_id = add(catalogue, "lost-file", Original("0" * 64, "application/pdf", 15))
    page = soup(client, f"/fi/doc/{document_id}")
    assert facts(page, "details")["Alkuperäinen tiedosto"].startswith("Alkuperäinen tiedosto puut")
    assert page.select("a[href$='/file']") == []
    assert page.select("#pages") != []
    catalogue.withdraw([document_id], "test", "test")


def test_publications_near_the_subject_are_linked(client: FlaskClient) -> None:
    page = soup(client, "/fi/doc/metsa-2021")
    section = page.select_one("section[aria-labelledby=related]")
    assert section is not None
    assert section.get_text("|", strip=True).split("|") == [
        "Aihetta lähellä",
        "Skogens bioekonomi",
        "Selvitys · 2023 · ruotsi",
    ]
    assert section.select_one("a[lang=sv][href='/fi/doc/skog-2023']") is not None
    assert soup(client, "/fi/doc/hostile").select("#related") == []


def test_the_record_is_shown_while_no_index_answers(
    client: FlaskClient, searcher: ListSearcher
) -> None:
    searcher.is_down = True
    answer = client.get("/fi/doc/metsa-2021")
    assert answer.status_code == 200
    assert 'id="related"' not in answer.text


def test_a_page_shows_its_text_with_marks_and_neighbours(client: FlaskClient) -> None:
    page = soup(client, "/fi/doc/fotoniikka-2019/page/2?q=fotoniikka")
    assert [mark.get_text() for mark in page.select("article mark")] == ["fotoniikka"]
    assert page.select_one("mark#m") is not None
    assert len(page.select("article p")) == 2
    assert page.select_one("article script") is None
    turning = {a.get_text().strip("←→↑↓ "): a["href"] for a in page.select(".turning a")}
    base = "/fi/doc/fotoniikka-2019"
    assert turning == {
        "Edellinen sivu": f"{base}/page/1?q=fotoniikka#m",
        "Seuraava sivu": f"{base}/page/3?q=fotoniikka#m",
        "Seuraava osuma, s. 3": f"{base}/page/3?q=fotoniikka#m",
    }
    original = page.select_one(".actions a.primary")
    assert original is not None
    assert original["href"] == f"{base}/file#page=2"


def test_a_page_without_a_query_has_no_marks(client: FlaskClient) -> None:
    page = soup(client, "/sv/doc/fotoniikka-2019/page/3")
    assert page.select("mark") == []
    assert "tryckt sidnummer iii" in page.get_text()


@pytest.mark.parametrize("number", ["0", "4", "99999999999999999999", "-1", "x"])
def test_there_is_no_page_beyond_the_last(client: FlaskClient, number: str) -> None:
    assert client.get(f"/fi/doc/fotoniikka-2019/page/{number}").status_code == 404


@pytest.mark.parametrize("number", ["0", "4", "9999"])
def test_a_page_that_is_not_there_names_those_that_are(client: FlaskClient, number: str) -> None:
    page = soup(client, f"/fi/doc/fotoniikka-2019/page/{number}?q=foton", status=404)
    assert "Fotoniikan tiekartta: julkaisussa on 3 sivua." in page.get_text()
    links = [str(link["href"]) for link in page.select("main .actions a")]
    assert links == [
        "/fi/doc/fotoniikka-2019/page/1?q=foton#m",
        "/fi/doc/fotoniikka-2019/page/3?q=foton#m",
        "/fi/doc/fotoniikka-2019?q=foton",
    ]
    assert page.select_one("#q") is not None


@pytest.mark.parametrize("document_id", ["puuttuu", "a" * 129, "..", "%00", "ä"])
def test_a_publication_nobody_knows_is_not_found(client: FlaskClient, document_id: str) -> None:
    assert client.get(f"/fi/doc/{document_id}").status_code in {400, 404}


def test_a_pdf_is_shown_inline_and_in_parts(client: FlaskClient) -> None:
    with client.get("/fi/doc/fotoniikka-2019/file") as answer:
        assert answer.data == PDF
        assert answer.content_type == "application/pdf"
        assert answer.headers["Content-Disposition"] == "inline; filename=Fotoniikan-tiekartta.pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    with client.get("/fi/doc/fotoniikka-2019/file", headers={"Range": "bytes=0-7"}) as part:
        assert (part.status_code, part.data) == (206, b"%PDF-1.4")
    with client.get("/fi/doc/fotoniikka-2019/file", headers={"Range": "bytes=9999-"}) as beyond:
        assert beyond.status_code == 416


def test_an_original_is_not_sent_again_while_it_is_the_same(client: FlaskClient) -> None:
    with client.get("/fi/doc/fotoniikka-2019/file") as first:
        tag = first.headers["ETag"]
    with client.get("/fi/doc/fotoniikka-2019/file", headers={"If-None-Match": tag}) as again:
        assert again.status_code == 304


def test_html_leaves_as_an_attachment_in_a_sandbox(client: FlaskClient) -> None:
    with client.get("/fi/doc/metsa-2021/file") as answer:
        assert answer.data == HTML
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_damaged_original_is_said_and_not_sent(
    client: FlaskClient, catalogue: Catalogue, originals: OriginalStore
) -> None:
    data = b"%PDF-1.4 to be damaged"
    original = Original(originals.add(data), "application/pdf", len(data))
    document_id = add(catalogue, "damaged", original)
    with client.get(f"/fi/doc/{document_id}/file") as answer:
        assert answer.data == data
    originals.path(original.sha256).write_bytes(b"%PDF-1.4 to be Damaged")
    page = soup(client, f"/fi/doc/{document_id}/file", status=503)
    assert page.h1 is not None
    assert page.h1.get_text() == "Alkuperäinen tiedosto on vahingoittunut"
    catalogue.withdraw([document_id], "test", "test")


def test_a_publication_without_an_original_says_so(client: FlaskClient) -> None:
    page = soup(client, "/en/doc/skog-2023/file", status=404)
    assert page.h1 is not None
    assert page.h1.get_text() == "There is no original file"


def test_what_was_withdrawn_is_gone_everywhere(client: FlaskClient, catalogue: Catalogue) -> None:
    document_id = add(catalogue, "withdrawn")
    catalogue.withdraw([document_id], "pyyntö & <b>muu</b>", "test")
    for path in ("", "/page/1", "/file", "/cite.bib"):
        page = soup(client, f"/fi/doc/{document_id}{path}", status=410)
        assert page.h1 is not None
        assert page.h1.get_text() == "Julkaisu on poistettu"
        assert "Syy: pyyntö & <b>muu</b>" in page.get_text()
    assert client.get(f"/api/v1/documents/{document_id}").status_code == 410


def test_what_its_address_lost_says_so(client: FlaskClient, catalogue: Catalogue) -> None:
    document_id = add(catalogue, "lost")
    catalogue.mark_gone([document_id])
    page = soup(client, f"/en/doc/{document_id}", status=410)
    assert "address of the publication no longer answers" in page.get_text()
    assert "Reason" not in page.get_text()


def test_the_last_reason_is_told(client: FlaskClient, catalogue: Catalogue) -> None:
    document_id = add(catalogue, "twice")
    catalogue.withdraw([document_id], "eka", "test")
    catalogue.publish([document_id], "test")
    catalogue.withdraw([document_id], "toka", "test")
    answer = client.get(f"/api/v1/documents/{document_id}")
    assert answer.json is not None
    assert answer.json["detail"].endswith("Syy: toka")


def test_a_draft_is_not_found(client: FlaskClient, catalogue: Catalogue) -> None:
    catalogue.record(
        document_id="draft",
        values=values_of({"title": "Luonnos"}),
        pages=PAGES,
        visibility=Visibility.DRAFT,
        actor="test",
    )
    assert client.get("/fi/doc/draft").status_code == 404
    assert client.get("/api/v1/documents/draft").status_code == 404


def test_earlier_versions_are_listed(
    client: FlaskClient, catalogue: Catalogue, originals: OriginalStore
) -> None:
    for data in (b"%PDF-1.4 old", b"%PDF-1.4 new"):
        original = Original(originals.add(data), "application/pdf", len(data))
        document_id = add(catalogue, "versions", original)
    page = soup(client, f"/en/doc/{document_id}")
    lines = [item.get_text() for item in page.select("dl ul li")]
    assert [line.partition(",")[0] for line in lines] == ["Current version", "Earlier version"]
    catalogue.withdraw([document_id], "test", "test")


@pytest.mark.parametrize(
    ("form", "media_type", "beginning"),
    [
        ("bib", "application/x-bibtex", "@techreport{fotoniikka-2019,"),
        ("ris", "application/x-research-info-systems", "TY  - RPRT"),
        ("txt", "text/plain", "Aalto, Aino; Berg, Bo (2019). Fotoniikan tiekartta."),
    ],
)
def test_references(client: FlaskClient, form: str, media_type: str, beginning: str) -> None:
    answer = client.get(f"/fi/doc/fotoniikka-2019/cite.{form}")
    assert answer.mimetype == media_type
    assert answer.get_data(as_text=True).startswith(beginning)
    assert client.get("/fi/doc/fotoniikka-2019/cite.exe").status_code == 404
