"""Debian's WordPress, in Finnish, filled with the sample collection and crawled for a week.

Nobody here wrote what it sends: its themes, feeds, sitemaps, archives and second addresses.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from corpus.document import Status, Visibility
from corpus.sample.publication import load_publications
from crawler import CrawlReport
from tests.wordpress.conftest import SENTENCE, Week

pytestmark = pytest.mark.slow
_OWN = {"hello-world", "sample-page", "tietoa-meista"}  # no posts of ours


def path(url: str) -> str:
    """Return the path of an address."""
    return urlsplit(url).path


def failed(report: CrawlReport) -> dict[str, str]:
    """Return what could not be had, by path, with the path of the page that links it."""
    return {path(one.url): path(one.referrer or "") for one in report.failed}


def publications(week: Week) -> set[str]:
    """Return the paths of what was kept as more than a list."""
    return {place for place, one in week.documents.items() if not one.is_list}


def test_every_post_and_file_is_kept_exactly_once(week: Week) -> None:
    expected = {path(post.url) for post in week.posts} | {path(p.pdf) for p in week.posts if p.pdf}
    kept = {place for place in publications(week) if place.split("/")[-2] not in _OWN}
    assert kept == expected
    every = [url for one in week.documents.values() for url in one.addresses]
    assert len(every) == len(set(every))


def test_archives_are_followed_and_not_indexed(week: Week) -> None:
    lists = {place for place, one in week.documents.items() if one.is_list}
    kinds = {place.split("/")[1] for place in lists}
    assert {"author", "category", "tag", "page", "2019", ""} <= kinds
    assert all(week.documents[place].status is Status.SKIPPED for place in lists)


def test_the_page_around_a_file_is_not_indexed(week: Week) -> None:
    around = {path(post.attachment) for post in week.posts if post.attachment}
    assert around & set(week.documents)
    assert not around & publications(week)


def test_second_addresses_of_a_post_lead_to_the_post(week: Week) -> None:
    skipped = {one.url: one.reason for one in week.first.skipped}
    first = week.posts[0]
    assert skipped[f"{first.url}embed/"] == "noindex"
    assert skipped[f"{first.url}?replytocom=2"] in ("noindex", f"calls itself {first.url}")
    assert not any("?" in url for one in week.documents.values() for url in one.addresses)


def test_unpublished_posts_stay_unknown(week: Week) -> None:
    everything = " ".join(one.text for one in week.documents.values())
    assert "Tämä ei ole valmis" not in everything
    assert "Tämä on vain meille" not in everything


def test_a_dead_link_is_told_with_the_page_that_has_it(week: Week) -> None:
    assert failed(week.first) == {"/poistettu-sivu/": "/linkkeja/", "/xmlrpc.php": "/linkkeja/"}


def test_feeds_are_asked_for_where_they_can_tell_something(week: Week) -> None:
    assert week.first.fetched < len(week.documents) * 1.1


def test_titles_years_and_languages_are_those_of_the_posts(week: Week) -> None:
    given = {item.slug: item for item in load_publications()}
    wrong = []
    for post in week.posts:
        item = given.get(post.slug)
        if item is not None:
            found = week.documents[path(post.url)]
            shown = item.title.replace("'", "’")  # WordPress sets typographic marks
            year = int(path(post.url).split("/")[1])
            if (found.title, found.year, found.language) != (shown, year, item.language):
                wrong.append((post.slug, found.title, found.year, found.language))
    assert wrong == []


@pytest.mark.parametrize("around", ["Posted", "One response", "Lataa", "Kommentti", "Vastaa"])
def test_what_the_theme_writes_around_a_post_is_not_its_text(week: Week, around: str) -> None:
    posts = [path(post.url) for post in week.posts]
    assert [place for place in posts if around in week.documents[place].text.split()] == []


def test_a_second_crawl_finds_nothing_changed(week: Week) -> None:
    assert (week.second.new, week.second.changed) == (0, 0)
    assert week.second.unchanged == week.first.new
    assert week.second.skipped == week.first.skipped


def test_an_edited_post_is_seen_and_a_deleted_one_waits(week: Week) -> None:
    assert week.third.changed >= 1
    assert SENTENCE in week.edited_text
    assert went(week) <= set(failed(week.third))
    assert (week.third.gone, week.third.pending) == (0, len(went(week)))


def test_a_deleted_post_goes_after_three_days(week: Week) -> None:
    assert (week.waiting.gone, week.waiting.pending) == (0, len(went(week)))
    assert week.waiting_visibility is Visibility.PUBLISHED
    assert week.last.gone == len(went(week))
    assert week.last_visibility is Visibility.GONE


def went(week: Week) -> set[str]:
    """Return the paths that answer 404 once a post is deleted: itself, its file, its month."""
    post = path(week.deleted.url)
    return {post, path(week.deleted.pdf), f"{post.rsplit('/', 2)[0]}/"}
