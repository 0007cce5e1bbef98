"""The inbox of the visitors' feedback: what waits, for how long still, and what was done.

One decision: one form for each piece of feedback, with a button for each thing that can be done,
so that nothing has to be opened to be dealt with; and ratings without a text go in one stroke.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from urllib.parse import quote

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from corpus.accounts import Role
from corpus.errors import LimitExceeded
from corpus.feedback import MAX_CHARACTERS, Feedback, FeedbackState
from search_app.feedback import public_address
from search_app.site import View, current_view
from search_app.staff.frame import current_account, requires, staff

_PAGE_SIZE: Final = 25
_ACTIONS: Final = {
    "answer": FeedbackState.ANSWERED,
    "dismiss": FeedbackState.DISMISSED,
    "reopen": FeedbackState.NEW,
}
_NOTES: Final = frozenset({"answered", "dismissed", "new", "erased", "ratings"})
_LAST_NUMBER: Final = 2**62  # what a row may be numbered
_LAST_PAGE: Final = 100_000
_UNPROCESSABLE: Final = 422


@dataclass(frozen=True, slots=True)
class Tab:
    """A state with how much feedback is in it."""

    name: str
    text: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of feedback as it is shown."""

    feedback: Feedback
    href: str  # of its page, empty where that is no page any more
    received: str
    due: str
    time_left: str
    is_overdue: bool
    handled: str
    note: str  # as it was last written
    problem: str = ""


@staff.get("/feedback")
@requires(Role.EDITOR)
def feedback() -> Response:
    """Show the feedback in a state."""
    state = _state()
    number = request.args.get("page", 1, type=int)
    return _inbox(state, page=min(max(1, number), _LAST_PAGE))


@staff.post(f"/feedback/<int(max={_LAST_NUMBER}):number>")
@requires(Role.EDITOR)
def settle_feedback(number: int) -> Response | BaseResponse:
    """Do with a piece of feedback what the button says."""
    inbox, own = current_view().site.feedback.inbox, current_account().name
    action, note = request.form.get("action", ""), request.form.get("note", "")
    if action == "erase":
        inbox.erase_text(number, actor=own)
        return _back("erased", number)
    if action not in _ACTIONS:
        abort(400)
    try:
        done = inbox.settle(number, _ACTIONS[action], note=note, actor=own)
    except LimitExceeded:
        return _inbox(inbox.feedback(number).state, wrong=(number, note), status=_UNPROCESSABLE)
    return _back(done.state.value, number)


@staff.post("/feedback/ratings")
@requires(Role.EDITOR)
def settle_ratings() -> BaseResponse:
    """Settle every new rating that has no text."""
    count = current_view().site.feedback.inbox.settle_ratings(actor=current_account().name)
    return _back("ratings", count)


def time_left(view: View, feedback: Feedback, today: date) -> str:
    """Return "5 days left", or by how many days an answer is late."""
    days, t = feedback.days_left(today), view.show.t
    if days == 0:
        return t("staff_feedback.today")
    return t(f"staff_feedback.{'left' if days > 0 else 'overdue'}", n=abs(days))


def today_utc() -> date:
    """Return the day as due dates are reckoned."""
    return datetime.now(UTC).date()


def _state() -> FeedbackState:
    asked = request.args.get("state", "")
    return FeedbackState(asked) if asked in set(FeedbackState) else FeedbackState.NEW


def _back(done: str, number: int) -> BaseResponse:
    state = None if _state() is FeedbackState.NEW else _state()
    return redirect(url_for("staff.feedback", state=state, done=done, n=number), 303)


def _inbox(
    state: FeedbackState,
    *,
    page: int = 1,
    wrong: tuple[int, str] = (0, ""),
    status: int = 200,
) -> Response:
    """Return the list; ``wrong`` is a number with the note that could not be kept."""
    view = current_view()
    inbox = view.site.feedback.inbox
    tabs = [_tab(view, one, is_current=one is state) for one in FeedbackState]
    total = next(tab.count for tab in tabs if tab.is_current)
    last = max(1, -(-total // _PAGE_SIZE))
    page = min(page, last)
    if wrong[0]:  # its list may have more pages than one: show what has to be mended alone
        found = [inbox.feedback(wrong[0])]
    else:
        found = inbox.all(state, limit=_PAGE_SIZE, offset=(page - 1) * _PAGE_SIZE)
    body = render_template(
        "staff/feedback.html",
        state=state,
        tabs=tabs,
        items=[_item(view, one, wrong) for one in found],
        ratings=inbox.count_ratings() if state is FeedbackState.NEW else 0,
        page=page,
        last=last,
        done=_done(view),
        longest=MAX_CHARACTERS,
    )
    return make_response(body, status)


def _tab(view: View, state: FeedbackState, *, is_current: bool) -> Tab:
    text = view.show.t(f"staff_feedback.state_{state}")
    return Tab(state.value, text, view.site.feedback.inbox.count(state), is_current)


def _item(view: View, feedback: Feedback, wrong: tuple[int, str]) -> Item:
    show, is_wrong = view.show, wrong[0] == feedback.id
    is_new = feedback.state is FeedbackState.NEW
    handled = ""
    if feedback.handled_at is not None:
        when = show.date(feedback.handled_at)
        handled = show.t("staff_feedback.handled_by", who=feedback.handled_by, when=when)
    today = today_utc()
    return Item(
        feedback=feedback,
        href=public_address(quote(feedback.page)),
        received=show.date(feedback.received_at),
        due=show.date(feedback.due_on),
        time_left=time_left(view, feedback, today) if is_new else "",
        is_overdue=is_new and feedback.days_left(today) < 0,
        handled=handled,
        note=wrong[1] if is_wrong else feedback.note,
        problem=show.t("staff_feedback.too_long", n=MAX_CHARACTERS) if is_wrong else "",
    )


def _done(view: View) -> str:
    """Return what was done last, by the address it led to."""
    done, number = request.args.get("done", ""), request.args.get("n", -1, type=int)
    is_told = done in _NOTES and 0 <= number <= _LAST_NUMBER
    return view.show.t(f"staff_feedback.done_{done}", n=number) if is_told else ""
