"""The demonstration: the sample site served, crawled, indexed and searched on this machine.

One decision: it is the product itself that runs, over real HTTP on loopback, with a data
directory of its own; so it shows what an installation does and never touches one.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from urllib.request import urlopen

from corpus._disk import write_atomically
from corpus.accounts import Role
from corpus.errors import NotFound, ServerError
from corpus.passwords import random_password
from corpus.sample.serve import SampleServer
from corpus.sources import find_source
from crawler import CrawlReport
from search_app.assembly import Assembly
from search_app.catching_up import read_pending, update_index
from search_app.console import Console
from search_app.crawling import crawl_source

HOST: Final = "127.0.0.1"
STAFF: Final = "demo"
_PORT_FILE: Final = "sample-port"
_START_TIMEOUT_S: Final = 30.0
_STOP_TIMEOUT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Search:
    """A search the check makes: its parameters, and what it shows."""

    params: Mapping[str, str]
    shows: str


SEARCHES: Final = (
    Search({"q": "metsäbiotaloudesta"}, "an inflected compound"),
    Search({"q": "biotalous"}, "a part of a compound"),
    Search({"q": "fotoniikan"}, "a word the dictionary does not know"),
    Search({"q": "tutkimusorganisaatio"}, "a suspended hyphen"),
    Search({"q": '"älykäs erikoistuminen"'}, "a phrase that inflects"),
    Search({"q": "träbyggande"}, "Swedish, also met in Finnish"),
    Search({"q": "hanke", "sector": "puurakentaminen"}, "a word within a sector"),
)


@contextmanager
def sample_site(data: Path) -> Iterator[str]:
    """Serve the sample site at the address it had last time, and give the address.

    Pages name their own address, so a site that moved is another site: where the port is taken
    meanwhile, the demonstration's data directory begins anew.
    """
    kept = data / _PORT_FILE
    port = int(kept.read_text(encoding="ascii")) if kept.is_file() else 0
    if port and not _is_free(port):
        shutil.rmtree(data)
        port = 0
    with SampleServer(host=HOST, port=port) as server:
        data.mkdir(parents=True, exist_ok=True)
        write_atomically(kept, server.url.rstrip("/").rpartition(":")[2].encode("ascii"))
        yield server.url


def gather(assembly: Assembly, console: Console, url: str) -> CrawlReport:
    """Crawl the sample site, read what is new and bring the index up to date."""
    source = find_source(assembly.sources, "sample").with_address(url)
    report = crawl_source(source, assembly, console)
    read_pending(assembly, console)
    update_index(assembly, console)
    return report


def staff_login(assembly: Assembly) -> str:
    """Give the demonstration's account a new password, and return it: it is kept nowhere else."""
    password, accounts = random_password(), assembly.accounts
    if STAFF in {account.name for account in accounts.all()}:
        accounts.set_password(STAFF, password, actor=STAFF)
        accounts.enable(STAFF, actor=STAFF)
    else:
        accounts.add(STAFF, Role.ADMIN, password, actor=STAFF)
    return password


def check(data: Path) -> list[tuple[Search, Mapping[str, object]]]:
    """Start a server of its own on a free port, make the searches, and return the answers."""
    with served(data) as url:
        return [(search, _ask(url, search.params)) for search in SEARCHES]


@contextmanager
def served(data: Path, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run the server over a data directory on a free port, and give its address.

    ``environment`` is the server's, this process's own without it. Raises `ServerError` with what
    the server said where it does not start.
    """
    command = [sys.executable, "-m", "search_app", "--data", str(data)]
    command += ["serve", "--host", HOST, "--port", "0"]
    with subprocess.Popen(  # noqa: S603
        command, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield _address(process)
        finally:
            process.terminate()
            try:
                process.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _address(process: subprocess.Popen[str]) -> str:
    """Return the address the server prints once it takes requests."""
    said: list[str] = []
    for line in process.stderr or ():
        said.append(line.strip())
        for word in line.split():
            if word.startswith(f"http://{HOST}:"):
                return word.rstrip("/")
    raise ServerError(f"The website did not start: {' '.join(said)[-300:]}")


def _ask(url: str, params: Mapping[str, str]) -> Mapping[str, object]:
    address = f"{url}/api/v1/search?{urlencode(params)}"
    with urlopen(address, timeout=_START_TIMEOUT_S) as response:  # noqa: S310 - loopback
        answer = json.load(response)
    if not isinstance(answer, dict):
        raise NotFound(f"{address} did not answer with an object")
    return answer


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
