"""The controlled vocabulary: sectors, themes, regions, types, organisations in three languages.

One decision: the vocabulary is a file of data, so that any organisation brings its own. The code
knows the schemes its facets are made of, never a concept; ids are stable and never reused.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from corpus._entry import Entry, TomlFile
from corpus.errors import UnknownValue

FACET_SCHEMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sector": "sector",
        "theme": "theme",
        "region": "region",
        "programme": "programme",
        "type": "doctype",
        "organisation": "organisation",
    }
)
"""The scheme behind each facet (``elmo_priority`` is shown on documents only)."""

_FALLBACK: Final = ("fi", "en", "sv")
_CONCEPT_KEYS: Final = frozenset(
    {
        "id",
        "scheme",
        "notation",
        "parent",
        "label",
        "alt",
        "hints",
        "weak",
        "exclude",
        "yso",
        "places",
        "region",
        "organisations",
        "role",
        "url",
        "start",
        "end",
        "iso3166_2",
        "coar_label",
        "schema_org",
        "note",
        "confirmed",
        "deprecated",
        "replaced_by",
    }
)
_EMPTY_LISTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})


def _in_language(labels: Mapping[str, str], language: str, otherwise: str) -> str:
    for candidate in (language, *_FALLBACK):
        if label := labels.get(candidate):
            return label
    return otherwise


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of concept: its name in each language, and how values of it combine."""

    id: str
    labels: Mapping[str, str]
    is_hierarchical: bool = False
    is_multivalued: bool = True
    within: str = "or"


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of a scheme.

    ``hints`` suggest it when one stands in a title or text, ``weak`` ones only in pairs, and
    ``exclude`` lists words that must not count; all are base forms or phrases by language.
    """

    id: str
    scheme: str
    labels: Mapping[str, str]
    notation: str = ""
    parent: str | None = None
    alt: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EMPTY_LISTS)
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EMPTY_LISTS)
    weak: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EMPTY_LISTS)
    exclude: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EMPTY_LISTS)
    related: tuple[tuple[str, str], ...] = ()  # (address, label) of close concepts in YSO
    places: tuple[str, ...] = ()
    region: str | None = None
    organisations: tuple[str, ...] = ()
    role: str = ""
    url: str = ""
    start: str = ""
    end: str = ""
    iso3166_2: str = ""
    coar_label: str = ""
    schema_org: str = ""
    note: str = ""
    is_confirmed: bool = False
    is_deprecated: bool = False
    replaced_by: str | None = None

    def label(self, language: str) -> str:
        """Return the name in a language, in another one where that is missing."""
        return _in_language(self.labels, language, self.id)


class Vocabulary:
    """The concepts of a file, by id and by scheme; immutable once loaded."""

    def __init__(
        self,
        schemes: Mapping[str, Scheme],
        concepts: Iterable[Concept],
        *,
        fingerprint: str = "",
        site_texts: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._schemes = dict(schemes)
        self._concepts = {concept.id: concept for concept in concepts}
        self._children: dict[str | None, list[Concept]] = {}
        for concept in self._concepts.values():
            self._children.setdefault(concept.parent, []).append(concept)
        self._site_texts = dict(site_texts or {})
        self.fingerprint = fingerprint

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """Read a vocabulary; `InvalidVocabulary` names file, line and entry of the first fault."""
        file = TomlFile.read(path)
        languages = Entry(file, file.content, "", None).texts("language_order") or ("fi",)
        schemes = _read_schemes(file, languages)
        concepts = _read_concepts(file, schemes, languages)
        _check_references(file, concepts)
        fingerprint = hashlib.sha256(file.text.encode()).hexdigest()
        texts = _read_site_texts(file, languages)
        return cls(schemes, concepts.values(), fingerprint=fingerprint, site_texts=texts)

    def __contains__(self, concept_id: object) -> bool:
        return concept_id in self._concepts

    def __len__(self) -> int:
        return len(self._concepts)

    def schemes(self) -> tuple[Scheme, ...]:
        """Return the schemes in the order of the file."""
        return tuple(self._schemes.values())

    def scheme(self, scheme_id: str) -> Scheme:
        """Return a scheme; `UnknownValue` where there is none of that name."""
        if scheme_id not in self._schemes:
            known = ", ".join(self._schemes)
            message = f"The vocabulary has no scheme {scheme_id!r}. It has: {known}."
            raise UnknownValue(message, subject=scheme_id)
        return self._schemes[scheme_id]

    def scheme_label(self, scheme_id: str, language: str) -> str:
        """Return the name of a scheme in a language."""
        return _in_language(self.scheme(scheme_id).labels, language, scheme_id)

    def concept(self, concept_id: str) -> Concept:
        """Return a concept; `UnknownValue` where there is none of that id."""
        if concept_id not in self._concepts:
            message = f"The vocabulary has no concept {concept_id[:80]!r}."
            raise UnknownValue(message, subject=concept_id[:80])
        return self._concepts[concept_id]

    def label(self, concept_id: str, language: str) -> str:
        """Return a concept's name in a language; the id itself where it is not known."""
        concept = self._concepts.get(concept_id)
        return concept.label(language) if concept is not None else concept_id

    def concepts(self, scheme_id: str) -> tuple[Concept, ...]:
        """Return the concepts of a scheme, each parent followed by what is below it."""
        return tuple(self._below(self.roots(scheme_id)))

    def _below(self, level: Iterable[Concept]) -> Iterator[Concept]:
        for concept in level:
            yield concept
            yield from self._below(self.children(concept.id))

    def roots(self, scheme_id: str) -> tuple[Concept, ...]:
        """Return the concepts of a scheme that stand below no other."""
        self.scheme(scheme_id)
        tops = self._children.get(None, [])
        return tuple(concept for concept in tops if concept.scheme == scheme_id)

    def children(self, concept_id: str) -> tuple[Concept, ...]:
        """Return the concepts right below one."""
        return tuple(self._children.get(concept_id, ()))

    def ancestors(self, concept_id: str) -> tuple[str, ...]:
        """Return the ids of what a concept stands below, the nearest first."""
        above: list[str] = []
        concept = self._concepts.get(concept_id)
        while concept is not None and concept.parent is not None:
            above.append(concept.parent)
            concept = self._concepts.get(concept.parent)
        return tuple(above)

    def site_text(self, key: str, language: str) -> str | None:
        """Return the organisation's own wording of a text of the site, None where it has none."""
        texts = self._site_texts.get(key)
        return _in_language(texts, language, "") or None if texts is not None else None

    def check(self) -> list[str]:
        """Return what looks like a mistake though the file is valid."""
        messages: list[str] = []
        for scheme in self._schemes.values():
            concepts = self.concepts(scheme.id)
            for language in scheme.labels:
                names = Counter(concept.label(language).casefold() for concept in concepts)
                messages += [
                    f"{scheme.id}: the {language} label {name!r} is used {count} times"
                    for name, count in names.items()
                    if count > 1
                ]
            messages += [text for concept in concepts for text in _contradictions(concept)]
        return messages


