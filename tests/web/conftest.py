"""A browser on the running site: Debian's Chromium, driven over loopback.

Where Chromium is missing the tests are skipped with that reason; with ``CI=true`` they fail.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, sync_playwright

from corpus.catalogue import Catalogue
from corpus.document import FieldValue, Origin, Original, Page
from corpus.originals import OriginalStore
from corpus.settings import Settings
from corpus.vocabulary import Vocabulary
from search_app.web import create_app
from tests.search_app.list_searcher import ListSearcher
from tests.web.serving import serving

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
_PUBLICATIONS = 34
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser that a module's tests share; each opens contexts of its own.

    Not one for the whole run: the driver keeps an event loop in the thread, in which no test of
    the crawler can start its own.
    """
    if not Path(CHROMIUM).exists():
        missing = f"Chromium is not installed at {CHROMIUM}"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as driver:
        try:
            opened = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        except Error as error:  # a browser that cannot start is a missing browser
            pytest.fail(f"Chromium does not start: {error.message}")
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return the website over a collection large enough for every part of the pages."""
    folder = tmp_path_factory.mktemp("web")
    vocabulary = Vocabulary.load(Path(__file__).parents[2] / "corpus" / "vocabulary.toml")
    originals = OriginalStore(folder / "originals")
    with Catalogue(folder / "catalogue.sqlite3") as catalogue:
        _fill(catalogue, originals, vocabulary)
        yield create_app(
            Settings(data=folder, rate_limit="off", organisation="Esimerkkiliitto"),
            searcher=ListSearcher(catalogue),
            catalogue=catalogue,
            vocabulary=vocabulary,
            originals=originals,
        )


@pytest.fixture(scope="session")
def site(app: Flask) -> Iterator[str]:
    """Serve the website; return its address."""
    with serving(app) as address:
        yield address


def _fill(catalogue: Catalogue, originals: OriginalStore, vocabulary: Vocabulary) -> None:
    """Keep publications that between them use every sector, theme, region and type."""
    sectors, themes, regions, types = (
        [concept.id for concept in vocabulary.concepts(scheme)]
        for scheme in ("sector", "theme", "region", "doctype")
    )
    sha256 = originals.add(_PDF)
    for number in range(_PUBLICATIONS):
        language = ("fi", "sv", "en")[number % 3]
        values: dict[str, str | int | tuple[str, ...]] = {
            "title": f"Metsäbiotalouden julkaisu numero {number} ja sen pitkähkö otsikko",
            "year": 2000 + number % 27,
            "language": language,
            "type": types[number % len(types)],
            "abstract": "Tiivistelmä kertoo, mitä julkaisussa on.",
            "authors": ("Aalto, Aino", "Berg, Bo"),
            "sectors": (sectors[number % len(sectors)], sectors[(number * 7) % len(sectors)]),
            "themes": (themes[number % len(themes)],),
            "regions": (regions[number % len(regions)],),
            "organisations": (f"Esimerkkiorganisaatio {number}",),
            "isbn": ("978-952-0000-00-2",),
        }
        catalogue.record(
            document_id=f"julkaisu-{number}",
            original=Original(sha256, "application/pdf", len(_PDF)) if number == 0 else None,
            values=[FieldValue(name, value, Origin.GIVEN) for name, value in values.items()],
            pages=[
                Page(page, f"Sivu {page} kertoo metsäbiotaloudesta.\n\nToinen kappale, {number}.")
                for page in range(1, 5)
            ],
            actor="test",
        )
