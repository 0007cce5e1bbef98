"""What hostile strings become is asked of every engine: an answer, never an exception."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from indexer.engine import AllOf, AnyOf, Everything, KeywordQuery, PhraseQuery, Query, TermQuery
from indexer.engines import ENGINES
from indexer.query import And, Exact, InField, Node, Not, Or, Phrase, Prefix, Word, parse
from tests.contract.engine_corpus import SCHEMA, books, fill


def _tree(node: Node) -> Query:  # noqa: PLR0911  a case a node
    """Return a query for a parsed string, its texts used as terms just as they are."""
    match node:
        case Word(text) | Prefix(text):
            return TermQuery("body", text)
        case Phrase(text) | Exact(text):
            return PhraseQuery("body", tuple((word, word.lower()) for word in text.split()))
        case InField(_, inner):
            return AnyOf((_tree(inner), KeywordQuery("theme", getattr(inner, "text", ""))))
        case Not(inner):
            return AllOf((Everything(),), without=(_tree(inner),))
        case And(nodes):
            return AllOf(tuple(map(_tree, nodes)))
        case Or(nodes):
            return AnyOf(tuple(map(_tree, nodes)))
        case _:
            return Everything()


def _strings(root: Path) -> list[str]:
    lines = (root / "data" / "hostile_queries.txt").read_text("utf-8").splitlines()
    values = [json.loads(line) for line in lines if not line.startswith("#")]
    texts = [
        value
        if isinstance(value, str)
        else value["prefix"] + value["repeat"] * value["times"] + value["suffix"]
        for value in values
    ]
    choose = random.Random(3)  # noqa: S311 (a seeded test)
    pieces = [piece for text in texts for piece in text[:60].split()] + ["(", ")", '"', "OR", "-"]
    return texts + [" ".join(choose.choices(pieces, k=20)) for _ in range(300)]


@pytest.mark.parametrize("name", list(ENGINES))
def test_every_hostile_string_is_answered(name: str, shared_data: Path, tmp_path: Path) -> None:
    if not ENGINES[name].is_available():
        pytest.skip(f"the engine {name} is not installed")
    index = ENGINES[name].open(tmp_path / "index", SCHEMA, "create")
    fill(index, books())
    asked = 0
    for text in _strings(shared_data):
        node = parse(text)
        if node is not None:
            result = index.search(_tree(node), facets=["theme"])
            assert len(result.hits) == min(result.total, 10)
            asked += 1
    assert asked > 300
    index.close()
