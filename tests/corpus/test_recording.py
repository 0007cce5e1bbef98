"""How a document is recognised, and what recording it again does."""

from __future__ import annotations

import pytest

from corpus._recording import ID_PATTERN, random_id
from corpus.catalogue import Catalogue
from corpus.document import (
    Address,
    Change,
    FieldValue,
    Origin,
    Original,
    Page,
    Recorded,
    Status,
    Value,
    Visibility,
)
from corpus.errors import InvalidInput, UnknownValue

ONE = Original("1" * 64, "application/pdf", 10, "raportti.pdf")
TWO = Original("2" * 64, "application/pdf", 20)
TEXT = [Page(1, "Metsäbiotalous kasvaa."), Page(2, "")]


def given(name: str, value: Value) -> FieldValue:
    return FieldValue(name, value, Origin.GIVEN)


def at(url: str) -> Address:
    return Address(url, source="smec")


def test_new_document_gets_an_id_and_waits_to_be_read(catalogue: Catalogue) -> None:
    recorded = catalogue.record(original=ONE, address=at("https://a.fi/1"), actor="crawler")
    assert recorded == Recorded("new0", Change.NEW)
    document = catalogue.document("new0")
    assert document.status is Status.PENDING
    assert document.visibility is Visibility.PUBLISHED
    assert document.original == ONE
    assert document.url == "https://a.fi/1"
    assert [found.id for found in catalogue.pending()] == ["new0"]


def test_ids_made_here_are_ten_characters_of_base32() -> None:
    made = {random_id() for _ in range(200)}
    assert len(made) == 200
    assert all(len(name) == 10 and ID_PATTERN.fullmatch(name) for name in made)


def test_known_address_with_the_same_bytes_changes_nothing(catalogue: Catalogue) -> None:
    first = catalogue.record(original=ONE, address=at("https://a.fi/1"), actor="crawler")
    sequence = catalogue.last_sequence()
    again = catalogue.record(
        original=ONE, address=Address("https://a.fi/1", etag='"2"'), actor="crawler"
    )
    assert again == Recorded(first.document_id, Change.UNCHANGED)
    assert catalogue.last_sequence() == sequence
    assert catalogue.addresses(first.document_id)[0].etag == '"2"'


def test_known_address_keeps_its_document_when_the_bytes_change(catalogue: Catalogue) -> None:
    first = catalogue.record(original=ONE, address=at("https://a.fi/1"), actor="crawler")
    again = catalogue.record(original=TWO, address=at("https://a.fi/1"), actor="crawler")
    assert again == Recorded(first.document_id, Change.CHANGED)
    assert catalogue.document(first.document_id).original == TWO
    assert [version.original for version in catalogue.versions(first.document_id)] == [ONE]
    assert catalogue.document(first.document_id).status is Status.PENDING


def test_same_bytes_under_a_second_address_are_one_document(catalogue: Catalogue) -> None:
    first = catalogue.record(original=ONE, address=at("https://a.fi/1"), actor="crawler")
    again = catalogue.record(original=ONE, address=at("https://b.fi/2"), actor="crawler")
    assert again == Recorded(first.document_id, Change.UNCHANGED, first.document_id)
    urls = [address.url for address in catalogue.addresses(first.document_id)]
    assert urls == ["https://a.fi/1", "https://b.fi/2"]
    assert catalogue.count_documents() == 1


def test_changed_bytes_that_another_document_has_are_told(catalogue: Catalogue) -> None:
    catalogue.record(original=ONE, address=at("https://a.fi/1"), actor="crawler")
    catalogue.record(original=TWO, address=at("https://a.fi/2"), actor="crawler")
    again = catalogue.record(original=ONE, address=at("https://a.fi/2"), actor="crawler")
    assert again == Recorded("new1", Change.CHANGED, "new0")


def test_given_id_wins_over_address_and_bytes(catalogue: Catalogue) -> None:
    catalogue.record(original=ONE, address=at("https://a.fi/1"), actor="crawler")
    recorded = catalogue.record(
        document_id="own-1", original=ONE, address=at("https://a.fi/1"), actor="import"
    )
    assert recorded == Recorded("own-1", Change.NEW, "new0")
    known = catalogue.find_address("https://a.fi/1")
    assert known is not None
    assert known.document_id == "new0"
    assert catalogue.addresses("own-1") == ()


