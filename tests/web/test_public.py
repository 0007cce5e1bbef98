"""No public address sets a cookie, stores anything or asks another host for anything.

The addresses are those of the application's own map, so that a page added later is looked at
too: one that needs a value which `VALUES` lacks fails here until it has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.routing import Rule

pytestmark = pytest.mark.slow

VALUES: dict[str, str | int] = {
    "language": "fi",
    "document_id": "julkaisu-0",
    "number": 2,
    "name": "organisation",
    "form": "bib",
    "filename": "site.css",
}
QUERIES = ("", "?q=kertoo", "?q=%3Cb%3E&sector=puuttuu&from=x&page=99")
MISSING = ("/puuttuu", "/fi/puuttuu", "/fi/doc/puuttuu", "/fi/doc/julkaisu-0/page/99", "/static/x")


def rules(app: Flask, method: str) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ()) and not rule.endpoint.startswith("staff.")
    ]


def addresses(app: Flask, method: str) -> list[str]:
    """Return an address of every public rule, in every language that it has."""
    found: list[str] = []
    for rule in rules(app, method):
        languages = ("fi", "sv", "en") if "language" in rule.arguments else ("",)
        for language in languages:
            values = {name: VALUES[name] for name in rule.arguments}
            if language:
                values["language"] = language
            built = rule.build(values)
            assert built is not None, rule.rule
            found.append(built[1])
    return found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a tab that keeps what it is asked for and what it complains of."""
    context = browser.new_context(accept_downloads=False)
    yield context.new_page()
    context.close()


def test_no_public_answer_sets_a_cookie(app: Flask) -> None:
    client = app.test_client(use_cookies=False)
    asked = [*addresses(app, "GET"), *MISSING]
    assert len(asked) > 50
    for path in asked:
        for query in QUERIES:
            with client.get(path + query) as answer:
                assert "Set-Cookie" not in answer.headers, path + query
                assert answer.status_code < 500, path + query
    for path in addresses(app, "POST"):
        answer = client.post(path, data={"text": "x", "found": "yes"})
        assert "Set-Cookie" not in answer.headers, path


def test_every_public_page_may_be_kept_only_if_it_is_asked_for_again(app: Flask) -> None:
    client = app.test_client()
    for path in addresses(app, "GET"):
        with client.get(path) as answer:
            control = answer.headers.get("Cache-Control", "")
        assert re.search("no-cache|no-store|immutable", control), path


def test_no_public_page_stores_or_asks_elsewhere(app: Flask, site: str, page: Page) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}"))
    seen = 0
    for path in addresses(app, "GET"):
        answer = page.request.get(site + path, max_redirects=0)
        if answer.status != 200 or not answer.headers["content-type"].startswith("text/html"):
            continue
        seen += 1
        page.goto(site + path, wait_until="load")
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0, path
        assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0, path
        assert page.evaluate("caches.keys().then(all => all.length)") == 0, path
        workers = "navigator.serviceWorker.getRegistrations().then(all => all.length)"
        assert page.evaluate(workers) == 0, path
    assert seen >= 3 * 9
    assert page.context.cookies() == []
    assert [url for url in asked if not url.startswith((f"{site}/", "data:"))] == []
    assert complaints == []
