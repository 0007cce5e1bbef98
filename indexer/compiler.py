"""A parsed query into the engine's query tree: what matches, how it ranks, what is near it.

One decision: precision and recall are two trees. The *match* tree asks for every word by its full
forms, tier by tier, and alone decides what matches, totals and facets; the *near* tree asks for
any part of any word and only orders: the matches, and what is shown after them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod
from typing import Final

from indexer.analysis import Analyzer, QueryToken, is_stop
from indexer.bridge import Bridge, ConceptBridge
from indexer.builder import grams
from indexer.engine import (
    MAX_PHRASE_COMBINATIONS,
    AllOf,
    AnyOf,
    Constant,
    Everything,
    KeywordQuery,
    Nothing,
    PhraseQuery,
    Query,
    RangeQuery,
    TermQuery,
)
from indexer.query import And, Exact, InField, Node, Not, Or, Phrase, Prefix, Word, YearRange
from indexer.results import Tier
from indexer.schema import (
    AUTHOR,
    BASE,
    GRAMS,
    PARTS,
    SURFACE,
    TITLE_BASE,
    TITLE_GRAMS,
    TITLE_PARTS,
    TITLE_SURFACE,
)
from indexer.weights import Weights

_FACET_OF_FIELD: Final = ("sector", "theme", "region", "programme", "organisation")
MAX_KEYWORDS: Final = 3
"""Words of a query, stop words too, up to which it is keywords; longer ones are questions."""

_MATCH_TIERS: Final = (Tier.EXACT, Tier.INFLECTED, Tier.COMPOUND, Tier.SYNONYM)


@dataclass(frozen=True, slots=True)
class QueryWord:
    """One word of the query as all languages read it; tokens of one place, one a language."""

    text: str
    tokens: tuple[QueryToken, ...]

    @property
    def surface(self) -> str:
        """The exact lower-cased form."""
        return self.tokens[0].surface

    @property
    def full(self) -> tuple[str, ...]:
        """The terms any of which satisfies the word, in stable order."""
        return tuple(dict.fromkeys(term for token in self.tokens for term in token.full))

    @property
    def parts(self) -> tuple[str, ...]:
        """The word's own compound parts."""
        return tuple(dict.fromkeys(term for token in self.tokens for term in token.parts))


@dataclass(frozen=True, slots=True)
class Level:
    """How far a match may go: its weakest tier, and whether it looks at pages or publications.

    Without ``compounds`` that tier is left out and weaker ones stay.
    """

    tier: Tier
    is_page: bool = False
    compounds: bool = True

    def allows(self, tier: Tier) -> bool:
        """Whether a match of ``tier`` counts."""
        if tier is Tier.COMPOUND and not self.compounds:
            return False
        return _MATCH_TIERS.index(tier) <= _MATCH_TIERS.index(self.tier)


