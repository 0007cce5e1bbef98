"""Query trees and filters into tantivy's query objects.

One decision: queries are built from objects, never from text, so tantivy's own parser (which ends
the process on deep nesting) is not reachable. What does not score is wrapped as a constant 0.
"""

from __future__ import annotations

from typing import Final

import tantivy
from tantivy import FieldType, Occur
from tantivy import Query as Compiled

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

_MIN_NUMBER: Final = -(2**63)
_MAX_NUMBER: Final = 2**63 - 1


def compile_query(schema: tantivy.Schema, query: Query) -> Compiled:  # noqa: PLR0911  a case a node
    """Return tantivy's query of a tree."""
    match query:
        case Everything():
            return _unscored(Compiled.all_query())
        case Nothing():
            return Compiled.empty_query()
        case TermQuery(field, text, boost):
            return _boosted(_term(schema, field, text), boost)
        case PhraseQuery(field, _, boost):
            return _boosted(_phrase(schema, field, query), boost)
        case KeywordQuery(field, value):
            return _unscored(_term(schema, field, value))
        case RangeQuery(field, low, high):
            return _unscored(_range(schema, field, low, high))
        case Constant(inner, score):
            return Compiled.const_score_query(compile_query(schema, inner), score)
        case AnyOf(branches):
            return _any_of([compile_query(schema, branch) for branch in branches])
        case AllOf():
            return _all_of(schema, query)


def compile_filters(
    schema: tantivy.Schema, filters: Filters | None, *, but: str | None = None
) -> list[Compiled]:
    """Return the constant queries of all filters, leaving out the field ``but``."""
    if filters is None:
        return []
    found = [
        _unscored(_any_of([_term(schema, field, value) for value in values]))
        for field, values in filters.keywords.items()
        if values and field != but
    ]
    found += [
        _unscored(_range(schema, field, low, high))
        for field, (low, high) in filters.ranges.items()
        if field != but and (low, high) != (None, None)
    ]
    return found


def restricted(query: Compiled, filters: list[Compiled]) -> Compiled:
    """Return a query that all filters restrict and none of them scores."""
    if not filters:
        return query
    return Compiled.boolean_query([(Occur.Must, part) for part in (query, *filters)])


def one_of_ids(schema: tantivy.Schema, field: str, ids: list[str]) -> Compiled:
    """Return a constant query for the documents of these ids."""
    return _unscored(Compiled.term_set_query(schema, field, ids))


def is_scored(query: Query) -> bool:
    """Whether any match of a tree can have a score other than 0."""
    match query:
        case TermQuery() | PhraseQuery():
            return query.boost != 0
        case Constant(_, score):
            return score != 0
        case AnyOf(branches):
            return any(map(is_scored, branches))
        case AllOf(branches, _, optional):
            return any(map(is_scored, (*branches, *optional)))
        case _:
            return False


def _unscored(query: Compiled) -> Compiled:
    return Compiled.const_score_query(query, 0.0)


def _boosted(query: Compiled, boost: float) -> Compiled:
    if boost == 1:
        return query
    return Compiled.boost_query(query, boost) if boost else _unscored(query)


def _term(schema: tantivy.Schema, field: str, text: str) -> Compiled:
    if not _is_encodable(text):
        return Compiled.empty_query()
    return Compiled.term_query(schema, field, text, "freq")


def _is_encodable(text: str) -> bool:
    """Whether a text has UTF-8 bytes at all: a lone surrogate occurs in no index."""
    return text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)


def _phrase(schema: tantivy.Schema, field: str, phrase: PhraseQuery) -> Compiled:
    found: list[Compiled] = []
    for terms in combinations(phrase):
        if len(terms) == 1:  # tantivy panics on a phrase of one term
            found.append(_term(schema, field, terms[0]))
        elif all(map(_is_encodable, terms)):
            found.append(Compiled.phrase_query(schema, field, list(terms)))
    return _any_of(found)


def _range(schema: tantivy.Schema, field: str, low: int | None, high: int | None) -> Compiled:
    if low is None and high is None:
        return Compiled.exists_query(field)
    least = _MIN_NUMBER if low is None else low
    most = _MAX_NUMBER if high is None else high
    if least > most or least > _MAX_NUMBER or most < _MIN_NUMBER:
        return Compiled.empty_query()
    lower, upper = max(least, _MIN_NUMBER), min(most, _MAX_NUMBER)
    return Compiled.range_query(schema, field, FieldType.Integer, lower, upper)


def _any_of(branches: list[Compiled]) -> Compiled:
    if not branches:
        return Compiled.empty_query()
    if len(branches) == 1:
        return branches[0]
    return Compiled.boolean_query([(Occur.Should, branch) for branch in branches])


def _all_of(schema: tantivy.Schema, query: AllOf) -> Compiled:
    must = [compile_query(schema, branch) for branch in query.branches]
    if not must:
        must = [_unscored(Compiled.all_query())]
    clauses = [(Occur.Must, branch) for branch in must]
    clauses += [(Occur.Should, compile_query(schema, branch)) for branch in query.optional]
    clauses += [(Occur.MustNot, compile_query(schema, branch)) for branch in query.without]
    return Compiled.boolean_query(clauses) if len(clauses) > 1 else must[0]
