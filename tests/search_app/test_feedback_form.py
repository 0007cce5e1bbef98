"""The marks of the feedback form, and how much feedback is let through."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from search_app.feedback_box import FeedbackLimit
from search_app.feedback_form import FeedbackForms, Verdict

KEY = b"k" * 32
PAGE = "/fi/help"
START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """Return what it shows."""
        return self.now

    def forward(self, **by: float) -> None:
        """Put it forward."""
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    """Return a clock."""
    return Clock()


@pytest.mark.parametrize(
    ("age_s", "verdict"),
    [
        (0, Verdict.TOO_FAST),
        (4.9, Verdict.TOO_FAST),
        (5, Verdict.GOOD),
        (24 * 3600, Verdict.GOOD),
        (24 * 3600 + 1, Verdict.EXPIRED),
        (-60, Verdict.TOO_FAST),
    ],
)
def test_a_mark_is_good_from_five_seconds_to_a_day(
    clock: Clock, age_s: float, verdict: Verdict
) -> None:
    forms = FeedbackForms(KEY, now=clock)
    mark = forms.make(PAGE).text
    clock.forward(seconds=age_s)
    assert forms.judge(mark, PAGE) is verdict


def test_a_mark_is_good_for_its_page_and_installation_alone(clock: Clock) -> None:
    forms = FeedbackForms(KEY, now=clock)
    mark = forms.make(PAGE).text
    clock.forward(minutes=1)
    assert forms.judge(mark, "/sv/help") is Verdict.FOREIGN
    assert FeedbackForms(b"x" * 32, now=clock).judge(mark, PAGE) is Verdict.FOREIGN


@pytest.mark.parametrize(
    "change",
    [
        lambda _: "",
        lambda mark: mark + "0",
        lambda mark: "9" + mark,
        lambda mark: mark.replace(".", "", 1),
        lambda mark: mark[:-1] + ("0" if mark[-1] != "0" else "1"),
        lambda mark: mark.upper(),
        lambda mark: mark + "\n",
        lambda mark: "١" + mark[1:],
        lambda mark: "\udfff" + mark,
        lambda _: "a" * 60_000,
    ],
    ids=["empty", "longer", "later", "dot", "signature", "case", "line", "digit", "half", "huge"],
)
def test_a_mark_that_was_changed_is_foreign(clock: Clock, change: object) -> None:
    forms = FeedbackForms(KEY, now=clock)
    mark = forms.make(PAGE).text
    clock.forward(minutes=1)
    assert callable(change)
    assert forms.judge(change(mark), PAGE) is Verdict.FOREIGN
    assert forms.judge(mark, PAGE) is Verdict.GOOD


def test_no_two_marks_are_the_same_but_what_tags_them_is_within_the_hour(clock: Clock) -> None:
    forms = FeedbackForms(KEY, now=clock)
    first, second = forms.make(PAGE), forms.make(PAGE)
    assert first.text != second.text
    assert first.hour == second.hour
    clock.forward(hours=1)
    assert forms.make(PAGE).hour != first.hour


def test_one_place_may_send_ten_in_an_hour(clock: Clock) -> None:
    limit = FeedbackLimit(now=clock)
    assert [limit.admit("192.0.2.1") for _ in range(10)] == [0] * 10
    assert limit.admit("192.0.2.1") == 3600
    assert limit.admit("192.0.2.2") == 0
    clock.forward(minutes=59)
    assert limit.admit("192.0.2.1") == 60
    clock.forward(minutes=1)
    assert limit.admit("192.0.2.1") == 0


def test_a_network_of_a_household_is_one_place(clock: Clock) -> None:
    limit = FeedbackLimit(of_one=1, now=clock)
    assert limit.admit("2001:db8::1") == 0
    assert limit.admit("2001:db8::2") > 0
    assert limit.admit("2001:db8:0:1::1") == 0


def test_all_places_together_have_a_limit(clock: Clock) -> None:
    limit = FeedbackLimit(of_all=50, now=clock)
    admitted = [limit.admit(f"192.0.2.{number}") for number in range(60)]
    assert admitted.count(0) == 50
    assert set(admitted[50:]) == {3600}
    clock.forward(hours=1)
    assert limit.admit("192.0.2.99") == 0


def test_a_hundred_at_once_are_counted_one_by_one(clock: Clock) -> None:
    limit = FeedbackLimit(now=clock)
    admitted: list[int] = []
    threads = [
        threading.Thread(target=lambda: admitted.append(limit.admit("192.0.2.1")))
        for _ in range(100)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert admitted.count(0) == 10
