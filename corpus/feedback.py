"""The visitors' feedback: whether they found what they looked for, and what they had to say.

One decision: nothing about the visitor is kept, so feedback is answered by what is done about it;
the note says what that was. Only what somebody of the staff has gone through counts in the rating
that the public sees.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from corpus._audit import AuditTrail
from corpus._database import Database
from corpus._disk import utc_now
from corpus._rows import sound_row
from corpus.errors import InvalidInput, LimitExceeded, NotFound

MAX_CHARACTERS: Final = 2_000  # of a text, and of a note
ANSWERED_WITHIN: Final = timedelta(days=14)
"""The time to answer in: act 306/2019 on the provision of digital services, section 8."""

_MAX_PAGE_CHARACTERS: Final = 500
_TURNING: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # turn the text around
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_ORDERS: Final = {True: "id", False: "handled_at DESC, id DESC"}


class FeedbackState(StrEnum):
    """What has become of feedback."""

    NEW = "new"
    ANSWERED = "answered"  # gone through and acted upon: counts in the rating
    DISMISSED = "dismissed"  # rubbish: does not


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one visitor said of one page."""

    id: int
    page: str
    language: str
    is_found: bool
    text: str
    received_at: datetime
    due_on: date
    state: FeedbackState
    note: str = ""
    handled_by: str = ""
    handled_at: datetime | None = None

    def days_left(self, today: date) -> int:
        """Return the days until it has to be answered; below zero it is overdue."""
        return (self.due_on - today).days


@dataclass(frozen=True, slots=True)
class Rating:
    """How many of those whose feedback was gone through had found what they looked for."""

    found: int
    total: int

    @property
    def percent(self) -> int:
        """The share in whole per cent."""
        return round(100 * self.found / self.total) if self.total else 0


