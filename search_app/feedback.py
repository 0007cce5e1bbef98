"""The visitors' feedback: the form on every page, what is wrong with one that was sent, the thanks.

One decision: a form that cannot be taken comes back as a page with everything that was written, so
that nobody writes twice; nothing but the answer, the text, the page's path and its language is
kept, not even the words of a search, since people search for people.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from corpus.errors import Busy, LimitExceeded, StorageError
from corpus.feedback import MAX_CHARACTERS, read_text
from search_app.feedback_form import Mark, Verdict
from search_app.site import View, current_site, current_view

_RATED: Final = frozenset({"pages", "documents"})  # the blueprints whose pages hold the form
_TRAP: Final = "website"  # a field that people do not see and machines fill in
_ANSWERS: Final[Mapping[str, bool]] = {"yes": True, "no": False}
_ADDRESS: Final = re.compile(r"/[!-\[\]-~]{0,2000}")  # printable ASCII without a backslash
_MINUTE_S: Final = 60
_UNPROCESSABLE: Final = 422
_TOO_MANY: Final = 429
_UNAVAILABLE: Final = 503

feedback = Blueprint("feedback", __name__)


@dataclass(frozen=True, slots=True)
class Form:
    """The form as it is shown: empty, or as it was sent, with what is wrong."""

    page: str  # the path it is about
    mark: str
    back: str = ""  # the address to return to, with the words of the search
    answer: str = ""
    text: str = ""
    problem: str = ""  # of the form as a whole
    problems: Mapping[str, str] = field(default_factory=dict)  # by field

    @property
    def is_faulty(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.problem or self.problems)


def footer_form() -> Form | None:
    """Return the form at the foot of the page that is being made, None where there is none."""
    if request.blueprint not in _RATED:
        return None
    return Form(page=request.path, mark=_new_mark(request.path))


@feedback.get("/feedback")
def form() -> str:
    """Show the form on a page of its own, about the page that is named or the whole site."""
    address = public_address(request.args.get("page", ""))
    page = unquote(urlsplit(address).path) or request.path
    return _page(Form(page=page, mark=_new_mark(page), back=address))


@feedback.post("/feedback")
def send() -> Response | BaseResponse:
    """Take feedback in, or show the form again."""
    view, box = current_view(), current_site().feedback
    sent = _sent()
    if request.form.get(_TRAP):
        return _thank(sent)  # the machine is told nothing
    t = view.show.t
    verdict = box.forms.judge(sent.mark, sent.page)
    if verdict is not Verdict.GOOD:
        return _again(sent, t(f"feedback.form_{verdict}"), is_kept=verdict is Verdict.TOO_FAST)
    if problems := _problems(view, sent):
        return _again(sent, problems=problems)
    if wait := box.limit.admit(request.remote_addr or ""):
        problem = t("feedback.too_many", n=math.ceil(wait / _MINUTE_S))
        answer = _again(sent, problem, status=_TOO_MANY)
        answer.headers["Retry-After"] = str(wait)
        return answer
    try:
        is_kept = box.inbox.receive(
            sent.page,
            view.language,
            is_found=_ANSWERS[sent.answer],
            text=sent.text,
            form=sent.mark,
        )
    except (Busy, StorageError):
        return _again(sent, t("feedback.unavailable"), status=_UNAVAILABLE)
    return _thank(sent) if is_kept else _again(sent, t("feedback.form_used"), is_kept=False)


@feedback.get("/feedback/thanks")
def thanks() -> str:
    """Say thank you, with the way back."""
    address = public_address(request.args.get("page", ""))
    return render_template("feedback_thanks.html", back=request.script_root + address)


def public_address(address: str) -> str:
    """Return the address of a public page of this site as it was given, empty for any other."""
    if not _ADDRESS.fullmatch(address):
        return ""
    path = unquote(address.partition("?")[0])
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return ""
    return address if str(endpoint).partition(".")[0] in _RATED else ""


def _sent() -> Form:
    """Return the form that was sent."""
    page = request.form.get("page", "")
    return Form(
        page=page,
        mark=request.form.get("mark", ""),
        back=public_address(request.form.get("back", "")) or _referrer(page),
        answer=request.form.get("found", ""),
        text=request.form.get("text", ""),
    )


def _referrer(page: str) -> str:
    """Return the full address of the page that the form stands on, as far as the browser tells."""
    path = quote(page)
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return public_address(path)
    is_told = unquote(parts.path).removeprefix(request.script_root) == page
    full = f"{path}?{parts.query}" if is_told and parts.query else path
    return public_address(full) or public_address(path)


def _problems(view: View, sent: Form) -> dict[str, str]:
    """Return what is wrong with the fields, by field."""
    problems = {}
    if sent.answer not in _ANSWERS:
        problems["found"] = view.show.t("feedback.choose")
    try:
        read_text(sent.text)
    except LimitExceeded:
        problems["text"] = view.show.t("feedback.too_long", n=MAX_CHARACTERS)
    return problems


def _again(
    sent: Form,
    problem: str = "",
    *,
    problems: Mapping[str, str] | None = None,
    is_kept: bool = True,
    status: int = _UNPROCESSABLE,
) -> Response:
    """Return the form as it was sent, with what is wrong; its mark is kept where it is good."""
    page, mark = sent.page, sent.mark
    if not is_kept:
        page = page if public_address(quote(page)) else request.path
        mark = _new_mark(page)
    shown = Form(page, mark, sent.back, sent.answer, sent.text, problem, problems or {})
    response = make_response(_page(shown), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _thank(sent: Form) -> BaseResponse:
    address = sent.back or None  # what None stands for is left out
    return redirect(url_for("feedback.thanks", language=current_view().language, page=address), 303)


def _page(shown: Form) -> str:
    is_about_site = shown.page == request.path
    return render_template("feedback.html", shown=shown, is_about_site=is_about_site)


def _new_mark(page: str) -> str:
    """Return a new mark, and leave it where the page's entity tag is made."""
    mark: Mark = current_site().feedback.forms.make(page)
    g.feedback_mark = mark
    return mark.text
