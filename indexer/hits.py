"""Makes the hits a visitor sees: resolved documents, marked titles, page hits, snippets.

One decision: only the shown hits are worked on, and always on the catalogue's own text, so a
document withdrawn since the last commit is dropped and no snippet can disagree with its page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from corpus import Catalogue, Document, Page
from indexer.analysis import Analyzer
from indexer.compiler import Level, QueryCompiler
from indexer.engine import AnyOf, Filters, Query
from indexer.marking import runs_of
from indexer.query import And, Node, Not, Or
from indexer.reader import OpenGeneration
from indexer.reasons import Reasons
from indexer.results import Hit, PageHit, Tier
from indexer.schema import page_id, split_page_id
from indexer.snippet import Marker, Run

SNIPPETS_PER_HIT: Final = 2
PAGES_PER_HIT: Final = 8
_PAGE_CANDIDATES: Final = 2_000


class HitMaker:
    """Makes hits for one query on one generation."""

    def __init__(
        self,
        generation: OpenGeneration,
        catalogue: Catalogue,
        *,
        compiler: QueryCompiler,
        node: Node | None,
        tier: Tier,
    ) -> None:
        self._generation = generation
        self._catalogue = catalogue
        self._compiler = compiler
        runs = runs_of(node, compiler)
        if tier is Tier.INFLECTED:  # compounds are hidden, so none of them made a hit
            runs = tuple(replace(run, is_whole=True) for run in runs)
        self._marker = Marker(runs)
        self._reasons = Reasons(generation, catalogue, compiler, runs)
        self._page_queries = _page_queries(node, compiler, tier)

    def hits(
        self,
        scored: Sequence[tuple[str, float]],
        tiers: Mapping[str, Tier],
        *,
        default: Tier = Tier.INFLECTED,
    ) -> tuple[Hit, ...]:
        """Return the hits in the given order, without those no longer published."""
        documents = self._catalogue.documents([document_id for document_id, _ in scored])
        alive = {i: d for i, d in documents.items() if d.is_searchable}
        pages = self._pages_of([d for d in alive.values() if d.pages_total > 1])
        weak = self._reasons.weak({i: tier for i, tier in tiers.items() if i in alive})
        made = [
            self._hit(alive[i], score, tiers.get(i, default), pages.get(i, []))
            for i, score in scored
            if i in alive
        ]
        return tuple(self._with_reasons(hit, weak.get(hit.document.id, ())) for hit in made)

    def matching_pages(self, document_id: str) -> tuple[int, ...]:
        """Return the numbers of a document's pages that hold any word of the query."""
        document = self._catalogue.document(document_id)
        if document.pages_total <= 1:
            page = self._catalogue.page(document_id, 1)
            return (1,) if self._marker.marks(page.text, self._analyzer(document, page)) else ()
        return tuple(sorted(number for number, _ in self._pages_of([document])[document_id]))

    def _hit(
        self, document: Document, score: float, tier: Tier, pages: Sequence[tuple[int, float]]
    ) -> Hit:
        numbers = [number for number, _ in pages[:PAGES_PER_HIT]] or [1]
        shown: list[PageHit] = []
        for place, number in enumerate(numbers):
            if place >= SNIPPETS_PER_HIT:
                shown.append(PageHit(number))
                continue
            page = self._catalogue.page(document.id, number)
            snippet, _ = self._marker.snippet(page.text, self._analyzer(document, page))
            shown.append(PageHit(number, page.label, snippet))
        return Hit(
            document=document,
            score=round(score, 4),
            tier=tier,
            title=self._marker.fragments(document.title, self._analyzer(document, None)),
            pages=tuple(shown),
            pages_matching=len(pages) or 1,
        )

    def _with_reasons(self, hit: Hit, weak: Sequence[Run]) -> Hit:
        """Return a hit with what made it one, where no form of a word of the query did."""
        if not weak:
            return hit
        analyzer = self._analyzer(hit.document, None)
        marked = dict.fromkeys(
            fragment.text
            for fragments in (hit.title, *(page.snippet for page in hit.pages))
            for fragment in fragments
            if fragment.mark
        )
        shown = [(text, analyzer) for text in marked]
        return replace(hit, why=self._reasons.of(hit.document, weak, shown))

    def _pages_of(self, documents: Sequence[Document]) -> dict[str, list[tuple[int, float]]]:
        """Return the pages with any query word: most words met first, then by score."""
        found: dict[str, list[tuple[int, float]]] = {d.id: [] for d in documents}
        if not documents or not self._page_queries:
            return found
        result = self._generation.pages.search(
            AnyOf(tuple(self._page_queries)),
            filters=Filters(keywords={"document": tuple(found)}),
            limit=_PAGE_CANDIDATES,
        )
        for hit in result.hits:
            document_id, number = split_page_id(hit.id)
            found[document_id].append((number, hit.score))
        if len(self._page_queries) > 1:
            self._order_by_words_met(found)
        return found

    def _order_by_words_met(self, found: dict[str, list[tuple[int, float]]]) -> None:
        ids = [page_id(i, n) for i, pages in found.items() for n, _ in pages[: PAGES_PER_HIT * 4]]
        met: dict[str, int] = {}
        for query in self._page_queries:
            for matched in self._generation.pages.matching(query, ids):
                met[matched] = met.get(matched, 0) + 1
        for document_id, pages in found.items():
            ranked = [(-met.get(page_id(document_id, n), 0), -score, n) for n, score in pages]
            found[document_id] = [(number, -score) for _, score, number in sorted(ranked)]

    def _analyzer(self, document: Document, page: Page | None) -> Analyzer:
        return self._compiler.analyzer((page.language if page else None) or document.language)


def _page_queries(node: Node | None, compiler: QueryCompiler, tier: Tier) -> list[Query]:
    """Return a page query for each word or phrase of a query."""
    level = Level(tier, is_page=True)
    match node:
        case None | Not():
            return []
        case And(nodes) | Or(nodes):
            parts = [child for child in nodes if not isinstance(child, Not)]
            return [query for child in parts for query in _page_queries(child, compiler, tier)]
        case _:
            return [compiler.match(node, level)]
