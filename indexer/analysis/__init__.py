"""Words into terms, in Finnish, Swedish and English.

The decision behind it: the analysis is the product's own and stands above the engines, so that
every engine indexes the same terms and a query means the same on each of them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from corpus.errors import UnknownValue
from indexer.analysis._ports import Analyzer, QueryToken, Token
from indexer.analysis.snowball import SnowballAnalyzer

__all__ = [
    "LANGUAGES",
    "Analyzer",
    "QueryToken",
    "Token",
    "analyzer_for",
]

_ANALYZERS: Final[dict[str, Callable[[str], Analyzer]]] = {
    "fi": SnowballAnalyzer,
    "sv": SnowballAnalyzer,
    "en": SnowballAnalyzer,
}
LANGUAGES: Final = tuple(_ANALYZERS)


def analyzer_for(
    language: str,
    *,
    backend: str | None = None,
    lexicon: Path | None = None,
) -> Analyzer:
    """Return a new analyzer of a language: build one and keep it, it holds the caches.

    ``backend`` and ``lexicon`` concern Finnish only.  Raises UnknownValue for a language or a
    backend that nobody knows.
    """
    del backend, lexicon
    try:
        return _ANALYZERS[language](language)
    except KeyError:
        raise UnknownValue(f"Tuntematon kieli: {language}", subject=language) from None
