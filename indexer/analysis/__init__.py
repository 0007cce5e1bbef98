"""Words into terms, in Finnish, Swedish and English.

The decision behind it: the analysis is the product's own and stands above the engines, so that
every engine indexes the same terms and a query means the same on each of them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal, overload

from corpus.errors import UnknownValue
from indexer.analysis._ports import Analyzer, QueryToken, Token
from indexer.analysis.finnish import FinnishAnalyzer
from indexer.analysis.kept import KeptLexicons, analysis_of
from indexer.analysis.language import language_of
from indexer.analysis.lexicon import Lexicon, LexiconError
from indexer.analysis.snowball import SnowballAnalyzer
from indexer.analysis.stopwords import is_stop
from indexer.analysis.voikko import available_backends, backend_name, open_voikko

__all__ = [
    "LANGUAGES",
    "Analyzer",
    "FinnishAnalyzer",
    "KeptLexicons",
    "LexiconError",
    "QueryToken",
    "Token",
    "analysis_of",
    "analyzer_for",
    "available_backends",
    "backend_name",
    "check_lexicon",
    "is_stop",
    "language_of",
    "lexicon_fingerprint",
]


def _finnish(backend: str | None, lexicon: Path | None) -> FinnishAnalyzer:
    return FinnishAnalyzer(open_voikko(backend), Lexicon.load(lexicon))


def _swedish(backend: str | None, lexicon: Path | None) -> Analyzer:
    del backend, lexicon
    return SnowballAnalyzer("sv")


def _english(backend: str | None, lexicon: Path | None) -> Analyzer:
    del backend, lexicon
    return SnowballAnalyzer("en")


_ANALYZERS: Final[dict[str, Callable[[str | None, Path | None], Analyzer]]] = {
    "fi": _finnish,
    "sv": _swedish,
    "en": _english,
}
LANGUAGES: Final = tuple(_ANALYZERS)


@overload
def analyzer_for(
    language: Literal["fi"], *, backend: str | None = None, lexicon: Path | None = None
) -> FinnishAnalyzer: ...
@overload
def analyzer_for(
    language: str, *, backend: str | None = None, lexicon: Path | None = None
) -> Analyzer: ...
def analyzer_for(
    language: str, *, backend: str | None = None, lexicon: Path | None = None
) -> Analyzer:
    """Return a new analyzer of a language: build one and keep it, it holds the caches.

    ``backend`` and ``lexicon`` concern Finnish only.  Raises UnknownValue for a language or a
    backend that nobody knows, MissingBackend for a backend that is not installed.
    """
    try:
        make = _ANALYZERS[language]
    except KeyError:
        known = ", ".join(LANGUAGES)
        message = f"Nobody knows the language {language!r} (known: {known})."
        raise UnknownValue(message, subject=language) from None
    return make(backend, lexicon)


def check_lexicon(path: Path | None, analyzer: FinnishAnalyzer) -> list[LexiconError]:
    """Return what is wrong with a lexicon (the packaged one for None), nothing if it is sound."""
    return analyzer.check_lexicon(path)


def lexicon_fingerprint(path: Path) -> str:
    """Return what an index says of a lexicon; raises InvalidVocabulary with file, line and entry.

    No dictionary is loaded: whether a model word is known only `check_lexicon` can say.
    """
    return Lexicon.load(path).fingerprint
