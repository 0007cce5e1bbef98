"""Golden queries asked of real indexes: verdicts in words, and a rebuild that is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from corpus import Status
from corpus.errors import RefusedIndex
from corpus.golden import GoldenQuery
from indexer.generations import Manifest
from indexer.golden import GoldenResult, Verdict, judge, require_passed
from indexer.reader import DirectoryReader
from indexer.results import Notice, Results, SearchRequest
from indexer.searcher import Searcher
from tests.indexer.pipeline_world import World


@pytest.fixture
def cats(world: World) -> World:
    """Return an index in which one publication is about cats, and three name them."""
    world.record("book", "Kissa ja kissan hoito. Kissat syövät kalaa.", title="Kissan hoito")
    for number in range(3):
        world.record(f"other{number}", "Koirien kirja, jossa on myös kissa. " + "Koira. " * 30)
    world.record("compound", "Kissanruoka on kallista.")
    world.pipeline.update()
    return world


def _judged(world: World, query: str, **expected: object) -> GoldenResult:
    golden = GoldenQuery(query, **expected)  # type: ignore[arg-type]
    (result,) = judge([golden], world.catalogue, world.searcher.search)
    return result


def test_what_is_found_high_enough_passes(cats: World) -> None:
    result = _judged(cats, "kissoja", must_contain=("book",), max_rank=1)
    assert result == GoldenResult(result.query, Verdict.PASSED, (), 5, 1)


def test_a_rank_below_the_allowed_one_is_named(cats: World) -> None:
    place = cats.found("kissa").index("compound") + 1
    assert place > 1
    result = _judged(cats, "kissa", must_contain=("compound",), max_rank=place - 1)
    assert result.verdict is Verdict.FAILED
    assert result.rank == place
    assert f"is at rank {place}, allowed is {place - 1}" in result.reasons[0]


def test_what_is_not_found_is_named_with_how_many_are(cats: World) -> None:
    result = _judged(cats, "kalaa", must_contain=("other1",))
    assert result.verdict is Verdict.FAILED
    assert result.reasons == ("“other1” (other1) is not found (among 1)",)


def test_what_must_not_be_found_is_named_with_its_tier(cats: World) -> None:
    result = _judged(cats, "kissa", must_not_contain=("compound",))
    assert result.verdict is Verdict.FAILED
    assert "“compound” (compound) must not be found but is" in result.reasons[0]
    assert "(compound tier)" in result.reasons[0]
    whole = _judged(cats, "kissa", must_not_contain=("compound",), compounds=False)
    assert whole.verdict is Verdict.PASSED


def test_a_loosened_search_says_so(cats: World) -> None:
    result = _judged(cats, "kissan avaruusalus", must_not_contain=("book",))
    assert result.verdict is Verdict.FAILED
    assert "searched as “" in result.reasons[0]


def test_what_the_catalogue_lacks_is_passed_over_and_named(cats: World) -> None:
    alone = _judged(cats, "kissa", must_contain=("nobody",))
    assert (alone.verdict, alone.reasons) == (
        Verdict.SKIPPED,
        ("nobody is not in the catalogue",),
    )
    beside = _judged(cats, "kissa", must_contain=("nobody", "book"))
    assert (beside.verdict, beside.reasons) == (Verdict.PASSED, alone.reasons)


def test_what_somebody_withdrew_is_no_fault_of_the_index(cats: World) -> None:
    cats.catalogue.withdraw(["book"], "outdated", "test")
    result = _judged(cats, "kissa", must_contain=("book",))
    assert result.verdict is Verdict.SKIPPED
    assert result.reasons == ("book is not published (withdrawn)",)


def test_what_can_no_longer_be_read_is_lost(cats: World) -> None:
    cats.record("empty", "")
    assert cats.catalogue.document("empty").status is Status.FAILED
    result = _judged(cats, "kissa", must_contain=("empty",))
    assert result.verdict is Verdict.FAILED
    assert "has no text that could be searched (no text was found)" in result.reasons[0]


def test_hits_of_later_pages_are_looked_through(world: World) -> None:
    for number in range(120):
        world.record(f"d{number:03}", "Kissa nukkuu.")
    world.pipeline.update()
    order = world.found("kissa", size=120)
    assert len(order) == 120
    last = _judged(world, "kissa", must_contain=(order[-1],), max_rank=120)
    assert (last.verdict, last.rank) == (Verdict.PASSED, 120)
    assert _judged(world, "kissa", must_not_contain=(order[-1],)).verdict is Verdict.FAILED


def test_a_search_that_ran_out_of_time_fails(cats: World) -> None:
    def late(request: SearchRequest) -> Results:
        return Results(request, 0, (), (), "", 0.0, notices=(Notice("budget"),))

    (result,) = judge([GoldenQuery("kissa", ("book",))], cats.catalogue, late)
    assert result.verdict is Verdict.FAILED
    assert "no answer within" in result.reasons[0]


def _bytes_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(".lock")
    }


def test_a_refused_rebuild_leaves_the_older_index_as_it_was(cats: World) -> None:
    queries = [GoldenQuery("kalaa", ("book",)), GoldenQuery("kissa", ("book",))]
    cats.record("book", "Tästä kirjasta katosi kaikki tärkeä.", title="Hoito-opas")
    before = _bytes_of(cats.generations.directory)
    seen: list[Verdict] = []

    def ask(working: Path, manifest: Manifest) -> None:
        searcher = Searcher(
            cats.generations,
            cats.catalogue,
            cats.vocabulary,
            cats.analyzers,
            reader=DirectoryReader(working, manifest),
        )
        try:
            results = judge(queries, cats.catalogue, searcher.search)
        finally:
            searcher.close()
        seen.extend(result.verdict for result in results)
        require_passed(results, answering=str(cats.current()))

    with pytest.raises(RefusedIndex, match=r"generation 0001\.0000 goes on answering") as caught:
        cats.pipeline.rebuild(before_switch=ask)
    assert "“kalaa”: “Hoito-opas” (book) is not found" in caught.value.message
    assert seen == [Verdict.FAILED, Verdict.FAILED]
    assert _bytes_of(cats.generations.directory) == before
    assert cats.found("kalaa") == ["book"]
    assert cats.catalogue.watermark() == cats.manifest().watermark
    report = cats.pipeline.rebuild()
    assert report.generation == "0002.0000"


def test_a_directory_answers_before_it_is_a_generation(cats: World) -> None:
    cats.record("new", "Kissa on uusi.")
    totals: list[tuple[int, int]] = []

    def ask(working: Path, manifest: Manifest) -> None:
        reader = DirectoryReader(working, manifest)
        searcher = Searcher(
            cats.generations, cats.catalogue, cats.vocabulary, cats.analyzers, reader=reader
        )
        request = SearchRequest("kissa", budget_s=10.0)
        totals.append((searcher.search(request).total, cats.search("kissa").total))
        searcher.close()

    cats.pipeline.rebuild(before_switch=ask)
    assert totals == [(6, 5)]
    cats.generations.verify(cats.current())
