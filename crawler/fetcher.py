"""The fetcher: one request at a time, answered in full or refused with the reason.

One decision: nothing of HTTP that a site controls happens by itself. Redirects are followed by
hand and every hop is judged, a name is resolved here and the connection can only be opened to an
address judged for it, the body is decoded here within a limit, and one deadline covers all of it
(no client library does these as it comes: they follow redirects to private addresses, inflate
bombs and wait for one byte a second).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from corpus.errors import FetchFailed, ForbiddenAddress, InvalidInput, LimitExceeded
from crawler._body import decoder_for, too_long
from crawler.address import canonical, host_of, join
from crawler.guard import Guard, is_literal
from crawler.limits import Limits

OpenSocket = Callable[[aiohttp.AddrInfoType], socket.socket]
"""Opens the socket of a connection; tests pass one that writes down what it was asked for."""

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
PERMANENT: Final = frozenset({301, 308})
_HEADERS: Final = {
    "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.5",
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "fi,sv;q=0.8,en;q=0.6",
}


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave with an earlier answer, to be asked whether it still holds."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """Return the headers of a conditional request."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, decoded; ``url`` is the address that gave it, after ``redirects``."""

    url: str
    status: int
    body: bytes = b""
    content_type: str = ""  # as the server gave it, with parameters
    validators: Validators = Validators()
    location: str | None = None  # canonical, of a redirect that was not followed
    retry_after_s: float | None = None
    robots_tags: tuple[str, ...] = ()
    filename: str = ""
    redirects: tuple[str, ...] = ()

    @property
    def is_ok(self) -> bool:
        """Whether the answer is the thing asked for."""
        return self.status == HTTPStatus.OK

    @property
    def is_redirect(self) -> bool:
        """Whether the answer points elsewhere."""
        return self.status in REDIRECTS and self.location is not None