def _contradictions(concept: Concept) -> Iterator[str]:
    for language, hints in concept.hints.items():
        strong = {hint.casefold() for hint in hints}
        for kind, lists in (("weak", concept.weak), ("exclude", concept.exclude)):
            for word in lists.get(language, ()):
                if word.casefold() in strong:
                    yield f"{concept.id}: {word!r} ({language}) is both a hint and in {kind}"


def _read_schemes(file: TomlFile, languages: tuple[str, ...]) -> dict[str, Scheme]:
    tables = file.content.get("scheme", {})
    if not isinstance(tables, dict) or not all(
        isinstance(table, dict) for table in tables.values()
    ):
        raise file.error("schemes are written as [scheme.name]")
    schemes: dict[str, Scheme] = {}
    for name, table in tables.items():
        entry = Entry(file, table, f"scheme {name}", None)
        entry.only(frozenset({"label", "hierarchical", "multivalued", "within"}))
        labels = entry.by_language("label")
        _require_labels(entry, labels, languages)
        schemes[name] = Scheme(
            name,
            MappingProxyType(labels),
            is_hierarchical=entry.flag("hierarchical", default=False),
            is_multivalued=entry.flag("multivalued", default=True),
            within=entry.text("within", "or"),
        )
    for facet, scheme in FACET_SCHEMES.items():
        if scheme not in schemes:
            raise file.error(f"[scheme.{scheme}] is missing, the facet {facet} is made of it")
    return schemes


