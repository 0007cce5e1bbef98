"""An answer as the results page shows it: hits, chips, pagination, ways out.

One decision: the page's parts are values made here and only laid out by the template, so that
what a visitor sees can be tested without reading HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from corpus.document import Document, Visibility
from indexer.results import Fragment, Hit, PageHit, Rescue, RescueKind, Results, Tier
from search_app.alike import NOTHING, Alike, Other, alike_to
from search_app.facets import FacetView, FacetViews, YearBar, year_bars
from search_app.marks import marked
from search_app.site import View
from search_app.state import MAX_HITS, PARAMETERS, SearchState

_SNIPPETS: Final = 2
_PAGE_LINKS: Final = 8
_AROUND: Final = 2  # page links on either side of the current one


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of a hit; ``snippet`` is empty where only its number is shown.

    A page that does not match is there for its snippet alone (the publication's beginning).
    """

    number: int
    label: str
    href: str
    snippet: Markup
    is_match: bool


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit as it is shown."""

    document: Document
    title: Markup
    plain_title: str
    href: str
    meta: list[str]
    snippets: list[PageLink]
    pages: list[PageLink]
    more_pages: int
    why: str
    also: tuple[Other, ...]  # the same publication in other forms


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is in force, with the search without it."""

    label: str
    value: str
    href: str


@dataclass(frozen=True, slots=True)
class Way:
    """A computed way out of zero hits."""

    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class TierView:
    """How many hits match in one way; ``href`` hides compound matches, or shows them again."""

    text: str
    href: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Pager:
    """The pages of an answer; None stands for pages left out."""

    current: int
    last: int
    numbers: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """Everything the results template lays out."""

    state: SearchState
    results: Results
    hits: list[HitView]
    related: list[HitView]
    facets: list[FacetView]
    years: list[YearBar]
    chips: list[Chip]
    pager: Pager
    tiers: list[TierView]
    ways: list[Way]
    notices: list[str]
    first: int
    last: int


def results_page(view: View, state: SearchState, results: Results) -> ResultsPage:
    """Return an answer as the page shows it."""
    show = view.show
    first = (state.page - 1) * state.size + 1
    notices = (*state.notices, *results.notices)
    return ResultsPage(
        state=state,
        results=results,
        hits=hit_views(view, results.hits, state),
        related=hit_views(view, results.related, state),
        facets=FacetViews(view.site.vocabulary, show).all(results, state),
        years=year_bars(results),
        chips=chips(view, state),
        pager=pager(results.total, state),
        tiers=_tiers(view, state, results),
        ways=[_way(view, state, rescue) for rescue in results.rescues if rescue.count > 0],
        notices=[show.notice(notice) for notice in notices],
        first=first,
        last=first + len(results.hits) - 1,
    )


def hit_views(view: View, hits: tuple[Hit, ...], state: SearchState) -> list[HitView]:
    """Return hits as they are shown; what was withdrawn meanwhile is dropped."""
    shown = [hit for hit in hits if hit.document.visibility is Visibility.PUBLISHED]
    alike = alike_to(view, [hit.document for hit in shown]) if shown else {}
    return [_hit(view, hit, state, alike.get(hit.document.id, NOTHING)) for hit in shown]


def _hit(view: View, hit: Hit, state: SearchState, alike: Alike) -> HitView:
    document = hit.document
    title = view.title(document)
    links = [_page_link(view, document, page, state.query) for page in hit.pages]
    has_pages = document.pages_total > 1
    matching = sorted((link for link in links if link.is_match), key=lambda link: link.number)
    shown = matching[:_PAGE_LINKS] if has_pages else []
    return HitView(
        document=document,
        title=marked(hit.title or (Fragment(title),)),
        plain_title=title,
        href=view.links.document(document.id, state),
        meta=view.show.meta(document),
        snippets=[link for link in links if link.snippet][:_SNIPPETS],
        pages=shown,
        more_pages=max(0, hit.pages_matching - len(shown)) if has_pages else 0,
        why="; ".join(hit.why) if hit.tier in {Tier.COMPOUND, Tier.SYNONYM} else "",
        also=alike.forms,
    )


def _page_link(view: View, document: Document, page: PageHit, query: str) -> PageLink:
    label = view.show.t("hit.page_short", n=page.number)
    href = view.links.text(document.id, page.number, query)
    is_match = not page.snippet or any(fragment.mark for fragment in page.snippet)
    return PageLink(page.number, label, href, marked(page.snippet), is_match)


def chips(view: View, state: SearchState) -> list[Chip]:
    """Return the filters in force, each with the search without it."""
    show = view.show
    found = [
        Chip(
            show.t(f"facet.{name}"),
            show.label(name, value),
            view.links.search(state.without_value(name, value)),
        )
        for name in PARAMETERS
        for value in state.values(name)
    ]
    if state.has_years:
        years = show.years(state.year_from, state.year_to)
        without = view.links.search(state.with_years(None, None))
        found.append(Chip(show.t("facet.year"), years, without))
    return found


def pager(total: int, state: SearchState) -> Pager:
    """Return the numbers of the pages that are linked."""
    last = max(1, -(-min(total, MAX_HITS) // state.size))
    near = {1, last, *range(state.page - _AROUND, state.page + _AROUND + 1)}
    numbers: list[int | None] = []
    for number in sorted(number for number in near if 1 <= number <= last):
        previous = numbers[-1] if numbers else 0
        if previous is not None and number - previous > 1:
            numbers.append(None)
        numbers.append(number)
    return Pager(state.page, last, tuple(numbers))


def _tiers(view: View, state: SearchState, results: Results) -> list[TierView]:
    """Return "31 exact", "6 as part of a compound [hide]"; nothing where every hit is exact.

    Where compound matches are hidden, their count is told all the same, with the way back.
    """
    t = view.show.t
    counted = [(tier, count) for tier, count in results.tiers if count and tier is not Tier.RELATED]
    told = []
    for tier, count in counted:
        text = t(f"search.tier_{tier.value}", n=count)
        if tier is Tier.COMPOUND:
            href = view.links.search(state.with_options(compounds=False))
            told.append(TierView(text, href, t("search.compounds_hide")))
        else:
            told.append(TierView(text))
    if not state.compounds and results.compounds_hidden:
        text = t("search.tier_hidden", n=results.compounds_hidden)
        href = view.links.search(state.with_options(compounds=True))
        return [*told, TierView(text, href, t("search.compounds_show"))]
    return told if any(tier is not Tier.EXACT for tier, _ in counted) else []


def rescued_state(state: SearchState, rescue: Rescue) -> SearchState:
    """Return the search that a way out leads to."""
    changed = state.with_query(rescue.query)
    return changed.without_facet(rescue.dropped) if rescue.dropped else changed


def _way(view: View, state: SearchState, rescue: Rescue) -> Way:
    show = view.show
    subject = f"”{rescue.query}”"
    if rescue.kind is RescueKind.DROP_FILTER and rescue.dropped:
        subject = _dropped(view, state, rescue.dropped)
    label = show.t(f"rescue.{rescue.kind.value}", x=subject)
    return Way(label, rescue.count, view.links.search(rescued_state(state, rescue)))


def _dropped(view: View, state: SearchState, facet: str) -> str:
    show = view.show
    name = show.t(f"facet.{facet}")
    if facet == "year":
        return f"{name}: {show.years(state.year_from, state.year_to)}"
    return f"{name}: {', '.join(show.label(facet, value) for value in state.values(facet))}"
