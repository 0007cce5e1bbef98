"""Titles from the largest letters, and junk told apart."""

from __future__ import annotations

import pytest

from indexer.extract._lines import Line
from indexer.extract._titles import (
    is_junk_title,
    largest_heading,
    title_of_filename,
    title_of_link,
)


@pytest.mark.parametrize(
    "junk",
    [
        "Opiskelija",
        "Microsoft Word - raportti_lopullinen.docx",
        "PowerPoint-esitys",
        "untitled",
        "raportti.indd",
        "Dia 1",
        "12.3",
        "",
    ],
)
def test_junk_is_no_title(junk: str) -> None:
    assert is_junk_title(junk)


@pytest.mark.parametrize("title", ["Metsätiedon tiekartta 2018–2022", "Biogas på små gårdar"])
def test_real_titles_are_no_junk(title: str) -> None:
    assert not is_junk_title(title)


def _page(*lines: tuple[float, str]) -> list[Line]:
    body = [(11.0, "Tavallista tekstiä, jota on sivulla eniten ja jonka koko on leipätekstin.")] * 5
    return [
        Line(text, size=size, top=800 - 20 * i) for i, (size, text) in enumerate([*lines, *body])
    ]


def test_largest_heading_is_joined_over_its_lines() -> None:
    heading = largest_heading([_page((24, "Hyperspektrikuvantaminen"), (24, "lajittelussa"))])
    assert heading is not None
    assert heading.text == "Hyperspektrikuvantaminen lajittelussa"


@pytest.mark.parametrize(
    "largest",
    ["Sisällys", "3/2021", "A" * 160],
    ids=["section", "digits", "too-long"],
)
def test_what_cannot_be_a_title_gives_way_to_the_next_size(largest: str) -> None:
    heading = largest_heading([_page((30, largest), (20, "Metsätiedon tiekartta"))])
    assert heading is not None
    assert heading.text == "Metsätiedon tiekartta"


def test_page_in_one_size_has_no_heading() -> None:
    assert largest_heading([_page()]) is None


def test_file_name_becomes_words() -> None:
    assert title_of_filename("metsatiedon_tiekartta-2018.pdf") == "Metsatiedon tiekartta 2018"


@pytest.mark.parametrize(
    ("link", "title"),
    [
        ("Avaa julkaisu (PDF, 132 kt)", ""),
        ("Metsätiedon tiekartta (PDF, 1,2 Mt)", "Metsätiedon tiekartta"),
        ("Lue lisää", ""),
    ],
)
def test_link_that_only_says_what_a_click_does_is_no_title(link: str, title: str) -> None:
    assert title_of_link(link) == title
