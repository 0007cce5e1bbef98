"""Why a publication is, or is not, found by a search.

One decision: the form is a plain GET, so that an explanation has an address that can be sent to a
colleague; filters of the address are kept and shown, because they are among the reasons.
"""

from __future__ import annotations

from flask import render_template, request

from corpus.accounts import Role
from search_app.explained import explained, find_document
from search_app.results_page import chips
from search_app.site import current_view
from search_app.staff.desk import current_desk
from search_app.staff.frame import requires, staff
from search_app.state import SearchState

_MAX_CHARACTERS = 2_000  # of an address


@staff.get("/explain")
@requires(Role.EDITOR)
def explain() -> str:
    """Show the form, and the explanation of what it asks for."""
    view = current_view()
    site = view.site
    state = SearchState.from_args(request.args, is_known=site.overview.is_known)
    given = request.args.get("id", "")[:_MAX_CHARACTERS].strip()
    told = None
    if given:
        document_id = find_document(site.catalogue, given)
        asked = state.to_request(site.settings.query_budget_s)
        told = current_desk().explain(document_id, asked)
    kept = [(name, value) for name, value in state.to_params() if name not in ("q", "page")]
    return render_template(
        "staff/explain.html",
        given=given,
        asked=state,
        kept=kept,
        filters=chips(view, state),
        told=told,
        shown=explained(view.show, told) if told else None,
    )
