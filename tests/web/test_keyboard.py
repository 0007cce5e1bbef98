"""The site by keyboard alone: the order of stops, visible focus, a whole search without a mouse."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

pytestmark = pytest.mark.slow

STOPS = 400
FOCUSED = """() => {
    const e = document.activeElement, box = e.getBoundingClientRect();
    const all = [...document.querySelectorAll("*")];
    const style = getComputedStyle(e);
    return {place: all.indexOf(e), name: e.outerHTML.slice(0, 100), body: e === document.body,
        outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        seen: box.width > 1 && box.bottom > 0 && box.top < innerHeight && box.left >= 0};
}"""


@pytest.fixture(params=[1280, 320])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """Return a tab at a desk's and at a telephone's width."""
    context = browser.new_context(viewport=ViewportSize(width=request.param, height=800))
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "search?q=kertoo&theme=koulutus",
        "doc/julkaisu-0?q=kertoo",
        "doc/julkaisu-0/page/2?q=kertoo",
    ],
    ids=["home", "results", "document", "page"],
)
def test_stops_follow_the_page_and_show_where_they_are(page: Page, site: str, path: str) -> None:
    page.goto(f"{site}/fi/{path}")
    last, stops = -1, 0
    while stops < STOPS:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["body"] or stop["place"] <= last:
            break
        assert stop["outlined"], stop["name"]
        assert stop["seen"], stop["name"]
        last, stops = stop["place"], stops + 1
    footer = page.evaluate(
        "[...document.querySelectorAll('*')].indexOf(document.querySelector('footer'))"
    )
    assert stops > 15
    assert last > footer, "the walk ends in the footer, not before it"


def test_a_search_is_made_narrowed_and_read_by_keyboard(browser: Browser, site: str) -> None:
    page = browser.new_context(viewport=ViewportSize(width=1280, height=800)).new_page()
    page.goto(f"{site}/fi/")
    press(page, "Tab", until="#q")
    page.keyboard.type("kertoo")
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_contain_text("34 hakutulosta")
    press(page, "Tab", until="#theme-koulutus")
    page.keyboard.press("Space")
    expect(page.locator("#count")).to_contain_text("5 hakutulosta")
    expect(page.locator("#theme-koulutus")).to_be_focused()
    press(page, "Tab", until=".pages a")
    page.keyboard.press("Enter")
    expect(page.locator("mark#m")).to_have_text("kertoo")
    page.go_back()  # Alt+Left is of a window, which the driven browser lacks
    expect(page).to_have_url(re.compile(r"\?q=kertoo&theme=koulutus$"))
    expect(page.locator("#count")).to_contain_text("5 hakutulosta")
    press(page, "Tab", until=".chips a")
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_contain_text("34 hakutulosta")
    page.context.close()


def test_the_drawer_keeps_the_keyboard_and_gives_it_back(browser: Browser, site: str) -> None:
    page = browser.new_context(viewport=ViewportSize(width=320, height=700)).new_page()
    page.goto(f"{site}/fi/search?q=kertoo")
    press(page, "Tab", until="#open-filters")
    page.keyboard.press("Enter")
    expect(page.locator("#filters")).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#filters') !== null")
    press(page, "Tab", until="#theme-koulutus")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator("#open-filters")).to_be_focused()
    page.keyboard.press("Enter")
    press(page, "Tab", until="#filters .apply")
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_contain_text("5 hakutulosta")
    page.context.close()


def test_no_single_letter_does_anything(browser: Browser, site: str) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{site}/fi/search?q=kertoo")
    before = page.evaluate("[location.href, scrollY, document.body.innerHTML].join()")
    for key in "abcdefghijklmnopqrstuvwxyz/?.0123456789":
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement === document.body")
    assert page.evaluate("[location.href, scrollY, document.body.innerHTML].join()") == before
    page.context.close()


def press(page: Page, key: str, *, until: str) -> None:
    """Press a key until an element has the focus."""
    for _ in range(STOPS):
        page.keyboard.press(key)
        if page.evaluate("s => document.activeElement.matches(s)", until):
            return
    pytest.fail(f"no stop at {until}")
