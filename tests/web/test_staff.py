"""The staff's pages in a browser: no rule of axe broken, everything done by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from corpus.accounts import Accounts, Role
from corpus.catalogue import Catalogue
from corpus.crawls import CrawlStore, Decision, Outcome, QueuedAddress
from corpus.document import FieldValue, Origin, Original, Status
from corpus.document import Page as Text
from corpus.originals import OriginalStore
from corpus.passwords import Cost
from corpus.settings import Settings
from corpus.vocabulary import Vocabulary
from search_app.condition import Analysis, Condition, Fault
from search_app.web import create_app
from tests.search_app.list_searcher import ListSearcher
from tests.web.looking import broken_rules, window
from tests.web.serving import serving

pytestmark = pytest.mark.slow

PASSWORD = "kirahvi ja norsu"  # noqa: S105 - of the tests
NEW = "norsu ja kirahvi"
CHEAP = Cost(n=16, r=8, p=1)
LANGUAGES = ("fi", "sv", "en")


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a site that has something to show and to warn of; return its address."""
    folder = tmp_path_factory.mktemp("staff")
    with Catalogue(folder / "catalogue.sqlite3") as catalogue:
        _fill(catalogue)
        app = create_app(
            Settings(data=folder, rate_limit="off", organisation="Esimerkkiliitto"),
            searcher=ListSearcher(catalogue),
            catalogue=catalogue,
            vocabulary=Vocabulary.load(Path(__file__).parents[2] / "corpus" / "vocabulary.toml"),
            originals=OriginalStore(folder / "originals"),
            condition=lambda: Condition(
                "tantivy", "pip", Analysis("pyvoikko-0.6", "rules-3", "abc"), fault=Fault.MISSING
            ),
        )
        with serving(app) as address:
            yield address


def _fill(catalogue: Catalogue) -> None:
    accounts = Accounts(catalogue.database, cost=CHEAP)
    for language in LANGUAGES:
        accounts.add(language, Role.ADMIN, PASSWORD, actor="test", language=language)
    accounts.add("first", Role.EDITOR, PASSWORD, actor="test", language="en", one_time=True)
    catalogue.record(document_id="a", pages=[Text(1, "Tekstiä.")], actor="test")
    for number in range(3):
        sha256 = f"{number:064x}"
        title = FieldValue("title", f"Metsäbiotaloudensuunnittelujulkaisu {number}", Origin.GIVEN)
        original = Original(sha256, "application/pdf", 10)
        catalogue.record(document_id=f"f{number}", original=original, values=[title], actor="test")
        catalogue.store_extraction(
            f"f{number}",
            sha256=sha256,
            extractor="pdf/1",
            status=Status.FAILED,
            reason="the file is encrypted",
        )
    crawls = CrawlStore(catalogue.database)
    run = crawls.begin("smec", at=datetime.now(UTC)).id
    crawls.enqueue(run, [QueuedAddress("https://example.org/", "example.org")])
    crawls.settle(run, Decision("https://example.org/", Outcome.NEW))


def log_in(page: Page, address: str, name: str) -> None:
    """Log in as somebody."""
    page.goto(f"{address}/staff/login?ui=en")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click(".primary")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_of_the_staff_breaks_a_rule(
    browser: Browser, staff: str, language: str, scheme: str, width: int
) -> None:
    opened = window(browser, width=width, scheme=scheme)
    page = opened.new_page()
    page.goto(f"{staff}/staff/login?ui={language}&note=logged_out")
    broken = broken_rules(page, "log-in")
    log_in(page, staff, language)
    expect(page.locator("html")).to_have_attribute("lang", language)
    broken += broken_rules(page, "dashboard")
    page.goto(f"{staff}/staff/account?note=language_changed")
    broken += broken_rules(page, "account")
    page.fill("#current", "x" * 12)
    page.fill("#new", "short")
    page.fill("#again", "short")
    page.click("form[action$=password] .primary")
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    broken += broken_rules(page, "wrong password")
    page.goto(f"{staff}/staff/logout")
    broken += broken_rules(page, "refused")
    opened.close()
    assert broken == []


def test_a_refused_log_in_breaks_no_rule(browser: Browser, staff: str) -> None:
    opened = window(browser, width=320)
    page = opened.new_page()
    log_in(page, staff, "nobody")
    expect(page.get_by_role("alert")).to_be_visible()
    broken = broken_rules(page, "wrong")
    opened.close()
    assert broken == []


def test_a_first_log_in_goes_by_keyboard_alone(browser: Browser, staff: str) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{staff}/staff/?ui=en")
    expect(page).to_have_url(re.compile(r"/staff/login\?next="))
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type("first")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/staff/account$"))
    page.locator("#main").focus()
    for text in (PASSWORD, NEW, NEW):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("has been changed")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("nav a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Overview")
    page.locator("header nav a").last.focus()
    page.keyboard.press("Tab")
    expect(page.locator(".log-out button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("logged out")


def test_the_cookie_is_out_of_reach_and_public_pages_have_none(
    browser: Browser, staff: str
) -> None:
    opened = browser.new_context()
    page = opened.new_page()
    log_in(page, staff, "en")
    expect(page.locator("h1")).to_have_text("Overview")
    assert page.evaluate("document.cookie") == ""
    (cookie,) = opened.cookies()
    assert (cookie["path"], cookie["httpOnly"], cookie["sameSite"]) == ("/staff", True, "Lax")
    assert opened.cookies(f"{staff}/en/") == []
    page.goto(f"{staff}/en/search?q=x")
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == [
        "",
        0,
        0,
    ]


def test_going_back_after_the_log_out_shows_nothing(browser: Browser, staff: str) -> None:
    page = browser.new_context().new_page()
    log_in(page, staff, "en")
    expect(page.locator(".panel").first).to_be_visible()
    page.click(".log-out button")
    expect(page.get_by_role("status")).to_contain_text("logged out")
    page.go_back()
    expect(page.locator("#name")).to_be_visible()
    expect(page.locator(".panel")).to_have_count(0)


@pytest.mark.parametrize("address", ["/staff/account", "/staff/"])
def test_text_of_twice_the_size_stays_within_the_window(
    browser: Browser, staff: str, address: str
) -> None:
    opened = window(browser, width=640)
    page = opened.new_page()
    log_in(page, staff, "fi")
    page.goto(f"{staff}{address}")
    page.add_style_tag(content="html{font-size:200%!important}")
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    opened.close()
    assert overflow <= 0
