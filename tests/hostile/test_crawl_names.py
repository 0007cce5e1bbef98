"""Names that lead to forbidden addresses, at once or after a while; no socket is opened to them."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from corpus.errors import ForbiddenAddress
from tests.crawler.server import Site
from tests.hostile.fetching import Recorder, fetch


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve a site on loopback."""
    with Site() as served:
        yield served


def name_server(monkeypatch: pytest.MonkeyPatch, *answers: tuple[str, ...]) -> None:
    """Let names resolve to one answer after another, which no name server of a test machine does.

    The last answer stays.
    """
    waiting = list(answers)
    real = socket.getaddrinfo

    def resolve(host: str, *options: int) -> list[object]:
        assert host.endswith(".example")
        found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return [place for ip in found for place in real(ip, *options)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.mark.parametrize(
    "answer", [("127.0.0.1",), ("8.8.8.8", "10.0.0.1"), ("::ffff:169.254.169.254",)]
)
def test_a_name_that_leads_to_a_forbidden_address_opens_no_socket(
    monkeypatch: pytest.MonkeyPatch, answer: tuple[str, ...]
) -> None:
    name_server(monkeypatch, answer)
    recorder = Recorder()
    with pytest.raises(ForbiddenAddress, match="forbidden address"):
        fetch("http://sivusto.example/", private=frozenset(), recorder=recorder)
    assert recorder.asked == []


def test_a_name_that_changes_its_address_is_judged_at_every_hop(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_server(monkeypatch, ("127.0.0.1",), ("169.254.169.254",))
    port = site.url.rpartition(":")[2]
    site.answer("/", status=302, headers={"Location": "/b", "Connection": "close"})
    site.page("/b")
    recorder = Recorder()
    private = frozenset({"vaihtuva.example"})
    with pytest.raises(ForbiddenAddress, match=r"169\.254\.169\.254"):
        fetch(f"http://vaihtuva.example:{port}/", private=private, recorder=recorder)
    assert recorder.asked == ["127.0.0.1"]
    assert site.hits == {"/": 1}
