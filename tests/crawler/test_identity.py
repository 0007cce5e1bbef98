"""Which address a document has: redirects, canonical links, the same under two addresses."""

from __future__ import annotations

import pytest

from tests.crawler.server import Site
from tests.crawler.world import LONG, PDF, World, reasons


def test_a_redirect_is_followed_and_told(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/vanha")
    site.redirect("/vanha", "/uusi")
    site.page("/uusi", "perillä")
    world.crawl(world.source(site.url))
    known = world.catalogue.find_address(f"{site.url}/uusi")
    assert known is not None
    assert known.address.redirects == (f"{site.url}/vanha",)
    assert known.address.link_text == "linkki /vanha"
    assert f"{site.url}/vanha" not in world.urls()


def test_a_target_of_two_redirects_is_fetched_once(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a", "/b", "/c")
    for path in ("/a", "/b"):
        site.redirect(path, "/c", status=302)
    site.page("/c")
    world.crawl(world.source(site.url))
    assert site.hits["/c"] == 1


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/", "http://10.0.0.1/", "http://127.0.0.2:1/", "//[::1]/"]
)
def test_a_redirect_out_of_the_source_is_not_followed(
    site: Site, world: World, target: str
) -> None:
    site.page("/", "etusivu", "/ulos")
    site.redirect("/ulos", target)
    report = world.crawl(world.source(site.url))
    assert reasons(report)["/ulos"].startswith("redirects outside the scope")


def test_redirects_in_a_circle_fail(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a")
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    report = world.crawl(world.source(site.url))
    assert reasons(report)["/b"] == "redirects in a circle"
    assert (site.hits["/a"], site.hits["/b"]) == (1, 1)


def test_a_document_that_moved_for_good_keeps_its_identity(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/vanha")
    site.page("/vanha", LONG)
    world.crawl(world.source(site.url))
    before = world.document_at(f"{site.url}/vanha")
    site.redirect("/vanha", "/uusi")
    site.page("/uusi", LONG + "Lisäys.")
    world.crawl(world.source(site.url))
    assert world.document_at(f"{site.url}/uusi").id == before.id
    assert world.catalogue.count_documents() == 2


def test_the_same_file_under_two_addresses_is_one_document(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a.pdf", "/b.pdf")
    for path in ("/a.pdf", "/b.pdf"):
        site.answer(path, PDF, kind="application/pdf")
    for _ in range(2):
        report = world.crawl(world.source(site.url))
        assert reasons(report)["/b.pdf"] == f"the same document as {site.url}/a.pdf"
    first, second = (world.document_at(f"{site.url}/{name}.pdf") for name in "ab")
    assert first.id == second.id
    assert report.unchanged == 2


def test_the_address_a_page_names_as_its_own_is_the_document(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/tulosta/a")
    site.page("/tulosta/a", LONG, head='<link rel="canonical" href="/a">')
    site.page("/a", LONG)
    report = world.crawl(world.source(site.url))
    assert world.urls() == {f"{site.url}/", f"{site.url}/a"}
    assert reasons(report)["/tulosta/a"] == f"calls itself {site.url}/a"


def test_pages_that_name_each_other_do_not_both_get_lost(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a", "/b")
    site.page("/a", LONG, head='<link rel="canonical" href="/b">')
    site.page("/b", LONG, head='<link rel="canonical" href="/a">')
    world.crawl(world.source(site.url))
    assert len(world.urls() & {f"{site.url}/a", f"{site.url}/b"}) == 1


def test_a_page_that_names_an_absent_address_is_kept_itself(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a")
    site.page("/a", LONG, head='<link rel="canonical" href="/puuttuu">')
    world.crawl(world.source(site.url))
    assert f"{site.url}/a" in world.urls()


@pytest.mark.parametrize("canonical", ["/", "http://example.invalid/a"])
def test_a_broken_canonical_is_ignored(site: Site, world: World, canonical: str) -> None:
    site.page("/", "etusivu", "/a")
    site.page("/a", LONG, head=f'<link rel="canonical" href="{canonical}">')
    world.crawl(world.source(site.url))
    assert f"{site.url}/a" in world.urls()


def test_the_same_text_under_another_address_is_told_as_such(site: Site, world: World) -> None:
    site.page("/", "etusivu", "/a", "/b")
    for path in ("/a", "/b"):
        site.answer(path, f"<title>Sama</title><main><p>{LONG}</p></main>")
    report = world.crawl(world.source(site.url))
    assert reasons(report)["/b"] == f"the same text as {site.url}/a"
