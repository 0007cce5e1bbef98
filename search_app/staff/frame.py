"""What stands in front of and behind every page of the staff.

One decision: pages are closed unless they are named here as open, and forms are refused unless
their token fits; a page that is added can only choose a role, not leave a check out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response as BaseResponse

from corpus.accounts import Account, Role
from corpus.sessions import new_token
from search_app.problems import answer
from search_app.site import current_site, current_view, preferred_language
from search_app.staff.desk import current_desk
from search_app.staff.navigation import entries_for

COOKIE: Final = "julkaisuhaku_staff"
TOKEN_FIELD: Final = "form_token"  # noqa: S105 - the name of a field
_PREFIX: Final = "/staff"
_OPEN: Final = frozenset({"staff.log_in", "staff.send_log_in"})
_WITH_ONE_TIME_PASSWORD: Final = frozenset(
    {"staff.account", "staff.change_password", "staff.log_out"}
)
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_COOKIE_VALUE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_OWN_SITE: Final = frozenset({"", "same-origin", "none"})  # of Sec-Fetch-Site; "" in old browsers
_INSIDE: Final = re.compile(r"/staff(?:[/?][^\\\x00-\x20\x7f]*)?")

staff = Blueprint("staff", __name__, url_prefix=_PREFIX)

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class StaleForm(Forbidden):
    """A form whose token does not fit the cookie: sent too late, or by another site."""


def requires(role: Role) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Let only accounts of a role (or one that includes it) open a page."""

    def decorate(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
        @wraps(view)
        def checked(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
            if not current_account().role.includes(role):
                abort(403)
            return view(*args, **kwargs)

        return checked

    return decorate


def current_account() -> Account:
    """Return who asks; there is always somebody on a page that is not open to all."""
    account = g.get("account")
    if not isinstance(account, Account):
        raise TypeError("this page is open to people without an account")
    return account


def cookie_value() -> str:
    """Return the cookie's value, empty where there is none or one that was never given."""
    value = request.cookies.get(COOKIE, "")
    return value if _COOKIE_VALUE.fullmatch(value) else ""


def set_cookie(response: BaseResponse, value: str) -> None:
    """Give the browser a cookie that goes to the staff's pages only and ends with the browser."""
    response.set_cookie(
        COOKIE,
        value,
        path=request.script_root + _PREFIX,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def safe_next(address: str) -> str:
    """Return where to go after the log-in: a page of the staff's, whatever was asked for.

    Browsers read two slashes, or a slash and a backslash, as the beginning of another site.
    """
    root = request.script_root
    inside = address.removeprefix(root)
    is_inside = address.startswith(root) and _INSIDE.fullmatch(inside) is not None
    if not is_inside or "//" in inside.partition("?")[0]:
        return url_for("staff.dashboard")
    return address


@staff.before_request
def check() -> BaseResponse | None:
    """Find out who asks, and refuse what he may not do."""
    desk = current_desk()
    value = cookie_value()
    g.account = desk.sessions.account(value) if value else None
    g.language = _language(g.account)
    if g.account is None and request.endpoint not in _OPEN:
        return _to_log_in()
    if request.method not in _SAFE_METHODS:
        _check_form(value)
    must_choose = g.account is not None and g.account.has_one_time_password
    if must_choose and request.endpoint not in _WITH_ONE_TIME_PASSWORD | _OPEN:
        return redirect(url_for("staff.account"))
    return None


@staff.after_request
def close(response: Response) -> Response:
    """Let nobody keep or list a page of the staff's; give new visitors a value for their form."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if g.get("new_cookie"):
        set_cookie(response, g.new_cookie)
    return response


@staff.context_processor
def template_values() -> dict[str, object]:
    """Return what the staff's templates may use."""
    account = g.get("account")
    return {
        "account": account,
        "entries": entries_for(account),
        "form_token_field": TOKEN_FIELD,
        "form_token": form_token,
    }


@staff.errorhandler(StaleForm)
def stale_form(_error: StaleForm) -> Response:
    """Say that a form has to be filled in again."""
    return answer(403, current_view().show.t("staff_form.stale"))


def form_token() -> str:
    """Return the token of the forms on a page; gives a browser without a cookie one."""
    value = cookie_value() or g.get("new_cookie")
    if not value:
        value = g.new_cookie = new_token()
    return current_desk().form_tokens.make(value)


def _language(account: Account | None) -> str:
    languages = current_site().presenters
    asked = account.language if account else request.args.get("ui", "")
    return asked if asked in languages else preferred_language()


def _to_log_in() -> BaseResponse:
    address = request.script_root + request.full_path.rstrip("?")
    wanted = address if request.method == "GET" else None  # what None stands for is left out
    return redirect(url_for("staff.log_in", next=wanted), 303)


def _check_form(cookie: str) -> None:
    """Refuse a form of another site, or one that another session was shown.

    The token alone would do, were it not for a neighbour on the same domain who may set cookies.
    """
    is_own = request.headers.get("Sec-Fetch-Site", "") in _OWN_SITE
    token = request.form.get(TOKEN_FIELD, "")
    if not is_own or not current_desk().form_tokens.fits(token, cookie):
        raise StaleForm
