"""Lighthouse on the pages that visitors meet first, over the sample in a running server.

Usage: python -m tests.web.lighthouse [DATA_DIR]. Needs npm (Debian: npm) and Chromium; the first
run fetches Lighthouse. Prints a table and ends with 1 where a page falls short. Three runs of
each page, of which the median counts: the figures are of the machine as much as of the page.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click import echo

from tests.web.sample import served_sample

LIGHTHOUSE = "lighthouse@12.8.2"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"
RUNS = int(os.environ.get("RUNS", "3"))
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST = {"performance": 0.98, "accessibility": 1.0, "best-practices": 1.0, "seo": 1.0}
MOST_SHIFT, MOST_BYTES, MOST_REQUESTS = 0.02, 30_000, 4
_TIMEOUT_S = 300.0


@dataclass(frozen=True, slots=True)
class Score:
    """What Lighthouse says of a page."""

    categories: dict[str, float]
    shift: float
    blocking_ms: float
    painted_ms: float
    size_bytes: int
    requests: int
    failing: dict[str, tuple[str, ...]]


def main() -> int:
    """Print the table; return 1 where a page falls short."""
    if shutil.which("npx") is None:
        echo("npm is missing (Debian: apt-get install npm): Lighthouse was not run", err=True)
        return 2
    with tempfile.TemporaryDirectory() as temporary:
        data = Path(sys.argv[1] if len(sys.argv) > 1 else temporary)
        with served_sample(data) as url:
            return table(url, Path(temporary))


def table(url: str, folder: Path) -> int:
    """Measure every page, print a row of each, and return 1 where one falls short."""
    echo("page        perf  a11y  best   seo    CLS   TBT ms  LCP ms   bytes  requests")
    status = 0
    for name, address in addresses(url).items():
        runs = [measure(address, folder / f"{name}-{run}.json") for run in range(RUNS)]
        score = median(runs)
        figures = "  ".join(f"{score.categories[category]:.2f}" for category in CATEGORIES)
        echo(
            f"{name:<10}  {figures}  {score.shift:5.3f}  {score.blocking_ms:6.0f}  "
            f"{score.painted_ms:6.0f}  {score.size_bytes:6}  {score.requests:8}"
        )
        for fault in faults(name, score):
            echo(f"            {fault}")
            status = 1
    return status


def addresses(url: str) -> dict[str, str]:
    """Return the pages to measure: a publication is the first that a search finds."""
    with urllib.request.urlopen(f"{url}/api/v1/search?q=biotalous") as answer:  # noqa: S310
        first = json.load(answer)["hits"][0]["id"]
    return {
        "home": f"{url}/fi/",
        "results": f"{url}/fi/search?q=biotaloudesta",
        "document": f"{url}/fi/doc/{first}",
    }


def measure(address: str, report: Path) -> Score:
    """Run Lighthouse once, as on a telephone."""
    command = ["npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json"]
    command += [f"--output-path={report}", f"--chrome-flags={FLAGS}"]
    command += [f"--only-categories={','.join(CATEGORIES)}"]
    environment = {**os.environ, "CHROME_PATH": CHROMIUM}
    subprocess.run(command, check=True, env=environment, timeout=_TIMEOUT_S)
    return read(json.loads(report.read_text(encoding="utf-8")))


def read(report: dict[str, Any]) -> Score:
    """Return what counts of a report."""
    audits = report["audits"]
    sent = audits["network-requests"]["details"]["items"]
    return Score(
        categories={name: report["categories"][name]["score"] for name in CATEGORIES},
        shift=audits["cumulative-layout-shift"]["numericValue"],
        blocking_ms=audits["total-blocking-time"]["numericValue"],
        painted_ms=audits["largest-contentful-paint"]["numericValue"],
        size_bytes=sum(item["transferSize"] for item in sent),
        requests=len(sent),
        failing={name: _failing(report, name) for name in CATEGORIES},
    )


def _failing(report: dict[str, Any], category: str) -> tuple[str, ...]:
    """Return the rules of a category that are broken; those of degrees are in its score."""
    counted = [ref["id"] for ref in report["categories"][category]["auditRefs"] if ref["weight"]]
    audits = [report["audits"][name] for name in counted]
    return tuple(a["id"] for a in audits if a["scoreDisplayMode"] == "binary" and not a["score"])


def median(runs: Sequence[Score]) -> Score:
    """Return the run in the middle by performance; sizes do not differ between runs."""
    middle = statistics.median_low([run.categories["performance"] for run in runs])
    return next(run for run in runs if run.categories["performance"] == middle)


def faults(name: str, score: Score) -> list[str]:
    """Say where a page falls short; results are kept from search engines on purpose."""
    least = {k: v for k, v in LEAST.items() if not (name == "results" and k == "seo")}
    found = [f"{k} below {v:.2f}" for k, v in least.items() if score.categories[k] < v]
    if score.shift > MOST_SHIFT:
        found.append(f"CLS above {MOST_SHIFT}")
    if score.size_bytes > MOST_BYTES or score.requests > MOST_REQUESTS:
        found.append(f"more than {MOST_BYTES} bytes or {MOST_REQUESTS} requests")
    return found + [f"fails: {audit}" for k in least for audit in score.failing[k]]


if __name__ == "__main__":
    sys.exit(main())
