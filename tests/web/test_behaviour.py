"""The script does what a page load would do, and everything works without it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

pytestmark = pytest.mark.slow

WIDE = ViewportSize(width=1280, height=900)
NARROW = ViewportSize(width=320, height=700)


@pytest.fixture
def page(browser: Browser) -> Page:
    """Return a tab at a desk's width that is closed with its context."""
    return browser.new_context(viewport=WIDE).new_page()


@pytest.fixture(autouse=True)
def _close_contexts(browser: Browser) -> Iterator[None]:
    yield
    for context in browser.contexts:
        context.close()


def context_without_script(browser: Browser) -> BrowserContext:
    return browser.new_context(viewport=WIDE, java_script_enabled=False)


def test_a_live_filter_changes_address_count_and_keeps_focus(page: Page, site: str) -> None:
    page.goto(f"{site}/fi/search?q=kertoo")
    expect(page.locator("#count")).to_contain_text("34 hakutulosta")
    page.check("#theme-koulutus")
    expect(page).to_have_url(re.compile(r"\?q=kertoo&theme=koulutus$"))
    expect(page.locator("#count")).to_contain_text("5 hakutulosta")
    expect(page.locator("#theme-koulutus")).to_be_focused()
    expect(page.locator("#status")).to_have_text("5 hakutulosta")
    expect(page.locator(".chips")).to_contain_text("Koulutus")
    assert page.get_attribute(".languages a[lang=sv]", "href") == (
        "/sv/search?q=kertoo&theme=koulutus"
    )


def test_back_and_forward_restore_filters_and_results(page: Page, site: str) -> None:
    page.goto(f"{site}/fi/search?q=kertoo")
    page.check("#theme-koulutus")
    expect(page.locator("#count")).to_contain_text("5 hakutulosta")
    page.go_back()
    expect(page.locator("#count")).to_contain_text("34 hakutulosta")
    expect(page.locator("#theme-koulutus")).not_to_be_checked()
    page.go_forward()
    expect(page.locator("#count")).to_contain_text("5 hakutulosta")
    expect(page.locator("#theme-koulutus")).to_be_checked()


def test_back_from_a_publication_returns_to_the_results(page: Page, site: str) -> None:
    page.goto(f"{site}/fi/search?q=kertoo")
    page.check("#theme-koulutus")
    expect(page.locator("#count")).to_contain_text("5 hakutulosta")
    page.click("ol.hits h3 a >> nth=0")
    expect(page).to_have_url(re.compile("/doc/"))
    page.go_back()
    expect(page.locator("#count")).to_contain_text("5 hakutulosta")


def test_the_order_is_live_and_a_failed_request_loads_the_page(page: Page, site: str) -> None:
    page.goto(f"{site}/fi/search?q=kertoo")
    page.select_option("#sort", "oldest")
    expect(page).to_have_url(re.compile("sort=oldest"))
    expect(page.locator("ol.hits .meta >> nth=0")).to_contain_text("2000")
    page.route("**/search?*", lambda route: route.abort(), times=1)
    page.check("#theme-koulutus")
    expect(page.locator("#count")).to_contain_text("5 hakutulosta")


def test_suggestions_are_worked_by_keyboard(page: Page, site: str) -> None:
    page.goto(f"{site}/fi/")
    box = page.locator("#q")
    box.press_sequentially("me")
    options = page.locator("[role=option]")
    expect(options).to_have_count(6)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#q-status")).to_have_text("6 hakuehdotusta. Selaa nuolinäppäimillä.")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "q-0")
    expect(options.first).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(page.locator("#q-list")).to_be_hidden()
    expect(box).to_have_value("me")
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=mets%C3%A4biotalouden$"))


def test_suggestions_stand_in_named_groups_and_lead_where_they_say(page: Page, site: str) -> None:
    page.goto(f"{site}/sv/")
    box = page.locator("#q")
    box.press_sequentially("me")
    groups = page.locator("#q-list").get_by_role("group")
    expect(groups).to_have_count(3)
    for place, name in enumerate(["Sökningar", "Ämnen", "Publikationer"]):
        expect(groups.nth(place)).to_have_accessible_name(name)
    expect(groups.nth(2).get_by_role("option").first).to_have_attribute("lang", "fi")
    box.press("ArrowUp")  # from the box to the last option
    expect(box).to_have_attribute("aria-activedescendant", "q-5")
    box.press("ArrowDown")  # and round to the first
    expect(box).to_have_attribute("aria-activedescendant", "q-0")
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/sv/search\?sector=me"))
    page.go_back()
    box.press_sequentially("me")
    groups.nth(2).get_by_role("option").first.click()
    expect(page).to_have_url(re.compile("/sv/doc/julkaisu-"))


