"""A visitor's way from the front page to a page of a PDF and back, over the sample's real index.

Every station is kept as a picture: in the folder that ``PICTURES`` names, which may
be kept with the run, else in the run's own temporary folder, whose place pytest prints.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.web.sample import served_sample

pytestmark = pytest.mark.slow

DESK = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)
QUERY = "biotaloudesta"
REPORT = "Metsäbiotalouden tilannekuva 2021"
STATIONS = ("home", "suggestions", "results", "drawer", "filtered", "page", "document", "back")

Keep = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the sample over its real index; return the address."""
    with served_sample(tmp_path_factory.mktemp("journey")) as url:
        yield url


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the pictures are kept in."""
    named = os.environ.get("PICTURES")
    folder = Path(named) if named else tmp_path_factory.mktemp("pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(params=["desktop", "phone", "dark"])
def visit(
    request: pytest.FixtureRequest, browser: Browser, album: Path
) -> Iterator[tuple[BrowserContext, Keep]]:
    """Return a visitor's browser and how to keep what he sees."""
    name = request.param
    context = browser.new_context(
        viewport=PHONE if name == "phone" else DESK,
        color_scheme="dark" if name == "dark" else "light",
        has_touch=name == "phone",
        is_mobile=name == "phone",
    )

    def keep(page: Page, station: str) -> None:
        number = STATIONS.index(station) + 1
        page.screenshot(path=album / f"{name}-{number}-{station}.png")

    context.set_default_timeout(15_000)
    yield context, keep
    context.close()


def test_a_visitor_goes_from_a_word_to_the_page_of_a_pdf_and_back(
    visit: tuple[BrowserContext, Keep], sample: str
) -> None:
    context, keep = visit
    page = context.new_page()
    page.goto(f"{sample}/fi/")
    expect(page.locator(".counts")).to_contain_text("96 julkaisua")
    keep(page, "home")
    page.locator("#q").press_sequentially("metsä")
    expect(page.locator("[role=option]").first).to_be_visible()
    keep(page, "suggestions")
    page.fill("#q", QUERY)
    page.press("#q", "Enter")
    found = page.locator(".hits > li")
    expect(page.locator("#count")).to_contain_text("6 hakutulosta")
    expect(found.filter(has_text="Osuma: Metsäbiotalouden → Metsä + biotalou")).not_to_have_count(0)
    keep(page, "results")
    narrow_to(page, "sector-metsatiedon-hallinta", keep)
    expect(page.locator(".chips")).to_contain_text("Metsätiedon hallinta")
    expect(page).to_have_url(re.compile(r"\?q=biotaloudesta&sector=metsatiedon-hallinta$"))
    keep(page, "filtered")
    results = page.url
    report = found.filter(has_text=REPORT).filter(has_text="PDF, 56 s.")
    report.locator(".pages a").filter(has_text="s. 9").first.click()
    expect(page.locator("h1")).to_contain_text(REPORT)
    expect(page.locator("mark#m")).to_have_text(re.compile("^[Mm]etsäbiotalou"))
    expect(page.locator("mark#m")).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")
    keep(page, "page")
    assert_the_pdf_opens_at(page, 9)
    page.click("text=Julkaisun tiedot")
    expect(page.locator("dl").first).to_contain_text("Metsätiedon hallinta")
    keep(page, "document")
    page.go_back()
    page.go_back()
    expect(page).to_have_url(results)
    expect(page.locator("#sector-metsatiedon-hallinta")).to_be_checked()
    keep(page, "back")


def narrow_to(page: Page, element: str, keep: Keep) -> None:
    """Tick a filter, in the drawer where there is one."""
    drawer = page.locator("#open-filters")
    if drawer.is_visible():
        drawer.tap()
        page.locator(f"#{element}").tap()
        keep(page, "drawer")
        page.locator("#filters .apply").tap()
    else:
        page.check(f"#{element}")


def assert_the_pdf_opens_at(page: Page, number: int) -> None:
    """Follow the link to the original as far as a browser without a PDF viewer does."""
    link = page.get_by_role("link", name=f"Avaa PDF sivulta {number}")
    address = link.get_attribute("href") or ""
    assert address.endswith(f"/file#page={number}")
    answer = page.request.get(link.evaluate("link => link.href"))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline")
    assert answer.body().startswith(b"%PDF-")
