"""Logging in and out.

One decision: what a wrong name and a wrong password are told is the same, takes the same time and
counts the same, so that nobody learns here who works for the organisation.
"""

from __future__ import annotations

import logging
import math
from typing import Final

from flask import Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from corpus.errors import Busy
from search_app.site import current_site, current_view
from search_app.staff.desk import Desk, current_desk
from search_app.staff.frame import cookie_value, safe_next, set_cookie, staff
from search_app.texts import OWN_NAMES

_MINUTE_S: Final = 60
_UNPROCESSABLE: Final = 422
_TOO_MANY: Final = 429
_UNAVAILABLE: Final = 503
_NOTES: Final = frozenset({"logged_out", "sessions_ended"})
_log = logging.getLogger(__name__)


@staff.get("/login")
def log_in() -> Response | BaseResponse:
    """Show the form."""
    address = safe_next(request.args.get("next", ""))
    if g.account is not None:
        return redirect(address)
    note = request.args.get("note", "")
    return _form(address=address, note=note if note in _NOTES else "")


@staff.post("/login")
def send_log_in() -> Response | BaseResponse:
    """Open a session for a right password, or show the form again."""
    desk, t = current_desk(), current_view().show.t
    address = safe_next(request.form.get("next", ""))
    name, password = request.form.get("name", ""), request.form.get("password", "")
    client = request.remote_addr or ""
    if wait := desk.throttle.admit(name, client):
        _log.warning("a log-in was refused: too many attempts")
        problem = t("staff_log_in.too_many", n=math.ceil(wait / _MINUTE_S))
        response = _form(address=address, name=name, problem=problem, status=_TOO_MANY)
        response.headers["Retry-After"] = str(wait)
        return response
    try:
        account = desk.verified(name, password)
    except Busy:
        problem = t("staff_log_in.busy")
        return _form(address=address, name=name, problem=problem, status=_UNAVAILABLE)
    if account is None:
        problem = t("staff_log_in.wrong")
        return _form(address=address, name=name, problem=problem, status=_UNPROCESSABLE)
    desk.throttle.forgive(name, client)
    return begin_session(desk, account.name, address)


@staff.post("/logout")
def log_out() -> BaseResponse:
    """End this session."""
    current_desk().sessions.close(cookie_value())
    return redirect(url_for("staff.log_in", note="logged_out"), 303)


def begin_session(desk: Desk, name: str, address: str) -> BaseResponse:
    """Open a session and go on; whatever value the cookie had before opens nothing."""
    desk.sessions.close(cookie_value())
    response = redirect(address, 303)
    set_cookie(response, desk.sessions.open(name))
    return response


def languages() -> list[dict[str, str]]:
    """Return the languages of the site with their own names."""
    return [{"language": name, "name": OWN_NAMES[name]} for name in current_site().presenters]


def _form(
    *, address: str, name: str = "", problem: str = "", note: str = "", status: int = 200
) -> Response:
    page = render_template(
        "staff/log_in.html",
        next=address,
        name=name[:64],
        problem=problem,
        note=note,
        languages=languages(),
    )
    return make_response(page, status)
