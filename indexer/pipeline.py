"""Keeps the index in step with the catalogue: increments, rebuilds beside, switch, rollback.

One decision: the catalogue is the truth and its change sequence the only clock. An increment or
a rebuild records how far it follows in its own manifest, and the catalogue's watermark is
written last; whatever is killed when, the next run goes on from the generation that answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from corpus import Catalogue, Document, Vocabulary
from corpus._disk import FileLock
from corpus._failpoint import failpoint
from corpus.errors import CorruptIndex, NotFound
from indexer.analysis import Analyzer
from indexer.builder import IndexBuilder
from indexer.building import Building, Built
from indexer.engine import Batch, Engine, Index
from indexer.engines import engine as engine_named
from indexer.generations import GenerationName, Generations, Manifest
from indexer.schema import PAGES, PUBLICATIONS, SCHEMA_VERSION
from indexer.workers import Recipe, Workers

COMMIT_DOCUMENTS: Final = 2_000
"""Changes in one increment: what a kill can cost is the work on these."""

Progress = Callable[[int, int], None]
"""Is told how many documents are done and how many there are in all."""

BeforeSwitch = Callable[[Path, Manifest], None]
"""Is shown the directory of a rebuild, with a manifest that is not final, before it answers."""


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What an ``index`` or ``reindex`` did."""

    generation: str
    indexed: int
    removed: int
    watermark: int
    seconds: float
    removed_generations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RollbackReport:
    """Which generation answers now, and how many later changes it lacks."""

    generation: str
    previous: str
    lacking: int


@dataclass(slots=True)
class _Written:
    indexed: int = 0
    removed: int = 0
    watermark: int = 0
    seen: set[str] = field(default_factory=set)


