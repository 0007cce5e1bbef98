"""In what condition the index is: what it was made of, and whether that still fits.

One decision: it is read anew each time, from the manifest of the generation that answers, because
another process may have switched, and only the manifest knows what a generation was made of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from corpus.errors import CorruptIndex
from indexer.analysis import Analyzer
from indexer.generations import Generations, Manifest
from indexer.schema import SCHEMA_VERSION


class Fault(StrEnum):
    """Why the index does not fit this program."""

    MISSING = "missing"  # there is no generation yet
    DAMAGED = "damaged"
    SCHEMA = "schema"  # built by another version of the program
    ANALYSIS = "analysis"  # words were analysed otherwise

    @property
    def command(self) -> str:
        """The command that mends it."""
        commands = {Fault.MISSING: "index", Fault.DAMAGED: "check"}
        return f"julkaisuhaku {commands.get(self, 'reindex')}"


@dataclass(frozen=True, slots=True)
class Analysis:
    """What Finnish words are analysed with: dictionary, rules and lexicon, by their versions."""

    dictionary: str
    rules: str = ""
    lexicon: str = ""

    @classmethod
    def of(cls, fingerprint: str) -> Analysis:
        """Read the fingerprint of all analyzers, of which the Finnish one is the first."""
        parts = fingerprint.partition(";")[0].strip().split("/")
        dictionary, rules, lexicon = (*parts, "", "")[:3]
        return cls(dictionary, rules, lexicon)


@dataclass(frozen=True, slots=True)
class Condition:
    """What answers, and what would have to."""

    engine: str  # of the settings
    backend: str  # of the Finnish analysis in this process: native, pip or rules
    now: Analysis  # what queries are analysed with
    manifest: Manifest | None = None
    fault: Fault | None = None

    @property
    def built(self) -> Analysis | None:
        """What the index was analysed with."""
        return Analysis.of(self.manifest.analysis) if self.manifest else None


def read_condition(
    generations: Generations, analyzers: Iterable[Analyzer], *, engine: str, backend: str
) -> Condition:
    """Return the condition of the index."""
    fingerprint = "; ".join(analyzer.fingerprint for analyzer in analyzers)
    now = Analysis.of(fingerprint)
    try:
        current = generations.current()
        manifest = generations.manifest(current) if current else None
    except CorruptIndex:
        return Condition(engine, backend, now, fault=Fault.DAMAGED)
    return Condition(engine, backend, now, manifest, _fault(manifest, fingerprint))


def _fault(manifest: Manifest | None, fingerprint: str) -> Fault | None:
    if manifest is None:
        return Fault.MISSING
    if manifest.schema_version != SCHEMA_VERSION:
        return Fault.SCHEMA
    is_same = _but_lexicon(manifest.analysis) == _but_lexicon(fingerprint)
    return None if is_same else Fault.ANALYSIS


def _but_lexicon(fingerprint: str) -> tuple[str, str, str]:
    """Return what has to be the same; queries are read with the lexicon of their index."""
    finnish, _, others = fingerprint.partition(";")
    analysis = Analysis.of(finnish)
    return analysis.dictionary, analysis.rules, others
