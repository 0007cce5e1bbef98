"""Feedback of visitors: the form on every page, what comes back, what is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from corpus.errors import Busy
from corpus.feedback import Feedback, FeedbackInbox, FeedbackState
from corpus.settings import Settings
from search_app.feedback_form import FeedbackForms
from search_app.site import EXTENSION
from tests.search_app.staff_site import StaffSite

PAGES = (
    "",
    "search?q=fotoniikka",
    "facet/sector",
    "doc/fotoniikka-2019",
    "doc/fotoniikka-2019/page/2?q=fotoniikka",
    "browse",
    "help",
    "about",
    "accessibility",
    "privacy",
)
WITHOUT = ("missing", "doc/missing", "facet/missing", "feedback/thanks", "doc/skog-2023/file")


class Visitor:
    """Somebody who opens pages and sends their form after a while."""

    def __init__(self, site: StaffSite) -> None:
        self.site = site
        self.client = site.app.test_client()
        self.inbox = FeedbackInbox(site.catalogue.database)

    def mark(self, page: str, *, age: timedelta = timedelta(minutes=2)) -> str:
        """Return the mark that a page of this site showed some time ago."""
        key = Settings(data=self.site.folder).secret_key()
        return FeedbackForms(key, now=lambda: datetime.now(UTC) - age).make(page).text

    def send(self, page: str = "/fi/help", language: str = "fi", **fields: str) -> TestResponse:
        """Send the form of a page."""
        form = {"page": page, "mark": self.mark(page), "found": "yes", "text": "", **fields}
        return self.client.post(f"/{language}/feedback", data=form)

    @property
    def kept(self) -> list[Feedback]:
        """What has come in."""
        return self.inbox.all(FeedbackState.NEW, limit=1000)


@pytest.fixture
def visitor(staff_site: StaffSite) -> Visitor:
    """Return a visitor of a site of its own."""
    return Visitor(staff_site)


def soup(answer: TestResponse) -> BeautifulSoup:
    """Return a page."""
    return BeautifulSoup(answer.data, "html.parser")


def value(page: BeautifulSoup, name: str) -> str:
    """Return what stands in a field of the form."""
    field = page.select_one(f"form[method=post] [name={name}]")
    assert field is not None
    return str(field["value"]) if field.name == "input" else field.get_text().removeprefix("\n")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_holds_the_form_at_its_foot(
    client: FlaskClient, language: str, path: str
) -> None:
    answer = client.get(f"/{language}/{path}")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    page = soup(answer)
    form = page.select_one("footer details form[method=post]")
    assert form is not None
    assert form["action"] == f"/{language}/feedback"
    assert value(page, "page") == f"/{language}/{path.partition('?')[0]}"
    assert [box["value"] for box in page.select("footer [name=found]")] == ["yes", "no"]
    labelled = {str(label["for"]) for label in form.select("label")}
    fields = form.select("textarea, input:not([type=hidden])")
    assert labelled == {str(field["id"]) for field in fields}


@pytest.mark.parametrize(
    ("language", "title", "send"),
    [
        ("fi", "Sivun arviointi ja palaute", "Lähetä palaute"),
        ("sv", "Bedöm sidan och ge respons", "Skicka respons"),
        ("en", "Rate this page and give feedback", "Send feedback"),
    ],
)
def test_the_form_speaks_the_language_of_the_page(
    client: FlaskClient, language: str, title: str, send: str
) -> None:
    page = soup(client.get(f"/{language}/help"))
    assert [s.get_text() for s in page.select("footer summary")] == [title]
    assert [b.get_text() for b in page.select("footer button")] == [send]
    own = soup(client.get(f"/{language}/feedback"))
    assert own.h1 is not None
    assert own.h1.get_text() == title


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_accessibility_statement_leads_to_the_form(client: FlaskClient, language: str) -> None:
    page = soup(client.get(f"/{language}/accessibility"))
    assert page.select_one(f"main a[href='/{language}/feedback']") is not None


@pytest.mark.parametrize("path", WITHOUT)
def test_a_page_that_cannot_be_rated_has_no_form(client: FlaskClient, path: str) -> None:
    assert soup(client.get(f"/fi/{path}")).select("footer form") == []


def test_the_form_has_a_page_of_its_own(client: FlaskClient) -> None:
    page = soup(client.get("/fi/feedback?page=/fi/doc/fotoniikka-2019?q=x"))
    assert value(page, "page") == "/fi/doc/fotoniikka-2019"
    assert value(page, "back") == "/fi/doc/fotoniikka-2019?q=x"
    assert value(soup(client.get("/fi/feedback")), "page") == "/fi/feedback"
    assert len(page.select("form[method=post]")) == 1


def test_a_page_stays_the_same_for_caches_though_its_mark_differs(client: FlaskClient) -> None:
    first, second = client.get("/fi/help"), client.get("/fi/help")
    assert value(soup(first), "mark") != value(soup(second), "mark")
    assert first.headers["ETag"] == second.headers["ETag"]
    other = client.get("/sv/help")
    assert other.headers["ETag"] != first.headers["ETag"]
    again = client.get("/fi/help", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_the_entity_tag_changes_with_the_hour_of_the_mark(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    app = make_app(settings)
    site = app.extensions[EXTENSION]
    moments = [datetime(2026, 11, 24, *at, tzinfo=UTC) for at in ((10, 1), (10, 59), (11, 0))]
    forms = FeedbackForms(b"k" * 32, now=lambda: moments.pop(0))
    app.extensions[EXTENSION] = replace(site, feedback=replace(site.feedback, forms=forms))
    tags = [app.test_client().get("/fi/help").headers["ETag"] for _ in range(3)]
    assert tags[0] == tags[1] != tags[2]


@pytest.mark.parametrize(
    ("language", "thanks"),
    [
        ("fi", "Kiitos palautteesta"),
        ("sv", "Tack för responsen"),
        ("en", "Thank you for your feedback"),
    ],
)
def test_feedback_is_kept_and_thanked_for(visitor: Visitor, language: str, thanks: str) -> None:
    page = f"/{language}/about"
    answer = visitor.send(page, language, found="no", text="Hyvä <b>sivu</b>, å ä ö €")
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers
    (kept,) = visitor.kept
    assert (kept.page, kept.language, kept.is_found) == (page, language, False)
    assert kept.text == "Hyvä <b>sivu</b>, å ä ö €"
    after = soup(visitor.client.get(str(answer.location)))
    assert after.h1 is not None
    assert after.h1.get_text() == thanks
    back = after.select_one("main a.primary")
    assert back is not None
    assert back["href"] == page


def test_a_form_as_the_page_holds_it_is_taken(visitor: Visitor) -> None:
    page = soup(visitor.client.get("/fi/help"))
    form = page.select_one("footer form")
    assert form is not None
    fields = {str(f["name"]): str(f.get("value", "")) for f in form.select("input[type=hidden]")}
    early = visitor.client.post(str(form["action"]), data={**fields, "found": "yes"})
    assert early.status_code == 422
    assert "Odota muutama sekunti" in early.text
    assert value(soup(early), "mark") == fields["mark"]  # it only has to get older
    assert visitor.kept == []


def test_the_way_back_keeps_the_search_and_nothing_else_does(visitor: Visitor) -> None:
    page = "/fi/search"
    form = {"page": page, "mark": visitor.mark(page), "found": "yes"}
    referrer = {"Referer": "http://localhost/fi/search?q=mets%C3%A4&page=2"}
    answer = visitor.client.post("/fi/feedback", data=form, headers=referrer)
    back = soup(visitor.client.get(str(answer.location))).select_one("main a.primary")
    assert back is not None
    assert back["href"] == "/fi/search?q=mets%C3%A4&page=2"
    assert "mets" not in repr(visitor.kept)


@pytest.mark.parametrize(
    "referrer",
    ["http://evil.example/", "http://[", "javascript:alert(1)", "http://x/fi/help?\\", ""],
)
def test_a_strange_referrer_leads_back_to_the_page(visitor: Visitor, referrer: str) -> None:
    form = {"page": "/fi/help", "mark": visitor.mark("/fi/help"), "found": "yes"}
    answer = visitor.client.post("/fi/feedback", data=form, headers={"Referer": referrer})
    assert answer.location == "/fi/feedback/thanks?page=/fi/help"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/fi/",
        "/\\evil.example",
        "/fi/\\evil",
        "javascript:alert(1)",
        "/staff/logout",
        "/api/v1/search",
        "/fi/feedback",
        "/fi/missing/page",
        "/static/site.css",
        '/fi/"><script>',
        "/fi/help\r\nSet-Cookie:a=b",
        "/fi/search?q=" + "a" * 3000,
    ],
)
def test_the_thanks_lead_to_no_other_place(visitor: Visitor, address: str) -> None:
    answer = visitor.client.get("/fi/feedback/thanks", query_string={"page": address})
    back = soup(answer).select_one("main a.primary")
    assert back is not None
    assert back["href"] == "/fi/"
    assert "<script>" not in answer.text


# what is wrong with a form


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("fi", "valitse Kyllä tai En"),
        ("sv", "välj Ja eller Nej"),
        ("en", "choose Yes or No"),
    ],
)
def test_an_answer_has_to_be_chosen_and_the_text_stays(
    visitor: Visitor, language: str, says: str
) -> None:
    answer = visitor.send(language=language, found="", text="Kirjoitin <i>pitkään</i> & hartaasti")
    assert answer.status_code == 422
    assert answer.headers["Cache-Control"] == "no-store"
    page = soup(answer)
    assert says in page.select("#feedback-found")[0].get_text()
    assert value(page, "text") == "Kirjoitin <i>pitkään</i> & hartaasti"
    assert page.select("textarea i") == []
    assert page.select("[role=alert]") != []
    assert visitor.kept == []


def test_the_form_that_came_back_can_be_sent(visitor: Visitor) -> None:
    page = soup(visitor.send("/fi/about", found="", text="Teksti"))
    fields = {name: value(page, name) for name in ("page", "mark", "back", "text")}
    again = visitor.client.post("/fi/feedback", data={**fields, "found": "no"})
    assert again.status_code == 303
    assert [one.page for one in visitor.kept] == ["/fi/about"]


def test_a_text_that_is_too_long_stays_whole(visitor: Visitor) -> None:
    answer = visitor.send(text="ä" * 2001)
    assert answer.status_code == 422
    page = soup(answer)
    assert value(page, "text") == "ä" * 2001
    assert "2\N{NO-BREAK SPACE}000" in page.select("#feedback-long")[0].get_text()
    assert page.select_one("[name=found][checked]") is not None
    assert visitor.send(text="ä" * 2000).status_code == 303


@pytest.mark.parametrize(
    ("age", "says"),
    [(timedelta(seconds=1), "Odota muutama sekunti"), (timedelta(days=2), "yli vuorokauden")],
    ids=["fast", "old"],
)
def test_a_form_too_young_or_too_old_comes_back(
    visitor: Visitor, age: timedelta, says: str
) -> None:
    answer = visitor.send(mark=visitor.mark("/fi/help", age=age), text="Teksti")
    assert answer.status_code == 422
    assert says in answer.text
    assert value(soup(answer), "text") == "Teksti"
    assert visitor.kept == []


@pytest.mark.parametrize("mark", ["", "x", "1.aaaaaaaaaaaa." + "0" * 32, "<script>"])
def test_a_foreign_mark_is_refused_and_replaced(visitor: Visitor, mark: str) -> None:
    answer = visitor.send(mark=mark, text="Teksti")
    assert answer.status_code == 422
    assert value(soup(answer), "mark") != mark
    assert value(soup(answer), "page") == "/fi/help"
    assert visitor.kept == []


def test_a_mark_of_another_page_is_refused(visitor: Visitor) -> None:
    assert visitor.send(mark=visitor.mark("/fi/about")).status_code == 422
    assert visitor.kept == []


def test_a_second_click_is_thanked_for_and_kept_once(visitor: Visitor) -> None:
    mark = visitor.mark("/fi/help")
    assert visitor.send(mark=mark, text="Hyvä").status_code == 303
    assert visitor.send(mark=mark, text="Hyvä").status_code == 303
    assert len(visitor.kept) == 1


def test_a_form_sent_again_with_something_else_asks_once_more(visitor: Visitor) -> None:
    mark = visitor.mark("/fi/help")
    visitor.send(mark=mark, text="Hyvä")
    answer = visitor.send(mark=mark, text="Ja vielä tämä")
    assert answer.status_code == 422
    assert "on jo lähetetty" in answer.text
    assert value(soup(answer), "text") == "Ja vielä tämä"
    assert value(soup(answer), "mark") != mark
    assert len(visitor.kept) == 1


def test_who_fills_in_the_hidden_field_is_thanked_and_forgotten(visitor: Visitor) -> None:
    answer = visitor.send(website="https://spam.example", text="Osta heti")
    assert answer.status_code == 303
    assert visitor.kept == []


def test_a_hundred_from_one_place_are_too_many(visitor: Visitor) -> None:
    statuses = [visitor.send(text=f"nro {number}").status_code for number in range(100)]
    assert statuses == [303] * 10 + [429] * 90
    assert len(visitor.kept) == 10
    answer = visitor.send(text="Tämä jäi")
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert value(soup(answer), "text") == "Tämä jäi"
    assert "minuutin kuluttua" in answer.text


def test_what_cannot_be_kept_just_now_comes_back(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: object, **_options: object) -> bool:
        raise Busy("another command writes")

    monkeypatch.setattr(FeedbackInbox, "receive", busy)
    answer = visitor.send(text="Teksti")
    assert answer.status_code == 503
    assert value(soup(answer), "text") == "Teksti"


# what no browser sends


def post(visitor: Visitor, body: bytes, kind: str = "application/x-www-form-urlencoded") -> int:
    """Send bytes as they are and return the status."""
    answer = visitor.client.post("/fi/feedback", data=body, content_type=kind)
    assert "Set-Cookie" not in answer.headers
    assert "<script>alert" not in answer.text
    assert soup(answer).select("h1") != []
    return answer.status_code


def test_ten_megabytes_are_refused(visitor: Visitor) -> None:
    mark = visitor.mark("/fi/help")
    body = f"page=/fi/help&mark={mark}&found=yes&text=".encode() + b"a" * 10_000_000
    assert post(visitor, body) == 413
    assert visitor.kept == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"", ""),
        (b"{}", "application/json"),
        (b"\xe4\xf6" * 50, "application/x-www-form-urlencoded; charset=iso-8859-1"),
        (b"page=%00&mark=%00&found=%00&text=%00", "application/x-www-form-urlencoded"),
        (b"page=<script>alert(1)</script>&text=%22%3E%3Cscript%3Ealert(1)", "text/plain"),
        (
            b"page=%3Cscript%3Ealert(1)&mark=%22%3E&text=%3C/textarea%3E%3Cscript%3Ealert(1)",
            "application/x-www-form-urlencoded",
        ),
        (b"&".join(b"page=%s" % (b"/" * 9) for _ in range(3000)), "multipart/form-data"),
        (b"page=/fi/help&" * 4000, "application/x-www-form-urlencoded"),
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
    ],
    ids=[
        "empty",
        "no type",
        "json",
        "latin-1",
        "nul",
        "plain",
        "markup",
        "no boundary",
        "repeated",
        "cut",
    ],
)
def test_what_is_no_form_is_refused_in_the_sites_look(
    visitor: Visitor, body: bytes, kind: str
) -> None:
    assert post(visitor, body, kind) in {400, 413, 422}
    assert visitor.kept == []


def test_another_charset_breaks_nothing(visitor: Visitor) -> None:
    mark = visitor.mark("/fi/help")
    start = f"page=/fi/help&mark={mark}&found=yes&text=".encode()
    assert post(visitor, start + b"p%E4iv%E4") == 303
    (kept,) = visitor.kept
    assert kept.text == "p%E4iv%E4"
    assert post(visitor, start + b"p\xe4iv\xe4") == 422
    assert len(visitor.kept) == 1


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_not_allowed(visitor: Visitor, method: str) -> None:
    assert getattr(visitor.client, method)("/fi/feedback").status_code == 405


def test_controls_and_turned_text_do_not_reach_the_inbox(visitor: Visitor) -> None:
    assert visitor.send(text="\u202eabc\x00\x1b[2J\r\nrivi").status_code == 303
    assert visitor.kept[0].text == "abc  [2J\nrivi"


# what the public is told


def test_the_rating_is_shown_once_five_have_been_gone_through(visitor: Visitor) -> None:
    for number in range(8):
        visitor.inbox.receive("/fi/", "fi", is_found=number != 0, text="", form=str(number))
    for number in range(1, 5):
        visitor.inbox.settle(number, FeedbackState.ANSWERED, note="", actor="maija")
    assert "löysi etsimänsä" not in visitor.client.get("/fi/about").text
    visitor.inbox.settle(5, FeedbackState.ANSWERED, note="", actor="maija")
    for language, says in (
        ("fi", "80 % löysi etsimänsä (5 arviota)."),
        ("sv", "80 % hittade det de sökte (5 bedömningar)."),
        ("en", "80% found what they were looking for (5 ratings)."),
    ):
        text = unescape(visitor.client.get(f"/{language}/about").text)
        assert says in re.sub(r"\s", " ", text)


@pytest.mark.parametrize(
    ("language", "word"), [("fi", "Palaute"), ("sv", "Respons"), ("en", "Feedback")]
)
def test_the_privacy_page_says_what_is_kept(client: FlaskClient, language: str, word: str) -> None:
    headings = [h.get_text() for h in soup(client.get(f"/{language}/privacy")).select("main h2")]
    assert word in headings
