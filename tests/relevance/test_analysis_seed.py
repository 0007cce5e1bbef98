"""The acceptance queries at the level of the analysis, on the text of the project's own page."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from indexer.analysis import FinnishAnalyzer, QueryToken, Token, analyzer_for, available_backends

if TYPE_CHECKING:
    from pathlib import Path

_NEEDS_MORE_THAN_ANALYSIS = ("typo", "crosslang")


@pytest.fixture(scope="module", params=("native", "pip"))
def finnish(request: pytest.FixtureRequest) -> FinnishAnalyzer:
    """Return the Finnish analyzer over each backend."""
    if request.param not in available_backends():
        pytest.skip(f"the Voikko backend '{request.param}' is not installed on this machine")
    return analyzer_for("fi", backend=request.param)


def _queries(shared: Path) -> list[dict[str, str]]:
    queries: list[dict[str, str]] = tomllib.loads(
        (shared / "data" / "seed_queries.toml").read_text(encoding="utf-8")
    )["q"]
    assert len(queries) == 25
    return queries


def _meets(word: QueryToken, tokens: list[Token], *, compounds: bool) -> bool:
    for token in tokens:
        terms = {*token.base, *(token.parts if compounds else ())}
        if terms & set(word.full):
            return True
    return bool(word.pieces) and _meets_in_a_row(word.pieces, tokens)


def _meets_in_a_row(pieces: tuple[QueryToken, ...], tokens: list[Token]) -> bool:
    starts = range(len(tokens) - len(pieces) + 1)
    return any(
        all(
            set(piece.full) & set(tokens[start + offset].base)
            for offset, piece in enumerate(pieces)
        )
        for start in starts
    )


def test_queries_for_the_page_find_it(finnish: FinnishAnalyzer, shared_data: Path) -> None:
    tokens = finnish.tokens((shared_data / "data" / "seed_page.txt").read_text(encoding="utf-8"))
    asked = [q for q in _queries(shared_data) if q["why"] not in _NEEDS_MORE_THAN_ANALYSIS]
    asked = [q for q in asked if q["form"]]
    assert len(asked) >= 15
    lost = [
        query["q"]
        for query in asked
        if not all(
            _meets(word, tokens, compounds=True) for word in finnish.query_tokens(query["q"])
        )
    ]
    assert lost == []


def test_each_form_that_proves_a_query_meets_it(
    finnish: FinnishAnalyzer, shared_data: Path
) -> None:
    asked = [q for q in _queries(shared_data) if q["why"] not in _NEEDS_MORE_THAN_ANALYSIS]
    lost = [
        query["q"]
        for query in asked
        if query["form"]
        and not all(
            _meets(word, finnish.tokens(query["form"]), compounds=True)
            for word in finnish.query_tokens(query["q"].removesuffix(" strategia"))
        )
    ]
    assert lost == []


def test_page_does_not_answer_for_a_word_it_lacks(
    finnish: FinnishAnalyzer, shared_data: Path
) -> None:
    tokens = finnish.tokens((shared_data / "data" / "seed_page.txt").read_text(encoding="utf-8"))
    (word,) = finnish.query_tokens("päiväkoti")
    assert not _meets(word, tokens, compounds=True)


def test_municipality_is_found_as_a_compound_only(
    finnish: FinnishAnalyzer, shared_data: Path
) -> None:
    tokens = finnish.tokens((shared_data / "data" / "seed_page.txt").read_text(encoding="utf-8"))
    (word,) = finnish.query_tokens("kunta")
    assert not _meets(word, tokens, compounds=False)
    assert _meets(word, tokens, compounds=True)
