"""Words that Voikko does not know, each with a word that inflects alike.

The decision behind it: a librarian adds a line with the word and a model word that Voikko knows;
the word is then inflected by Voikko itself, which reads the model in its place, so that gradation,
plurals and compounds come out right without a paradigm in this project.

The file holds ``word<TAB>model`` a line; ``#`` begins a comment.  A ``+`` in the word marks the
border of a compound (``resurssi+viisas``), which makes its parts findable.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from corpus.errors import InvalidVocabulary
from indexer.analysis.morphology import Component, Reading

PACKAGED: Final = "lexicon.tsv"
_SHORTEST_STEM: Final = 3
_VOWELS: Final = frozenset("aeiouyäö")

Reader = Callable[[str], tuple[Reading, ...]]
"""What reads a word: the readings of a lower-cased word, none if it is unknown."""


@dataclass(frozen=True, slots=True)
class LexiconError:
    """A line that cannot be used, with the reason in Finnish."""

    file: str
    line: int
    entry: str
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A word and its model, without the ending that they share."""

    word: str
    model: str
    stem: str
    model_stem: str
    inner: tuple[str, ...] = ()

    @property
    def ending(self) -> str:
        """The ending that the word and its model share."""
        return self.word[len(self.stem) :]


def _entry(line: str) -> Entry:
    written, _, model = (field.strip().lower() for field in line.partition("\t"))
    word, model = written.replace("+", "").replace("-", ""), model.replace("-", "")
    shared = 0
    while shared < min(len(word), len(model)) and word[-1 - shared] == model[-1 - shared]:
        shared += 1
    stem = word[: len(word) - shared]
    if len(stem) < _SHORTEST_STEM:
        stem = word[:_SHORTEST_STEM]
    ending = word[len(stem) :]
    model_stem = model[: len(model) - len(ending)]
    return Entry(word, model, stem, model_stem, tuple(written.split("+")[:-1]))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.partition("#")[0].rstrip()
        if line.strip():
            yield number, line


class Lexicon:
    """The entries of one lexicon file."""

    def __init__(self, entries: Sequence[Entry], fingerprint: str, text: str = "") -> None:
        self._entries = tuple(entries)
        self._starts = frozenset(entry.stem[:_SHORTEST_STEM] for entry in entries)
        self.fingerprint = fingerprint
        self.text = text

    @classmethod
    def load(cls, path: Path | None = None) -> "Lexicon":
        """Read a lexicon, the packaged one without a path; raises InvalidVocabulary."""
        text = _read(path)
        errors = list(_form_errors(str(path or PACKAGED), text))
        if errors:
            first = errors[0]
            raise InvalidVocabulary(
                f"{first.file}, rivi {first.line}: {first.entry}: {first.reason}",
                subject=first.file,
            )
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        return cls([_entry(line) for _, line in _lines(text)], digest, text)

    def readings(self, word: str, read: Reader) -> tuple[Reading, ...]:
        """Return the readings of a lower-cased word that holds a word of the lexicon."""
        starts = [word[at : at + _SHORTEST_STEM] for at in range(len(word) - 2)]
        if self._starts.isdisjoint(starts):
            return ()
        for entry in self._entries:
            at = word.find(entry.stem)
            if at < 0:
                continue
            rest = word[at + len(entry.stem) :]
            found = read(word[:at] + entry.model_stem + rest)
            readings = [_restored(reading, entry, at) for reading in found]
            kept = tuple(reading for reading in readings if reading)
            if kept:
                return kept
        return ()


def _restored(reading: Reading, entry: Entry, at: int) -> Reading:
    """Return the reading with the word in the place of its model, or nothing."""
    start = 0
    restored: list[Component] = []
    is_found = False
    for component in reading:
        if start == at and component.base == entry.model:
            restored.append(
                component._replace(
                    surface=entry.stem + component.surface[len(entry.model_stem) :],
                    base=entry.word,
                    verb="",
                    inner=entry.inner,
                )
            )
            is_found = True
        else:
            restored.append(component)
        start += len(component.surface)
    return tuple(restored) if is_found else ()


def _is_back(word: str) -> bool:
    """Tell whether endings take back vowels: the last vowel but e and i decides."""
    deciding = [letter for letter in word.lower() if letter in "aouåyäö"]
    return bool(deciding) and deciding[-1] in "aouå"


def _read(path: Path | None) -> str:
    if path is None:
        return files("indexer.analysis").joinpath(PACKAGED).read_text(encoding="utf-8")
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidVocabulary(
            f"Sanastoa ei voi lukea: {path}: {error}", subject=str(path)
        ) from error


def _form_errors(file: str, text: str) -> Iterator[LexiconError]:
    seen: set[str] = set()
    for number, line in _lines(text):
        entry = line.strip()
        word, _, model = (field.strip() for field in line.partition("\t"))
        if not word or not model or "\t" in model:
            yield LexiconError(file, number, entry, "rivillä on oltava sana, sarkain ja mallisana")
        elif not word.replace("+", "").replace("-", "").isalpha() or not model.isalpha():
            yield LexiconError(file, number, entry, "sanassa ja mallissa saa olla vain kirjaimia")
        elif (word[-1].lower() in _VOWELS) != (model[-1].lower() in _VOWELS):
            yield LexiconError(file, number, entry, "sana ja malli päättyvät eri tavoin")
        elif _is_back(word) != _is_back(model):
            yield LexiconError(file, number, entry, "sanan ja mallin vokaalisointu eroaa")
        elif word.lower() in seen:
            yield LexiconError(file, number, entry, "sana on jo luettelossa")
        seen.add(word.lower())


def check(path: Path | None, read: Reader) -> list[LexiconError]:
    """Return what is wrong with a lexicon, by file, line and entry; nothing if it is sound."""
    file, text = str(path or PACKAGED), _read(path)
    errors = list(_form_errors(file, text))
    wrong = {error.line for error in errors}
    for number, line in _lines(text):
        if number in wrong:
            continue
        entry = _entry(line)
        if not any(len(r) == 1 and r[0].base == entry.model for r in read(entry.model)):
            reason = f"mallisanaa ”{entry.model}” ei tunneta"
            errors.append(LexiconError(file, number, line.strip(), reason))
        elif read(entry.word):
            errors.append(LexiconError(file, number, line.strip(), "sana tunnetaan jo"))
    return sorted(errors, key=lambda error: error.line)
