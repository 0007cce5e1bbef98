"""Which documents of the sample are told to be alike, held against what its author says."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from corpus import Likenesses, Settings, Source, Status
from corpus.sample import SampleServer
from corpus.sample.publication import load_publications
from crawler import Limits, crawl
from search_app.assembly import Assembly

pytestmark = pytest.mark.slow
PUBLICATIONS = {item.slug: item for item in load_publications()}
_FOLDERS = ("/julkaisut/", "/sv/publikationer/", "/en/publications/")

Pairs = dict[frozenset[str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """Kind and side (seen from the first by name) of pairs of ``page:slug`` and ``file:slug``."""

    names: frozenset[str]
    pairs: Pairs


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Crawl and read the sample, compare it, and name each document by what it is."""
    settings = Settings(data=tmp_path_factory.mktemp("alike") / "data", delay_s=0.0)
    settings.prepare()
    with SampleServer() as server, Assembly(settings, command="test") as assembly:
        assembly.prepare()
        catalogue = assembly.catalogue
        crawl(
            Source.of_address(server.url, allow_private=True),
            catalogue=catalogue,
            originals=assembly.originals,
            crawls=assembly.crawls,
            settings=settings,
            limits=Limits.of(settings),
        )
        assembly.reader.read_pending()
        assembly.likeness_follower.catch_up()
        names = {
            document.id: _name(urlsplit(catalogue.addresses(document.id)[0].url).path)
            for document in catalogue.iter_documents()
            if document.status is Status.OK
        }
        pairs = Likenesses(catalogue.database).pairs()
        assert catalogue.check() == []
    return Told(
        frozenset(names.values()),
        {
            frozenset((names[one.document_id], names[one.other_id])): (
                str(one.kind),
                names[one.other_id] if one.side == "newer" else "",
            )
            for one in pairs
        },
    )


def _name(path: str) -> str:
    if path.endswith(".pdf"):
        return f"file:{Path(path).stem}"
    is_landing = path.startswith(_FOLDERS)
    return f"page:{path.rstrip('/').rpartition('/')[2]}" if is_landing else path


def forms(told: Told, slug: str) -> list[str]:
    """Return the names of a publication's documents that have a text."""
    return [name for name in (f"page:{slug}", f"file:{slug}") if name in told.names]


def test_every_landing_page_is_told_with_its_file(told: Told) -> None:
    both = [slug for slug in PUBLICATIONS if len(forms(told, slug)) > 1]
    kinds = [told.pairs.get(frozenset(forms(told, slug)), ("", ""))[0] for slug in both]
    assert len(both) > 25
    assert set(kinds) == {"near", "contained"}


def test_the_new_version_of_a_report_is_told_as_newer(told: Told) -> None:
    newer = [item for item in PUBLICATIONS.values() if item.version_of]
    assert newer
    for item in newer:
        pair = frozenset((f"file:{item.slug}", f"file:{item.version_of}"))
        assert told.pairs[pair] == ("version", f"file:{item.slug}")


def test_the_near_duplicate_is_told(told: Told) -> None:
    twins = [item for item in PUBLICATIONS.values() if item.near_duplicate_of]
    assert twins
    for item in twins:
        pair = frozenset((f"page:{item.slug}", f"page:{item.near_duplicate_of}"))
        assert told.pairs[pair] == ("version", f"page:{item.slug}")  # of another year


def test_nothing_else_is_told(told: Told) -> None:
    related = {
        frozenset(pair)
        for slug, item in PUBLICATIONS.items()
        for other in {slug, item.version_of, item.near_duplicate_of} - {""}
        for pair in product(forms(told, slug), forms(told, other))
    }
    assert set(told.pairs) <= related