class QueryCompiler:
    """Compiles query nodes.

    ``expand`` returns a field's terms that begin with a prefix, ``rarity`` BM25's idf of whatever
    a query matches among publications.
    """

    def __init__(
        self,
        analyzers: Mapping[str, Analyzer],
        bridge: ConceptBridge,
        expand: Callable[[str, str], Sequence[str]],
        rarity: Callable[[Query], float],
        *,
        weights: Weights | None = None,
    ) -> None:
        self._analyzers = analyzers
        self._bridge = bridge
        self.vocabulary = bridge.vocabulary
        self._expand = expand
        self._rarity = rarity
        self.weights = weights or Weights()

    # --- words ------------------------------------------------------------------------------

    def read(self, text: str) -> tuple[QueryWord, ...]:
        """Return the words of a text as all languages read them (boundaries are shared)."""
        readings = [analyzer.query_tokens(text) for analyzer in self._analyzers.values()]
        return tuple(
            QueryWord(text[tokens[0].start : tokens[0].end], tuple(tokens))
            for tokens in zip(*readings, strict=True)
        )

    def analyzer(self, language: str) -> Analyzer:
        """Return the analyzer of a text's language, the Finnish one for any other."""
        return self._analyzers.get(language) or self._analyzers["fi"]

    def words(self, node: Node) -> tuple[QueryWord, ...]:
        """Return every word that a hit may hold: not the negated ones, not exact fields."""
        match node:
            case Word(text) | Phrase(text) | Exact(text):
                return self.read(text)
            case And(nodes) | Or(nodes):
                return tuple(word for child in nodes for word in self.words(child))
            case InField("title", child):
                return self.words(child)
            case _:
                return ()

    def bridges(self, node: Node) -> list[Bridge]:
        """Return the concepts that plain words of the query name."""
        plain = _plain_words(node)
        if plain is None:
            return []
        words = [word for text in plain for word in self.read(text)]
        return self._bridge.find([frozenset(word.full) for word in words])

    # --- the match tree ---------------------------------------------------------------------

    def match(self, node: Node, level: Level) -> Query:  # noqa: PLR0911  a case a node
        """Return what a hit of the level has to satisfy, with the boosts of the weights."""
        match node:
            case Word(text):
                return self._all_words(self.read(text), level)
            case Phrase(text):
                return self._phrase(self.read(text), level)
            case Exact(text):
                return self._exact(self.read(text), level)
            case Prefix(text):
                return self._prefix(text, level)
            case YearRange(low, high):
                return Everything() if level.is_page else RangeQuery("year", low, high)
            case InField(field, child):
                return Everything() if level.is_page else self._in_field(field, child, level)
            case Not(child):
                wide = Level(Tier.INFLECTED, is_page=level.is_page)
                return AllOf((Everything(),), without=(self.match(child, wide),))
            case Or(nodes):
                return AnyOf(tuple(self.match(child, level) for child in nodes))
            case And(nodes):
                return self._and(nodes, level)

    def _and(self, nodes: Sequence[Node], level: Level) -> Query:
        required = [n for n in deciding(nodes) if not isinstance(n, Not)]
        optional = [n for n in nodes if n not in required and not isinstance(n, Not)]
        wide = Level(Tier.INFLECTED, is_page=level.is_page)
        without = tuple(self.match(n.node, wide) for n in nodes if isinstance(n, Not))
        branches = self._with_synonyms(required, level) or [Everything()]
        return AllOf(
            tuple(branches), without=without, optional=tuple(self.match(n, level) for n in optional)
        )

    def _with_synonyms(self, nodes: Sequence[Node], level: Level) -> list[Query]:
        """Return a branch for each node, runs of words that name a concept joined with it."""
        compiled = [self.match(node, level) for node in nodes]
        if not level.allows(Tier.SYNONYM):
            return compiled
        places = [i for i, node in enumerate(nodes) if isinstance(node, Word)]
        readings = [self.read(nodes[i].text) for i in places]  # type: ignore[union-attr]
        simple = [frozenset(r[0].full) if len(r) == 1 else frozenset() for r in readings]
        joined: dict[int, Query] = {}
        covered: set[int] = set()
        for bridge in self._bridge.find(simple):
            run = places[bridge.start : bridge.end]
            names = [self._phrase(self.read(name), level) for name in bridge.names]
            original = AllOf(tuple(compiled[i] for i in run))
            joined[run[0]] = AnyOf((original, *names))
            covered.update(run)
        return [
            joined.get(i, query)
            for i, query in enumerate(compiled)
            if i in joined or i not in covered
        ]

    def _all_words(self, words: Sequence[QueryWord], level: Level) -> Query:
        branches = tuple(self._word(word, level) for word in words)
        if not branches:
            return Nothing()
        return branches[0] if len(branches) == 1 else AllOf(branches)

    def _word(self, word: QueryWord, level: Level, weights: Weights | None = None) -> Query:
        weights = weights or self.weights
        branches: list[Query] = [TermQuery(SURFACE, word.surface, weights.surface)]
        titles: list[Query] = [
            TermQuery(TITLE_SURFACE, word.surface, weights.surface * weights.title)
        ]
        if level.allows(Tier.INFLECTED):
            for term in word.full:
                branches.append(TermQuery(BASE, term, weights.base))
                titles.append(TermQuery(TITLE_BASE, term, weights.base * weights.title))
            branches += self._pieces(word)
        if level.allows(Tier.COMPOUND):
            for term in word.full:
                branches.append(TermQuery(PARTS, term, weights.parts))
                titles.append(TermQuery(TITLE_PARTS, term, weights.parts * weights.title))
        return AnyOf(tuple(branches if level.is_page else branches + titles))

    def _pieces(self, word: QueryWord) -> list[Query]:
        """Return a phrase of a hyphen compound's pieces for each language that sees them."""
        found: dict[Query, None] = {}
        for token in word.tokens:
            if len(token.pieces) > 1:
                alternatives = [piece.full for piece in token.pieces]
                found.setdefault(_phrase(BASE, alternatives, self.weights.base), None)
        return list(found)

    def _phrase(self, words: Sequence[QueryWord], level: Level) -> Query:
        if not words:
            return Nothing()
        if len(words) == 1:
            narrow = Tier.INFLECTED if level.allows(Tier.INFLECTED) else level.tier
            return self._word(words[0], Level(narrow, is_page=level.is_page))
        surface = [(word.surface,) for word in words]
        branches = [_phrase(SURFACE, surface, self.weights.surface)]
        if level.allows(Tier.INFLECTED):
            branches.append(_phrase(BASE, [word.full for word in words], self.weights.base))
        return AnyOf(tuple(branches))

    def _exact(self, words: Sequence[QueryWord], level: Level) -> Query:
        del level  # an exact form is exact at every level
        if not words:
            return Nothing()
        if len(words) == 1:
            return TermQuery(SURFACE, words[0].surface, self.weights.base)
        return _phrase(SURFACE, [(word.surface,) for word in words], self.weights.base)

    def _prefix(self, text: str, level: Level) -> Query:
        del level  # whatever begins with the prefix is what was asked for
        terms = self._expand(SURFACE, text.lower())
        return AnyOf(tuple(TermQuery(SURFACE, term, self.weights.base) for term in terms))

    def _in_field(self, field: str, child: Node, level: Level) -> Query:  # noqa: PLR0911
        text = getattr(child, "text", "")
        if isinstance(child, Prefix):
            return self._prefix_in(field, text.lower())
        if field in _FACET_OF_FIELD:
            return KeywordQuery(field, text.strip().lower())
        if field == "isbn":
            return KeywordQuery("isbn", _isbn(text))
        words = self.read(text)
        if not words:
            return Nothing()
        if field == "author":
            return AllOf(tuple(_any_term(AUTHOR, (w.surface, *w.full)) for w in words))
        if isinstance(child, Exact):
            return _phrase(TITLE_SURFACE, [(w.surface,) for w in words], 1.0)
        if isinstance(child, Phrase):
            return _phrase(TITLE_BASE, [w.full for w in words], 1.0)
        return AllOf(tuple(self._title_word(word, level) for word in words))

    def _prefix_in(self, field: str, prefix: str) -> Query:
        if field in (*_FACET_OF_FIELD, "isbn"):
            wanted = _isbn(prefix) if field == "isbn" else prefix
            # An ISBN without a digit is no prefix: it would be the beginning of all of them.
            values = self._expand(field, wanted) if wanted else ()
            return AnyOf(tuple(KeywordQuery(field, value) for value in values))
        searched = {"title": TITLE_SURFACE, "author": AUTHOR}[field]
        return _any_term(searched, self._expand(searched, prefix))

    def _title_word(self, word: QueryWord, level: Level) -> Query:
        branches: list[Query] = [TermQuery(TITLE_SURFACE, word.surface)]
        if level.allows(Tier.INFLECTED):
            branches += [TermQuery(TITLE_BASE, term) for term in word.full]
        if level.allows(Tier.COMPOUND):
            branches += [TermQuery(TITLE_PARTS, t, self.weights.parts) for t in word.full]
        return AnyOf(tuple(branches))

    # --- the near tree ----------------------------------------------------------------------

    def ranked(self, match: Query, node: Node) -> Query:
        """Return what ``match`` matches, ordered by how near it is to all words of the query.

        What is no word (a prefix, an author) adds what its own match scores.
        """
        level = Level(Tier.COMPOUND)
        others = tuple(self.match(child, level) for child in _beside_words(node))
        return AllOf((Constant(match),), optional=(self.near(self.words(node)), *others))

    def near(self, words: Sequence[QueryWord], *, is_page: bool = False) -> Query:
        """Return the soft query: any form, part or n-gram of any word, combined by sum.

        Publications also gain by each word that they hold at all, and by words side by side.
        """
        weights = self.weights
        asked = [word for word in words if not is_stop(word.text)] or list(words)
        if is_question(words):
            weights = replace(weights, parts=weights.parts * weights.question)
        branches: list[Query] = []
        for word in asked:
            level = Level(Tier.COMPOUND, is_page=is_page)
            written = self._word(word, level, weights)
            branches.append(written)
            for term in word.parts:
                branches.append(TermQuery(BASE, term, weights.base * weights.query_parts))
                branches.append(TermQuery(PARTS, term, weights.parts * weights.query_parts))
            if not is_page:
                branches.append(Constant(written, weights.word * self._rarity(written)))
                for gram in dict.fromkeys(grams(word.surface)):
                    branches.append(TermQuery(GRAMS, gram, weights.grams))
                    branches.append(TermQuery(TITLE_GRAMS, gram, weights.grams * weights.title))
        if not is_page:
            branches += [
                _phrase(BASE, (first.full, second.full), weights.pair)
                for first, second in pairwise(words)
                if first in asked and second in asked
            ]
        return AnyOf(tuple(branches)) if branches else Nothing()


