"""Sectors, themes, regions, programmes and the type of a document, with evidence.

The decision behind it: a concept is suggested for what a document says it is about, its title
first, its abstract next, and its text only by how dense the hints stand in it; a hint that the
vocabulary calls weak never counts alone.  Every suggestion names the word and the page it rests
on, so that a librarian can see why, and a reviewed value wins over it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from corpus.document import FieldValue, Origin, Page
from corpus.vocabulary import Vocabulary
from indexer._hints import Found, HintTable
from indexer.analysis import Analyzer, Token

TITLE_WEIGHT: Final = 3.0
ABSTRACT_WEIGHT: Final = 1.5
WEAK_WEIGHT: Final = 0.5  # of a strong hint
TYPE_CONFIDENCE: Final = 0.85  # of a type the page itself names
NAMED_WEIGHT: Final = 1.4  # a programme is a name: to mention it is to say it
MAX_BODY: Final = 3.0
_HEAD_CHARS: Final = 200  # title and subtitle
_FRONT_CHARS: Final = 400
_MAX_BODY_TOKENS: Final = 60_000
_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {"sector": "sectors", "theme": "themes", "region": "regions", "programme": "programmes"}
)
_MIN_WEAK: Final = 2
_MIN_WORDS: Final = 200
_DOCTYPE: Final = "doctype"


@dataclass(frozen=True, slots=True)
class Rule:
    """How sure a suggestion of a scheme has to be; found by a grid over the sample collection.

    ``hits_per_1000`` hints in a thousand words are worth one; a concept needs ``limit`` in all
    and ``share`` of the scheme's best.
    """

    hits_per_1000: float
    limit: float
    share: float


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "sector": Rule(3.0, 1.2, 0.2),
        "theme": Rule(1.5, 0.8, 0.3),
        "region": Rule(1.5, 1.2, 0.2),
        "programme": Rule(3.0, 1.4, 0.2),
    }
)


@dataclass(frozen=True, slots=True)
class _Zone:
    """One part of a document and how much a hint in it counts."""

    found: Mapping[str, Found]
    weight: float
    name: str


class Classifier:
    """Suggests concepts of a vocabulary; ``analyzers`` by language code."""

    def __init__(self, vocabulary: Vocabulary, analyzers: Mapping[str, Analyzer]) -> None:
        self._vocabulary = vocabulary
        self._analyzers = dict(analyzers)
        self._default = next(iter(self._analyzers))
        self._subjects: dict[str, HintTable] = {}
        self._types: dict[str, HintTable] = {}
        self._scheme_of = {
            concept.id: scheme for scheme in _FIELDS for concept in vocabulary.concepts(scheme)
        }
        self._names = _names(vocabulary)

    def classify(
        self,
        *,
        title: str,
        abstract: str = "",
        pages: Sequence[Page] = (),
        language: str = "fi",
        tokens: Sequence[Sequence[Token]] | None = None,
    ) -> tuple[FieldValue, ...]:
        """Return sectors, themes, regions, programmes and the type, where there is evidence.

        ``tokens`` are the tokens of each page, where the caller has them already: they cost
        more than everything else here.
        """
        language = language if language in self._analyzers else self._default
        analyzer = self._analyzers[language]
        table = self._table(self._subjects, language, tuple(_FIELDS))
        title_words = analyzer.tokens(title)
        zones = [
            _Zone(table.find(title, title_words, None), TITLE_WEIGHT, "title"),
            _Zone(
                table.find(abstract, analyzer.tokens(abstract), None), ABSTRACT_WEIGHT, "abstract"
            ),
        ]
        body, length = self._body(table, analyzer, pages, tokens)
        scores = self._scores(zones, body, length)
        values = self._chosen(scores, [*zones, _Zone(body, 1.0, "text")])
        front = pages[0].text[:_FRONT_CHARS] if pages else ""
        kind = self._type(title, title_words, front, language)
        return (*values, kind) if kind is not None else values

    def resolve(self, values: Iterable[FieldValue]) -> tuple[FieldValue, ...]:
        """Return extracted values with names of organisations and types turned into their ids.

        An organisation the vocabulary does not know keeps its name; a type it does not know is
        left out, because types are chosen from the vocabulary alone.
        """
        resolved = []
        for value in values:
            if value.name == "organisations" and isinstance(value.value, tuple):
                ids = tuple(self._names["organisation"].get(_key(n), n) for n in value.value)
                resolved.append(replace(value, value=tuple(dict.fromkeys(ids))))
            elif value.name == "type" and isinstance(value.value, str):
                known = self._names[_DOCTYPE].get(_key(value.value))
                if known is not None:
                    is_default = known == value.value  # the reader's guess by media type
                    confidence = value.confidence if is_default else TYPE_CONFIDENCE
                    resolved.append(replace(value, value=known, confidence=confidence))
            else:
                resolved.append(value)
        return tuple(resolved)

    def _table(
        self, tables: dict[str, HintTable], language: str, schemes: Sequence[str]
    ) -> HintTable:
        if language not in tables:
            tables[language] = HintTable(self._vocabulary, schemes, self._analyzers[language])
        return tables[language]

    def _body(
        self,
        table: HintTable,
        analyzer: Analyzer,
        pages: Sequence[Page],
        tokens: Sequence[Sequence[Token]] | None,
    ) -> tuple[Mapping[str, Found], int]:
        """Return what the pages hold together, and their length in words."""
        merged: dict[str, Found] = defaultdict(Found)
        length = 0
        for index, page in enumerate(pages):
            words = tokens[index] if tokens is not None else analyzer.tokens(page.text)
            length += len(words)
            for concept, found in table.find(page.text, words, page.number).items():
                _merge(merged[concept], found)
            if length > _MAX_BODY_TOKENS:
                break
        return merged, length

    def _scores(
        self, zones: Sequence[_Zone], body: Mapping[str, Found], length: int
    ) -> Mapping[str, float]:
        concepts = {concept for zone in zones for concept in zone.found} | set(body)
        scores: dict[str, float] = {}
        for concept in concepts:
            scheme = self._scheme_of[concept]
            found = [(zone, zone.found[concept]) for zone in zones if concept in zone.found]
            text = body.get(concept, Found())
            with_weak = _has_pair([*(hits for _, hits in found), text])
            score = sum(zone.weight * _distinct(hits, with_weak=with_weak) for zone, hits in found)
            score += _density(text, length, RULES[scheme], with_weak=with_weak)
            if scheme == "programme" and text.strong_count >= 1:
                score += NAMED_WEIGHT
            scores[concept] = score
        return scores

    def _chosen(
        self, scores: Mapping[str, float], zones: Sequence[_Zone]
    ) -> tuple[FieldValue, ...]:
        """Return the concepts above the threshold of their scheme, the best of each first."""
        values: list[FieldValue] = []
        for scheme, field in _FIELDS.items():
            own = {c: s for c, s in scores.items() if self._scheme_of.get(c) == scheme}
            best = max(own.values(), default=0.0)
            limit = max(RULES[scheme].limit, best * RULES[scheme].share)
            chosen = sorted((c for c, s in own.items() if s >= limit), key=lambda c: -own[c])
            values += [self._value(field, c, own[c], zones) for c in chosen]
        return tuple(values)

    def _value(self, field: str, concept: str, score: float, zones: Sequence[_Zone]) -> FieldValue:
        zone = next(zone for zone in zones if concept in zone.found)
        found = zone.found[concept]
        source = f"hint: {found.surface} ({found.hint}, {zone.name})"
        confidence = min(0.9, 0.4 + 0.12 * score)
        return _value(field, (concept,), source, found.page, confidence)

    def _type(
        self, title: str, title_words: Sequence[Token], front: str, language: str
    ) -> FieldValue | None:
        """Return the type that words of the title name, else words of the first lines."""
        table = self._table(self._types, language, (_DOCTYPE,))
        for name, text, words, confidence, is_weak_enough in self._places(
            title, title_words, front, language
        ):
            found = table.find(text, words, None)
            named = {c: hits for c, hits in found.items() if hits.strong or is_weak_enough}
            if named:
                concept, best = max(named.items(), key=lambda item: _type_score(item[1]))
                source = f"hint: {best.surface} ({best.hint}, {name})"
                page = None if name == "title" else 1
                return _value("type", concept, source, page, confidence)
        return None

    def _places(
        self, title: str, title_words: Sequence[Token], front: str, language: str
    ) -> Iterator[tuple[str, str, Sequence[Token], float, bool]]:
        """Yield where a type may be named, its words, how sure it then is, and if weakly is enough.

        What comes later is only analysed where what came before names none.
        """
        yield "title", title, title_words, 0.75, True
        words = self._analyzers[language].tokens(front)
        head = [word for word in words if word.end <= _HEAD_CHARS]
        yield "first lines", front, head, 0.65, True
        yield "first page", front, words, 0.6, False


def _has_pair(found: Iterable[Found]) -> bool:
    """Whether weak hints may count: beside a strong one, or two different ones together."""
    every = list(found)
    weak = {hint for one in every for hint in one.weak}
    return any(one.strong for one in every) or len(weak) >= _MIN_WEAK


def _distinct(found: Found, *, with_weak: bool) -> float:
    """Return the weights of the different hints of a short text."""
    strong = sum(found.strong.values())
    return strong + (WEAK_WEIGHT * sum(found.weak.values()) if with_weak else 0.0)


def _density(found: Found, length: int, rule: Rule, *, with_weak: bool) -> float:
    """Return how much a long text is about a concept: hints in a thousand words, bounded."""
    count = found.strong_count + (WEAK_WEIGHT * found.weak_count if with_weak else 0.0)
    words = max(length, _MIN_WORDS)  # a short page is not about what it names once
    return min(MAX_BODY, count * 1_000 / words / rule.hits_per_1000)


def _type_score(found: Found) -> float:
    return 2 * sum(found.strong.values()) + sum(found.weak.values())


def _merge(target: Found, source: Found) -> None:
    if not target.hint or (source.strong and not target.strong):
        target.hint, target.surface, target.page = source.hint, source.surface, source.page
    for text, weight in source.strong.items():
        target.strong[text] = max(target.strong.get(text, 0.0), weight)
    for text, weight in source.weak.items():
        target.weak[text] = max(target.weak.get(text, 0.0), weight)
    target.strong_count += source.strong_count
    target.weak_count += source.weak_count


def _value(
    field: str, value: str | tuple[str, ...], source: str, page: int | None, confidence: float
) -> FieldValue:
    return FieldValue(field, value, Origin.EXTRACTED, source, page, round(confidence, 2))


def _names(vocabulary: Vocabulary) -> Mapping[str, Mapping[str, str]]:
    """Return the ids of organisations and types by every name they have."""
    names: dict[str, dict[str, str]] = {}
    for scheme in ("organisation", _DOCTYPE):
        names[scheme] = {}
        for concept in vocabulary.concepts(scheme):
            alternatives = (alt for alts in concept.alt.values() for alt in alts)
            for name in (*alternatives, *concept.labels.values(), concept.id):
                names[scheme][_key(name)] = concept.id
    return names


def _key(name: str) -> str:
    return " ".join(name.casefold().replace("-", " ").split())
