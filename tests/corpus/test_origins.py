"""Which value of a field wins, what extraction replaces, and what a person decides."""

from __future__ import annotations

import json

import pytest

from corpus.catalogue import Catalogue
from corpus.document import (
    Address,
    FieldValue,
    Origin,
    Original,
    Page,
    Status,
    Value,
    Visibility,
)
from corpus.errors import InvalidInput, NotFound

ONE = Original("1" * 64, "application/pdf", 10, "raportti.pdf")
TWO = Original("2" * 64, "application/pdf", 20)


def value(name: str, content: Value, origin: Origin, confidence: float = 1.0) -> FieldValue:
    return FieldValue(name, content, origin, confidence=confidence)


@pytest.fixture
def crawled(catalogue: Catalogue) -> str:
    """Return the id of a document that was crawled with a default and not read yet."""
    recorded = catalogue.record(
        original=ONE,
        address=Address("https://a.fi/1"),
        values=[
            FieldValue("regions", ("kainuu",), Origin.DEFAULT, source="smec"),
            FieldValue("language", "sv", Origin.DEFAULT, source="smec"),
        ],
        actor="crawler",
    )
    return recorded.document_id


def extract(
    catalogue: Catalogue, document_id: str, *values: FieldValue, text: str = "Teksti."
) -> bool:
    return catalogue.store_extraction(
        document_id,
        sha256=ONE.sha256,
        extractor="pdf 1",
        status=Status.OK,
        values=values,
        pages=[Page(1, text, label="i", language="fi")],
        quality=0.9,
    )


def test_origins_win_in_order(catalogue: Catalogue, crawled: str) -> None:
    assert catalogue.document(crawled).regions == ("kainuu",)
    extract(catalogue, crawled, value("regions", ("lappi",), Origin.EXTRACTED))
    assert catalogue.document(crawled).regions == ("lappi",)
    catalogue.record(
        document_id=crawled,
        values=[value("regions", ("pohjois-savo",), Origin.GIVEN)],
        actor="import",
    )
    assert catalogue.document(crawled).regions == ("pohjois-savo",)
    catalogue.set_values(crawled, [value("regions", ("etela-savo",), Origin.GIVEN)], "maija")
    assert catalogue.document(crawled).regions == ("etela-savo",)
    extract(catalogue, crawled, value("regions", ("lappi",), Origin.EXTRACTED), text="Muu.")
    assert catalogue.document(crawled).regions == ("etela-savo",)
    assert {found.origin for found in catalogue.values(crawled)} == set(Origin)


def test_surest_single_value_of_an_origin_wins(catalogue: Catalogue, crawled: str) -> None:
    extract(
        catalogue,
        crawled,
        value("title", "Opiskelija", Origin.EXTRACTED, 0.2),
        value("title", "Fotoniikan tiekartta", Origin.EXTRACTED, 0.9),
        value("title", "Sivu 1", Origin.EXTRACTED, 0.5),
    )
    assert catalogue.document(crawled).title == "Fotoniikan tiekartta"


def test_several_values_of_the_winning_origin_are_united(
    catalogue: Catalogue, crawled: str
) -> None:
    extract(
        catalogue,
        crawled,
        value("sectors", ("fotoniikka",), Origin.EXTRACTED, 0.3),
        value("sectors", ("puurakentaminen", "fotoniikka"), Origin.EXTRACTED, 0.9),
    )
    assert catalogue.document(crawled).sectors == ("fotoniikka", "puurakentaminen")


def test_empty_imported_value_hides_nothing(catalogue: Catalogue, crawled: str) -> None:
    extract(catalogue, crawled, value("title", "Luettu", Origin.EXTRACTED))
    catalogue.record(
        document_id=crawled, values=[value("title", " ", Origin.GIVEN)], actor="import"
    )
    assert catalogue.document(crawled).title == "Luettu"


