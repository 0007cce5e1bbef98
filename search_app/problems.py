"""Errors as visitors see them: a page in the site's look and language, or problem+json.

One decision: this is the HTTP border. Errors that the product raises on purpose become a status
here, anything else becomes 500 with its traceback in the log, and no page repeats what was sent.
"""

from __future__ import annotations

import json
import logging
from typing import Final

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import Gone, HTTPException
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Response as BaseResponse

from corpus.errors import (
    Busy,
    InvalidInput,
    JulkaisuhakuError,
    LimitExceeded,
    MissingBackend,
    NotFound,
    StorageError,
)
from corpus.vocabulary import FACET_SCHEMES
from search_app.site import current_view

_log = logging.getLogger(__name__)
_STATUS: Final[tuple[tuple[type[JulkaisuhakuError], int], ...]] = (
    (LimitExceeded, 400),
    (InvalidInput, 400),
    (NotFound, 404),
    (Busy, 503),
    (StorageError, 503),
    (MissingBackend, 503),
)
_SERVER_ERROR: Final = 500
_RETRY_AFTER_S: Final = 30


class Withdrawn(Gone):
    """A publication that visitors may not see any more, and why where somebody said so."""

    def __init__(self, reason: str, *, is_lost: bool) -> None:
        super().__init__()
        self.reason = reason
        self.is_lost = is_lost  # its address answered no longer


def install(app: Flask) -> None:
    """Answer every error of the application."""
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(JulkaisuhakuError, _from_product)
    app.register_error_handler(Exception, _from_defect)


def problem(status: int, detail: str) -> Response:
    """Return an error of the API (RFC 9457)."""
    title = HTTP_STATUS_CODES.get(status, "Error")
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status=status, content_type="application/problem+json")


def answer(status: int, text: str) -> Response:
    """Return an error in the look of where it happened; without a text the status's own."""
    t = current_view().show.t
    known = t.has(f"error.code_{status}")
    key = status if known else (_SERVER_ERROR if status >= _SERVER_ERROR else 400)
    title, detail = t(f"error.code_{key}"), text or t(f"error.text_{key}")
    if request.path.startswith("/api/"):
        response = problem(status, detail)
    else:
        place = "staff/" if request.blueprint == "staff" else ""
        page = render_template(f"{place}error.html", status=status, title=title, text=detail)
        response = make_response(page, status)
    if status in {429, 503}:
        response.headers.setdefault("Retry-After", str(_RETRY_AFTER_S))
    response.headers["Cache-Control"] = "no-store"
    return response


def _from_http(error: HTTPException) -> BaseResponse:
    if isinstance(error.response, BaseResponse):
        return error.response
    status = error.code or _SERVER_ERROR
    response = answer(status, _withdrawn_text(error) if isinstance(error, Withdrawn) else "")
    for name, value in error.get_headers():
        if name in {"Allow", "Content-Range"}:
            response.headers[name] = value
    return response


def _from_product(error: JulkaisuhakuError) -> BaseResponse:
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), _SERVER_ERROR)
    if status >= _SERVER_ERROR:
        _log.error("%s: %s", request.path, error.message, exc_info=error)
    return answer(status, _limit_text(error) if isinstance(error, LimitExceeded) else "")


def _from_defect(error: Exception) -> BaseResponse:
    _log.error("%s: unexpected error", request.path, exc_info=error)
    return answer(_SERVER_ERROR, "")


def _withdrawn_text(error: Withdrawn) -> str:
    t = current_view().show.t
    parts = [t("error.text_410_lost" if error.is_lost else "error.text_410")]
    return " ".join([*parts, t("error.reason", x=error.reason)] if error.reason else parts)


def _limit_text(error: LimitExceeded) -> str:
    t = current_view().show.t
    if error.subject == "q":
        return t("error.limit_query")
    facet = error.subject or ""
    known = facet in FACET_SCHEMES or t.has(f"facet.{facet}")
    return t("error.limit_values", x=t(f"facet.{facet}") if known else "?")
