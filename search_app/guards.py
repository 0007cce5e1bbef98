"""What is checked before any page runs: the host, the address's bytes, the rate of requests.

One decision: what is wrong with a request as a whole is refused here, in the site's look, so
that no view has to think of it.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many
from werkzeug.middleware.proxy_fix import ProxyFix

from corpus.errors import InvalidSettings
from corpus.settings import Settings

_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?", re.ASCII)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_UNLIMITED: Final = ("/static/", "/livez", "/readyz")
_MAX_BODY_BYTES: Final = 64 * 1024  # public pages take no uploads


def install(app: Flask, settings: Settings) -> None:
    """Put the checks in front of every request."""
    app.config["MAX_CONTENT_LENGTH"] = _MAX_BODY_BYTES
    if settings.proxy_count:
        count = settings.proxy_count
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=count
        )
    trusted = frozenset(host.lower() for host in settings.trusted_hosts)

    @app.before_request
    def check() -> None:
        check_host(trusted)
        check_bytes()

    if settings.rate_limit != "off":
        _check_rate(settings.rate_limit)
        limiter = Limiter(
            get_remote_address,
            app=app,
            application_limits=[settings.rate_limit],
            storage_uri="memory://",
            headers_enabled=True,
        )
        limiter.request_filter(_is_unlimited)


def check_host(trusted: frozenset[str]) -> None:
    """Refuse a malformed host, and one that is not trusted where hosts are named.

    Pages put the host into absolute addresses (sitemap, alternates), so a forged one would be
    spread by caches.
    """
    match = _HOST.fullmatch(request.host)
    if match is None:
        abort(400)
    name = match[1].lower()
    if trusted and name not in trusted | _LOOPBACK:
        abort(400)


def check_bytes() -> None:
    """Refuse an address that is not UTF-8 throughout."""
    path = request.environ.get("PATH_INFO", "").encode("latin-1", "replace")
    for raw in (unquote_to_bytes(request.query_string), path):
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            abort(400)
    if "\x00" in request.path:
        abort(400)


def _check_rate(rate: str) -> None:
    """Refuse a limit that cannot be read, which would otherwise limit nothing."""
    try:
        parse_many(rate)
    except ValueError as error:
        raise InvalidSettings(
            f"rate_limit has to be like 120/minute, or off, not {rate!r}.", subject="rate_limit"
        ) from error


def _is_unlimited() -> bool:
    return request.path.startswith(_UNLIMITED)
