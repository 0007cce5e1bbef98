"""The crawl of one source with its progress: the step that `crawl` and the demonstration share.

One decision: it stands apart from the steps that follow it, so that commands which only read and
index never load the crawler.
"""

from __future__ import annotations

from corpus import Source
from crawler import CrawlReport, Progress, crawl
from search_app.assembly import Assembly
from search_app.console import Console


def crawl_source(
    source: Source,
    assembly: Assembly,
    console: Console,
    *,
    only_failed: bool = False,
    allow_drop: bool = False,
) -> CrawlReport:
    """Crawl a source, or go on with its crawl that was interrupted, and show how far it is."""
    with console.progress(f"crawling {source.id}") as shown:

        def progress(state: Progress) -> None:
            done = state.fetched + state.failed + state.skipped
            shown(done, done + state.waiting)

        return crawl(
            source,
            catalogue=assembly.catalogue,
            originals=assembly.originals,
            crawls=assembly.crawls,
            settings=assembly.settings,
            progress=progress,
            only_failed=only_failed,
            allow_drop=allow_drop,
        )
