"""Searches of the running server over 21,122 passages, beside bare tantivy's first ten ids.

Usage: python tests/benchmarks/search_speed.py [DATA_DIR]. The collection is imported and indexed
through the product into DATA_DIR (a temporary one without it; one that already holds an index is
used as it is). Each query is then asked three times of the server over HTTP, facets and snippets
included, and in turn of the same index by tantivy alone: any of the query's terms in the base
field, the ids of the best ten. Medians are of the medians of each query.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy

from corpus import Settings
from indexer.schema import BASE
from search_app.assembly import Assembly

RUNS = 3
SHARED = Path(os.environ.get("JULKAISUHAKU_SHARED", Path(__file__).parents[3] / "shared"))
COLLECTION = SHARED / "data" / "retrieval" / "finna"
COMMAND = [sys.executable, "-m", "search_app"]
ENVIRONMENT = {**os.environ, "JULKAISUHAKU_RATE_LIMIT": "off"}


def prepare(data: Path) -> None:
    """Import and index the collection, unless the directory holds an index."""
    if (data / "index" / "CURRENT").is_file():
        return
    started = time.perf_counter()
    for arguments in (["import", str(COLLECTION / "corpus.jsonl.gz")], ["index"]):
        subprocess.run([*COMMAND, "--data", str(data), *arguments], check=True, env=ENVIRONMENT)
    print(f"import and index: {time.perf_counter() - started:.0f} s")


@contextmanager
def served(data: Path) -> Iterator[str]:
    """Run the server on a free port, and give its address."""
    command = [*COMMAND, "--data", str(data), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        try:
            lines = process.stderr or ()
            yield next(line.strip().rstrip("/") for line in lines if line.startswith("http://"))
        finally:
            process.terminate()


def main() -> None:
    """Print both sides and their ratio."""
    with tempfile.TemporaryDirectory() as temporary:
        data = Path(sys.argv[1] if len(sys.argv) > 1 else temporary)
        prepare(data)
        lines = (COLLECTION / "queries.tsv").read_text(encoding="utf-8").splitlines()
        queries = [line.split("\t")[1] for line in lines]
        with Assembly(Settings.load(None, data, {}), command="benchmark") as assembly:
            bare = bare_search(assembly)
            with served(data) as url:
                measure(queries, url, bare)


def bare_search(assembly: Assembly) -> Callable[[str], object]:
    """Return a search by tantivy alone over the same publications."""
    current = assembly.generations.current()
    if current is None:
        raise SystemExit("there is no index")
    index = tantivy.Index.open(str(assembly.generations.path(current) / "publications"))
    searcher, schema = index.searcher(), index.schema
    analyzer = assembly.analyzers["fi"]

    def search(query: str) -> object:
        terms = [term for token in analyzer.query_tokens(query) for term in token.full]
        should = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, BASE, term, "freq"))
            for term in terms
        ]
        found = searcher.search(tantivy.Query.boolean_query(should), 10)
        return [searcher.doc(address)["id"] for _, address in found.hits]

    return search


def measure(queries: list[str], url: str, bare: Callable[[str], object]) -> None:
    """Ask each query in turn of both sides, and print the medians."""

    def over_http(query: str) -> object:
        parameters = urllib.parse.urlencode({"q": query[:512], "size": 10})
        with urllib.request.urlopen(f"{url}/api/v1/search?{parameters}") as answer:  # noqa: S310
            return json.load(answer)

    times: dict[str, list[float]] = {"server": [], "bare": []}
    for query in queries[:20]:
        over_http(query)
    for query in queries:
        runs: dict[str, list[float]] = {"server": [], "bare": []}
        for _ in range(RUNS):
            for side, ask in (("server", over_http), ("bare", bare)):
                started = time.perf_counter()
                ask(query)
                runs[side].append((time.perf_counter() - started) * 1000)
        for side, values in runs.items():
            times[side].append(statistics.median(values))
    for side, values in times.items():
        ordered = sorted(values)
        p95 = ordered[int(len(ordered) * 0.95)]
        print(f"{side:<7} p50 {statistics.median(values):7.2f} ms   p95 {p95:7.2f} ms")
    ratio = statistics.median(times["server"]) / statistics.median(times["bare"])
    print(f"{len(queries)} queries, {RUNS} runs each; server / bare tantivy: {ratio:.0f} x")


if __name__ == "__main__":
    main()
