"""A small web server for the sample site, on loopback, for the demo and the tests.

It behaves as a decent public server does (types, validators, redirects, a real 404 page) because
what it serves is used to prove a crawler; pages name themselves by an address that is not known
before the server runs, so that address is put in at serving time.
"""

from __future__ import annotations

import hashlib
import socket
import threading
import tomllib
from collections.abc import Callable
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote, unquote, urlsplit

SITE: Final = Path(__file__).parent / "site"
PLACEHOLDER: Final = "http://sample.invalid"
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".svg": "image/svg+xml",
    ".pdf": "application/pdf",
}
_REWRITTEN: Final = frozenset({".html", ".txt", ".xml", ".rss"})
_KEEP_ALIVE_S: Final = 30.0


class SampleServer:
    """Serves a folder as a site at ``url``; a context manager, or ``start()`` and ``stop()``.

    ``redirects.toml`` beside the folder lists moved addresses and second addresses of files.
    ``seen`` is called with the path of every request, from the thread that answers it.
    """

    def __init__(
        self,
        site: Path = SITE,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        seen: Callable[[str], None] | None = None,
    ) -> None:
        self._site = site.resolve()
        self._address = (host, port)
        self._seen = seen
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Return the address of the front page, with a slash at its end; the server must run."""
        if self._server is None:
            raise RuntimeError("the sample server is not running")
        return f"{self._server.base}/"

    def start(self) -> Self:
        """Listen and answer in a thread; returns when the port is open."""
        if self._server is None:
            self._server = _Server(self._address, self._site, self._seen)
            self._thread = threading.Thread(
                target=self._server.serve_forever, args=(0.05,), daemon=True, name="sample-site"
            )
            self._thread.start()
        return self

    def stop(self) -> None:
        """Stop answering, close every connection and free the port."""
        server, thread = self._server, self._thread
        self._server = self._thread = None
        if server is not None:
            server.shutdown()
            server.close_connections()
            server.server_close()
        if thread is not None:
            thread.join()

    def __enter__(self) -> Self:
        """Start the server."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the server."""
        self.stop()


class _Server(ThreadingHTTPServer):
    """The listening socket with what its handlers need."""

    daemon_threads = True
    block_on_close = False

    def __init__(
        self, address: tuple[str, int], site: Path, seen: Callable[[str], None] | None
    ) -> None:
        self.site = site
        self.seen = seen
        self.redirects, self.aliases = _moved(site.parent / "redirects.toml")
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, _Handler)
        self.base = f"http://{address[0]}:{self.server_address[1]}"

    def server_bind(self) -> None:
        """Bind without the look-up of the host's name that the standard library does here."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """Accept a connection and remember it, so that ``stop`` can close it."""
        connection, address = super().get_request()
        with self._lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Close a connection and forget it."""
        with self._lock:
            if isinstance(request, socket.socket):
                self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay quiet: a client that hangs up is no event here."""

    def close_connections(self) -> None:
        """End the connections that clients keep open."""
        with self._lock:
            for connection in self._open:
                # Only a half-close: the handler's thread owns the socket and closes it.
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD."""

    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "sample"
    sys_version = ""
    timeout = _KEEP_ALIVE_S

    def do_GET(self) -> None:
        """Answer with the file, its redirect, 304 or the 404 page."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer as GET does, without the body."""
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Stay quiet."""

    def _answer(self, *, with_body: bool) -> None:
        path = urlsplit(self.path).path
        if self.server.seen is not None:
            self.server.seen(path)
        if path in self.server.redirects:
            status, target = self.server.redirects[path]
            self._redirect(status, target)
            return
        file = _file(self.server.site, unquote(self.server.aliases.get(path, path)))
        if file is None:
            self._send(HTTPStatus.NOT_FOUND, self.server.site / "404.html", with_body=with_body)
        elif file.name == "index.html" and not path.endswith(("/", "/index.html")):
            self._redirect(HTTPStatus.MOVED_PERMANENTLY, f"{path}/")
        else:
            self._send(HTTPStatus.OK, file, with_body=with_body)

    def _redirect(self, status: int, target: str) -> None:
        self.send_response(status)
        self.send_header("Location", f"{self.server.base}{quote(target, safe='/%')}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: HTTPStatus, file: Path, *, with_body: bool) -> None:
        body = self._body(file)
        modified = int(file.stat().st_mtime) if file.exists() else 0
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        if status is HTTPStatus.OK and self._is_fresh(etag, modified):
            status, body = HTTPStatus.NOT_MODIFIED, b""
        self.send_response(status)
        if status is not HTTPStatus.NOT_MODIFIED:
            kind = _TYPES.get(file.suffix, "application/octet-stream")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        if status is not HTTPStatus.NOT_FOUND:
            self.send_header("ETag", etag)
            self.send_header("Last-Modified", formatdate(modified, usegmt=True))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _body(self, file: Path) -> bytes:
        body = file.read_bytes() if file.exists() else b"404\n"
        if file.suffix in _REWRITTEN:
            body = body.replace(PLACEHOLDER.encode(), self.server.base.encode())
        return body

    def _is_fresh(self, etag: str, modified: int) -> bool:
        """Tell whether the client's copy is the current one; an ETag outranks a date (RFC 9110)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
        since = self.headers.get("If-Modified-Since")
        try:
            return since is not None and modified <= parsedate_to_datetime(since).timestamp()
        except ValueError:
            return False


def _file(site: Path, path: str) -> Path | None:
    """Return the file that ``path`` names inside ``site``, or None."""
    if "\x00" in path:
        return None
    file = (site / path.lstrip("/")).resolve()
    if not file.is_relative_to(site):
        return None
    if file.is_dir():
        file /= "index.html"
    return file if file.is_file() else None


def _moved(path: Path) -> tuple[dict[str, tuple[int, str]], dict[str, str]]:
    """Read the redirects and the second addresses of files."""
    if not path.exists():
        return {}, {}
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    redirects = {row["from"]: (int(row["status"]), row["to"]) for row in table.get("redirect", [])}
    return redirects, {row["path"]: row["file"] for row in table.get("alias", [])}
