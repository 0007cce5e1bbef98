"""Finnish analyzers: made once, for they load a dictionary."""

from __future__ import annotations

import pytest

from indexer.analysis import FinnishAnalyzer, analyzer_for, available_backends

_MORPHOLOGIES = ("native", "pip")


def _analyzer(backend: str) -> FinnishAnalyzer:
    if backend not in available_backends():
        pytest.skip(f"the Voikko backend '{backend}' is not installed on this machine")
    return analyzer_for("fi", backend=backend)


@pytest.fixture(scope="session", params=_MORPHOLOGIES)
def finnish(request: pytest.FixtureRequest) -> FinnishAnalyzer:
    """Return the Finnish analyzer over each backend that knows words."""
    return _analyzer(request.param)


@pytest.fixture(scope="session")
def native() -> FinnishAnalyzer:
    """Return the Finnish analyzer over the native library."""
    return _analyzer("native")


@pytest.fixture(scope="session")
def pip_only() -> FinnishAnalyzer:
    """Return the Finnish analyzer over the transducer from the package index."""
    return _analyzer("pip")


@pytest.fixture(scope="session")
def rules() -> FinnishAnalyzer:
    """Return the Finnish analyzer without a dictionary."""
    return analyzer_for("fi", backend="rules")
