"""Golden queries as they are written: errors name the place, addresses find documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import corpus
from corpus.catalogue import Catalogue
from corpus.document import Address, FieldValue, Origin, Page
from corpus.errors import InvalidVocabulary
from corpus.golden import GoldenQuery, NamedDocuments, is_below, load_golden_queries

SHIPPED = Path(corpus.__file__).parent / "queries.toml"


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """Return an empty catalogue."""
    with Catalogue(tmp_path / "catalogue.sqlite3") as opened:
        yield opened


def write(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "queries.toml"
    path.write_text(body, encoding="utf-8")
    return path


def test_shipped_queries_are_of_the_sample_alone() -> None:
    queries = load_golden_queries(SHIPPED)
    assert len(queries) >= 12
    names = [name for query in queries for name in query.names]
    assert [name for name in names if not name.startswith("http://127.0.0.1:0/")] == []


def test_an_entry_is_read_with_what_it_leaves_out(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '[[query]]\nquery = \'"a b"\'\nmust_contain = ["x1"]\n[[query]]\nquery = "c"\n'
        'must_not_contain = ["https://a.fi/x"]\nmax_rank = 3\ncompounds = false\nnote = "why"\n',
    )
    assert load_golden_queries(path) == (
        GoldenQuery('"a b"', must_contain=("x1",)),
        GoldenQuery(
            "c", must_not_contain=("https://a.fi/x",), max_rank=3, compounds=False, note="why"
        ),
    )


def test_a_file_without_entries_asks_nothing(tmp_path: Path) -> None:
    assert load_golden_queries(write(tmp_path, "# none yet\n")) == ()


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("[[query]\n", "not valid TOML"),
        ('[[querys]]\nquery = "a"\n', "querys"),
        ('query = "a"\n', "[[query]]"),
        ('[[query]]\nmust_contain = ["a"]\n', "query 1"),
        (
            '\n[[query]]\nquery = "kissa"\nmust_contian = ["a"]\n',
            ":3: “kissa”: the key must_contian",
        ),
        ('[[query]]\nquery = "kissa"\n', ":2: “kissa”: must_contain or must_not_contain"),
        ('[[query]]\nquery = "kissa"\nmust_contain = "a"\n', ":2: “kissa”: must_contain"),
        ('[[query]]\nquery = "kissa"\nmust_contain = ["a"]\nmax_rank = 0\n', "max_rank"),
        ('[[query]]\nquery = "kissa"\nmust_contain = ["a"]\nmax_rank = 1001\n', "max_rank"),
        ('[[query]]\nquery = "kissa"\nmust_contain = ["a"]\nmax_rank = "3"\n', "max_rank"),
        ('[[query]]\nquery = "kissa"\nmust_contain = ["a"]\ncompounds = 0\n', "compounds"),
        ('[[query]]\nquery = "kissa"\nmust_contain = ["ftp://a.fi/x"]\n', "ftp://a.fi/x"),
        ('[[query]]\nquery = "kissa"\nmust_contain = ["/x/y"]\n', "'/x/y' is neither"),
        ('[[query]]\nquery = "kissa"\nmust_contain = ["  "]\n', "neither"),
        ('[[query]]\nquery = "kissa"\nmust_contain = ["http://[x"]\n', "neither"),
        (
            '[[query]]\nquery = "kissa"\nmust_contain = ["a"]\nmust_not_contain = ["a"]\n',
            "a stands in must_contain and in must_not_contain",
        ),
        (f'[[query]]\nquery = "{"x" * 513}"\nmust_contain = ["a"]\n', "512 characters"),
        (
            '[[query]]\nquery = "a"\nmust_contain = ["x"]\n[[query]]\nquery = "a"\nmust = 1\n',
            ":5: “a”: the key must",
        ),
    ],
)
def test_a_wrong_file_is_named_with_line_entry_and_key(
    tmp_path: Path, body: str, named: str
) -> None:
    path = write(tmp_path, body)
    with pytest.raises(InvalidVocabulary) as caught:
        load_golden_queries(path)
    assert str(path) in caught.value.message
    assert named in caught.value.message


@pytest.mark.parametrize(
    ("prefix", "address", "expected"),
    [
        ("https://a.fi/x", "https://a.fi/x/", True),
        ("https://a.fi/x", "https://a.fi/x/report.pdf", True),
        ("https://a.fi/x", "https://a.fi/xylem", False),
        ("https://a.fi/x", "https://b.fi/x", False),
        ("https://a.fi/mäki", "https://a.fi/m%C3%A4ki/1", True),
        ("https://a.fi/x?p=2", "https://a.fi/x?p=2", True),
        ("https://a.fi/x?p=2", "https://a.fi/x?p=21", False),
        ("http://127.0.0.1:0/x", "http://127.0.0.1:40123/x/y", True),
        ("http://127.0.0.1:0/x", "http://192.0.2.1:40123/x/y", False),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:40123/x/y", False),
    ],
)
def test_an_address_stands_for_what_lies_below_it(
    prefix: str,
    address: str,
    expected: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    assert is_below(prefix, address) is expected


def test_documents_are_found_by_id_address_and_link(catalogue: Catalogue) -> None:
    pages = [Page(1, "Teksti.")]
    link = FieldValue("url", "https://a.fi/raportit/linkki", Origin.GIVEN)
    catalogue.record(document_id="by-id", pages=pages, actor="test")
    catalogue.record(document_id="linked", values=[link], pages=pages, actor="test")
    for number in (1, 2):
        address = Address(f"https://a.fi/raportit/{number}.pdf")
        catalogue.record(document_id=f"fetched{number}", address=address, pages=pages, actor="test")
    names = ("by-id", "nobody", "https://a.fi/raportit", "https://a.fi/raportit/2.pdf")
    assert NamedDocuments(catalogue.database).ids(names) == {
        "by-id": {"by-id"},
        "nobody": set(),
        "https://a.fi/raportit": {"linked", "fetched1", "fetched2"},
        "https://a.fi/raportit/2.pdf": {"fetched2"},
    }
