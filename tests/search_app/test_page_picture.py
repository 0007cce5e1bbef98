"""A page as a picture beside its text: the boxes, the image, and what is said without one."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from corpus import RecognisedLine, RecognisedPage, RecognisedPages
from corpus.catalogue import Catalogue
from corpus.document import FieldValue, Origin, Original, Page, Visibility
from corpus.errors import Busy
from corpus.originals import OriginalStore
from corpus.settings import Settings
from corpus.vocabulary import Vocabulary
from indexer.extract import PageDrawer, PagePicture
from indexer.pictures import PagePictures
from search_app.web import create_app
from tests.search_app.list_searcher import ListSearcher

_TEXT = "Toisella sivulla fotoniikka kasvaa."
_PICTURE = "/doc/kuvallinen/page/2/image"
_PAGE = "/doc/kuvallinen/page/2"


def pdf(*texts: str) -> bytes:
    """Write each text on a page of its own."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for text in texts:
        canvas.setFont("Helvetica", 14)
        canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class PictureSite:
    """A site that shows pictures, and what it is made of."""

    client: FlaskClient
    catalogue: Catalogue
    originals: OriginalStore

    def add(
        self,
        document_id: str,
        data: bytes,
        media_type: str = "application/pdf",
        *,
        visibility: Visibility = Visibility.PUBLISHED,
        is_ocr: bool = False,
    ) -> str:
        """Keep a publication of two pages; return its SHA-256."""
        sha256 = self.originals.add(data)
        self.catalogue.record(
            document_id=document_id,
            original=Original(sha256, media_type, len(data)),
            values=[FieldValue("title", document_id, Origin.GIVEN)],
            pages=[Page(1, "Ensimmäinen sivu."), Page(2, _TEXT, is_ocr=is_ocr)],
            visibility=visibility,
            actor="test",
        )
        return sha256

    def soup(self, path: str) -> BeautifulSoup:
        """Return a page."""
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return BeautifulSoup(answer.get_data(as_text=True), "html.parser")

    def note(self, document_id: str, language: str = "fi") -> str:
        """Return what stands in place of the picture."""
        page = self.soup(f"/{language}/doc/{document_id}/page/2?q=fotoniikka")
        assert [mark.get_text() for mark in page.select("article mark")] == ["fotoniikka"]
        assert page.select("img") == []
        (note,) = page.select("section[aria-labelledby=picture] .note")
        return note.get_text()


class BusyPictures(PagePictures):
    """Pictures that are all being drawn, as `PagePictures` says it."""

    def picture(self, original: Path, sha256: str, number: int, *, wait_s: float) -> PagePicture:
        """Say that too many are being drawn."""
        raise Busy(f"{original}: {number} after {wait_s}", subject=sha256)


def make_client(
    folder: Path,
    catalogue: Catalogue,
    vocabulary: Vocabulary,
    originals: OriginalStore,
    pictures: PagePictures | None,
) -> FlaskClient:
    """Return a client of a site."""
    return create_app(
        Settings(data=folder, rate_limit="off"),
        searcher=ListSearcher(catalogue),
        catalogue=catalogue,
        vocabulary=vocabulary,
        originals=originals,
        backend="rules",
        pictures=pictures,
    ).test_client()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary) -> Iterator[PictureSite]:
    """Return a site with one publication that can be drawn."""
    folder = tmp_path_factory.mktemp("pictures")
    originals = OriginalStore(folder / "originals")
    pictures = PagePictures(folder / "pages", PageDrawer(), max_bytes=10_000_000)
    with Catalogue(folder / "catalogue.sqlite3") as catalogue:
        client = make_client(folder, catalogue, vocabulary, originals, pictures)
        made = PictureSite(client, catalogue, originals)
        sha256 = made.add("kuvallinen", pdf("Ensimmäinen sivu.", _TEXT))
        for number in (1, 2):  # the process that draws takes its time to start
            pictures.picture(originals.path(sha256), sha256, number, wait_s=60)
        yield made
    pictures.close()


