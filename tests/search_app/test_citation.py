"""References keep their format whatever a title holds."""

from __future__ import annotations

from corpus.document import Document
from search_app.citation import as_bibtex, as_ris, as_text

ADDRESS = "https://haku.example/doc/a-1"
DOCUMENT = Document(
    id="a-1",
    subtitle="Loppuraportti",
    authors=("Aalto, Aino", "Berg, Bo"),
    year=2021,
    isbn=("978-952-0000-00-2",),
)


def test_one_line_of_text() -> None:
    line = as_text(DOCUMENT, "Metsän tie", ("Liitto",), ADDRESS)
    assert line == (
        "Aalto, Aino; Berg, Bo (2021). Metsän tie: Loppuraportti. Liitto. "
        f"ISBN 978-952-0000-00-2. {ADDRESS}"
    )


def test_an_organisation_stands_for_missing_authors() -> None:
    line = as_text(Document(id="b", year=2020), "Katsaus", ("Liitto",), ADDRESS)
    assert line == f"Liitto (2020). Katsaus. {ADDRESS}"


def test_bibtex_escapes_what_means_something_to_it() -> None:
    entry = as_bibtex(DOCUMENT, "A } \\ 50 % & _x", ("R&D",), ADDRESS)
    assert r"title = {A \} \textbackslash{} 50 \% \& \_x}" in entry
    assert entry.startswith("@techreport{a-1,\n")
    assert entry.count("{") - entry.count(r"\{") == entry.count("}") - entry.count(r"\}")


def test_a_title_cannot_add_a_field_to_ris() -> None:
    entry = as_ris(DOCUMENT, "Otsikko\r\nAU  - Väärä", (), ADDRESS)
    authors = [line for line in entry.split("\r\n") if line.startswith("AU")]
    assert authors == ["AU  - Aalto, Aino", "AU  - Berg, Bo"]
    assert entry.startswith("TY  - RPRT\r\n")
    assert entry.endswith("ER  - \r\n")
