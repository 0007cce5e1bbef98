"""Checks a data directory: catalogue, originals, generations, and whether they agree.

One decision: the index is a cache, so whatever is wrong with it is mended by building it anew
from a sound catalogue; what is wrong with catalogue or originals is named and never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from corpus import Status, Visibility
from corpus.errors import CorruptCatalogue, JulkaisuhakuError
from indexer.engine import Everything
from indexer.generations import GenerationName, Manifest
from indexer.reader import GenerationReader, OpenGeneration
from search_app.assembly import Assembly

SOUND: Final = 0
REPAIRED: Final = 1
DAMAGED: Final = 65
_BATCH: Final = 5_000

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class CheckReport:
    """What was found: damage that stays, and what was mended (or would be)."""

    damage: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    documents: int = 0
    originals: int = 0
    generation: str = ""

    @property
    def status(self) -> int:
        """The exit status of ``check``."""
        if self.damage:
            return DAMAGED
        return REPAIRED if self.repaired else SOUND


def check(assembly: Assembly, progress: Progress) -> CheckReport:
    """Check everything, mend the index where only that is wrong, and say what was done."""
    report = CheckReport()
    try:
        catalogue = assembly.catalogue
        report.damage += [f"catalogue: {message}" for message in catalogue.check()]
    except CorruptCatalogue as error:
        report.damage.append(f"catalogue: {error.message}")
    if report.damage:
        return report  # nothing that rests on a damaged catalogue can be judged or built
    report.documents = catalogue.count_documents()
    expected = catalogue.original_hashes()
    report.originals = len(expected)
    report.damage += [f"originals: {message}" for message in assembly.originals.check(expected)]
    _check_index(assembly, report, progress)
    return report


def _check_index(assembly: Assembly, report: CheckReport, progress: Progress) -> None:
    found = list(_damaged_generations(assembly))
    problems = [message for _, message in found]
    for name, _ in found:
        assembly.generations.damaged_aside(name)
    if not problems:
        problems += _disagreements(assembly)
    if problems:
        assembly.pipeline.rebuild(progress=progress)
        report.repaired += [f"index: {message}; it was built anew" for message in problems]
        report.damage += [f"index: {message}" for message in _disagreements(assembly)]
    current = assembly.generations.current()
    report.generation = str(current) if current else ""


def _damaged_generations(assembly: Assembly) -> Iterator[tuple[GenerationName, str]]:
    """Yield each generation of which a file does not match its manifest."""
    for name in assembly.generations.names():
        try:
            assembly.generations.verify(name)
        except JulkaisuhakuError as error:
            yield name, error.message


def _disagreements(assembly: Assembly) -> list[str]:
    """Return where the current generation and the catalogue do not say the same."""
    generations, catalogue = assembly.generations, assembly.catalogue
    try:
        current = generations.current()
        if current is None:
            return []
        manifest = generations.manifest(current)
    except JulkaisuhakuError as error:
        return [error.message]
    if manifest.watermark > catalogue.last_sequence():
        return [f"generation {current} follows changes that the catalogue does not have"]
    reader = GenerationReader(generations)
    try:
        with reader.lease() as opened:
            if opened is None or reader.problem:
                return [reader.problem or f"generation {current} cannot be opened"]
            return _differences(assembly, opened, manifest)
    finally:
        reader.close()


def _differences(assembly: Assembly, opened: OpenGeneration, manifest: Manifest) -> list[str]:
    counts = (opened.publications.document_count(), opened.pages.document_count())
    messages = [*opened.publications.check(), *opened.pages.check()]
    if counts != (manifest.documents, manifest.pages):
        messages.append(
            f"it holds {counts[0]} publications and {counts[1]} pages, its manifest says "
            f"{manifest.documents} and {manifest.pages}"
        )
    wanted = _searchable(assembly, manifest.watermark)
    missing = _missing(opened, wanted)
    changed_since = assembly.catalogue.count_changes(after=manifest.watermark)
    if missing:
        messages.append(f"{len(missing)} publications are missing from it, such as {missing[0]}")
    elif not changed_since and counts[0] != len(wanted):
        messages.append(f"it holds {counts[0] - len(wanted)} publications that should not be there")
    return messages


def _searchable(assembly: Assembly, watermark: int) -> list[str]:
    """Return the documents that the index has to hold: searchable, and not changed since."""
    return [
        document.id
        for document in assembly.catalogue.iter_documents()
        if document.visibility is Visibility.PUBLISHED
        and document.status is Status.OK
        and document.sequence <= watermark
    ]


def _missing(opened: OpenGeneration, wanted: list[str]) -> list[str]:
    missing: list[str] = []
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        found = set(opened.publications.matching(Everything(), batch))
        missing += [document_id for document_id in batch if document_id not in found]
    return missing
