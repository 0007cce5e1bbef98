"""How much each way of meeting the query counts in the order of hits.

One decision: the weights are one value, found by measurement on judged collections and recorded
in docs/decisions/0090 and 0095; nothing else in the code weighs anything.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each field counts; found by measurement (docs/decisions)."""

    surface: float = 0.2
    base: float = 1.0
    parts: float = 1.0
    title: float = 0.5  # times the weight of the same tier in the body
    grams: float = 0.5
    question: float = 0.5  # times the weight of parts, in questions of more than three words
    query_parts: float = 0.8  # parts of the query's own compounds, in the near tree only
    page: float = 0.3  # the best page's score
    word: float = 2.0  # times its rarity: that a word is there at all, however often
    pair: float = 0.4  # two words of the query, one right behind the other
