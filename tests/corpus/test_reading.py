"""Reading the catalogue: documents, changes in order, counts and the watermark."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.document import Address, FieldValue, Origin, Original, Page, Status, Visibility
from corpus.errors import InvalidInput, NotFound


def add(catalogue: Catalogue, document_id: str, *, year: int | None = None, date: str = "") -> None:
    values = [FieldValue("title", document_id, Origin.GIVEN)]
    if year is not None:
        values.append(FieldValue("year", year, Origin.GIVEN))
    if date:
        values.append(FieldValue("date", date, Origin.GIVEN))
    catalogue.record(
        document_id=document_id,
        values=values,
        pages=[Page(1, "Yksi."), Page(2, "Kaksi.")],
        actor="import",
    )


def test_every_field_comes_back_as_it_was_given(catalogue: Catalogue) -> None:
    given: dict[str, str | int | bool | tuple[str, ...]] = {
        "title": "Älykäs erikoistuminen",
        "subtitle": "Tiekartta",
        "abstract": "Tiivistelmä",
        "authors": ("Meikäläinen, Maija", "Öberg, Åke"),
        "year": 2019,
        "date": "2019-05-02",
        "language": "sv",
        "type": "strategia",
        "url": "https://a.fi/1",
        "sectors": ("fotoniikka",),
        "themes": ("verkostot",),
        "regions": ("kainuu",),
        "programmes": ("elmo",),
        "elmo_priorities": ("kemianteollisuus",),
        "organisations": ("riveria",),
        "isbn": ("978-952-0000-00-0",),
        "issn": ("1234-5679",),
        "accessible": True,
    }
    catalogue.record(
        document_id="d1",
        values=[FieldValue(name, content, Origin.GIVEN) for name, content in given.items()],
        pages=[Page(1, "Teksti.")],
        notes={"hylly": "3"},
        actor="import",
    )
    document = catalogue.document("d1")
    assert {name: getattr(document, name) for name in given} == given
    assert document.notes == {"hylly": "3"}
    assert document.created_at == document.updated_at is not None


def test_unknown_document_and_page_are_told(catalogue: Catalogue) -> None:
    add(catalogue, "d1")
    for read in (
        lambda: catalogue.document("absent"),
        lambda: catalogue.pages("absent"),
        lambda: catalogue.page("absent", 1),
        lambda: catalogue.page("d1", 3),
    ):
        with pytest.raises(NotFound):
            read()


def test_documents_come_in_the_order_asked_for(catalogue: Catalogue) -> None:
    for name in ("a", "b", "c"):
        add(catalogue, name)
    assert list(catalogue.documents(["c", "absent", "a", "c"])) == ["c", "a"]
    assert catalogue.documents([]) == {}


def test_each_document_changes_once_at_its_latest_sequence(catalogue: Catalogue) -> None:
    for name in ("a", "b", "c"):
        add(catalogue, name)
    catalogue.withdraw(["a"], "syy", "maija")
    changes = catalogue.changes(after=0)
    assert [document.id for document in changes] == ["b", "c", "a"]
    assert [document.sequence for document in changes] == [2, 3, 4]
    assert changes[-1].visibility is Visibility.WITHDRAWN
    assert [document.id for document in catalogue.changes(after=2, limit=1)] == ["c"]
    assert catalogue.changes(after=catalogue.last_sequence()) == []
    assert [catalogue.count_changes(after) for after in (0, 3, 4)] == [3, 1, 0]


def test_sequence_goes_on_after_reopening(catalogue: Catalogue, tmp_path: Path) -> None:
    add(catalogue, "a")
    catalogue.set_watermark(1)
    catalogue.close()
    with Catalogue(tmp_path / "catalogue.sqlite3") as opened:
        add(opened, "b")
        assert [document.id for document in opened.changes(opened.watermark())] == ["b"]


@pytest.mark.parametrize("sequence", [-1, 2])
def test_watermark_never_passes_the_changes(catalogue: Catalogue, sequence: int) -> None:
    add(catalogue, "a")
    with pytest.raises(InvalidInput):
        catalogue.set_watermark(sequence)
    assert catalogue.watermark() == 0


def test_every_document_is_counted_once(catalogue: Catalogue) -> None:
    for name in ("ok1", "ok2", "draft", "withdrawn", "gone"):
        add(catalogue, name)
    catalogue.record(original=Original("1" * 64, "text/html", 1), actor="crawler")
    catalogue.record(document_id="failed", actor="import")
    catalogue.record(document_id="draft", visibility=Visibility.DRAFT, actor="import")
    catalogue.withdraw(["withdrawn"], "syy", "maija")
    catalogue.mark_gone(["gone"])
    expected = {"draft": 1, "failed": 1, "gone": 1, "ok": 2, "pending": 1, "withdrawn": 1}
    assert catalogue.count_by_status() == expected
    assert catalogue.count_documents() == sum(expected.values())
    assert catalogue.count_pages() == 10


def test_newest_are_those_published_last(catalogue: Catalogue) -> None:
    add(catalogue, "old", year=2015)
    add(catalogue, "exact", year=2019, date="2019-11-30")
    add(catalogue, "undated")
    add(catalogue, "year", year=2019)
    add(catalogue, "draft", year=2025)
    catalogue.record(document_id="draft", visibility=Visibility.DRAFT, actor="import")
    assert [document.id for document in catalogue.newest(3)] == ["exact", "year", "old"]


def test_all_documents_are_walked_in_batches(catalogue: Catalogue) -> None:
    with catalogue.transaction():
        for number in range(1203):
            add(catalogue, f"d{number:04}")
    walked = [document.id for document in catalogue.iter_documents()]
    assert walked == catalogue.ids()
    assert len(walked) == 1203


def test_waiting_longest_is_read_first(catalogue: Catalogue) -> None:
    for number in range(3):
        original = Original(f"{number}" * 64, "text/html", 1)
        catalogue.record(
            original=original, address=Address(f"https://a.fi/{number}"), actor="crawler"
        )
    assert [document.id for document in catalogue.pending(2)] == ["new0", "new1"]
    assert catalogue.count_pending() == 3
    assert all(document.status is Status.PENDING for document in catalogue.pending())


def test_originals_of_documents_and_versions_are_listed(catalogue: Catalogue) -> None:
    for sha256 in ("1" * 64, "2" * 64):
        original = Original(sha256, "text/html", 1)
        catalogue.record(original=original, address=Address("https://a.fi/1"), actor="crawler")
    assert catalogue.original_hashes() == ["1" * 64, "2" * 64]


def test_threads_record_and_read_at_once(catalogue: Catalogue) -> None:
    errors: list[BaseException] = []

    def work(worker: int) -> None:
        try:
            for number in range(15):
                add(catalogue, f"w{worker}-{number}")
                catalogue.documents(catalogue.ids()[:5])
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert catalogue.count_documents() == 60
    sequences = [document.sequence for document in catalogue.changes(0)]
    assert sequences == list(range(1, 61))


def test_sound_catalogue_has_nothing_to_tell(catalogue: Catalogue) -> None:
    add(catalogue, "a")
    assert catalogue.check() == []
