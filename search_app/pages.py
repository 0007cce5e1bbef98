"""The public pages around the search: home, results, facet lists, browsing, help, statements.

One decision: every page is a plain GET whose address says everything, so that it can be shared,
gone back to and read without JavaScript; the script only saves a page load.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from corpus.document import Visibility
from indexer.collation import finnish_key
from indexer.results import Results, Sort
from search_app import suggestions
from search_app.facets import FacetRow, FacetViews, year_bars, year_counts
from search_app.overview import facet_of
from search_app.results_page import hit_views, results_page
from search_app.site import View, current_view
from search_app.state import PARAMETERS, SearchState, read_query

_FEED_ENTRIES: Final = 20
_BROWSED: Final = ("sector", "theme", "region")
_ORGANISATIONS: Final = 30  # that browsing lists before it refers to the full list

pages = Blueprint("pages", __name__)


@pages.get("/")
def home() -> str:
    """Show the search box, sectors, themes, regions and the newest publications."""
    view = current_view()
    overview = view.site.overview.results()
    return render_template(
        "home.html",
        counts=_counts_line(view, overview),
        facets={name: _rows(view, overview, name) for name in ("sector", "theme", "region")},
        newest=hit_views(view, overview.hits, SearchState()),
    )


@pages.get("/search")
def search() -> str | BaseResponse:
    """Show the results of a search."""
    view = current_view()
    site = view.site
    state = SearchState.from_args(request.args, is_known=site.overview.is_known)
    results = site.searcher.search(state.to_request(site.settings.query_budget_s))
    page = results_page(view, state, results)
    if state.page > page.pager.last:
        return redirect(view.links.search(state.with_page(page.pager.last)))
    return render_template("search.html", page=page, state=state)


@pages.get("/search.atom")
def feed() -> Response:
    """Return the newest publications of a search as a feed to subscribe to."""
    view = current_view()
    site = view.site
    asked = SearchState.from_args(request.args, is_known=site.overview.is_known)
    state = replace(asked, sort=Sort.NEWEST, page=1, size=_FEED_ENTRIES, related=False)
    results = site.searcher.search(state.to_request(site.settings.query_budget_s))
    found = [
        hit.document for hit in results.hits if hit.document.visibility is Visibility.PUBLISHED
    ]
    moments = [document.updated_at for document in found if document.updated_at]
    body = render_template(
        "search.atom.xml", state=asked, documents=found, updated=max(moments, default=None)
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")


@pages.get("/facet/<name>")
def facet(name: str) -> str:
    """Show all values of a facet within a search."""
    if name not in PARAMETERS:
        abort(404)
    view = current_view()
    site = view.site
    state = SearchState.from_args(request.args, is_known=site.overview.is_known)
    results = site.searcher.search(state.to_request(site.settings.query_budget_s))
    by_count = request.args.get("order") == "count"
    views = FacetViews(site.vocabulary, view.show)
    rows = views.rows(facet_of(results, name), state, by_name=not by_count)
    if by_count:
        rows.sort(key=lambda row: (-row.count, finnish_key(row.label)))
    find = read_query(request.args.get("find", ""))
    wanted = find.casefold()
    rows = [row for row in rows if wanted in row.label.casefold()]
    return render_template(
        "facet.html", name=name, rows=rows, state=state, find=find, by_count=by_count
    )


@pages.get("/browse")
def browse() -> str:
    """Show the collection by sector, theme, region, organisation and year, and its coverage."""
    view = current_view()
    overview = view.site.overview.results()
    coverage = view.site.overview.coverage()
    return render_template(
        "browse.html",
        facets={name: _rows(view, overview, name) for name in _BROWSED},
        organisations=_rows(view, overview, "organisation")[:_ORGANISATIONS],
        organisations_total=len(facet_of(overview, "organisation").values),
        years=list(reversed(year_bars(overview))),
        coverage=coverage,
        cells=dict(coverage.counts),
        most=max((count for _, count in coverage.counts), default=1),
        sector_rows=_rows(view, overview, "sector"),
    )


@pages.get("/help", endpoint="help")
def show_help() -> str:
    """Explain the query language."""
    return render_template("help.html")


@pages.get("/about")
def about() -> str:
    """Say what the service is and who runs it."""
    return render_template("about.html")


@pages.get("/accessibility")
def accessibility() -> str:
    """Show the accessibility statement with its five parts."""
    return render_template("accessibility.html", statement=current_view().site.statement)


@pages.get("/privacy")
def privacy() -> str:
    """Say what is (not) kept of visitors."""
    return render_template("privacy.html")


@pages.get("/suggest")
def suggest() -> Response:
    """Return what may be meant by what is typed, in groups, for the list below the search box."""
    view = current_view()
    found = suggestions.groups(view, read_query(request.args.get("q", "")))
    return jsonify(
        groups=[
            {
                "name": view.show.t(f"search.suggested_{group.kind}"),
                "options": [option.to_json() for option in group.options],
            }
            for group in found
        ]
    )


def _rows(view: View, overview: Results, name: str) -> list[FacetRow]:
    return FacetViews(view.site.vocabulary, view.show).rows(facet_of(overview, name), SearchState())


def _counts_line(view: View, overview: Results) -> str:
    """Return "412 publications, 7 regions, 2012–2026"."""
    t = view.show.t
    pieces = [t("home.counts", n=overview.total)]
    regions = [value for value in facet_of(overview, "region").values if value.count]
    parents = {value.parent for value in regions}
    if leaves := sum(value.id not in parents for value in regions):
        pieces.append(t("home.counts_regions", n=leaves))
    if years := year_counts(overview):
        pieces.append(view.show.years(min(years), max(years)))
    return ", ".join(pieces)
