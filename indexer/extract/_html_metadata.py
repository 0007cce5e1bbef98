"""What an HTML page says about its document: meta elements, JSON-LD, headings, lists of facts.

The decision behind it: the elements are read here, in a fixed order of trust (citation_*, Dublin
Core, JSON-LD, og:, h1, title), because the main-text library lost citation_pdf_url, issue dates
and canonical addresses when it was tried.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from bs4 import BeautifulSoup, Tag

from corpus.document import FieldValue
from indexer.extract._html_post import post_day
from indexer.extract._identifiers import isbns_in, issns_in
from indexer.extract._imprint import dated_values, given_authors, labelled_values
from indexer.extract._titles import is_junk_title
from indexer.extract._values import found

_MAX_JSON_CHARS: Final = 200_000
_MAX_NODES: Final = 50
_MIN_DESCRIPTION: Final = 40
_MIN_TITLE: Final = 8
_SITE_NAME: Final = re.compile(r"\s+[|–—»·-]\s+")
_TEXT_FIELDS: Final = {
    # field: names of meta elements in the order of trust, with their confidence
    "title": (("citation_title", 0.95), ("dc.title", 0.9), ("og:title", 0.8)),
    "subtitle": (("dcterms.alternative", 0.6), ("dc.title.alternative", 0.6)),
    "abstract": (
        ("citation_abstract", 0.95),
        ("dcterms.abstract", 0.9),
        ("dc.description", 0.85),
        ("og:description", 0.7),
        ("description", 0.65),
    ),
}
_AUTHORS: Final = (("citation_author", 0.95), ("dc.creator", 0.9), ("author", 0.6))
_PUBLISHERS: Final = (
    ("citation_publisher", 0.9),
    ("citation_technical_report_institution", 0.9),
    ("dc.publisher", 0.9),
)
_DATES: Final = (
    ("citation_publication_date", 0.95),
    ("citation_date", 0.95),
    ("citation_year", 0.94),
    ("dcterms.issued", 0.92),
    ("dc.date.issued", 0.92),
    ("dc.date", 0.88),
    ("dcterms.date", 0.88),
    ("article:published_time", 0.8),
    ("date", 0.6),
)
_NUMBERS: Final = ("citation_isbn", "citation_issn", "dc.identifier", "dcterms.identifier")
_TYPES: Final = ("dc.type", "dcterms.type", "citation_document_type")
_LANGUAGES: Final = ("citation_language", "dc.language", "dcterms.language")
_DOCUMENT_TYPES: Final = frozenset(
    {"Report", "ScholarlyArticle", "Article", "NewsArticle", "BlogPosting", "Book", "Thesis"}
    | {"TechArticle", "CreativeWork", "DigitalDocument", "WebPage", "PublicationIssue", "Guide"}
)


def metadata_values(soup: BeautifulSoup, *, last_year: int) -> list[FieldValue]:
    """Return the values of a page's metadata, each with the element it stands in."""
    metas = _meta_elements(soup)
    values = [
        *_from_meta(metas, last_year),
        *_from_json_ld(soup, last_year),
        *_from_headings(soup),
        *_from_facts(soup, last_year),
        *post_day(soup, last_year=last_year),
    ]
    language = str(soup.html.get("lang", "")) if soup.html else ""
    if language[:2].lower() in {"fi", "sv", "en"}:
        values.append(found("language", language[:2].lower(), "html lang", confidence=0.7))
    return values


def _meta_elements(soup: BeautifulSoup) -> Mapping[str, list[str]]:
    metas: dict[str, list[str]] = defaultdict(list)
    for element in soup.find_all("meta"):
        name = element.get("name") or element.get("property") or element.get("itemprop")
        content = element.get("content")
        if isinstance(name, str) and isinstance(content, str) and content.strip():
            metas[name.strip().lower().replace("dc:", "dc.")].append(content.strip())
    return metas


def _from_meta(metas: Mapping[str, list[str]], last_year: int) -> Iterator[FieldValue]:
    yield from _texts(metas)
    for name, confidence in _AUTHORS:
        authors = tuple(a for text in metas.get(name, []) for a in given_authors(text))
        yield found("authors", authors, name, confidence=confidence)
    for name, confidence in _PUBLISHERS:
        yield found("organisations", tuple(metas.get(name, [])), name, confidence=confidence)
    for name, confidence in _DATES:
        text = _first(metas, name).replace("/", "-")
        yield from dated_values(text, name, confidence=confidence, last_year=last_year)
    for name in _NUMBERS:
        kind = "ISSN" if name == "citation_issn" else "ISBN"
        for content in metas.get(name, []):
            yield from _numbers(content, kind, name)


def _texts(metas: Mapping[str, list[str]]) -> Iterator[FieldValue]:
    for field, names in _TEXT_FIELDS.items():
        for name, confidence in names:
            content = _first(metas, name)
            if field != "title" or not is_junk_title(content):
                yield found(field, content, name, confidence=confidence)
    for name in _TYPES:
        # the site's own word: a name of the vocabulary only when the classifier resolves it
        yield found("type", _first(metas, name), name, confidence=0.15)
    for name in _LANGUAGES:
        if (code := _language_code(_first(metas, name))) is not None:
            yield found("language", code, name, confidence=0.92)


