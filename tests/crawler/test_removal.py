"""When a document counts as gone, and everything that must not make it so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from corpus.document import Visibility
from tests.crawler.server import Site
from tests.crawler.world import LONG, World, reasons


def test_a_page_that_says_it_is_not_there_is_left_out(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a")
    site.answer("/a", "<title>Sivua ei löytynyt</title><main><h1>Hups</h1><p>Etsi.</p></main>")
    report = world.crawl(world.source(site.url))
    assert f"{site.url}/a" not in world.urls()
    assert reasons(report)["/a"] == "a page that says it is not there"


def test_an_absent_page_is_told_with_where_it_is_linked(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/puuttuu")
    report = world.crawl(world.source(site.url))
    (failed,) = report.failed
    assert failed.url == f"{site.url}/puuttuu"
    assert failed.reason == "the server answered 404"
    assert failed.referrer == f"{site.url}/"


def test_a_document_is_gone_only_after_days_of_absence(site: Site, world: World) -> None:
    source = world.source(site.url)
    site.page("/", "etusivu", "/a")
    site.page("/a", LONG)
    world.crawl(source)
    site.drop("/a")
    for day in range(3):
        world.passed = timedelta(days=day)
        report = world.crawl(source)
        assert (report.pending, report.gone) == (1, 0)
        assert world.document_at(f"{site.url}/a").visibility is Visibility.PUBLISHED
    world.passed = timedelta(days=3, hours=1)
    report = world.crawl(source)
    assert (report.pending, report.gone) == (0, 1)
    assert world.document_at(f"{site.url}/a").visibility is Visibility.GONE


def test_many_absences_on_one_day_are_not_enough(site: Site, world: World) -> None:
    site.page("/")
    world.crawl(world.source(site.url))
    site.drop("/")
    for _ in range(5):
        assert world.crawl(world.source(site.url)).gone == 0


def test_a_document_that_comes_back_is_shown_again(site: Site, world: World) -> None:
    site.page("/", LONG)
    world.crawl(world.source(site.url))
    site.drop("/")
    for day in range(4):
        world.passed = timedelta(days=day, hours=1)
        world.crawl(world.source(site.url))
    assert world.document_at(f"{site.url}/").visibility is Visibility.GONE
    site.page("/", LONG)
    world.crawl(world.source(site.url))
    assert world.document_at(f"{site.url}/").visibility is Visibility.PUBLISHED
    assert world.crawl(world.source(site.url)).pending == 0


@pytest.mark.parametrize("status", [500, 503, 403, 401])
def test_an_error_of_the_server_never_removes(site: Site, world: World, status: int) -> None:
    site.page("/", LONG)
    world.crawl(world.source(site.url))
    site.answer("/", status=status)
    for day in range(5):
        world.passed = timedelta(days=day)
        report = world.crawl(world.source(site.url))
        assert (report.gone, report.pending) == (0, 0)
    assert world.document_at(f"{site.url}/").visibility is Visibility.PUBLISHED


def test_what_nothing_links_any_more_is_still_looked_at(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a")
    site.page("/a", LONG)
    world.crawl(world.source(site.url))
    site.page("/", "etusivu")
    report = world.crawl(world.source(site.url))
    assert site.hits["/a"] == 2
    assert (report.changed, report.unchanged, report.pending) == (1, 1, 0)


@pytest.mark.slow
def test_a_large_drop_removes_nothing_without_being_asked_for(site: Site, world: World) -> None:
    paths = [f"/{number}" for number in range(20)]
    site.page("/", "etusivu", *paths)
    for path in paths:
        site.page(path, LONG + path)
    world.crawl(world.source(site.url))
    for path in paths:
        site.drop(path)
    for day in range(4):
        world.passed = timedelta(days=day, hours=1)
        report = world.crawl(world.source(site.url))
    assert (report.gone, report.pending) == (0, 20)
    assert "20 of 21 documents are no longer there" in report.failed[0].reason


def test_a_withdrawn_document_does_not_come_back(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a")
    site.page("/a", LONG)
    world.crawl(world.source(site.url))
    document = world.document_at(f"{site.url}/a")
    world.catalogue.withdraw([document.id], "pyynnöstä", "anna")
    site.page("/a", "uusi " + LONG)
    report = world.crawl(world.source(site.url))
    assert site.hits["/a"] == 1
    assert reasons(report)["/a"] == "withdrawn"
    assert world.document_at(f"{site.url}/a").original == document.original


def test_a_document_that_comes_back_in_between_is_counted_anew(site: Site, world: World) -> None:
    source = world.source(site.url)
    for day, is_there in enumerate((True, False, False, True, False, False)):
        world.passed = timedelta(days=2 * day)
        site.page("/", LONG) if is_there else site.drop("/")
        report = world.crawl(source)
        assert (report.gone, report.pending) == (0, 0 if is_there else 1)
    assert world.document_at(f"{site.url}/").visibility is Visibility.PUBLISHED


@pytest.mark.parametrize("status", [500, 403])
def test_a_move_to_where_nothing_can_be_had_never_removes(
    site: Site, world: World, status: int
) -> None:
    site.page("/", "etusivu", "/a")
    site.page("/a", LONG)
    world.crawl(world.source(site.url))
    site.redirect("/a", "/b")
    site.answer("/b", status=status)
    for day in range(5):
        world.passed = timedelta(days=2 * day)
        report = world.crawl(world.source(site.url))
        assert (report.gone, report.pending) == (0, 0)
    assert world.document_at(f"{site.url}/a").visibility is Visibility.PUBLISHED


def test_a_move_to_where_nothing_is_removes_after_days(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a")
    site.page("/a", LONG)
    world.crawl(world.source(site.url))
    site.redirect("/a", "/b")
    for day in range(3):
        world.passed = timedelta(days=2 * day)
        report = world.crawl(world.source(site.url))
    assert (report.gone, report.pending) == (1, 0)


def test_a_site_that_is_not_there_any_more_keeps_its_documents(world: World) -> None:
    with Site() as site:
        site.page("/", "etusivu", "/a")
        site.page("/a", LONG)
        source = world.source(site.url)
        world.crawl(source)
    for day in range(4):
        world.passed = timedelta(days=2 * day)
        report = world.crawl(source)
        assert (report.fetched, report.gone, report.pending) == (0, 0, 0)
        assert reasons(report)["/"].startswith("robots.txt could not be read")
    assert world.document_at(f"{site.url}/a").visibility is Visibility.PUBLISHED


def test_a_site_that_forbids_everything_keeps_its_documents(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a")
    site.page("/a", LONG)
    world.crawl(world.source(site.url))
    site.answer("/robots.txt", "User-agent: *\nDisallow: /\n", kind="text/plain")
    site.requests.clear()
    for day in range(4):
        world.passed = timedelta(days=2 * day)
        report = world.crawl(world.source(site.url))
        assert (report.fetched, report.gone, report.pending) == (0, 0, 0)
        assert set(reasons(report).values()) == {"robots.txt"}
    assert set(site.hits) == {"/robots.txt"}


def test_a_large_drop_is_removed_when_a_person_asks_for_it(site: Site, world: World) -> None:
    world.limits = replace(world.limits, drop_floor=1)
    paths = [f"/{number}" for number in range(5)]
    site.page("/", "etusivu", *paths)
    for path in paths:
        site.page(path, LONG + path)
    world.crawl(world.source(site.url))
    for path in paths:
        site.drop(path)
    for day in range(4):
        world.passed = timedelta(days=day, hours=1)
        assert world.crawl(world.source(site.url)).gone == 0
    report = world.crawl(world.source(site.url), allow_drop=True)
    assert (report.gone, report.pending) == (5, 0)
