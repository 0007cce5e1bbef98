"""What a phrase with alternatives asks for, the same in every engine.

One decision: a phrase is the sum of its combinations, so engines agree on its score.
"""

from __future__ import annotations

from itertools import islice, product

from indexer.engine import MAX_PHRASE_COMBINATIONS, PhraseQuery


def combinations(phrase: PhraseQuery) -> list[tuple[str, ...]]:
    """Return the sequences of terms that satisfy a phrase, at most the port's limit of them."""
    distinct = [tuple(dict.fromkeys(terms)) for terms in phrase.alternatives]
    if not distinct:
        return []
    return list(islice(product(*distinct), MAX_PHRASE_COMBINATIONS))
