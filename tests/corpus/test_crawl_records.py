"""What is remembered of addresses: found without reading those of the whole source."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus._database import Database
from corpus.crawls import CrawlStore, FetchRecord

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SOURCE = "sivusto"
ADDRESSES = 2_000


def record(number: int) -> FetchRecord:
    """Return what is remembered of a page with a text of its own."""
    url = f"http://example.org/{number}"
    return FetchRecord(url, f"d{number}", text_hash=f"{number:064}", fetched_at=NOW, full_at=NOW)


@pytest.fixture
def crawls(tmp_path: Path) -> CrawlStore:
    """Return a memory of many addresses."""
    store = CrawlStore(Database(tmp_path / "catalogue.sqlite3"))
    with store.database.transaction():
        for number in range(ADDRESSES):
            store.remember(SOURCE, record(number))
    return store


def test_a_twin_is_found_by_its_text_alone(crawls: CrawlStore) -> None:
    steps: list[int] = []
    connection = crawls.database._connection()
    connection.set_progress_handler(lambda: steps.append(1), 1)
    found = crawls.with_text(SOURCE, f"{1_234:064}")
    connection.set_progress_handler(None, 1)
    assert found == record(1_234)
    assert len(steps) < ADDRESSES / 10


def test_what_is_remembered_is_found_for_many_addresses_at_once(crawls: CrawlStore) -> None:
    urls = [record(3).url, record(1_999).url, "http://example.org/unknown"]
    assert crawls.fetch_records(SOURCE, urls) == {
        one.url: one for one in (record(3), record(1_999))
    }
    assert crawls.fetch_records("another", urls) == {}


@pytest.mark.parametrize("is_full", [True, False], ids=["in full", "by its validators"])
def test_what_is_seen_again_keeps_all_but_its_moments(crawls: CrawlStore, *, is_full: bool) -> None:
    later = datetime(2026, 11, 25, 12, tzinfo=UTC)
    url = record(7).url
    crawls.see_again(SOURCE, url, at=later, is_full=is_full)
    found = crawls.fetch_records(SOURCE, [url])[url]
    assert (found.fetched_at, found.full_at) == (later, later if is_full else NOW)
    assert (found.document_id, found.text_hash) == (record(7).document_id, record(7).text_hash)
