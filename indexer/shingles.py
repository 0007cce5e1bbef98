"""A text as a set of its five-word sequences, and the MinHash signature of that set.

One decision: words are compared as they are written, lower-cased, not by their base forms. Two
copies of a text inflect alike, so base forms would find the same pairs at many times the cost.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

WORDS_A_SHINGLE: Final = 5
VALUES: Final = 64
_WORD: Final = re.compile(r"[^\W_]+")
_BLOCK: Final = 4096  # bounds the memory of a signature to 2 MB
_SEED: Final = b"likeness/1"
_HIGH_BITS: Final = np.uint64(32)
_MIX: Final = np.uint64(0xFF51AFD7ED558CCD)  # finaliser of MurmurHash3
_MIX_BITS: Final = np.uint64(33)


@dataclass(frozen=True, slots=True)
class Shingles:
    """The sequences of a text as sorted hashes of 64 bits, each once."""

    hashes: Hashes
    text_hash: str
    words: int

    def __len__(self) -> int:
        """Return how many different sequences there are."""
        return len(self.hashes)

    def count_common(self, other: Shingles) -> int:
        """Return how many sequences both texts have."""
        return len(np.intersect1d(self.hashes, other.hashes, assume_unique=True))

    def signature(self) -> bytes:
        """Return 64 values of 32 bits: for each of 64 hash functions the least of all hashes."""
        factors, offsets = _functions()
        least = np.full(VALUES, np.iinfo(np.uint64).max, dtype=np.uint64)
        for start in range(0, len(self.hashes), _BLOCK):
            block = self.hashes[start : start + _BLOCK, np.newaxis]
            np.minimum(least, (block * factors + offsets).min(axis=0), out=least)
        return (least >> _HIGH_BITS).astype("<u4").tobytes()


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    return _WORD.findall(unicodedata.normalize("NFC", text).replace("\u00ad", "").lower())


def shingles_of(texts: Iterable[str]) -> Shingles:
    """Return the sequences of a text given in pieces; a shorter text is one sequence."""
    words = [word for text in texts for word in words_of(text)]
    line = " ".join(words).encode()
    digest = hashlib.sha256(line).hexdigest()
    if not words:
        return Shingles(np.empty(0, dtype=np.uint64), digest, 0)
    codes = np.fromiter(map(zlib.crc32, line.split(b" ")), np.uint64, len(words))
    return Shingles(np.unique(_sequences(codes)), digest, len(words))


def estimated_likeness(one: bytes, other: bytes) -> float:
    """Return the share of equal values: an estimate of the share of common sequences."""
    return float(np.mean(np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")))


def _sequences(codes: Hashes) -> Hashes:
    length = min(WORDS_A_SHINGLE, len(codes))
    factors, _ = _functions()
    total = np.zeros(len(codes) - length + 1, dtype=np.uint64)
    for place in range(length):
        total += _mixed(codes[place : len(codes) - length + 1 + place] * factors[place])
        total *= _MIX
    return _mixed(total)


def _mixed(values: Hashes) -> Hashes:
    return (values ^ (values >> _MIX_BITS)) * _MIX


def _functions() -> tuple[Hashes, Hashes]:
    """Return odd factors and offsets of 64 functions, the same in every process and version."""
    stream = hashlib.shake_256(_SEED).digest(2 * VALUES * 8)
    numbers = np.frombuffer(stream, dtype="<u8").astype(np.uint64)
    return numbers[:VALUES] | np.uint64(1), numbers[VALUES:]
