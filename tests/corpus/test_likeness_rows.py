"""Signatures and pairs in the catalogue: both sides, what visitors may see, older files."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest

from corpus import Catalogue, Likeness, Likenesses, LikenessKind, Page, Side, Signature, Visibility
from corpus._database import row_checksum
from corpus._schema import APPLICATION_ID, MIGRATIONS
from corpus.errors import CorruptCatalogue


@pytest.fixture
def likenesses(catalogue: Catalogue) -> Likenesses:
    """Return the likenesses of a catalogue with the documents a, b and c."""
    for name in "abc":
        catalogue.record(document_id=name, pages=[Page(1, f"Teksti {name}.")], actor="test")
    return Likenesses(catalogue.database)


def pair(one: str, other: str, side: Side = Side.EQUAL, share: float = 0.9) -> Likeness:
    """Return a pair of some kind that has such a side."""
    kinds = {
        Side.EQUAL: LikenessKind.NEAR,
        Side.PART: LikenessKind.CONTAINED,
        Side.NEWER: LikenessKind.VERSION,
    }
    return Likeness(one, other, kinds[side], side, share, "measured")


def signature(name: str, first: int = 0, *, text: str = "", title: str = "") -> Signature:
    """Return a signature of 64 values that count up from ``first``."""
    values = struct.pack("<64I", *range(first, first + 64))
    return Signature(name, text or name, title, 100, values)


@pytest.mark.parametrize(
    ("side", "mirrored"),
    [(Side.EQUAL, Side.EQUAL), (Side.PART, Side.WHOLE), (Side.NEWER, Side.OLDER)],
)
def test_a_pair_is_seen_from_both_sides(likenesses: Likenesses, side: Side, mirrored: Side) -> None:
    likenesses.keep([pair("a", "b", side)])
    found = likenesses.of(["a", "b", "c"])
    assert {name: [(one.other_id, one.side) for one in found[name]] for name in found} == {
        "a": [("b", side)],
        "b": [("a", mirrored)],
    }


def test_a_pair_that_is_kept_again_is_replaced(likenesses: Likenesses) -> None:
    likenesses.keep([pair("a", "b")])
    likenesses.keep([pair("b", "a", Side.PART, 0.5)])
    assert likenesses.of(["a"])["a"] == (pair("b", "a", Side.PART, 0.5).mirrored(),)
    assert likenesses.count_by_kind() == {"contained": 1}


def test_the_most_alike_comes_first(likenesses: Likenesses) -> None:
    likenesses.keep([pair("a", "b", share=0.5), pair("a", "c", share=0.8)])
    assert [one.other_id for one in likenesses.of(["a"])["a"]] == ["c", "b"]


@pytest.mark.parametrize("hidden", ["withdrawn", "gone", "draft"])
def test_visitors_are_not_told_of_what_they_may_not_see(
    catalogue: Catalogue, likenesses: Likenesses, hidden: str
) -> None:
    likenesses.keep([pair("a", "b")])
    if hidden == "withdrawn":
        catalogue.withdraw(["b"], "pyyntö", "test")
    elif hidden == "gone":
        catalogue.mark_gone(["b"])
    else:
        catalogue.record(document_id="b", visibility=Visibility.DRAFT, actor="test")
    assert likenesses.of(["a"]) == {}
    assert bool(likenesses.of(["a"], is_public=False)) == (hidden == "draft")


def test_pairs_are_listed_once_and_versions_from_the_older_one(likenesses: Likenesses) -> None:
    likenesses.keep([pair("c", "a", Side.NEWER), pair("b", "a")])
    assert [(one.document_id, one.other_id) for one in likenesses.pairs()] == [
        ("a", "b"),
        ("c", "a"),
    ]


def test_what_is_forgotten_is_in_no_pair_and_no_candidate(likenesses: Likenesses) -> None:
    likenesses.keep_signatures([signature(name) for name in "ab"])
    likenesses.keep([pair("a", "b"), pair("b", "c")])
    likenesses.forget(["b"])
    assert likenesses.count_by_kind() == {}
    assert likenesses.signature("b") is None
    assert likenesses.candidates(signature("a")) == []


def test_candidates_share_a_band_or_the_text_or_the_title(likenesses: Likenesses) -> None:
    likenesses.keep_signatures([signature("a", 0, text="t", title="tiekartta")])
    shifted = signature("b", 1_000)
    assert [one.document_id for one in likenesses.candidates(signature("b"))] == ["a"]
    assert likenesses.candidates(shifted) == []
    by_text = signature("b", 1_000, text="t")
    by_title = signature("b", 1_000, title="tiekartta")
    assert [one.document_id for one in likenesses.candidates(by_text)] == ["a"]
    assert [one.document_id for one in likenesses.candidates(by_title)] == ["a"]


def test_a_signature_comes_back_as_it_was_kept(likenesses: Likenesses) -> None:
    kept = signature("a", 2**32 - 64, text="t", title="tiekartta")
    likenesses.keep_signatures([kept])
    assert likenesses.signature("a") == kept


def test_a_template_of_thousands_leaves_a_bounded_number_of_candidates(
    catalogue: Catalogue, likenesses: Likenesses
) -> None:
    names = [f"t{number}" for number in range(150)]
    with catalogue.transaction():
        for name in names:
            catalogue.record(document_id=name, pages=[Page(1, "Teksti.")], actor="test")
            likenesses.keep_signatures([signature(name)])
    assert len(likenesses.candidates(signature("a"))) == 100


def test_a_damaged_pair_is_an_error_and_never_an_answer(
    catalogue: Catalogue, likenesses: Likenesses
) -> None:
    likenesses.keep([pair("a", "b")])
    catalogue.database.execute("DROP TRIGGER likenesses_changed")
    catalogue.database.execute("UPDATE likenesses SET share = 0.1 WHERE document_id = 'a'")
    with pytest.raises(CorruptCatalogue, match="likenesses"):
        likenesses.of(["a"])
    assert any("likenesses" in message for message in catalogue.check())


def test_a_catalogue_from_before_has_everything_still_to_compare(tmp_path: Path) -> None:
    path = tmp_path / "older.sqlite3"
    with closing(sqlite3.connect(path)) as older:
        older.create_function("row_checksum", -1, row_checksum)
        for step in MIGRATIONS[:4]:
            for statement in step:
                older.execute(statement)
        older.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        older.execute("PRAGMA user_version = 4")
        older.commit()
    with Catalogue(path) as migrated:
        migrated.record(document_id="a", pages=[Page(1, "Teksti.")], actor="test")
        likenesses = Likenesses(migrated.database)
        assert migrated.count_changes(after=likenesses.watermark()) == 1
        assert migrated.check() == []
