"""One's own account: the first password, a new one, the language, all sessions."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from corpus.accounts import Role
from tests.search_app.staff_site import PASSWORD, Browser, StaffSite

NEW = "norsu ja kirahvi"
ACCOUNT = "/staff/account"


def change(browser: Browser, current: str, new: str, again: str) -> TestResponse:
    """Send the form of the password."""
    return browser.send(ACCOUNT, "/staff/account/password", current=current, new=new, again=again)


def test_a_one_time_password_opens_nothing_but_the_choice_of_another(
    staff_site: StaffSite,
) -> None:
    staff_site.accounts.add("maija", Role.ADMIN, PASSWORD, actor="test", one_time=True)
    browser = staff_site.logged_in("maija")
    answer = browser.get("/staff/")
    assert (answer.status_code, answer.location) == (302, ACCOUNT)
    refused = browser.send(ACCOUNT, "/staff/account/language", language="sv")
    assert refused.location == ACCOUNT
    assert "kertakäyttöisellä" in browser.page(ACCOUNT).get_text()
    assert browser.page(ACCOUNT).select("nav") == []
    assert change(browser, PASSWORD, NEW, NEW).status_code == 303
    assert browser.get("/staff/").status_code == 200
    assert staff_site.browser().log_in("maija").status_code == 422
    assert staff_site.browser().log_in("maija", NEW).status_code == 303


def test_a_new_password_ends_every_other_session(staff_site: StaffSite) -> None:
    mine, other = staff_site.logged_in("editor"), staff_site.logged_in("editor")
    before = mine.cookie
    answer = change(mine, PASSWORD, NEW, NEW)
    assert answer.location == "/staff/account?note=password_changed"
    assert mine.cookie != before
    assert "Salasana on vaihdettu" in mine.page(str(answer.location)).get_text()
    assert other.get("/staff/").status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "again", "field", "says"),
    [
        ("wrong password", NEW, NEW, "current", "Nykyinen salasana on väärin."),
        (PASSWORD, "short", "short", "new", "vähintään 12 merkkiä"),
        (PASSWORD, "x" * 10_000, "x" * 10_000, "new", "enintään 256 merkkiä"),
        (PASSWORD, NEW, NEW + "!", "again", "eivät ole samat"),
        (PASSWORD, PASSWORD, PASSWORD, "new", "sama kuin nykyinen"),
        ("", "", "", "new", "vähintään 12 merkkiä"),
    ],
    ids=["wrong", "short", "long", "differs", "same", "empty"],
)
def test_what_is_wrong_is_said_at_its_field(
    staff_site: StaffSite, *, current: str, new: str, again: str, field: str, says: str
) -> None:
    browser = staff_site.logged_in("editor")
    answer = change(browser, current, new, again)
    page = BeautifulSoup(answer.text, "html.parser")
    marked = page.select_one("[aria-invalid=true]")
    assert answer.status_code == 422
    assert marked is not None
    assert marked["name"] == field
    described = str(marked["aria-describedby"]).split()
    assert says in " ".join(page.select_one(f"#{name}").get_text() for name in described)  # type: ignore[union-attr]
    assert page.title is not None
    assert page.title.get_text().startswith("Virhe: ")
    assert browser.get("/staff/").status_code == 200
    assert staff_site.browser().log_in("editor").status_code == 303


def test_the_current_password_cannot_be_guessed_from_inside(staff_site: StaffSite) -> None:
    browser = staff_site.logged_in("editor")
    for number in range(5):
        change(browser, f"wrong password {number}", NEW, NEW)
    answer = change(browser, PASSWORD, NEW, NEW)
    assert "liikaa" in answer.text
    assert staff_site.accounts.verify("editor", PASSWORD) is not None


@pytest.mark.parametrize(
    ("language", "title"), [("sv", "Översikt"), ("en", "Overview"), ("fi", "Yleiskatsaus")]
)
def test_pages_speak_the_language_of_the_account(
    staff_site: StaffSite, language: str, title: str
) -> None:
    browser = staff_site.logged_in("editor")
    assert browser.send(ACCOUNT, "/staff/account/language", language=language).status_code == 303
    page = browser.page("/staff/")
    assert page.html is not None
    assert page.html["lang"] == language
    assert page.h1 is not None
    assert page.h1.get_text() == title
    entry = staff_site.catalogue.audit("account:editor")[0]
    assert (entry.actor, entry.action) == ("editor", "change language")


@pytest.mark.parametrize("language", ["", "de", "<b>", "fi\x00"])
def test_a_language_the_site_does_not_speak_is_refused(
    staff_site: StaffSite, language: str
) -> None:
    browser = staff_site.logged_in("editor")
    answer = browser.send(ACCOUNT, "/staff/account/language", language=language)
    assert answer.status_code == 400
    assert staff_site.accounts.account("editor").language == "fi"


def test_all_sessions_of_one_account_are_ended_and_no_others(staff_site: StaffSite) -> None:
    mine, other = staff_site.logged_in("editor"), staff_site.logged_in("editor")
    stranger = staff_site.logged_in("librarian")
    assert mine.send(ACCOUNT, "/staff/account/sessions").status_code == 303
    assert mine.get("/staff/").status_code == 303
    assert other.get("/staff/").status_code == 303
    assert stranger.get("/staff/").status_code == 200
