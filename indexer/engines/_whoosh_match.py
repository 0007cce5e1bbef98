"""Query trees over a snapshot's arrays: which documents match, with which score.

One decision: a tree is evaluated once for all documents, into a mask and (where anything scores)
an array of scores; at 100,000 documents an array operation costs some ten microseconds, which is
less than stepping through the documents in Python costs for a hundred of them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from corpus.errors import LimitExceeded
from indexer.engine import (
    AllOf,
    AnyOf,
    Constant,
    Everything,
    Filters,
    KeywordQuery,
    Nothing,
    PhraseQuery,
    Query,
    RangeQuery,
    TermQuery,
)
from indexer.engines._phrases import combinations
from indexer.engines._whoosh_codec import Integers
from indexer.engines._whoosh_schema import MISSING
from indexer.engines._whoosh_snapshot import Floats, Mask, Places, Snapshot

_POSITION_BITS = 32


@dataclass(frozen=True, slots=True)
class Matches:
    """Which documents match; ``scores`` is None where all are 0, and 0 beyond the mask."""

    mask: Mask
    scores: Floats | None


@dataclass(frozen=True, slots=True)
class _Sparse:
    docs: Integers
    scores: Floats | None


class Evaluation:
    """Evaluates trees on one snapshot until its deadline."""

    def __init__(self, snapshot: Snapshot, timeout_s: float | None = None) -> None:
        self._snapshot = snapshot
        self._timeout_s = timeout_s
        self._started = time.monotonic()

    def check_time(self) -> None:
        """Raise `LimitExceeded` where the time is over."""
        if self._timeout_s is not None and time.monotonic() - self._started > self._timeout_s:
            raise LimitExceeded(f"The search took longer than {self._timeout_s} s.")

    def matches(self, query: Query) -> Matches:  # noqa: PLR0911  a case a node
        """Return what matches a tree, deleted documents included."""
        self.check_time()
        count = self._snapshot.count
        match query:
            case Everything():
                return Matches(np.ones(count, np.bool_), None)
            case Nothing():
                return Matches(np.zeros(count, np.bool_), None)
            case RangeQuery(field, low, high):
                return Matches(self.in_range(field, low, high), None)
            case Constant(inner, score):
                return _constant(self.matches(inner).mask, score)
            case AllOf():
                return self._all_of(query)
            case AnyOf(branches):
                return self._any_of(branches)
            case _:
                return self._any_of((query,))

    def filter_masks(self, filters: Filters | None) -> dict[str, Mask]:
        """Return the mask of each filtered field."""
        masks: dict[str, Mask] = {}
        if filters is None:
            return masks
        for field, values in filters.keywords.items():
            if values:
                branches = tuple(KeywordQuery(field, value) for value in values)
                masks[field] = self.matches(AnyOf(branches)).mask
        for field, (low, high) in filters.ranges.items():
            if (low, high) != (None, None):
                within = self.in_range(field, low, high)
                masks[field] = masks[field] & within if field in masks else within
        return masks

    def in_range(self, field: str, low: int | None, high: int | None) -> Mask:
        """Return which documents have a number from ``low`` to ``high``."""
        numbers = self._snapshot.numbers(field)
        least = MISSING + 1 if low is None else max(low, MISSING + 1)
        most = -MISSING - 1 if high is None else min(high, -MISSING - 1)
        if least > most:
            return np.zeros(numbers.size, np.bool_)
        within: Mask = (numbers >= least) & (numbers <= most)
        return within

    def _any_of(self, branches: tuple[Query, ...]) -> Matches:
        mask = np.zeros(self._snapshot.count, np.bool_)
        scores: Floats | None = None
        for branch in branches:
            if isinstance(branch, TermQuery | KeywordQuery | PhraseQuery):
                for found in self._sparse(branch):
                    mask[found.docs] = True
                    if found.scores is not None:
                        scores = self._zeros() if scores is None else scores
                        scores[found.docs] += found.scores
            else:
                part = self.matches(branch)
                mask |= part.mask
                scores = _sum(scores, part.scores)
        return Matches(mask, scores)

    def _all_of(self, query: AllOf) -> Matches:
        mask: Mask | None = None
        scores: Floats | None = None
        for branch in query.branches:
            part = self.matches(branch)
            mask = part.mask if mask is None else mask & part.mask
            scores = _sum(scores, part.scores)
        if mask is None:
            mask = np.ones(self._snapshot.count, np.bool_)
        for branch in query.without:
            mask = mask & ~self.matches(branch).mask
        if mask.any():
            for branch in query.optional:
                scores = _sum(scores, self.matches(branch).scores)
        return Matches(mask, None if scores is None else scores * mask)

    def _zeros(self) -> Floats:
        return np.zeros(self._snapshot.count, np.float32)

    def _sparse(self, query: TermQuery | KeywordQuery | PhraseQuery) -> Iterator[_Sparse]:
        self.check_time()
        match query:
            case KeywordQuery(field, value):
                yield _Sparse(self._snapshot.postings(field, value).docs, None)
            case TermQuery(field, text, boost):
                yield self._term(field, text, boost)
            case PhraseQuery(field, _, boost):
                for terms in combinations(query):
                    single = len(terms) == 1
                    found = self._term(field, terms[0], boost) if single else None
                    yield found or self._phrase(field, terms, boost)

    def _term(self, field: str, text: str, boost: float) -> _Sparse:
        found = self._snapshot.postings(field, text)
        if boost == 0 or found.shares is None:
            return _Sparse(found.docs, None)
        weight = np.float32(self._snapshot.rarity(found.docs.size) * boost)
        return _Sparse(found.docs, found.shares * weight)

    def _phrase(self, field: str, terms: tuple[str, ...], boost: float) -> _Sparse:
        snapshot = self._snapshot
        lists = [snapshot.postings(field, term).docs for term in terms]
        common = min(lists, key=len)
        for docs in lists:
            common = common[_held(common, docs)]
        found: Integers | None = None
        for place, term in enumerate(terms):
            if not common.size:
                return _Sparse(common, None)
            keys = _keys(snapshot.places(field, term), common, len(terms) - place)
            found = keys if found is None else found[_held(found, keys)]
            self.check_time()
        counts = np.bincount((common[:0] if found is None else found) >> _POSITION_BITS)
        held = np.flatnonzero(counts)
        docs = common[held]
        if boost == 0:
            return _Sparse(docs, None)
        weight = np.float32(boost * sum(snapshot.rarity(one.size) for one in lists))
        return _Sparse(docs, snapshot.shares(field, docs, counts[held]) * weight)


def ranges(starts: Integers, counts: Integers) -> Integers:
    """Return the numbers of all ranges, one behind the other: ``counts[i]`` from ``starts[i]``."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if ends.size else 0
    found: Integers = np.arange(total) + np.repeat(starts - (ends - counts), counts)
    return found


def _held(some: Integers, others: Integers) -> Mask:
    """Return which of ``some`` are among ``others``; both rise, so a search beats a sort."""
    if not others.size:
        return np.zeros(some.size, np.bool_)
    at = np.minimum(np.searchsorted(others, some), others.size - 1)
    held: Mask = others[at] == some
    return held


def _keys(places: Places, common: Integers, shift: int) -> Integers:
    """Return (document's index in ``common``, position + shift) as single numbers."""
    at = np.searchsorted(places.docs, common)
    counts = places.counts[at]
    positions = places.positions[ranges(places.starts[at], counts)]
    owners = np.repeat(np.arange(common.size), counts)
    keys: Integers = (owners << _POSITION_BITS) | (positions + shift)
    return keys


def _constant(mask: Mask, score: float) -> Matches:
    return Matches(mask, mask * np.float32(score) if score else None)


def _sum(left: Floats | None, right: Floats | None) -> Floats | None:
    if left is None or right is None:
        return left if right is None else right
    return left + right
