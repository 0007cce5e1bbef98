"""The staff's page that explains a match, in a browser: no rule of axe broken, nothing cut off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from corpus.accounts import Accounts, Role
from corpus.document import FieldValue, Origin
from corpus.document import Page as Text
from corpus.passwords import Cost
from corpus.settings import Settings
from search_app.assembly import Assembly
from tests.web.looking import broken_rules, window
from tests.web.serving import serving

pytestmark = pytest.mark.slow

PASSWORD = "kirahvi ja norsu"  # noqa: S105 - of the tests
LANGUAGES = ("fi", "sv", "en")
STATES = (
    "/staff/explain",
    "/staff/explain?id=bio&q=biotalous+ligniini+-kissa",
    "/staff/explain?id=bio&q=(ligniini+OR+kissa)+katsaus&region=kainuu",
    "/staff/explain?id=nobody&q=ligniini",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a site on a real index with an editor for each language; return its address."""
    settings = Settings(data=tmp_path_factory.mktemp("explain"), rate_limit="off")
    with Assembly(settings, command="test") as assembly:
        assembly.prepare()
        accounts = Accounts(assembly.catalogue.database, cost=Cost(n=16, r=8, p=1))
        for language in LANGUAGES:
            accounts.add(language, Role.EDITOR, PASSWORD, actor="test", language=language)
        assembly.catalogue.record(
            document_id="bio",
            values=[FieldValue("title", "Metsäbiotalouden katsaus", Origin.GIVEN)],
            pages=[Text(1, "Ligniini on osa metsäbiotaloutta."), Text(2, "Ligniiniä.")],
            actor="test",
        )
        assembly.pipeline.update()
        with serving(assembly.app) as address:
            yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("language", LANGUAGES)
def test_explanation_breaks_no_rule_and_fits(
    browser: Browser, site: str, language: str, width: int, scheme: str
) -> None:
    context = window(browser, width=width, scheme=scheme)
    page = context.new_page()
    page.goto(f"{site}/staff/login")
    page.fill("input[name=name]", language)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    for state in STATES:
        page.goto(f"{site}{state}")
        assert broken_rules(page, state) == []
    context.close()
