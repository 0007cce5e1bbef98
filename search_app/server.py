"""The production server: waitress, in this process, stopped gracefully by a signal.

One decision: waitress needs nothing beside Python and runs everywhere. Its own way of stopping
drops answers that are not sent yet, so the loop stands here: after a signal nothing new is
accepted, what is being answered is finished, then the process ends.
"""

from __future__ import annotations

import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from flask import Flask
from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.server import BaseWSGIServer, create_server  # type: ignore[import-untyped]

from corpus.errors import ServerError

_MAX_HEADER_BYTES: Final = 1_048_576  # a far too long query gets the site's own answer, not a reset
_CONNECTIONS: Final = 500
_WAIT_S: Final = 1.0  # how soon a signal is noticed without any traffic
_GRACE_S: Final = 10.0  # for the answers that are under way


def serve(app: Flask, host: str, port: int, *, threads: int = 8) -> None:
    """Serve until SIGTERM or SIGINT; print the address once requests are taken.

    Port 0 takes a free one. Raises `ServerError` naming host and port when they cannot be had.
    """
    with _bound(host, port) as listening:
        server = create_server(
            app,
            map={},
            sockets=[listening],
            threads=threads,
            ident="",
            connection_limit=_CONNECTIONS,
            max_request_header_size=_MAX_HEADER_BYTES,
            clear_untrusted_proxy_headers=False,
        )
        shown = f"[{host}]" if ":" in host else host
        try:
            with _stopped_by_signals() as stop:
                sys.stderr.write(f"http://{shown}:{listening.getsockname()[1]}/\n")
                sys.stderr.flush()
                while not stop.is_set():
                    wasyncore.loop(timeout=_WAIT_S, map=server._map, count=1)  # noqa: SLF001
                _finish(server)
        finally:
            server.task_dispatcher.shutdown()
            wasyncore.close_all(server._map)  # noqa: SLF001 - it was given to the server above


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket bound to the first address of a host."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _kind, _protocol, _name, address = found[0]
        return socket.create_server((str(address[0]), int(address[1])), family=family)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ServerError(
            f"The website cannot listen on {host}:{port} ({reason}).", subject=f"{host}:{port}"
        ) from error


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """Give an event that SIGTERM and SIGINT set (signals reach the main thread only)."""
    stop = threading.Event()

    def handle(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    is_main = threading.current_thread() is threading.main_thread()
    numbers = (signal.SIGTERM, signal.SIGINT) if is_main else ()
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _finish(server: BaseWSGIServer) -> None:
    """Take nothing new and send what is being answered, for a bounded time."""
    sockets = server._map  # noqa: SLF001
    server.del_channel(sockets)
    deadline = time.monotonic() + _GRACE_S
    while time.monotonic() < deadline and any(
        channel.requests or channel.total_outbufs_len
        for channel in list(server.active_channels.values())
    ):
        wasyncore.loop(timeout=0.1, map=sockets, count=1)
