"""Sources that cannot be crawled as they are: told plainly on the command line, nothing lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import InvalidInput
from corpus.sources import Source
from crawler import plan_crawl
from tests.crawler.server import Handler, Site
from tests.crawler.world import LONG, World, reasons
from tests.search_app.command_line import CommandLine

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve a site on loopback."""
    with Site() as served:
        served.page("/", "etusivu", "/a")
        served.page("/a", LONG)
        yield served


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a fresh data directory."""
    made = World(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Call commands on a fresh data directory."""
    return CommandLine(tmp_path / "var", capsys, JULKAISUHAKU_DELAY_S="0")


def write_source(cli: CommandLine, body: str) -> Path:
    """Replace the sources of a data directory by one."""
    assert cli("status").status == 0
    path = cli.data / "config" / "sources.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'[[source]]\nid = "oma"\nallow_private = true\n{body}', encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('start = ["{0}/"]\n', "scope is missing"),
        ('start = ["{0}/"]\nscope = []\n', "scope is missing"),
        ('start = ["{0}/a"]\nscope = ["{0}/b"]\n', "its scope excludes its own start"),
        ('start = ["{0}/a/../b"]\nscope = ["{0}/a/"]\n', "its scope excludes its own start"),
        ('start = ["{0}/a"]\nscope = ["{0}/a?k=fi"]\n', "its scope excludes its own start"),
    ],
    ids=[
        "no scope",
        "empty scope",
        "start elsewhere",
        "start with dots",
        "start without parameter",
    ],
)
@pytest.mark.parametrize("option", [(), ("--plan",)], ids=["crawl", "plan"])
def test_a_source_without_a_border_is_refused_before_the_first_request(
    site: Site, cli: CommandLine, lines: str, said: str, option: tuple[str, ...]
) -> None:
    write_source(cli, lines.format(site.url))
    answer = cli("crawl", "oma", *option)
    assert answer.status == 65
    assert "oma" in answer.err
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert site.requests == []


def test_a_border_that_only_a_crawl_can_see_is_refused_by_it(site: Site, world: World) -> None:
    source = Source(
        "oma", (f"{site.url}/a/../b",), (f"{site.url}/a/",), allow_private=True, delay_s=0.0
    )
    with pytest.raises(InvalidInput, match="excludes its own start"):
        world.crawl(source)
    with pytest.raises(InvalidInput, match="excludes its own start"):
        plan_crawl(source, settings=world.settings)
    assert site.requests == []


def test_a_site_that_forbids_everything_is_asked_for_its_rules_only(
    site: Site, cli: CommandLine
) -> None:
    site.answer("/robots.txt", "User-agent: *\nDisallow: /\n", kind="text/plain")
    answer = cli("crawl", f"{site.url}/", "--allow-private")
    assert set(site.hits) == {"/robots.txt"}
    assert f"left out: {site.url}/: robots.txt" in answer.err
    assert "0 addresses fetched" in answer.out


def test_one_host_that_cannot_be_reached_holds_no_other_up(site: Site, world: World) -> None:
    with Site() as gone:
        away = gone.url
    source = replace(
        world.source(site.url), start=(f"{away}/", f"{site.url}/"), scope=(away, site.url)
    )
    report = world.crawl(source)
    assert report.new == 2
    assert [one.url for one in report.failed] == [f"{away}/"]
    assert "the connection was refused" in report.failed[0].reason
    assert reasons(report)["/"].startswith("robots.txt could not be read")


def stall(handler: Handler) -> None:
    """Say nothing until the site ends."""
    handler.site.stopping.wait(60)


@pytest.mark.slow
def test_a_second_crawl_is_told_which_process_holds_the_lock(site: Site, cli: CommandLine) -> None:
    site.route("/a", stall)
    command = [sys.executable, "-m", "search_app", "--data", str(cli.data), "crawl"]
    first = subprocess.Popen(
        [*command, f"{site.url}/", "--allow-private"],
        cwd=_ROOT,
        env={**os.environ, "JULKAISUHAKU_DELAY_S": "0"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            if site.hits["/a"]:
                break
            assert first.poll() is None
            site.stopping.wait(0.1)
        answer = cli("crawl", f"{site.url}/", "--allow-private")
    finally:
        first.kill()
        first.wait()
    assert answer.status == 75
    assert f"crawl.lock is held by crawl {site.url.removeprefix('http://')}" in answer.err
    assert f"(process {first.pid}, since " in answer.err
    assert site.hits["/"] == 1
