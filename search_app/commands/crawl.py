"""``crawl``: brings what a site publishes into the catalogue, and from there into the index.

One decision: crawling and indexing are one command for a person, because what was fetched should
be found; the crawl's own report is printed last, one object a source where a machine reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import click

from corpus import Source
from corpus.crawl_history import CrawlHistory
from corpus.errors import InvalidInput, JulkaisuhakuError
from corpus.sources import find_source
from crawler import CrawlPlan, CrawlReport, plan_crawl
from search_app.assembly import Assembly
from search_app.catching_up import read_pending, tell_indexed, update_index
from search_app.console import Console, counted, duration
from search_app.crawling import crawl_source
from search_app.invocation import Invocation, common_options, pass_invocation
from search_app.past_crawls import tell_history

_SHOWN = 20


@click.command(
    "crawl",
    short_help="Fetch what sites publish.",
    epilog="Examples: julkaisuhaku crawl smec; julkaisuhaku crawl https://www.example.fi/julkaisut/",
)
@click.argument("names", metavar="[SOURCE|URL]...", nargs=-1)
@click.option("--plan", is_flag=True, help="Say what would be fetched first, and store nothing.")
@click.option("--only-failed", is_flag=True, help="Ask only the addresses that failed last time.")
@click.option("--due", is_flag=True, help="Only sources whose schedule asks for a crawl now.")
@click.option(
    "--report", is_flag=True, help="Show earlier crawls and broken links, and fetch nothing."
)
@click.option(
    "--allow-private", is_flag=True, help="Let an URL lead to this machine or the own network."
)
@click.option(
    "--allow-drop", is_flag=True, help="Let a large share of a source's documents be marked gone."
)
@common_options
@pass_invocation
def crawl(
    invocation: Invocation,
    names: tuple[str, ...],
    *,
    plan: bool,
    only_failed: bool,
    due: bool,
    report: bool,
    allow_private: bool,
    allow_drop: bool,
) -> int:
    """Fetch sources by their id in sources.toml, or any site by its URL; all sources without one.

    A URL's scope is its host and folder. What is fetched is kept, read and indexed. A crawl that
    was interrupted goes on where it was. A timer that runs "crawl --due" every hour keeps each
    source to the schedule that sources.toml gives it.
    """
    console, assembly = invocation.console, invocation.assembly()
    history = CrawlHistory(assembly.catalogue.database)
    if report:
        for name in _crawled(assembly, names, history):
            tell_history(name, history, console)
        return 0
    sources = list(_sources(assembly, names, allow_private=allow_private))
    if due:
        sources = [source for source in sources if _is_due(source, history)]
    if plan:
        for source in sources:
            _tell_plan(plan_crawl(source, settings=assembly.settings), console)
        return 0
    if not sources:
        console.say("no source is due")
        return 0
    return _crawl(sources, assembly, console, only_failed=only_failed, allow_drop=allow_drop)


def _crawled(assembly: Assembly, names: Sequence[str], history: CrawlHistory) -> list[str]:
    """Return the sources that are meant; one made of a URL is known by its id once crawled."""
    known = history.sources()
    if not names:
        sources = [source.id for source in _sources(assembly, (), allow_private=False)]
        return list(dict.fromkeys((*sources, *known)))
    return [
        name if name in known else next(_sources(assembly, (name,), allow_private=False)).id
        for name in names
    ]


def _is_due(source: Source, history: CrawlHistory) -> bool:
    return source.is_due(history.last_full_start(source.id), now=datetime.now(UTC))


def _crawl(
    sources: Sequence[Source],
    assembly: Assembly,
    console: Console,
    *,
    only_failed: bool,
    allow_drop: bool,
) -> int:
    """Crawl source by source, read and index what came, and tell of each."""
    reports: list[CrawlReport] = []
    status = 0
    for source in sources:
        try:
            reports.append(
                crawl_source(
                    source, assembly, console, only_failed=only_failed, allow_drop=allow_drop
                )
            )
        except JulkaisuhakuError as error:
            if len(sources) == 1:
                raise
            console.say(f"{source.id}: {error.message}")
            status = error.exit_code
    read_pending(assembly, console)
    indexed = update_index(assembly, console)
    for report in reports:
        _tell_report(report, console)
    if not console.is_json:
        tell_indexed(indexed, console)
    return status or max(
        (_status(report, only_failed=only_failed) for report in reports), default=0
    )


def _sources(assembly: Assembly, names: Sequence[str], *, allow_private: bool) -> Iterator[Source]:
    if not names:
        known = [source for source in assembly.sources.values() if source.has_address]
        if not known:
            raise InvalidInput("sources.toml names no source with an address")
        yield from known
    for name in names:
        if "://" in name:
            yield Source.of_address(name, allow_private=allow_private)
        else:
            source = find_source(assembly.sources, name)
            yield replace(source, allow_private=True) if allow_private else source


def _status(report: CrawlReport, *, only_failed: bool) -> int:
    """Return 69 for a site of which nothing could be had, else 0.

    What fails again is no news where only that was asked for, as long as the site answers.
    """
    nothing_came = report.fetched == 0 or (report.fetched <= len(report.failed) and not only_failed)
    return 69 if report.failed and nothing_came else 0


def _tell_plan(plan: CrawlPlan, console: Console) -> None:
    if console.is_json:
        console.record(plan.as_dict())
        return
    console.result(f"{plan.source}: robots.txt: {plan.robots}, {plan.delay_s} s between requests")
    for address in plan.first[:_SHOWN]:
        console.result(f"  {address.url}" + (f"  ({address.refusal})" if address.refusal else ""))


def _tell_report(report: CrawlReport, console: Console) -> None:
    if console.is_json:
        console.record(report.as_dict())
        return
    console.result(
        f"{report.source}: {report.fetched} addresses "
        f"fetched in {duration(report.seconds)}: {report.new} new, {report.changed} changed, "
        f"{report.unchanged} unchanged, {report.gone} gone, {report.pending} pending, "
        f"{len(report.skipped)} left out, {len(report.failed)} failed"
    )
    for failed in report.failed[:_SHOWN]:
        linked = f" (linked from {failed.referrer})" if failed.referrer else ""
        console.say(f"failed: {failed.url}: {failed.reason}{linked}")
    if len(report.failed) > _SHOWN:
        console.say(f"… and {len(report.failed) - _SHOWN} more; --json lists all")
    if not report.fetched and not report.failed:
        for skipped in report.skipped[:_SHOWN]:
            console.say(f"left out: {skipped.url}: {skipped.reason}")
    if report.broken:
        links = counted(len(report.broken), "broken link")
        console.say(f"{links}: julkaisuhaku crawl {report.source} --report")
