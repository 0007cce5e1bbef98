"""The documents that the contract suites of the engines search."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence

from indexer.engine import (
    FieldKind,
    FieldSpec,
    Index,
    IndexDocument,
    IndexTerm,
    Schema,
)

SCHEMA = Schema(
    "books",
    (
        FieldSpec("body", FieldKind.TEXT, is_compared=True),
        FieldSpec("title", FieldKind.TEXT),
        FieldSpec("grams", FieldKind.TERMS),
        FieldSpec("theme", FieldKind.KEYWORD, is_facet=True),
        FieldSpec("isbn", FieldKind.KEYWORD),
        FieldSpec("name", FieldKind.KEYWORD, is_sortable=True),
        FieldSpec("year", FieldKind.NUMBER, is_facet=True, is_sortable=True),
        FieldSpec("note", FieldKind.STORED),
    ),
)

BOOKS: Mapping[str, tuple[str, str, tuple[str, ...], int | None, str]] = {
    # id: body, title, themes, year, name
    "a": ("metsä kasvaa metsä palaa", "metsä", ("luonto",), 2019, "ääni"),
    "b": ("metsä ja vesi", "vesi", ("luonto", "vesi"), 2020, "beeta"),
    "c": ("vesi virtaa hiljaa", "joki", ("vesi",), 2021, "alfa"),
    "d": ("kaupunki kasvaa nopeasti ja kaupunki elää", "kaupunki", ("talous",), 2019, "zeeta"),
    "e": ("vanha metsä kasvaa hitaasti", "vanha metsä", (), None, ""),
    "f": ("talous kasvaa", "talous", ("talous", "luonto", "vesi"), -5, "omega"),
}


def terms(text: str) -> list[IndexTerm]:
    """Return the words of a text as terms; ``a|b`` puts two terms on one position."""
    return [
        IndexTerm(term, position)
        for position, word in enumerate(text.split())
        for term in word.split("|")
    ]


def book(
    document_id: str,
    body: str = "",
    *,
    title: str = "",
    themes: Sequence[str] = (),
    year: int | None = None,
    name: str = "",
) -> IndexDocument:
    """Return a document of `SCHEMA`."""
    keywords = {"theme": themes, "isbn": [f"isbn-{document_id}"]} | (
        {"name": [name]} if name else {}
    )
    return IndexDocument(
        id=document_id,
        text={
            "body": terms(body),
            "title": terms(title),
            "grams": [IndexTerm(w[i : i + 3], 0) for w in body.split() for i in range(len(w) - 2)],
        },
        keywords=keywords,
        numbers={} if year is None else {"year": year},
        stored={"note": f"{document_id}: {body}"[:200]},
    )


def books() -> list[IndexDocument]:
    """Return the small corpus."""
    return [
        book(key, body, title=title, themes=themes, year=year, name=name)
        for key, (body, title, themes, year, name) in BOOKS.items()
    ]


def generated_books(count: int, seed: int) -> list[IndexDocument]:
    """Return documents of invented words whose frequencies fall as those of a language do."""
    choose = random.Random(seed)  # noqa: S311 (a seeded test)
    vocabulary = [f"sana{i}" for i in range(300)]
    weights = [1 / (i + 1) for i in range(300)]
    themes = [f"teema{i}" for i in range(7)]
    return [
        book(
            f"d{choose.randrange(10**6):06d}.{i}",
            " ".join(choose.choices(vocabulary, weights, k=choose.randint(3, 120))),
            title=" ".join(choose.choices(vocabulary, weights, k=choose.randint(1, 8))),
            themes=choose.sample(themes, choose.randint(0, 3)),
            year=choose.choice([None, *range(2010, 2026)]),
            name=choose.choice(vocabulary),
        )
        for i in range(count)
    ]


def fill(index: Index, documents: Iterable[IndexDocument]) -> None:
    """Add documents in one commit."""
    with index.write() as batch:
        for document in documents:
            batch.add(document)
