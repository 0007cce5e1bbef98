"""Generations of the index on disk: made beside the current one, verified, switched atomically.

One decision: a generation never changes. Every commit makes a new directory (an increment links
the unchanged files of the one before), its SHA-256 manifest is written last, and only then the
pointer ``CURRENT`` is replaced; so a reader sees a whole generation or the one before, whatever
is killed when.

    index/CURRENT                          name of the generation that answers
    index/REBUILD.INCREMENT/manifest.json  what it is made of, and how far it follows the catalogue
    index/REBUILD.INCREMENT/publications/  files of the engine
    index/REBUILD.INCREMENT/pages/
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from corpus._disk import fsync_directory, fsync_tree, sha256_file, write_atomically
from corpus._failpoint import failpoint
from corpus.errors import CorruptIndex, NotFound

CURRENT: Final = "CURRENT"
MANIFEST: Final = "manifest.json"
_NAME: Final = re.compile(r"(\d{4,})\.(\d{4,})")
_UNFINISHED: Final = ".unfinished"


@dataclass(frozen=True, slots=True, order=True)
class GenerationName:
    """``REBUILD.INCREMENT``; both count up and are never used again."""

    rebuild: int
    increment: int

    def __str__(self) -> str:
        return f"{self.rebuild:04d}.{self.increment:04d}"

    @classmethod
    def parse(cls, text: str) -> GenerationName:
        """Return the name in ``text``; `NotFound` when it is none."""
        match = _NAME.fullmatch(text.strip())
        if match is None:
            raise NotFound(
                f"“{text.strip()[:40]}” is not the name of a generation (like 0001.0000)"
            )
        return cls(int(match[1]), int(match[2]))


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of a generation: its hash, and what tells that it has not been touched since."""

    sha256: str
    size_bytes: int
    inode: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds; ``watermark`` is the last change of the catalogue in it."""

    generation: str
    engine: str
    engine_version: str
    schema_version: int
    analysis: str
    vocabulary: str
    watermark: int
    documents: int
    pages: int
    created_at: str
    files: Mapping[str, FileEntry]


def read_manifest(directory: Path) -> Manifest:
    """Return the manifest of a generation; `CorruptIndex` when it is missing or not readable."""
    try:
        raw = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        files = {name: FileEntry(**entry) for name, entry in raw.pop("files").items()}
        return Manifest(files=files, **raw)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise CorruptIndex(
            f"generation {directory.name}: its manifest cannot be read ({error})",
            subject=directory.name,
        ) from error


class Generations:
    """The generations below one ``index`` directory. Callers hold the locks."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    # --- reading ----------------------------------------------------------------------------

    def names(self) -> list[GenerationName]:
        """Return all finished generations, oldest first."""
        found = [
            GenerationName.parse(entry.name)
            for entry in self.directory.iterdir()
            if _NAME.fullmatch(entry.name) and (entry / MANIFEST).is_file()
        ]
        return sorted(found)

    def path(self, name: GenerationName) -> Path:
        """Return the directory of a generation."""
        return self.directory / str(name)

    def current(self) -> GenerationName | None:
        """Return the generation that answers, or None before the first ``index``."""
        try:
            return GenerationName.parse((self.directory / CURRENT).read_text(encoding="ascii"))
        except FileNotFoundError:
            return None
        except (UnicodeDecodeError, NotFound) as error:
            raise CorruptIndex(f"{self.directory / CURRENT} does not name a generation") from error

    def current_stamp(self) -> tuple[int, int] | None:
        """Return what changes when the pointer is replaced (one stat), or None without one."""
        try:
            stat = (self.directory / CURRENT).stat()
        except OSError:
            return None
        return stat.st_ino, stat.st_mtime_ns

    def manifest(self, name: GenerationName) -> Manifest:
        """Return a generation's manifest; `NotFound` when there is no such generation."""
        if not self.path(name).is_dir():
            raise NotFound(f"there is no generation {name}", subject=str(name))
        return read_manifest(self.path(name))

    def verify(
        self, name: GenerationName, known: Mapping[str, FileEntry] | None = None
    ) -> Manifest:
        """Compare every file with its hash; `CorruptIndex` names the first that differs.

        Files that ``known`` lists with the same hash, inode, size and time are not read again:
        that is how a swap costs milliseconds while a process start reads everything.
        """
        manifest = self.manifest(name)
        root = self.path(name)
        present = {str(p.relative_to(root)) for p in _files(root)} - {MANIFEST}
        missing = sorted(set(manifest.files) - present)
        if missing:
            raise CorruptIndex(f"generation {name}: {missing[0]} is missing", subject=str(name))
        for relative, entry in manifest.files.items():
            before = (known or {}).get(relative)
            stat = (root / relative).stat()
            untouched = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
            if before == entry and untouched == (entry.inode, entry.size_bytes, entry.mtime_ns):
                continue
            if stat.st_size != entry.size_bytes or sha256_file(root / relative) != entry.sha256:
                raise CorruptIndex(
                    f"generation {name}: {relative} does not match its SHA-256", subject=str(name)
                )
        return manifest

    # --- writing ----------------------------------------------------------------------------

    def new_rebuild(self) -> GenerationName:
        """Return the name of the next rebuild."""
        taken = [name.rebuild for name in self._taken()]
        return GenerationName(max(taken, default=0) + 1, 0)

    def new_increment(self, base: GenerationName) -> GenerationName:
        """Return the name of the next increment of a rebuild."""
        taken = [name.increment for name in self._taken() if name.rebuild == base.rebuild]
        return GenerationName(base.rebuild, max(taken, default=base.increment) + 1)

    def prepare(self, name: GenerationName) -> Path:
        """Return an empty working directory for a generation that is about to be made."""
        working = self.directory / f"{name}{_UNFINISHED}"
        if working.exists():
            shutil.rmtree(working)
        working.mkdir()
        return working

    def link(
        self, base: GenerationName, name: GenerationName, *, is_lock_file: Callable[[str], bool]
    ) -> Path:
        """Return a working directory whose files are hard links to those of ``base``."""
        working = self.prepare(name)
        source = self.path(base)
        for path in _files(source):
            relative = path.relative_to(source)
            if path.name == MANIFEST or is_lock_file(path.name):
                continue
            target = working / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, target)
        return working

    def finish(
        self, working: Path, manifest: Manifest, *, is_lock_file: Callable[[str], bool]
    ) -> Manifest:
        """Make a written working directory durable and give it its name.

        Files that stand unchanged in ``manifest.files`` keep their hashes; every other one is
        hashed and fsynced. After this the generation exists, but ``CURRENT`` does not name it yet.
        """
        known = {(e.inode, e.size_bytes, e.mtime_ns): e for e in manifest.files.values()}
        entries: dict[str, FileEntry] = {}
        for path in sorted(_files(working)):
            if is_lock_file(path.name):
                path.unlink()
                continue
            stat = path.stat()
            key = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
            entries[str(path.relative_to(working))] = known.get(key) or FileEntry(
                sha256_file(path), stat.st_size, stat.st_ino, stat.st_mtime_ns
            )
        fsync_tree(working)
        failpoint("before_commit")
        content = {**asdict(manifest), "files": {n: asdict(e) for n, e in entries.items()}}
        final = self.directory / manifest.generation
        write_atomically(
            working / MANIFEST, json.dumps(content, indent=1, sort_keys=True).encode("utf-8")
        )
        failpoint("after_manifest")
        working.rename(final)
        fsync_directory(self.directory)
        return read_manifest(final)

    def switch(self, name: GenerationName) -> None:
        """Let ``CURRENT`` name a finished generation, durably."""
        self.manifest(name)
        failpoint("before_current")
        write_atomically(self.directory / CURRENT, f"{name}\n".encode("ascii"))
        failpoint("after_current")

    def prune(self, kept_rebuilds: int) -> list[GenerationName]:
        """Remove what nobody returns to, and return the names of it.

        Kept are the newest increment of each of the last ``kept_rebuilds`` rebuilds, the current
        generation and the increment before it. Unfinished directories go as well.
        """
        current = self.current()
        names = self.names()
        newest = {name.rebuild: name for name in names}
        kept = {newest[r] for r in sorted(newest)[-kept_rebuilds:]}
        if current is not None:
            before = [n for n in names if n.rebuild == current.rebuild and n < current]
            kept |= {current, *before[-1:]}
        removed = [name for name in names if name not in kept]
        for name in removed:
            failpoint("mid_cleanup")
            _remove(self.path(name))
        for entry in self.directory.glob(f"*{_UNFINISHED}"):
            if current is None or not self._is_rebuild_under_way(entry, current):
                shutil.rmtree(entry, ignore_errors=True)
        return removed

    def sweep(self) -> None:
        """Remove what a killed or refused rebuild left; only whoever holds the rebuild lock may.

        An increment may be under way beside it, so those are left to `prune`.
        """
        for entry in self.directory.glob(f"*{_UNFINISHED}"):
            if GenerationName.parse(entry.name.removesuffix(_UNFINISHED)).increment == 0:
                shutil.rmtree(entry, ignore_errors=True)

    def damaged_aside(self, name: GenerationName) -> None:
        """Take a damaged generation out of the way: it is kept, but nothing opens it."""
        target = self.directory / f"{name}.damaged"
        if target.exists():
            shutil.rmtree(target)
        self.path(name).rename(target)
        fsync_directory(self.directory)

    def _is_rebuild_under_way(self, entry: Path, current: GenerationName) -> bool:
        """Whether an unfinished directory belongs to a rebuild newer than the current one."""
        name = GenerationName.parse(entry.name.removesuffix(_UNFINISHED))
        return name.rebuild > current.rebuild

    def _taken(self) -> list[GenerationName]:
        """Return every name in use, finished, unfinished or damaged."""
        matches = (_NAME.match(entry.name) for entry in self.directory.iterdir())
        return [GenerationName(int(m[1]), int(m[2])) for m in matches if m]


def _files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def _remove(directory: Path) -> None:
    """Remove a generation: its manifest first, so that half of one is never taken for a whole."""
    (directory / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(directory, ignore_errors=True)
