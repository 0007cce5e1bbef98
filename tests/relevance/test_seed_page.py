"""The acceptance queries on the project's own page, added as a file, on both engines."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import Settings
from indexer.results import Results, SearchRequest, Tier
from search_app.assembly import Assembly
from search_app.cli import run

pytestmark = pytest.mark.slow

FOUND_BY_ANALYSIS = frozenset(
    ("inflection", "subcompound", "compound-part", "ellipsis", "hyphen", "acronym", "oov")
)
FOUND_BY_THE_VOCABULARY = frozenset(("crosslang",))


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared_data: Path
) -> Iterator[Assembly]:
    """Return an installation that holds the page, and one more document beside it."""
    data = tmp_path_factory.mktemp("seed")
    other = data / "other.txt"
    other.write_text("Kissat nukkuvat ja koirat haukkuvat pihalla koko pitkän päivän.", "utf-8")
    environ = {**os.environ, "JULKAISUHAKU_ENGINE": request.param}
    page = shared_data / "data" / "seed_page.txt"
    assert run(["--data", str(data), "add", str(page), str(other)], environ) == 0
    with Assembly(Settings(data=data, engine=request.param), command="test") as assembly:
        yield assembly


def _search(site: Assembly, query: str, **options: bool) -> Results:
    request = SearchRequest(query, related=False, budget_s=10.0, **options)  # type: ignore[arg-type]
    return site.searcher.search(request)


def _found(results: Results) -> bool:
    """Whether the page is a match of the query as it was asked."""
    if results.relaxed is not None:
        return False
    names = [h.document.original.filename for h in results.hits if h.document.original]
    return "seed_page.txt" in names


def _asked(shared_data: Path, why: frozenset[str]) -> list[str]:
    text = (shared_data / "data" / "seed_queries.toml").read_text(encoding="utf-8")
    return [q["q"] for q in tomllib.loads(text)["q"] if q["why"] in why]


def test_page_is_found_by_every_query_of_the_analysis(site: Assembly, shared_data: Path) -> None:
    queries = _asked(shared_data, FOUND_BY_ANALYSIS)
    assert len(queries) >= 18
    assert [query for query in queries if not _found(_search(site, query))] == []


def test_page_is_found_by_labels_in_other_languages(site: Assembly, shared_data: Path) -> None:
    queries = _asked(shared_data, FOUND_BY_THE_VOCABULARY)
    assert len(queries) == 3
    assert [query for query in queries if not _found(_search(site, query))] == []


def test_what_made_it_a_hit_is_marked(site: Assembly) -> None:
    for query, form in (("metsäbiotalous", "metsäbiotalouden"), ("puunkorjuu", "puunkorjuun")):
        hit = _search(site, query).hits[0]
        marked = [f.text.lower() for page in hit.pages for f in page.snippet if f.mark]
        assert form in marked


def test_similar_looking_word_finds_nothing(site: Assembly) -> None:
    results = _search(site, "päiväkoti")
    assert results.total == 0
    assert results.hits == ()


def test_part_of_a_compound_is_found_in_the_compound_tier_only(site: Assembly) -> None:
    assert {hit.tier for hit in _search(site, "kunta").hits} <= {Tier.COMPOUND}
    assert _search(site, "kunta", compounds=False).total == 0


def test_page_is_filed_under_its_region(site: Assembly) -> None:
    facets = {facet.name: facet.values for facet in _search(site, "").facets}
    assert "pohjois-karjala" in [value.id for value in facets["region"]]
