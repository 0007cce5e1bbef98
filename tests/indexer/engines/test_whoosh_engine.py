"""What is particular to the Whoosh engine: its postings, its pool, its distrust of pickles."""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from whoosh.filedb.filestore import FileStorage

from corpus.errors import CorruptIndex, LimitExceeded, StorageError
from indexer.engine import AnyOf, Everything, Index, PhraseQuery, SortKey, TermQuery
from indexer.engines._whoosh_codec import decode_postings, encode_postings
from indexer.engines._whoosh_pool import TermPool
from indexer.engines._whoosh_snapshot import Snapshot
from indexer.engines.whoosh_engine import WhooshEngine
from tests.contract.engine_corpus import SCHEMA, book, books, fill, generated_books


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """Return a Whoosh index of the small corpus."""
    made = WhooshEngine().open(tmp_path / "index", SCHEMA, "create")
    fill(made, books())
    yield made
    made.close()


@pytest.mark.parametrize("largest_gap", [1, 200, 60_000, 3_000_000])
@pytest.mark.parametrize("largest_freq", [1, 200, 70_000])
def test_a_posting_list_is_read_as_it_was_written(largest_gap: int, largest_freq: int) -> None:
    choose = random.Random(largest_gap + largest_freq)  # noqa: S311 (a seeded test)
    docs = np.cumsum([choose.randint(1, largest_gap) for _ in range(9)]).tolist()
    freqs = [choose.randint(1, largest_freq) for _ in docs]
    places = array("I", range(7, 7 + sum(freqs)))
    encoded = b"before" + encode_postings(docs, freqs, places.tobytes()) + b"after"
    found = decode_postings(encoded, 6, len(docs), with_positions=True)
    assert found.docs.tolist() == docs
    assert found.counts.tolist() == freqs
    assert found.positions is not None
    assert found.positions.tolist() == places.tolist()


def test_frequencies_and_positions_that_say_nothing_take_no_room() -> None:
    assert len(encode_postings([3, 4, 5], [1, 1, 1], b"")) == 4 + 3
    found = decode_postings(encode_postings([3, 4, 5], [1, 1, 1], b""), 0, 3, with_positions=True)
    assert (found.docs.tolist(), found.freqs, found.positions) == ([3, 4, 5], None, None)


def test_a_pool_that_spills_gives_the_same_lists(tmp_path: Path) -> None:
    choose = random.Random(4)  # noqa: S311 (a seeded test)
    small = TermPool(FileStorage(str(tmp_path)), limit_bytes=4_000)
    large = TermPool(FileStorage(str(tmp_path)), limit_bytes=10**9)
    for number in range(200):
        for word in sorted(set(choose.choices("abcdefghijklmnop", k=5))):
            posting = ("body", word.encode(), number, 2.0, array("I", [1, number]).tobytes())
            small.add(posting)
            large.add(posting)
    joined: dict[tuple[str, bytes], tuple[list[int], list[int], bytes]] = {}
    for part in small.lists():
        docs, freqs, places = joined.get(part.term, ([], [], b""))
        joined[part.term] = (docs + part.docs, freqs + part.freqs, places + part.positions)
    assert len(list(tmp_path.glob("*.run"))) > 3
    assert joined == {p.term: (p.docs, p.freqs, p.positions) for p in large.lists()}


@pytest.mark.parametrize("what", ["directory", "file"])
def test_an_index_that_others_can_write_to_is_refused(
    index: Index, tmp_path: Path, what: str
) -> None:
    index.close()
    path = tmp_path / "index"
    open_to_all = path if what == "directory" else next(path.glob("*.toc"))
    open_to_all.chmod(open_to_all.stat().st_mode | 0o002)
    with pytest.raises(StorageError, match="chmod go-w"):
        WhooshEngine().open(path, SCHEMA, "read")


def test_a_link_out_of_the_index_is_refused(index: Index, tmp_path: Path) -> None:
    index.close()
    path = tmp_path / "index"
    toc = next(path.glob("*.toc"))
    toc.rename(tmp_path / "elsewhere")
    toc.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError):
        WhooshEngine().open(path, SCHEMA, "read")


def test_a_changed_pickle_is_refused_before_it_is_read(index: Index, tmp_path: Path) -> None:
    index.close()
    toc = next((tmp_path / "index").glob("*.toc"))
    data = toc.read_bytes()
    toc.write_bytes(data.replace(b"BulkCodec", b"BulkCodeX"))
    with pytest.raises(CorruptIndex, match="checksum"):
        WhooshEngine().open(tmp_path / "index", SCHEMA, "read")


def test_a_search_stops_when_its_time_is_over(index: Index) -> None:
    query = AnyOf(tuple(TermQuery("body", f"x{i}") for i in range(500)))
    with pytest.raises(LimitExceeded):
        index.search(query, timeout_s=0.0)
    with pytest.raises(LimitExceeded):
        index.search(PhraseQuery("body", (("metsä",), ("kasvaa",))), timeout_s=0.0)
    assert index.search(query, timeout_s=60.0).total == 0


def test_a_cancelled_batch_leaves_no_file_behind(index: Index, tmp_path: Path) -> None:
    before = sorted(entry.name for entry in (tmp_path / "index").iterdir())
    with pytest.raises(KeyboardInterrupt), index.write() as batch:  # noqa: PT012
        batch.add(book("new", "metsä"))
        raise KeyboardInterrupt
    assert sorted(entry.name for entry in (tmp_path / "index").iterdir()) == before


def test_the_cache_of_postings_is_bounded(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(index, generated_books(50, seed=1))
    monkeypatch.setattr("indexer.engines._whoosh_snapshot._CACHE_BYTES", 1_000)
    for rank in range(200):
        index.search(TermQuery("body", f"sana{rank}"))
    snapshot: Snapshot = index._snapshot  # type: ignore[attr-defined]
    assert 0 < snapshot._cached_bytes <= 1_000


def test_many_ties_are_ordered_by_id_without_reading_ids_one_by_one(tmp_path: Path) -> None:
    made = WhooshEngine().open(tmp_path / "many", SCHEMA, "create")
    fill(made, [book(f"d{(i * 7919) % 3000:04d}", year=2020) for i in range(3_000)])
    for sort in ([], [SortKey("year")]):
        hits = made.search(Everything(), sort=sort, offset=2_500, limit=5).hits
        assert [hit.id for hit in hits] == [f"d{i}" for i in range(2_500, 2_505)]
    made.close()


def test_increments_do_not_pile_up_segments(index: Index) -> None:
    for number in range(40):
        fill(index, [book(f"n{number:02d}", "metsä kasvaa", themes=["uusi"], year=2000 + number)])
    snapshot: Snapshot = index._snapshot  # type: ignore[attr-defined]
    assert len(snapshot.segments) <= 16
    assert index.document_count() == 46
    result = index.search(PhraseQuery("body", (("metsä",), ("kasvaa",))), facets=["theme"])
    assert result.total == 42
    assert result.facets["theme"]["uusi"] == 40
    assert index.check() == []
