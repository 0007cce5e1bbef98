"""The limits of a crawl, in one place.

One decision: every number that bounds a crawl is a field with its unit here, so that a test can
make it small and a reader finds out in one look how far a hostile site can get.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from corpus.settings import Settings

_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much, how long, how often; the defaults are those of the product."""

    lock_wait_s: float = 5.0  # for another crawl to end; it may take hours, so no longer
    deadline_s: float = 60.0  # one request with its body
    stall_s: float = 20.0  # between two pieces of a body
    max_body_bytes: int = 50 * _MIB  # decoded
    max_waiting_bytes: int = 64 * _MIB  # of answers not durable yet; beyond it nothing is asked
    max_hops: int = 5  # redirects one after another
    retries: int = 2  # after 429, 5xx and broken connections
    backoff_s: float = 2.0  # before the first retry; doubled each time
    max_retry_after_s: float = 3_600.0
    max_crawl_delay_s: float = 60.0
    dead_after: int = 5  # addresses in a row that got no answer: the host is left alone
    max_pages: int = 20_000
    max_depth: int = 50
    max_addresses: int = 250_000  # queued, and as many left out: half a kilobyte of memory each
    connections_per_host: int = 1
    max_hosts_at_once: int = 16
    full_fetch_days: float = 7.0  # whatever a validator says, the whole is fetched this often
    gone_after_times: int = 3
    gone_after_days: float = 3.0
    drop_share: float = 0.2  # more documents than this gone at once: nothing is removed
    drop_floor: int = 10  # unless they are no more than this

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Return the limits that follow from the settings."""
        return cls(max_body_bytes=settings.max_original_bytes)
