"""The visitors' feedback: what is kept of it, when it is due, what the staff does with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import chain, count
from pathlib import Path

import pytest

from corpus._database import row_checksum
from corpus._schema import APPLICATION_ID, MIGRATIONS
from corpus.catalogue import Catalogue
from corpus.errors import CorruptCatalogue, LimitExceeded, NotFound
from corpus.feedback import MAX_CHARACTERS, FeedbackInbox, FeedbackState, read_text

PAGE = "/fi/doc/a"
RECEIVED = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


@pytest.fixture
def inbox(catalogue: Catalogue) -> FeedbackInbox:
    """Return an inbox whose clock stands still."""
    return FeedbackInbox(catalogue.database, now=lambda: RECEIVED)


def send(inbox: FeedbackInbox, form: str, text: str = "", *, is_found: bool = True) -> bool:
    """Send feedback with a form."""
    return inbox.receive(PAGE, "fi", is_found=is_found, text=text, form=form)


def test_feedback_is_kept_with_its_due_date(inbox: FeedbackInbox) -> None:
    assert send(inbox, "a", "PDF ei aukea.", is_found=False)
    (kept,) = inbox.all(FeedbackState.NEW)
    assert (kept.page, kept.language, kept.text) == (PAGE, "fi", "PDF ei aukea.")
    assert not kept.is_found
    assert kept.received_at == RECEIVED
    assert kept.due_on == date(2026, 12, 8)


def test_nothing_about_the_visitor_has_a_column(catalogue: Catalogue) -> None:
    columns = {row["name"] for row in catalogue.database.rows("PRAGMA table_info(feedback)")}
    assert columns == {
        "id",
        "form",
        "page",
        "language",
        "is_found",
        "text",
        "received_at",
        "due_on",
        "state",
        "note",
        "handled_by",
        "handled_at",
        "checksum",
    }


@pytest.mark.parametrize(
    ("today", "left"),
    [(date(2026, 11, 24), 14), (date(2026, 12, 8), 0), (date(2026, 12, 11), -3)],
    ids=["first day", "last day", "overdue"],
)
def test_days_are_counted_to_the_due_date(inbox: FeedbackInbox, today: date, left: int) -> None:
    send(inbox, "a")
    assert inbox.feedback(1).days_left(today) == left
    assert inbox.count_overdue(today) == (1 if left < 0 else 0)


def test_a_form_brings_the_same_feedback_once_and_no_other(inbox: FeedbackInbox) -> None:
    assert send(inbox, "a", "Hyvä.")
    assert send(inbox, "a", " Hyvä.\r\n")
    assert not send(inbox, "a", "Huono.")
    assert not inbox.receive("/sv/", "fi", is_found=True, text="Hyvä.", form="a")
    assert inbox.count(FeedbackState.NEW) == 1
    assert send(inbox, "b", "Hyvä.")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("a\x00\x1b[31mb\t", "a  [31mb"),
        ("\u202eabc\u2066", "abc"),
        ("a\u0308iti", "äiti"),
        ("  \n ", ""),
        ("😀 <b>&amp;", "😀 <b>&amp;"),
    ],
    ids=["lines", "blank", "controls", "turning", "composed", "nothing", "as written"],
)
def test_a_text_is_kept_as_it_is_read(given: str, kept: str) -> None:
    assert read_text(given) == kept


def test_a_text_has_a_longest_length(inbox: FeedbackInbox) -> None:
    assert send(inbox, "a", "ä" * MAX_CHARACTERS)
    with pytest.raises(LimitExceeded):
        send(inbox, "b", "ä" * (MAX_CHARACTERS + 1))
    with pytest.raises(LimitExceeded):
        inbox.receive("/" * 501, "fi", is_found=True, text="", form="c")
    with pytest.raises(LimitExceeded):
        inbox.settle(1, FeedbackState.ANSWERED, note="x" * (MAX_CHARACTERS + 1), actor="maija")
    assert inbox.feedback(1).state is FeedbackState.NEW


def test_what_is_done_is_kept_and_logged_without_texts(
    catalogue: Catalogue, inbox: FeedbackInbox
) -> None:
    send(inbox, "a", "Salainen sana.")
    done = inbox.settle(1, FeedbackState.ANSWERED, note="Korjattu.", actor="maija")
    assert (done.state, done.note, done.handled_by) == ("answered", "Korjattu.", "maija")
    assert done.handled_at == RECEIVED
    opened = inbox.settle(1, FeedbackState.NEW, note="Ei sittenkään.", actor="pekka")
    assert (opened.state, opened.handled_by, opened.handled_at) == ("new", "", None)
    inbox.erase_text(1, actor="maija")
    assert inbox.feedback(1).text == ""
    entries = catalogue.audit("feedback:1")
    assert sorted((entry.actor, entry.action) for entry in entries) == [
        ("maija", "erase text of feedback"),
        ("maija", "settle feedback"),
        ("pekka", "settle feedback"),
    ]
    assert "Salainen" not in repr(entries)


def test_ratings_without_a_text_are_settled_in_one_stroke(
    catalogue: Catalogue, inbox: FeedbackInbox
) -> None:
    for number, text in enumerate(("", "Lisää kuvia.", "", "")):
        send(inbox, f"form {number}", text)
    inbox.settle(4, FeedbackState.DISMISSED, note="", actor="maija")
    assert inbox.count_ratings() == 2
    assert inbox.settle_ratings(actor="maija") == 2
    assert inbox.settle_ratings(actor="maija") == 0
    assert [one.id for one in inbox.all(FeedbackState.NEW)] == [2]
    assert [one.id for one in inbox.all(FeedbackState.ANSWERED)] == [3, 1]
    assert len(catalogue.audit("feedback:1")) == 1


def test_only_answered_feedback_is_rated(inbox: FeedbackInbox) -> None:
    assert inbox.rating().percent == 0
    for number in range(6):
        send(inbox, f"form {number}", is_found=number != 0)
    for number in (1, 2, 3):
        inbox.settle(number, FeedbackState.ANSWERED, note="", actor="maija")
    inbox.settle(4, FeedbackState.DISMISSED, note="", actor="maija")
    rating = inbox.rating()
    assert (rating.found, rating.total, rating.percent) == (2, 3, 67)


def test_the_most_urgent_comes_first_and_lists_have_pages(catalogue: Catalogue) -> None:
    days = count()
    inbox = FeedbackInbox(catalogue.database, now=lambda: RECEIVED + timedelta(days=next(days)))
    for number in range(5):
        send(inbox, f"form {number}")
    assert [one.id for one in inbox.all(FeedbackState.NEW, limit=2)] == [1, 2]
    assert [one.id for one in inbox.all(FeedbackState.NEW, limit=2, offset=4)] == [5]


@pytest.mark.parametrize("number", [0, -1, 2, 2**62])
def test_feedback_that_is_not_there_is_not_found(inbox: FeedbackInbox, number: int) -> None:
    send(inbox, "a")
    for ask in (
        lambda: inbox.feedback(number),
        lambda: inbox.settle(number, FeedbackState.ANSWERED, note="", actor="maija"),
        lambda: inbox.erase_text(number, actor="maija"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_damaged_row_is_an_error_and_never_an_answer(
    catalogue: Catalogue, inbox: FeedbackInbox
) -> None:
    send(inbox, "a", "Hyvä.")
    with closing(sqlite3.connect(catalogue.database.path)) as raw:
        raw.create_function("row_checksum", -1, lambda *_: 0)
        raw.execute("UPDATE feedback SET text = 'Huono.'")
        raw.commit()
    with pytest.raises(CorruptCatalogue):
        inbox.feedback(1)
    assert any("of feedback" in message for message in catalogue.database.check())


def test_an_older_data_directory_gets_the_table(
    tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    path = tmp_path / "older.sqlite3"
    with closing(sqlite3.connect(path)) as older:
        older.create_function("row_checksum", -1, row_checksum)
        for statement in chain.from_iterable(MIGRATIONS[:2]):
            older.execute(statement)
        older.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        older.execute("PRAGMA user_version = 2")
        older.commit()
    with Catalogue(path) as migrated:
        inbox = FeedbackInbox(migrated.database, now=clock)
        assert send(inbox, "a", "Hyvä.")
        assert migrated.database.check() == []


def test_feedback_survives_the_end_of_the_program(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite3"
    with Catalogue(path) as opened:
        send(FeedbackInbox(opened.database), "a", "Hyvä.")
    with Catalogue(path) as again:
        assert FeedbackInbox(again.database).feedback(1).text == "Hyvä."
