"""What a PDF says of its accessibility survives as evidence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from corpus.document import AuditEntry, FieldValue, Origin
from corpus.pdf_access import PdfAccess


def value(source: str, name: str = "accessible", origin: Origin = Origin.EXTRACTED) -> FieldValue:
    return FieldValue(name, value=True, origin=origin, source=source)


@pytest.mark.parametrize("language", [None, "fi", "de"])
@pytest.mark.parametrize("has_title", [True, False])
@pytest.mark.parametrize("is_tagged", [True, False])
def test_evidence_is_read_as_it_was_written(
    *, is_tagged: bool, language: str | None, has_title: bool
) -> None:
    said = PdfAccess(is_tagged, language, has_title)
    kept = FieldValue("accessible", is_tagged, Origin.EXTRACTED, said.to_source())
    assert PdfAccess.of([kept]) == said


@pytest.mark.parametrize("source", ["", "pdf: tagged", "import", "pdf: tagged?; lang=fi"])
def test_other_evidence_says_nothing(source: str) -> None:
    assert PdfAccess.of([value(source)]) is None


def test_only_what_was_extracted_as_accessibility_counts() -> None:
    source = PdfAccess(is_tagged=True, language="fi").to_source()
    assert PdfAccess.of([value(source, name="title"), value(source, origin=Origin.GIVEN)]) is None


@pytest.mark.parametrize(
    ("after", "reason"),
    [('{"reason": "vanha"}', "vanha"), ("{}", ""), ("", ""), ("ei json", ""), ("[1]", "")],
)
def test_reason_of_an_entry_is_what_was_said(after: str, reason: str) -> None:
    entry = AuditEntry(datetime.now(UTC), "maija", "withdraw", "x", after=after)
    assert entry.reason == reason
