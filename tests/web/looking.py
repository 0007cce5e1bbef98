"""A browser's window, and what axe and the width say of the page in it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def window(browser: Browser, *, width: int, scheme: str = "light") -> BrowserContext:
    """Return a window of a width in a scheme, in which axe can be run."""
    return browser.new_context(
        viewport=ViewportSize(width=width, height=900),
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,  # for axe alone
    )


def broken_rules(page: Page, name: str) -> list[str]:
    """Return what is wrong with a page as it stands: rules of axe, and a page that is too wide."""
    page.evaluate(AXE)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    broken = [
        f"{name}: {rule['id']}: {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return broken + ([f"{name}: {overflow} px too wide"] if overflow > 0 else [])