class FeedbackInbox:
    """The feedback in the catalogue's database; durable like the catalogue itself.

    What the staff does with it goes into the audit log in the same transaction, without texts.
    """

    def __init__(self, database: Database, *, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._now = now
        self._audit = AuditTrail(database, "feedback", now)

    def receive(self, page: str, language: str, *, is_found: bool, text: str, form: str) -> bool:
        """Keep feedback sent with a form; False when that form has brought other feedback.

        The same feedback sent again with its form (a second click, a reloaded page) is kept once.
        Raises `LimitExceeded` for a text over `MAX_CHARACTERS`, or a page's address that no page
        has.
        """
        text = read_text(text)
        if len(page) > _MAX_PAGE_CHARACTERS:
            raise LimitExceeded("the address of the page is too long", subject="page")
        now = self._now()
        values = (page, language, int(is_found), text)
        with self._database.transaction():
            row = self._database.row("SELECT * FROM feedback WHERE form = ?", (form,))
            if row is not None:
                kept = (row["page"], row["language"], row["is_found"], row["text"])
                return kept == values
            self._database.execute(
                "INSERT INTO feedback (form, page, language, is_found, text, received_at, due_on,"
                " state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    form,
                    *values,
                    now.isoformat(),
                    (now + ANSWERED_WITHIN).date().isoformat(),
                    FeedbackState.NEW,
                ),
            )
        return True

    def feedback(self, number: int) -> Feedback:
        """Return one; `NotFound` where there is none of that number."""
        row = self._database.row("SELECT * FROM feedback WHERE id = ?", (number,))
        if row is None:
            raise NotFound(f"There is no feedback {number}.", subject=str(number))
        return _feedback_of(row)

    def all(self, state: FeedbackState, *, limit: int = 50, offset: int = 0) -> list[Feedback]:
        """Return feedback in a state: new ones by their due date, others the latest handled first.

        Due dates follow the order of receipt, so nothing has to be sorted.
        """
        order = _ORDERS[state is FeedbackState.NEW]
        rows = self._database.rows(
            f"SELECT * FROM feedback WHERE state = ? ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608
            (state, limit, offset),
        )
        return [_feedback_of(row) for row in rows]

    def count(self, state: FeedbackState) -> int:
        """Return how much feedback is in a state."""
        return self._database.number("SELECT count(*) FROM feedback WHERE state = ?", (state,))

    def count_overdue(self, today: date) -> int:
        """Return how much feedback ought to have been answered before today."""
        return self._database.number(
            "SELECT count(*) FROM feedback WHERE state = ? AND due_on < ?",
            (FeedbackState.NEW, today.isoformat()),
        )

    def count_ratings(self) -> int:
        """Return how many new ones hold no text, so that there is nothing to answer."""
        return self._database.number(
            "SELECT count(*) FROM feedback WHERE state = ? AND text = ''", (FeedbackState.NEW,)
        )

    def rating(self) -> Rating:
        """Return what is told to the public: answered feedback alone counts."""
        row = self._database.row(
            "SELECT coalesce(sum(is_found), 0) AS found, count(*) AS total FROM feedback"
            " WHERE state = ?",
            (FeedbackState.ANSWERED,),
        )
        return Rating(0, 0) if row is None else Rating(row["found"], row["total"])

    def settle(self, number: int, state: FeedbackState, *, note: str, actor: str) -> Feedback:
        """Put feedback into a state, with a note on what was done; `NEW` opens it again.

        Raises `NotFound`, and `LimitExceeded` for a note over `MAX_CHARACTERS`.
        """
        note = read_text(note)
        with self._database.transaction():
            before = self.feedback(number)
            is_new = state is FeedbackState.NEW
            moment = None if is_new else self._now().isoformat()
            self._database.execute(
                "UPDATE feedback SET state = ?, note = ?, handled_by = ?, handled_at = ?"
                " WHERE id = ?",
                (state, note, "" if is_new else actor, moment, number),
            )
            sides = {"state": before.state}, {"state": state}
            self._audit.write(actor, "settle feedback", number, *sides)
        return self.feedback(number)

    def settle_ratings(self, *, actor: str) -> int:
        """Settle as answered every new one without a text; return how many there were."""
        with self._database.transaction():
            rows = self._database.rows(
                "SELECT id FROM feedback WHERE state = ? AND text = '' ORDER BY id",
                (FeedbackState.NEW,),
            )
            for row in rows:
                self.settle(row["id"], FeedbackState.ANSWERED, note="", actor=actor)
        return len(rows)

    def erase_text(self, number: int, *, actor: str) -> None:
        """Forget what somebody wrote (personal data, say); the answer yes or no stays."""
        with self._database.transaction():
            self.feedback(number)
            self._database.execute("UPDATE feedback SET text = '' WHERE id = ?", (number,))
            self._audit.write(actor, "erase text of feedback", number)


def read_text(text: str) -> str:
    """Return a text as it is kept: NFC, plain line ends, no control or turning characters.

    Raises `LimitExceeded` over `MAX_CHARACTERS`, `InvalidInput` for what is no text at all.
    """
    lines = _TURNING.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    visible = "".join(c if c == "\n" or unicodedata.category(c) != "Cc" else " " for c in lines)
    clean = _BLANK_LINES.sub("\n\n", unicodedata.normalize("NFC", visible)).strip()
    if len(clean) > MAX_CHARACTERS:
        raise LimitExceeded(f"a text over {MAX_CHARACTERS} characters", subject="text")
    if any(unicodedata.category(c) == "Cs" for c in clean):
        raise InvalidInput("the text holds half a character", subject="text")
    return clean


def _feedback_of(row: sqlite3.Row) -> Feedback:
    handled = sound_row(row, "feedback")["handled_at"]
    return Feedback(
        id=row["id"],
        page=row["page"],
        language=row["language"],
        is_found=bool(row["is_found"]),
        text=row["text"],
        received_at=datetime.fromisoformat(row["received_at"]),
        due_on=date.fromisoformat(row["due_on"]),
        state=FeedbackState(row["state"]),
        note=row["note"],
        handled_by=row["handled_by"],
        handled_at=datetime.fromisoformat(handled) if handled else None,
    )
