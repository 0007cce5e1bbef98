"""The engines behind the port, by name.

One decision: an engine is chosen by its name in a plain dict; what is not installed reports so
and is passed over, so that the product runs wherever at least one of them does.
"""

from __future__ import annotations

from types import MappingProxyType

from corpus.errors import MissingBackend, UnknownValue
from indexer.engine import Engine
from indexer.engines.tantivy_engine import TantivyEngine
from indexer.engines.whoosh_engine import WhooshEngine

__all__ = ["ENGINES", "default_engine", "engine"]

ENGINES: MappingProxyType[str, Engine] = MappingProxyType(
    {found.name: found for found in (TantivyEngine(), WhooshEngine())}
)
"""In order of preference; the first that is installed is the default."""


def engine(name: str) -> Engine:
    """Return the engine of that name; `UnknownValue` or `MissingBackend` where there is none."""
    found = ENGINES.get(name)
    if found is None:
        known = ", ".join(ENGINES)
        raise UnknownValue(f"There is no search engine “{name}”; known are {known}.", subject=name)
    if not found.is_available():
        raise MissingBackend(f"The search engine “{name}” is not installed.", subject=name)
    return found


def default_engine() -> Engine:
    """Return the fastest engine that is installed."""
    for found in ENGINES.values():
        if found.is_available():
            return found
    raise MissingBackend("No search engine is installed.")
