"""A crawl in a process of its own, to be killed: ``python crawl_child.py DATA URL``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from corpus.catalogue import Catalogue
from corpus.crawls import CrawlStore
from corpus.originals import OriginalStore
from corpus.settings import Settings
from corpus.sources import Source
from crawler import Progress, crawl


def tell(progress: Progress) -> None:
    """Say that a batch is durable."""
    sys.stdout.write(f"{progress.fetched}\n")
    sys.stdout.flush()


def main() -> None:
    """Crawl the site at the address into the folder."""
    settings = Settings(data=Path(sys.argv[1]), delay_s=0.0)
    settings.prepare()
    source = replace(Source.of_address(sys.argv[2], allow_private=True), id="sample")
    with Catalogue(settings.catalogue_path) as catalogue:
        crawl(
            source,
            catalogue=catalogue,
            originals=OriginalStore(settings.originals_dir),
            crawls=CrawlStore(catalogue.database),
            settings=settings,
            progress=tell,
        )


if __name__ == "__main__":
    main()
