"""The Engine port's contract for writing: batches, reopening, linked directories, kills."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from corpus.errors import Busy, UnknownValue
from indexer.engine import (
    AllOf,
    Engine,
    Everything,
    Index,
    IndexDocument,
    KeywordQuery,
    PhraseQuery,
    Query,
    RangeQuery,
    SortKey,
    TermQuery,
)
from indexer.engines import ENGINES, default_engine
from indexer.engines import engine as engine_of
from tests.contract.engine_corpus import SCHEMA, book, books, fill, generated_books

_METSA = TermQuery("body", "metsä")


def _ids(index: Index, query: Query) -> list[str]:
    return sorted(hit.id for hit in index.search(query, limit=1_000).hits)


def test_a_document_is_replaced_by_its_id(index: Index) -> None:
    fill(index, [book("a", "uusi teksti", themes=["vesi"], year=2001)])
    assert _ids(index, _METSA) == ["b", "e"]
    assert _ids(index, TermQuery("body", "uusi")) == ["a"]
    assert index.document_count() == 6
    result = index.search(Everything(), facets=["theme", "year"])
    assert result.total == 6
    assert result.facets["theme"] == {"luonto": 2, "vesi": 4, "talous": 2}
    assert result.facets["year"]["2001"] == 1
    assert index.matching(RangeQuery("year", 2001, 2001), ["a"]) == {"a": 0.0}
    hit = index.get("a")
    assert hit is not None
    assert hit.stored["note"] == "a: uusi teksti"


def test_the_last_of_several_versions_in_a_batch_stays(index: Index) -> None:
    fill(index, [book("x", "ensimmäinen"), book("x", "toinen"), book("x", "kolmas")])
    assert index.document_count() == 7
    assert _ids(index, KeywordQuery("id", "x")) == ["x"]
    assert _ids(index, TermQuery("body", "kolmas")) == ["x"]
    assert _ids(index, TermQuery("body", "toinen")) == []
    assert index.check() == []


def test_deleted_documents_are_gone_and_unknown_ids_are_no_error(index: Index) -> None:
    with index.write() as batch:
        batch.delete("a")
        batch.delete("unknown")
        batch.add(book("g", "metsä"))
        batch.delete("g")
    assert _ids(index, Everything()) == list("bcdef")
    assert index.get("a") is None
    assert index.get("g") is None
    assert index.matching(Everything(), ["a", "b", "g"]) == {"b": 0.0}
    assert index.document_count() == 5


def test_documents_are_deleted_by_a_keyword_but_later_ones_stay(index: Index) -> None:
    with index.write() as batch:
        batch.add(book("g", "ennen", themes=["vesi"]))
        batch.delete_where("theme", "vesi")
        batch.add(book("h", "jälkeen", themes=["vesi"]))
    assert _ids(index, Everything()) == list("adeh")
    assert index.search(Everything(), facets=["theme"]).facets["theme"]["vesi"] == 1


def test_a_batch_that_raises_changes_nothing(index: Index) -> None:
    class Stop(Exception):
        pass

    before = {hit.id: hit for hit in index.search(_METSA).hits}
    with pytest.raises(Stop), index.write() as batch:  # noqa: PT012
        batch.add(book("new", "metsä"))
        batch.delete("a")
        raise Stop
    assert {hit.id: hit for hit in index.search(_METSA).hits} == before
    assert index.document_count() == 6
    fill(index, [book("new", "metsä")])
    assert _ids(index, _METSA) == ["a", "b", "e", "new"]


def test_changes_are_not_visible_before_the_end_of_the_batch(index: Index) -> None:
    with index.write() as batch:
        batch.add(book("new", "metsä"))
        assert index.get("new") is None
        assert index.document_count() == 6
    assert index.get("new") is not None


def test_an_empty_batch_keeps_the_index(index: Index) -> None:
    with index.write():
        pass
    assert _ids(index, Everything()) == list("abcdef")


def test_a_second_writer_is_told_that_the_index_is_busy(
    engine: Engine, index: Index, tmp_path: Path
) -> None:
    other = engine.open(tmp_path / "index", SCHEMA, "write")
    with index.write() as batch:
        batch.add(book("new", "metsä"))
        with pytest.raises(Busy), other.write():
            pass
    other.close()


def test_an_empty_index_answers(engine: Engine, tmp_path: Path) -> None:
    index = engine.open(tmp_path / "empty", SCHEMA, "create")
    result = index.search(_METSA, facets=["theme", "year"], sort=[SortKey("year")])
    assert (result.total, result.hits) == (0, ())
    assert result.facets == {"theme": {}, "year": {}}
    assert index.search(Everything()).total == 0
    assert index.search(PhraseQuery("body", (("a",), ("b",)))).total == 0
    assert index.terms("body") == []
    assert index.like("a", ["body"], 3) == ()
    assert index.matching(Everything(), ["a"]) == {}
    assert index.document_count() == 0
    assert index.check() == []
    index.merge()
    index.close()


def test_a_reopened_index_answers_the_same(engine: Engine, index: Index, tmp_path: Path) -> None:
    again = engine.open(tmp_path / "index", SCHEMA, "read")
    assert again.search(_METSA, facets=["theme"]) == index.search(_METSA, facets=["theme"])
    fill(index, [book("new", "metsä")])
    assert again.get("new") is None  # an open reader keeps its generation
    fresh = engine.open(tmp_path / "index", SCHEMA, "read")
    assert fresh.get("new") is not None
    again.close()
    fresh.close()


def _digests(directory: Path) -> dict[str, str]:
    return {
        entry.name: hashlib.sha256(entry.read_bytes()).hexdigest()
        for entry in directory.iterdir()
        if entry.is_file()
    }


def test_writing_into_a_linked_directory_leaves_the_older_one_as_it_was(
    engine: Engine, index: Index, tmp_path: Path
) -> None:
    old, new = tmp_path / "index", tmp_path / "next"
    new.mkdir()
    for entry in old.iterdir():
        if not engine.is_lock_file(entry.name):
            os.link(entry, new / entry.name)
    before = _digests(old)
    increment = engine.open(new, SCHEMA, "write")
    with increment.write() as batch:
        batch.delete("a")
        batch.add(book("b", "muuttunut"))
        batch.add(book("new", "metsä"))
    with increment.write() as batch:
        batch.add(book("newer", "metsä"))
    increment.merge()
    assert _digests(old) == before
    assert _ids(increment, _METSA) == ["e", "new", "newer"]
    reopened = engine.open(old, SCHEMA, "read")
    for older in (index, reopened):
        assert _ids(older, _METSA) == ["a", "b", "e"]
        assert older.check() == []
    assert increment.check() == []
    reopened.close()
    increment.close()


def test_many_commits_and_a_merge_answer_as_one_commit_does(engine: Engine, tmp_path: Path) -> None:
    documents = generated_books(60, seed=3)
    whole = engine.open(tmp_path / "whole", SCHEMA, "create")
    fill(whole, documents)
    parts = engine.open(tmp_path / "parts", SCHEMA, "create")
    for start in range(0, 60, 6):
        fill(parts, [*documents[start : start + 6], documents[start]])
        with parts.write() as batch:
            batch.add(book("passing", "sana0 sana1"))
    with parts.write() as batch:
        batch.delete("passing")
    parts.merge()
    assert parts.document_count() == 60
    assert parts.check() == []
    queries: list[Query] = [
        Everything(),
        TermQuery("title", "sana1"),
        AllOf((TermQuery("body", "sana0"), TermQuery("body", "sana2"))),
        PhraseQuery("body", (("sana0",), ("sana1", "sana0"))),
    ]
    for query in queries:
        one = whole.search(query, facets=["theme", "year"], limit=100)
        other = parts.search(query, facets=["theme", "year"], limit=100)
        assert other.total == one.total
        assert other.facets == one.facets
        assert {hit.id for hit in other.hits} == {hit.id for hit in one.hits}
    by_name = [SortKey("name", "ascending"), SortKey("year")]
    order = [hit.id for hit in whole.search(Everything(), sort=by_name, limit=100).hits]
    assert [hit.id for hit in parts.search(Everything(), sort=by_name, limit=100).hits] == order
    whole.close()
    parts.close()


def test_any_text_can_be_a_term_and_a_value(engine: Engine, tmp_path: Path) -> None:
    index = engine.open(tmp_path / "odd", SCHEMA, "create")
    odd = [
        "x" * 1_000,
        "ÄÖÅ",
        "日本語",
        "e\u0301",
        "a:b/c",
        "\u2028",
        "'\"\\",
        "\U0001f332",
        "\x00",
    ]
    fill(
        index,
        [
            IndexDocument(f"o{i}", {"body": [(term, 0)]}, {"theme": [term], "name": [term]})
            for i, term in enumerate(odd)
        ],
    )
    facets = index.search(Everything(), facets=["theme"]).facets["theme"]
    assert facets == dict.fromkeys(odd, 1)
    for i, term in enumerate(odd):
        assert _ids(index, TermQuery("body", term)) == [f"o{i}"]
        assert _ids(index, KeywordQuery("theme", term)) == [f"o{i}"]
    assert [term for term, _ in index.terms("body")] == sorted(odd)
    by_name = index.search(Everything(), sort=[SortKey("name", "ascending")], limit=20).hits
    assert [odd[int(hit.id[1:])] for hit in by_name] == sorted(odd)
    index.close()


def test_a_term_longer_than_the_limit_is_left_out(engine: Engine, tmp_path: Path) -> None:
    index = engine.open(tmp_path / "long", SCHEMA, "create")
    fill(index, [IndexDocument("a", {"body": [("x" * 70_000, 0), ("metsä", 1)]})])
    assert _ids(index, _METSA) == ["a"]
    assert _ids(index, TermQuery("body", "x" * 70_000)) == []
    index.close()


def test_a_lone_surrogate_in_a_text_does_no_harm(engine: Engine, tmp_path: Path) -> None:
    index = engine.open(tmp_path / "surrogate", SCHEMA, "create")
    fill(index, [IndexDocument("a", {"body": [("x\ud800", 0), ("x?", 0), ("metsä", 1)]})])
    assert _ids(index, _METSA) == ["a"]
    index.close()


def test_phrases_meet_terms_of_one_position_and_no_gap(engine: Engine, tmp_path: Path) -> None:
    index = engine.open(tmp_path / "phrases", SCHEMA, "create")
    fill(
        index,
        [
            book("a", "itä|suomi ja pohjois|suomi"),
            book("b", "ja ja ja"),
            IndexDocument("c", {"body": [("itä", 70_000), ("ja", 71_000)]}),
            IndexDocument("d", {"body": [("itä", 70_000), ("ja", 70_001)]}),
        ],
    )
    assert _ids(index, PhraseQuery("body", (("itä",), ("ja",)))) == ["a", "d"]
    assert _ids(index, PhraseQuery("body", (("suomi",), ("ja",), ("suomi",)))) == ["a"]
    assert _ids(index, PhraseQuery("body", (("itä",), ("suomi",)))) == []
    assert _ids(index, PhraseQuery("body", (("ja",), ("ja",), ("ja",)))) == ["b"]
    assert _ids(index, PhraseQuery("body", (("ja",), ("itä",)))) == []
    index.close()


def test_threads_search_while_one_writes(index: Index) -> None:
    errors: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        try:
            while not done.is_set():
                result = index.search(
                    Everything(), facets=["theme"], sort=[SortKey("year")], limit=500
                )
                assert result.total == len(result.hits)
                assert index.search(PhraseQuery("body", (("metsä",), ("kasvaa",)))).total == 2
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(6):
        fill(index, [book(f"n{number}", "sana toinen", themes=["uusi"])])
    done.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert index.document_count() == 12


_KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from tests.contract.engine_corpus import SCHEMA, book
from indexer.engines import ENGINES
index = ENGINES[sys.argv[1]].open(Path(sys.argv[2]), SCHEMA, "write")
with index.write() as batch:
    batch.add(book("lost", "metsä"))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.usefixtures("index")
def test_a_killed_writer_leaves_no_lock_and_no_change(engine: Engine, tmp_path: Path) -> None:
    root = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-c", _KILLED, engine.name, str(tmp_path / "index"), root]
    assert subprocess.run(command, check=False).returncode == -9
    again = engine.open(tmp_path / "index", SCHEMA, "write")
    assert _ids(again, Everything()) == list("abcdef")
    fill(again, books()[:1])
    assert again.document_count() == 6
    assert again.check() == []
    again.close()


def test_engines_are_chosen_by_name() -> None:
    assert list(ENGINES) == ["tantivy", "whoosh"]
    assert engine_of("whoosh").name == "whoosh"
    assert default_engine().name == next(n for n, e in ENGINES.items() if e.is_available())
    with pytest.raises(UnknownValue, match="tantivy, whoosh"):
        engine_of("lucene")
    for found in ENGINES.values():
        if found.is_available():
            assert found.name in found.version()
