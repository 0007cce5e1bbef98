"""Reads pending originals into the catalogue: extraction in the sandbox, then classification.

One decision: what was read stands in the catalogue before anything is indexed, one document a
transaction, so a killed run goes on where it was and no document is read twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from corpus import (
    Catalogue,
    Document,
    FieldValue,
    OriginalStore,
    RecognisedLine,
    RecognisedPages,
    Source,
    Status,
)
from corpus._failpoint import failpoint
from corpus.errors import JulkaisuhakuError
from indexer.classify import Classifier
from indexer.extract import Context, Extraction, Job, Sandbox

_log = logging.getLogger(__name__)
_BATCH = 100


@dataclass(slots=True)
class ReadReport:
    """How many originals were read, and those that could not be, with their reasons."""

    read: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


class Reader:
    """Reads originals; ``sources`` give the selectors of the site a page came from."""

    def __init__(
        self,
        catalogue: Catalogue,
        originals: OriginalStore,
        classifier: Classifier,
        sandbox: Callable[[], Sandbox],
        *,
        sources: Sequence[Source] = (),
    ) -> None:
        self._catalogue = catalogue
        self._recognised_pages = RecognisedPages(catalogue.database)
        self._originals = originals
        self._classifier = classifier
        self._sandbox = sandbox
        self._sources = {source.id: source for source in sources}

    def read_pending(self, progress: Callable[[int, int], None] | None = None) -> ReadReport:
        """Read every original that waits; ``progress`` is told documents done and in all."""
        total = self._catalogue.count_pending()
        return self._read(self._pending(), total, progress)

    def read(
        self,
        documents: Sequence[Document],
        progress: Callable[[int, int], None] | None = None,
    ) -> ReadReport:
        """Read the originals of these documents, also those that were read before."""
        return self._read([documents], len(documents), progress)

    def _pending(self) -> Iterator[Sequence[Document]]:
        while documents := self._catalogue.pending(_BATCH):
            yield documents

    def _read(
        self,
        batches: Iterable[Sequence[Document]],
        total: int,
        progress: Callable[[int, int], None] | None,
    ) -> ReadReport:
        report = ReadReport()
        if total == 0:
            return report
        with self._sandbox() as sandbox:
            for documents in batches:
                by_id = {document.id: document for document in documents}
                for key, extraction in sandbox.extract_many(self._jobs(documents)):
                    failpoint("mid_extract")
                    self._store(by_id[key], extraction, report)
                    if progress is not None:
                        progress(report.read + len(report.failed), total)
                self._catalogue.checkpoint()
        return report

    def _jobs(self, documents: Sequence[Document]) -> Iterator[Job]:
        for document in documents:
            original = document.original
            if original is not None:
                path = self._originals.path(original.sha256)
                yield Job(document.id, path, original.media_type, self._context(document))

    def _context(self, document: Document) -> Context:
        addresses = self._catalogue.addresses(document.id)
        address = addresses[0] if addresses else None
        source = self._sources.get(address.source) if address else None
        return Context(
            url=address.url if address else "",
            filename=document.original.filename if document.original else "",
            link_text=(address.link_text or "") if address else "",
            strip=source.strip if source else (),
            keep=source.keep if source else (),
            notes=document.notes,
            recognised=self._recognised(document),
        )

    def _recognised(self, document: Document) -> Mapping[int, tuple[RecognisedLine, ...]]:
        """Return the lines recognised in a scan; nothing where not one page could be done."""
        original = document.original
        if original is None:
            return {}
        pages = self._recognised_pages.pages(document.id, original.sha256)
        if all(page.reason for page in pages.values()):
            return {}
        return {number: page.lines for number, page in pages.items()}

    def _store(self, document: Document, extraction: Extraction, report: ReadReport) -> None:
        original = document.original
        if original is None:  # nothing to read; jobs are made of originals only
            return
        values = self._classifier.resolve(extraction.values)
        if extraction.status is Status.OK:
            values += self._classified(document, extraction)
        self._catalogue.store_extraction(
            document.id,
            sha256=original.sha256,
            extractor=extraction.extractor,
            status=extraction.status,
            reason=extraction.reason,
            values=values,
            pages=extraction.pages,
            quality=extraction.quality,
            media_type=extraction.media_type,
        )
        if extraction.status is Status.FAILED:
            report.failed.append((document.id, extraction.reason))
        else:
            report.read += 1

    def _classified(self, document: Document, extraction: Extraction) -> tuple[FieldValue, ...]:
        best = {v.name: v.value for v in sorted(extraction.values, key=lambda v: v.confidence)}
        title = document.title or str(best.get("title", ""))
        language = str(best.get("language", document.language))
        try:
            return self._classifier.classify(
                title=title,
                abstract=str(best.get("abstract", "")),
                pages=extraction.pages,
                language=language,
            )
        except JulkaisuhakuError:
            _log.exception("document %s could not be classified", document.id)
            return ()
