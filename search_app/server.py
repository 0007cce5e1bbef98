"""The production server: waitress, in this process, stopped gracefully by a signal.

One decision: waitress needs nothing beside Python and runs everywhere; a signal lets requests
that are being answered finish before the process ends.
"""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType
from typing import Final

from flask import Flask
from waitress.server import create_server

from corpus.errors import ServerError

_MAX_HEADER_BYTES: Final = 1_048_576  # a far too long query gets the site's own answer, not a reset
_CONNECTIONS: Final = 500


def serve(app: Flask, host: str, port: int, *, threads: int = 8) -> None:
    """Serve until SIGTERM or SIGINT; print the address once requests are taken.

    Port 0 takes a free one. Raises `ServerError` naming host and port when they cannot be had.
    """
    try:
        server = create_server(
            app,
            host=host,
            port=port,
            threads=threads,
            ident="",
            connection_limit=_CONNECTIONS,
            max_request_header_size=_MAX_HEADER_BYTES,
            clear_untrusted_proxy_headers=False,
        )
    except OSError as error:
        raise ServerError(
            f"The website cannot listen on {host}:{port} ({error.strerror or error}).",
            subject=f"{host}:{port}",
        ) from error
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGINT, _stop)
    effective = getattr(server, "effective_port", port)
    shown = f"[{host}]" if ":" in host else host
    sys.stderr.write(f"http://{shown}:{effective}/\n")
    sys.stderr.flush()
    try:
        server.run()
    finally:
        server.close()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """End the server's loop: it then waits for the requests that are being answered."""
    raise SystemExit(0)
