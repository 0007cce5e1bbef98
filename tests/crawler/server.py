"""A site on loopback that plays what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path answers with."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """What the site was asked."""

    path: str
    headers: Mapping[str, str]
    at: float


Respond = Callable[["Handler"], Answer | None]
"""Answers a request; or writes to the handler's ``wfile`` itself and returns None."""


class Site:
    """A context manager; what is not routed answers 404."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._routes: dict[str, Respond] = {}
        self._otherwise: Respond = lambda _handler: Answer(b"not here", 404)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._server.site = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        """The address without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def hits(self) -> Counter[str]:
        """How often each path was asked for."""
        return Counter(request.path for request in self.requests)

    def asked(self, path: str) -> list[Request]:
        """Return the requests for a path."""
        return [request for request in self.requests if request.path == path]

    def route(self, path: str, respond: Respond) -> None:
        """Let a function answer a path."""
        self._routes[path] = respond

    def otherwise(self, respond: Respond) -> None:
        """Let a function answer every other path."""
        self._otherwise = respond

    def answer(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        status: int = 200,
        kind: str = HTML,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer a path with a body."""
        data = body.encode() if isinstance(body, str) else body
        answer = Answer(data, status, {"Content-Type": kind, **(headers or {})})
        self.route(path, lambda _handler: answer)

    def page(self, path: str, text: str = "", *links: str, head: str = "") -> None:
        """Answer a path with a page of a paragraph and links."""
        anchors = "".join(f'<p><a href="{link}">linkki {link}</a></p>' for link in links)
        self.answer(
            path,
            f"<!doctype html><html><head><title>{path}</title>{head}</head>"
            f"<body><main><p>{text or 'Sivu ' + path}</p>{anchors}</main></body></html>",
        )

    def redirect(self, path: str, target: str, *, status: int = 301) -> None:
        """Let a path point elsewhere."""
        self.answer(path, status=status, headers={"Location": target})

    def drop(self, path: str) -> None:
        """Let a path be absent again."""
        self._routes.pop(path, None)

    def respond(self, handler: Handler) -> Answer | None:
        """Return the answer to a request."""
        return self._routes.get(handler.path, self._otherwise)(handler)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = 30

    @property
    def site(self) -> Site:
        """The site that answers."""
        site: Site = self.server.site  # type: ignore[attr-defined]
        return site

    def do_GET(self) -> None:
        """Answer as the site says."""
        self.site.requests.append(Request(self.path, dict(self.headers), time.monotonic()))
        try:
            answer = self.site.respond(self)
            if answer is not None:
                self._send(answer)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        headers = {"Content-Length": str(len(answer.body)), **answer.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if answer.status != 304:
            self.wfile.write(answer.body)

    def begin(self, status: int = 200, **headers: str) -> None:
        """Begin an answer whose body the caller writes."""
        self.close_connection = True
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's
        """Stay quiet."""
