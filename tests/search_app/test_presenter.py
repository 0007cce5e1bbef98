"""Numbers, dates, sizes and labels as readers of each language expect them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from corpus.document import Document, Original
from corpus.vocabulary import Vocabulary
from indexer.collation import finnish_key
from search_app.presenter import Presenter
from search_app.texts import load_texts

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def show(vocabulary: Vocabulary) -> dict[str, Presenter]:
    return {name: Presenter(texts, vocabulary) for name, texts in load_texts().items()}


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fi", "4.11.2026"), ("sv", "4.11.2026"), ("en", "4 November 2026")],
)
def test_dates(show: dict[str, Presenter], language: str, expected: str) -> None:
    assert show[language].date("2026-11-04") == expected
    assert show[language].date(datetime(2026, 11, 4, tzinfo=UTC)) == expected


def test_text_that_is_no_date_stays(show: dict[str, Presenter]) -> None:
    assert show["fi"].date("syksy 2020") == "syksy 2020"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fi", f"2,1{NBSP}Mt"), ("sv", f"2,1{NBSP}MB"), ("en", f"2.1{NBSP}MB")],
)
def test_sizes(show: dict[str, Presenter], language: str, expected: str) -> None:
    assert show[language].size(2_100_000) == expected


def test_a_small_file_is_at_least_a_kilobyte(show: dict[str, Presenter]) -> None:
    assert show["fi"].size(12) == f"1{NBSP}kt"


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(2018, 2020, "2018–2020"), (2019, 2019, "2019"), (2018, None, "2018–"), (None, 2020, "–2020")],
)
def test_ranges_of_years(
    show: dict[str, Presenter], low: int | None, high: int | None, expected: str
) -> None:
    assert show["fi"].years(low, high) == expected


def test_labels_come_from_the_vocabulary(show: dict[str, Presenter]) -> None:
    assert show["fi"].label("sector", "fotoniikka") == "Fotoniikka"
    assert show["sv"].label("sector", "fotoniikka") == "Fotonik"
    assert show["en"].label("lang", "fi") == "Finnish"
    assert show["sv"].label("accessible", "yes") == "Ja: taggad"
    assert show["fi"].label("organisation", "Tuntematon ry") == "Tuntematon ry"


def test_the_second_line_of_a_hit_stands_in_its_order(show: dict[str, Presenter]) -> None:
    document = Document(
        id="a",
        year=2019,
        type="selvitys",
        sectors=("fotoniikka",),
        regions=("pohjois-karjala", "kainuu", "lappi", "etela-savo"),
        original=Original("0" * 64, "application/pdf", 2_100_000),
        pages_total=48,
    )
    assert show["fi"].meta(document) == [
        "Selvitys",
        "Fotoniikka",
        "Pohjois-Karjala, Kainuu, Lappi +1",
        "2019",
        f"PDF, 48{NBSP}s., 2,1{NBSP}Mt",
        "suomi",
    ]


def test_finnish_order_puts_letters_with_marks_last() -> None:
    words = ["öljy", "Åbo", "zoo", "ähtäri", "Éclair", "auto", "edam", "vesi", "wau"]
    expected = ["auto", "Éclair", "edam", "vesi", "wau", "zoo", "Åbo", "ähtäri", "öljy"]
    assert sorted(words, key=finnish_key) == expected