def boxes(page: BeautifulSoup) -> list[Tag]:
    """Return the boxes on the picture."""
    return page.select("section[aria-labelledby=picture] .sheet svg rect")


def test_the_box_lies_on_the_word_in_the_image(site: PictureSite) -> None:
    (box,) = boxes(site.soup(f"/fi{_PAGE}?q=fotoniikka"))
    x, y, width, height = (int(str(box[name])) for name in ("x", "y", "width", "height"))
    with Image.open(io.BytesIO(site.client.get(_PICTURE).data)) as image:
        grey = image.convert("L")
    dark = grey.point(lambda shade: 255 if shade < 128 else 0)
    word = dark.crop((x, y, x + width, y + height))
    assert word.getbbox() is not None
    beside = (
        dark.crop((x - 3, y, x, y + height)),
        dark.crop((x + width, y, x + width + 3, y + height)),
    )
    assert [part.getbbox() for part in beside] == [None, None]
    line = dark.getbbox()
    assert line is not None
    assert line[0] < x < x + width < line[2]


def test_the_picture_takes_its_place_before_it_is_there(site: PictureSite) -> None:
    image = site.soup(f"/fi{_PAGE}").select_one("img")
    assert image is not None
    with Image.open(io.BytesIO(site.client.get(str(image["src"])).data)) as drawn:
        assert (int(str(image["width"])), int(str(image["height"]))) == drawn.size
    assert image["loading"] == "lazy"


@pytest.mark.parametrize(
    ("language", "alt"),
    [("fi", "Kuva sivusta 2."), ("sv", "Bild av sida 2."), ("en", "Picture of page 2.")],
)
def test_the_picture_is_named_in_each_language(site: PictureSite, language: str, alt: str) -> None:
    page = site.soup(f"/{language}{_PAGE}?q=fotoniikka")
    image = page.select_one("img")
    assert image is not None
    assert str(image["alt"]).startswith(alt)
    overlay = page.select_one(".sheet svg")
    assert overlay is not None
    assert overlay["aria-hidden"] == "true"
    assert page.select("[style]") == []


def test_without_a_query_nothing_is_boxed(site: PictureSite) -> None:
    page = site.soup(f"/fi{_PAGE}")
    assert boxes(page) == []
    assert page.select_one("#boxes") is None


def test_words_that_the_picture_does_not_tell_are_owned_to(site: PictureSite) -> None:
    site.add("toisin", pdf("Ensimmäinen sivu.", "aivan muuta"))
    assert site.client.get("/doc/toisin/page/2/image").status_code == 200
    page = site.soup("/fi/doc/toisin/page/2?q=fotoniikka")
    assert boxes(page) == []
    assert "Osumien paikkoja kuvassa ei tiedetä." in page.get_text()


def test_recognised_words_are_boxed_where_they_were_seen(site: PictureSite) -> None:
    sha256 = site.add("skannattu", pdf("", ""), is_ocr=True)
    seen = RecognisedLine(_TEXT, 10, 742, 0, 100, words=((0, 9), (10, 19), (59.5, 119), (1, 2)))
    RecognisedPages(site.catalogue.database).keep(
        "skannattu", sha256, RecognisedPage(2, (seen,), "test")
    )
    assert site.client.get("/doc/skannattu/page/2/image").status_code == 200
    (box,) = boxes(site.soup("/fi/doc/skannattu/page/2?q=fotoniikka"))
    assert int(str(box["x"])) == pytest.approx(100, abs=4)
    assert int(str(box["y"])) == pytest.approx(100 / 841.9 * 1414, abs=5)


