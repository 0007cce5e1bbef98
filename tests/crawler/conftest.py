"""A site of the test's own, and a data directory to crawl it into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawler.server import Site
from tests.crawler.world import World


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve a site on loopback."""
    with Site() as served:
        yield served


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a fresh data directory."""
    made = World(tmp_path / "data")
    yield made
    made.close()