class Fetcher:
    """Fetches addresses; an asynchronous context manager that owns its connections."""

    def __init__(
        self,
        guard: Guard,
        *,
        user_agent: str,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        open_socket: OpenSocket | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._guard = guard
        self._limits = limits
        self._now = now
        self._user_agent = user_agent
        self._gate = _Gate(guard, open_socket or _plain_socket)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the pool of connections."""
        connector = aiohttp.TCPConnector(
            resolver=self._gate,
            socket_factory=self._gate.open,
            use_dns_cache=False,
            limit=0,
            limit_per_host=self._limits.connections_per_host,
        )
        stall = self._limits.stall_s
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers={**_HEADERS, "User-Agent": self._user_agent},
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=stall, sock_read=stall),
            auto_decompress=False,
            trust_env=False,  # a proxy would resolve names out of sight
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def fetch(
        self,
        url: str,
        *,
        validators: Validators | None = None,
        max_hops: int = 0,
        may_visit: Callable[[str], bool] = lambda _url: True,
    ) -> Response:
        """Return the answer of ``url``, following at most ``max_hops`` redirects.

        A redirect beyond them, or to where ``may_visit`` says no, is returned as it is. Raises
        `ForbiddenAddress` (nothing was connected to), `LimitExceeded` (too long, too slow, coded
        twice) or `FetchFailed` (may go better another time).
        """
        visited: list[str] = []
        at = canonical(url)
        while True:
            response = await self._one(at, validators)
            if not response.is_redirect or response.location is None:
                return replace(response, redirects=tuple(visited))
            if not max_hops or not may_visit(response.location):
                return replace(response, redirects=tuple(visited))
            visited.append(at)
            if response.location in visited:
                raise LimitExceeded(f"redirects in a circle: {url}", subject=url)
            if len(visited) > max_hops:
                raise LimitExceeded(f"more than {max_hops} redirects: {url}", subject=url)
            at = response.location

    async def _one(self, url: str, validators: Validators | None) -> Response:
        self._gate.admit(host_of(url))
        deadline = self._limits.deadline_s
        try:
            async with asyncio.timeout(deadline):
                return await self._answer(url, validators)
        except aiohttp.ServerTimeoutError as error:
            raise FetchFailed("no answer in time", subject=url) from error
        except TimeoutError as error:
            raise LimitExceeded(f"not complete in {deadline:g} s", subject=url) from error
        except (aiohttp.ClientError, OSError, ssl.SSLError, EOFError) as error:
            raise FetchFailed(_plain_reason(error), subject=url) from error

    async def _answer(self, url: str, validators: Validators | None) -> Response:
        if self._session is None:
            raise RuntimeError("the fetcher is not open")
        headers = validators.headers() if validators is not None else {}
        async with self._session.get(
            URL(url, encoded=True), allow_redirects=False, headers=headers
        ) as answer:
            response = self._described(url, answer)
            if response.is_redirect or answer.status == HTTPStatus.NOT_MODIFIED:
                return response
            return replace(response, body=await self._body(answer))

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        limit = self._limits.max_body_bytes
        if answer.status != HTTPStatus.OK:
            limit = min(limit, 1024 * 1024)  # an error's page is never kept
        if answer.content_length is not None and answer.content_length > limit:
            raise too_long(limit)
        coding = ",".join(answer.headers.getall("Content-Encoding", []))
        decoder = decoder_for(coding, limit_bytes=limit)
        async for piece in answer.content.iter_any():
            decoder.feed(piece)
        return decoder.finish()

    def _described(self, url: str, answer: aiohttp.ClientResponse) -> Response:
        headers = answer.headers
        location = headers.get("Location")
        return Response(
            url=url,
            status=answer.status,
            content_type=headers.get("Content-Type", ""),
            validators=Validators(headers.get("ETag"), headers.get("Last-Modified")),
            location=None if location is None else _target(url, location),
            retry_after_s=_seconds(headers.get("Retry-After"), self._now()),
            robots_tags=tuple(headers.getall("X-Robots-Tag", [])),
            filename=_filename(headers.get("Content-Disposition", "")),
        )


class _Gate(AbstractResolver):
    """Resolves names, judges what they resolve to, and opens sockets only to what was judged."""

    def __init__(self, guard: Guard, open_socket: OpenSocket) -> None:
        self._guard = guard
        self._open_socket = open_socket
        self._judged: set[str] = set()
        self._admitted: set[str] = set()

    def admit(self, host: str) -> None:
        """Judge a host that is an address itself: the client asks no resolver about those."""
        if host in self._admitted:
            return
        if is_literal(host):
            self._guard.check_ip(host, host=host)
            self._judged.add(host)
        self._admitted.add(host)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a name; one that is forbidden forbids the name."""
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, family=family
        )
        results: list[ResolveResult] = []
        for kind, _, protocol, _, place in found:
            ip = str(place[0])
            self._guard.check_ip(ip, host=host)
            self._judged.add(ip)
            results.append(
                ResolveResult(
                    hostname=host,
                    host=ip,
                    port=port,
                    family=kind,
                    proto=protocol,
                    flags=socket.AI_NUMERICHOST,
                )
            )
        return results

    async def close(self) -> None:
        """Nothing is kept open."""

    def open(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """Open a socket; the last door, which knows only addresses that were judged."""
        ip = str(info[4][0])
        if ip not in self._judged:
            raise ForbiddenAddress(f"forbidden address: {ip} was not judged.", subject=ip)
        return self._open_socket(info)


def _plain_socket(info: aiohttp.AddrInfoType) -> socket.socket:
    return socket.socket(family=info[0], type=info[1], proto=info[2])


def _target(url: str, location: str) -> str | None:
    try:
        # Servers send raw UTF-8 in Location, which HTTP libraries hand over as surrogates.
        text = location.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return join(url, text)
    except InvalidInput:
        return None


def _seconds(value: str | None, now: datetime) -> float | None:
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())


def _filename(disposition: str) -> str:
    if not disposition:
        return ""
    message = Message()
    message["Content-Disposition"] = disposition.encode("ascii", "ignore").decode()
    name = message.get_filename() or ""
    return name.replace("\\", "/").rpartition("/")[2][:255]


def _plain_reason(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError | socket.gaierror):
        return "the host name is not known"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return f"the secure connection failed: {error}"
    if isinstance(error, aiohttp.ClientConnectorError | ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, aiohttp.ClientPayloadError | EOFError):
        return "the answer ends too early"
    if isinstance(error, aiohttp.ServerDisconnectedError | ConnectionError):
        return "the connection was closed"
    return f"not a proper answer ({type(error).__name__})"
