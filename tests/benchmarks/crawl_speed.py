"""How fast a crawl is: pages a second, against Scrapy in the same run, and crawled once more.

    python tests/benchmarks/crawl_speed.py [PAGES [ROUNDS]]

A site of 2,000 pages is served by a process of its own on loopback. Politeness is off and every
guard is on; everything that is fetched is durable in a catalogue when it counts. Where the
environment variable SCRAPY_PYTHON names a Python that has Scrapy, the same site is crawled by a
spider that reads the links and keeps nothing, with as many requests at once. The second crawl
finds nothing changed: by validators (304), by the same bytes, or by the hash of the text where a
token in the footer differs in every answer, as with many content management systems. The sides
take turns; of the rounds the median counts.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from corpus.catalogue import Catalogue
from corpus.crawls import CrawlStore
from corpus.originals import OriginalStore
from corpus.settings import Settings
from corpus.sources import Source
from crawler import Limits, crawl

_CONNECTIONS: Final = 16
_SAMENESS: Final = ("bytes", "text", "validators")
_WORDS: Final = "metsä osaaminen alue yritys kehitys hanke tutkimus koulutus fotoniikka strategia"
_SPIDER: Final = """
import sys, time, json, scrapy
from scrapy.crawler import CrawlerProcess
class Spider(scrapy.Spider):
    name = "s"
    start_urls = [sys.argv[1]]
    def parse(self, response):
        for href in response.css("a::attr(href)").getall():
            yield response.follow(href, self.parse)
process = CrawlerProcess({"LOG_ENABLED": False, "ROBOTSTXT_OBEY": True, "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "TELNETCONSOLE_ENABLED": False,
    "AUTOTHROTTLE_ENABLED": False, "DEPTH_PRIORITY": 1})
crawler = process.create_crawler(Spider)
process.crawl(crawler)
begun, cpu = time.perf_counter(), time.process_time()
process.start()
seconds = time.perf_counter() - begun
answers = crawler.stats.get_value("response_received_count")
print(json.dumps([answers, seconds, time.process_time() - cpu]))
"""


def write_site(folder: Path, pages: int) -> None:
    """Write pages of about 6 kB with links to ten others each."""
    chance = random.Random(1)  # noqa: S311 - a site, no secret
    words = _WORDS.split()
    for number in range(pages):
        text = "".join(
            f"<p>{' '.join(chance.choices(words, k=60))} {number}.</p>" for _ in range(10)
        )
        near = [(number * 10 + step) % pages for step in range(1, 11)]
        links = "".join(f'<li><a href="/{n}.html">Julkaisu {n}</a></li>' for n in near)
        body = f"<main><h1>Sivu {number}</h1>{text}</main><nav><ul>{links}</ul></nav>"
        head = f"<title>Sivu {number}</title><meta charset=utf-8>"
        (folder / f"{number}.html").write_text(f"<!doctype html>{head}<body>{body}</body>")
    (folder / "robots.txt").write_text("User-agent: *\nAllow: /\n")


_SERVER: Final = """
import asyncio, secrets, sys
from pathlib import Path
from aiohttp import web
folder = Path(sys.argv[1])
files = {f"/{f.name}": f.read_bytes() for f in folder.iterdir()}
has_etags, has_tokens = sys.argv[2] == "validators", sys.argv[2] == "text"
async def answer(request):
    body = files.get("/0.html" if request.path == "/" else request.path)
    if body is None:
        raise web.HTTPNotFound
    etag = f'"{hash(body):x}"'
    if has_etags and request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    headers = {"ETag": etag} if has_etags else {}
    if has_tokens:
        body = body.replace(b"</nav>", b"</nav><footer>%s</footer>" % secrets.token_hex(8).encode())
    kind = "text/plain" if request.path.endswith("txt") else "text/html"
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)
async def main():
    server = web.ServerRunner(web.Server(answer))
    await server.setup()
    site = web.TCPSite(server, "127.0.0.1", 0)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


@contextmanager
def served(folder: Path, sameness: str) -> Iterator[str]:
    """Serve the site from another process; ``sameness`` tells by what it is found unchanged."""
    command = [sys.executable, "-c", _SERVER, str(folder), sameness]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.kill()


