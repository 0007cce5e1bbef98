"""What stands around every page of the staff: forms, roles, headers, errors."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from flask import Blueprint, Flask

from corpus.accounts import Role
from search_app.staff.form_token import FormTokens
from search_app.staff.frame import requires, staff
from search_app.staff.navigation import ENTRIES
from tests.search_app.staff_site import Browser, StaffSite

FORMS = (
    "/staff/login",
    "/staff/logout",
    "/staff/account/password",
    "/staff/account/language",
    "/staff/account/sessions",
    "/staff/feedback/1",
    "/staff/feedback/ratings",
)
_PLACE = re.compile(r"<[^>]+>")
OPEN = {"staff.log_in", "staff.send_log_in"}


def staff_rules(app: Flask) -> list[tuple[str, str, set[str]]]:
    """Return address, endpoint and methods of every page of the staff."""
    return [
        (_PLACE.sub("1", rule.rule), rule.endpoint, rule.methods or set())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("staff.")
    ]


def test_every_page_but_the_log_in_is_closed(staff_site: StaffSite) -> None:
    rules = staff_rules(staff_site.app)
    assert len(rules) > 6
    for address, endpoint, methods in rules:
        method = "GET" if "GET" in methods else "POST"
        answer = staff_site.app.test_client().open(address, method=method)
        if endpoint not in OPEN:
            assert answer.status_code == 303, address
            assert str(answer.location).startswith("/staff/login"), address


def test_every_form_of_the_staff_is_refused_without_its_token(staff_site: StaffSite) -> None:
    posts = {rule for rule, _, methods in staff_rules(staff_site.app) if "POST" in methods}
    assert set(FORMS) <= posts
    for address in posts:
        browser = staff_site.logged_in("admin")
        assert browser.client.post(address).status_code == 403, address


@pytest.mark.parametrize(
    "token", ["", "x", "0" * 64, "ä", "\ud800".encode("utf-8", "replace").decode()]
)
def test_a_wrong_token_is_refused_in_the_sites_look(staff_site: StaffSite, token: str) -> None:
    browser = staff_site.logged_in("editor")
    answer = browser.client.post(
        "/staff/account/language", data={"form_token": token, "language": "en"}
    )
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 403
    assert page.select_one("header .log-out") is not None
    assert "vanhentunut" in page.get_text()
    assert staff_site.accounts.account("editor").language == "fi"


def test_the_token_of_another_session_is_refused(staff_site: StaffSite) -> None:
    theirs = staff_site.logged_in("librarian").token("/staff/account")
    browser = staff_site.logged_in("editor")
    answer = browser.client.post(
        "/staff/account/language", data={"form_token": theirs, "language": "en"}
    )
    assert answer.status_code == 403


def test_a_form_without_any_cookie_is_refused(staff_site: StaffSite) -> None:
    token = staff_site.browser().token("/staff/login")
    answer = staff_site.browser().client.post(
        "/staff/login", data={"form_token": token, "name": "editor", "password": "x"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_on_another_site_is_refused_even_with_the_token(
    staff_site: StaffSite, site: str
) -> None:
    browser = staff_site.logged_in("editor")
    fields = {"form_token": browser.token("/staff/account"), "language": "en"}
    for sent_from, status in ((site, 403), ("same-origin", 303)):
        answer = browser.client.post(
            "/staff/account/language", data=fields, headers={"Sec-Fetch-Site": sent_from}
        )
        assert answer.status_code == status


def test_tokens_need_the_key_and_the_cookie() -> None:
    tokens = FormTokens(b"a" * 32)
    token = tokens.make("cookie")
    assert tokens.fits(token, "cookie")
    assert not tokens.fits(token, "cookies")
    assert not FormTokens(b"b" * 32).fits(token, "cookie")
    assert not tokens.fits(tokens.make(""), "")


def test_every_answer_is_kept_by_nobody_and_listed_nowhere(staff_site: StaffSite) -> None:
    browser = staff_site.logged_in("editor")
    for path in ("/staff/login", "/staff/", "/staff/account", "/staff/logout", "/staff/nothing"):
        headers = browser.get(path).headers
        assert headers["Cache-Control"] == "no-store", path
        assert "default-src 'self'" in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"], path
        assert headers.get("ETag") is None, path
    page = browser.page("/staff/")
    robots = page.select_one("meta[name=robots]")
    assert robots is not None
    assert robots["content"] == "noindex, nofollow"
    assert browser.get("/staff/").headers["X-Robots-Tag"] == "noindex, nofollow"
    assert not page.select("[style], script")


def test_a_page_with_a_token_is_not_compressed(staff_site: StaffSite) -> None:
    client = staff_site.app.test_client()
    answer = client.get("/staff/login", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


def test_public_pages_and_sitemap_do_not_name_the_staffs(staff_site: StaffSite) -> None:
    client = staff_site.app.test_client()
    for path in ("/fi/", "/fi/about", "/sitemap.xml"):
        assert "/staff" not in client.get(path).text


# roles


@pytest.fixture
def with_pages(staff_site: StaffSite) -> StaffSite:
    """Return a site with a page for each role, made by the decorator that pages use."""
    extra = Blueprint("extra", __name__, url_prefix="/extra")
    extra.before_request(staff.before_request_funcs[None][0])
    for role in Role:
        extra.add_url_rule(f"/{role}", role.value, requires(role)(lambda: "here"))
    staff_site.app.register_blueprint(extra)
    return staff_site


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("editor", {"editor"}),
        ("librarian", {"editor", "librarian"}),
        ("admin", {"editor", "librarian", "admin"}),
    ],
)
def test_a_role_opens_its_own_pages_and_those_below(
    with_pages: StaffSite, name: str, allowed: set[str]
) -> None:
    browser = Browser(with_pages.app.test_client())
    token = with_pages.sessions.open(name)
    browser.client.set_cookie("julkaisuhaku_staff", token, path="/")
    opened = {role.value for role in Role if browser.get(f"/extra/{role}").status_code == 200}
    refused = {role.value for role in Role if browser.get(f"/extra/{role}").status_code == 403}
    assert opened == allowed
    assert refused == set(Role) - allowed


def test_a_refusal_says_what_to_do(with_pages: StaffSite) -> None:
    browser = Browser(with_pages.app.test_client())
    browser.client.set_cookie("julkaisuhaku_staff", with_pages.sessions.open("editor"), path="/")
    page = BeautifulSoup(browser.get("/extra/admin").text, "html.parser")
    assert page.h1 is not None
    assert page.h1.get_text() == "Tähän sivuun ei ole oikeutta"


def test_the_navigation_shows_what_a_role_may_open(staff_site: StaffSite) -> None:
    for role in Role:
        page = staff_site.logged_in(role.value).page("/staff/")
        links = [str(link["href"]) for link in page.select("nav a")]
        assert len(links) == len([entry for entry in ENTRIES if role.includes(entry.role)])
        assert page.select("nav a[aria-current=page]")


def test_every_entry_of_the_navigation_leads_to_a_page(staff_site: StaffSite) -> None:
    browser = staff_site.logged_in("admin")
    for link in browser.page("/staff/").select("nav a"):
        assert browser.get(str(link["href"])).status_code == 200
