"""The staff's page that explains a match: words, forms, the score's parts, and why not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from corpus.document import FieldValue, Origin, Page
from corpus.settings import Settings
from search_app.assembly import Assembly
from tests.search_app.staff_site import Browser, StaffSite

PATH = "/staff/explain"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaffSite]:
    """Return a site on a real index of two publications."""
    folder = tmp_path_factory.mktemp("explained")
    settings = Settings(data=folder, rate_limit="off")
    with Assembly(settings, command="test") as assembly:
        assembly.prepare()
        for document_id, title, text in (
            ("bio", "Katsaus <b>metsään</b>", "Ligniini on osa metsäbiotaloutta."),
            ("house", "Talot", "Puurakentamisesta kerrotaan."),
        ):
            assembly.catalogue.record(
                document_id=document_id,
                values=[
                    FieldValue("title", title, Origin.GIVEN),
                    FieldValue("language", "fi", Origin.GIVEN),
                ],
                pages=[Page(1, text)],
                actor="test",
            )
        assembly.pipeline.update()
        yield StaffSite(assembly.app, assembly.catalogue, folder)


@pytest.fixture(scope="module")
def editor(site: StaffSite) -> Browser:
    """Return the browser of an editor who reads Finnish."""
    site.accounts.set_language("editor", "fi", actor="test")
    return site.logged_in("editor")


def _text(editor: Browser, address: str) -> str:
    return " ".join(editor.page(address).get_text(" ").split())


def test_page_needs_an_account(site: StaffSite) -> None:
    assert site.browser().get(f"{PATH}?id=bio&q=metsä").status_code == 303


def test_form_alone_explains_nothing(editor: Browser) -> None:
    page = editor.page(PATH)
    assert page.select_one("form input[name=id]") is not None
    assert page.select("table") == []


def test_match_is_shown_with_its_forms_and_its_score(editor: Browser) -> None:
    page = editor.page(f"{PATH}?id=bio&q=biotalous")
    text = " ".join(page.get_text(" ").split())
    assert "Julkaisu on osuma. sija 1, osumia 1" in text
    assert "metsäbiotaloutta (metsä + biotalous)" in text
    assert "osana yhdyssanaa" in text
    bars = [float(str(bar["width"])) for bar in page.select("svg.bar rect")]
    assert max(bars) == 100
    rows = page.select("table")[1].select("tbody tr")
    scores = [float(row.select("td")[2].get_text().replace(",", ".")) for row in rows]
    total = page.select_one("tfoot td")
    assert total is not None
    assert sum(scores) == pytest.approx(float(total.get_text().replace(",", ".")), abs=0.03)


def test_missing_word_and_filter_are_named(editor: Browser) -> None:
    text = _text(editor, f"{PATH}?id=bio&q=ligniini+lentokone&region=kainuu")
    assert "Julkaisu ei ole osuma." in text
    assert "Julkaisusta ei löytynyt tätä: lentokone" in text
    assert "Rajaus jättää julkaisun pois: Maakunta" in text
    assert "Rajauksia voimassa: Maakunta: Kainuu" in text


def test_other_name_of_a_concept_is_shown_by_its_label(editor: Browser) -> None:
    text = _text(editor, f"{PATH}?id=house&q=träbyggande")
    assert "käsite Puurakentaminen" in text


def test_unknown_publication_is_said_to_be_unknown(editor: Browser) -> None:
    assert "Julkaisua ei-ole ei ole." in _text(editor, f"{PATH}?id=ei-ole&q=metsä")


@pytest.mark.parametrize("given", ["https://kirjasto.example/fi/doc/bio?q=x", " bio "])
def test_publication_may_be_named_by_the_address_of_its_page(editor: Browser, given: str) -> None:
    page = editor.client.get(PATH, query_string={"id": given, "q": "ligniini"})
    assert "Julkaisu on osuma." in page.text


def test_hostile_titles_and_words_are_escaped(editor: Browser) -> None:
    answer = editor.client.get(PATH, query_string={"id": "bio", "q": "<script>x</script>"})
    assert answer.status_code == 200
    assert "<script>x" not in answer.text
    assert "<b>metsään</b>" not in answer.text
    assert "style=" not in answer.text


@pytest.mark.parametrize("given", ["x" * 10_000, "\x00", "http://[", "😀"])
def test_any_id_gets_an_answer(editor: Browser, given: str) -> None:
    assert editor.client.get(PATH, query_string={"id": given, "q": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("language", "verdict"),
    [("sv", "Publikationen är en träff."), ("en", "The publication is a match.")],
)
def test_explanation_is_in_the_language_of_the_account(
    site: StaffSite, language: str, verdict: str
) -> None:
    site.accounts.set_language("librarian", language, actor="test")
    assert verdict in _text(site.logged_in("librarian"), f"{PATH}?id=bio&q=ligniini")
