"""Readings of the Voikko transducer: components with base forms.

The decision behind it: base forms are composed here from the transducer's output, for the native
library and the pip-only transducer alike.  The notation: ``[Bc]`` stands between the components
of a compound, ``=`` and ``[Bm]`` inside one that the dictionary holds whole; ``[Xp]…[X]`` holds
the base form of a lexeme, ``[Xj]…[X]`` the end that a derivation puts in its place; ``[L…]`` is a
word class, ``[R…]`` a participle, ``[Tn4]`` the noun in -minen, ``[S…]`` a case, ``[O…]`` a
possessive, ``[F…]`` a clitic; what stands outside ``[X…]…[X]`` is the word as it was written.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

_TAGS: Final = re.compile(r"\[X[pjrs]\][^\[]*\[X\]|\[[^\]]*\]")
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
_HIDDEN: Final = frozenset(("Xp", "Xj", "Xr", "Xs"))
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
Parse = Callable[[str], Component | None]


def _unmarked(form: str) -> str:
    """Return what was written without the marks of borders."""
    return form if form.isalpha() else form.translate(_REMOVED)


def parse_component(text: str, surface: str = "") -> Component | None:
    """Return a component of the transducer's output, or None for a mere hyphen.

    ``surface`` is the component as it was written, where that is known beforehand.
    """
    # Three components of four are neither derived nor marked: one expression reads them.
    plain = None if "[Xj]" in text else _PLAIN.fullmatch(text)
    if plain:
        kind, base, stem, case, ending = plain.groups("")
        return Component(surface or stem + ending, base.lower(), kind, kind, case)
    if text[:2] == "[L":
        return _tagged(text, surface)
    surface = surface or _unmarked(_TAGS.sub("", text))
    return Component(surface, surface, "", "") if surface else None


def _tagged(text: str, surface: str) -> Component:
    """Return a component with derivations, participles, clitics or inner borders."""
    # One pass over the tags, each with the letters behind it: every second word comes here, and
    # an expression for each question took twice as long.
    fields = text.replace("]", "[").split("[")
    kind = final = fields[1]
    written = base = verb = ""
    inner: list[str] = []
    border = 0
    for tag, letters in zip(fields[1::2], fields[2::2], strict=True):
        if tag[:1] == "L":
            if final == "Lt" and tag != "Lt":
                verb = base
            final = tag
        elif tag == "Xp":
            base = base or letters
        elif tag == "Xj":
            base = _unmarked(written) + letters
        elif tag == "Tn4":
            verb, base = base, _unmarked(written) + "minen"
        elif tag == "Bm":
            inner.append(_unmarked(written[border:]))
            border = len(written)
        if tag not in _HIDDEN:
            written += letters
    surface = surface or _unmarked(written)
    if not _has_verb(text, kind, final, base):
        verb = ""
    case, is_bare = _inflection(text)
    base, verb = _unmarked(base).lower() or surface, _unmarked(verb).lower()
    return Component(surface, base, kind, final, case, verb, tuple(inner), is_bare)


def _has_verb(text: str, kind: str, final: str, base: str) -> bool:
    # saava, syövä and käyvä carry no participle tag (voikko/corevoikko#69).
    is_untagged = kind == "Lt" and final == "Ll" and base.endswith(("va", "vä"))
    return is_untagged or "[R" in text or "[Tn4]" in text


def _inflection(text: str) -> tuple[str, bool]:
    """Return the case and whether nothing rare is attached.

    That is a possessive, a clitic, the comitative, the instructive or the potential.
    """
    at = text.find("[S")
    case = text[at + 1 : text.index("]", at)] if at >= 0 else ""
    is_rare = "[O" in text or "[F" in text or "[Tm]" in text or case in _RARE_CASES
    return case, not is_rare


def lexeme_of(fst_string: str) -> str:
    """Return the base form of a reading without compound or derivation, else an empty string.

    Half of all words have one such reading only; for them nothing else has to be known.
    """
    if "[Bc]" in fst_string or "[Xj]" in fst_string:
        return ""
    simple = _LEXEME.fullmatch(fst_string)
    return simple[1].lower() if simple else ""


def reading_of(fst_string: str, word: str, parse: Parse = parse_component) -> Reading:
    """Return the components of one reading of a word written without hyphens."""
    if "[Bc]" not in fst_string:
        component = parse_component(fst_string, word)
        return (component,) if component else ()
    *leading, last = fst_string.split("[Bc]")
    parsed = [*map(parse, leading), parse_component(last)]
    return tuple([component for component in parsed if component])


def is_dictionary_form(reading: Reading) -> bool:
    """Tell whether the reading takes the word for the nominative of itself."""
    last = reading[-1]
    return last.case == "Sn" and last.is_bare and last.surface == last.base


def best_readings(
    fst_strings: Sequence[str], word: str, parse: Parse = parse_component
) -> tuple[Reading, ...]:
    """Return the readings with the fewest components, accidents left out.

    More components are accidents (*hinta+ansa*).  So are possessives and clitics where the word
    is in its dictionary form (*tilanne* is no form of *tila*, *aurinko* none of *Auri*).

    ``parse`` reads the leading components, which recur in many words: it may remember them.
    """
    written = _unmarked(word).lower()
    readings = [reading_of(fst_string, written, parse) for fst_string in fst_strings]
    if len(readings) < 2:  # noqa: PLR2004 - nothing to choose
        return tuple(filter(None, readings))
    readings = [reading for reading in readings if reading]
    if any(len(reading) > 1 or reading[0].inner for reading in readings):
        weights = [sum([component.weight for component in reading]) for reading in readings]
        fewest = min(weights)
        pairs = zip(readings, weights, strict=True)
        readings = [reading for reading, weight in pairs if weight == fewest]
    if any(map(is_dictionary_form, readings)):
        return tuple([reading for reading in readings if reading[-1].is_bare])
    return tuple(readings)
