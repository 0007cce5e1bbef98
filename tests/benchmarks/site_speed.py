"""Results and suggestions of the running server, over the sample and over 20,000 documents.

Usage: python -m tests.benchmarks.site_speed [SAMPLE_DIR [SCALE_DIR]]. Both collections go through
the product into their directories (temporary ones without them; what already holds an index is used
as it is). Every address is asked three times over HTTP, as a browser does, in turn with ``/livez``,
which shows what the machine and the server cost without a search; then in this process, where the
processor's time is read, which other work on the machine does not lengthen. Wanted: 95 of 100 pages
of results within 100 ms and lists of suggestions within 30 ms.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlencode

from flask.testing import FlaskClient

from corpus.settings import Settings
from search_app.assembly import Assembly
from tests.benchmarks.search_speed import COLLECTION, prepare
from tests.web.sample import served, served_sample

RUNS = 3
SCALE_QUERIES = 100
SAMPLE_QUERIES = (
    "metsäbiotaloudesta", "biotalous", "fotoniikan", "tutkimusorganisaatio", "puurakentaminen",
    '"älykäs erikoistuminen"', "träbyggande", "forest bioeconomy", "koulutus verkosto", "fotonikka",
    "hanke -metsä", "foto*", "kaivos OR malmi", "title:strategia", "author:niskanen", "",
    "year:2018..2021", "metsätiedon hallinta ja palvelut", "olematonsana",
    "hirsirakentamisen koulutus kainuussa",
)  # fmt: skip
FILTERS: tuple[dict[str, str], ...] = (
    {"sector": "metsabiotalous"}, {"theme": "koulutus", "from": "2015"}, {"sort": "newest"},
    {"region": "kainuu", "lang": "fi"},
)  # fmt: skip
_MOST_MS = {"results": 100, "suggestions": 30}


def main() -> None:
    """Print the figures of both collections."""
    with tempfile.TemporaryDirectory() as temporary:
        sample = Path(sys.argv[1] if len(sys.argv) > 1 else f"{temporary}/sample")
        scale = Path(sys.argv[2] if len(sys.argv) > 2 else f"{temporary}/scale")
        with served_sample(sample) as url:
            measure("sample", url, SAMPLE_QUERIES)
        measure_processor("sample", sample, SAMPLE_QUERIES)
        if not COLLECTION.is_dir():
            print("skipped: the collection of 20,000 documents (JULKAISUHAKU_SHARED)")
            return
        prepare(scale)
        lines = (COLLECTION / "queries.tsv").read_text(encoding="utf-8").splitlines()
        queries = [line.split("\t")[1] for line in lines[:SCALE_QUERIES]]
        with served(scale) as url:
            measure("20,000", url, queries)
        measure_processor("20,000", scale, queries)


def measure(name: str, url: str, queries: Iterable[str]) -> None:
    """Ask every address in turn with the probe, and print what each kind took."""
    asked = {"results": results(queries), "suggestions": suggestions(queries)}
    for address in asked["results"][:10]:
        took_ms(url + address)
    for kind, addresses in asked.items():
        times: list[tuple[float, str]] = []
        bare: list[float] = []
        for _ in range(RUNS):
            for address in addresses:
                times.append((took_ms(url + address), address))
                bare.append(took_ms(f"{url}/livez"))
        ordered = sorted(times)
        p95 = ordered[int(len(ordered) * 0.95)][0]
        middle, ground = statistics.median(took for took, _ in times), statistics.median(bare)
        verdict = "within" if p95 <= _MOST_MS[kind] else "ABOVE"
        print(
            f"{name:<7} {kind:<12} {len(times):5} requests  p50 {middle:6.1f}  p95 {p95:6.1f} ms "
            f"({verdict} {_MOST_MS[kind]} ms)  {middle / ground:5.1f} x /livez ({ground:.1f} ms)"
        )
        for took, address in reversed(ordered[-3:]):
            print(f"        slowest: {took:6.1f} ms {address}")


def measure_processor(name: str, data: Path, queries: Iterable[str]) -> None:
    """Print the processor's time of every kind, the first time and once everything is warm."""
    asked = {"results": results(queries), "suggestions": suggestions(queries)}
    with Assembly(Settings(data=data, rate_limit="off"), command="benchmark") as assembly:
        client = assembly.app.test_client()
        client.get("/fi/search?q=a")
        for kind, addresses in asked.items():
            for state in ("first", "again"):
                times = sorted(processor_ms(client, address) for address in addresses)
                p95 = times[int(len(times) * 0.95)]
                print(
                    f"{name:<7} {kind:<12} {state}: processor p50 {statistics.median(times):6.1f}  "
                    f"p95 {p95:6.1f} ms"
                )


def processor_ms(client: FlaskClient, address: str) -> float:
    """Ask an address in this process and return the time that its thread was at work."""
    started = time.thread_time()
    client.get(address, headers={"Accept-Encoding": "gzip"})
    return (time.thread_time() - started) * 1000


def results(queries: Iterable[str]) -> list[str]:
    """Return pages of results: every query in every language, and with filters in turn."""
    found: list[str] = []
    for number, query in enumerate(queries):
        language = ("fi", "sv", "en")[number % 3]
        found.extend(
            f"/{language}/search?{urlencode({'q': query, **chosen})}"
            for chosen in ({}, FILTERS[number % len(FILTERS)])
        )
    return found


def suggestions(queries: Iterable[str]) -> list[str]:
    """Return what a box asks while the queries are typed."""
    typed = {query[:length].strip() for query in queries for length in (2, 3, 5, 8, 12)}
    return [f"/fi/suggest?{urlencode({'q': text})}" for text in sorted(typed) if len(text) > 1]


def took_ms(address: str) -> float:
    """Ask an address as a browser does and return how long it took."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})  # noqa: S310
    started = time.perf_counter()
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
        answer.read()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