@pytest.mark.parametrize(
    ("name", "found", "none"),
    [("sectors", ("fotoniikka",), ()), ("year", 2018, 0), ("subtitle", "Osa", "")],
)
def test_reviewer_may_say_that_a_field_has_no_value(
    catalogue: Catalogue, crawled: str, name: str, found: Value, none: Value
) -> None:
    extract(catalogue, crawled, value(name, found, Origin.EXTRACTED))
    assert getattr(catalogue.document(crawled), name) == found
    catalogue.set_values(crawled, [value(name, none, Origin.REVIEWED)], "maija")
    assert not getattr(catalogue.document(crawled), name)
    catalogue.unset_values(crawled, [name], "maija")
    assert getattr(catalogue.document(crawled), name) == found


def test_false_is_a_value(catalogue: Catalogue, crawled: str) -> None:
    accessible = FieldValue("accessible", value=False, origin=Origin.EXTRACTED)
    extract(catalogue, crawled, accessible)
    assert catalogue.document(crawled).accessible is False


def test_review_of_one_field_leaves_reviews_of_others(catalogue: Catalogue, crawled: str) -> None:
    catalogue.set_values(crawled, [value("title", "Nimi", Origin.REVIEWED)], "maija")
    catalogue.set_values(crawled, [value("year", 2019, Origin.REVIEWED)], "maija")
    document = catalogue.document(crawled)
    assert (document.title, document.year) == ("Nimi", 2019)


def test_defaults_of_two_sources_do_not_undo_each_other(catalogue: Catalogue, crawled: str) -> None:
    def crawl(source: str, region: str) -> None:
        default = FieldValue("regions", (region,), Origin.DEFAULT, source=source)
        catalogue.record(
            original=ONE,
            address=Address(f"https://{source}.fi/"),
            values=[default],
            actor="crawler",
        )

    crawl("elmo", "lappi")
    sequence = catalogue.last_sequence()
    catalogue.record(
        original=ONE,
        address=Address("https://a.fi/1"),
        values=[
            FieldValue("regions", ("kainuu",), Origin.DEFAULT, source="smec"),
            FieldValue("language", "sv", Origin.DEFAULT, source="smec"),
        ],
        actor="crawler",
    )
    crawl("elmo", "lappi")
    assert catalogue.last_sequence() == sequence
    assert set(catalogue.document(crawled).regions) == {"kainuu", "lappi"}


def test_extraction_makes_a_document_searchable(catalogue: Catalogue, crawled: str) -> None:
    assert extract(catalogue, crawled, value("title", "Nimi", Origin.EXTRACTED))
    document = catalogue.document(crawled)
    assert document.is_searchable
    assert (document.extractor, document.quality, document.pages_total) == ("pdf 1", 0.9, 1)
    assert catalogue.page(crawled, 1) == Page(1, "Teksti.", label="i", language="fi")
    assert catalogue.pending() == []


def test_equal_extraction_changes_nothing(catalogue: Catalogue, crawled: str) -> None:
    extract(catalogue, crawled, value("title", "Nimi", Origin.EXTRACTED))
    sequence = catalogue.last_sequence()
    extract(catalogue, crawled, value("title", "Nimi", Origin.EXTRACTED))
    assert catalogue.last_sequence() == sequence


def test_newer_extractor_is_noted_without_a_change(catalogue: Catalogue, crawled: str) -> None:
    extract(catalogue, crawled)
    sequence = catalogue.last_sequence()
    catalogue.store_extraction(
        crawled,
        sha256=ONE.sha256,
        extractor="pdf 2",
        status=Status.OK,
        pages=[Page(1, "Teksti.", label="i", language="fi")],
        quality=0.9,
    )
    assert catalogue.document(crawled).extractor == "pdf 2"
    assert catalogue.last_sequence() == sequence


def test_extraction_replaces_extracted_values_and_pages_as_a_whole(
    catalogue: Catalogue, crawled: str
) -> None:
    extract(catalogue, crawled, value("title", "Nimi", Origin.EXTRACTED))
    extract(catalogue, crawled, value("year", 2020, Origin.EXTRACTED), text="Uusi.")
    document = catalogue.document(crawled)
    assert (document.title, document.year) == ("Uusi.", 2020)
    assert [page.text for page in catalogue.pages(crawled)] == ["Uusi."]


def test_extraction_of_an_original_that_changed_meanwhile_is_ignored(
    catalogue: Catalogue, crawled: str
) -> None:
    catalogue.record(original=TWO, address=Address("https://a.fi/1"), actor="crawler")
    assert not extract(catalogue, crawled)
    assert catalogue.document(crawled).status is Status.PENDING
    assert catalogue.pages(crawled) == ()


