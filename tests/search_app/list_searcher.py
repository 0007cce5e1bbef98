"""A searcher over a plain list of publications, for tests of the site alone.

It answers the port's questions by the simplest rules that are still true: a word matches a word
that begins like it, a facet's counts ignore the facet's own choice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from corpus.catalogue import Catalogue
from corpus.document import Document
from corpus.errors import CorruptIndex
from corpus.vocabulary import Vocabulary
from indexer.results import (
    FACETS,
    Completions,
    Facet,
    FacetValue,
    Fragment,
    Hit,
    PageHit,
    Results,
    SearchRequest,
    Sort,
    Tier,
    Topic,
)

_WORD = re.compile(r"\w+")
_PARENTS = {
    "fotoniikka": "teknologiat-ja-materiaalit",
    "pohjois-karjala": "ita-ja-pohjois-suomi",
    "kainuu": "ita-ja-pohjois-suomi",
    "keski-pohjanmaa": "ita-ja-pohjois-suomi",
}


class ListSearcher:
    """Answers from the catalogue; ``change`` may alter every answer, ``is_down`` makes all fail."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._increments = 0
        self.vocabulary: Vocabulary | None = None
        self.reset()

    def reset(self) -> None:
        """Forget every change and answer as a new generation."""
        self._increments += 1
        self.name = f"0001.{self._increments:04d}"
        self.is_down = False
        self.change: Callable[[Results], Results] = lambda results: results

    def take_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Keep the vocabulary that was given last, for a test to see."""
        self.vocabulary = vocabulary

    def generation(self) -> str:
        """Return the name it was given."""
        self._check()
        return self.name

    def search(self, request: SearchRequest) -> Results:
        """Return the publications that hold every word of the query."""
        self._check()
        documents = [d for d in self._catalogue.iter_documents() if d.is_searchable]
        found = [d for d in documents if self._holds(d, request.query)]
        chosen = [d for d in found if _passes(d, request, skip="")]
        ordered = sorted(chosen, key=_order(request.sort))
        start = (request.page - 1) * request.size
        hits = tuple(self._hit(d, request) for d in ordered[start : start + request.size])
        results = Results(
            request=request,
            total=len(chosen),
            hits=hits,
            facets=tuple(_facet(name, found, request) for name in FACETS),
            generation=self.name,
            took_ms=0.25,
            tiers=((Tier.EXACT, len(chosen)),) if request.query else (),
        )
        return self.change(results)

    def suggest(self, text: str, limit: int) -> list[str]:
        """Return words of titles that begin with the text."""
        self._check()
        titles = [d.title for d in self._catalogue.iter_documents()]
        words = {word.lower() for title in titles for word in _WORD.findall(title)}
        return sorted(word for word in words if word.startswith(text.lower()))[:limit]

    def complete(self, text: str, limit: int) -> Completions:
        """Return what ``suggest`` does, the sectors whose id begins so, and titles that hold it."""
        typed = text.lower()
        documents = [d for d in self._catalogue.iter_documents() if d.is_searchable]
        sectors = {sector for d in documents for sector in d.sectors if sector.startswith(typed)}
        return Completions(
            searches=tuple(self.suggest(text, limit)),
            topics=tuple(Topic("sector", sector) for sector in sorted(sectors))[:limit],
            publications=tuple(d for d in documents if typed in d.title.lower())[:limit],
        )

    def related_to(self, document_id: str, limit: int) -> list[Document]:
        """Return the publications that share a sector."""
        self._check()
        sectors = set(self._catalogue.document(document_id).sectors)
        documents = [d for d in self._catalogue.iter_documents() if d.is_searchable]
        near = [d for d in documents if d.id != document_id and sectors & set(d.sectors)]
        return near[:limit]

    def page_fragments(self, document_id: str, number: int, query: str) -> tuple[Fragment, ...]:
        """Return a page's text with the words that begin like the query's words marked."""
        self._check()
        text = self._catalogue.page(document_id, number).text
        return tuple(_fragments(text, _words(query)))

    def matching_pages(self, document_id: str, query: str) -> tuple[int, ...]:
        """Return the pages that hold any word of the query."""
        self._check()
        return tuple(
            page.number
            for page in self._catalogue.pages(document_id)
            if any(part.mark for part in _fragments(page.text, _words(query)))
        )

    def _check(self) -> None:
        if self.is_down:
            raise CorruptIndex("the generation is damaged")

    def _holds(self, document: Document, query: str) -> bool:
        texts = [document.title, *(page.text for page in self._catalogue.pages(document.id))]
        words = {word.lower() for text in texts for word in _WORD.findall(text)}
        return all(any(w.startswith(q) for w in words) for q in _words(query))

    def _hit(self, document: Document, request: SearchRequest) -> Hit:
        numbers = self.matching_pages(document.id, request.query) if request.query else ()
        pages = tuple(
            PageHit(n, snippet=self.page_fragments(document.id, n, request.query)) for n in numbers
        )
        title = tuple(_fragments(document.title, _words(request.query)))
        return Hit(document, 1.0, Tier.EXACT, title, pages, len(pages))


def _words(query: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(query)]


def _fragments(text: str, words: list[str]) -> Iterable[Fragment]:
    last = 0
    for match in _WORD.finditer(text):
        if words and match[0].lower().startswith(tuple(words)):
            yield Fragment(text[last : match.start()])
            yield Fragment(match[0], mark=True)
            last = match.end()
    yield Fragment(text[last:])


def _values(document: Document) -> Mapping[str, tuple[str, ...]]:
    def rolled_up(values: tuple[str, ...]) -> tuple[str, ...]:
        parents = tuple(_PARENTS[value] for value in values if value in _PARENTS)
        return tuple(dict.fromkeys((*values, *parents)))

    known = {True: "yes", False: "no", None: "unknown"}
    return {
        "sector": rolled_up(document.sectors),
        "theme": document.themes,
        "region": rolled_up(document.regions),
        "programme": document.programmes,
        "year": (str(document.year),) if document.year else (),
        "type": (document.type,) if document.type else (),
        "lang": (document.language,),
        "organisation": document.organisations,
        "accessible": (known[document.accessible],),
    }


def _passes(document: Document, request: SearchRequest, *, skip: str) -> bool:
    values = _values(document)
    for name, wanted in request.selected:
        if name != skip and not set(wanted) & set(values[name]):
            return False
    if skip == "year":
        return True
    year = document.year or 0
    low, high = request.year_from or 0, request.year_to or 9999
    has_range = request.year_from is not None or request.year_to is not None
    return not has_range or low <= year <= high


def _facet(name: str, found: list[Document], request: SearchRequest) -> Facet:
    counts = Counter(
        value for d in found if _passes(d, request, skip=name) for value in _values(d)[name]
    )
    selected = dict(request.selected).get(name, ())
    for value in selected:
        counts.setdefault(value, 0)
    return Facet(
        name,
        tuple(
            FacetValue(value, count, value in selected, _PARENTS.get(value))
            for value, count in counts.most_common()
        ),
    )


def _order(sort: Sort) -> Callable[[Document], tuple[object, ...]]:
    if sort is Sort.TITLE:
        return lambda document: (document.title, document.id)
    if sort is Sort.OLDEST:
        return lambda document: (document.year or 0, document.id)
    return lambda document: (-(document.year or 0), document.id)


def with_total(results: Results, total: int) -> Results:
    """Return the answer as one of many pages."""
    return replace(results, total=total)
