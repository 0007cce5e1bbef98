"""A crawl with reading beside it, to be killed: ``python crawl_child.py DATA URL``.

What the crawl brings in is read at the same time in a second thread, so that a kill may fall into
either; a crawl that has ended is not begun anew, only what is left is read. It says "begun" when
it begins and "read" after each document.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from pathlib import Path

from corpus.settings import Settings
from corpus.sources import Source
from crawler import crawl
from search_app.assembly import Assembly


def say(word: str) -> None:
    """Tell the process that watches."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def read(assembly: Assembly, is_crawled: threading.Event) -> None:
    """Read what waits until the crawl is over and nothing waits."""

    def progress(_done: int, _total: int) -> None:
        say("read")

    while not is_crawled.wait(0.1):
        assembly.reader.read_pending(progress)
    assembly.reader.read_pending(progress)


def main() -> None:
    """Crawl the site at the address into the folder, and read what comes."""
    settings = Settings(data=Path(sys.argv[1]), delay_s=0.0)
    settings.prepare()
    source = replace(Source.of_address(sys.argv[2], allow_private=True), id="sample")
    with Assembly(settings, command="crawl sample") as assembly:
        ended = {run.source for run in assembly.crawls.last_runs() if run.finished_at is not None}
        say("begun")
        is_crawled = threading.Event()
        reading = threading.Thread(target=read, args=(assembly, is_crawled), name="reading")
        reading.start()
        try:
            if source.id not in ended:
                crawl(
                    source,
                    catalogue=assembly.catalogue,
                    originals=assembly.originals,
                    crawls=assembly.crawls,
                    settings=settings,
                )
        finally:
            is_crawled.set()
            reading.join()


if __name__ == "__main__":
    main()
