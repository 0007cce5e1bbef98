"""Marks never let text through as markup."""

from __future__ import annotations

from pathlib import Path

from indexer.results import Fragment
from search_app.marks import marked, paragraphs

PACKAGE = Path(__file__).parents[2] / "search_app"


def test_text_is_escaped_inside_and_outside_marks() -> None:
    html = marked([Fragment("<b>&"), Fragment('"<i>', mark=True)])
    assert html == "&lt;b&gt;&amp;<mark>&#34;&lt;i&gt;</mark>"


def test_an_empty_mark_is_left_out() -> None:
    assert marked([Fragment("a"), Fragment("", mark=True)]) == "a"


def test_a_page_becomes_paragraphs_and_the_first_mark_a_target() -> None:
    fragments = [
        Fragment("Yksi "),
        Fragment("metsä", mark=True),
        Fragment(".\n\nKaksi "),
        Fragment("metsää", mark=True),
        Fragment(".\n\n \n\n"),
    ]
    assert paragraphs(fragments) == [
        'Yksi <mark id="m">metsä</mark>.',
        "Kaksi <mark>metsää</mark>.",
    ]


def test_markup_is_made_in_one_file_only() -> None:
    templates = [path for path in (PACKAGE / "templates").rglob("*") if path.is_file()]
    sources = [*PACKAGE.rglob("*.py"), *templates]
    makers = {
        path.name
        for path in sources
        for word in ("Markup(", "|safe", "| safe", "autoescape false")
        if word in path.read_text(encoding="utf-8")
    }
    assert makers == {"marks.py"}
