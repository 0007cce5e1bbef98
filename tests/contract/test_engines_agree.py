"""Engines can be exchanged: equal totals and facets, and the same top ten but for ties."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.engine import (
    AllOf,
    AnyOf,
    Constant,
    EngineHit,
    Everything,
    Filters,
    Index,
    KeywordQuery,
    PhraseQuery,
    Query,
    RangeQuery,
    SortKey,
    TermQuery,
)
from indexer.engines import ENGINES
from tests.contract.engine_corpus import SCHEMA, fill, generated_books

_QUERIES = 1_000
_TOLERANCE = 1e-3  # scores are 32-bit sums in different orders


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Index]]:
    """Return an index of each engine with the same documents, in several segments."""
    engines = [found for found in ENGINES.values() if found.is_available()]
    if len(engines) < 2:
        pytest.skip("only one engine is installed")
    documents = generated_books(400, seed=11)
    made = []
    for engine in engines:
        path: Path = tmp_path_factory.mktemp(engine.name) / "index"
        index = engine.open(path, SCHEMA, "create")
        fill(index, documents[:250])
        fill(index, documents[250:])
        fill(index, documents[40:60])  # replaced
        with index.write() as batch:
            for document in documents[100:120]:
                batch.delete(document.id)
        made.append(index)
    yield made
    for index in made:
        index.close()


def _term(choose: random.Random) -> TermQuery:
    field = choose.choice(["body", "body", "title", "grams"])
    rank = int(choose.paretovariate(0.7))
    text = f"sana{min(rank, 320)}" if field != "grams" else choose.choice(["san", "a12", "na7"])
    return TermQuery(field, text, choose.choice([0.0, 0.3, 1.0, 1.0, 2.5]))


def _phrase(choose: random.Random) -> PhraseQuery:
    places = choose.randint(1, 3)
    words = [[f"sana{choose.randrange(8)}" for _ in range(choose.randint(1, 3))] for _ in "abc"]
    return PhraseQuery(choose.choice(["body", "title"]), tuple(map(tuple, words[:places])))


def _query(choose: random.Random, depth: int = 3) -> Query:
    kind = choose.random()
    if depth == 0 or kind < 0.3:
        return _term(choose)
    if kind < 0.4:
        return _phrase(choose)
    if kind < 0.5:
        low = choose.randint(2008, 2026)
        return choose.choice(
            [
                Everything(),
                KeywordQuery("theme", f"teema{choose.randrange(8)}"),
                RangeQuery("year", low, choose.choice([None, low + 4])),
            ]
        )
    children = [_query(choose, depth - 1) for _ in range(choose.randint(1, 4))]
    if kind < 0.55:
        return Constant(children[0], choose.choice([0.0, 1.5]))
    if kind < 0.75:
        return AnyOf(tuple(children))
    without = (_query(choose, depth - 1),) if choose.random() < 0.3 else ()
    optional = (_query(choose, depth - 1),) if choose.random() < 0.3 else ()
    return AllOf(tuple(children[:2]), without, optional)


def _filters(choose: random.Random) -> Filters | None:
    if choose.random() < 0.5:
        return None
    themes = tuple(f"teema{choose.randrange(8)}" for _ in range(choose.randint(0, 2)))
    years = choose.choice([(None, None), (2012, 2020), (2019, None)])
    return Filters({"theme": themes}, {"year": years})


def _overlap(one: tuple[EngineHit, ...], other: tuple[EngineHit, ...]) -> float:
    """Return the share of ``one`` in ``other``; what ties with the last of ``other`` counts."""
    if not one:
        return 1.0
    ids = {hit.id for hit in other}
    border = other[-1].score
    shared = sum(
        hit.id in ids or abs(hit.score - border) <= _TOLERANCE * max(1.0, border) for hit in one
    )
    return shared / len(one)


def test_totals_and_facets_are_equal_and_the_top_ten_overlaps(indexes: list[Index]) -> None:
    choose = random.Random(2026)  # noqa: S311 (a seeded test)
    matched = 0
    for _ in range(_QUERIES):
        query, filters = _query(choose), _filters(choose)
        results = [
            index.search(query, filters=filters, facets=["theme", "year"]) for index in indexes
        ]
        first = results[0]
        matched += first.total > 0
        for other in results[1:]:
            assert other.total == first.total, query
            assert other.facets == first.facets, query
            assert _overlap(first.hits, other.hits) >= 0.9, query
            assert _overlap(other.hits, first.hits) >= 0.9, query
    assert matched > _QUERIES / 2


def test_scores_are_equal(indexes: list[Index]) -> None:
    choose = random.Random(7)  # noqa: S311 (a seeded test)
    for _ in range(100):
        query = _query(choose)
        ids = [hit.id for hit in indexes[0].search(query, limit=25).hits]
        scores = [index.matching(query, ids) for index in indexes]
        for other in scores[1:]:
            assert other == pytest.approx(scores[0], rel=_TOLERANCE), query


@pytest.mark.parametrize(
    "sort",
    [
        [SortKey("year")],
        [SortKey("year", "ascending"), SortKey("name", "ascending")],
        [SortKey("name", "descending"), SortKey("year")],
        [SortKey("id", "descending")],
    ],
    ids=str,
)
def test_sorted_hits_are_equal(indexes: list[Index], sort: list[SortKey]) -> None:
    choose = random.Random(5)  # noqa: S311 (a seeded test)
    for _ in range(30):
        query = _query(choose)
        offset = choose.choice([0, 0, 7, 60])
        orders = [
            [hit.id for hit in index.search(query, sort=sort, offset=offset, limit=20).hits]
            for index in indexes
        ]
        assert all(order == orders[0] for order in orders), query


def test_terms_and_likeness_are_equal(indexes: list[Index]) -> None:
    for field in ("body", "title", "grams", "theme", "name"):
        found = [[term for term, _ in index.terms(field)] for index in indexes]
        assert all(terms == found[0] for terms in found)
        first = [index.terms(field, found[0][0][:2], 5) for index in indexes]
        assert all([t for t, _ in terms] == [t for t, _ in first[0]] for terms in first)
    some = [hit.id for hit in indexes[0].search(Everything(), limit=10).hits]
    for document_id in some:
        near = [index.like(document_id, ["body"], 5) for index in indexes]
        assert all(_overlap(hits, near[0]) >= 0.9 for hits in near)
