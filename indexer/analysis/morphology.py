"""Readings of the Voikko transducer: components with base forms.

The decision behind it: base forms are composed here from the transducer's output, for the native
library and the pip-only transducer alike.  The notation: ``[Bc]`` stands between the components
of a compound, ``=`` and ``[Bm]`` inside one that the dictionary holds whole; ``[Xp]…[X]`` holds
the base form of a lexeme, ``[Xj]…[X]`` the end that a derivation puts in its place; ``[L…]`` is a
word class, ``[R…]`` a participle, ``[Tn4]`` the noun in -minen, ``[S…]`` a case, ``[O…]`` a
possessive, ``[F…]`` a clitic; what stands outside ``[X…]…[X]`` is the word as it was written.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

_TAGS: Final = re.compile(r"\[X[pjrs]\][^\[]*\[X\]|\[[^\]]*\]")
_CLASSES: Final = re.compile(r"\[(L\w+)\]")
_PLAIN: Final = re.compile(
    r"\[(L\w+)\](?:\[[ID]\w+\])?\[Xp\]([^\[='-]+)\[X\]([^\[='-]*)"
    r"(?:\[(S(?!ko|in\])\w+)\](?:\[N[ym]\])?([^\[='-]*))?(?:\[Bh\])?"
)
_LEXEME: Final = re.compile(
    r"\[L\w+\](?:\[I\w+\])?\[Xp\]([^\[='-]+)\[X\][^\[-]*"
    r"(?:\[S\w+\](?:\[N[ym]\])?(?:\[C[cs]\])?[^\[-]*(?:\[O\w+\]\w+)?"
    r"|(?:\[[TAPNE]\w+\])+[^\[-]*)?"
)
_NAMES: Final = frozenset(("Lep", "Les", "Lee", "Lem"))
_FAMILY_AND_PLACE: Final = frozenset(("Lep", "Les"))
_AGREEING: Final = frozenset(("Ll", "Lnl", "Lu", "Lr"))
_RARE_CASES: Final = frozenset(("Sko", "Sin"))
_REMOVED: Final = str.maketrans("", "", "=-'")


class Component(NamedTuple):
    """One component of a reading; a tuple, because it is built three times faster.

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


def _written(text: str) -> str:
    """Return a component as it was written, without hyphens."""
    form = _TAGS.sub("", text)
    return form if form.isalpha() else form.translate(_REMOVED)


def _plain(form: str) -> str:
    return (form if form.isalpha() else form.translate(_REMOVED)).lower()


def parse_component(text: str, surface: str = "") -> Component | None:
    """Return a component of the transducer's output, or None for a mere hyphen.

    ``surface`` is the component as it was written, where that is known beforehand.
    """
    # Three components of four are neither derived nor marked: one expression reads them.
    plain = _PLAIN.fullmatch(text)
    if plain:
        kind, base, stem, case, ending = plain.groups("")
        return Component(surface or stem + ending, base.lower(), kind, kind, case)
    surface = surface or _written(text)
    if text[:2] != "[L":
        return Component(surface, surface, "", "") if surface else None
    kind = text[1 : text.index("]")]
    lexeme = text.find("[Xp]")
    base = text[lexeme + 4 : text.index("[X]", lexeme)] if lexeme >= 0 else ""
    tag = text.find("[S")
    case = text[tag + 1 : text.index("]", tag)] if tag >= 0 else ""
    # No possessive, clitic, comitative, instructive or potential.
    is_bare = not ("[O" in text or "[F" in text or case in _RARE_CASES or "[Tm]" in text)
    if "[Xj]" in text or "[Bm]" in text or "[R" in text or "[Tn4]" in text or "=" in text:
        return _derived(text, Component(surface, base, kind, kind, case, is_bare=is_bare))
    base = base.lower() if base.isalpha() else _plain(base) or surface
    return Component(surface, base, kind, kind, case, is_bare=is_bare)


def _derived(text: str, plain: Component) -> Component:
    """Return a component with derivations, participles or inner borders."""
    base, final, verb = plain.base, plain.kind, ""
    read = 0
    for segment in text.split("[Xj]"):
        if read:
            base = _written(text[: read - 4]) + segment[: segment.index("[X]")]
        read += len(segment) + 4
        for kind in _CLASSES.findall(segment):
            if final == "Lt" and kind != "Lt":
                verb = base
            final = kind
    action = text.find("[Tn4]")
    if action >= 0:
        verb, base = base, _written(text[:action]) + "minen"
    # saava, syövä and käyvä carry no participle tag (voikko/corevoikko#69).
    is_untagged = plain.kind == "Lt" and final == "Ll" and base.endswith(("va", "vä"))
    has_verb = action >= 0 or is_untagged or "[R" in text
    borders = text.split("[Bm]")[:-1]
    return Component(
        surface=plain.surface,
        base=_plain(base) or plain.surface,
        kind=plain.kind,
        final=final,
        case=plain.case,
        verb=_plain(verb) if has_verb else "",
        inner=tuple(map(_written, borders)),
        is_bare=plain.is_bare,
    )


def lexeme_of(fst_string: str) -> str:
    """Return the base form of a reading without compound or derivation, else an empty string.

    Half of all words have one such reading only; for them nothing else has to be known.
    """
    simple = _LEXEME.fullmatch(fst_string)
    return simple[1].lower() if simple else ""


def reading_of(fst_string: str, word: str) -> Reading:
    """Return the components of one reading of a word written without hyphens."""
    if "[Bc]" not in fst_string:
        component = parse_component(fst_string, word)
        return (component,) if component else ()
    parsed = [parse_component(part) for part in fst_string.split("[Bc]")]
    return tuple([component for component in parsed if component])


def is_dictionary_form(reading: Reading) -> bool:
    """Tell whether the reading takes the word for the nominative of itself."""
    last = reading[-1]
    return last.case == "Sn" and last.is_bare and last.surface == last.base


def best_readings(fst_strings: Sequence[str], word: str) -> tuple[Reading, ...]:
    """Return the readings with the fewest components, accidents left out.

    More components are accidents (*hinta+ansa*).  So are possessives and clitics where the word
    is in its dictionary form (*tilanne* is no form of *tila*, *aurinko* none of *Auri*).
    """
    written = _plain(word)
    readings = [reading_of(fst_string, written) for fst_string in fst_strings]
    if len(readings) < 2:  # noqa: PLR2004 - nothing to choose
        return tuple(filter(None, readings))
    readings = [reading for reading in readings if reading]
    weights = [sum([component.weight for component in reading]) for reading in readings]
    fewest = min(weights)
    if fewest != max(weights):
        pairs = zip(readings, weights, strict=True)
        readings = [reading for reading, weight in pairs if weight == fewest]
    if any(map(is_dictionary_form, readings)):
        return tuple([reading for reading in readings if reading[-1].is_bare])
    return tuple(readings)