class Pipeline:
    """Writes generations. ``command`` names the holder of the locks to whoever waits."""

    def __init__(
        self,
        catalogue: Catalogue,
        generations: Generations,
        vocabulary: Vocabulary,
        analyzers: Mapping[str, Analyzer],
        *,
        engine: str,
        kept_rebuilds: int = 3,
        command: str = "index",
        recipe: Recipe | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._generations = generations
        self._workers = Workers(recipe)
        self._building = Building(
            IndexBuilder(analyzers, vocabulary), self._workers, catalogue.pages
        )
        self._analysis = "; ".join(a.fingerprint for a in analyzers.values())
        self._vocabulary = vocabulary.fingerprint
        self._engine = engine
        self._kept_rebuilds = kept_rebuilds
        self._command = command

    # --- state ------------------------------------------------------------------------------

    def behind(self) -> int:
        """Return how many changes of the catalogue the current generation does not hold."""
        manifest = self._answering()
        return self._catalogue.count_changes(after=manifest.watermark if manifest else 0)

    def mismatch(self) -> str:
        """Return why the current generation does not fit this program; empty when it does."""
        manifest = self._answering()
        if manifest is None:
            return ""
        if manifest.schema_version != SCHEMA_VERSION:
            return "the index was built by another version of the program"
        if manifest.analysis != self._analysis:
            return (
                f"the index was built with {manifest.analysis}, but words are now analysed with "
                f"{self._analysis}"
            )
        return ""

    # --- increments -------------------------------------------------------------------------

    def update(
        self, progress: Progress | None = None, before_switch: BeforeSwitch | None = None
    ) -> UpdateReport:
        """Bring the index up to date with the catalogue, `COMMIT_DOCUMENTS` changes a commit.

        Without a generation, or with one that does not fit this program, everything is rebuilt,
        which alone is shown to ``before_switch``.
        """
        started = time.monotonic()
        if self._needs_rebuild():
            return self.rebuild(progress=progress, before_switch=before_switch)
        with self._workers:
            return self._follow(started, progress)

    def _follow(self, started: float, progress: Progress | None) -> UpdateReport:
        total = self.behind()
        sums = _Written()
        removed_generations: list[str] = []
        while True:
            with self._lock("index.lock"):
                current = self._require_current()
                manifest = self._generations.manifest(current)
                changes = self._catalogue.changes(after=manifest.watermark, limit=COMMIT_DOCUMENTS)
                if not changes:
                    self._catalogue.set_watermark(manifest.watermark)
                    break
                written = self._increment(current, manifest, changes)
                pruned = self._generations.prune(self._kept_rebuilds)
                removed_generations += [str(name) for name in pruned]
            sums.indexed += written.indexed
            sums.removed += written.removed
            if progress is not None:
                progress(min(total, sums.indexed + sums.removed), total)
        return UpdateReport(
            generation=str(self._require_current()),
            indexed=sums.indexed,
            removed=sums.removed,
            watermark=self._catalogue.watermark(),
            seconds=time.monotonic() - started,
            removed_generations=tuple(removed_generations),
        )

    def _increment(
        self, current: GenerationName, manifest: Manifest, changes: list[Document]
    ) -> _Written:
        engine = engine_named(manifest.engine)
        name = self._generations.new_increment(current)
        working = self._generations.link(current, name, is_lock_file=engine.is_lock_file)
        with _opened(engine, working, "write") as (publications, pages):
            written = self._write(publications, pages, changes)
            counts = (publications.document_count(), pages.document_count())
        self._publish(name, working, manifest, written.watermark, counts)
        return written

    # --- rebuilds ---------------------------------------------------------------------------

    def rebuild(
        self,
        *,
        engine: str | None = None,
        progress: Progress | None = None,
        before_switch: BeforeSwitch | None = None,
    ) -> UpdateReport:
        """Build a new generation beside the current one and switch to it at the end.

        Increments go on meanwhile; the rebuild catches up under the index lock before it
        switches. ``before_switch`` may raise to leave the current one in place; what was built
        is removed then.
        """
        started = time.monotonic()
        with self._workers, self._lock("rebuild.lock"):
            self._generations.sweep()
            chosen = engine_named(engine or self._engine)
            name = self._generations.new_rebuild()
            working = self._generations.prepare(name)
            sums = _Written()
            self._fill(chosen, working, sums, progress)
            with self._lock("index.lock"):
                self._catch_up(chosen, working, sums)
                with _opened(chosen, working, "read") as (publications, pages):
                    counts = (publications.document_count(), pages.document_count())
                manifest = self._new_manifest(name, chosen)
                if before_switch is not None:
                    self._ask(before_switch, working, manifest)
                self._publish(name, working, manifest, sums.watermark, counts)
                pruned = self._generations.prune(self._kept_rebuilds)
        return UpdateReport(
            generation=str(name),
            indexed=sums.indexed,
            removed=sums.removed,
            watermark=sums.watermark,
            seconds=time.monotonic() - started,
            removed_generations=tuple(str(n) for n in pruned),
        )

    def _ask(self, before_switch: BeforeSwitch, working: Path, manifest: Manifest) -> None:
        try:
            before_switch(working, manifest)
        except Exception:
            failpoint("before_sweep")
            self._generations.sweep()
            raise

    def _fill(
        self, chosen: Engine, working: Path, sums: _Written, progress: Progress | None
    ) -> None:
        total = self._catalogue.count_documents()
        with _opened(chosen, working, "create"):
            pass
        for changes in self._batches(sums):
            with _opened(chosen, working, "write") as (publications, pages):
                self._add_up(
                    sums,
                    self._write(
                        publications,
                        pages,
                        changes,
                        progress_of=(progress, sums.indexed + sums.removed, total),
                    ),
                )

    def _catch_up(self, chosen: Engine, working: Path, sums: _Written) -> None:
        for changes in self._batches(sums):
            with _opened(chosen, working, "write") as (publications, pages):
                self._add_up(sums, self._write(publications, pages, changes))
        with _opened(chosen, working, "write") as (publications, pages):
            publications.merge()
            pages.merge()

    def _batches(self, sums: _Written) -> Iterator[list[Document]]:
        while changes := self._catalogue.changes(after=sums.watermark, limit=COMMIT_DOCUMENTS * 2):
            yield changes

    @staticmethod
    def _add_up(sums: _Written, written: _Written) -> None:
        sums.indexed += written.indexed
        sums.removed += written.removed
        sums.watermark = written.watermark

    # --- rollback ---------------------------------------------------------------------------

    def rollback(self, target: str | None = None) -> RollbackReport:
        """Let an earlier generation answer again; without a name the one before the current.

        What it lacks stays in the catalogue: the next ``index`` brings it back.
        """
        with self._lock("index.lock"):
            current = self._require_current()
            name = GenerationName.parse(target) if target else self._before(current)
            manifest = self._generations.verify(name)
            self._generations.switch(name)
            self._catalogue.set_watermark(manifest.watermark)
        return RollbackReport(str(name), str(current), self.behind())

    def _before(self, current: GenerationName) -> GenerationName:
        earlier = [name for name in self._generations.names() if name < current]
        if not earlier:
            raise NotFound("there is no earlier generation to return to", subject=str(current))
        return earlier[-1]

    # --- parts ------------------------------------------------------------------------------

    def _write(
        self,
        publications: Index,
        pages: Index,
        changes: Sequence[Document],
        progress_of: tuple[Progress | None, int, int] = (None, 0, 0),
    ) -> _Written:
        written = _Written()
        progress, before, total = progress_of
        with publications.write() as publication_batch, pages.write() as page_batch:
            for document, built in self._building.built(changes):
                self._write_one(document, built, publication_batch, page_batch, written)
                written.watermark = max(written.watermark, document.sequence)
                if progress is not None:
                    progress(min(total, before + written.indexed + written.removed), total)
        return written

    @staticmethod
    def _write_one(
        document: Document,
        built: Built | None,
        publications: Batch,
        pages: Batch,
        written: _Written,
    ) -> None:
        failpoint("mid_add")
        pages.delete_where("document", document.id)
        if built is None:
            publications.delete(document.id)
            written.removed += 1
            return
        publication, page_documents = built
        publications.add(publication)
        for page in page_documents:
            pages.add(page)
        written.indexed += 1

    def _publish(
        self,
        name: GenerationName,
        working: Path,
        base: Manifest,
        watermark: int,
        counts: tuple[int, int],
    ) -> None:
        engine = engine_named(base.engine)
        manifest = replace(
            self._new_manifest(name, engine),
            watermark=watermark,
            documents=counts[0],
            pages=counts[1],
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            files=base.files,
        )
        self._generations.finish(working, manifest, is_lock_file=engine.is_lock_file)
        self._generations.switch(name)
        failpoint("before_watermark")
        self._catalogue.set_watermark(watermark)

    def _new_manifest(self, name: GenerationName, chosen: Engine) -> Manifest:
        return Manifest(
            generation=str(name),
            engine=chosen.name,
            engine_version=chosen.version(),
            schema_version=SCHEMA_VERSION,
            analysis=self._analysis,
            vocabulary=self._vocabulary,
            watermark=0,
            documents=0,
            pages=0,
            created_at="",
            files={},
        )

    def _needs_rebuild(self) -> bool:
        manifest = self._answering()
        if manifest is None:
            return True
        try:
            self._generations.verify(GenerationName.parse(manifest.generation))
        except CorruptIndex:
            return True
        return bool(self.mismatch())

    def _answering(self) -> Manifest | None:
        """Return the manifest of the current generation, None where pointer or manifest fail."""
        try:
            current = self._generations.current()
            return self._generations.manifest(current) if current else None
        except (CorruptIndex, NotFound):
            return None

    def _require_current(self) -> GenerationName:
        current = self._generations.current()
        if current is None:
            raise NotFound("there is no index yet: run “index”")
        return current

    def _lock(self, filename: str) -> FileLock:
        return FileLock(self._generations.directory / filename, self._command)


@contextmanager
def _opened(
    engine: Engine, root: Path, mode: Literal["create", "write", "read"]
) -> Iterator[tuple[Index, Index]]:
    """Open both indexes of a directory, and close them whatever happens."""
    for schema in (PUBLICATIONS, PAGES):
        (root / schema.name).mkdir(exist_ok=True)
    publications = engine.open(root / PUBLICATIONS.name, PUBLICATIONS, mode)
    try:
        pages = engine.open(root / PAGES.name, PAGES, mode)
        try:
            yield publications, pages
        finally:
            pages.close()
    finally:
        publications.close()
