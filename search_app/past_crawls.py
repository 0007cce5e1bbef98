"""Earlier crawls of a source and its broken links, told to a person or a machine.

One decision: nothing is asked of the site. What is shown was found by crawls, with since when, so
that an editor can be told which page to mend before anybody crawls again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from corpus.crawl_history import CrawlHistory, DeadAddress, KeptReport
from crawler.report import broken_as_dict
from search_app.console import Console

_SHOWN_RUNS: Final = 10
_SHOWN_PAGES: Final = 3


def tell_history(source: str, history: CrawlHistory, console: Console) -> None:
    """Tell the kept reports of a source, newest first, and which of its links are broken."""
    reports, broken = history.reports(source), history.dead(source)
    if console.is_json:
        runs = [_as_dict(report) for report in reports]
        dead = [broken_as_dict(address) for address in broken]
        console.record({"source": source, "runs": runs, "broken": dead})
        return
    console.result(f"{source}: " + ("" if reports else "not crawled yet"))
    for report in reports[:_SHOWN_RUNS]:
        console.result(f"  {_moment(report.started_at)}  {_counted(report)}")
    for address in broken:
        console.result(f"  broken: {_described(address)}")


def _as_dict(report: KeptReport) -> dict[str, object]:
    return {
        "started_at": report.started_at.isoformat(timespec="seconds"),
        "finished_at": report.finished_at.isoformat(timespec="seconds"),
        "only_failed": report.is_partial,
        "counts": dict(report.counts),
        "new": list(report.new),
        "changed": list(report.changed),
        "failed": [
            {"url": one.url, "reason": one.reason, "referrer": one.referrer}
            for one in report.failed
        ],
    }


def _counted(report: KeptReport) -> str:
    told = ", ".join(f"{number} {name}" for name, number in report.counts.items())
    return f"{told} (only what had failed)" if report.is_partial else told


def _described(address: DeadAddress) -> str:
    pages = ", ".join(address.referrers[:_SHOWN_PAGES])
    more = len(address.referrers) - _SHOWN_PAGES
    others = f" and {more} more" if more > 0 else ""
    since = _moment(address.since)
    return f"{address.url}: {address.reason}, since {since}, linked from {pages}{others}"


def _moment(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")
