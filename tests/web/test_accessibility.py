"""No page breaks a rule of axe, in any language, scheme or width, nor scrolls sideways."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize

pytestmark = pytest.mark.slow

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
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
    context = browser.new_context(
        viewport=ViewportSize(width=width, height=900),
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,  # for axe alone
    )
    broken: list[str] = []
    page = context.new_page()
    for name, path in PAGES.items():
        page.goto(f"{site}/{language}/{path}")
        page.evaluate(AXE)
        found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
        broken += [
            f"{name}: {rule['id']}: {node['html'][:160]}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        broken += [f"{name}: {overflow} px too wide"] if overflow > 0 else []
    context.close()
    assert broken == []


def test_the_open_drawer_breaks_no_rule(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport=ViewportSize(width=320, height=700), bypass_csp=True)
    page = context.new_page()
    page.goto(f"{site}/fi/search?q=metsäbiotalouden&theme=koulutus")
    page.click("#open-filters")
    page.evaluate(AXE)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    context.close()
    assert [rule["id"] for rule in found["violations"]] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_open_list_of_suggestions_breaks_no_rule(
    browser: Browser, site: str, scheme: str, width: int
) -> None:
    context = browser.new_context(
        viewport=ViewportSize(width=width, height=900),
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,
    )
    page = context.new_page()
    page.goto(f"{site}/fi/")
    page.locator("#q").press_sequentially("me")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.evaluate(AXE)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    context.close()
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []
