"""An engine, and an index of the small corpus, for each engine in turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from indexer.engine import Engine, Index
from indexer.engines import ENGINES
from tests.contract.engine_corpus import SCHEMA, books, fill


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Engine:
    """Return each engine in turn."""
    found = ENGINES[request.param]
    if not found.is_available():
        pytest.skip(f"the engine {found.name} is not installed")
    return found


@pytest.fixture
def index(engine: Engine, tmp_path: Path) -> Iterator[Index]:
    """Return an index of the small corpus."""
    with ExitStack() as stack:
        made = engine.open(tmp_path / "index", SCHEMA, "create")
        stack.callback(made.close)
        fill(made, books())
        yield made