@pytest.mark.parametrize("text", ["", " \n\u00a0"])
def test_document_without_text_is_never_ok(catalogue: Catalogue, crawled: str, text: str) -> None:
    extract(catalogue, crawled, text=text)
    document = catalogue.document(crawled)
    assert (document.status, document.reason) == (Status.FAILED, "no text was found")


@pytest.mark.parametrize("status", [Status.FAILED, Status.NEEDS_OCR, Status.SKIPPED])
def test_status_and_reason_of_an_extraction_are_kept(
    catalogue: Catalogue, crawled: str, status: Status
) -> None:
    catalogue.store_extraction(
        crawled, sha256=ONE.sha256, extractor="pdf 1", status=status, reason="salattu"
    )
    document = catalogue.document(crawled)
    assert (document.status, document.reason) == (status, "salattu")
    assert not document.is_searchable


def test_extraction_holds_extracted_values_only(catalogue: Catalogue, crawled: str) -> None:
    with pytest.raises(InvalidInput):
        extract(catalogue, crawled, value("title", "x", Origin.REVIEWED))


def test_extraction_of_an_unknown_document_is_told(catalogue: Catalogue) -> None:
    with pytest.raises(NotFound):
        extract(catalogue, "absent")


def test_hiding_and_showing_are_counted_once(catalogue: Catalogue, crawled: str) -> None:
    assert catalogue.withdraw([crawled], "virheellinen", "maija") == 1
    assert catalogue.withdraw([crawled], "virheellinen", "maija") == 0
    assert catalogue.document(crawled).visibility is Visibility.WITHDRAWN
    assert catalogue.mark_gone([crawled]) == 0
    assert catalogue.restore([crawled], "maija") == 1
    assert catalogue.publish([crawled], "maija") == 0
    assert catalogue.document(crawled).visibility is Visibility.PUBLISHED


def test_restoring_does_not_publish_a_draft(catalogue: Catalogue) -> None:
    catalogue.record(
        document_id="d1", pages=[Page(1, "x")], visibility=Visibility.DRAFT, actor="import"
    )
    assert catalogue.restore(["d1"], "maija") == 0
    assert catalogue.mark_gone(["d1"]) == 0
    assert catalogue.publish("d1", "maija") == 1


def test_withdrawal_needs_a_reason(catalogue: Catalogue, crawled: str) -> None:
    with pytest.raises(InvalidInput):
        catalogue.withdraw([crawled], " ", "maija")


def test_unknown_id_among_others_undoes_the_whole_call(catalogue: Catalogue, crawled: str) -> None:
    with pytest.raises(NotFound, match="absent"):
        catalogue.withdraw([crawled, "absent"], "syy", "maija")
    assert catalogue.document(crawled).visibility is Visibility.PUBLISHED
    assert catalogue.audit(crawled) == []


def test_audit_log_tells_who_changed_what_from_what_to_what(
    catalogue: Catalogue, crawled: str
) -> None:
    catalogue.set_values(crawled, [value("title", "Yksi", Origin.REVIEWED)], "maija")
    catalogue.set_values(crawled, [value("title", "Kaksi", Origin.REVIEWED)], "matti")
    catalogue.withdraw([crawled], "vanhentunut", "maija")
    withdrawn, second, first = catalogue.audit(crawled)
    assert (first.actor, first.action, first.object_id) == ("maija", "review", crawled)
    assert json.loads(second.before) == {"title": "Yksi"}
    assert json.loads(second.after) == {"title": "Kaksi"}
    assert json.loads(withdrawn.before) == {"visibility": "published"}
    assert json.loads(withdrawn.after) == {"visibility": "withdrawn", "reason": "vanhentunut"}
    assert first.at < second.at < withdrawn.at


def test_machines_leave_no_trace_in_the_audit_log_but_for_visibility(
    catalogue: Catalogue, crawled: str
) -> None:
    extract(catalogue, crawled)
    assert catalogue.audit() == []
    catalogue.mark_gone([crawled])
    assert [entry.action for entry in catalogue.audit()] == ["gone"]
