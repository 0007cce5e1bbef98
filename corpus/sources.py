"""The sites to crawl: where to begin, how far to go, and what their documents have in common.

One decision: a source says where it ends. Without a scope a crawl has no border, so a source that
gives none, or that does not even contain its own start, is refused before the first request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import SplitResult, urlsplit

from corpus._entry import Entry, Table, TomlFile
from corpus.document import MULTI_FIELDS, FieldValue, Origin, Value
from corpus.errors import InvalidInput, UnknownValue

PLACEHOLDER_ADDRESS: Final = "http://127.0.0.1:0"
"""Stands in the file for a site whose address is known only when it is served."""

DEFAULT_FIELDS: Final = frozenset(
    {"organisation", "language", "type", "sectors", "themes", "regions", "programmes"}
)
_SOURCE_KEYS: Final = frozenset(
    {
        "id",
        "start",
        "scope",
        "files",
        "allow_private",
        "delay_s",
        "max_pages",
        "max_depth",
        "strip",
        "keep",
        "schedule",
        "kind",
        "defaults",
    }
)


class SourceKind(StrEnum):
    """How a source is read."""

    WEB = "web"
    OAI_PMH = "oai-pmh"


SCHEDULES: Final[Mapping[str, timedelta]] = MappingProxyType(
    {
        "hourly": timedelta(hours=1),
        "daily": timedelta(days=1),
        "weekly": timedelta(weeks=1),
        "monthly": timedelta(days=30),
    }
)
_SLACK: Final = 0.9  # of a period: what starts others on the hour is never exact


@dataclass(frozen=True, slots=True)
class Source:
    """A site to crawl; ``scope`` and ``files`` are prefixes of addresses.

    Pages are followed inside ``scope``; documents linked from there may also lie below ``files``.
    ``strip`` and ``keep`` are CSS selectors for extraction. None for a limit: the crawler's own.
    """

    id: str
    start: tuple[str, ...]
    scope: tuple[str, ...]
    files: tuple[str, ...] = ()
    allow_private: bool = False
    delay_s: float | None = None
    max_pages: int | None = None
    max_depth: int | None = None
    strip: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    schedule: str = ""
    kind: SourceKind = SourceKind.WEB
    defaults: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse a source without a border, with `InvalidInput`."""
        if not self.start or not self.scope:
            raise InvalidInput(f"The source {self.id} needs a start and a scope.", subject=self.id)
        for address in (*self.start, *self.scope, *self.files):
            if not is_web_address(address):
                message = f"The source {self.id}: {address!r} is no address of the web."
                raise InvalidInput(message, subject=self.id)
        for address in self.start:
            if not any(contains(prefix, address) for prefix in self.scope):
                message = f"The source {self.id}: its scope excludes its own start {address}."
                raise InvalidInput(message, subject=self.id)

    @classmethod
    def of_address(cls, url: str, *, allow_private: bool = False) -> Source:
        """Return a source made on the spot: its scope is the address's host and folder."""
        if not is_web_address(url.strip()):
            raise InvalidInput(f"{url[:200]!r} is no address of the web.", subject=url[:200])
        parts = urlsplit(url.strip())
        folder = parts.path.rpartition("/")[0] + "/"
        scope = parts._replace(path=folder, query="", fragment="").geturl()
        start = parts._replace(path=parts.path or "/", fragment="").geturl()
        port = f":{parts.port}" if parts.port else ""
        name = (parts.hostname or "") + port + parts.path.rstrip("/")
        return cls(id=name, start=(start,), scope=(scope,), allow_private=allow_private)

    def with_address(self, base: str) -> Source:
        """Return the source moved from the placeholder address to where its site is served."""
        base = base.rstrip("/")

        def moved(addresses: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(url.replace(PLACEHOLDER_ADDRESS, base, 1) for url in addresses)

        return replace(
            self, start=moved(self.start), scope=moved(self.scope), files=moved(self.files)
        )

    def is_due(self, last: datetime | None, *, now: datetime) -> bool:
        """Whether its schedule asks for a crawl, when the last whole one began at ``last``.

        A source without a schedule is never due: it is crawled when a person asks for it.
        """
        if not self.schedule:
            return False
        return last is None or now - last >= SCHEDULES[self.schedule] * _SLACK

    @property
    def has_address(self) -> bool:
        """Whether its address is known (not that of a site that has yet to be served)."""
        return not any(url.startswith(PLACEHOLDER_ADDRESS) for url in self.start)

    def default_values(self) -> tuple[FieldValue, ...]:
        """Return what its documents have in common, as values of the weakest origin."""
        return tuple(
            FieldValue(name, value, Origin.DEFAULT, source=self.id)
            for name, value in self.defaults.items()
        )


def contains(prefix: str, address: str) -> bool:
    """Whether an address lies below a prefix, on the border of a path segment.

    ``…/smec`` contains ``…/smec``, ``…/smec/a`` and ``…/smec?p=2``, not ``…/smecology``.
    """
    outer, inner = urlsplit(prefix), urlsplit(address)
    if _site(outer) != _site(inner):
        return False
    folder = outer.path.rstrip("/")
    return inner.path.rstrip("/") == folder or inner.path.startswith(f"{folder}/")


def _site(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme.lower(), (parts.hostname or "").lower(), parts.port


def is_web_address(address: str) -> bool:
    """Whether a text is an address of the web without credentials in it."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        return False
    has_credentials = parts.username is not None or parts.password is not None
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not has_credentials


def load_sources(path: Path) -> dict[str, Source]:
    """Read the sources of a file by id; `InvalidVocabulary` names file, line and entry."""
    file = TomlFile.read(path)
    if unknown := set(file.content) - {"source"}:
        raise file.error(f"the key {min(unknown)} is not known: sources are written as [[source]]")
    sources: dict[str, Source] = {}
    for number, table in enumerate(file.tables("source"), start=1):
        source_id = table.get("id")
        if not isinstance(source_id, str) or not source_id:
            raise file.error("the id is missing", entry=f"source number {number}")
        line = file.line_of("id", source_id, occurrence=int(source_id in sources))
        entry = Entry(file, table, source_id, line)
        if source_id in sources:
            raise entry.wrong("the id is used twice")
        sources[source_id] = _read_source(file, entry, table, source_id)
    return sources


def find_source(sources: Mapping[str, Source], source_id: str) -> Source:
    """Return a source by its id; `UnknownValue` names those there are."""
    if source_id not in sources:
        known = ", ".join(sources) or "none"
        message = f"There is no source {source_id!r}. There are: {known}."
        raise UnknownValue(message, subject=source_id)
    return sources[source_id]


def _read_source(file: TomlFile, entry: Entry, table: Table, source_id: str) -> Source:
    entry.only(_SOURCE_KEYS)
    if entry.text("schedule") not in ("", *SCHEDULES):
        raise entry.wrong(f"schedule has to be one of {', '.join(SCHEDULES)}")
    kind = entry.text("kind", SourceKind.WEB)
    if kind not in set(SourceKind):
        raise entry.wrong(f"kind has to be one of {', '.join(SourceKind)}")
    for key in ("start", "scope"):
        if not entry.texts(key):
            raise entry.wrong(f"{key} is missing")
    try:
        return Source(
            id=source_id,
            start=entry.texts("start"),
            scope=entry.texts("scope"),
            files=entry.texts("files"),
            allow_private=entry.flag("allow_private", default=False),
            delay_s=entry.number("delay_s"),
            max_pages=entry.count("max_pages"),
            max_depth=entry.count("max_depth"),
            strip=entry.texts("strip"),
            keep=entry.texts("keep"),
            schedule=entry.text("schedule"),
            kind=SourceKind(kind),
            defaults=_read_defaults(file, entry, table, source_id),
        )
    except InvalidInput as error:
        raise entry.wrong(error.message.rstrip(".")) from error


def _read_defaults(
    file: TomlFile, entry: Entry, table: Table, source_id: str
) -> Mapping[str, Value]:
    defaults = table.get("defaults", {})
    if not isinstance(defaults, dict):
        raise entry.wrong("defaults are written as [source.defaults]")
    line = file.line_of("id", source_id)
    inner = Entry(file, defaults, f"{source_id} defaults", line)
    inner.only(DEFAULT_FIELDS)
    values: dict[str, Value] = {}
    for key in defaults:
        name = "organisations" if key == "organisation" else key
        if key == "organisation":
            values[name] = (inner.text(key),)
        elif name in MULTI_FIELDS:
            values[name] = inner.texts(key)
        else:
            values[name] = inner.text(key)
    return MappingProxyType(values)
