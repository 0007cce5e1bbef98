"""What a first view costs: few requests, few bytes, nothing that moves afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request

STATIC = Path(__file__).parents[2] / "search_app" / "static"
MOST = {"site.css": 10_000, "site.js": 8_000, "favicon.svg": 1_000}
PAGES = {
    "home": "",
    "results": "search?q=kertoo",
    "filtered": "search?q=kertoo&theme=koulutus&sort=newest",
    "document": "doc/julkaisu-0?q=kertoo",
    "browse": "browse",
}
SHIFTS = """window.shift = 0;
new PerformanceObserver(list => list.getEntries().forEach(e => { window.shift += e.value; }))
    .observe({type: "layout-shift", buffered: true});"""


@pytest.mark.parametrize("name", MOST)
def test_what_every_page_loads_is_small_before_compression(name: str) -> None:
    assert (STATIC / name).stat().st_size <= MOST[name]


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_first_view_is_small_and_stands_still(
    browser: Browser, site: str, path: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 850})
    page = context.new_page()
    sizes: dict[str, int] = {}

    def note(request: Request) -> None:
        measured = request.sizes()
        sizes[request.url] = measured["responseBodySize"] + measured["responseHeadersSize"]

    page.on("requestfinished", note)
    page.add_init_script(SHIFTS)
    page.goto(f"{site}/fi/{path}", wait_until="networkidle")
    shift = page.evaluate("window.shift")
    context.close()
    assert 3 <= len(sizes) <= 4
    assert 3_000 < sum(sizes.values()) <= 30_000
    assert shift <= 0.02
