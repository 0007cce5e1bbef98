"""Addresses of the site's pages in one language.

One decision: pages and parameters are written in one place, so that templates and views never
put an address together themselves.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import url_for

from search_app.state import SearchState


class Links:
    """Makes the addresses of one language; needs a request or an application context."""

    def __init__(self, language: str) -> None:
        self.language = language

    def home(self) -> str:
        """Return the front page."""
        return self._page("pages.home")

    def page(self, name: str) -> str:
        """Return a page without parameters: browse, help, about, accessibility, privacy."""
        return self._page(f"pages.{name}")

    def search(self, state: SearchState | None = None) -> str:
        """Return a search."""
        return self._page("pages.search", params=() if state is None else state.to_params())

    def feed(self, state: SearchState) -> str:
        """Return a search as a feed."""
        return self._page("pages.feed", params=state.with_page(1).to_params())

    def value(self, facet: str, value: str) -> str:
        """Return the search for everything with one facet value."""
        return self.search(SearchState().with_value(facet, value))

    def year(self, year: int) -> str:
        """Return the search for everything of one year."""
        return self.search(SearchState().with_years(year, year))

    def words(self, query: str) -> str:
        """Return the search for some words."""
        return self.search(SearchState(query=query))

    def facet(self, name: str, state: SearchState, **options: str) -> str:
        """Return the list of all values of a facet within a search."""
        params = [*state.to_params(), *((k, v) for k, v in options.items() if v)]
        return self._page("pages.facet", params=params, name=name)

    def document(self, document_id: str, state: SearchState | None = None) -> str:
        """Return a publication, with the search that led there."""
        params = [] if state is None else state.to_params()
        return self._page("documents.document", params=params, document_id=document_id)

    def text(self, document_id: str, number: int, query: str = "") -> str:
        """Return the text of a publication's page, at the first match when there is a query."""
        params = [("q", query)] if query else []
        path = self._page("documents.text", params=params, document_id=document_id, number=number)
        return f"{path}#m" if query else path

    def file(self, document_id: str, number: int | None = None) -> str:
        """Return the original, opened at a page where it is a PDF."""
        path = self._page("documents.file", document_id=document_id)
        return path if number is None else f"{path}#page={number}"

    def citation(self, document_id: str, form: str) -> str:
        """Return a reference as a file."""
        return self._page("documents.cite", document_id=document_id, form=form)

    def suggest(self) -> str:
        """Return the address of the suggestions."""
        return self._page("pages.suggest")

    def _page(
        self,
        endpoint: str,
        *,
        params: list[tuple[str, str]] | tuple[()] = (),
        **values: str | int,
    ) -> str:
        parts: dict[str, Any] = {"language": self.language, **values}
        path = url_for(endpoint, **parts)
        return f"{path}?{urlencode(params)}" if params else path
