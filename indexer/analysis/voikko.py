"""Finnish morphology: the readings of a word, from whichever Voikko this machine has.

The decision behind it: only the transducer's own output string is taken from either library and
read by one parser of ours (`morphology`), because the base forms that the libraries compute hide
the verb behind a participle and differ between the two.  The native library is called through
ctypes directly: one call and one value for each reading, where the stock wrapper makes about 25.
"""

import importlib.metadata
import importlib.util
import logging
import os
import threading
import weakref
from collections.abc import Callable, Mapping
from ctypes import POINTER, PYFUNCTYPE, c_char_p, c_void_p, c_wchar_p
from pathlib import Path
from typing import Final, Protocol

import libvoikko

from corpus.errors import MissingBackend, UnknownValue

ENVIRONMENT: Final = "JULKAISUHAKU_VOIKKO"
_LOGGER: Final = logging.getLogger(__name__)

MAX_CHARACTERS: Final = 45
"""Longer words are hardly in use, and repetitions in them (*alusalusalus…*) multiply readings."""

MAX_READINGS: Final = 100
"""The native library stops here by itself."""

_ANALYZE: Final = PYFUNCTYPE(POINTER(c_void_p), c_void_p, c_wchar_p)
_VALUE: Final = PYFUNCTYPE(c_wchar_p, c_void_p, c_char_p)
_FREE: Final = PYFUNCTYPE(None, POINTER(c_void_p))


class Voikko(Protocol):
    """Readings of Finnish words, usable from several threads."""

    @property
    def name(self) -> str:
        """The name by which the backend is chosen."""
        ...

    @property
    def fingerprint(self) -> str:
        """Library and dictionary with their versions."""
        ...

    def fst_strings(self, word: str) -> tuple[str, ...]:
        """Return the transducer's readings of a lower-cased word, none if it is unknown."""
        ...


class _Handle:
    """One thread's handle; libvoikko keeps the state of a call in it."""

    def __init__(self, library: libvoikko.VoikkoLibrary) -> None:
        error = c_char_p()
        self.pointer: int | None = library.voikkoInit(error, b"fi", None)
        if not self.pointer:
            reason = (error.value or b"").decode(errors="replace")
            raise MissingBackend(f"Voikko has no Finnish dictionary: {reason}", subject="voikko-fi")
        weakref.finalize(self, library.voikkoTerminate, self.pointer)


class NativeVoikko:
    """The libvoikko of the system, with its own dictionary."""

    name = "native"

    def __init__(self) -> None:
        try:
            self._library = libvoikko.VoikkoLibrary.open()
        except OSError as error:
            raise MissingBackend(
                f"libvoikko is not installed: {error}", subject="libvoikko"
            ) from error
        self._library.voikkoGetVersion.restype = c_char_p
        self._threads = threading.local()
        # A call takes microseconds: keeping the interpreter's lock is cheaper than passing it on.
        self._analyze = _ANALYZE(("voikkoAnalyzeWordUcs4", self._library))
        self._value = _VALUE(("voikko_mor_analysis_value_ucs4", self._library))
        self._free = _FREE(("voikko_free_mor_analysis", self._library))
        version = (self._library.voikkoGetVersion() or b"").decode()
        self.fingerprint = f"libvoikko-{version}"
        self._handle()

    def _handle(self) -> int | None:
        handle = _Handle(self._library)
        self._threads.handle = handle
        self._threads.pointer = handle.pointer
        return handle.pointer

    def fst_strings(self, word: str) -> tuple[str, ...]:
        """Return the transducer's readings of a lower-cased word."""
        if len(word) > MAX_CHARACTERS or "\0" in word:
            return ()
        try:
            pointer = self._threads.pointer
        except AttributeError:
            pointer = self._handle()
        analyses = self._analyze(pointer, word)
        if not analyses:
            return ()
        found = []
        index = 0
        while analysis := analyses[index]:
            reading = self._value(analysis, b"FSTOUTPUT")
            if reading is not None:
                found.append(reading)
            index += 1
        self._free(analyses)
        return tuple(found)


class PipVoikko:
    """The transducer that the package pyvoikko ships, run by kfst_rs."""

    name = "pip"

    def __init__(self) -> None:
        spec = importlib.util.find_spec("pyvoikko")
        if spec is None or not spec.submodule_search_locations:
            raise MissingBackend("pyvoikko is not installed", subject="pyvoikko")
        # Neither pyvoikko nor kfst is imported: the first loads the transducer a second time,
        # the second falls back silently to an engine that is eight times slower.
        try:
            import kfst_rs  # noqa: PLC0415 - 230 MB and half a second are spent only by choice
        except ImportError as error:
            raise MissingBackend("kfst-rs is not installed", subject="kfst-rs") from error
        path = Path(spec.submodule_search_locations[0]) / "voikko.kfst"
        self._transducer = kfst_rs.FST.from_kfst_file(str(path))
        self._unknown_letter = kfst_rs.TokenizationException
        self.fingerprint = f"pyvoikko-{importlib.metadata.version('pyvoikko')}"

    def fst_strings(self, word: str) -> tuple[str, ...]:
        """Return the transducer's readings of a lower-cased word."""
        if len(word) > MAX_CHARACTERS:
            return ()
        try:
            return tuple(reading for reading, _ in self._transducer.lookup(word)[:MAX_READINGS])
        except self._unknown_letter:
            return ()


class NoVoikko:
    """No morphology at all: every word is unknown and left to the rules."""

    name = "rules"
    fingerprint = "rules"

    def fst_strings(self, word: str) -> tuple[str, ...]:
        """Return no reading."""
        del word
        return ()


_BACKENDS: Final[Mapping[str, Callable[[], Voikko]]] = {
    "native": NativeVoikko,
    "pip": PipVoikko,
    "rules": NoVoikko,
}


def _has_native() -> bool:
    # Opened for real: the library may be there without its Finnish dictionary.
    try:
        NativeVoikko()
    except MissingBackend:
        return False
    return True


def _has_pip() -> bool:
    return all(importlib.util.find_spec(package) for package in ("pyvoikko", "kfst_rs"))


def available_backends() -> tuple[str, ...]:
    """Return the names of the backends that this machine has, the best first."""
    found = {"native": _has_native(), "pip": _has_pip(), "rules": True}
    return tuple(name for name, is_here in found.items() if is_here)


def backend_name() -> str:
    """Return the backend that is used where none is asked for; the environment may name it."""
    named = os.environ.get(ENVIRONMENT, "").strip()
    return _checked(named) if named else available_backends()[0]


def _checked(name: str) -> str:
    if name not in _BACKENDS:
        known = ", ".join(_BACKENDS)
        raise UnknownValue(
            f"Nobody knows the Voikko backend {name!r} (known: {known}).", subject=name
        )
    return name


def open_voikko(name: str | None = None) -> Voikko:
    """Open a backend, by default the best there is.

    Raises UnknownValue for a name nobody knows, MissingBackend for one that is not installed.
    Without any asked for, one that cannot be opened is left for the next.
    """
    forced = name or os.environ.get(ENVIRONMENT, "").strip()
    if forced:
        return _opened(_checked(forced))
    for candidate in available_backends():
        try:
            return _opened(candidate)
        except MissingBackend as error:
            _LOGGER.warning("%s", error)
    return NoVoikko()


def _opened(name: str) -> Voikko:
    if name == "rules":
        _LOGGER.warning(
            "Voikko is missing: Finnish inflection is guessed from endings. Install it: "
            "apt install libvoikko1 voikko-fi, brew install libvoikko "
            "or pip install pyvoikko kfst-rs"
        )
    return _BACKENDS[name]()
