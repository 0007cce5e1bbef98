"""The JSON API, version 1: the same searches as the pages, for other people's programs.

One decision: its objects are written out here key by key from the values of the searcher, so
that nothing inside can be renamed without this file (and its tests) noticing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Final

from flask import Blueprint, Response, jsonify, request, url_for

from corpus.document import Document, Visibility
from indexer.results import Facet, Hit, Notice, PageHit, Rescue, Results, Tier
from search_app import suggestions
from search_app.alike import NOTHING, alike_to
from search_app.documents import related, visible_document
from search_app.file_access import file_access
from search_app.presenter import Presenter
from search_app.results_page import rescued_state
from search_app.site import View, current_view, view_in
from search_app.state import SearchState, read_query

Json = Mapping[str, object]

_SUGGESTIONS: Final = 8
_TIERS: Final = (Tier.EXACT, Tier.INFLECTED, Tier.COMPOUND, Tier.SYNONYM)

api = Blueprint("api", __name__, url_prefix="/api/v1")


@api.get("/search")
def search() -> Response:
    """Answer a search."""
    view = _view()
    site = view.site
    state = SearchState.from_args(request.args, is_known=site.overview.is_known)
    results = site.searcher.search(state.to_request(site.settings.query_budget_s))
    return jsonify(search_object(view, state, results))


@api.get("/documents/<document_id>")
def document(document_id: str) -> Response:
    """Answer with everything that is public of a publication."""
    view = _view()
    return jsonify(document_object(view, visible_document(view, document_id)))


@api.get("/suggest")
def suggest() -> Response:
    """Answer with searches that continue what is typed, and by kind with what may be meant."""
    view = _view()
    query = read_query(request.args.get("q", ""))
    found = view.site.searcher.suggest(query, _SUGGESTIONS) if query else ()
    texts = [str(text) for text in found][:_SUGGESTIONS]
    return jsonify({"query": query, "suggestions": texts, "groups": _groups(view, query)})


@api.get("/openapi.json")
def openapi() -> Response:
    """Answer with the description of this API."""
    text = (files("search_app") / "openapi.json").read_text(encoding="utf-8")
    return Response(text, content_type="application/json")


def search_object(view: View, state: SearchState, results: Results) -> Json:
    """Return an answer as the API's object."""
    suggestion, relaxed = results.did_you_mean, results.relaxed
    notices = (*state.notices, *results.notices)
    return {
        "query": state.query,
        "total": results.total,
        "took_ms": round(results.took_ms, 1),
        "page": state.page,
        "size": state.size,
        "did_you_mean": suggestion
        and {
            "query": suggestion.query,
            "count": suggestion.count,
            "applied": suggestion.is_applied,
        },
        "relaxed": relaxed
        and {
            "kind": relaxed.kind.value,
            "query": relaxed.query,
            "dropped": list(relaxed.dropped),
        },
        "related": _hits(view, results.related),
        "synonyms": list(results.synonyms),
        "tiers": {tier.value: dict(results.tiers).get(tier, 0) for tier in _TIERS},
        "notices": [_notice(view.show, notice) for notice in notices],
        "rescues": [_rescue(state, rescue) for rescue in results.rescues],
        "hits": _hits(view, results.hits),
        "facets": {facet.name: _values(view.show, facet, state) for facet in results.facets},
        "generation": results.generation,
    }


def document_object(view: View, document: Document) -> Json:
    """Return a publication as the API's object."""
    original = document.original
    return {
        **_record(view, document),
        "subtitle": document.subtitle,
        "abstract": document.abstract,
        "date": document.date,
        "elmo_priorities": list(document.elmo_priorities),
        "isbn": list(document.isbn),
        "issn": list(document.issn),
        "accessible": document.accessible,
        "file_access": _file_access(view, document),
        "original": original
        and {
            "media_type": original.media_type,
            "size_bytes": original.size_bytes,
            "sha256": original.sha256,
        },
        "links": {
            "page": url_for("permanent.choose_language", document_id=document.id, _external=True),
            "file": original
            and url_for(
                "documents.file",
                language=view.language,
                document_id=document.id,
                _external=True,
            ),
        },
        "updated_at": document.updated_at and document.updated_at.isoformat(),
        "alike": _alike(view, document),
        "related": [_record(view, near) for near in related(view, document)],
    }


