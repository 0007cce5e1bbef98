"""The boxes of the dashboard: documents, failures, index, analysis, crawls, feedback.

One decision: a panel is a function from the site and the desk to plain rows; it draws nothing and
knows no other panel, so another one is a function here or elsewhere and a line in `PANELS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from flask import url_for

from corpus.crawls import LastRun, Outcome
from corpus.document import Document, Visibility
from corpus.errors import JulkaisuhakuError
from corpus.failed import count_failed, failed_documents
from corpus.feedback import FeedbackState
from search_app.condition import Analysis, Condition
from search_app.condition import Fault as IndexFault
from search_app.site import View
from search_app.staff.desk import Desk
from search_app.staff.feedback import time_left, today_utc

_FAILURES: Final = 10
_WAITING: Final = 5
_STATES: Final = (
    "ok",
    "pending",
    "needs_ocr",
    "failed",
    "skipped",
    "draft",
    "withdrawn",
    "gone",
)
_OUTCOMES: Final = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.FAILED)
_WITHOUT_A_SIGN: Final = timedelta(minutes=10)  # a crawl at work gives one every few seconds


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a panel; languages are named where they are not the page's."""

    label: str
    value: str
    note: str = ""
    href: str = ""
    language: str = ""  # of the label
    value_language: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to be done, with the command that does it where there is one."""

    text: str
    command: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One box: a name that is unique on the page, a title, rows, and what is wrong."""

    name: str
    title: str
    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()
    text: str = ""


def documents(view: View, _desk: Desk) -> Panel:
    """Count the documents by their state."""
    t, show, catalogue = view.show.t, view.show, view.site.catalogue
    counts = catalogue.count_by_status()
    rows = [
        Row(t(f"staff_state.{state}"), show.number(counts[state]))
        for state in _STATES
        if state in counts
    ]
    total = Row(t("staff_documents.total"), show.number(catalogue.count_documents()))
    pages = Row(t("staff_documents.pages"), show.number(catalogue.count_pages()))
    return Panel("documents", t("staff_documents.title"), (total, *rows, pages))


def failures(view: View, desk: Desk) -> Panel:
    """List the documents that could not be read, with the reasons."""
    t, database = view.show.t, view.site.catalogue.database
    total = count_failed(database)
    rows = tuple(
        Row(
            view.title(document),
            document.reason or t("staff_failures.no_reason"),
            href=_page_of(view, document),
            language=document.language,
            value_language="en" if document.reason else "",  # as extractors write it
        )
        for document in failed_documents(database, _FAILURES)
    )
    del desk
    text = t("staff_failures.none") if total == 0 else ""
    if total > len(rows):
        text = t("staff_failures.more", n=total - len(rows))
    return Panel("failures", t("staff_failures.title"), rows, text=text)


def index(view: View, desk: Desk) -> Panel:
    """Say which generation answers, what it is made of, and how far it has followed."""
    t, show = view.show.t, view.show
    condition = desk.condition()
    manifest = condition.manifest if condition else None
    try:
        generation = view.site.searcher.generation()
    except JulkaisuhakuError:  # the condition says what is wrong
        generation = ""
    rows = [Row(t("staff_index.generation"), generation or t("staff_index.none"))]
    faults: list[Fault] = []
    if manifest is not None:
        behind = view.site.catalogue.count_changes(after=manifest.watermark)
        if behind:
            faults.append(Fault(t("staff_index.behind_text", n=behind), "julkaisuhaku index"))
        built = datetime.fromisoformat(manifest.created_at)
        rows += [
            Row(t("staff_index.built"), moment(view, built)),
            Row(t("staff_index.engine"), manifest.engine_version or manifest.engine),
            Row(t("staff_index.documents"), show.number(manifest.documents)),
            Row(t("staff_index.pages"), show.number(manifest.pages)),
            Row(t("staff_index.behind"), show.number(behind)),
        ]
    if condition is not None and condition.fault is not None:
        faults.insert(0, _index_fault(view, condition.fault))
    return Panel("index", t("staff_index.title"), tuple(rows), tuple(faults))


