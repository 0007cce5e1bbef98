"""Hostile query strings: read whatever they are, at a cost that grows with their length only."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer.query import MAX_QUERY_CHARACTERS, parse

_PATTERNS = ["(", ")", '"', "'", "-", "(-", "a'", " '", "ja -", "a OR ", "*", ":", "title:", "x:y "]
_PATTERNS += ['="', "((a)", "-(", "a*b", "year:", "..", "\u0301", "\ufdfa", "a\u200b", "ä"]


def _hostile(root: Path) -> Iterator[str]:
    for line in (root / "data" / "hostile_queries.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        value = json.loads(line)
        if isinstance(value, dict):
            yield value["prefix"] + value["repeat"] * value["times"] + value["suffix"]
        else:
            yield value


def test_every_collected_hostile_query_is_read(shared_data: Path) -> None:
    seen = 0
    for text in _hostile(shared_data):
        hash(parse(text))  # walks the whole tree: nothing in it is deeper than the stack
        seen += 1
    assert seen >= 200


def _steps(work: Callable[[], object]) -> int:
    """Count the lines that the parser executes: a cost that no busy machine changes."""
    count = 0

    def trace(frame: object, event: str, argument: object) -> object:
        nonlocal count
        del frame, argument
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("pattern", _PATTERNS, ids=repr)
def test_the_cost_of_a_repeated_pattern_grows_with_its_length_only(pattern: str) -> None:
    half = pattern * (MAX_QUERY_CHARACTERS // 2 // len(pattern))
    assert _steps(lambda: parse(half * 2)) <= 2 * _steps(lambda: parse(half)) + 200


def test_beyond_the_limit_nothing_costs_more() -> None:
    assert _steps(lambda: parse("(a " * 100_000)) <= _steps(lambda: parse("(a " * 200)) + 200
