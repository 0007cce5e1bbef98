"""The pages under other conditions: narrow, enlarged, forced colours, less motion, on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

pytestmark = pytest.mark.slow

DESK = ViewportSize(width=1280, height=900)
PATHS = (
    "",
    "search?q=mets%C3%A4biotalouden&theme=koulutus",
    "search?q=olematonsana",
    "facet/organisation",
    "doc/julkaisu-0?q=kertoo",
    "doc/julkaisu-0/page/2?q=kertoo",
    "browse",
    "help",
    "accessibility",
    "puuttuu",
)
LONG = "Kaivannaisteollisuusprosessointiosaamiskeskittymäkehittämishanketoimintasuunnitelma"
TOO_WIDE = """() => [...document.querySelectorAll("main *, header *, footer *")]
    .filter(e => !e.closest(".vh, .scroll, svg, [popover]"))
    .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture(autouse=True)
def _close_contexts(browser: Browser) -> Iterator[None]:
    yield
    for context in browser.contexts:
        context.close()


def zoomed(browser: Browser, percent: int) -> Page:
    """Return a tab of a screen of 1280 × 1024 that is enlarged as a browser's zoom does it."""
    factor = percent / 100
    size = ViewportSize(width=round(1280 / factor), height=round(1024 / factor))
    return browser.new_context(viewport=size, device_scale_factor=factor).new_page()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("percent", [200, 400])
def test_enlarged_pages_scroll_in_one_direction(
    browser: Browser, site: str, percent: int, language: str
) -> None:
    page = zoomed(browser, percent)
    for path in PATHS:
        page.goto(f"{site}/{language}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate(TOO_WIDE) == [], path


def test_at_400_percent_a_search_is_narrowed_in_the_drawer(browser: Browser, site: str) -> None:
    page = zoomed(browser, 400)
    page.goto(f"{site}/fi/")
    page.fill("#q", "kertoo")
    page.click("form .primary")
    page.click("#open-filters")
    apply = page.locator("#filters .apply")
    expect(apply).to_be_in_viewport(ratio=1)
    page.check("#theme-koulutus")
    expect(page.locator("#theme-koulutus")).to_be_in_viewport(ratio=1)
    expect(apply).to_be_in_viewport(ratio=1)
    apply.click()
    expect(page.locator("#count")).to_contain_text("5 hakutulosta")


def test_a_word_longer_than_a_telephone_is_broken(browser: Browser, site: str) -> None:
    page = browser.new_context(viewport=ViewportSize(width=320, height=700)).new_page()
    for path in (f"search?q={LONG}", f"doc/julkaisu-0/page/2?q={LONG}", f"facet/theme?find={LONG}"):
        page.goto(f"{site}/fi/{path}")
        assert LONG in page.content()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert page.evaluate(TOO_WIDE) == [], path


def test_text_twice_as_large_stays_whole(browser: Browser, site: str) -> None:
    page = browser.new_context(viewport=DESK, bypass_csp=True).new_page()  # for the style alone
    for path in PATHS:
        page.goto(f"{site}/fi/{path}")
        page.add_style_tag(content="html{font-size:200%!important}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_what_a_telephone_shows_works_without_a_script(browser: Browser, site: str) -> None:
    size = ViewportSize(width=320, height=700)
    page = browser.new_context(viewport=size, java_script_enabled=False).new_page()
    page.goto(f"{site}/fi/search?q=kertoo")
    page.click("#open-filters")
    page.check("#theme-koulutus")
    page.click("#filters .apply")
    expect(page.locator("#count")).to_contain_text("5 hakutulosta")
    page.click("#open-filters")
    page.click("#filters .fhead button")
    expect(page.locator("#filters")).to_be_hidden()
    page.click(".chips a >> nth=0")
    expect(page.locator("#count")).to_contain_text("34 hakutulosta")


def test_forced_colours_leave_marks_choices_and_the_chart_visible(
    browser: Browser, site: str
) -> None:
    page = browser.new_context(viewport=DESK, forced_colors="active").new_page()
    page.goto(f"{site}/fi/search?q=mets%C3%A4biotalouden")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    outline = "s => getComputedStyle(document.querySelector(s)).outlineStyle"
    assert page.evaluate(outline, "mark") != "none"
    assert page.evaluate(
        """() => getComputedStyle(document.querySelector(".years rect:not(.hit-area)")).fill
            !== getComputedStyle(document.body).backgroundColor"""
    )
    page.locator("#q").fill("")
    page.locator("#q").press_sequentially("me")
    expect(page.locator("[role=option]").first).to_be_visible()
    page.press("#q", "ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    assert chosen.evaluate("option => getComputedStyle(option).outlineStyle") != "none"
    assert page.evaluate(outline, "#q") != "none"


def test_nothing_moves_by_itself_where_less_motion_is_wanted(browser: Browser, site: str) -> None:
    page = browser.new_context(viewport=DESK, reduced_motion="reduce").new_page()
    moving = """() => [...document.querySelectorAll("*")].filter(e => {
        const style = getComputedStyle(e);
        return style.scrollBehavior === "smooth" || style.animationName !== "none"
            || style.transitionDuration.split(", ").some(d => parseFloat(d) > 0);
    }).map(e => e.outerHTML.slice(0, 80))"""
    for path in PATHS:
        page.goto(f"{site}/fi/{path}")
        assert page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
        assert page.evaluate(moving) == [], path
        assert page.evaluate("document.getAnimations().length") == 0, path


@pytest.mark.parametrize("path", PATHS)
def test_paper_is_white_and_holds_no_controls(browser: Browser, site: str, path: str) -> None:
    page = browser.new_context(viewport=DESK, color_scheme="dark").new_page()
    page.goto(f"{site}/fi/{path}")
    page.emulate_media(media="print")
    for hidden in (".top nav", ".skip", ".searchbox", "footer", ".pager", ".turning"):
        for element in page.locator(hidden).all():
            expect(element).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert max(map(int, re.findall(r"\d+", ink)[:3])) < 60
    assert min(map(int, re.findall(r"\d+", paper)[:3])) > 240
    assert page.pdf().startswith(b"%PDF-")
