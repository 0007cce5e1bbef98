"""The sample collection is what its texts promise, and its server behaves as a decent one does."""

from __future__ import annotations

import difflib
import hashlib
import http.client
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pikepdf
import pypdfium2 as pdfium
import pytest

from corpus.errors import InvalidInput
from corpus.sample import Publication, SampleServer, load_publications
from corpus.sample.finishing import USER_PASSWORD
from corpus.sample.labels import load_labels
from corpus.sample.landing import FILES
from corpus.sample.manifest import Entry, load_manifest, recipe
from corpus.sample.publication import Hyphens, is_isbn, load_news
from corpus.sample.serve import PLACEHOLDER, SITE
from corpus.sample.site import SiteWriter

PUBLICATIONS = {item.slug: item for item in load_publications()}
PDFS = [pytest.param(entry, id=entry.slug) for entry in load_manifest()]
READABLE = [
    pytest.param(entry, id=entry.slug)
    for entry in load_manifest()
    if not PUBLICATIONS[entry.slug].pdf.encrypted
]
FORBIDDEN = "/luonnokset/"


class _Links(HTMLParser):
    """Collects the addresses a page links to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("a", "link") and values.get("href"):
            self.found.append(str(values["href"]))


@pytest.fixture(scope="module")
def server() -> Iterator[SampleServer]:
    with SampleServer() as running:
        yield running


def ask(
    server: SampleServer, path: str, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=10)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=named)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def text_of(path: Path) -> str:
    document = pdfium.PdfDocument(path)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def pdf_path(entry: Entry) -> Path:
    return SITE / FILES / f"{entry.slug}.pdf"


def test_there_are_at_least_forty_publications_from_every_year() -> None:
    assert len(PUBLICATIONS) >= 40
    assert {item.year for item in PUBLICATIONS.values()} == set(range(2014, 2027))
    assert {item.language for item in PUBLICATIONS.values()} == {"fi", "sv", "en"}


def test_every_identifier_of_the_texts_is_in_the_vocabulary_under_its_scheme() -> None:
    known = load_labels().by_scheme
    for item in PUBLICATIONS.values():
        assert item.type in known["doctype"], item.slug
        assert set(item.sectors) <= set(known["sector"]), item.slug
        assert set(item.themes) <= set(known["theme"]), item.slug
        assert set(item.regions) <= set(known["region"]), item.slug
        assert set(item.programmes) <= set(known["programme"]), item.slug


@pytest.mark.parametrize(
    ("scheme", "field"), [("sector", "sectors"), ("theme", "themes"), ("region", "regions")]
)
def test_every_concept_has_a_publication(scheme: str, field: str) -> None:
    used = {value for item in PUBLICATIONS.values() for value in getattr(item, field)}
    assert used == set(load_labels().by_scheme[scheme])


def test_isbns_are_right_and_never_given_twice() -> None:
    isbns = [item.isbn for item in PUBLICATIONS.values() if item.isbn]
    assert len(isbns) > 20
    assert len(set(isbns)) == len(isbns)
    assert all(is_isbn(isbn) for isbn in isbns)


@pytest.mark.parametrize("isbn", ["978-952-1900-01-0", "978-952-1900-01", "", "abc"])
def test_a_wrong_isbn_is_told_from_a_right_one(isbn: str) -> None:
    assert not is_isbn(isbn)


def test_a_wrong_text_is_refused_with_its_file_and_key(tmp_path: Path) -> None:
    (tmp_path / "outo.md").write_text('+++\ntitel = "x"\n+++\nTeksti.\n', encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"outo\.md: titel: unknown key"):
        load_publications(tmp_path)


def test_relations_name_publications_that_exist() -> None:
    versions = [item for item in PUBLICATIONS.values() if item.version_of]
    twins = [item for item in PUBLICATIONS.values() if item.near_duplicate_of]
    assert versions
    assert twins
    for item in versions:
        assert PUBLICATIONS[item.version_of].date < item.date
    for item in twins:
        other = PUBLICATIONS[item.near_duplicate_of]
        ratio = difflib.SequenceMatcher(None, other.body, item.body, autojunk=False).ratio()
        assert 0.85 < ratio < 1


def test_every_publication_with_a_pdf_is_in_the_manifest_and_up_to_date() -> None:
    promised = {item.slug: recipe(item) for item in PUBLICATIONS.values() if item.has_pdf}
    assert {entry.slug: entry.recipe for entry in load_manifest()} == promised


def test_the_special_pdfs_are_there() -> None:
    options = [item.pdf for item in PUBLICATIONS.values() if item.has_pdf]
    assert sum(option.scan for option in options) == 1
    assert sum(option.encrypted for option in options) == 1
    assert any(option.tagged and option.two_column for option in options)
    assert any(not option.tagged and option.two_column for option in options)
    assert {option.hyphens for option in options} == set(Hyphens)
    pages = [entry.pages for entry in load_manifest()]
    assert 55 <= max(pages) <= 60


@pytest.mark.parametrize("entry", PDFS)
def test_a_pdf_has_the_properties_its_text_promises(entry: Entry) -> None:
    item = PUBLICATIONS[entry.slug]
    data = pdf_path(entry).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry.sha256
    if item.pdf.encrypted:
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(pdf_path(entry))
    password = USER_PASSWORD if item.pdf.encrypted else ""
    with pikepdf.open(pdf_path(entry), password=password) as document:
        assert len(document.pages) == entry.pages
        assert ("/StructTreeRoot" in document.Root) == item.pdf.tagged
        assert bool(document.Root.get("/MarkInfo")) == item.pdf.tagged


@pytest.mark.parametrize("entry", READABLE)
def test_the_text_layer_of_a_pdf_holds_its_publication(entry: Entry) -> None:
    item = PUBLICATIONS[entry.slug]
    text = text_of(pdf_path(entry))
    if item.pdf.scan:
        assert not text.strip()
        return
    # Words, because lines and columns divide everything longer.
    wanted = set(re.findall(r"\b[a-zåäö]{4,9}\b", item.body))
    found = set(re.findall(r"\b[a-zåäö]{4,9}\b", text))
    assert len(wanted & found) >= 0.95 * len(wanted)


def test_divided_words_end_lines_where_a_text_asks_for_it() -> None:
    for item in PUBLICATIONS.values():
        if item.has_pdf and item.pdf.hyphens is not Hyphens.NONE:
            # pdfium writes a hyphen at a line end as U+FFFE.
            assert text_of(SITE / FILES / f"{item.slug}.pdf").count("\ufffe") >= 3, item.slug


def test_the_committed_site_is_what_the_texts_make(tmp_path: Path) -> None:
    (tmp_path / FILES).symlink_to(SITE / FILES)
    SiteWriter(tuple(PUBLICATIONS.values()), load_news(), load_labels(), tmp_path).write()
    made = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*.*") if path.is_file()}
    kept = {path.relative_to(SITE): path for path in SITE.rglob("*.*") if path.is_file()}
    pdfs = {path for path in kept if path.suffix == ".pdf"}
    assert {path for path in made if path.suffix != ".pdf"} == set(kept) - pdfs
    for path in set(kept) - pdfs:
        assert made[path].read_bytes() == kept[path].read_bytes(), path


def test_the_collection_stays_small() -> None:
    assert sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file()) < 8_000_000


def test_no_page_names_an_address_outside_the_site() -> None:
    names = {"schema.org", "www.sitemaps.org"}
    for path in SITE.rglob("*.*"):
        if path.suffix in (".html", ".xml", ".rss", ".txt"):
            hosts = re.findall(r"https?://([^/\"<\s]+)", path.read_text(encoding="utf-8"))
            assert set(hosts) <= names | {PLACEHOLDER.removeprefix("http://")}, path


def test_every_link_of_the_site_leads_somewhere(server: SampleServer) -> None:
    waiting, seen = [server.url], {server.url}
    while waiting:
        page = waiting.pop()
        response, body = ask(server, urlsplit(page).path)
        assert response.status in (200, 301, 302), page
        links = _Links()
        if "html" in response.headers.get("Content-Type", ""):
            links.feed(body.decode())
        moved = [response.headers["Location"]] if response.status != http.HTTPStatus.OK else []
        for link in [*links.found, *moved]:
            target = urldefrag(urljoin(page, link)).url
            assert target.startswith(server.url), f"{page} leads out to {target}"
            if target not in seen and FORBIDDEN not in target:
                seen.add(target)
                waiting.append(target)
    paths = {urlsplit(address).path for address in seen}
    assert {f"/{FILES}/{entry.slug}.pdf" for entry in load_manifest()} <= paths
    assert sum("/julkaisut/" in path for path in paths) > 30


def test_the_sitemap_lists_what_wants_to_be_found(server: SampleServer) -> None:
    _, body = ask(server, "/sitemap.xml")
    listed = set(re.findall(r"<loc>([^<]+)</loc>", body.decode()))
    for slug in [*PUBLICATIONS, *(item.slug for item in load_news())]:
        assert any(address.endswith(f"/{slug}/") for address in listed), slug
    for address in listed:
        assert FORBIDDEN not in address
        response, page = ask(server, urlsplit(address).path)
        assert response.status == http.HTTPStatus.OK
        assert b'content="noindex' not in page
    assert len(re.findall(r"<lastmod>\d{4}-\d\d-\d\d</lastmod>", body.decode())) > 50


def test_robots_txt_names_the_server_and_the_forbidden_folder(server: SampleServer) -> None:
    _, body = ask(server, "/robots.txt")
    assert f"Sitemap: {server.url}sitemap.xml" in body.decode()
    assert f"Disallow: {FORBIDDEN}" in body.decode()


@pytest.mark.parametrize("path", ["/", "/sitemap.xml", "/robots.txt", "/ajankohtaista/syote.rss"])
def test_the_placeholder_is_never_served(server: SampleServer, path: str) -> None:
    _, body = ask(server, path)
    assert PLACEHOLDER.encode() not in body


@pytest.mark.parametrize("path", ["/julkaisut/", f"/{FILES}/metsabiotalouden-tilannekuva.pdf"])
def test_an_unchanged_file_is_answered_with_304(server: SampleServer, path: str) -> None:
    first, body = ask(server, path)
    assert len(body) == int(first.headers["Content-Length"])
    by_tag, empty = ask(server, path, If_None_Match=first.headers["ETag"])
    assert (by_tag.status, empty) == (304, b"")
    by_date, _ = ask(server, path, If_Modified_Since=first.headers["Last-Modified"])
    assert by_date.status == http.HTTPStatus.NOT_MODIFIED
    other, _ = ask(server, path, If_None_Match='"something else"')
    assert other.status == http.HTTPStatus.OK


def test_moved_addresses_are_redirected_within_the_site(server: SampleServer) -> None:
    for path, status, target in (
        ("/raportit/metsatiedon-tiekartta.html", 301, "julkaisut/metsatiedon-tiekartta/"),
        ("/uutiset/", 302, "ajankohtaista/"),
        ("/julkaisut", 301, "julkaisut/"),
    ):
        response, _ = ask(server, path)
        assert (response.status, response.headers["Location"]) == (status, server.url + target)


def test_the_old_address_of_a_file_gives_the_same_bytes(server: SampleServer) -> None:
    _, old = ask(server, f"/{FILES}/vanhat/lampoyrittajyys-kainuu.pdf")
    _, new = ask(server, f"/{FILES}/lampoyrittajyys-kainuu.pdf")
    assert old == new


@pytest.mark.parametrize(
    "path", ["/ei-ole/", "/../serve.py", "/%2e%2e/serve.py", "/%00", "//etc/passwd"]
)
def test_an_unknown_address_is_404_with_the_sites_own_page(server: SampleServer, path: str) -> None:
    response, body = ask(server, path)
    assert response.status == http.HTTPStatus.NOT_FOUND
    assert b"Sivua ei ole" in body


def test_the_soft_404_answers_200(server: SampleServer) -> None:
    response, body = ask(server, "/julkaisut/puuttuva-raportti/")
    assert response.status == http.HTTPStatus.OK
    assert "Sivua ei löytynyt".encode() in body


def test_head_answers_without_a_body(server: SampleServer) -> None:
    response, body = ask(server, "/", "HEAD")
    assert response.status == http.HTTPStatus.OK
    assert int(response.headers["Content-Length"]) > 1000
    assert body == b""


def test_a_server_can_be_stopped_with_open_connections_and_started_again() -> None:
    paths: list[str] = []
    server = SampleServer(seen=paths.append)
    server.start()
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=10)
    try:
        connection.request("GET", "/tietoa/")
        connection.getresponse().read()
        server.stop()
    finally:
        connection.close()
    with pytest.raises(RuntimeError):
        _ = server.url
    with server:
        ask(server, "/yhteystiedot/")
    assert paths == ["/tietoa/", "/yhteystiedot/"]


def test_publications_differ_in_how_they_describe_themselves() -> None:
    pages = [_landing(item) for item in PUBLICATIONS.values()]
    for sign in ("citation_title", "DC.title", "application/ld+json", "og:title"):
        assert 3 <= sum(sign in page for page in pages) <= len(pages) // 2, sign
    plain = [p for p in pages if not re.search(r"citation_|DC\.|ld\+json|og:", p)]
    assert len(plain) >= 3


def _landing(item: Publication) -> str:
    folder = {"fi": "julkaisut", "sv": "sv/publikationer", "en": "en/publications"}[item.language]
    return (SITE / folder / item.slug / "index.html").read_text(encoding="utf-8")
