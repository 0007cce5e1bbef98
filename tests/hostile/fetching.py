"""A fetcher that writes down which addresses it opens sockets for; none but loopback may be."""

from __future__ import annotations

import asyncio
import socket

import aiohttp

from crawler.fetcher import Fetcher, Response, Validators
from crawler.guard import Guard
from crawler.limits import Limits

SMALL = Limits(deadline_s=1.0, stall_s=0.5, max_body_bytes=1024 * 1024)


class Recorder:
    """Opens sockets and writes down what for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """Open a socket, to loopback only."""
        ip = str(info[4][0])
        self.asked.append(ip)
        assert ip in {"127.0.0.1", "::1"}, f"a connection to {ip} was tried"
        return socket.socket(family=info[0], type=info[1], proto=info[2])


def fetch(
    url: str,
    *,
    private: frozenset[str] = frozenset({"127.0.0.1"}),
    limits: Limits = SMALL,
    recorder: Recorder | None = None,
    max_hops: int = 5,
    validators: Validators | None = None,
) -> Response:
    """Fetch one address with a guard of its own."""

    async def run() -> Response:
        fetcher = Fetcher(Guard(private), user_agent="test", limits=limits, open_socket=recorder)
        async with fetcher:
            return await fetcher.fetch(url, max_hops=max_hops, validators=validators)

    return asyncio.run(run())