def _first(metas: Mapping[str, list[str]], name: str) -> str:
    return next(iter(metas.get(name, [])), "")


def _numbers(text: str, kind: str, source: str) -> Iterator[FieldValue]:
    named = text if kind in text.upper() else f"{kind} {text}"
    if isbns := isbns_in(named):
        yield found("isbn", isbns, source, confidence=0.95)
    if issns := issns_in(named):
        yield found("issn", issns, source, confidence=0.95)


def _language_code(text: str) -> str | None:
    names = {"fin": "fi", "swe": "sv", "eng": "en", "suomi": "fi", "svenska": "sv"}
    code = names.get(text.lower(), text[:2].lower())
    return code if code in {"fi", "sv", "en"} else None


def _from_json_ld(soup: BeautifulSoup, last_year: int) -> Iterator[FieldValue]:
    for element in soup.find_all("script", type="application/ld+json"):
        text = element.get_text()
        if len(text) > _MAX_JSON_CHARS:
            continue
        try:
            loaded: object = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(loaded):
            yield from _from_node(node, last_year)


def _nodes(loaded: object) -> Iterator[Mapping[str, object]]:
    """Yield the objects that describe a document, at top level, in lists and in @graph."""
    waiting: list[object] = [loaded]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting += node[:_MAX_NODES]
        elif isinstance(node, dict):
            waiting.append(node.get("@graph"))
            kinds = node.get("@type")
            names = kinds if isinstance(kinds, list) else [kinds]
            if _DOCUMENT_TYPES.intersection(n for n in names if isinstance(n, str)):
                yield node


def _from_node(node: Mapping[str, object], last_year: int) -> Iterator[FieldValue]:
    title = _text(node.get("headline")) or _text(node.get("name"))
    if title and not is_junk_title(title):
        yield found("title", title, "json-ld", confidence=0.85)
    if authors := _names(node.get("author")):
        yield found("authors", authors, "json-ld: author", confidence=0.85)
    if publishers := _names(node.get("publisher")):
        yield found("organisations", publishers, "json-ld: publisher", confidence=0.85)
    published = _text(node.get("datePublished"))
    yield from dated_values(
        published, "json-ld: datePublished", confidence=0.85, last_year=last_year
    )
    description = _text(node.get("abstract")) or _text(node.get("description"))
    if len(description) >= _MIN_DESCRIPTION:
        yield found("abstract", description, "json-ld", confidence=0.8)
    if isbn := _text(node.get("isbn")):
        yield from _numbers(isbn, "ISBN", "json-ld: isbn")
    if code := _language_code(_text(node.get("inLanguage"))):
        yield found("language", code, "json-ld: inLanguage", confidence=0.85)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _names(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    names = (_text(item.get("name")) if isinstance(item, dict) else _text(item) for item in items)
    return tuple(name for name in names if name)


def _from_headings(soup: BeautifulSoup) -> Iterator[FieldValue]:
    main = soup.find("main") or soup.find("article") or soup
    heading = main.find("h1") or soup.find("h1")
    if heading is not None and not is_junk_title(heading.get_text(" ", strip=True)):
        yield found("title", heading.get_text(" ", strip=True), "h1", confidence=0.7)
        following = heading.find_next_sibling()
        if following is not None and _is_subtitle(following, soup):
            yield found("subtitle", following.get_text(" ", strip=True), "subtitle", confidence=0.7)
    elif (second := main.find("h2")) is not None:
        yield found("title", second.get_text(" ", strip=True), "h2", confidence=0.55)
    if soup.title is not None:
        title = soup.title.get_text(" ", strip=True)
        if not is_junk_title(title):
            # the name of the site stands last: "Julkaisu | Arkisto"
            own = _SITE_NAME.split(title)[0]
            is_name = len(own) >= _MIN_TITLE  # "smec | Maakunta": an address, hardly a title
            yield found("title", own, "title", confidence=0.6 if is_name else 0.4)


def _is_subtitle(following: Tag, soup: BeautifulSoup) -> bool:
    """Whether what follows the heading is called one, or ends the title of the whole page."""
    if "subtitle" in " ".join(following.get_attribute_list("class")):
        return True
    text = following.get_text(" ", strip=True)
    whole = soup.title.get_text(" ", strip=True) if soup.title is not None else ""
    return following.name == "h2" and len(text) >= _MIN_TITLE and whole.endswith(text)


def _from_facts(soup: BeautifulSoup, last_year: int) -> Iterator[FieldValue]:
    for label in soup.select("main dt, article dt, body dt, table.facts th")[:_MAX_NODES]:
        value = label.find_next_sibling(["dd", "td"])
        if value is None:
            continue
        name = label.get_text(" ", strip=True).rstrip(":")
        text = value.get_text(" ", strip=True)
        source = f"facts: {name.lower()}"
        yield from labelled_values(name, text, source, page=None, last_year=last_year)
