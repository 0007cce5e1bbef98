"""Hostile addresses are answered with 200 or 400, and nothing of them comes back as markup."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PROBES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</title><script>alert(1)</script>",
    "{{7*7}}",
    "{% raw %}",
    "javascript:alert(1)",
    "\x00\x01\x02",
    "\u202eabc",
    "a" * 512,
    "(" * 512,
    '"' * 511,
    "%0d%0aSet-Cookie: a=b",
    "../../etc/passwd",
    "\ufffe\uffff",
)


def assert_nothing_runs(answer: TestResponse) -> None:
    """Parse a page as a browser would and look for anything that came from outside."""
    if not answer.content_type.startswith("text/html"):
        return
    page = BeautifulSoup(answer.data, "html.parser")
    scripts = page.select("script")
    assert [str(script.get("src", "")).startswith("/static/") for script in scripts] == [True]
    assert page.select("img, iframe, object, embed, style, base") == []
    for element in page.select("*"):
        assert not any(name.startswith("on") for name in element.attrs), element
        assert not str(element.get("href", "")).lower().startswith(("javascript:", "data:"))


def check(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in {200, 302, 400, 404}, path
    assert "Set-Cookie" not in answer.headers
    assert_nothing_runs(answer)


@pytest.mark.parametrize("probe", PROBES, ids=range(len(PROBES)))
def test_no_parameter_comes_back_as_markup(client: FlaskClient, probe: str) -> None:
    value = quote(probe)
    for path in (
        f"/fi/search?q={value}",
        f"/fi/search?sector={value}&theme={value}&from={value}&to={value}&sort={value}",
        f"/fi/search?page={value}&size={value}&compounds={value}&{value}=1",
        f"/fi/facet/sector?find={value}&order={value}&q={value}",
        f"/fi/doc/hostile?q={value}",
        f"/fi/doc/hostile/page/2?q={value}",
        f"/fi/doc/{value}",
        f"/doc/{value}",
        f"/fi/suggest?q={value}",
        f"/api/v1/search?q={value}&ui={value}",
        f"/{value}",
        f"/opensearch.xml?ui={value}",
        f"/sitemap.xml?part={value}",
    ):
        check(client, path)


def test_the_hostile_queries_of_the_development_set(client: FlaskClient, shared_data: Path) -> None:
    lines = (shared_data / "data" / "hostile_queries.txt").read_text(encoding="utf-8").splitlines()
    values = [json.loads(line) for line in lines if line and not line.startswith("#")]
    assert len(values) > 100
    for value in values:
        query = (
            value["prefix"] + value["repeat"] * value["times"] + value["suffix"]
            if isinstance(value, dict)
            else value
        )
        encoded = quote(query.encode("utf-8", "surrogatepass"))
        for path in (f"/fi/search?q={encoded}", f"/api/v1/search?q={encoded}"):
            answer = client.get(path)
            assert answer.status_code in {200, 400}, query[:80]
            assert_nothing_runs(answer)
