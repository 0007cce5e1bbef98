"""The golden queries that are shipped, asked of the sample collection after a real crawl."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import Settings
from corpus.golden import load_golden_queries
from indexer.engines import ENGINES
from indexer.golden import Verdict, judge
from search_app.assembly import Assembly
from search_app.console import Console
from search_app.demonstration import gather, sample_site

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data directory with the sample collection crawled, read and indexed."""
    data = tmp_path_factory.mktemp("sample")
    settings = Settings(data=data, delay_s=0.0)
    with sample_site(data) as url, Assembly(settings, command="test") as assembly:
        assembly.prepare()
        gather(assembly, Console(is_json=True), url)
    return data


@pytest.mark.parametrize("engine", ["tantivy", "whoosh"])
def test_shipped_golden_queries_pass_on_the_sample(crawled: Path, engine: str) -> None:
    if not ENGINES[engine].is_available():
        pytest.skip(f"the engine {engine} is not installed")
    with Assembly(Settings(data=crawled, engine=engine), command="test") as assembly:
        assembly.pipeline.rebuild(engine=engine)
        queries = load_golden_queries(crawled / "config" / "queries.toml")
        results = judge(queries, assembly.catalogue, assembly.searcher.search)
    assert len(results) >= 12
    assert [(r.query.query, r.reasons) for r in results if r.verdict is not Verdict.PASSED] == []
    assert [r.query.query for r in results if r.reasons] == []
