"""A data directory with everything a crawl needs, and a clock that a test can turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from corpus.catalogue import Catalogue
from corpus.crawls import CrawlStore
from corpus.document import Document
from corpus.originals import OriginalStore
from corpus.settings import Settings
from corpus.sources import Source
from crawler import CrawlReport, Limits, crawl
from crawler.report import OnProgress, no_progress

PDF = b"%PDF-1.4\n%" + b"x" * 500
LONG = "Alueen yritykset kehittävät osaamistaan yhdessä oppilaitosten kanssa. " * 6
QUICK = Limits(backoff_s=0.02, deadline_s=10.0, stall_s=5.0)


class World:
    """What a crawl works on; real files, a real database."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder, delay_s=0.0)
        self.settings.prepare()
        self.catalogue = Catalogue(self.settings.catalogue_path, now=self.clock)
        self.originals = OriginalStore(self.settings.originals_dir)
        self.crawls = CrawlStore(self.catalogue.database)
        self.limits = QUICK

    passed = timedelta()

    def clock(self) -> datetime:
        """Return the present moment, as far as the test turned it."""
        return datetime.now(UTC) + self.passed

    def source(self, url: str, **changes: object) -> Source:
        """Return a source made on the spot for a loopback address."""
        return replace(Source.of_address(f"{url}/", allow_private=True), **changes)  # type: ignore[arg-type]

    def crawl(
        self,
        source: Source,
        *,
        progress: OnProgress = no_progress,
        only_failed: bool = False,
        allow_drop: bool = False,
    ) -> CrawlReport:
        """Crawl with small limits."""
        return crawl(
            source,
            catalogue=self.catalogue,
            originals=self.originals,
            crawls=self.crawls,
            settings=self.settings,
            progress=progress,
            only_failed=only_failed,
            allow_drop=allow_drop,
            limits=self.limits,
            now=self.clock,
        )

    def document_at(self, url: str) -> Document:
        """Return the document of an address."""
        known = self.catalogue.find_address(url)
        assert known is not None, f"{url} has no document"
        return self.catalogue.document(known.document_id)

    def urls(self) -> set[str]:
        """Return the addresses of all documents."""
        return {
            address.url
            for document_id in self.catalogue.ids()
            for address in self.catalogue.addresses(document_id)
        }

    def close(self) -> None:
        """Close the files."""
        self.catalogue.close()


def reasons(report: CrawlReport) -> dict[str, str]:
    """Return why addresses were skipped or failed, by their path."""
    entries = [(one.url, one.reason) for one in (*report.failed, *report.skipped)]
    return {"/" + url.partition("://")[2].partition("/")[2]: reason for url, reason in entries}