def analysis(view: View, desk: Desk) -> Panel:
    """Say how Finnish is analysed, and where the index was built otherwise."""
    t = view.show.t
    condition = desk.condition()
    backend = condition.backend if condition else view.site.backend
    known = t.has(f"staff_analysis.backend_{backend}")
    named = t(f"staff_analysis.backend_{backend}") if known else backend
    rows = [Row(t("staff_analysis.backend"), backend, note=named)]
    if condition is not None:
        rows += _versions(view, condition)
    faults = []
    if backend != "native":
        faults.append(Fault(t("staff_analysis.not_native"), "apt-get install libvoikko1 voikko-fi"))
    faults += [Fault(note, language="en") for note in view.site.notes()]
    return Panel("analysis", t("staff_analysis.title"), tuple(rows), tuple(faults))


def crawls(view: View, desk: Desk) -> Panel:
    """Say when each source was crawled last, and what became of it."""
    t = view.show.t
    runs = {run.source: run for run in desk.crawls.last_runs()}
    faults: tuple[Fault, ...] = ()
    try:
        named = list(desk.sources())
    except JulkaisuhakuError as error:  # the message names file, line and entry
        named, faults = [], (Fault(error.message, language="en"),)
    sources = [*named, *(source for source in runs if source not in named)]
    rows = tuple(_run(view, source, runs.get(source)) for source in sources)
    text = "" if rows else t("staff_crawls.none")
    return Panel("crawls", t("staff_crawls.title"), rows, faults, text)


def unanswered(view: View, desk: Desk) -> Panel:
    """List the feedback that waits, the most urgent first, with the days that are left."""
    t, inbox, today = view.show.t, view.site.feedback.inbox, today_utc()
    del desk
    total, overdue = inbox.count(FeedbackState.NEW), inbox.count_overdue(today)
    waiting = inbox.all(FeedbackState.NEW, limit=_WAITING)
    rows = [
        Row(
            t("staff_feedback.item", n=one.id),
            time_left(view, one, today),
            note=one.page,
            href=url_for("staff.feedback") + f"#feedback-{one.id}",
        )
        for one in waiting
    ]
    text = "" if total else t("staff_feedback.panel_none")
    if total > len(rows):
        text = t("staff_feedback.panel_more", n=total - len(rows))
    faults = (Fault(t("staff_feedback.panel_overdue", n=overdue)),) if overdue else ()
    counted = Row(t("staff_feedback.panel_all"), view.show.number(total))
    shown = (counted, *rows) if total else ()
    return Panel("feedback", t("staff_feedback.panel"), shown, faults, text)


def moment(view: View, value: datetime) -> str:
    """Return a moment as day and time (UTC)."""
    utc = value.astimezone(UTC)
    return f"{view.show.date(utc)} {utc:%H:%M} UTC"


def _page_of(view: View, document: Document) -> str:
    """Return the page of a document, where it has one already."""
    is_shown = document.visibility is Visibility.PUBLISHED
    return view.links.document(document.id) if is_shown else ""


def _index_fault(view: View, fault: IndexFault) -> Fault:
    return Fault(view.show.t(f"staff_fault.{fault}"), fault.command)


def _versions(view: View, condition: Condition) -> list[Row]:
    t = view.show.t
    built = condition.built or Analysis("")
    versions = (
        ("dictionary", condition.now.dictionary, built.dictionary),
        ("rules", condition.now.rules, built.rules),
        ("lexicon", condition.now.lexicon, built.lexicon),
    )
    return [
        Row(
            t(f"staff_analysis.{name}"),
            now or "–",
            note=t("staff_analysis.built", x=was) if was and was != now else "",
        )
        for name, now, was in versions
    ]


def _run(view: View, source: str, run: LastRun | None) -> Row:
    t = view.show.t
    if run is None:
        return Row(source, t("staff_crawls.never"))
    counted = ", ".join(
        t(f"staff_crawls.{outcome}", n=run.counts[outcome])
        for outcome in _OUTCOMES
        if run.counts.get(outcome)
    )
    if run.finished_at is not None:
        return Row(source, moment(view, run.finished_at), note=counted)
    is_at_work = datetime.now(UTC) - run.touched_at < _WITHOUT_A_SIGN
    state = t("staff_crawls.running" if is_at_work else "staff_crawls.interrupted")
    return Row(source, f"{moment(view, run.touched_at)}, {state}", note=counted)


PANELS: Final[tuple[Callable[[View, Desk], Panel], ...]] = (
    documents,
    index,
    crawls,
    analysis,
    failures,
    unanswered,
)
