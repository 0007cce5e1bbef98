"""The Engine port: the smallest interface a full-text engine has to offer to the product.

One decision: nothing a visitor types and nothing Finnish reaches an engine. The engine gets terms
that `indexer.analysis` made, at positions it gave, and a query tree of the nodes below; it answers
with ids, scores, exact totals and facet counts. Every engine ranks by the same BM25 (k1 1.2,
b 0.75), fields combined by sum, so that engines can be exchanged and compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol

BM25_K1 = 1.2
BM25_B = 0.75
ID_FIELD = "id"
MAX_PHRASE_COMBINATIONS = 64


class FieldKind(StrEnum):
    """What a field of an index holds."""

    TEXT = "text"  # pre-analysed terms with positions, scored by BM25
    TERMS = "terms"  # pre-analysed terms without positions (n-grams), scored by BM25
    KEYWORD = "keyword"  # exact values, several a document; facets, filters; not scored
    NUMBER = "number"  # one signed integer a document; ranges, sorting, facets
    STORED = "stored"  # a string to give back, not searchable


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of a schema; only KEYWORD and NUMBER fields may be facets or sort keys.

    A KEYWORD sort key holds exactly one value a document; values sort by code point.
    ``is_compared`` keeps the commonest terms of a TEXT field with each document for ``like``.
    """

    name: str
    kind: FieldKind
    is_facet: bool = False
    is_sortable: bool = False
    is_compared: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """The fields of an index. Every index has the unique KEYWORD field ``id`` besides these."""

    name: str
    fields: tuple[FieldSpec, ...]

    def field(self, name: str) -> FieldSpec:
        """Return the field of that name; KeyError where there is none."""
        for spec in self.fields:
            if spec.name == name:
                return spec
        raise KeyError(name)


class IndexTerm(NamedTuple):
    """A term at a position; several terms may stand on one position. Positions never fall.

    A tuple and no dataclass: millions are made in one rebuild, and a tuple costs half as much.
    """

    text: str
    position: int


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """What an engine is given to index; a field that is left out is empty.

    ``text`` holds the terms of TEXT and TERMS fields as `IndexTerm` or plain pairs of term and
    position.
    """

    id: str
    text: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    keywords: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    stored: Mapping[str, str] = field(default_factory=dict)


# --- the query tree that an engine compiles -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches every document with score 0."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Matches no document."""


@dataclass(frozen=True, slots=True)
class TermQuery:
    """Documents whose TEXT or TERMS ``field`` holds ``text``; BM25 times ``boost``."""

    field: str
    text: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class PhraseQuery:
    """Consecutive positions of a TEXT field, each filled by any of its alternatives.

    At most `MAX_PHRASE_COMBINATIONS` combinations are tried; the builder of the tree cuts to that.
    """

    field: str
    alternatives: tuple[tuple[str, ...], ...]
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class KeywordQuery:
    """Documents whose KEYWORD field holds ``value`` exactly; score 0."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class RangeQuery:
    """Documents whose NUMBER field lies in ``low`` to ``high`` (both included); score 0."""

    field: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Constant:
    """Documents that match ``query``, each with the same ``score``, whatever the query scores."""

    query: Query
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Documents that match at least one branch; the scores of the matching branches add up."""

    branches: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Documents that match every branch and none of ``without``; scores add up.

    ``optional`` branches only add to the score. With no ``branches`` but something optional,
    every document matches (minus ``without``).
    """

    branches: tuple[Query, ...]
    without: tuple[Query, ...] = ()
    optional: tuple[Query, ...] = ()


Query = (
    Everything
    | Nothing
    | TermQuery
    | PhraseQuery
    | KeywordQuery
    | RangeQuery
    | Constant
    | AnyOf
    | AllOf
)


@dataclass(frozen=True, slots=True)
class Filters:
    """Selections of facets: OR within a field, AND between fields; ranges of numbers."""

    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    ranges: Mapping[str, tuple[int | None, int | None]] = field(
        default_factory=lambda: MappingProxyType({})
    )


@dataclass(frozen=True, slots=True)
class SortKey:
    """Sort by a NUMBER or single-valued KEYWORD field, or by ``"score"``.

    A document without the value comes last, in either direction.
    """

    field: str
    order: Literal["ascending", "descending"] = "descending"


@dataclass(frozen=True, slots=True)
class EngineHit:
    """A document that matches, with its score and its STORED fields."""

    id: str
    score: float
    stored: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EngineResult:
    """``facets[field][value]`` counts matches under all filters but the field's own."""

    total: int
    hits: tuple[EngineHit, ...]
    facets: Mapping[str, Mapping[str, int]]