def _file_access(view: View, document: Document) -> Json | None:
    found = file_access(view.site, document, view.site.catalogue.pages(document.id))
    if found is None:
        return None
    return {
        "tagged": found.is_tagged,
        "language": found.said and found.said.language,
        "has_title": found.said and found.said.has_title,
        "text_layer": found.layer.value,
        "pages_with_text": found.pages_with_text,
    }


def _groups(view: View, query: str) -> Json:
    found, topics = suggestions.complete(view, query)
    return {
        "searches": list(found.searches),
        "topics": [
            {
                "facet": counted.topic.facet,
                "id": counted.topic.id,
                "label": view.show.label(counted.topic.facet, counted.topic.id),
                "count": counted.count,
            }
            for counted in topics
        ],
        "publications": [_record(view, document) for document in found.publications],
    }


def _alike(view: View, document: Document) -> list[Json]:
    found = alike_to(view, [document]).get(document.id, NOTHING)
    return [
        {
            "id": other.document.id,
            "title": other.title,
            "year": other.document.year,
            "media_type": other.document.original and other.document.original.media_type,
            "kind": other.likeness.kind.value,
            "side": other.likeness.side.value,
            "share": other.likeness.share,
            "evidence": other.likeness.evidence,
        }
        for other in found.all
    ]


def _view() -> View:
    """Return the view whose labels ``ui`` asks for."""
    view = current_view()
    language = request.args.get("ui", "")
    return view_in(language) if language in view.site.presenters else view


def _hits(view: View, hits: Iterable[Hit]) -> list[Json]:
    return [
        {
            **_record(view, hit.document),
            "score": hit.score,
            "tier": hit.tier.value,
            "why": list(hit.why),
            "pages": [_page(page) for page in hit.pages],
            "pages_matching": hit.pages_matching,
        }
        for hit in hits
        if hit.document.visibility is Visibility.PUBLISHED
    ]


def _record(view: View, document: Document) -> Json:
    """Return the fields that a hit and a document share."""
    return {
        "id": document.id,
        "title": view.title(document),
        "url": document.url,
        "year": document.year,
        "type": document.type,
        "language": document.language,
        "authors": list(document.authors),
        "pages_total": document.pages_total,
        "sectors": list(document.sectors),
        "themes": list(document.themes),
        "regions": list(document.regions),
        "organisations": list(document.organisations),
        "programmes": list(document.programmes),
    }


def _page(page: PageHit) -> Json:
    snippet = [{"text": fragment.text, "mark": fragment.mark} for fragment in page.snippet]
    return {"number": page.number, "label": page.label, "snippet": snippet}


def _values(show: Presenter, facet: Facet, state: SearchState) -> list[Json]:
    chosen = state.values(facet.name)
    values: list[Json] = []
    for value in facet.values:
        item: dict[str, object] = {
            "id": value.id,
            "label": show.label(facet.name, value.id),
            "count": value.count,
            "selected": value.is_selected or value.id in chosen,
        }
        if value.parent is not None:
            item["parent"] = value.parent
        values.append(item)
    return values


def _notice(show: Presenter, notice: Notice) -> Json:
    return {"code": notice.code, "message": show.notice(notice)}


def _rescue(state: SearchState, rescue: Rescue) -> Json:
    params: dict[str, list[str]] = {}
    for name, value in rescued_state(state, rescue).to_params():
        params.setdefault(name, []).append(value)
    return {
        "kind": rescue.kind.value,
        "query": rescue.query,
        "params": params,
        "count": rescue.count,
    }
