"""How fast each engine answers, against bare tantivy (its top ten only) and stock Whoosh.

    python tests/benchmarks/engine_speed.py [DOCUMENTS] [--stock] [--out FILE.json]

The corpus is invented (words by Zipf's law, so lists are as skewed as a language's); every round
asks each engine the same query in turn, so that what else the machine does meets all alike. What
counts is the ratio, printed beside the medians.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path

import tantivy
import whoosh.fields
import whoosh.index
import whoosh.query
import whoosh.sorting

from indexer.engine import (
    AllOf,
    AnyOf,
    FieldKind,
    FieldSpec,
    Index,
    IndexDocument,
    PhraseQuery,
    Query,
    Schema,
    SortKey,
    TermQuery,
)
from indexer.engines import ENGINES

_SCHEMA = Schema(
    "pages",
    (
        FieldSpec("base", FieldKind.TEXT),
        FieldSpec("title", FieldKind.TEXT),
        *(
            FieldSpec(name, FieldKind.KEYWORD, is_facet=True)
            for name in ("sector", "theme", "type")
        ),
        FieldSpec("year", FieldKind.NUMBER, is_facet=True, is_sortable=True),
    ),
)
_FACETS = ("sector", "theme", "type", "year")
_VOCABULARY = 40_000
_WORDS_A_PAGE = (60, 180)
_ROUNDS = 40
Ask = Callable[[], object]


def _documents(count: int) -> Iterator[IndexDocument]:
    choose = random.Random(1)  # noqa: S311  reproducible
    words = [f"w{rank}" for rank in range(_VOCABULARY)]
    weights = [1 / (rank + 2.7) for rank in range(_VOCABULARY)]
    cumulative = list(accumulate(weights))
    for number in range(count):
        body = choose.choices(words, cum_weights=cumulative, k=choose.randint(*_WORDS_A_PAGE))
        title = choose.choices(words, cum_weights=cumulative, k=6)
        yield IndexDocument(
            f"d{number:07d}",
            {
                "base": [(word, place) for place, word in enumerate(body)],
                "title": [(word, place) for place, word in enumerate(title)],
            },
            {
                "sector": choose.sample([f"s{i}" for i in range(12)], choose.randint(0, 2)),
                "theme": choose.sample([f"t{i}" for i in range(7)], choose.randint(0, 3)),
                "type": [choose.choice(["report", "study", "plan"])],
            },
            {"year": choose.randint(2005, 2026)},
        )


def _word(rank: int) -> Query:
    return AnyOf((TermQuery("base", f"w{rank}"), TermQuery("title", f"w{rank}", 0.5)))


_QUERIES: dict[str, tuple[Query, dict[str, object]]] = {
    "one common word": (_word(8), {}),
    "one rare word": (_word(900), {}),
    "three words, four facets": (AllOf((_word(12), _word(25), _word(40))), {"facets": _FACETS}),
    "one word, four facets": (_word(15), {"facets": _FACETS}),
    "phrase": (PhraseQuery("base", (("w5",), ("w9", "w30"))), {}),
    "soft query of thirty terms": (
        AnyOf(tuple(TermQuery("base", f"w{rank}", 0.3) for rank in range(20, 320, 10))),
        {},
    ),
    "one common word, newest first": (_word(8), {"sort": [SortKey("year")]}),
}


def _bare_tantivy(path: Path) -> Callable[[Query], Ask]:
    """Return how to ask tantivy for ten hits without facets, order of ties, or stored fields."""
    from indexer.engines._tantivy_query import compile_query  # noqa: PLC0415

    index = tantivy.Index.open(str(path))
    searcher = index.searcher()

    def prepare(query: Query) -> Ask:
        compiled = compile_query(index.schema, query)
        return lambda: searcher.search(compiled, 10)

    return prepare


def _stock_index(path: Path, count: int) -> whoosh.index.Index:
    """Index the same pages with Whoosh as it comes."""
    keyword = whoosh.fields.KEYWORD(commas=True, sortable=True)
    words = whoosh.analysis.SpaceSeparatedTokenizer()
    schema = whoosh.fields.Schema(
        id=whoosh.fields.ID(stored=True),
        base=whoosh.fields.TEXT(analyzer=words),
        title=whoosh.fields.TEXT(analyzer=words),
        sector=keyword,
        theme=keyword,
        type=keyword,
        year=whoosh.fields.NUMERIC(sortable=True),
    )
    path.mkdir()
    index = whoosh.index.create_in(path, schema)
    writer = index.writer(limitmb=512)
    writer.compound = False
    for document in _documents(count):
        writer.add_document(
            id=document.id,
            base=" ".join(word for word, _ in document.text["base"]),
            title=" ".join(word for word, _ in document.text["title"]),
            **{name: ",".join(values) for name, values in document.keywords.items()},
            year=document.numbers["year"],
        )
    writer.commit()
    return index


def _stock_whoosh(path: Path, count: int) -> Callable[[str], Ask | None]:
    """Return how to ask stock Whoosh a query by name."""
    searcher = _stock_index(path, count).searcher()

    def word(rank: int) -> whoosh.query.Query:
        title = whoosh.query.Term("title", f"w{rank}", boost=0.5)
        return whoosh.query.Or([whoosh.query.Term("base", f"w{rank}"), title])

    facets = {
        name: whoosh.sorting.FieldFacet(name, allow_overlap=name in ("sector", "theme"))
        for name in _FACETS
    }
    phrases = [whoosh.query.Phrase("base", ["w5", other]) for other in ("w9", "w30")]
    known: dict[str, tuple[whoosh.query.Query, dict[str, object]]] = {
        "one common word": (word(8), {}),
        "one rare word": (word(900), {}),
        "three words, four facets": (
            whoosh.query.And([word(12), word(25), word(40)]),
            {"groupedby": facets},
        ),
        "one word, four facets": (word(15), {"groupedby": facets}),
        "phrase": (whoosh.query.Or(phrases), {}),
    }

    def prepare(name: str) -> Ask | None:
        if name not in known:
            return None
        query, options = known[name]
        return lambda: len(searcher.search(query, limit=10, **options))

    return prepare


def _milliseconds(asks: dict[str, Ask], rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in asks}
    for _ in range(rounds):
        for name, ask in asks.items():
            started = time.perf_counter()
            ask()
            times[name].append((time.perf_counter() - started) * 1_000)
    return {name: statistics.median(taken) for name, taken in times.items()}


def _filled(name: str, path: Path, count: int) -> Index:
    index = ENGINES[name].open(path, _SCHEMA, "create")
    started = time.perf_counter()
    with index.write() as batch:
        for document in _documents(count):
            batch.add(document)
    size = sum(entry.stat().st_size for entry in path.iterdir()) / 1e6
    print(f"{name}: {count} pages in {time.perf_counter() - started:.1f} s, {size:.0f} MB")
    return index


def main() -> None:
    """Build the indexes, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", nargs="?", type=int, default=20_000)
    parser.add_argument("--stock", action="store_true", help="ask stock Whoosh too (slow to build)")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        indexes = {name: _filled(name, root / name, options.documents) for name in ENGINES}
        bare = _bare_tantivy(root / "tantivy")
        stock = _stock_whoosh(root / "stock", options.documents) if options.stock else None
        found = {}
        for name, (query, extra) in _QUERIES.items():
            asks: dict[str, Ask] = {
                engine: lambda index=index, query=query, extra=extra: index.search(query, **extra)
                for engine, index in indexes.items()
            }
            asks["bare tantivy"] = bare(query)
            rival = stock(name) if stock else None
            if rival is not None:
                asks["stock whoosh"] = rival
            rounds = _ROUNDS if rival is None else _ROUNDS // 4
            medians = _milliseconds(asks, rounds)
            found[name] = medians
            base = medians["bare tantivy"]
            columns = [f"{who} {ms:.2f} ms (x{ms / base:.1f})" for who, ms in medians.items()]
            total = indexes["tantivy"].search(query).total
            print(f"{name} ({total} hits): " + ", ".join(columns))
        if options.out:
            options.out.write_text(json.dumps(found, indent=1), encoding="utf-8")
        for index in indexes.values():
            index.close()


if __name__ == "__main__":
    sys.exit(main())
