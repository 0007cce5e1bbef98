"""The staff's pages as a test opens them: a site with accounts, and browsers that log in."""

from __future__ import annotations

from pathlib import Path

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from corpus.accounts import Accounts, Role
from corpus.catalogue import Catalogue
from corpus.passwords import Cost
from corpus.sessions import Sessions

PASSWORD = "kirahvi ja norsu"  # noqa: S105 - of the tests
CHEAP = Cost(n=16, r=8, p=1)
COOKIE = "julkaisuhaku_staff"


class StaffSite:
    """A site of its own with an editor, a librarian and an administrator."""

    def __init__(self, app: Flask, catalogue: Catalogue, folder: Path) -> None:
        self.app = app
        self.catalogue = catalogue
        self.folder = folder
        self.accounts = Accounts(catalogue.database, cost=CHEAP)
        self.sessions = Sessions(catalogue.database)
        for role in Role:
            self.accounts.add(role.value, role, PASSWORD, actor="test")

    def browser(self) -> Browser:
        """Return a browser without any cookie."""
        return Browser(self.app.test_client())

    def logged_in(self, name: str) -> Browser:
        """Return a browser in which somebody has logged in."""
        browser = self.browser()
        answer = browser.log_in(name)
        assert answer.status_code == 303
        return browser


class Browser:
    """A browser that keeps cookies and sends forms with the token that stands on the page."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path)

    def page(self, path: str) -> BeautifulSoup:
        """Open a page that has to be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return BeautifulSoup(answer.text, "html.parser")

    def token(self, path: str) -> str:
        """Return the token of the forms on a page."""
        field = self.page(path).select_one("input[name=form_token]")
        assert field is not None
        return str(field["value"])

    def send(self, form_on: str, to: str, **fields: str) -> TestResponse:
        """Send a form of a page."""
        return self.client.post(to, data={"form_token": self.token(form_on), **fields})

    def log_in(self, name: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        """Send the form of the log-in."""
        return self.send("/staff/login", "/staff/login", name=name, password=password, **fields)

    @property
    def cookie(self) -> str:
        """The value of the cookie, empty without one."""
        kept = self.client.get_cookie(COOKIE, path="/staff")
        return kept.value if kept else ""

    @cookie.setter
    def cookie(self, value: str) -> None:
        self.client.set_cookie(COOKIE, value, path="/staff")
