"""What remains of crawls: reports of runs, dead links with since when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corpus._database import Database
from corpus.crawl_history import KEPT_REPORTS, CrawlHistory, KeptReport, ReportedAddress
from corpus.crawls import CrawlStore, Decision, Outcome, QueuedAddress

DAY = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
DEAD, PAGE = "http://a.fi/kuollut", "http://a.fi/sivu"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Return an empty database of a catalogue."""
    with Database(tmp_path / "catalogue.sqlite3") as opened:
        yield opened


@pytest.fixture
def history(database: Database) -> CrawlHistory:
    """Return the history in it."""
    return CrawlHistory(database)


def report(run: int, *, source: str = "a", is_partial: bool = False) -> KeptReport:
    """Return the report of a run that began on a day of its own."""
    begun = DAY + timedelta(days=run)
    return KeptReport(
        run=run,
        source=source,
        started_at=begun,
        finished_at=begun + timedelta(minutes=5),
        is_partial=is_partial,
        counts={"fetched": run, "failed": 1},
        new=(PAGE,),
        failed=(ReportedAddress(DEAD, "the server answered 404", PAGE),),
    )


def crawled(
    database: Database, outcomes: dict[str, Outcome], *, at: datetime, is_partial: bool = False
) -> None:
    """Play a run in which addresses, all linked from one page, had these outcomes."""
    crawls = CrawlStore(database)
    run = crawls.begin("a", at=at, is_partial=is_partial)
    crawls.enqueue(run.id, [QueuedAddress(url, "a.fi", referrer=PAGE) for url in outcomes])
    for url, outcome in outcomes.items():
        crawls.settle(run.id, Decision(url, outcome, "the server answered 404", is_fetched=True))
    CrawlHistory(database).settle_links(run, at=at)


def test_a_report_is_kept_as_it_was(history: CrawlHistory) -> None:
    history.keep(report(1))
    history.keep(report(2))
    assert history.reports("a") == [report(2), report(1)]
    assert history.reports("b") == []


def test_the_oldest_reports_of_a_source_are_dropped(history: CrawlHistory) -> None:
    history.keep(report(1, source="b"))
    for run in range(2, KEPT_REPORTS + 4):
        history.keep(report(run))
    assert [one.run for one in history.reports("a")][-1] == 4
    assert len(history.reports("a")) == KEPT_REPORTS
    assert len(history.reports("b")) == 1


def test_the_last_whole_crawl_is_known(history: CrawlHistory) -> None:
    assert history.last_full_start("a") is None
    history.keep(report(1))
    history.keep(report(2, is_partial=True))
    assert history.last_full_start("a") == DAY + timedelta(days=1)


def test_a_dead_link_keeps_since_when_until_it_is_mended(
    database: Database, history: CrawlHistory
) -> None:
    crawled(database, {DEAD: Outcome.FAILED}, at=DAY)
    crawled(database, {DEAD: Outcome.ABSENT}, at=DAY + timedelta(days=2))
    (dead,) = history.dead("a")
    assert (dead.url, dead.since, dead.referrers) == (DEAD, DAY, (PAGE,))
    crawled(database, {DEAD: Outcome.NEW}, at=DAY + timedelta(days=3))
    assert history.dead("a") == []


def test_a_partial_crawl_mends_only_what_it_asked_for(
    database: Database, history: CrawlHistory
) -> None:
    crawled(database, {DEAD: Outcome.FAILED, f"{DEAD}/2": Outcome.FAILED}, at=DAY)
    later = DAY + timedelta(hours=1)
    crawled(database, {DEAD: Outcome.UNCHANGED}, at=later, is_partial=True)
    assert [one.url for one in history.dead("a")] == [f"{DEAD}/2"]


def test_an_address_that_was_not_reached_is_not_judged(
    database: Database, history: CrawlHistory
) -> None:
    crawls = CrawlStore(database)
    run = crawls.begin("a", at=DAY)
    crawls.enqueue(run.id, [QueuedAddress(DEAD, "a.fi", referrer=PAGE)])
    crawls.settle(run.id, Decision(DEAD, Outcome.FAILED, "no answer"))
    history.settle_links(run, at=DAY)
    assert history.dead("a") == []


def test_no_more_than_fifty_pages_are_named_for_an_address(history: CrawlHistory) -> None:
    for number in range(60):
        history.note_link("a", DEAD, f"{PAGE}/{number}", at=DAY)
    history.note_link("a", DEAD, f"{PAGE}/7", at=DAY + timedelta(days=1), reason="gone")
    (dead,) = history.dead("a")
    assert len(dead.referrers) == 50
    assert dead.since == DAY
    assert history.dead_urls("a") == {DEAD}