def test_enter_searches_what_is_typed_and_tab_leaves(page: Page, site: str) -> None:
    page.goto(f"{site}/fi/")
    box = page.locator("#q")
    box.press_sequentially("me")
    expect(page.locator("[role=option]")).to_have_count(6)
    box.press("Tab")
    expect(page.locator("#q-list")).to_be_hidden()
    expect(page.locator("form .primary")).to_be_focused()
    box.focus()
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=me$"))


def test_the_first_tab_stop_skips_to_the_content(page: Page, site: str) -> None:
    page.goto(f"{site}/fi/search?q=kertoo")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_drawer_opens_closes_and_waits_for_its_button(browser: Browser, site: str) -> None:
    page = browser.new_context(viewport=NARROW).new_page()
    page.goto(f"{site}/fi/search?q=kertoo")
    expect(page.locator("#filters")).to_be_hidden()
    page.click("#open-filters")
    expect(page.locator("#filters")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator("#open-filters")).to_be_focused()
    page.click("#open-filters")
    page.check("#theme-koulutus")
    expect(page).to_have_url(re.compile(r"\?q=kertoo$"))
    page.click("#filters .apply")
    expect(page).to_have_url(re.compile("theme=koulutus"))
    expect(page.locator("#open-filters")).to_have_text("Rajaa hakua (1)")


def test_empty_fields_stay_out_of_the_address(page: Page, site: str) -> None:
    page.goto(f"{site}/fi/search")
    page.fill("#q", "kertoo")
    page.click("form .primary >> nth=0")
    expect(page).to_have_url(re.compile(r"/fi/search\?q=kertoo$"))


def test_everything_works_without_a_script(browser: Browser, site: str) -> None:
    page = context_without_script(browser).new_page()
    page.goto(f"{site}/fi/")
    page.fill("#q", "kertoo")
    page.click("form .primary")
    expect(page.locator("#count")).to_contain_text("34 hakutulosta")
    page.check("#theme-koulutus")
    page.click(".apply")
    expect(page.locator("#count")).to_contain_text("5 hakutulosta")
    page.click(".pages a >> nth=0")
    expect(page.locator("mark#m")).to_have_text("kertoo")
    page.click("text=Seuraava osuma")
    expect(page.locator("h1")).to_contain_text("sivu 2/4")
    page.click("text=Julkaisun tiedot")
    expect(page.locator("dl")).to_contain_text("978-952-0000-00-2")


def test_nothing_is_stored_and_no_other_host_is_asked(page: Page, site: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in ("", "search?q=kertoo", "doc/julkaisu-0?q=kertoo", "browse"):
        page.goto(f"{site}/fi/{path}")
    assert all(url.startswith((site, "data:")) for url in asked)
    assert page.context.cookies() == []
    stored = page.evaluate("localStorage.length + sessionStorage.length")
    assert stored == 0
    assert complaints == []


def test_nothing_moves_while_a_page_loads(page: Page, site: str) -> None:
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "e => window.shift += e.value)).observe({type: 'layout-shift', buffered: true});"
    )
    for path in ("", "search?q=kertoo", "doc/julkaisu-0"):
        page.goto(f"{site}/fi/{path}", wait_until="networkidle")
        assert page.evaluate("window.shift") <= 0.02


def test_a_first_view_is_small(browser: Browser, site: str) -> None:
    page = browser.new_context(viewport=WIDE).new_page()
    sizes: list[int] = []
    page.on(
        "requestfinished",
        lambda request: sizes.append(request.sizes()["responseBodySize"]),
    )
    page.goto(f"{site}/fi/search?q=kertoo", wait_until="networkidle")
    assert len(sizes) <= 4
    assert sum(sizes) <= 30_000


def test_print_shows_results_with_addresses_on_white(browser: Browser, site: str) -> None:
    page = browser.new_context(viewport=WIDE, color_scheme="dark").new_page()
    page.goto(f"{site}/fi/search?q=kertoo")
    page.emulate_media(media="print")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator(".searchbox")).to_be_hidden()
    for selector in ("body", ".brand"):
        color = page.evaluate("s => getComputedStyle(document.querySelector(s)).color", selector)
        assert max(int(part) for part in re.findall(r"\d+", color)[:3]) < 60
    address = page.evaluate(
        "getComputedStyle(document.querySelector('.hits h3 a'), '::after').content"
    )
    assert "/fi/doc/" in address
