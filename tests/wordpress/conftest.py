"""A WordPress in Finnish, and what a crawler meets there over a week.

Where WordPress is missing the tests are skipped with that reason; with ``CI=true`` they fail.
"""

from __future__ import annotations

import os
import pickle
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from corpus._disk import FileLock
from corpus.document import Document, Status, Visibility
from crawler import CrawlReport
from search_app.assembly import Assembly
from tests.crawler.world import World
from tests.wordpress.editorial import content
from tests.wordpress.machine import Post, WordPress, missing

_CONNECTIONS = 2  # what the site has workers for
_WEEK_S = 600.0
SENTENCE = "Täydennys: kevyt ilmalaiva kokeiltiin marraskuussa."


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept of an address."""

    title: str
    year: int | None
    language: str | None
    is_list: bool
    status: Status
    text: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """What the crawls of a week gave; documents by the path of their address."""

    posts: tuple[Post, ...]
    first: CrawlReport
    documents: dict[str, Kept]
    second: CrawlReport
    edited: Post
    deleted: Post
    third: CrawlReport
    edited_text: str
    waiting: CrawlReport
    waiting_visibility: Visibility
    last: CrawlReport
    last_visibility: Visibility


@pytest.fixture(scope="session")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    """Crawl a WordPress twice, edit and delete in it, and look again on later days."""
    if lacks := missing():
        if os.environ.get("CI") == "true":
            pytest.fail(lacks)
        pytest.skip(lacks)
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # one week is enough for all workers
    lived = shared / "wordpress-week"
    lock = FileLock(shared / "wordpress.lock", "a week of WordPress")
    lock.acquire(timeout_s=_WEEK_S)
    with lock:
        if not lived.exists():
            lived.write_bytes(pickle.dumps(_visit(tmp_path_factory.mktemp("wordpress"))))
    found: Week = pickle.loads(lived.read_bytes())  # noqa: S301 - by a worker of this run
    return found


def _visit(folder: Path) -> Week:
    world = World(folder / "data")
    world.limits = replace(world.limits, connections_per_host=_CONNECTIONS)
    try:
        with WordPress() as site:
            given = content(site.folder)
            site.install(str(given["site"]), str(given["tagline"]))
            return _live(site, tuple(site.publish(given)), world)
    finally:
        world.close()


def _live(site: WordPress, posts: tuple[Post, ...], world: World) -> Week:
    source = world.source(site.url)
    first = world.crawl(source)
    _read(world)
    documents = {
        urlsplit(one.url).path: _kept(world, one) for one in world.catalogue.iter_documents()
    }
    second = world.crawl(source)
    edited = next(post for post in posts if not post.pdf)
    months = Counter(post.url.rsplit("/", 2)[0] for post in posts)
    deleted = next(
        post for post in posts[2:] if post.pdf and months[post.url.rsplit("/", 2)[0]] == 1
    )
    site.edit(edited, SENTENCE)
    site.delete(deleted)
    third = world.crawl(source)
    _read(world)
    edited_text = _text(world, world.document_at(edited.url).id)
    world.passed += timedelta(days=1)
    waiting = world.crawl(source, only_failed=True)
    waiting_visibility = world.document_at(deleted.url).visibility
    world.passed += timedelta(days=3)
    last = world.crawl(source, only_failed=True)
    return Week(
        posts=posts,
        first=first,
        documents=documents,
        second=second,
        edited=edited,
        deleted=deleted,
        third=third,
        edited_text=edited_text,
        waiting=waiting,
        waiting_visibility=waiting_visibility,
        last=last,
        last_visibility=world.document_at(deleted.url).visibility,
    )


def _kept(world: World, document: Document) -> Kept:
    return Kept(
        title=document.title,
        year=document.year,
        language=document.language,
        is_list=document.notes.get("role") == "list",
        status=document.status,
        text=_text(world, document.id),
        addresses=tuple(one.url for one in world.catalogue.addresses(document.id)),
    )


def _read(world: World) -> None:
    with Assembly(world.settings, command="wordpress") as assembly:
        assembly.prepare()
        assembly.reader.read_pending()


def _text(world: World, document_id: str) -> str:
    return "\n".join(page.text for page in world.catalogue.pages(document_id))
