"""The inbox of feedback: what waits and for how long, what is done, who may do it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from corpus.accounts import Role
from corpus.feedback import FeedbackInbox, FeedbackState
from tests.search_app.staff_site import StaffSite

INBOX = "/staff/feedback"


def receive(
    site: StaffSite, text: str = "", *, days_ago: int = 0, page: str = "/fi/help"
) -> FeedbackInbox:
    """Let feedback have come in some days ago."""
    moment = datetime.now(UTC) - timedelta(days=days_ago)
    inbox = FeedbackInbox(site.catalogue.database, now=lambda: moment)
    form = f"form {inbox.count(FeedbackState.NEW)} {days_ago} {text}"
    assert inbox.receive(page, "fi", is_found=False, text=text, form=form)
    return inbox


def sections(page: BeautifulSoup) -> list[str]:
    """Return the texts of the pieces of feedback on a page."""
    return [" ".join(one.get_text(" ").split()) for one in page.select("section.inbox")]


def test_every_role_finds_the_inbox(staff_site: StaffSite) -> None:
    for role in Role:
        page = staff_site.logged_in(role.value).page(INBOX)
        assert page.select_one(f"nav a[href='{INBOX}'][aria-current=page]") is not None
        assert "ei ole palautetta" in page.get_text()


def test_feedback_is_listed_by_its_due_date_with_the_days_left(staff_site: StaffSite) -> None:
    receive(staff_site, "vanhin", days_ago=16)
    receive(staff_site, "tänään", days_ago=14)
    receive(staff_site, "uusin <i>merkki</i>\ntoinen rivi")
    page = staff_site.logged_in("editor").page(INBOX)
    told = sections(page)
    assert "2 päivää myöhässä" in told[0]
    assert "päättyy tänään" in told[1]
    assert "14 päivää jäljellä" in told[2]
    assert "uusin <i>merkki</i> toinen rivi" in told[2]
    assert len(page.select("section .note.wrong")) == 1
    assert page.select("section i") == []


@pytest.mark.parametrize(
    ("page", "is_linked"),
    [
        ("/fi/help", True),
        ("/fi/feedback", False),
        ("/staff/logout", False),
        ("https://evil.example/", False),
        ("//evil.example", False),
        ('/"><script>', False),
    ],
)
def test_only_a_public_page_is_linked(staff_site: StaffSite, page: str, *, is_linked: bool) -> None:
    receive(staff_site, page=page)
    shown = staff_site.logged_in("editor").page(INBOX)
    assert bool(shown.select("section dd a")) is is_linked
    assert page in shown.get_text()
    assert len(shown.select("script")) == 0


@pytest.mark.parametrize(
    ("action", "state"),
    [("answer", FeedbackState.ANSWERED), ("dismiss", FeedbackState.DISMISSED)],
)
def test_feedback_is_settled_with_a_note(
    staff_site: StaffSite, action: str, state: FeedbackState
) -> None:
    inbox = receive(staff_site, "Linkki on rikki.")
    browser = staff_site.logged_in("editor")
    answer = browser.send(INBOX, f"{INBOX}/1", action=action, note="Linkki korjattiin.")
    assert answer.status_code == 303
    after = browser.page(str(answer.location))
    assert after.select("[role=status]") != []
    assert sections(after) == []
    kept = inbox.feedback(1)
    assert (kept.state, kept.note, kept.handled_by) == (state, "Linkki korjattiin.", "editor")
    listed = sections(browser.page(f"{INBOX}?state={state}"))
    assert "Linkki korjattiin." in listed[0]
    assert "editor," in listed[0]
    entry = staff_site.catalogue.audit("feedback:1")[0]
    assert (entry.actor, entry.action) == ("editor", "settle feedback")


def test_feedback_is_opened_again_and_its_text_erased(staff_site: StaffSite) -> None:
    inbox = receive(staff_site, "Maija Meikäläinen, puh. 123")
    browser = staff_site.logged_in("editor")
    browser.send(INBOX, f"{INBOX}/1", action="dismiss")
    place = f"{INBOX}?state=dismissed"
    answer = browser.send(place, f"{INBOX}/1?state=dismissed", action="erase")
    assert "state=dismissed" in str(answer.location)
    assert inbox.feedback(1).text == ""
    assert "Meikäläinen" not in browser.page(place).get_text()
    browser.send(place, f"{INBOX}/1?state=dismissed", action="reopen")
    assert inbox.feedback(1).state is FeedbackState.NEW


def test_ratings_without_text_are_settled_at_once(staff_site: StaffSite) -> None:
    for number in range(3):
        receive(staff_site, days_ago=number)
    inbox = receive(staff_site, "Lue tämä.")
    browser = staff_site.logged_in("editor")
    assert "Merkitse 3 tekstitöntä arviota" in browser.page(INBOX).get_text()
    answer = browser.send(INBOX, f"{INBOX}/ratings")
    assert "3 arviota on merkitty" in browser.page(str(answer.location)).get_text()
    assert [one.text for one in inbox.all(FeedbackState.NEW)] == ["Lue tämä."]


def test_a_note_that_is_too_long_comes_back(staff_site: StaffSite) -> None:
    inbox = receive(staff_site, "Teksti")
    browser = staff_site.logged_in("editor")
    answer = browser.send(INBOX, f"{INBOX}/1", action="answer", note="x" * 2001)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    field = page.select_one("textarea[aria-invalid=true]")
    assert field is not None
    assert field.get_text().strip() == "x" * 2001
    assert inbox.feedback(1).state is FeedbackState.NEW


@pytest.mark.parametrize(
    ("number", "action", "status"),
    [
        ("1", "", 400),
        ("1", "delete", 400),
        ("2", "answer", 404),
        ("2", "erase", 404),
        ("9" * 30, "answer", 404),
        ("-1", "answer", 404),
        ("x", "answer", 404),
    ],
)
def test_what_cannot_be_done_is_refused(
    staff_site: StaffSite, number: str, action: str, status: int
) -> None:
    receive(staff_site)
    browser = staff_site.logged_in("editor")
    assert browser.send(INBOX, f"{INBOX}/{number}", action=action).status_code == status


@pytest.mark.parametrize(
    "query",
    [
        "state=gone",
        "state=<b>",
        "page=0",
        "page=-5",
        "page=99999999999999999999",
        "page=x",
        "done=<script>&n=1",
        "done=answered&n=-1",
        "done=answered&n=99999999999999999999999",
        "done=answered&n=x",
    ],
)
def test_strange_addresses_show_the_inbox(staff_site: StaffSite, query: str) -> None:
    receive(staff_site, "Teksti")
    page = staff_site.logged_in("editor").page(f"{INBOX}?{query}")
    assert len(sections(page)) == 1
    assert page.select("[role=status], main script") == []


def test_a_long_inbox_has_pages(staff_site: StaffSite) -> None:
    for number in range(30):
        receive(staff_site, f"nro {number}")
    browser = staff_site.logged_in("editor")
    first = browser.page(INBOX)
    assert len(sections(first)) == 25
    following = first.select_one("a[rel=next]")
    assert following is not None
    assert len(sections(browser.page(str(following["href"])))) == 5


def test_the_dashboard_lists_what_waits(staff_site: StaffSite) -> None:
    def box() -> BeautifulSoup:
        page = staff_site.logged_in("editor").page("/staff/")
        found = page.select_one("section[aria-labelledby=feedback]")
        assert found is not None
        return BeautifulSoup(str(found), "html.parser")

    assert "Kaikki palaute on käsitelty." in box().get_text()
    for number in range(7):
        receive(staff_site, f"nro {number}", days_ago=15 - number)
    told = " ".join(box().get_text(" ").split())
    assert "1 palaute on myöhässä." in told
    assert "Käsittelemättä 7" in told
    assert "1 päivän myöhässä" in told
    assert "ja 2 muuta" in told
    link = box().select_one("dt a")
    assert link is not None
    assert link["href"] == f"{INBOX}#feedback-1"
