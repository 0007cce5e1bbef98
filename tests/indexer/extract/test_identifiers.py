"""Identifiers and dates count only when they can be what they look like."""

from __future__ import annotations

import pytest

from indexer.extract._identifiers import date_in, is_isbn, is_issn, isbns_in, issns_in, years_in


@pytest.mark.parametrize("number", ["978-951-0-18435-6", "951-0-18435-7", "9789510184356"])
def test_isbn_with_a_right_check_digit_is_accepted(number: str) -> None:
    assert is_isbn(number)


@pytest.mark.parametrize(
    "number", ["978-951-0-18435-7", "951-0-18435-1", "1234567890123", "978", "978-951-0-1843X-6"]
)
def test_isbn_with_a_wrong_check_digit_is_refused(number: str) -> None:
    assert not is_isbn(number)


def test_issn_needs_its_check_digit() -> None:
    assert (is_issn("0355-0648"), is_issn("0355-0649")) == (True, False)


def test_both_editions_are_found_and_nothing_twice() -> None:
    text = "ISBN 978-951-0-18435-6 (PDF)\nISBN: 978-951-0-18435-6, puh. 978-123-456-789-0"
    assert isbns_in(text) == ("978-951-0-18435-6",)


def test_issn_is_found_behind_its_name_only() -> None:
    assert issns_in("ISSN 0355-0648 (verkkojulkaisu), puh. 0355-0648") == ("0355-0648",)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Joensuussa 30.11.2021", "2021-11-30"),
        ("julkaistu 2021-11-30T08:00", "2021-11-30"),
        ("30. marraskuuta 2021", "2021-11-30"),
        ("den 1 februari 2019", "2019-02-01"),
        ("31.2.2021", None),
    ],
)
def test_dates_are_read_in_each_language(text: str, day: str | None) -> None:
    found = date_in(text)
    assert (found.isoformat() if found else None) == day


def test_ends_of_a_range_are_not_single_years() -> None:
    assert years_in("vuosina 2014–2020, julkaistu 2021", last_year=2027) == (2021,)


def test_years_to_come_are_not_taken() -> None:
    assert years_in("tavoitteet 2050", last_year=2027) == ()
