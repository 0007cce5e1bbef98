"""Bytes from the web into the corpus.

`crawl` takes a source and brings what it publishes into originals and catalogue. One decision:
the crawler keeps bytes and where they came from, and never judges what a text means; reading
the originals is the indexer's work and can be done again at any time.
"""

from crawler.address import canonical
from crawler.crawl import crawl
from crawler.fetcher import Fetcher, Response
from crawler.guard import Guard
from crawler.limits import Limits
from crawler.plan import CrawlPlan, plan_crawl
from crawler.report import CrawlReport, FailedAddress, Progress, SkippedAddress

__all__ = [
    "CrawlPlan",
    "CrawlReport",
    "FailedAddress",
    "Fetcher",
    "Guard",
    "Limits",
    "Progress",
    "Response",
    "SkippedAddress",
    "canonical",
    "crawl",
    "plan_crawl",
]
