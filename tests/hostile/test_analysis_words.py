"""Hostile words: every analyzer answers whatever it is given, with tokens that fit the text."""

from __future__ import annotations

import random

import pytest

from indexer.analysis import Analyzer, FinnishAnalyzer, analyzer_for, available_backends

_ROUNDS = 400
_PIECES = [
    *"-':/.&=%_\n\t\0\x1b\x85\u2028\u2010\u2019\u00ad\u200b\u202e\ufeff\ufb01",
    *"\u00df\u0130\u01c5\u0149\u0390\u00b2\u00bd\u0663\ud800\udfff\U0001f642\U0010ffff",
    *("\u0301", "\u0308" * 40, "\u65e5\u672c", "\u0440\u0443", "\u05e9\u05dc\u05d5\u05dd"),
    *("<b>", "</p>", "&amp;", "[Bc]", "[Xp]", "a" * 50, "9" * 120, "2020", "EU", "kissa-", "ja"),
    *("alus", "tutkimus", "kehittämistoiminta", "metsäbiotalouden", "och", "skogar", "forests"),
]


def _hostile_text(chance: random.Random) -> str:
    text = "".join(chance.choices(_PIECES, k=chance.choice([1, 2, 3, 5, 8, 20])))
    if chance.random() < 0.1:
        text = f"{text} ja -{text} {text}-"
    return (text * chance.choice([1] * 30 + [500]))[:10_000]


@pytest.fixture(scope="module", params=[*available_backends(), "sv", "en"])
def analyzer(request: pytest.FixtureRequest) -> Analyzer:
    """Return an analyzer of each language, the Finnish one over each backend."""
    name: str = request.param
    if name in available_backends():
        return analyzer_for("fi", backend=name)
    return analyzer_for(name)


def test_random_mixtures_are_analysed_within_their_text(analyzer: Analyzer) -> None:
    chance = random.Random(4)  # noqa: S311 - the same mixtures in every run
    for _ in range(_ROUNDS):
        text = _hostile_text(chance)
        tokens = analyzer.tokens(text)
        assert all(0 <= t.start < t.end <= len(text) and t.base for t in tokens), ascii(text)
        assert [(t.start, t.end) for t in analyzer.query_tokens(text)] == [
            (t.start, t.end) for t in tokens
        ]
        assert bool(analyzer.index_terms(text)) == bool(tokens)
        assert bool(analyzer.query_terms(text)) == bool(tokens)
        assert set(analyzer.tiers(text)) >= {"surface", "base", "parts"}


@pytest.mark.parametrize("backend", available_backends())
def test_what_is_no_word_is_an_unknown_word(backend: str) -> None:
    finnish: FinnishAnalyzer = analyzer_for("fi", backend=backend)
    for text in (
        "",
        "-",
        "''",
        ":-/",
        "abcde\ud800",
        "\0",
        "\u0301",
        "[Bc]",
        "x" * 10_000 + "\udfff",
    ):
        assert not finnish.is_word_known(text), ascii(text)
