"""The pages of one publication: its record, its pages as text, its original, its reference.

One decision: a page hit leads to the page's text on this site, marked on the server, because it
reads everywhere (telephones, screen readers) and the original is one link further at that page.
"""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from corpus.document import Document, Visibility
from corpus.errors import CorruptIndex, CorruptOriginal, NotFound
from indexer.results import Fragment
from search_app import citation
from search_app.alike import NOTHING, alike_to
from search_app.file_access import file_access
from search_app.marks import paragraphs
from search_app.original_file import download_name, is_inline, send_original
from search_app.page_picture import send_picture, shown_picture
from search_app.problems import Withdrawn
from search_app.site import View, current_view, preferred_language
from search_app.state import SearchState, read_query

_ID: Final = re.compile(r"[A-Za-z0-9._~-]{1,128}", re.ASCII)
_HITS_SHOWN: Final = 40
_RELATED: Final = 5
_CITATIONS: Final = {
    "bib": (citation.as_bibtex, "application/x-bibtex"),
    "ris": (citation.as_ris, "application/x-research-info-systems"),
    "txt": (citation.as_text, "text/plain"),
}

documents = Blueprint("documents", __name__)
permanent = Blueprint("permanent", __name__)


@permanent.get("/doc/<document_id>")
def choose_language(document_id: str) -> BaseResponse:
    """Lead a language-neutral address to the page in the browser's language."""
    if not _ID.fullmatch(document_id):
        abort(404)
    target = url_for("documents.document", language=preferred_language(), document_id=document_id)
    response = redirect(target)
    response.vary.add("Accept-Language")
    return response


@permanent.get("/doc/<document_id>/page/<int(max=999999):number>/image")
def picture(document_id: str, number: int) -> Response:
    """Send a page as a picture; its address is the same in every language."""
    view = current_view()
    return send_picture(view.site, visible_document(view, document_id), number)


@documents.get("/doc/<document_id>")
def document(document_id: str) -> str:
    """Show everything that is known of a publication."""
    view = current_view()
    site = view.site
    found = visible_document(view, document_id)
    state = SearchState.from_args(request.args, is_known=site.overview.is_known)
    query = state.query
    hits = site.searcher.matching_pages(found.id, query) if query else ()
    title, pages = view.title(found), site.catalogue.pages(found.id)
    return render_template(
        "document.html",
        document=found,
        title=title,
        state=state,
        query=query,
        hits=hits[:_HITS_SHOWN],
        pages=pages,
        access=file_access(site, found, pages),
        has_file=found.original is not None and site.originals.has(found.original.sha256),
        versions=site.catalogue.versions(found.id),
        alike=alike_to(view, [found]).get(found.id, NOTHING),
        reference=citation.as_text(found, title, _organisations(view, found), _address(found)),
        address=web_address(found.url),
        is_inline=found.original is not None and is_inline(found.original.media_type),
        related=related(view, found),
    )


@documents.get("/doc/<document_id>/page/<int(max=999999):number>")
def text(document_id: str, number: int) -> str | tuple[str, int]:
    """Show the text of a page with the query's words marked."""
    view = current_view()
    site = view.site
    found = visible_document(view, document_id)
    query = read_query(request.args.get("q", ""))
    if not 1 <= number <= found.pages_total:
        return _no_page(view, found, query)
    page = site.catalogue.page(found.id, number)
    fragments: tuple[Fragment, ...] = ()
    if query:
        fragments = site.searcher.page_fragments(found.id, number, query)
    hits = site.searcher.matching_pages(found.id, query) if query else ()
    return render_template(
        "page.html",
        document=found,
        title=view.title(found),
        page=page,
        query=query,
        paragraphs=paragraphs(fragments or (Fragment(page.text),)),
        marks=sum(fragment.mark for fragment in fragments),
        previous_hit=max((hit for hit in hits if hit < number), default=None),
        next_hit=min((hit for hit in hits if hit > number), default=None),
        picture=shown_picture(site, found, page, fragments),
        is_pdf=found.original is not None and found.original.media_type == "application/pdf",
    )


@documents.get("/doc/<document_id>/file")
def file(document_id: str) -> Response | tuple[str, int]:
    """Send the original, or say why it cannot be sent."""
    view = current_view()
    site = view.site
    found = visible_document(view, document_id)
    if found.original is None or not site.originals.has(found.original.sha256):
        return _no_file(found, "no_original", 404)
    try:
        site.fixity.check(found.original.sha256)
    except CorruptOriginal:
        return _no_file(found, "damaged", 503)
    name = download_name(found.original, view.title(found), found.id)
    return send_original(site.originals, found.original, name)


@documents.get("/doc/<document_id>/cite.<form>")
def cite(document_id: str, form: str) -> Response:
    """Return the publication's reference as a file."""
    if form not in _CITATIONS:
        abort(404)
    view = current_view()
    found = visible_document(view, document_id)
    write, media_type = _CITATIONS[form]
    body = write(found, view.title(found), _organisations(view, found), _address(found))
    response = Response(body, content_type=f"{media_type}; charset=utf-8")
    if form != "txt":
        response.headers["Content-Disposition"] = f'attachment; filename="{found.id}.{form}"'
    return response


def visible_document(view: View, document_id: str) -> Document:
    """Return a published document; drafts are not found, what was withdrawn is gone (410)."""
    if not _ID.fullmatch(document_id):
        abort(404)
    found = view.site.catalogue.document(document_id)
    if found.visibility in {Visibility.WITHDRAWN, Visibility.GONE}:
        is_lost = found.visibility is Visibility.GONE
        raise Withdrawn("" if is_lost else _reason(view, found), is_lost=is_lost)
    if found.visibility is not Visibility.PUBLISHED:
        raise NotFound(f"{document_id} is not published", subject=document_id)
    return found


def _reason(view: View, document: Document) -> str:
    """Return why a publication was withdrawn: visitors are told."""
    entries = view.site.catalogue.audit(document.id)
    return next((entry.reason for entry in entries if entry.action == "withdraw"), "")


def related(view: View, document: Document) -> list[Document]:
    """Return publications near one; none while no index answers, since the record still does.

    Its own versions and copies are told apart from these.
    """
    same = {one.document.id for one in alike_to(view, [document]).get(document.id, NOTHING).all}
    try:
        found = view.site.searcher.related_to(document.id, _RELATED + len(same))
    except (CorruptIndex, NotFound):
        return []
    return [near for near in found if near.is_searchable and near.id not in same][:_RELATED]


def web_address(url: str) -> str:
    """Return an address that a page may link to: http and https only."""
    return url if url.startswith(("http://", "https://")) else ""


def _no_page(view: View, document: Document, query: str) -> tuple[str, int]:
    """Say which pages there are."""
    return render_template(
        "no_page.html", document=document, title=view.title(document), query=query
    ), 404


def _address(document: Document) -> str:
    return url_for("permanent.choose_language", document_id=document.id, _external=True)


def _organisations(view: View, document: Document) -> tuple[str, ...]:
    return tuple(view.show.label("organisation", value) for value in document.organisations)


def _no_file(document: Document, reason: str, status: int) -> tuple[str, int]:
    return render_template("no_file.html", document=document, reason=reason), status
