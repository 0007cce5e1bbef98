"""Readings of the Voikko transducer: components with base forms.

The decision behind it: base forms are composed here from the transducer's output, for the native
library and the pip-only transducer alike.  The notation: ``[Bc]`` stands between the components
of a compound, ``=`` and ``[Bm]`` inside one that the dictionary holds whole; ``[Xp]…[X]`` holds
the base form of a lexeme, ``[Xj]…[X]`` the end that a derivation puts in its place; ``[L…]`` is a
word class, ``[R…]`` a participle, ``[Tn4]`` the noun in -minen, ``[S…]`` a case, ``[O…]`` a
possessive, ``[F…]`` a clitic; what stands outside ``[X…]…[X]`` is the word as it was written.
"""

import re
from dataclasses import dataclass, field
from typing import Final

_SIMPLE: Final = re.compile(
    r"\[(L\w+)\](?:\[[ID]\w+\])*\[Xp\]([^\[\]=]+)\[X\]([^\[\]]*)"
    r"(?:\[(S\w+)\]\[N[ym]\]([^\[\]]*))?(?:\[Bh\])?"
)
_STEP: Final = re.compile(r"\[([^\]]+)\]|([^\[]+)")
_NAMES: Final = frozenset(("Lep", "Les", "Lee", "Lem"))
_FAMILY_AND_PLACE: Final = frozenset(("Lep", "Les"))
_AGREEING: Final = frozenset(("Ll", "Lnl", "Lu", "Lr"))
_UNLIKELY: Final = frozenset(("Sko", "Sin", "Tm"))
_REMOVED: Final = str.maketrans("", "", "=-'")


@dataclass(frozen=True, slots=True)
class Component:
    """One component of a reading.

    ``surface`` is its part of the word without hyphens, ``base`` its base form, ``verb`` the verb
    behind a participle or a noun in -minen, else empty; ``inner`` are the leading pieces of a
    compound that the dictionary holds whole (*toimen* of *toimenpide*); ``kind`` is the class of
    the lexeme, ``final`` that of the word derived from it; ``is_bare`` says that neither a
    possessive, a clitic nor a rare case is attached.
    """

    surface: str
    base: str
    kind: str
    final: str
    case: str = ""
    verb: str = ""
    inner: tuple[str, ...] = ()
    is_bare: bool = True

    @property
    def is_name(self) -> bool:
        """Whether the component is a proper name, not a word derived from one."""
        return self.final in _NAMES

    @property
    def is_family_or_place(self) -> bool:
        """Whether the name can stand beside another one (*Helsinki-Vantaa*)."""
        return self.final in _FAMILY_AND_PLACE

    @property
    def may_agree(self) -> bool:
        """Whether the component can inflect together with the word it describes."""
        return self.kind in _AGREEING

    @property
    def weight(self) -> int:
        """Return how many components it counts for; places and families count once."""
        return 1 if self.is_family_or_place else 1 + len(self.inner)


Reading = tuple[Component, ...]


@dataclass(slots=True)
class _Parser:
    """Walks once through a component and keeps what has been seen so far."""

    surface: str = ""
    lexeme: str = ""
    ending: str = ""
    base: str = ""
    verb: str = ""
    kind: str = ""
    final: str = ""
    case: str = ""
    inner: list[str] = field(default_factory=list)
    hidden: str = ""
    has_verb: bool = False
    is_bare: bool = True

    def letters(self, letters: str) -> None:
        if self.hidden == "Xp":
            self.lexeme += letters
        elif self.hidden == "Xj":
            self.ending += letters
        elif not self.hidden:
            self.surface += letters

    def tag(self, tag: str) -> None:
        if tag[0] == "X":
            self._bracket(tag)
        elif tag[0] == "L":
            if self.final == "Lt" and tag in ("Ln", "Ll"):
                self.verb = self.base
            self.kind, self.final = self.kind or tag, tag
        elif tag == "Bm":
            self.inner.append(self.surface)
        elif tag == "Tn4":
            self.verb, self.base = self.base, self.surface + "minen"
            self.has_verb = True
        elif tag[0] == "R":
            self.has_verb = True
        elif tag[0] == "S":
            self.case = tag
        if tag[0] in "OF" or tag in _UNLIKELY:
            self.is_bare = False

    def _bracket(self, tag: str) -> None:
        if tag != "X":
            self.hidden = tag
            return
        if self.hidden == "Xp":
            self.base = self.lexeme
        elif self.hidden == "Xj":
            self.base, self.ending = self.surface + self.ending, ""
        self.hidden = ""

    def component(self) -> Component | None:
        if not self.kind and not self.surface.strip("-"):
            return None
        # saava, syövä and käyvä carry no participle tag (voikko/corevoikko#69).
        is_untagged = self.kind == "Lt" and self.final == "Ll" and self.base[-2:] in ("va", "vä")
        surface = _plain(self.surface)
        return Component(
            surface=surface,
            base=_plain(self.base) or surface,
            kind=self.kind,
            final=self.final,
            case=self.case,
            verb=_plain(self.verb) if self.has_verb or is_untagged else "",
            inner=tuple(_inner(self.inner)) if "=" in self.lexeme or self.inner else (),
            is_bare=self.is_bare,
        )


def _inner(prefixes: list[str]) -> list[str]:
    starts = ["", *prefixes]
    return [_plain(end[len(start) :]) for start, end in zip(starts, prefixes, strict=False)]


def _plain(form: str) -> str:
    return form.translate(_REMOVED).lower()


def parse_component(text: str) -> Component | None:
    """Return a component of the transducer's output, or None for a mere hyphen."""
    simple = _SIMPLE.fullmatch(text)
    if simple:
        kind, base, stem, case, ending = simple.groups()
        surface = _plain(stem + (ending or ""))
        return Component(
            surface, _plain(base), kind, kind, case or "", is_bare=case not in _UNLIKELY
        )
    parser = _Parser()
    for tag, letters in _STEP.findall(text):
        if tag:
            parser.tag(tag)
        else:
            parser.letters(letters)
    return parser.component()


def reading_of(fst_string: str) -> Reading:
    """Return the components of one reading."""
    parsed = map(parse_component, fst_string.split("[Bc]"))
    return tuple(component for component in parsed if component)


def is_dictionary_form(reading: Reading) -> bool:
    """Tell whether the reading takes the word for the nominative of itself."""
    last = reading[-1]
    return last.case == "Sn" and last.is_bare and last.surface == last.base


def best_readings(fst_strings: tuple[str, ...]) -> tuple[Reading, ...]:
    """Return the readings with the fewest components, accidents left out.

    More components are accidents (*hinta+ansa*).  So are possessives and clitics where the word
    is in its dictionary form (*tilanne* is no form of *tila*, *aurinko* none of *Auri*).
    """
    if len(fst_strings) == 1:
        reading = reading_of(fst_strings[0])
        return (reading,) if reading else ()
    readings = dict.fromkeys(filter(None, map(reading_of, fst_strings)))
    if not readings:
        return ()
    weights = {reading: sum(c.weight for c in reading) for reading in readings}
    fewest = min(weights.values())
    kept = tuple(reading for reading in readings if weights[reading] == fewest)
    if any(map(is_dictionary_form, kept)):
        return tuple(reading for reading in kept if reading[-1].is_bare)
    return kept
