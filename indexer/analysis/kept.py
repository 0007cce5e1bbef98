"""Every lexicon an index was built with, kept by what is in it.

One decision: a lexicon is a few kilobytes and an index without it cannot be asked in its own
words, so each one stays beside the index under its fingerprint; queries of a generation are read
with the lexicon of that generation, after a restart and a rollback too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from corpus._disk import write_atomically
from corpus.errors import JulkaisuhakuError
from indexer.analysis._ports import Analyzer
from indexer.analysis.lexicon import Lexicon

FOLDER: Final = "lexicons"


class KeptLexicons:
    """The lexicons below one ``index`` directory, and the analyzers that are made of them."""

    def __init__(self, index_dir: Path, make: Callable[[Path], Mapping[str, Analyzer]]) -> None:
        """Keep lexicons there; ``make`` returns the analyzers of every language with one."""
        self._directory = index_dir / FOLDER
        self._make = make

    def keep(self, lexicon: Path | None) -> None:
        """Keep a lexicon, the packaged one for None; raises InvalidVocabulary for a broken one."""
        loaded = Lexicon.load(lexicon)
        path = self._path(loaded.fingerprint)
        if not path.is_file():
            self._directory.mkdir(parents=True, exist_ok=True)
            write_atomically(path, loaded.text.encode("utf-8"))

    def analyzers(self, analysis: str) -> Mapping[str, Analyzer] | None:
        """Return analyzers that make the terms of an ``analysis``, None where none can.

        They cannot where the lexicon was not kept, or where it is not the lexicon that differs.
        """
        path = self._path(analysis.partition(";")[0].rpartition("/")[2])
        if not path.is_file():
            return None
        try:
            made = self._make(path)
        except JulkaisuhakuError:
            return None
        return made if analysis_of(made) == analysis else None

    def _path(self, fingerprint: str) -> Path:
        return self._directory / f"{Path(fingerprint).name}.tsv"


def analysis_of(analyzers: Mapping[str, Analyzer]) -> str:
    """Return what a manifest says of the analysis: the fingerprints of all analyzers."""
    return "; ".join(analyzer.fingerprint for analyzer in analyzers.values())