def _read_concepts(
    file: TomlFile, schemes: Mapping[str, Scheme], languages: tuple[str, ...]
) -> dict[str, Concept]:
    concepts: dict[str, Concept] = {}
    for number, table in enumerate(file.tables("concept"), start=1):
        concept_id = table.get("id")
        if not isinstance(concept_id, str) or not concept_id:
            raise file.error("the id is missing", entry=f"concept number {number}")
        is_repeated = concept_id in concepts
        line = file.line_of("id", concept_id, occurrence=int(is_repeated))
        entry = Entry(file, table, concept_id, line)
        if is_repeated:
            raise entry.wrong("the id is used twice")
        entry.only(_CONCEPT_KEYS)
        concept = _read_concept(entry, concept_id)
        if concept.scheme not in schemes:
            raise entry.wrong(f"the scheme {concept.scheme!r} is not known")
        _require_labels(entry, concept.labels, languages)
        concepts[concept_id] = concept
    return concepts


def _read_concept(entry: Entry, concept_id: str) -> Concept:
    return Concept(
        id=concept_id,
        scheme=entry.text("scheme"),
        labels=MappingProxyType(entry.by_language("label")),
        notation=entry.text("notation"),
        parent=entry.text("parent") or None,
        alt=MappingProxyType(entry.lists_by_language("alt")),
        hints=MappingProxyType(entry.lists_by_language("hints")),
        weak=MappingProxyType(entry.lists_by_language("weak")),
        exclude=MappingProxyType(entry.lists_by_language("exclude")),
        related=entry.pairs("yso"),
        places=entry.texts("places"),
        region=entry.text("region") or None,
        organisations=entry.texts("organisations"),
        role=entry.text("role"),
        url=entry.text("url"),
        start=entry.text("start"),
        end=entry.text("end"),
        iso3166_2=entry.text("iso3166_2"),
        coar_label=entry.text("coar_label"),
        schema_org=entry.text("schema_org"),
        note=entry.text("note"),
        is_confirmed=entry.flag("confirmed", default=False),
        is_deprecated=entry.flag("deprecated", default=False),
        replaced_by=entry.text("replaced_by") or None,
    )


def _read_site_texts(file: TomlFile, languages: tuple[str, ...]) -> dict[str, Mapping[str, str]]:
    texts: dict[str, Mapping[str, str]] = {}
    for table in file.tables("ui"):
        key = str(table.get("key", ""))
        entry = Entry(file, table, f"ui {key}", file.line_of("key", key))
        entry.only(frozenset({"key", *languages}))
        if not entry.text("key") or key in texts:
            raise entry.wrong("the key is missing or used twice")
        texts[key] = {language: entry.text(language) for language in languages}
    return texts


def _require_labels(entry: Entry, labels: Mapping[str, str], languages: Iterable[str]) -> None:
    for language in languages:
        if language not in labels:
            raise entry.wrong(f"label.{language} is missing")


def _check_references(file: TomlFile, concepts: Mapping[str, Concept]) -> None:
    for concept in concepts.values():
        entry = Entry(file, {}, concept.id, file.line_of("id", concept.id))
        named = [("parent", concept.parent, concept.scheme), ("region", concept.region, "region")]
        named += [("organisations", name, "organisation") for name in concept.organisations]
        named += [("replaced_by", concept.replaced_by, concept.scheme)]
        for key, name, scheme in named:
            if name is None:
                continue
            if name not in concepts:
                raise entry.wrong(f"{key} names {name!r}, which is not there")
            if concepts[name].scheme != scheme:
                raise entry.wrong(f"{key} names {name!r}, which is no {scheme}")
        if _is_in_cycle(concept, concepts):
            raise entry.wrong("it stands below itself (parents in a circle)")


def _is_in_cycle(concept: Concept, concepts: Mapping[str, Concept]) -> bool:
    seen = {concept.id}
    parent = concept.parent
    while parent is not None:
        if parent in seen:
            return True
        seen.add(parent)
        parent = concepts[parent].parent if parent in concepts else None
    return False