def test_the_image_leaves_contained_and_is_asked_for_again_by_its_tag(site: PictureSite) -> None:
    answer = site.client.get(_PICTURE)
    assert answer.status_code == 200
    assert answer.content_type == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    again = site.client.get(_PICTURE, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = site.client.get("/doc/kuvallinen/page/1/image")
    assert other.headers["ETag"] != answer.headers["ETag"]


def test_nobody_chooses_the_size(site: PictureSite) -> None:
    plain = site.client.get(_PICTURE)
    asked = site.client.get(f"{_PICTURE}?width=10000&dpi=9999&scale=100")
    assert asked.data == plain.data


@pytest.mark.parametrize("number", ["0", "3", "999999", "9999999", "-1", "x", "1/.."])
def test_there_is_no_image_of_a_page_that_is_not_there(site: PictureSite, number: str) -> None:
    assert site.client.get(f"/doc/kuvallinen/page/{number}/image").status_code == 404


def test_what_is_not_public_has_no_picture(site: PictureSite) -> None:
    site.add("luonnos", pdf("a", "b"), visibility=Visibility.DRAFT)
    assert site.client.get("/doc/luonnos/page/1/image").status_code == 404
    site.add("poistettu", pdf("c", "d"))
    tag = site.client.get("/doc/poistettu/page/1/image").headers["ETag"]
    site.catalogue.withdraw(["poistettu"], "pyyntö", "test")
    again = site.client.get("/doc/poistettu/page/1/image", headers={"If-None-Match": tag})
    assert again.status_code == 410
    assert site.client.get("/doc/tuntematon/page/1/image").status_code == 404


def test_other_formats_are_shown_as_text_alone(site: PictureSite) -> None:
    site.add("sivusto", b"<!doctype html><p>fotoniikka", "text/html")
    page = site.soup("/fi/doc/sivusto/page/2?q=fotoniikka")
    assert page.select_one("#picture") is None
    assert site.client.get("/doc/sivusto/page/2/image").status_code == 404


@pytest.mark.parametrize(
    ("language", "said"),
    [("fi", "vahingoittunut"), ("sv", "skadad"), ("en", "damaged")],
)
def test_a_damaged_file_is_said_and_the_text_remains(
    site: PictureSite, language: str, said: str
) -> None:
    site.add("rikki", b"%PDF-1.4 not really")
    assert said in site.note("rikki", language)
    assert site.client.get("/doc/rikki/page/2/image").status_code == 404


def test_a_file_that_was_changed_on_the_disk_is_not_drawn(site: PictureSite) -> None:
    sha256 = site.add("muuttunut", pdf("Ensimmäinen sivu.", f"{_TEXT} Ja enemmän."))
    path = site.originals.path(sha256)
    path.write_bytes(path.read_bytes().replace(b"%PDF-1.", b"%PDF-2."))
    assert "vahingoittunut" in site.note("muuttunut")
    assert site.client.get("/doc/muuttunut/page/2/image").status_code == 404


def test_an_encrypted_file_is_said(site: PictureSite) -> None:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("a", "b"))) as document:
        document.save(buffer, encryption=pikepdf.Encryption(owner="a", user="b"))
    site.add("salattu", buffer.getvalue())
    assert "salattu" in site.note("salattu")


def test_a_missing_file_is_said(site: PictureSite) -> None:
    sha256 = site.add("hukattu", pdf("Ensimmäinen sivu.", f"{_TEXT} Hukattu."))
    site.originals.remove(sha256)
    assert "ei ole tallessa" in site.note("hukattu")
    assert site.client.get("/doc/hukattu/page/2/image").status_code == 404


def test_too_many_drawings_at_once_are_said_and_leave_the_text(
    site: PictureSite, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    busy = BusyPictures(tmp_path, PageDrawer(), max_bytes=1)
    client = make_client(tmp_path, site.catalogue, vocabulary, site.originals, busy)
    crowded = PictureSite(client, site.catalogue, site.originals)
    assert "piirretään vielä" in crowded.note("kuvallinen")
    answer = client.get(_PICTURE)
    assert answer.status_code == 503
    assert re.fullmatch(r"\d+", answer.headers["Retry-After"])
    busy.close()


def test_a_site_without_room_for_pictures_shows_none(
    site: PictureSite, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    client = make_client(tmp_path, site.catalogue, vocabulary, site.originals, None)
    plain = PictureSite(client, site.catalogue, site.originals)
    assert plain.soup(f"/fi{_PAGE}").select_one("#picture") is None
    assert client.get(_PICTURE).status_code == 404
