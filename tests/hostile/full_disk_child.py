"""Crawls onto a disk that is too small, frees space and crawls again.

``unshare --user --map-root-user --mount python full_disk_child.py FOLDER URL KIND``: the disk is a
tmpfs of two MiB that only this process sees, under the originals alone or under all of the data;
it prints what it found as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from corpus.catalogue import Catalogue
from corpus.crawls import CrawlStore
from corpus.errors import StorageError
from corpus.originals import OriginalStore
from corpus.settings import Settings
from corpus.sources import Source
from crawler import Limits, crawl


def mount(folder: Path, options: str) -> None:
    """Mount the disk, or make it larger."""
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    subprocess.run(command, check=True, capture_output=True)


def fill(folder: Path) -> None:
    """Leave 40 kB free: too little for the catalogue's log of even one batch."""
    with (folder / "ballast").open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(4096))
        except OSError:
            ballast.truncate(max(ballast.tell() - 40_000, 0))


def attempt(settings: Settings, url: str) -> tuple[int, str]:
    """Crawl; return how many documents are new and what was said about the disk."""
    source = replace(Source.of_address(url, allow_private=True), id="sample")
    with Catalogue(settings.catalogue_path) as catalogue:
        try:
            report = crawl(
                source,
                catalogue=catalogue,
                originals=OriginalStore(settings.originals_dir),
                crawls=CrawlStore(catalogue.database),
                settings=settings,
                limits=Limits(backoff_s=0.01),
            )
        except StorageError as error:
            return -1, error.message
    return report.new, ""


def state(settings: Settings) -> dict[str, object]:
    """Return what stands on the disk and whether it is sound."""
    with Catalogue(settings.catalogue_path) as catalogue:
        hashes = set(catalogue.original_hashes())
        originals = OriginalStore(settings.originals_dir)
        return {
            "documents": catalogue.count_documents(),
            "damage": catalogue.check() + list(originals.check(hashes)),
            "temporary": [path.name for path in settings.originals_dir.glob(".*")],
        }


def main() -> None:
    """Fill the disk by a crawl, then free it and crawl again."""
    data, url, kind = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    settings = Settings(data=data, delay_s=0.0)
    disk = data if kind == "catalogue" else settings.originals_dir
    disk.mkdir(exist_ok=True)
    mount(disk, "size=2m")
    settings.prepare()
    Catalogue(settings.catalogue_path).close()
    if kind == "catalogue":
        fill(disk)
    _, message = attempt(settings, url)
    (disk / "ballast").unlink(missing_ok=True)
    mount(disk, "remount,size=64m")
    full = state(settings)
    new, again = attempt(settings, url)
    found = {"message": message, "full": full, "new": new, "again": again, "end": state(settings)}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
