"""Adds files and addresses by hand: kept, read, classified, one after the other.

One decision: each item is a case of its own. What cannot be taken is reported with its name and
reason and the rest goes on; what was taken is in the catalogue before the next one is looked at.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from mimetypes import guess_type
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import unquote, urlsplit

from corpus import (
    Address,
    Document,
    FieldValue,
    Original,
    Source,
    Status,
    Visibility,
    opening,
)
from corpus._disk import storage_errors, utc_now
from corpus.errors import (
    FetchFailed,
    InvalidInput,
    JulkaisuhakuError,
    LimitExceeded,
    NotFound,
    UnreadableDocument,
)
from crawler import Limits
from crawler.crawl import fetcher_for
from crawler.fetcher import Response
from indexer.extract import EXTRACTORS, Context, Extraction, sniff
from search_app.assembly import Assembly
from search_app.duplicates import Duplicate, duplicates_of, titled

ACTOR: Final = "command line"
SOURCE: Final = "add"
_EMPTY: Final = "application/x-empty"
_REDIRECTS: Final = 5


@dataclass(frozen=True, slots=True)
class Item:
    """A file or an address to add, with what is said about it; ``name`` is how it was named."""

    name: str
    values: tuple[FieldValue, ...] = ()

    @property
    def is_address(self) -> bool:
        """Whether it is an address of the web."""
        return self.name.lower().startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of an item, and where they came from."""

    data: bytes
    media_type: str
    filename: str
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an item; ``error`` where it was not taken."""

    name: str
    change: str = ""
    document_id: str = ""
    title: str = ""
    status: Status = Status.FAILED
    visibility: Visibility = Visibility.PUBLISHED
    pages: int = 0
    language: str = ""
    values: tuple[FieldValue, ...] = field(default=())
    alike: tuple[Duplicate, ...] = ()
    error: JulkaisuhakuError | None = None

    def as_dict(self) -> dict[str, object]:
        """Return the object ``add --json`` prints."""
        if self.error is not None:
            return {"name": self.name, "id": self.document_id, "reason": self.error.message}
        return {
            "name": self.name,
            "id": self.document_id,
            "change": self.change,
            "title": self.title,
            "status": self.status.value,
            "visibility": self.visibility.value,
            "pages": self.pages,
            "language": self.language,
            "values": {
                value.name: list(value.value) if isinstance(value.value, tuple) else value.value
                for value in self.values
            },
            "alike": [duplicate.as_dict() for duplicate in self.alike],
        }


class Adder:
    """Adds items; ``allow_private`` lets addresses lead to private and loopback hosts."""

    def __init__(
        self, assembly: Assembly, *, visibility: Visibility, allow_private: bool = False
    ) -> None:
        self._assembly = assembly
        self._visibility = visibility
        self._allow_private = allow_private
        self._limit = assembly.settings.max_original_bytes

    def add(self, items: Iterable[Item], progress: Callable[[int, int], None]) -> list[Outcome]:
        """Keep all items, then read and classify them; errors of single ones are in the answer."""
        kept = [self._kept(item) for item in items]
        catalogue = self._assembly.catalogue
        documents = catalogue.documents(outcome.document_id for outcome in kept)
        waiting = [d for d in documents.values() if d.status is Status.PENDING]
        self._assembly.reader.read(waiting, progress)
        self._assembly.likeness_follower.catch_up()
        documents = catalogue.documents(outcome.document_id for outcome in kept)
        alike = duplicates_of(self._assembly, documents)
        return [
            replace(
                _outcome(outcome, documents[outcome.document_id]),
                alike=alike.get(outcome.document_id, ()),
            )
            if outcome.document_id
            else outcome
            for outcome in kept
        ]

    def try_out(self, items: Iterable[Item]) -> Iterator[Outcome]:
        """Yield what would become of the items, without keeping anything."""
        with self._assembly.new_sandbox() as sandbox, TemporaryDirectory() as folder:
            for item in items:
                try:
                    content = self._content(item)
                    path = Path(folder) / "original"
                    path.write_bytes(content.data)
                    context = Context(
                        url=content.address.url if content.address else "",
                        filename=content.filename,
                    )
                    extraction = sandbox.extract(path, content.media_type, context)
                except JulkaisuhakuError as error:
                    yield Outcome(item.name, error=error)
                else:
                    yield self._read_only(item, content, extraction)

    def _kept(self, item: Item) -> Outcome:
        try:
            content = self._content(item)
            sha256 = self._assembly.originals.add(content.data)
            recorded = self._assembly.catalogue.record(
                original=Original(sha256, content.media_type, len(content.data), content.filename),
                address=content.address,
                values=item.values,
                visibility=self._visibility,
                actor=ACTOR,
            )
        except JulkaisuhakuError as error:
            return Outcome(item.name, error=error)
        return Outcome(item.name, recorded.change.value, recorded.document_id, values=item.values)

    def _content(self, item: Item) -> Content:
        """Return the bytes of an item; an error says why they are not taken."""
        content = self._fetched(item.name) if item.is_address else self._file(item.name)
        if content.media_type == _EMPTY or not content.data:
            raise InvalidInput("the file is empty", subject=item.name)
        if content.media_type not in EXTRACTORS:
            raise InvalidInput(
                f"files of the type {content.media_type} cannot be read", subject=item.name
            )
        return content

    def _file(self, name: str) -> Content:
        path = Path(name)
        if not path.is_file():
            raise NotFound("there is no such file", subject=name)
        with storage_errors(path):
            if path.stat().st_size > self._limit:
                raise LimitExceeded(_too_large(self._limit), subject=name)
            data = path.read_bytes()
        return Content(data, sniff(data, _claimed(path.name)), path.name)

    def _fetched(self, url: str) -> Content:
        response = asyncio.run(self._fetch(url))
        if not response.is_ok:
            raise FetchFailed(f"the site answered {response.status}", subject=url)
        filename = response.filename or unquote(urlsplit(response.url).path.rpartition("/")[2])
        address = Address(
            url=response.url,
            source=SOURCE,
            fetched_at=utc_now(),
            etag=response.validators.etag,
            last_modified=response.validators.last_modified,
            redirects=response.redirects,
        )
        return Content(
            response.body, sniff(response.body, response.content_type), filename, address
        )

    async def _fetch(self, url: str) -> Response:
        settings = self._assembly.settings
        source = Source.of_address(url, allow_private=self._allow_private)
        fetcher = fetcher_for(source, settings=settings, limits=Limits.of(settings))
        async with fetcher:
            return await fetcher.fetch(url, max_hops=_REDIRECTS)

    def _read_only(self, item: Item, content: Content, extraction: Extraction) -> Outcome:
        if extraction.status is Status.FAILED:
            error = UnreadableDocument(extraction.reason, subject=item.name)
            return Outcome(item.name, error=error)
        found = sorted(extraction.values, key=lambda value: value.confidence)
        best = {value.name: value for value in (*found, *item.values)}
        title = str(best["title"].value) if "title" in best else ""
        language = str(best["language"].value) if "language" in best else ""
        classified = self._assembly.classifier.classify(
            title=title, pages=extraction.pages, language=language
        )
        given = {value.name for value in item.values}
        merged = _merged([*best.values(), *(v for v in classified if v.name not in given)])
        return Outcome(
            item.name,
            change="would be added",
            title=title or opening(extraction.pages),
            status=extraction.status,
            visibility=self._visibility,
            pages=len(extraction.pages),
            language=language,
            values=merged,
            alike=self._alike(content, extraction, merged),
        )

    def _alike(
        self, content: Content, extraction: Extraction, values: Iterable[FieldValue]
    ) -> tuple[Duplicate, ...]:
        """Return what an item that is not kept would be alike to."""
        if extraction.status is not Status.OK:
            return ()
        fields = {value.name: value.value for value in values}
        year, organisations = fields.get("year"), fields.get("organisations", ())
        document = Document(
            id="",
            title=str(fields.get("title", "")),
            year=year if isinstance(year, int) else None,
            language=str(fields.get("language", "")),
            organisations=organisations if isinstance(organisations, tuple) else (),
            original=Original("", content.media_type, len(content.data), content.filename),
        )
        found = self._assembly.likeness_follower.compared(document, extraction.pages)
        return titled(self._assembly, found)


def _outcome(kept: Outcome, document: Document) -> Outcome:
    """Return what became of an item that was kept, now that it was read."""
    is_failed = document.status is Status.FAILED
    return replace(
        kept,
        title=document.title,
        status=document.status,
        visibility=document.visibility,
        pages=document.pages_total,
        language=document.language,
        error=UnreadableDocument(document.reason, subject=kept.name) if is_failed else None,
    )


def _merged(values: Iterable[FieldValue]) -> tuple[FieldValue, ...]:
    """Return one value for each field; those of several concepts are united."""
    merged: dict[str, FieldValue] = {}
    for value in values:
        before = merged.get(value.name)
        if (
            before is not None
            and isinstance(before.value, tuple)
            and isinstance(value.value, tuple)
        ):
            united = tuple(dict.fromkeys((*before.value, *value.value)))
            merged[value.name] = replace(before, value=united)
        elif before is None:
            merged[value.name] = value
    return tuple(merged.values())


def _claimed(filename: str) -> str:
    """Return the type that the name of a file claims; its bytes decide."""
    return guess_type(filename)[0] or ""


def _too_large(limit: int) -> str:
    return f"the file is larger than {limit / 1024 / 1024:.0f} MiB (setting max_original_bytes)"


def items_of(
    names: Iterable[str], rows: Mapping[str, tuple[FieldValue, ...]], values: Sequence[FieldValue]
) -> Iterator[Item]:
    """Yield the items that are named: folders file by file, then what only the table names.

    Options count for every item; what the table says about one of them wins.
    """
    seen: set[str] = set()
    walked = chain.from_iterable(map(_walked, names))
    for name in chain(walked, rows):
        key = os.path.realpath(name) if not Item(name).is_address else name
        if key in seen:
            continue
        seen.add(key)
        own = next((v for row, v in rows.items() if row in (name, key)), ())
        named = {value.name for value in own}
        yield Item(name, (*own, *(value for value in values if value.name not in named)))


def _walked(name: str) -> Iterator[str]:
    """Yield the files below a folder in order, hidden ones left out; else the name itself."""
    if Item(name).is_address or not Path(name).is_dir():
        yield name
        return
    for folder, folders, files in os.walk(name):
        folders[:] = sorted(entry for entry in folders if not _is_hidden(entry))
        for entry in sorted(files):
            if not _is_hidden(entry):
                yield str(Path(folder) / entry)


def _is_hidden(entry: str) -> bool:
    return entry.startswith((".", "~")) or entry.endswith("~")
