"""The sample site crawled, indexed and served by the product's own server, as visitors meet it.

One decision: the server is the command that an installation runs, in a process of its own, so
that what is looked at and measured is what is installed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from corpus.settings import Settings
from search_app import demonstration
from search_app.assembly import Assembly
from search_app.console import Console
from search_app.demonstration import gather, sample_site


@contextmanager
def served_sample(data: Path) -> Iterator[str]:
    """Fill a data directory from the sample site where it has no index; serve it at an address."""
    if not (data / "index" / "CURRENT").is_file():
        # In a thread: the browser's driver keeps an event loop in the one that the tests run in.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(_fill, data).result()
    with served(data) as url:
        yield url


def _fill(data: Path) -> None:
    settings = Settings(data=data, rate_limit="off", delay_s=0)
    with sample_site(data) as url, Assembly(settings, command="test") as assembly:
        assembly.prepare()
        gather(assembly, Console(is_json=True), url)


@contextmanager
def served(data: Path) -> Iterator[str]:
    """Serve a data directory on a free port without a limit of requests, and give its address."""
    environment = {**os.environ, "JULKAISUHAKU_RATE_LIMIT": "off"}
    with demonstration.served(data, environment) as url:
        yield url