class Batch(Protocol):
    """Changes that become visible and durable together."""

    def add(self, document: IndexDocument) -> None:
        """Add a document, replacing one of the same id."""

    def delete(self, document_id: str) -> None:
        """Remove a document; an unknown id is no error."""

    def delete_where(self, field: str, value: str) -> None:
        """Remove every document whose KEYWORD ``field`` holds ``value``.

        Documents added to this batch afterwards stay.
        """


class Index(Protocol):
    """An open index directory of one engine. Safe for use by several reading threads."""

    def write(self) -> AbstractContextManager[Batch]:
        """Open a batch: committed when the block ends, dropped whole when it raises.

        After a normal end every change is visible to later searches of this object and its bytes
        are handed to the operating system (the fsync of files and directory is the caller's:
        `indexer.generations` does it with the manifest).
        """

    def search(
        self,
        query: Query,
        *,
        filters: Filters | None = None,
        facets: Sequence[str] = (),
        sort: Sequence[SortKey] = (),
        offset: int = 0,
        limit: int = 10,
        timeout_s: float | None = None,
    ) -> EngineResult:
        """Return the hits from ``offset``, the exact total and the facet counts.

        Without ``sort`` hits come by falling score; the id breaks every remaining tie. Raises
        `LimitExceeded` when ``timeout_s`` is over at a point where the engine can stop: between
        matching and facets, and within matching where the engine is written in Python.
        """

    def matching(
        self, query: Query, ids: Iterable[str], *, filters: Filters | None = None
    ) -> Mapping[str, float]:
        """Return which of ``ids`` match, with their scores (for tiers and explanations)."""

    def get(self, document_id: str) -> EngineHit | None:
        """Return a document's stored fields, or None."""

    def terms(
        self, field: str, prefix: str = "", limit: int | None = None
    ) -> list[tuple[str, int]]:
        """Return the terms of a field that begin with ``prefix`` and their document counts.

        In code-point order; at most ``limit``. Deleted documents may still be counted.
        """

    def like(self, document_id: str, fields: Sequence[str], limit: int) -> tuple[EngineHit, ...]:
        """Return documents that share the rarest terms of the given document, best first.

        Only ``fields`` that the schema marks ``is_compared`` count.
        """

    def check(self) -> list[str]:
        """Return a message for each inconsistency found; an empty list when sound."""

    def document_count(self) -> int:
        """Return how many documents the index holds."""

    def merge(self) -> None:
        """Bring the index into few segments and wait for it."""

    def close(self) -> None:
        """Release files and threads; the object must not be used afterwards."""


class Engine(Protocol):
    """A full-text engine, chosen by its name in the configuration."""

    name: str

    def is_available(self) -> bool:
        """Whether the engine's library is installed here."""

    def version(self) -> str:
        """Return the library's name and version, as kept in the manifest."""

    def open(self, path: Path, schema: Schema, mode: Literal["create", "write", "read"]) -> Index:
        """Open an index directory; ``create`` makes an empty one in an empty directory.

        Raises `CorruptIndex` when the files cannot be read as an index of this engine,
        `MissingBackend` when the library is not installed.
        """

    def is_lock_file(self, name: str) -> bool:
        """Whether a file of the directory is a lock (never linked into a new generation)."""
