"""The website over a real catalogue, real originals and a searcher that reads a plain list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corpus.catalogue import Catalogue
from corpus.document import FieldValue, Origin, Original, Page
from corpus.originals import OriginalStore
from corpus.settings import Settings
from corpus.vocabulary import Vocabulary
from search_app.web import create_app
from tests.search_app.list_searcher import ListSearcher
from tests.search_app.staff_site import StaffSite

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HTML = b"<!doctype html><script>alert(1)</script>"
RECORDS: tuple[dict[str, object], ...] = (
    {
        "id": "fotoniikka-2019",
        "title": "Fotoniikan tiekartta",
        "year": 2019,
        "type": "selvitys",
        "language": "fi",
        "sectors": ("fotoniikka",),
        "themes": ("digitaalisuus",),
        "regions": ("pohjois-karjala",),
        "authors": ("Aalto, Aino", "Berg, Bo"),
        "isbn": ("978-952-0000-00-2",),
        "url": "https://example.org/fotoniikka.pdf",
    },
    {
        "id": "metsa-2021",
        "title": "Metsäbiotalouden katsaus",
        "year": 2021,
        "type": "hankeraportti",
        "language": "fi",
        "sectors": ("metsabiotalous",),
        "themes": ("kansainvalisyys",),
        "regions": ("kainuu",),
    },
    {
        "id": "skog-2023",
        "title": "Skogens bioekonomi",
        "year": 2023,
        "type": "selvitys",
        "language": "sv",
        "sectors": ("metsabiotalous",),
        "regions": ("keski-pohjanmaa",),
        "url": "javascript:alert(1)",
    },
    {
        "id": "hostile",
        "title": '<b onmouseover="x">&amp; "otsikko"',
        "year": 2020,
        "language": "en",
        "abstract": "</dd><script>alert(1)</script>",
        "authors": ("<i>A</i>",),
    },
)
PAGES = (
    Page(1, "Ensimmäinen sivu kertoo alueesta."),
    Page(2, "Toisella sivulla fotoniikka <script>alert(1)</script> kasvaa.\n\nUusi kappale."),
    Page(3, "Kolmannella sivulla fotoniikka ja metsäbiotalous kohtaavat.", label="iii"),
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data directory that the tests of a run share."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="session")
def originals(folder: Path) -> OriginalStore:
    """Return a store of originals."""
    return OriginalStore(folder / "originals")


@pytest.fixture(scope="session")
def catalogue(folder: Path, originals: OriginalStore) -> Iterator[Catalogue]:
    """Return a catalogue of four publications; the first two have originals (PDF, HTML).

    Tests may add publications that are not searchable: they change no count.
    """
    with Catalogue(folder / "catalogue.sqlite3") as opened:
        for record in RECORDS:
            opened.record(
                document_id=str(record["id"]),
                original=_original(originals, str(record["id"])),
                values=values_of(record),
                pages=PAGES,
                actor="test",
            )
        yield opened


def values_of(record: dict[str, object]) -> list[FieldValue]:
    """Return a record's fields as values that were given."""
    return [
        FieldValue(name, value, Origin.GIVEN)  # type: ignore[arg-type]
        for name, value in record.items()
        if name != "id"
    ]


def _original(originals: OriginalStore, document_id: str) -> Original | None:
    kinds = {"fotoniikka-2019": (PDF, "application/pdf"), "metsa-2021": (HTML, "text/html")}
    if document_id not in kinds:
        return None
    data, media_type = kinds[document_id]
    return Original(originals.add(data), media_type, len(data), "a/../name.pdf")


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """Return the vocabulary that ships with the product."""
    return Vocabulary.load(Path(__file__).parents[2] / "corpus" / "vocabulary.toml")


@pytest.fixture(scope="session")
def shared_searcher(catalogue: Catalogue) -> ListSearcher:
    """Return the searcher of the shared site; tests ask for ``searcher``."""
    return ListSearcher(catalogue)


@pytest.fixture
def searcher(shared_searcher: ListSearcher) -> ListSearcher:
    """Return the searcher with a generation of its own, so that nothing is kept between tests."""
    shared_searcher.reset()
    return shared_searcher


@pytest.fixture(scope="session")
def settings(folder: Path) -> Settings:
    """Return settings without a rate limit."""
    return Settings(data=folder, rate_limit="off", contact_email="kirjasto@example.org")


@pytest.fixture(scope="session")
def make_app(
    shared_searcher: ListSearcher,
    catalogue: Catalogue,
    vocabulary: Vocabulary,
    originals: OriginalStore,
) -> Callable[[Settings], Flask]:
    """Return a function that makes the website with other settings."""

    def make(settings: Settings) -> Flask:
        return create_app(
            settings,
            searcher=shared_searcher,
            catalogue=catalogue,
            vocabulary=vocabulary,
            originals=originals,
            backend="rules",
        )

    return make


@pytest.fixture(scope="session")
def app(make_app: Callable[[Settings], Flask], settings: Settings) -> Flask:
    """Return the website."""
    return make_app(settings)


@pytest.fixture
def client(app: Flask, searcher: ListSearcher) -> FlaskClient:  # noqa: ARG001 - resets the searcher
    """Return a client of the website."""
    return app.test_client()


@pytest.fixture
def staff_site(
    tmp_path: Path, vocabulary: Vocabulary, originals: OriginalStore
) -> Iterator[StaffSite]:
    """Return a site of its own with an account in each role, all with the same password."""
    with Catalogue(tmp_path / "catalogue.sqlite3") as catalogue:
        app = create_app(
            Settings(data=tmp_path, rate_limit="off"),
            searcher=ListSearcher(catalogue),
            catalogue=catalogue,
            vocabulary=vocabulary,
            originals=originals,
            backend="rules",
        )
        yield StaffSite(app, catalogue, tmp_path)
