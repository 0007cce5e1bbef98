"""One Finnish word at a time: readings, guesses and pieces, put into tiers.

The decision behind it: what is certain comes first and what is guessed only fills the gaps.  A
word is read by Voikko; else by the lexicon; else it is taken apart at colons, hyphens and
slashes; else a known word is sought at its end, and its base form is guessed.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, product
from typing import Final

from indexer.analysis._terms import (
    Piece,
    Split,
    WordTerms,
    once,
    pieces_of,
    spans_of,
    splits_of,
    without,
)
from indexer.analysis.guess import Guesser, acronym_of, is_case_ending, written_forms_of
from indexer.analysis.lexicon import Lexicon
from indexer.analysis.morphology import (
    Reading,
    best_readings,
    is_dictionary_form,
    lexeme_of,
    parse_component,
)
from indexer.analysis.normalise import MAX_WORD_CHARACTERS, normalise, term_of
from indexer.analysis.voikko import Voikko

_CACHED_WORDS: Final = 100_000
_CACHED_READINGS: Final = 20_000
_CACHED_COMPONENTS: Final = 10_000
_MAX_PIECES: Final = 8
_MAX_READINGS: Final = 8
_SHORTEST_GUESSED: Final = 4
_SHORTEST_PREFIX: Final = 2
_SHORTEST_TAIL: Final = 6
_SHORTEST_TAIL_BASE: Final = 4
_LETTERS_PER_TAIL_COMPONENT: Final = 10
_MAX_TAILS_TRIED: Final = 12
_BORDERS: Final = re.compile(r"[-/&.:]+")
_OPAQUE: Final = re.compile(r"[/.&]")
_YEARS: Final = re.compile(r"([12]\d{3})[-/]([12]\d{3})")
_HUMPS: Final = re.compile(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])")
_TAIL_KINDS: Final = frozenset(("Ln", "Ll", "Lnl", "Lt"))


class FinnishWords:
    """Terms of Finnish words, remembered; safe to use from several threads."""

    def __init__(self, voikko: Voikko, lexicon: Lexicon) -> None:
        self._voikko = voikko
        self._lexicon = lexicon
        self._guesser = Guesser()
        self._component = lru_cache(maxsize=_CACHED_COMPONENTS)(parse_component)
        self.readings = lru_cache(maxsize=_CACHED_READINGS)(self._readings)
        self.terms = lru_cache(maxsize=_CACHED_WORDS)(self._terms)

    # `terms` takes a word as it was written.
    def _readings(self, word: str) -> tuple[Reading, ...]:
        fst_strings = self._voikko.fst_strings(word)
        return best_readings(fst_strings, word, self._component) if fst_strings else ()

    def read(self, word: str) -> tuple[Reading, ...]:
        """Return the readings of a lower-cased word by Voikko, else by the lexicon."""
        return self.readings(word) or self._lexicon.readings(word, self.readings)

    def _terms(self, written: str) -> WordTerms:
        word = written if written.isascii() else normalise(written)
        surface = word.lower()
        if len(word) > MAX_WORD_CHARACTERS or word.isdigit():
            surface = surface[:MAX_WORD_CHARACTERS]
            return WordTerms(surface, (surface,), (surface,))
        if word[1:].islower() and word != surface:
            return self.terms(surface)
        if word.isalpha() or not _OPAQUE.search(surface):
            acronym = acronym_of(word)
            fst_strings = self._voikko.fst_strings(surface)
            if len(fst_strings) == 1 and not acronym:
                base = lexeme_of(fst_strings[0])
                if base:
                    full = (base,) if base == surface else (base, term_of(surface))
                    return WordTerms(surface, (base,), full, is_known=True)
            readings = best_readings(fst_strings, surface, self._component) if fst_strings else ()
            readings = readings or self._lexicon.readings(surface, self.readings)
            if readings:
                return self._known(surface, readings, acronym)
        if word.isalpha():
            return self._unknown(word, surface)
        return (
            self._with_marked_ending(word, surface)
            or self._joined(word, surface)
            or self._unknown(word, surface)
        )

    def _known(self, surface: str, readings: Sequence[Reading], acronym: str) -> WordTerms:
        if len(readings) == 1 and not acronym:
            return self._known_once(surface, readings[0])
        base: list[str] = []
        verbs: list[str] = []
        wanted: list[str] = []
        parts: list[str] = []
        # A noun as it stands in the dictionary is not meant as a verb: tuki, toimi, lähde.
        is_noun = len(readings) > 1 and any(map(is_dictionary_form, readings))
        for reading in readings:
            last = reading[-1]
            forms = [last.base] if len(reading) == 1 else _joined_bases(reading)
            base += forms
            if last.case or not is_noun:
                wanted += forms
            if last.verb:
                verbs.append("".join([c.surface for c in reading[:-1]]) + last.verb)
            if len(reading) > 1 or last.inner:
                parts += self._parts(pieces_of(reading))
        if acronym:
            base.append(acronym)
            wanted.append(acronym)
        terms = tuple(dict.fromkeys(base + verbs))
        wanted.append(term_of(surface))
        if parts:
            parts = [] if _is_whole_name(readings, surface) else parts
        return WordTerms(
            surface,
            terms,
            tuple(dict.fromkeys(wanted)),
            without(parts, terms) if parts else (),
            without(verbs, base) if verbs else (),
            is_known=True,
        )

    def _known_once(self, surface: str, reading: Reading) -> WordTerms:
        """Return the terms of a word with one reading, as three words of four have."""
        last = reading[-1]
        if len(reading) == 1:
            lead = ""
            base: tuple[str, ...] = (last.base,)
        else:
            lead = "".join([component.surface for component in reading[:-1]])
            base = once(_joined_bases(reading))
        full = once(base, (term_of(surface),))
        verbs: tuple[str, ...] = ()
        if last.verb and lead + last.verb not in base:
            verbs = (lead + last.verb,)
            base += verbs
        parts: tuple[str, ...] = ()
        if (lead or last.inner) and not _is_whole_name((reading,), surface):
            parts = without(self._parts(pieces_of(reading)), base)
        return WordTerms(surface, base, full, parts, verbs, (), is_known=True)

    def _parts(self, pieces: Sequence[Piece]) -> list[str]:
        parts = spans_of(pieces)
        for surface, _, is_inflected in pieces[:-1]:
            if surface.endswith("s"):
                parts.append(surface)
            if is_inflected:
                parts += self._bases_of_modifier(surface)
        return parts

    def _bases_of_modifier(self, form: str) -> list[str]:
        readings = self.readings(form) or self.readings(form + "-")
        return [reading[0].base for reading in readings if len(reading) == 1]

    def _with_marked_ending(self, word: str, surface: str) -> WordTerms | None:
        for mark in ":'":
            head, found, ending = word.rpartition(mark)
            if found and head and is_case_ending(ending):
                terms = self.terms(head)
                whole = term_of(head)
                return WordTerms(
                    surface,
                    base=once((whole,), terms.base),
                    full=once((whole,), terms.full),
                    parts=without(terms.parts, (whole,)),
                    verbs=terms.verbs,
                    guesses=terms.guesses,
                    is_known=terms.is_known,
                )
        return None

    def _joined(self, word: str, surface: str) -> WordTerms | None:
        written = [piece for piece in _BORDERS.split(word) if piece][:_MAX_PIECES]
        if len(written) < 2:  # noqa: PLR2004 - one word, or marks alone
            return None
        readings = self._composed(written) if "-" in word else ()
        if readings:
            return self._known(surface, readings, "")
        words = [self.terms(piece) for piece in written]
        head = words[-1]
        lead = "".join(map(term_of, written[:-1]))
        years = _YEARS.fullmatch(surface)
        base = once((lead + term for term in head.base), years.groups() if years else ())
        pieces = [
            Piece(term_of(piece), terms.base) for piece, terms in zip(written, words, strict=True)
        ]
        inner = [part for terms in words for part in terms.parts]
        return WordTerms(
            surface,
            base=base,
            full=once((lead + term for term in head.full), (term_of(surface),)),
            parts=without((*spans_of(pieces), *inner), base),
            verbs=tuple(lead + verb for verb in head.verbs),
            guesses=tuple(lead + guess for guess in head.guesses),
            is_known=head.is_known,
        )

    def _composed(self, written: Sequence[str]) -> tuple[Reading, ...]:
        """Return the readings of a hyphenated word whose pieces are all known."""
        found = [self.read(piece.lower()) for piece in written]
        if all(found):
            # The transducer composes some of these words and not others, one backend less often.
            return tuple(
                tuple(component for reading in choice for component in reading)
                for choice in islice(product(*found), _MAX_READINGS)
            )
        # A hyphen that was left over from the end of a line (laitok-sen).
        return self.read("".join(written).lower())

    def _unknown(self, word: str, surface: str) -> WordTerms:
        term = term_of(surface)
        acronym = acronym_of(word)
        if len(term) < _SHORTEST_GUESSED or not term[-1].isalpha():
            return WordTerms(surface, (term,), (term,))
        tail_bases, parts = self._tail(term)
        guesses = once((acronym,), tail_bases, self._meant(term), self._guesser.bases(term))
        full = once((term,), guesses)
        base = once(full, (self._guesser.stem(term),))
        humps = _HUMPS.split(word)
        if len(humps) > 1:
            parts += [
                part
                for hump in humps
                if len(hump) >= _SHORTEST_GUESSED
                for part in self.terms(hump).base
            ]
        return WordTerms(surface, base, full, without(parts, base), guesses=without(base, (term,)))

    def _meant(self, term: str) -> Iterator[str]:
        if term.endswith("s"):
            yield from self._bases_of_modifier(term)
        for written in written_forms_of(term):
            for reading in self.readings(written):
                if len(reading) == 1:
                    yield from (reading[0].base, reading[0].verb)

    def _tail(self, term: str) -> tuple[list[str], list[str]]:
        """Return base forms and parts of a word whose end is known (*nano|selluloosan*)."""
        last_start = min(len(term) - _SHORTEST_TAIL, _MAX_TAILS_TRIED)
        for start in range(_SHORTEST_PREFIX, last_start + 1):
            tail, prefix = term[start:], term[:start]
            readings = [reading for reading in self.readings(tail) if _is_tail(reading, tail)]
            if readings:
                known = self._known(tail, readings, "")
                parts = [*known.base, *known.parts, prefix, *self._bases_of_modifier(prefix)]
                return [prefix + base for base in known.base], parts
        return [], []

    def splits(self, word: str) -> list[Split]:
        """Return every way to take a compound apart in two, for suspended hyphens."""
        written = [piece for piece in normalise(word).split("-") if piece]
        lead = "".join(map(term_of, written[:-1]))
        if not written or len(word) > MAX_WORD_CHARACTERS:
            return []
        splits = [
            Split(lead + split.lead, split.tails, split.parts)
            for reading in self.read(written[-1].lower())
            if not reading[-1].is_name
            for split in splits_of(pieces_of(reading))
        ]
        if lead:
            head = self.terms(written[-1])
            is_name = any(r[-1].is_name for r in self.read(written[-1].lower()))
            splits.append(Split(lead, head.base, head.parts, is_name=is_name))
        return splits


def _joined_bases(reading: Reading) -> list[str]:
    """Return the base forms of a compound: two, where a leading adjective agrees (*isossa*)."""
    last = reading[-1]
    leads = reading[:-1]
    bases = ["".join([component.surface for component in leads]) + last.base]
    if last.case not in ("", "Sn") and any(c.may_agree and c.case == last.case for c in leads):
        agreeing = [
            component.base
            if component.may_agree and component.case == last.case
            else component.surface
            for component in leads
        ]
        bases.append("".join(agreeing) + last.base)
    return bases


def _is_whole_name(readings: Sequence[Reading], surface: str) -> bool:
    """Tell whether the word is a name that must not be split (*Joensuu*, *Keski-Suomi*)."""
    names = [reading for reading in readings if reading[-1].is_name]
    if not names:
        return False
    if "-" in surface and all(c.is_family_or_place for reading in names for c in reading):
        return False
    return len(names) == len(readings) or any(r[-1].is_family_or_place for r in names)


def _is_tail(reading: Reading, tail: str) -> bool:
    last = reading[-1]
    return (
        last.kind in _TAIL_KINDS
        and len(last.base) >= _SHORTEST_TAIL_BASE
        and len(reading) <= 1 + len(tail) // _LETTERS_PER_TAIL_COMPONENT
    )
