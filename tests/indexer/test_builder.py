"""Documents of the catalogue become terms, values and pages of the two indexes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from corpus import Document, Page, Vocabulary
from indexer.analysis import Analyzer
from indexer.builder import IndexBuilder, grams, own_title
from indexer.collation import title_key
from indexer.engine import IndexDocument
from indexer.schema import (
    AUTHOR,
    BASE,
    GRAMS,
    PAGE_GAP,
    PARTS,
    PUBLICATIONS,
    SURFACE,
    TITLE_BASE,
    split_page_id,
)


@pytest.fixture(scope="session")
def builder(analyzers: Mapping[str, Analyzer], packaged_vocabulary: Vocabulary) -> IndexBuilder:
    """Return a builder with the packaged vocabulary."""
    return IndexBuilder(analyzers, packaged_vocabulary)


def _pages(*texts: str) -> tuple[Page, ...]:
    return tuple(Page(number, text) for number, text in enumerate(texts, 1))


def _publication(builder: IndexBuilder, document: Document, *texts: str) -> IndexDocument:
    publication, _ = builder.build(document, _pages(*texts))
    return publication


def _positions(terms: Sequence[tuple[str, int]], wanted: str) -> list[int]:
    return [position for term, position in terms if term == wanted]


def test_publication_of_one_page_is_its_own_page(builder: IndexBuilder) -> None:
    publication, pages = builder.build(Document("a", "Kissat"), _pages("Koirat haukkuvat."))
    assert publication.stored["pages"] == "1"
    assert pages == []


def test_pages_carry_their_document_and_number(builder: IndexBuilder) -> None:
    document = Document("a", "Kissat")
    pages = (Page(3, "Koirat haukkuvat."), Page(7, "Linnut laulavat."))
    publication, built = builder.build(document, pages)
    assert [split_page_id(page.id) for page in built] == [("a", 3), ("a", 7)]
    assert {page.keywords["document"][0] for page in built} == {"a"}
    assert [page.numbers["number"] for page in built] == [3, 7]
    assert publication.stored["pages"] == "2"


def test_title_abstract_and_pages_stand_a_gap_apart(builder: IndexBuilder) -> None:
    document = Document("a", "Kissa", abstract="Koira")
    base = _publication(builder, document, "Lintu", "Hevonen").text[BASE]
    places = [_positions(base, word)[0] for word in ("kissa", "koira", "lintu", "hevonen")]
    assert places == [0, PAGE_GAP, 2 * PAGE_GAP, 3 * PAGE_GAP]


def test_positions_never_fall(builder: IndexBuilder) -> None:
    document = Document("a", "Metsäbiotalouden kasvu", authors=("Aalto", "Virta, Ville", "Aalto"))
    text = _publication(builder, document, "Puunkorjuu- ja ICT-sovellukset.", "", "Loppu.").text
    for terms in text.values():
        places = [position for _, position in terms]
        assert places == sorted(places)


def test_alternatives_of_a_word_share_its_position(builder: IndexBuilder) -> None:
    publication = _publication(builder, Document("a", "x"), "Kuva metsäbiotaloudesta")
    (place,) = _positions(publication.text[SURFACE], "metsäbiotaloudesta")
    assert _positions(publication.text[BASE], "metsäbiotalous") == [place]
    for part in ("metsä", "biotalous", "talous"):
        assert _positions(publication.text[PARTS], part) == [place]


def test_whole_word_is_no_part_of_itself(builder: IndexBuilder) -> None:
    publication = _publication(builder, Document("a", "x"), "metsäbiotalous")
    assert _positions(publication.text[PARTS], "metsäbiotalous") == []


def test_opening_of_the_text_is_no_title(builder: IndexBuilder) -> None:
    pages = _pages("Kissat nukkuvat sohvalla.")
    stand_in = Document("a", "Kissat nukkuvat sohvalla.")
    assert own_title(stand_in, pages) == ""
    publication, _ = builder.build(stand_in, pages)
    assert publication.text[TITLE_BASE] == []
    assert len(_positions(publication.text[BASE], "kissa")) == 1


def test_each_page_is_read_in_its_own_language(builder: IndexBuilder) -> None:
    pages = (Page(1, "Kissoille ruokaa."), Page(2, "Skogarnas ägare.", language="sv"))
    publication, built = builder.build(Document("a", "x", language="fi"), pages)
    assert _positions(built[0].text[BASE], "kissa") == [0]
    assert any(term.endswith("~s") for term, _ in built[1].text[BASE])
    assert set(built[1].text[BASE]) <= {
        (term, position - _positions(publication.text[SURFACE], "skogarnas")[0])
        for term, position in publication.text[BASE]
    }


def test_unknown_language_is_read_as_finnish(builder: IndexBuilder) -> None:
    publication = _publication(builder, Document("a", "x", language="et"), "kissoille")
    assert len(_positions(publication.text[BASE], "kissa")) == 1


def test_names_of_authors_stand_a_gap_apart(builder: IndexBuilder) -> None:
    authors = ("Aalto", "Virta, Ville", "Koski")
    text = _publication(builder, Document("a", "x", authors=authors), "y").text[AUTHOR]
    places = [_positions(text, name)[0] for name in ("aalto", "virta", "ville", "koski")]
    assert places == [0, PAGE_GAP, PAGE_GAP + 1, 2 * PAGE_GAP + 1]


def test_grams_of_a_word_are_kept_once_however_often_it_comes(builder: IndexBuilder) -> None:
    terms = _publication(builder, Document("a", "x"), "kissat kissat kissat").text[GRAMS]
    assert sorted(term for term, _ in terms) == ["issa", "kiss", "ssat", "x"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [("ja", ("ja",)), ("talo", ("talo",)), ("talot", ("talo", "alot")), ("", ("",))],
    ids=["short", "as-long", "longer", "empty"],
)
def test_grams(word: str, expected: tuple[str, ...]) -> None:
    assert grams(word) == expected


def test_sectors_bring_their_ancestors_once(builder: IndexBuilder) -> None:
    document = Document("a", "x", sectors=("hajautettu-biojalostus", "metsatiedon-hallinta"))
    assert list(_publication(builder, document, "y").keywords["sector"]) == [
        "hajautettu-biojalostus",
        "metsabiotalous",
        "metsatiedon-hallinta",
    ]


def test_value_that_the_vocabulary_lacks_is_kept(builder: IndexBuilder) -> None:
    document = Document("a", "x", sectors=("ei-tunneta",))
    assert list(_publication(builder, document, "y").keywords["sector"]) == ["ei-tunneta"]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (Document("a", "x", accessible=True), ["yes"]),
        (Document("a", "x", accessible=False), ["no"]),
        (Document("a", "x"), []),
    ],
    ids=["yes", "no", "unknown"],
)
def test_unknown_accessibility_is_no_value(
    builder: IndexBuilder, document: Document, expected: list[str]
) -> None:
    assert list(_publication(builder, document, "y").keywords["accessible"]) == expected


def test_isbn_is_kept_without_hyphens(builder: IndexBuilder) -> None:
    document = Document("a", "x", isbn=("978-952-0000-00-2",), issn=("1234-567x",))
    assert list(_publication(builder, document, "y").keywords["isbn"]) == [
        "9789520000002",
        "1234567X",
    ]


@pytest.mark.parametrize(
    ("year", "day_of", "expected"),
    [
        (None, "", {}),
        (1970, "", {"year": 1970, "day": 0}),
        (1970, "1970-01-31", {"year": 1970, "day": 30}),
        (1969, "1969-12-31", {"year": 1969, "day": -1}),
        (1970, "tammikuu", {"year": 1970, "day": 0}),
        (0, "", {"year": 0}),
        (10_000, "", {"year": 10_000}),
    ],
)
def test_date_becomes_days_since_the_epoch(
    builder: IndexBuilder, year: int | None, day_of: str, expected: dict[str, int]
) -> None:
    document = Document("a", "x", year=year, date=day_of)
    assert dict(_publication(builder, document, "y").numbers) == expected


def test_every_field_is_one_of_the_schema(builder: IndexBuilder) -> None:
    document = Document("a", "x", year=2020, authors=("Aalto",), isbn=("1",))
    publication = _publication(builder, document, "y")
    given = {
        *publication.text,
        *publication.keywords,
        *publication.numbers,
        *publication.stored,
    }
    assert given == {spec.name for spec in PUBLICATIONS.fields}


def test_titles_sort_by_finnish_rules() -> None:
    titles = ["Öljy", "zeniitti", "Äiti", "Aalto", "«Bio»", "ålder", "Éclair", "Zürich"]
    assert sorted(titles, key=title_key) == [
        "Aalto",
        "«Bio»",
        "Éclair",
        "zeniitti",
        "Zürich",
        "ålder",
        "Äiti",
        "Öljy",
    ]


def test_title_without_letters_sorts_last() -> None:
    assert sorted(["…", "Öljy"], key=title_key) == ["Öljy", "…"]