def test_import_of_the_same_id_replaces_given_values_and_pages(catalogue: Catalogue) -> None:
    values = [given("title", "Vanha"), given("year", 2018)]
    catalogue.record(document_id="d1", values=values, pages=TEXT, actor="import")
    catalogue.record(
        document_id="d1", values=[given("title", "Uusi")], pages=[Page(1, "Muu.")], actor="import"
    )
    document = catalogue.document("d1")
    assert (document.title, document.year, document.pages_total) == ("Uusi", None, 1)
    assert [page.text for page in catalogue.pages("d1")] == ["Muu."]


def test_import_of_the_same_line_changes_nothing(catalogue: Catalogue) -> None:
    for expected in (Change.NEW, Change.UNCHANGED):
        recorded = catalogue.record(
            document_id="d1",
            values=[given("title", "Nimi"), given("sectors", ("fotoniikka",))],
            pages=TEXT,
            notes={"hylly": "3"},
            actor="import",
        )
        assert recorded.change is expected
    assert catalogue.last_sequence() == 1
    assert len(catalogue.audit("d1")) == 1


def test_id_alone_leaves_values_and_pages(catalogue: Catalogue) -> None:
    catalogue.record(document_id="d1", values=[given("title", "Nimi")], pages=TEXT, actor="import")
    catalogue.record(document_id="d1", address=at("https://a.fi/1"), actor="import")
    assert catalogue.document("d1").title == "Nimi"
    assert len(catalogue.pages("d1")) == 2


def test_pages_with_text_make_a_document_readable_at_once(catalogue: Catalogue) -> None:
    recorded = catalogue.record(values=[given("title", "Nimi")], pages=TEXT, actor="import")
    document = catalogue.document(recorded.document_id)
    assert (document.status, document.pages_total) == (Status.OK, 2)
    assert document.is_searchable


@pytest.mark.parametrize(
    "pages", [[], [Page(1, "")], [Page(1, " \n\u00a0\t")]], ids=["none", "empty", "blank"]
)
def test_pages_without_text_fail_with_the_reason(catalogue: Catalogue, pages: list[Page]) -> None:
    recorded = catalogue.record(values=[given("title", "Nimi")], pages=pages, actor="import")
    document = catalogue.document(recorded.document_id)
    assert (document.status, document.reason) == (Status.FAILED, "no text was found")


def test_document_without_original_and_text_is_not_pending(catalogue: Catalogue) -> None:
    recorded = catalogue.record(values=[given("title", "Nimi")], actor="import")
    assert catalogue.document(recorded.document_id).status is Status.FAILED
    assert catalogue.pending() == []


def test_text_without_title_is_shown_by_its_beginning(catalogue: Catalogue) -> None:
    text = "  Hajautettu   biojalostus\nkasvaa " + "maakunnassa " * 20
    catalogue.record(document_id="d1", pages=[Page(1, " "), Page(2, text)], actor="import")
    title = catalogue.document("d1").title
    assert title.startswith("Hajautettu biojalostus kasvaa maakunnassa")
    assert len(title) <= 80
    assert catalogue.values("d1") == ()


def test_draft_stays_a_draft_until_it_is_published(catalogue: Catalogue) -> None:
    catalogue.record(document_id="d1", pages=TEXT, visibility=Visibility.DRAFT, actor="import")
    catalogue.record(document_id="d1", pages=[Page(1, "Muu.")], actor="import")
    assert catalogue.document("d1").visibility is Visibility.DRAFT
    catalogue.record(document_id="d1", pages=TEXT, visibility=Visibility.PUBLISHED, actor="import")
    assert catalogue.document("d1").visibility is Visibility.PUBLISHED


