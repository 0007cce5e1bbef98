"""What every answer carries: the policy headers, an entity tag, compression.

One decision: twelve lines of constant headers instead of an extension; nothing on a page needs
inline script or style, so the policy has no exception to forget.
"""

from __future__ import annotations

import gzip
from typing import Final

from flask import Response, g, request
from werkzeug.http import generate_etag

from search_app.feedback_form import Mark

POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "Cache-Control": "no-cache",
}
_TLS_ONLY: Final = "max-age=31536000"
_COMPRESSED: Final = ("text/", "application/json", "application/problem+json", "application/xml")
_WORTH_COMPRESSING: Final = 600  # bytes; below, the header costs more than it saves
_LEVEL: Final = 6


def finish(response: Response) -> Response:
    """Add headers, entity tag and compression, and answer 304 where nothing has changed."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", _TLS_ONLY)
    if response.direct_passthrough or "Content-Encoding" in response.headers:
        return response
    if request.blueprint == "staff":
        return response  # compressed, a form's token could be guessed beside what was sent (BREACH)
    if not response.content_type.startswith(_COMPRESSED):
        return response
    response.vary.add("Accept-Encoding")
    is_page = request.method in {"GET", "HEAD"} and response.status_code == 200  # noqa: PLR2004
    if is_page:
        _add_entity_tag(response)
    _compress(response)
    if is_page:
        response.make_conditional(request)
    return response


def _add_entity_tag(response: Response) -> None:
    """Name the page by its content; the mark of its form counts by the hour, not the second."""
    if "ETag" in response.headers:
        return
    body, mark = response.get_data(), g.get("feedback_mark")
    if isinstance(mark, Mark):
        body = body.replace(mark.text.encode(), mark.hour.encode())
    response.set_etag(generate_etag(body), weak=True)


def _compress(response: Response) -> None:
    body = response.get_data()
    if len(body) < _WORTH_COMPRESSING or not request.accept_encodings.quality("gzip"):
        return
    response.set_data(gzip.compress(body, _LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