@dataclass(frozen=True, slots=True)
class Speed:
    """How long something took, by the clock and by the processor."""

    pages: int
    seconds: float
    cpu_seconds: float

    def __str__(self) -> str:
        rate = self.pages / self.seconds
        return f"{rate:7.0f} pages/s {self.cpu_seconds / self.pages * 1000:7.2f} ms CPU/page"


def crawl_twice(url: str, data: Path, pages: int) -> tuple[Speed, Speed]:
    """Crawl the site, then once more."""
    settings = Settings(data=data, delay_s=0.0)
    settings.prepare()
    limits = replace(Limits.of(settings), connections_per_host=_CONNECTIONS, max_depth=pages)
    speeds: list[Speed] = []
    with Catalogue(settings.catalogue_path) as catalogue:
        for count in ("new", "unchanged"):
            begun, cpu = time.perf_counter(), time.process_time()
            report = crawl(
                Source.of_address(url, allow_private=True),
                catalogue=catalogue,
                originals=OriginalStore(settings.originals_dir),
                crawls=CrawlStore(catalogue.database),
                settings=settings,
                limits=limits,
            )
            seconds = time.perf_counter() - begun
            speeds.append(Speed(pages, seconds, time.process_time() - cpu))
            if getattr(report, count) + len(report.skipped) < pages:
                raise SystemExit(f"the crawl is not complete: {report}")
    return speeds[0], speeds[1]


def scrapy_speed(url: str, place: Path, pages: int) -> Speed | None:
    """Return how fast Scrapy is, None where there is none."""
    python = os.environ.get("SCRAPY_PYTHON")
    if not python:
        return None
    spider = place / "spider.py"  # Scrapy reads the source of a spider's methods
    spider.write_text(_SPIDER, encoding="utf-8")
    command = [python, str(spider), url]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    speed = Speed(*json.loads(found.stdout.splitlines()[-1]))
    if speed.pages < pages:
        raise SystemExit(f"Scrapy's crawl is not complete: {speed.pages} pages")
    return speed


def median_of(speeds: Iterable[Speed]) -> Speed:
    """Return the run that took the median of the time."""
    ordered = sorted(speeds, key=lambda speed: speed.seconds)
    return ordered[len(ordered) // 2]


@dataclass(slots=True)
class Runs:
    """What was measured: each kind of crawl, once per round."""

    scrapy: list[Speed] = field(default_factory=list)
    first: dict[str, list[Speed]] = field(default_factory=lambda: {name: [] for name in _SAMENESS})
    again: dict[str, list[Speed]] = field(default_factory=lambda: {name: [] for name in _SAMENESS})

    def measure(self, site: Path, place: Path, pages: int) -> None:
        """Let each side crawl the site once, the product once for each kind of sameness."""
        for sameness in _SAMENESS:
            with served(site, sameness) as url, tempfile.TemporaryDirectory(dir=place) as data:
                if sameness == "bytes" and (speed := scrapy_speed(url, place, pages)):
                    self.scrapy.append(speed)
                first, again = crawl_twice(url, Path(data), pages)
                self.first[sameness].append(first)
                self.again[sameness].append(again)

    def show(self) -> None:
        """Print the medians and how they stand to each other."""
        first = median_of(self.first["bytes"])
        for sameness in _SAMENESS:
            print(f"first crawl ({sameness:10}) {median_of(self.first[sameness])}")
        for sameness in _SAMENESS:
            again = median_of(self.again[sameness])
            ratio = median_of(self.first[sameness]).seconds / again.seconds
            print(f"again by {sameness:14} {again}   {ratio:.1f} x the first")
        if not self.scrapy:
            print("Scrapy: not measured, SCRAPY_PYTHON names no Python that has it")
            return
        scrapy = median_of(self.scrapy)
        clock, cpu = scrapy.seconds / first.seconds, scrapy.cpu_seconds / first.cpu_seconds
        print(f"Scrapy, keeping nothing {scrapy}")
        print(f"first crawl             {clock:.1f} x Scrapy by the clock, {cpu:.1f} x by CPU")


def main() -> None:
    """Measure and print."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    runs = Runs()
    with tempfile.TemporaryDirectory() as place:
        site = Path(place) / "site"
        site.mkdir()
        write_site(site, pages)
        for _ in range(rounds):
            runs.measure(site, Path(place), pages)
    runs.show()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at most          {peak:7.0f} MiB")


if __name__ == "__main__":
    main()
