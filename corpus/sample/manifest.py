"""Keeps the sample PDFs in step with their texts and records what each one is.

``manifest.toml`` holds, per PDF, the recipe it was made from (a hash of text and options) and the
properties that tests and readers rely on.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus.sample.landing import FILES
from corpus.sample.publication import Publication

MANIFEST: Final = Path(__file__).parent / "manifest.toml"
# Raised by hand when the typesetting changes.
_VERSION: Final = "4"
_HEAD: Final = "# The sample PDFs: written by `python -m corpus.sample.build`.\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """What one PDF is; ``recipe`` changes when it has to be made again."""

    slug: str
    recipe: str
    sha256: str
    size_bytes: int
    pages: int


def load_manifest(path: Path = MANIFEST) -> tuple[Entry, ...]:
    """Read the manifest; an absent one is empty."""
    if not path.exists():
        return ()
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("pdf", [])
    return tuple(
        Entry(row["slug"], row["recipe"], row["sha256"], row["size_bytes"], row["pages"])
        for row in rows
    )


def update_pdfs(publications: Sequence[Publication], site: Path, manifest: Path = MANIFEST) -> int:
    """Make every PDF whose recipe changed, remove those of no publication; return how many."""
    folder = site / FILES
    folder.mkdir(parents=True, exist_ok=True)
    known = {entry.slug: entry for entry in load_manifest(manifest)}
    entries: list[Entry] = []
    made = 0
    for item in sorted(publications, key=lambda publication: publication.slug):
        if not item.has_pdf:
            continue
        path = folder / f"{item.slug}.pdf"
        entry = known.get(item.slug)
        if entry is None or entry.recipe != recipe(item) or not path.exists():
            entry = _make(item, path)
            made += 1
        entries.append(entry)
    for path in folder.glob("*.pdf"):
        if path.stem not in {entry.slug for entry in entries}:
            path.unlink()
    manifest.write_text(_HEAD + "".join(_row(entry) for entry in entries), encoding="utf-8")
    return made


def recipe(item: Publication) -> str:
    """Return the hash of everything a PDF is made from."""
    return hashlib.sha256(f"{_VERSION} {item!r}".encode()).hexdigest()[:16]


def _make(item: Publication, path: Path) -> Entry:
    """Make one PDF with the development tools."""
    # Imported here: only who rebuilds the PDFs needs the tools behind these modules.
    from corpus.sample.finishing import finish, page_count  # noqa: PLC0415
    from corpus.sample.printing import print_pdf  # noqa: PLC0415
    from corpus.sample.typeset import Typesetter  # noqa: PLC0415

    if item.pdf.tagged:
        print_pdf(item, path)
    else:
        Typesetter(item).write(path)
    pages = page_count(path)
    finish(item, path)
    data = path.read_bytes()
    return Entry(item.slug, recipe(item), hashlib.sha256(data).hexdigest(), len(data), pages)


def _row(entry: Entry) -> str:
    """Return one entry as TOML."""
    return (
        f'\n[[pdf]]\nslug = "{entry.slug}"\nrecipe = "{entry.recipe}"\n'
        f'sha256 = "{entry.sha256}"\nsize_bytes = {entry.size_bytes}\npages = {entry.pages}\n'
    )
