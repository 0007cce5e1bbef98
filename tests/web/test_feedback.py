"""Feedback in a browser: no rule of axe broken, done by keyboard and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from corpus.accounts import Accounts, Role
from corpus.catalogue import Catalogue
from corpus.document import Page as Text
from corpus.feedback import FeedbackInbox, FeedbackState
from corpus.originals import OriginalStore
from corpus.passwords import Cost
from corpus.settings import Settings
from corpus.vocabulary import Vocabulary
from search_app.feedback_form import FeedbackForms
from search_app.web import create_app
from tests.search_app.list_searcher import ListSearcher
from tests.web.looking import broken_rules, window
from tests.web.serving import serving

pytestmark = pytest.mark.slow

PASSWORD = "kirahvi ja norsu"  # noqa: S105 - of the tests
LANGUAGES = ("fi", "sv", "en")
LONG = "Erikoispitkäyhdyssanaesimerkkihakutulossivupalauteluettelo"


@dataclass(frozen=True, slots=True)
class Served:
    """A running site, its inbox, and marks as its pages showed them a minute ago."""

    address: str
    inbox: FeedbackInbox
    forms: FeedbackForms


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a site whose inbox holds feedback in every state."""
    folder = tmp_path_factory.mktemp("feedback")
    settings = Settings(data=folder, rate_limit="off", contact_email="kirjasto@example.org")
    with Catalogue(folder / "catalogue.sqlite3") as catalogue:
        catalogue.record(document_id="a", pages=[Text(1, "Tekstiä.")], actor="test")
        _fill(catalogue)
        app = create_app(
            settings,
            searcher=ListSearcher(catalogue),
            catalogue=catalogue,
            vocabulary=Vocabulary.load(Path(__file__).parents[2] / "corpus" / "vocabulary.toml"),
            originals=OriginalStore(folder / "originals"),
        )
        earlier = FeedbackForms(
            settings.secret_key(), now=lambda: datetime.now(UTC) - timedelta(minutes=1)
        )
        inbox = FeedbackInbox(catalogue.database)
        with serving(app) as address:
            yield Served(address, inbox, earlier)


def _fill(catalogue: Catalogue) -> None:
    accounts = Accounts(catalogue.database, cost=Cost(n=16, r=8, p=1))
    for language in LANGUAGES:
        accounts.add(language, Role.EDITOR, PASSWORD, actor="test", language=language)
    texts = ("Sivun 7 kuva puuttuu.\nMuuten hyvä!", LONG * 5, "", "", "Kiitos!", "spam", "Hyvä.")
    for number, text in enumerate(texts):
        moment = datetime.now(UTC) - timedelta(days=16 - 2 * number)
        inbox = FeedbackInbox(catalogue.database, now=lambda at=moment: at)  # type: ignore[misc]
        page = f"/fi/doc/{'a' * (1 + 40 * (number % 2))}"
        inbox.receive(page, "fi", is_found=number % 2 == 0, text=text, form=str(number))
    inbox.settle(5, FeedbackState.ANSWERED, note="Korjattu " + LONG, actor="maija")
    inbox.settle(6, FeedbackState.DISMISSED, note="", actor="maija")


def grow_old(page: Page, served: Served) -> None:
    """Let the form on a page have been opened a minute ago; let it be sent as it is."""
    path = page.locator("form[method=post] [name=page]").input_value()
    page.locator("form[method=post]").evaluate(
        "(form, mark) => { form.noValidate = true; form.mark.value = mark; }",
        served.forms.make(path).text,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_no_step_of_a_visitor_breaks_a_rule(
    browser: Browser, served: Served, language: str, scheme: str, width: int
) -> None:
    context = window(browser, width=width, scheme=scheme)
    page = context.new_page()
    page.goto(f"{served.address}/{language}/help")
    page.click("footer summary")
    broken = broken_rules(page, "open form")
    page.fill("#feedback-text", LONG * 40)
    page.locator("#feedback-text").evaluate("(box, text) => { box.value = text; }", LONG * 40)
    grow_old(page, served)
    page.click("footer form button")
    expect(page.locator("#feedback-found")).to_be_visible()
    expect(page.locator("#feedback-long")).to_be_visible()
    broken += broken_rules(page, "wrong fields")
    page.check("#feedback-no")
    page.fill("#feedback-text", "Lyhyt")
    page.locator("form[method=post]").evaluate("form => { form.mark.value = 'x'; }")
    page.click("form[method=post] button")
    expect(page.locator("[role=alert]")).to_be_visible()
    broken += broken_rules(page, "foreign form")
    page.goto(f"{served.address}/{language}/feedback")
    broken += broken_rules(page, "own page")
    page.goto(f"{served.address}/{language}/feedback/thanks?page=/{language}/help")
    broken += broken_rules(page, "thanks")
    context.close()
    assert broken == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_no_state_of_the_inbox_breaks_a_rule(
    browser: Browser, served: Served, language: str, scheme: str, width: int
) -> None:
    context = window(browser, width=width, scheme=scheme)
    page = context.new_page()
    page.goto(f"{served.address}/staff/login?ui={language}")
    page.fill("#name", language)
    page.fill("#password", PASSWORD)
    page.click(".primary")
    broken = broken_rules(page, "dashboard")
    for state in ("new", "answered", "dismissed"):
        page.goto(f"{served.address}/staff/feedback?state={state}&done=answered&n=5")
        expect(page.locator("section.inbox").first).to_be_visible()
        broken += broken_rules(page, state)
    page.locator("#note-6").evaluate("box => { box.value = 'x'.repeat(2001); }")
    page.locator("form:has(#note-6)").evaluate("form => { form.noValidate = true; }")
    page.locator("form:has(#note-6) button[value=reopen]").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    broken += broken_rules(page, "wrong note")
    context.close()
    assert broken == []


def test_feedback_is_sent_by_keyboard_and_leads_back(browser: Browser, served: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served.address}/sv/search?q=text")
    page.focus("footer summary")
    for key in ("Enter", "Tab", "Space", "ArrowDown", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("Det här är bra")
    page.wait_for_timeout(5100)  # what is sent sooner comes back
    for key in ("Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("h1")).to_have_text("Tack för responsen")
    page.click("main a.primary")
    expect(page).to_have_url(f"{served.address}/sv/search?q=text")
    assert context.cookies() == []
    context.close()
    kept = [one for one in served.inbox.all(FeedbackState.NEW) if one.text == "Det här är bra"]
    assert [(one.page, one.is_found) for one in kept] == [("/sv/search", False)]


def test_opening_the_form_moves_nothing_above_it(browser: Browser, served: Served) -> None:
    context = window(browser, width=320)
    page = context.new_page()
    page.goto(f"{served.address}/fi/help")
    shift = page.evaluate(
        "() => new Promise(done => { let sum = 0;"
        " new PerformanceObserver(list => { for (const one of list.getEntries())"
        " if (!one.hadRecentInput) sum += one.value; })"
        ".observe({type: 'layout-shift', buffered: true});"
        " setTimeout(() => done(sum), 300); })"
    )
    before = page.locator("main h1").bounding_box()
    page.locator("footer summary").evaluate("summary => summary.click()")
    assert shift == 0
    assert page.locator("main h1").bounding_box() == before
    assert page.locator("footer details[open]").count() == 1
    context.close()
