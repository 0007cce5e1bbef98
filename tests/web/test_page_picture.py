"""The picture beside the text in a real browser: it lies under its boxes, and moves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from corpus.catalogue import Catalogue
from corpus.document import FieldValue, Origin, Original
from corpus.document import Page as TextPage
from corpus.originals import OriginalStore
from corpus.settings import Settings
from corpus.vocabulary import Vocabulary
from indexer.extract import PageDrawer
from indexer.pictures import PagePictures
from search_app.web import create_app
from tests.search_app.list_searcher import ListSearcher
from tests.web.looking import broken_rules, window
from tests.web.serving import serving

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).parents[2]
_FILE = _ROOT / "corpus" / "sample" / "site" / "tiedostot" / "metsabiotalouden-tilannekuva.pdf"
_PAGES = ("doc/tilannekuva/page/7?q=metsäbiotalou", "doc/rikki/page/7?q=metsäbiotalou")
_LONG = "https://www.example.org/" + "pitka-osoite-ilman-valeja-" * 6
_TEXT = f"Metsäbiotalous on mukana. Katso {_LONG}.\n\nKuinka paljon metsäbiotalouden yrityksiä on?"
_SHIFTS = (
    "new PerformanceObserver(list => list.getEntries().forEach(entry =>"
    " { window.moved = (window.moved || 0) + entry.value }))"
    ".observe({type: 'layout-shift', buffered: true})"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a publication whose seventh page is drawn already, and one that is damaged."""
    folder = tmp_path_factory.mktemp("picture")
    originals = OriginalStore(folder / "originals")
    pictures = PagePictures(folder / "pages", PageDrawer(), max_bytes=10_000_000)
    with Catalogue(folder / "catalogue.sqlite3") as catalogue:
        for document_id, data in (("tilannekuva", _FILE.read_bytes()), ("rikki", b"%PDF-1.4")):
            sha256 = originals.add(data)
            catalogue.record(
                document_id=document_id,
                original=Original(sha256, "application/pdf", len(data)),
                values=[
                    FieldValue("title", "Tilannekuva", Origin.GIVEN),
                    FieldValue("language", "fi", Origin.GIVEN),
                ],
                pages=[TextPage(number, _TEXT) for number in range(1, 9)],
                actor="test",
            )
            if document_id == "tilannekuva":
                pictures.picture(originals.path(sha256), sha256, 7, wait_s=60)
        app = create_app(
            Settings(data=folder, rate_limit="off"),
            searcher=ListSearcher(catalogue),
            catalogue=catalogue,
            vocabulary=Vocabulary.load(_ROOT / "corpus" / "vocabulary.toml"),
            originals=originals,
            pictures=pictures,
        )
        with serving(app) as address:
            yield address
    pictures.close()


def loaded(page: Page) -> None:
    """Wait until the picture is there."""
    image = page.locator(".sheet img")
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("complete", value=True)
    expect(image).to_have_js_property("naturalWidth", 1000)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_no_rule_is_broken_with_a_picture_or_without(
    browser: Browser, site: str, language: str, scheme: str, width: int
) -> None:
    context = window(browser, width=width, scheme=scheme)
    page = context.new_page()
    broken: list[str] = []
    for path in _PAGES:
        page.goto(f"{site}/{language}/{path}")
        broken += broken_rules(page, path)
    context.close()
    assert broken == []


@pytest.mark.parametrize("width", [1280, 320])
def test_boxes_lie_over_the_picture_and_nothing_moves(
    browser: Browser, site: str, width: int
) -> None:
    context = browser.new_context(viewport=ViewportSize(width=width, height=900))
    context.add_init_script(_SHIFTS)
    page = context.new_page()
    failed: list[str] = []
    page.on("console", lambda message: failed.append(message.text))
    page.goto(f"{site}/fi/{_PAGES[0]}")
    loaded(page)
    image, overlay = page.locator(".sheet img"), page.locator(".sheet svg")
    assert image.bounding_box() == overlay.bounding_box()
    text, picture = page.locator("article").bounding_box(), image.bounding_box()
    assert text is not None
    assert picture is not None
    if width > 1000:
        assert picture["x"] > text["x"] + text["width"]
    else:
        assert picture["y"] > text["y"] + text["height"]
    assert page.locator(".sheet rect").count() == 2
    assert page.evaluate("window.moved || 0") <= 0.02
    assert failed == []
    context.close()


def test_boxes_are_hidden_without_a_script(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/fi/{_PAGES[0]}")
    expect(page.locator(".sheet svg")).to_be_visible()
    page.get_by_label("Kehystä osumat").uncheck()
    expect(page.locator(".sheet svg")).to_be_hidden()
    expect(page.locator(".sheet img")).to_be_visible()
    context.close()
