"""Fixtures for all tests: the shared development data, and sockets closed beyond loopback."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from corpus.errors import MissingBackend
from indexer.extract.ocr import Tesseract

_LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of development data; skip where it is not laid beside the checkout."""
    root = Path(__file__).resolve().parent.parent
    candidates = [os.environ.get("JULKAISUHAKU_SHARED"), str(root.parent / "shared")]
    for candidate in candidates:
        if candidate and (Path(candidate) / "data").is_dir():
            return Path(candidate)
    pytest.skip("the shared development data is not beside this checkout (JULKAISUHAKU_SHARED)")


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection beyond loopback, so that no test depends on the network."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        host = str(address[0]) if isinstance(address, tuple) else ""
        if host and not host.startswith(_LOOPBACK):
            raise AssertionError(f"a test tried to connect to {host}")
        real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def tesseract() -> None:
    """Skip where Tesseract with Finnish, Swedish and English is missing; with ``CI=true`` fail."""
    try:
        Tesseract()
    except MissingBackend as error:
        if os.environ.get("CI") == "true":
            pytest.fail(error.message)
        pytest.skip(error.message)
