"""One's own account: password, language, sessions.

One decision: a new password ends every other session, because it is changed most of all when
somebody else may know the old one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from corpus.accounts import Account, Role
from corpus.errors import Busy, InvalidInput
from corpus.passwords import MAX_CHARACTERS, MIN_CHARACTERS, check_password
from search_app.site import current_site, current_view
from search_app.staff.desk import Desk, current_desk
from search_app.staff.frame import current_account, requires, staff
from search_app.staff.log_in import begin_session, languages

_NOTES: Final = frozenset({"password_changed", "language_changed"})
_MINUTE_S: Final = 60
_UNPROCESSABLE: Final = 422


@staff.get("/account")
@requires(Role.EDITOR)
def account() -> Response:
    """Show one's own account."""
    note = request.args.get("note", "")
    return _page(note=note if note in _NOTES else "")


@staff.post("/account/password")
@requires(Role.EDITOR)
def change_password() -> Response | BaseResponse:
    """Change one's own password, which the old one is asked for."""
    desk, own = current_desk(), current_account()
    problems = _problems(desk, own)
    if problems:
        return _page(problems=problems, status=_UNPROCESSABLE)
    desk.accounts.set_password(own.name, request.form.get("new", ""), actor=own.name)
    desk.throttle.forgive_name(own.name)
    return begin_session(desk, own.name, url_for("staff.account", note="password_changed"))


@staff.post("/account/language")
@requires(Role.EDITOR)
def change_language() -> BaseResponse:
    """Change the language one reads in."""
    chosen = request.form.get("language", "")
    if chosen not in current_site().presenters:
        abort(400)
    own = current_account()
    current_desk().accounts.set_language(own.name, chosen, actor=own.name)
    return redirect(url_for("staff.account", note="language_changed"), 303)


@staff.post("/account/sessions")
@requires(Role.EDITOR)
def end_sessions() -> BaseResponse:
    """End every session of one's own account, this one too."""
    current_desk().sessions.close_all(current_account().name)
    return redirect(url_for("staff.log_in", note="sessions_ended"), 303)


def _problems(desk: Desk, own: Account) -> Mapping[str, str]:
    """Return what is wrong with the form of the password, by field."""
    t = current_view().show.t
    current, new, again = (request.form.get(name, "") for name in ("current", "new", "again"))
    if problem := _problem_of_new(current, new):
        return {"new": problem}
    if new != again:
        return {"again": t("staff_account.differs")}
    if wait := desk.throttle.admit(own.name, request.remote_addr or ""):
        return {"current": t("staff_log_in.too_many", n=math.ceil(wait / _MINUTE_S))}
    try:
        is_right = desk.verified(own.name, current) is not None
    except Busy:
        return {"current": t("staff_log_in.busy")}
    return {} if is_right else {"current": t("staff_account.wrong")}


def _problem_of_new(current: str, new: str) -> str:
    t = current_view().show.t
    try:
        check_password(new)
    except InvalidInput:
        if len(new) < MIN_CHARACTERS:
            return t("staff_account.too_short", n=MIN_CHARACTERS)
        return t("staff_account.too_long", n=MAX_CHARACTERS)
    return t("staff_account.same") if new == current else ""


def _page(
    *, note: str = "", problems: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    page = render_template(
        "staff/account.html",
        note=note,
        problems=problems or {},
        languages=languages(),
        shortest=MIN_CHARACTERS,
    )
    return make_response(page, status)
