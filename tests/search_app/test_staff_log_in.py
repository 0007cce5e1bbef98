"""Logging in and out: who gets in, what the cookie is, what is refused."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from corpus.sessions import IDLE, Sessions
from search_app.staff import install
from search_app.staff.desk import current_desk
from search_app.staff.frame import safe_next
from tests.search_app.staff_site import PASSWORD, StaffSite


def test_whoever_is_not_logged_in_is_led_to_the_form_and_back(staff_site: StaffSite) -> None:
    browser = staff_site.browser()
    answer = browser.get("/staff/account?note=x")
    assert answer.status_code == 303
    assert answer.location == "/staff/login?next=/staff/account?note%3Dx"
    field = browser.page(answer.location).select_one("input[name=next]")
    assert field is not None
    after = browser.log_in("editor", next=str(field["value"]))
    assert (after.status_code, after.location) == (303, "/staff/account?note=x")
    assert browser.get("/staff/").status_code == 200


def test_a_form_of_somebody_logged_out_is_not_sent_again_after_the_log_in(
    staff_site: StaffSite,
) -> None:
    answer = staff_site.browser().client.post("/staff/account/language", data={"language": "sv"})
    assert (answer.status_code, answer.location) == (303, "/staff/login")


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("editor", "wrong password"),
        ("editor", ""),
        ("editor", "x" * 10_000),
        ("nobody", PASSWORD),
        ("", ""),
        ("x" * 10_000, PASSWORD),
        ("<script>alert(1)</script>", PASSWORD),
        ("' OR '1'='1", "' OR '1'='1"),
        ("editor\x00", PASSWORD),
        ("\N{RIGHT-TO-LEFT OVERRIDE}rotide", PASSWORD),
        ("ｅｄｉｔｏｒ", PASSWORD),
    ],
    ids=[
        "wrong",
        "empty",
        "long-password",
        "unknown",
        "nothing",
        "long-name",
        "markup",
        "sql",
        "null",
        "override",
        "full-width",
    ],
)
def test_whatever_is_wrong_is_answered_alike(
    staff_site: StaffSite, name: str, password: str
) -> None:
    browser = staff_site.browser()
    before = browser.token("/staff/login")
    answer = browser.log_in(name, password)
    page = BeautifulSoup(answer.text, "html.parser")
    problem = page.select_one("[role=alert]")
    assert answer.status_code == 422
    assert problem is not None
    assert problem.get_text() == "Käyttäjätunnus tai salasana on väärin."
    assert "<script>alert" not in answer.text
    assert PASSWORD not in answer.text
    assert browser.token("/staff/login") == before
    assert browser.get("/staff/").status_code == 303


def test_the_session_cookie_stays_with_the_staffs_pages(staff_site: StaffSite) -> None:
    answer = staff_site.browser().log_in("editor")
    assert sorted(answer.headers["Set-Cookie"].split("; ")[1:]) == [
        "HttpOnly",
        "Path=/staff",
        "SameSite=Lax",
    ]


def test_the_session_cookie_is_secure_behind_tls(staff_site: StaffSite) -> None:
    client = staff_site.app.test_client()
    answer = client.get("/staff/login", base_url="https://localhost")
    assert "Secure" in answer.headers["Set-Cookie"].split("; ")


def test_public_pages_set_no_cookie_and_see_none(staff_site: StaffSite) -> None:
    browser = staff_site.logged_in("admin")
    for path in ("/fi/", "/fi/search?q=x", "/sv/help", "/api/v1/search", "/fi/nothing", "/stafff"):
        answer = browser.get(path)
        assert "Set-Cookie" not in answer.headers, path
        assert "Cookie" not in answer.headers.get("Vary", ""), path
        assert "Cookie" not in answer.request.headers, path


def test_a_log_in_begins_a_session_with_a_value_of_its_own(staff_site: StaffSite) -> None:
    planted = "A" * 43
    browser = staff_site.browser()
    browser.cookie = planted
    assert browser.log_in("editor").status_code == 303
    assert browser.cookie != planted
    thief = staff_site.browser()
    thief.cookie = planted
    assert thief.get("/staff/").status_code == 303


def test_a_second_log_in_ends_the_session_before(staff_site: StaffSite) -> None:
    browser = staff_site.browser()
    token = browser.token("/staff/login")
    assert browser.log_in("editor").status_code == 303
    first = browser.cookie
    anonymous = browser.client.post(
        "/staff/login", data={"form_token": token, "name": "admin", "password": PASSWORD}
    )
    assert anonymous.status_code == 403
    fitting = browser.send("/staff/account", "/staff/login", name="admin", password=PASSWORD)
    assert fitting.status_code == 303
    assert staff_site.sessions.account(first) is None
    assert "admin" in browser.page("/staff/").get_text()


def test_logging_out_ends_the_session_itself(staff_site: StaffSite) -> None:
    browser = staff_site.logged_in("editor")
    kept = browser.cookie
    assert browser.send("/staff/", "/staff/logout").location == "/staff/login?note=logged_out"
    assert "kirjautunut ulos" in browser.page("/staff/login?note=logged_out").get_text()
    browser.cookie = kept
    assert browser.get("/staff/").status_code == 303


def test_a_link_cannot_log_anybody_out(staff_site: StaffSite) -> None:
    browser = staff_site.logged_in("editor")
    assert browser.get("/staff/logout").status_code == 405
    assert browser.get("/staff/").status_code == 200


def test_a_revoked_session_is_over_at_once(staff_site: StaffSite) -> None:
    browser = staff_site.logged_in("editor")
    staff_site.sessions.close_all("editor")
    assert browser.get("/staff/").status_code == 303


def test_a_session_that_was_left_alone_is_over(staff_site: StaffSite) -> None:
    long_ago = datetime.now(UTC) - IDLE - timedelta(minutes=1)
    old = Sessions(staff_site.catalogue.database, now=lambda: long_ago)
    browser = staff_site.browser()
    browser.cookie = old.open("editor")
    assert browser.get("/staff/").status_code == 303


def test_a_disabled_account_is_out_at_once_and_stays_out(staff_site: StaffSite) -> None:
    browser = staff_site.logged_in("editor")
    staff_site.accounts.disable("editor", actor="test")
    assert browser.get("/staff/").status_code == 303
    assert browser.log_in("editor").status_code == 422


@pytest.mark.parametrize("value", ["", "x", "A" * 44, "ä" * 43, "A" * 50_000, '"; Path=/'])
def test_a_cookie_that_was_never_given_is_replaced(staff_site: StaffSite, value: str) -> None:
    answer = staff_site.app.test_client(use_cookies=False).get(
        "/staff/login", headers={"Cookie": f"julkaisuhaku_staff={value}".encode().decode("latin-1")}
    )
    assert answer.status_code == 200
    assert "Set-Cookie" in answer.headers


def test_somebody_who_is_logged_in_needs_no_form(staff_site: StaffSite) -> None:
    browser = staff_site.logged_in("editor")
    answer = browser.get("/staff/login?next=//evil.example")
    assert (answer.status_code, answer.location) == (302, "/staff/")


# throttle


def test_a_name_is_tried_a_few_times_only_even_with_the_right_password(
    staff_site: StaffSite,
) -> None:
    browser = staff_site.browser()
    tried = [browser.log_in("editor", "wrong password").status_code for _ in range(6)]
    assert tried == [422] * 5 + [429]
    answer = browser.log_in("editor")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    assert "15 minuutin" in answer.text
    assert browser.log_in("admin").status_code == 303


def test_a_right_password_makes_up_for_wrong_ones(staff_site: StaffSite) -> None:
    for _ in range(3):
        browser = staff_site.browser()
        assert [browser.log_in("editor", "x").status_code for _ in range(4)] == [422] * 4
        assert browser.log_in("editor").status_code == 303


def test_names_nobody_has_are_counted_like_others(staff_site: StaffSite) -> None:
    browser = staff_site.browser()
    tried = [browser.log_in("nobody", "x" * 20).status_code for _ in range(6)]
    assert tried == [422] * 5 + [429]


def test_a_forged_address_gives_no_more_tries(staff_site: StaffSite) -> None:
    client = staff_site.browser()
    token = client.token("/staff/login")
    fields = {"form_token": token, "name": "editor", "password": "x"}
    answers = [
        client.client.post(
            "/staff/login", data=fields, headers={"X-Forwarded-For": f"192.0.2.{number}"}
        ).status_code
        for number in range(6)
    ]
    assert answers[-1] == 429


def test_many_log_ins_at_once_leave_the_cores_to_visitors(staff_site: StaffSite) -> None:
    browser = staff_site.browser()
    token = browser.token("/staff/login")
    with staff_site.app.app_context():
        desk = replace(current_desk(), hashing_timeout_s=0.01)
    install(staff_site.app, desk)
    while desk.hashing.acquire(blocking=False):
        pass
    fields = {"form_token": token, "name": "editor", "password": PASSWORD}
    answer = browser.client.post("/staff/login", data=fields)
    assert answer.status_code == 503
    assert "ruuhkaa" in answer.text
    desk.hashing.release()
    assert browser.client.post("/staff/login", data=fields).status_code == 303


def test_a_catalogue_that_cannot_be_read_is_told_in_the_staffs_look(
    staff_site: StaffSite, caplog: pytest.LogCaptureFixture
) -> None:
    browser = staff_site.logged_in("editor")
    staff_site.catalogue.close()
    with caplog.at_level(logging.CRITICAL):
        answer = browser.get("/staff/")
    assert answer.status_code == 503
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Ylläpito" in answer.text
    assert "Kirjaudu ulos" not in answer.text


# where to after the log-in


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/staff/",
        "javascript:alert(1)",
        "/fi/search",
        "/staff//evil.example",
        "/staff/\\evil.example",
        "/staff@evil.example",
        "/staffing",
        "/staff/\r\nSet-Cookie: x=y",
        "/staff/\t/evil.example",
        " /staff/",
        "staff/",
        "",
    ],
)
def test_the_log_in_leads_nowhere_else(staff_site: StaffSite, address: str) -> None:
    answer = staff_site.browser().log_in("editor", next=address)
    assert (answer.status_code, answer.location) == (303, "/staff/")


@pytest.mark.parametrize("address", ["/staff/account", "/staff/x/y?q=a//b&c=%C3%A4", "/staff"])
def test_pages_of_the_staff_are_gone_to(staff_site: StaffSite, address: str) -> None:
    with staff_site.app.test_request_context("/staff/login"):
        assert safe_next(address) == address


def test_behind_a_prefix_addresses_and_cookie_have_it(staff_site: StaffSite) -> None:
    with staff_site.app.test_request_context("/staff/login", base_url="http://localhost/haku"):
        assert safe_next("/haku/staff/account") == "/haku/staff/account"
        assert safe_next("/staff/account") == "/haku/staff/"
    answer = staff_site.app.test_client().get("/staff/login", base_url="http://localhost/haku")
    assert "Path=/haku/staff" in answer.headers["Set-Cookie"]


# language


def test_the_form_speaks_the_browsers_language_or_the_chosen_one(staff_site: StaffSite) -> None:
    client = staff_site.app.test_client()
    swedish = client.get("/staff/login", headers={"Accept-Language": "sv"})
    assert '<html lang="sv">' in swedish.text
    chosen = client.get("/staff/login?ui=en", headers={"Accept-Language": "sv"})
    assert '<html lang="en">' in chosen.text
    nonsense = client.get("/staff/login?ui=<b>")
    assert '<html lang="fi">' in nonsense.text