def is_question(words: Sequence[QueryWord]) -> bool:
    """Tell whether a query of these words is read as a question, and not as keywords."""
    return len(words) > MAX_KEYWORDS


def deciding(nodes: Sequence[Node]) -> Sequence[Node]:
    """Return the nodes without stop words; all of them where nothing else is left."""
    kept = [n for n in nodes if not (isinstance(n, Word) and is_stop(n.text))]
    return kept or nodes


def _beside_words(node: Node) -> Sequence[Node]:
    """Return the nodes of a query that score and are no words of the text."""
    match node:
        case Prefix():
            return (node,)
        case InField(field) if field != "title":
            return (node,)
        case And(nodes) | Or(nodes):
            return [found for child in nodes for found in _beside_words(child)]
        case _:
            return ()


def _isbn(text: str) -> str:
    return "".join(c for c in text.upper() if c.isdigit() or c == "X")


def _any_term(field: str, terms: Sequence[str]) -> Query:
    return AnyOf(tuple(TermQuery(field, term) for term in dict.fromkeys(terms)))


def _phrase(field: str, alternatives: Sequence[Sequence[str]], boost: float) -> Query:
    """Return a phrase whose combinations stay within the engine's limit.

    The place with the most alternatives loses its last one until they do: the first readings
    are the likeliest.
    """
    kept = [list(dict.fromkeys(terms)) for terms in alternatives]
    while prod(map(len, kept)) > MAX_PHRASE_COMBINATIONS:
        max(kept, key=len).pop()
    return PhraseQuery(field, tuple(tuple(terms) for terms in kept), boost)


def _plain_words(node: Node) -> list[str] | None:
    """Return the words of a query that is nothing but ANDed words, else None."""
    match node:
        case Word(text):
            return [text]
        case And(nodes) if all(isinstance(child, (Word, Not)) for child in nodes):
            return [child.text for child in nodes if isinstance(child, Word)]
        case _:
            return None
