"""A publication as a reference: one line of text, BibTeX, RIS.

One decision: fields of the catalogue go into references as they are, with each format's special
characters escaped and line breaks removed, so that no title can add a field of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from corpus.document import Document

_BIBTEX_ESCAPES: Final[Mapping[int, str]] = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "%": r"\%",
        "&": r"\&",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_SPACES: Final = re.compile(r"\s+")


def as_text(document: Document, title: str, organisations: tuple[str, ...], address: str) -> str:
    """Return the reference as one line."""
    authors = "; ".join(document.authors) or ", ".join(organisations)
    year = f" ({document.year})" if document.year else ""
    full = ": ".join(part for part in (title, document.subtitle) if part)
    publisher = ", ".join(organisations) if document.authors else ""
    parts = [f"{authors}{year}".strip(), full, publisher, *(f"ISBN {i}" for i in document.isbn)]
    line = " ".join(f"{part.rstrip('.')}." for part in parts if part)
    return _one_line(f"{line} {address}")


def as_bibtex(document: Document, title: str, organisations: tuple[str, ...], address: str) -> str:
    """Return the reference as a BibTeX entry."""
    fields = {
        "title": title,
        "subtitle": document.subtitle,
        "author": " and ".join(document.authors),
        "institution": ", ".join(organisations),
        "year": str(document.year or ""),
        "isbn": ", ".join(document.isbn),
        "issn": ", ".join(document.issn),
        "language": document.language,
    }
    key = re.sub(r"[^A-Za-z0-9]+", "-", document.id).strip("-") or "publication"
    lines = [
        f"  {name} = {{{_one_line(value).translate(_BIBTEX_ESCAPES)}}},"
        for name, value in fields.items()
        if value
    ]
    return "\n".join([f"@techreport{{{key},", *lines, f"  url = {{{address}}}", "}", ""])


def as_ris(document: Document, title: str, organisations: tuple[str, ...], address: str) -> str:
    """Return the reference in the RIS format (lines end as its description demands)."""

    def lines() -> Iterator[tuple[str, str]]:
        yield "TY", "RPRT"
        yield "TI", ": ".join(part for part in (title, document.subtitle) if part)
        yield from (("AU", author) for author in document.authors)
        yield from (("PB", organisation) for organisation in organisations)
        yield "PY", str(document.year or "")
        yield "AB", document.abstract
        yield "LA", document.language
        yield from (("SN", number) for number in (*document.isbn, *document.issn))
        yield "UR", address
        yield "ID", document.id

    written = [f"{tag}  - {_one_line(value)}" for tag, value in lines() if value]
    return "\r\n".join([*written, "ER  - ", ""])


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
