"""A crawl that says after each batch how much memory it holds: ``… DATA URL``."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from corpus.catalogue import Catalogue
from corpus.crawls import CrawlStore
from corpus.originals import OriginalStore
from corpus.settings import Settings
from corpus.sources import Source
from crawler import Limits, Progress, crawl

_WAITING_BYTES = 8 * 1024 * 1024


def tell(progress: Progress) -> None:
    """Print how many documents are kept and the resident memory in KiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    sys.stdout.write(f"{progress.new} {pages * resource.getpagesize() // 1024}\n")


def main() -> None:
    """Crawl the site at the address into the folder."""
    settings = Settings(data=Path(sys.argv[1]), delay_s=0.0)
    settings.prepare()
    with Catalogue(settings.catalogue_path) as catalogue:
        crawl(
            Source.of_address(sys.argv[2], allow_private=True),
            catalogue=catalogue,
            originals=OriginalStore(settings.originals_dir),
            crawls=CrawlStore(catalogue.database),
            settings=settings,
            limits=Limits(max_waiting_bytes=_WAITING_BYTES),
            progress=tell,
        )


if __name__ == "__main__":
    main()
