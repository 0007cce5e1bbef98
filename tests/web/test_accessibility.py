"""No page breaks a rule of axe, in any language, scheme or width, nor scrolls sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.web.looking import broken_rules, window

pytestmark = pytest.mark.slow

PAGES = {
    "home": "",
    "results": "search?q=metsäbiotalouden",
    "filtered": "search?q=metsäbiotalouden&theme=koulutus&from=2001&to=2020&sector=avaruus",
    "second": "search?page=2&sort=title",
    "zero": "search?q=olematonsana&sector=fotoniikka",
    "facet": "facet/organisation",
    "document": "doc/julkaisu-0?q=kertoo",
    "page": "doc/julkaisu-0/page/2?q=kertoo",
    "no page": "doc/julkaisu-0/page/9999",
    "browse": "browse",
    "help": "help",
    "about": "about",
    "accessibility": "accessibility",
    "privacy": "privacy",
    "missing": "puuttuu",
}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_breaks_a_rule(
    browser: Browser, site: str, language: str, scheme: str, width: int
) -> None:
    context = window(browser, width=width, scheme=scheme)
    broken: list[str] = []
    page = context.new_page()
    for name, path in PAGES.items():
        page.goto(f"{site}/{language}/{path}")
        broken += broken_rules(page, name)
    context.close()
    assert broken == []


def test_the_open_drawer_breaks_no_rule(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport=ViewportSize(width=320, height=700), bypass_csp=True)
    page = context.new_page()
    page.goto(f"{site}/fi/search?q=metsäbiotalouden&theme=koulutus")
    page.click("#open-filters")
    broken = broken_rules(page, "drawer")
    context.close()
    assert broken == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_open_list_of_suggestions_breaks_no_rule(
    browser: Browser, site: str, scheme: str, width: int
) -> None:
    context = window(browser, width=width, scheme=scheme)
    page = context.new_page()
    page.goto(f"{site}/fi/")
    page.locator("#q").press_sequentially("me")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    broken = broken_rules(page, "suggestions")
    context.close()
    assert broken == []
