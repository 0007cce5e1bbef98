"""Versions, other forms and copies: on the page of a publication, on hits, in the API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from corpus import Catalogue, Likenesses, Original
from corpus.document import FieldValue, Origin, Page
from indexer.likeness_follower import LikenessFollower

_BODY = " ".join(f"kohta{number}" for number in range(200))
_OLD_BODY = _BODY.replace("kohta100 ", "luku100 ")
_HTML, _PDF = "text/html", "application/pdf"
_DOCUMENTS = (
    ("satama-sivu", "Sataman <tiekartta> 2022", 2022, _HTML, _BODY + " lisäys"),
    ("satama-pdf", "Sataman <tiekartta> 2022", 2022, _PDF, _BODY),
    ("satama-vanha", "Sataman <tiekartta> 2018", 2018, _PDF, _OLD_BODY),
    ("satama-yksin", "Aivan oma julkaisu", 2021, _PDF, "Tämä teksti on vain täällä."),
    ("satama-kopio", "Toinen kappale 2022", 2022, _PDF, _BODY),
)


@pytest.fixture
def port(catalogue: Catalogue) -> Iterator[Catalogue]:
    """Keep a publication as page and PDF, an older version of it and a copy; compare them."""
    ids = [name for name, *_ in _DOCUMENTS]
    for number, (name, title, year, media_type, body) in enumerate(_DOCUMENTS):
        catalogue.record(
            document_id=name,
            original=Original(f"{number:064}", media_type, 1_000),
            values=[
                FieldValue("title", title, Origin.GIVEN),
                FieldValue("year", year, Origin.GIVEN),
                FieldValue("language", "fi", Origin.GIVEN),
            ],
            pages=[Page(1, body)],
            actor="test",
        )
    catalogue.restore(ids, "test")
    LikenessFollower(catalogue).catch_up()
    yield catalogue
    catalogue.withdraw(ids, "test", "test")
    Likenesses(catalogue.database).begin_anew()  # other tests share the catalogue


def soup(client: FlaskClient, path: str) -> BeautifulSoup:
    """Return a page."""
    answer = client.get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.get_data(as_text=True), "lxml")


def row(page: BeautifulSoup, name: str) -> list[str]:
    """Return the lines of a row among the facts, without what is only read aloud."""
    for hidden in page.select(".vh"):
        hidden.decompose()
    term = next((dt for dt in page.select("dt") if dt.get_text() == name), None)
    cell = term.find_next_sibling("dd") if term is not None else None
    if not isinstance(cell, Tag):
        return []
    return [" ".join(line.get_text().split()) for line in cell.select("li")]


@pytest.mark.parametrize(
    ("language", "name", "told"),
    [
        ("fi", "Sama julkaisu myös", "verkkosivu (99 % samaa tekstiä)"),
        ("sv", "Samma publikation även som", "webbsida (99 % samma text)"),
        ("en", "The same publication also as", "web page (99% the same text)"),
    ],
)
@pytest.mark.usefixtures("port")
def test_a_file_names_its_page(client: FlaskClient, language: str, name: str, told: str) -> None:
    assert row(soup(client, f"/{language}/doc/satama-pdf"), name) == [told]


@pytest.mark.usefixtures("port")
def test_a_page_names_its_file_and_the_copy(client: FlaskClient) -> None:
    named = row(soup(client, "/fi/doc/satama-sivu"), "Sama julkaisu myös")
    assert named == ["PDF (99 % samaa tekstiä)"] * 2


@pytest.mark.parametrize(
    ("language", "name", "told"),
    [
        ("fi", "Muut versiot", "Sataman <tiekartta> 2018 (PDF, 2018, vanhempi versio)"),
        ("sv", "Andra versioner", "Sataman <tiekartta> 2018 (PDF, 2018, äldre version)"),
        ("en", "Other versions", "Sataman <tiekartta> 2018 (PDF, 2018, older version)"),
    ],
)
@pytest.mark.usefixtures("port")
def test_a_publication_names_its_older_version(
    client: FlaskClient, language: str, name: str, told: str
) -> None:
    assert row(soup(client, f"/{language}/doc/satama-pdf"), name) == [told]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fi", "Julkaisusta on uudempi versio"),
        ("sv", "Det finns en nyare version av publikationen"),
        ("en", "There is a newer version of this publication"),
    ],
)
@pytest.mark.usefixtures("port")
def test_an_older_version_leads_to_the_newer_one_above_everything_else(
    client: FlaskClient, language: str, told: str
) -> None:
    note = soup(client, f"/{language}/doc/satama-vanha").select_one("article > p.note")
    assert note is not None
    assert note.get_text().startswith(told)
    assert [link["href"] for link in note.select("a")] in [
        [f"/{language}/doc/{name}"] for name in ("satama-pdf", "satama-sivu", "satama-kopio")
    ]
    assert soup(client, f"/{language}/doc/satama-pdf").select_one("article > p.note") is None


@pytest.mark.usefixtures("port")
def test_a_copy_is_named_with_how_it_is_alike(client: FlaskClient) -> None:
    named = row(soup(client, "/fi/doc/satama-pdf"), "Samaa tekstiä")
    assert named == ["Toinen kappale 2022 (PDF, 2022, sama teksti)"]


@pytest.mark.parametrize(
    ("language", "file", "page"),
    [
        ("fi", "Myös: PDF", "Myös: verkkosivu"),
        ("sv", "Även: PDF", "Även: webbsida"),
        ("en", "Also: PDF", "Also: web page"),
    ],
)
@pytest.mark.usefixtures("port")
def test_page_and_file_both_stay_hits_and_point_to_each_other(
    client: FlaskClient, language: str, file: str, page: str
) -> None:
    found = soup(client, f"/{language}/search?q=tiekartta+2022+sataman")
    for hidden in found.select(".vh"):
        hidden.decompose()
    told = {}
    for hit in found.select("ol.hits > li"):
        link = hit.select_one("h3 a")
        assert link is not None
        lines = [" ".join(line.get_text().split()) for line in hit.select("p.pages")]
        told[str(link["href"]).partition("?")[0].rpartition("/")[2]] = lines
    assert any(line.startswith(file) for line in told["satama-sivu"])
    assert page in told["satama-pdf"]


@pytest.mark.usefixtures("port")
def test_what_a_link_to_another_form_is_called_aloud_names_the_publication(
    client: FlaskClient,
) -> None:
    link = soup(client, "/fi/search?q=tiekartta").select_one("p.pages a[href$=satama-sivu]")
    assert link is not None
    assert link.get_text() == "verkkosivu, Sataman <tiekartta> 2022"


def test_what_was_withdrawn_is_not_named(client: FlaskClient, port: Catalogue) -> None:
    port.withdraw(["satama-vanha", "satama-sivu"], "pyyntö", "test")
    page = soup(client, "/fi/doc/satama-pdf")
    assert row(page, "Muut versiot") == []
    assert row(page, "Sama julkaisu myös") == []
    assert row(page, "Samaa tekstiä") != []


@pytest.mark.usefixtures("port")
def test_the_api_tells_kind_side_share_and_evidence(client: FlaskClient) -> None:
    content = client.get("/api/v1/documents/satama-vanha").get_json()
    versions = {one["id"]: one for one in content["alike"]}
    newer = versions["satama-pdf"]
    assert (newer["kind"], newer["side"], newer["year"]) == ("version", "newer", 2022)
    assert 0.9 < newer["share"] < 1
    assert "2018 before 2022" in newer["evidence"]


@pytest.mark.usefixtures("port")
def test_nothing_is_named_where_nothing_is_alike(client: FlaskClient) -> None:
    page = soup(client, "/fi/doc/satama-yksin")
    assert [row(page, name) for name in ("Muut versiot", "Sama julkaisu myös")] == [[], []]
    assert client.get("/api/v1/documents/satama-yksin").get_json()["alike"] == []
