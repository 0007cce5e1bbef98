"""Moves: documents whose address points elsewhere for good.

One decision: a move is judged at the end of a run, when it is known where it led. Where that was
answered (by a page, or by the word that nothing is there) the old address no longer gives its
document; where it could not be had, nothing is known and nothing is counted.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from corpus.crawls import CrawlStore, Decision, Outcome
from crawler.recorder import ABSENT, MOVED, answered

_SAYS_NOTHING_IS_THERE: Final = frozenset(answered(status) for status in ABSENT)


class Moves:
    """The moves that one run of a source met."""

    def __init__(self, source: str, run: int, crawls: CrawlStore) -> None:
        self._source = source
        self._run = run
        self._crawls = crawls

    def count(self, *, at: datetime) -> None:
        """Count the old addresses of documents absent, once a run."""
        redirected = self._crawls.decisions(self._run, (Outcome.REDIRECTED,))
        targets = {one.url: one.reason.partition(" to ")[2] for one in redirected}
        moved = [one.url for one in redirected if one.reason.startswith(MOVED)]
        for url, record in self._crawls.fetch_records(self._source, moved).items():
            if record.document_id is not None and self._is_answered(url, targets):
                self._crawls.remember(self._source, record.absent_again(at))

    def _is_answered(self, url: str, targets: dict[str, str]) -> bool:
        visited = {url}
        while url in targets:
            url = targets[url]
            if url in visited:
                return False
            visited.add(url)
        end = self._crawls.decision(self._run, url)
        return end is not None and end.is_fetched and _is_known(end)


def _is_known(end: Decision) -> bool:
    return end.outcome is not Outcome.FAILED or end.reason in _SAYS_NOTHING_IS_THERE
