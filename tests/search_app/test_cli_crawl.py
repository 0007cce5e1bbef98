"""``crawl`` beside fetching: what is due, what earlier crawls found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawler.server import Site
from tests.search_app.command_line import CommandLine

pytestmark = pytest.mark.slow  # each call starts the program anew, as a shell does


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve a page with a dead link."""
    with Site() as served:
        served.page("/", "Etusivu kertoo julkaisuista.", "/kuollut")
        yield served


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], site: Site) -> CommandLine:
    """Return a command line with two sources: one crawled daily, one only by hand."""
    made = CommandLine(tmp_path / "var", capsys, JULKAISUHAKU_DELAY_S="0")
    made("status")
    lines = [
        f'[[source]]\nid = "{name}"\nstart = ["{site.url}/"]\nscope = ["{site.url}/"]\n'
        f"allow_private = true\n{more}"
        for name, more in (("paivittain", 'schedule = "daily"\n'), ("kasin", ""))
    ]
    (tmp_path / "var" / "config" / "sources.toml").write_text("\n".join(lines), encoding="utf-8")
    return made


def test_a_source_is_due_until_it_was_crawled(cli: CommandLine) -> None:
    first = cli("crawl", "--due", "--json")
    assert first.status == 0, first.err
    assert [one["source"] for one in first.lines()] == ["paivittain"]
    again = cli("crawl", "--due", "--json")
    assert (again.status, again.out) == (0, "")
    assert "no source is due" in again.err


def test_earlier_crawls_and_broken_links_are_listed_without_fetching(
    cli: CommandLine, site: Site
) -> None:
    assert cli("crawl", "kasin").status == 0
    asked = len(site.requests)
    listed = cli("crawl", "kasin", "--report", "--json").json()
    told = cli("crawl", "--report")
    assert len(site.requests) == asked
    assert isinstance(listed["runs"], list)
    assert isinstance(listed["broken"], list)
    assert listed["runs"][0]["counts"]["new"] == 1
    assert listed["broken"][0]["url"] == f"{site.url}/kuollut"
    assert listed["broken"][0]["referrers"] == [f"{site.url}/"]
    assert f"broken: {site.url}/kuollut: the server answered 404, since" in told.out
    assert "paivittain: not crawled yet" in told.out


def test_a_crawl_says_how_to_see_its_broken_links(cli: CommandLine) -> None:
    answer = cli("crawl", "kasin")
    assert "1 broken link: julkaisuhaku crawl kasin --report" in answer.err


def test_a_site_crawled_by_its_address_is_listed_too(cli: CommandLine, site: Site) -> None:
    url = f"{site.url}/"
    name = url.split("/")[2]
    answer = cli("crawl", url, "--allow-private")
    assert f"crawl {name} --report" in answer.err
    listed = [cli("crawl", one, "--report", "--json").json() for one in (url, name)]
    assert listed[0] == listed[1]
    assert listed[0]["source"] == name
    assert f"broken: {url}kuollut" in cli("crawl", "--report").out
    assert cli("crawl", "nowhere", "--report").status == 64


def test_asking_for_what_failed_again_is_no_error(cli: CommandLine) -> None:
    cli("crawl", "kasin")
    assert cli("crawl", "kasin", "--only-failed").status == 0


def test_an_unknown_schedule_is_named(cli: CommandLine) -> None:
    path = cli.data / "config" / "sources.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("daily", "joskus"), encoding="utf-8")
    answer = cli("crawl", "--due")
    assert answer.status != 0
    assert "schedule has to be one of hourly, daily, weekly, monthly" in answer.err
