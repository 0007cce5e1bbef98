"""Fixtures of the index as a whole: analyzers built once, and a world on each engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from corpus import Vocabulary
from indexer.analysis import LANGUAGES, Analyzer, analyzer_for
from indexer.engines import ENGINES
from tests.indexer.pipeline_world import VOCABULARY, World


@pytest.fixture(scope="session")
def analyzers() -> Mapping[str, Analyzer]:
    """Return an analyzer of each language."""
    return {language: analyzer_for(language) for language in LANGUAGES}


@pytest.fixture(scope="session")
def packaged_vocabulary() -> Vocabulary:
    """Return the vocabulary that ships with the product."""
    return Vocabulary.load(VOCABULARY)


@pytest.fixture(params=list(ENGINES))
def world(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    analyzers: Mapping[str, Analyzer],
    packaged_vocabulary: Vocabulary,
) -> Iterator[World]:
    """Return an empty installation on each engine in turn."""
    if not ENGINES[request.param].is_available():
        pytest.skip(f"the engine {request.param} is not installed")
    made = World(tmp_path, request.param, analyzers, packaged_vocabulary)
    yield made
    made.close()
