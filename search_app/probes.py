"""Addresses for machines: health, robots, sitemap, the browser's search box.

One decision: ``/livez`` says that the process answers and asks nothing else; ``/readyz`` says
that a generation answers, with what it is made of.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound as PageNotFound
from werkzeug.wrappers import Response as BaseResponse

from corpus.document import Document
from corpus.errors import JulkaisuhakuError
from search_app.site import current_site, view_in

SITEMAP_SIZE: Final = 10_000  # changes a part covers; a sitemap may hold 50,000 addresses
_XML: Final = "application/xml; charset=utf-8"
_STATIC_PAGES: Final = ("home", "browse", "help", "about", "accessibility", "privacy")

probes = Blueprint("probes", __name__)


@probes.get("/")
def root() -> BaseResponse:
    """Lead to the front page in the site's first language."""
    return redirect(url_for("pages.home", language=next(iter(current_site().presenters))))


@probes.get("/livez")
def livez() -> Response:
    """Say that the process answers."""
    return jsonify(status="ok")


@probes.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Say whether searches can be answered, and by what."""
    site = current_site()
    try:
        generation = site.searcher.generation()
        reason = "" if generation else "no generation of the index yet"
    except JulkaisuhakuError as error:
        generation, reason = "", error.message
    answer = jsonify(
        status="ok" if generation else "unavailable",
        generation=generation or None,
        engine=site.settings.engine,
        backend=site.backend or None,
        reason=reason or None,
        notes=site.notes(),
    )
    return answer, 200 if generation else 503


@probes.get("/robots.txt")
def robots() -> Response:
    """Let robots read pages, not the API or suggestions."""
    lines = ("User-agent: *", "Disallow: /api/", "Disallow: /*/suggest")
    sitemap = url_for("probes.sitemap", _external=True)
    return Response("\n".join([*lines, f"Sitemap: {sitemap}", ""]), mimetype="text/plain")


@probes.get("/opensearch.xml")
def opensearch() -> Response:
    """Describe the search to browsers, in the language of ``ui``."""
    presenters = current_site().presenters
    language = request.args.get("ui", "")
    view = view_in(language if language in presenters else next(iter(presenters)))
    body = render_template("opensearch.xml", ui=view.language, texts=view.show.t)
    return Response(body, content_type="application/opensearchdescription+xml; charset=utf-8")


@probes.get("/sitemap.xml")
def sitemap() -> Response:
    """List the pages and publications, in parts where there are many changes to cover."""
    part = request.args.get("part", "")
    last = current_site().catalogue.last_sequence()
    parts = last // SITEMAP_SIZE + 1
    if part:
        if not part.isascii() or not part.isdigit() or int(part[:6]) >= parts:
            raise PageNotFound
        found = _published(int(part[:6]))
        return _xml("sitemap.xml", documents=found, names=_STATIC_PAGES if part == "0" else ())
    if parts > 1:
        return _xml("sitemap_index.xml", parts=range(parts))
    return _xml("sitemap.xml", documents=_published(0), names=_STATIC_PAGES)


def _published(part: int) -> list[Document]:
    start = part * SITEMAP_SIZE
    changes = current_site().catalogue.changes(after=start, limit=SITEMAP_SIZE)
    return [d for d in changes if d.sequence <= start + SITEMAP_SIZE and d.is_searchable]


def _xml(template: str, **values: object) -> Response:
    return Response(render_template(template, **values), content_type=_XML)