def test_withdrawn_document_stays_withdrawn_when_it_is_found_again(catalogue: Catalogue) -> None:
    catalogue.record(original=ONE, address=at("https://a.fi/1"), actor="crawler")
    catalogue.withdraw(["new0"], "väärä tiedosto", "maija")
    catalogue.record(
        original=TWO,
        address=at("https://a.fi/1"),
        visibility=Visibility.PUBLISHED,
        actor="crawler",
    )
    assert catalogue.document("new0").visibility is Visibility.WITHDRAWN


def test_gone_document_is_back_when_its_address_answers_again(catalogue: Catalogue) -> None:
    catalogue.record(original=ONE, address=at("https://a.fi/1"), actor="crawler")
    assert catalogue.mark_gone(["new0"]) == 1
    assert catalogue.document("new0").visibility is Visibility.GONE
    recorded = catalogue.record(original=ONE, address=at("https://a.fi/1"), actor="crawler")
    assert recorded.change is Change.CHANGED
    assert catalogue.document("new0").visibility is Visibility.PUBLISHED


def test_how_an_address_was_found_is_kept_when_a_later_visit_does_not_say(
    catalogue: Catalogue,
) -> None:
    found = Address("https://a.fi/1", referrer="https://a.fi/", link_text="Raportti (pdf)")
    catalogue.record(original=ONE, address=found, actor="crawler")
    catalogue.record(original=ONE, address=Address("https://a.fi/1", etag="x"), actor="crawler")
    known = catalogue.find_address("https://a.fi/1")
    assert known is not None
    assert (known.address.link_text, known.address.etag) == ("Raportti (pdf)", "x")


@pytest.mark.parametrize("name", ["", "a/b", "ä", "a b", "x" * 129, "a\n", "../up"])
def test_wrong_id_is_refused(catalogue: Catalogue, name: str) -> None:
    with pytest.raises(InvalidInput):
        catalogue.record(document_id=name, pages=TEXT, actor="import")
    assert catalogue.count_documents() == 0


@pytest.mark.parametrize(
    "value",
    [
        given("year", "2018"),
        given("year", 20180),
        FieldValue("year", value=True, origin=Origin.GIVEN),
        given("authors", "Meikäläinen"),
        given("title", ("a", "b")),
        given("accessible", "yes"),
        FieldValue("title", "x", Origin.GIVEN, confidence=1.5),
        FieldValue("title", "x", Origin.REVIEWED),
    ],
    ids=str,
)
def test_value_of_the_wrong_kind_is_refused(catalogue: Catalogue, value: FieldValue) -> None:
    with pytest.raises(InvalidInput):
        catalogue.record(pages=TEXT, values=[value], actor="import")
    assert catalogue.count_documents() == 0


def test_unknown_field_is_refused_by_name(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownValue, match="titel"):
        catalogue.record(pages=TEXT, values=[given("titel", "x")], actor="import")


@pytest.mark.parametrize("numbers", [(0, 1), (1, 1)], ids=["zero", "twice"])
def test_wrong_page_numbers_are_refused(catalogue: Catalogue, numbers: tuple[int, int]) -> None:
    with pytest.raises(InvalidInput):
        catalogue.record(pages=[Page(number, "x") for number in numbers], actor="import")


def test_text_that_no_database_can_hold_is_cleaned(catalogue: Catalogue) -> None:
    catalogue.record(
        document_id="d1",
        values=[given("title", "a\ud800b"), given("authors", ("x\x00y",))],
        pages=[Page(1, "tieto\ud800\x00kanta ä")],
        notes={"k\ud800": "v\x00"},
        actor="import",
    )
    document = catalogue.document("d1")
    assert (document.title, document.authors) == ("a\ufffdb", ("x\ufffdy",))
    assert catalogue.page("d1", 1).text == "tieto\ufffd\ufffdkanta ä"
    assert document.notes == {"k\ufffd": "v\ufffd"}


def test_refused_line_inside_a_batch_leaves_the_others(catalogue: Catalogue) -> None:
    with catalogue.transaction():
        catalogue.record(document_id="d1", pages=TEXT, actor="import")
        with pytest.raises(InvalidInput):
            catalogue.record(document_id="d 2", pages=TEXT, actor="import")
        catalogue.record(document_id="d3", pages=TEXT, actor="import")
    assert catalogue.ids() == ["d1", "d3"]
