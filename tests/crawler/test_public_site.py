"""A real public site's texts, served on loopback: all that is allowed, each in its language.

Nobody here wrote them; without the shared development data the tests are skipped.
"""

from __future__ import annotations

import json
import tarfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from corpus import Catalogue, Likenesses
from corpus.sample.serve import PLACEHOLDER, SampleServer
from crawler import CrawlReport
from search_app.assembly import Assembly
from tests.crawler.world import World

pytestmark = pytest.mark.slow
_SERVED_AT = "http://127.0.0.1:8000"  # what the archive says of itself
_CLOSED = "/1988/"
_SHARE = 0.98


@dataclass(frozen=True, slots=True)
class Visit:
    """What a crawl of the site gave."""

    folder: Path
    report: CrawlReport
    hits: Counter[str]
    languages: dict[str, str | None]  # by path
    forms: dict[str, dict[str, str]]  # of each PDF: kinds of likeness by path


@pytest.fixture(scope="module")
def visit(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """Serve the site, crawl it and read what came."""
    folder = tmp_path_factory.mktemp("public") / "www"
    with tarfile.open(shared_data / "data" / "site" / "www.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    for name in ("robots.txt", "sitemap.xml"):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(_SERVED_AT, PLACEHOLDER), encoding="utf-8")
    world = World(folder.parent / "data")
    hits: Counter[str] = Counter()
    with SampleServer(folder, seen=lambda path: hits.update([unquote(path)])) as server:
        report = world.crawl(world.source(server.url.rstrip("/")))
    with Assembly(world.settings, command="public site") as assembly:
        assembly.prepare()
        assembly.reader.read_pending()
        assembly.likeness_follower.catch_up()
    languages = {
        unquote(urlsplit(address.url).path): document.language
        for document in world.catalogue.iter_documents()
        for address in world.catalogue.addresses(document.id)
    }
    forms = forms_of_files(world.catalogue)
    world.close()
    return Visit(folder, report, hits, languages, forms)


def forms_of_files(catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """Return what each PDF was told to be alike to: kinds by path."""
    paths = {
        document.id: unquote(urlsplit(catalogue.addresses(document.id)[0].url).path)
        for document in catalogue.iter_documents()
    }
    found = Likenesses(catalogue.database).of(list(paths))
    return {
        path: {paths[one.other_id]: str(one.kind) for one in found.get(document_id, ())}
        for document_id, path in paths.items()
        if path.endswith(".pdf")
    }


def files(folder: Path, ending: str) -> set[str]:
    """Return the paths of the files of the site that may be fetched."""
    found = {f"/{file.relative_to(folder)}" for file in folder.rglob(f"*.{ending}")}
    return {path for path in found if not path.startswith(_CLOSED)}


def test_every_allowed_page_and_file_is_kept(visit: Visit) -> None:
    pages, pdfs = files(visit.folder, "html") - {"/index.html"}, files(visit.folder, "pdf")
    assert (len(pages), len(pdfs)) == (172, 19)
    assert set(visit.languages) == pages | pdfs | {"/"}
    assert visit.report.failed == ()


def test_nothing_disallowed_is_asked_for_and_nothing_twice(visit: Visit) -> None:
    assert not [path for path in visit.hits if path.startswith(_CLOSED)]
    assert max(visit.hits.values()) == 1
    reasons = {urlsplit(one.url).path: one.reason for one in visit.report.skipped}
    closed = {path: reason for path, reason in reasons.items() if path.startswith(_CLOSED)}
    assert set(closed.values()) == {"robots.txt"}


def test_finnish_and_swedish_are_told_apart(visit: Visit) -> None:
    manifest = json.loads((visit.folder / "manifest.json").read_text(encoding="utf-8"))
    told = {
        f"/{path}": language
        for _, language, _, path, _ in manifest
        if language in ("fi", "sv") and f"/{path}" in visit.languages
    }
    wrong = {path: visit.languages[path] for path in told if visit.languages[path] != told[path]}
    assert len(told) >= 165
    assert len(wrong) <= (1 - _SHARE) * len(told), wrong


def test_every_pdf_is_told_with_the_page_it_was_printed_from(visit: Visit) -> None:
    assert len(visit.forms) == 19
    for path, alike in visit.forms.items():
        pages = [page for page, kind in alike.items() if kind == "near"]
        assert any(Path(page).stem == Path(path).stem for page in pages), path
