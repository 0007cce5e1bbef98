"""Golden queries: what a librarian wants certain searches to find, and what they must not find.

One decision: a publication is named by its id or by an address. Ids are drawn anew with every
fresh crawl, addresses are not, so a file written today still holds on another machine tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from corpus._database import Database
from corpus._entry import Entry, Table, TomlFile
from corpus._recording import ID_PATTERN
from corpus.sources import PLACEHOLDER_ADDRESS, contains, is_web_address

QUERIES_NAME: Final = "queries.toml"
DEFAULT_RANK: Final = 10
MAX_RANK: Final = 1_000
MAX_QUERY_CHARACTERS: Final = 512
_KEYS: Final = frozenset(
    {"query", "must_contain", "must_not_contain", "max_rank", "compounds", "note"}
)


@dataclass(frozen=True, slots=True)
class GoldenQuery:
    """A search with what it has to find at ``max_rank`` or better, and what it must not find.

    Publications are named by id, or by an address that they have or lie below.
    """

    query: str
    must_contain: tuple[str, ...] = ()
    must_not_contain: tuple[str, ...] = ()
    max_rank: int = DEFAULT_RANK
    compounds: bool = True
    note: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every publication that is named."""
        return (*self.must_contain, *self.must_not_contain)


def load_golden_queries(path: Path) -> tuple[GoldenQuery, ...]:
    """Read a file of golden queries; `InvalidVocabulary` names file, line, entry and key."""
    file = TomlFile.read(path)
    if unknown := set(file.content) - {"query"}:
        raise file.error(f"the key {min(unknown)} is not known: queries are written as [[query]]")
    seen: dict[str, int] = {}
    queries = []
    for number, table in enumerate(file.tables("query"), start=1):
        text = table.get("query")
        if not isinstance(text, str) or not text.strip():
            raise file.error("query is missing: what is searched for", entry=f"query {number}")
        line = file.line_of("query", text, occurrence=seen.get(text, 0))
        seen[text] = seen.get(text, 0) + 1
        queries.append(_read(Entry(file, table, f"“{text[:80]}”", line), table))
    return tuple(queries)


def _read(entry: Entry, table: Table) -> GoldenQuery:
    entry.only(_KEYS)
    max_rank = entry.count("max_rank") if "max_rank" in table else DEFAULT_RANK
    if max_rank is None or not 1 <= max_rank <= MAX_RANK:
        raise entry.wrong(f"max_rank has to be a whole number from 1 to {MAX_RANK}")
    query = GoldenQuery(
        query=entry.text("query"),
        must_contain=entry.texts("must_contain"),
        must_not_contain=entry.texts("must_not_contain"),
        max_rank=max_rank,
        compounds=entry.flag("compounds", default=True),
        note=entry.text("note"),
    )
    if len(query.query) > MAX_QUERY_CHARACTERS:
        raise entry.wrong(f"query is longer than {MAX_QUERY_CHARACTERS} characters")
    if not query.names:
        raise entry.wrong("must_contain or must_not_contain is missing")
    for name in query.names:
        if not ID_PATTERN.fullmatch(name) and not is_web_address(name):
            raise entry.wrong(f"{name!r} is neither an id nor an address of the web")
    if twice := set(query.must_contain) & set(query.must_not_contain):
        raise entry.wrong(f"{min(twice)} stands in must_contain and in must_not_contain")
    return query


class NamedDocuments:
    """Finds the documents that golden queries name, in the catalogue's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ids(self, names: Iterable[str]) -> dict[str, frozenset[str]]:
        """Return the ids that each name stands for, an empty set where there is no document."""
        wanted = frozenset(names)
        addresses = frozenset(name for name in wanted if is_web_address(name))
        found: dict[str, set[str]] = {name: set() for name in wanted}
        for name in wanted - addresses:
            if self._database.row("SELECT 1 FROM documents WHERE id = ?", (name,)) is not None:
                found[name].add(name)
        for host in {_host(address) for address in addresses}:
            below = [address for address in addresses if _host(address) == host]
            for document_id, url in self._addresses(host):
                for address in below:
                    if is_below(address, url):
                        found[address].add(document_id)
        return {name: frozenset(ids) for name, ids in found.items()}

    def _addresses(self, host: str) -> list[tuple[str, str]]:
        """Return documents with their addresses on a host: fetched ones, and links of imports."""
        rows = self._database.rows(
            "SELECT document_id, url FROM addresses WHERE instr(url, :host) > 0"
            " UNION SELECT id, json_extract(fields, '$.url') FROM documents"
            " WHERE instr(json_extract(fields, '$.url'), :host) > 0",
            {"host": f"://{host}"},
        )
        return [(str(row[0]), str(row[1])) for row in rows]


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def is_below(prefix: str, address: str) -> bool:
    """Whether an address is ``prefix`` or lies below it; port 0 of loopback stands for any port.

    A prefix with a query string names that one address.
    """
    if prefix.startswith(f"{PLACEHOLDER_ADDRESS}/"):
        parts = urlsplit(address)
        if parts.hostname == urlsplit(PLACEHOLDER_ADDRESS).hostname:
            address = PLACEHOLDER_ADDRESS + parts._replace(scheme="", netloc="").geturl()
    prefix, address = unquote(prefix), unquote(address)
    wanted = urlsplit(prefix).query
    return contains(prefix, address) and (not wanted or urlsplit(address).query == wanted)
