"""Cover and imprint: values where their place says what they are."""

from __future__ import annotations

import pytest

from corpus.document import FieldValue
from indexer.extract._imprint import given_authors, imprint_values, people_in


def _values(values: list[FieldValue], name: str) -> list[object]:
    return [value.value for value in values if value.name == name]


def test_imprint_page_gives_publisher_authors_date_and_numbers() -> None:
    imprint = [
        "Julkaisija: Vaarojen kehitysyhtiö",
        "Tekijät: Aino Räty ja Matti Meikäläinen",
        "Julkaistu: 12.3.2021",
        "ISBN 978-951-0-18435-6",
        "ISSN 0355-0648",
    ]
    values = imprint_values([["Otsikko"], imprint], last_year=2027)
    names = ("organisations", "authors", "date", "isbn", "issn")
    assert [set(_values(values, name)) for name in names] == [
        {("Vaarojen kehitysyhtiö",)},
        {("Aino Räty", "Matti Meikäläinen")},
        {"2021-03-12"},
        {("978-951-0-18435-6",)},
        {("0355-0648",)},
    ]


def test_year_in_running_text_is_not_the_year_of_publication() -> None:
    text = ["Vuonna 2015 hankkeita oli kolme.", "Tavoitteet vuoteen 2030", "Vuosi 2019"]
    assert _values(imprint_values([text], last_year=2031), "year") == []


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("Joensuu 2020", 2020),
        ("Marraskuu 2019", 2019),
        ("Raportteja 3/2021", 2021),
        ("© Vaarojen kehitysyhtiö 2018", 2018),
        ("Lapin osaamiskeskus · 2017 · ISBN 978-951-0-18435-6", 2017),
    ],
)
def test_short_lines_of_a_cover_give_the_year(line: str, year: int) -> None:
    assert year in _values(imprint_values([["Otsikko", line]], last_year=2027), "year")


def test_years_below_the_first_section_are_left_alone() -> None:
    page = ["Otsikko", "Tiivistelmä", "Joensuu 1952"]
    assert _values(imprint_values([page], last_year=2027), "year") == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Aino Räty, Matti Meikäläinen", ("Aino Räty", "Matti Meikäläinen")),
        ("Anna-Kaisa Pirskanen & J. R. Savolainen", ()),
        ("Lauri Savolainen ja Eva af Ekenstam", ("Lauri Savolainen", "Eva af Ekenstam")),
        ("Räty, Aino", ("Aino Räty",)),
        ("Business Joensuu", ()),
        ("Pohjois-Karjalan maakuntaliitto", ()),
        ("METSÄN MONIKÄYTTÖ", ()),
    ],
)
def test_names_of_people_are_told_from_other_names(text: str, names: tuple[str, ...]) -> None:
    assert people_in(text) == names


@pytest.mark.parametrize("junk", ["Opiskelija", "user", "Microsoft Office User", "aino.raty"])
def test_authors_that_are_a_computer_s_user_are_junk(junk: str) -> None:
    assert given_authors(junk) == ()


def test_family_name_first_is_turned_round() -> None:
    assert given_authors("Räty, Aino; Meikäläinen, Matti") == ("Aino Räty", "Matti Meikäläinen")


@pytest.mark.parametrize(
    ("pages", "year"),
    [
        ([["Raportti"], ["© 1998–2002, 2015 Liitto", "ISBN"]], 2015),
        ([["Raportti"], ["Copyright © 1998-2002 A", "Copyright © 2005-2017 B"]], 2017),
        ([["Guide", "May 31, 2022"], ["Copyright © 1996-2021 X"]], 2022),
        ([["Guide", "Dec 17, 2022"], ["Text"]], 2022),
        ([["Guide", "9 juli 2023"], ["Copyright © 2004 – 2021 X"]], 2023),
        ([["FAQ", "May 31, 2022"], ["Published January 2021", "Copyright © 1996-2021 X"]], 2021),
        ([["Etusivu", "Ohjelma", "Hyväksytty valtuuskunnassa 1.12.2013"]], 2013),
        ([["Ohjelma", "Hyväksytty 1.3.2009, osin muutettu 21.4.2013"]], 2013),
        ([["Program", "Antagen av styrelsen 24 november 2002."]], 2002),
        ([["Ohjelma", "Johdanto", "Hyväksytty valtuuskunnassa 1.12.2013"]], None),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, list) else None,
)
def test_year_of_the_edition_is_the_one_taken(pages: list[list[str]], year: int | None) -> None:
    found = [v for v in imprint_values(pages, last_year=2027) if v.name == "year"]
    surest = max(found, key=lambda value: value.confidence, default=None)
    assert (surest.value if surest else None) == year
