"""Hashing of passwords by scrypt.

One decision: `hashlib.scrypt` of the standard library, with its cost written into every hash. The
cost (32 MiB and three rounds: 0.2 to 0.25 s on one core of 2024) can be raised later, and hashes
made before go on being verified at the cost they were made with.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final, Self

from corpus.errors import InvalidInput

MIN_CHARACTERS: Final = 12
MAX_CHARACTERS: Final = 256
_SCHEME: Final = "scrypt"
_SALT_BYTES: Final = 16
_HASH_BYTES: Final = 32
_BLOCK_BYTES: Final = 128  # of memory, for each unit of N x r
_MAX_MEMORY_BYTES: Final = 256 * 1024 * 1024
_ONE_TIME_BYTES: Final = 15  # 24 characters in base 32: nobody guesses 120 bits


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hash costs: N (a power of two), r and p of scrypt."""

    n: int = 2**15
    r: int = 8
    p: int = 3

    @property
    def memory_bytes(self) -> int:
        """The memory scrypt needs, with room for its own bookkeeping."""
        return _BLOCK_BYTES * self.r * (self.n + self.p + 2)

    @property
    def is_allowed(self) -> bool:
        """Whether scrypt takes it, within the memory that a hash may claim."""
        is_power = self.n > 1 and self.n & (self.n - 1) == 0
        return is_power and min(self.r, self.p) > 0 and self.memory_bytes <= _MAX_MEMORY_BYTES


DEFAULT_COST: Final = Cost()


@dataclass(frozen=True, slots=True)
class _Hash:
    cost: Cost
    salt: bytes
    digest: bytes

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a hash; None where it is none, or one of a cost that scrypt does not know."""
        try:
            scheme, n, r, p, salt, digest = text.split(":")
            cost = Cost(int(n), int(r), int(p))
            parsed = cls(cost, base64.b64decode(salt), base64.b64decode(digest))
        except (ValueError, binascii.Error):
            return None
        is_usable = scheme == _SCHEME and cost.is_allowed and bool(parsed.digest)
        return parsed if is_usable else None

    def __str__(self) -> str:
        salt, digest = (base64.b64encode(part).decode() for part in (self.salt, self.digest))
        return f"{_SCHEME}:{self.cost.n}:{self.cost.r}:{self.cost.p}:{salt}:{digest}"


def hash_password(password: str, cost: Cost = DEFAULT_COST) -> str:
    """Return the hash to keep, with a salt of its own.

    Raises `InvalidInput` for a password that is too short or too long.
    """
    check_password(password)
    salt = secrets.token_bytes(_SALT_BYTES)
    return str(_Hash(cost, salt, _derive(password, salt, cost, _HASH_BYTES)))


def blank_hash(cost: Cost = DEFAULT_COST) -> str:
    """Return a hash that no password has, to be verified where there is no account."""
    return str(_Hash(cost, bytes(_SALT_BYTES), secrets.token_bytes(_HASH_BYTES)))


def verify_password(password: str, kept: str) -> bool:
    """Whether a password is the one of a hash; takes the hash's time whatever is given.

    A longer password than any can be is hashed as far as the longest one reaches, and is wrong.
    """
    parsed = _Hash.parse(kept)
    if parsed is None:
        return False
    given = password[:MAX_CHARACTERS]
    digest = _derive(given, parsed.salt, parsed.cost, len(parsed.digest))
    return hmac.compare_digest(digest, parsed.digest) and len(password) <= MAX_CHARACTERS


def check_password(password: str) -> None:
    """Raise `InvalidInput` for a password that cannot be chosen, and say why.

    Length is all that is asked for: rules about kinds of characters make passwords worse.
    """
    length = len(password)
    if length < MIN_CHARACTERS:
        message = f"A password has at least {MIN_CHARACTERS} characters."
        raise InvalidInput(message, subject="password_short")
    if length > MAX_CHARACTERS:
        message = f"A password has at most {MAX_CHARACTERS} characters."
        raise InvalidInput(message, subject="password_long")


def random_password() -> str:
    """Return a password that can be read out: groups of lower-case letters and digits."""
    text = base64.b32encode(secrets.token_bytes(_ONE_TIME_BYTES)).decode().lower()
    return "-".join(text[start : start + 6] for start in range(0, len(text), 6))


def _derive(password: str, salt: bytes, cost: Cost, size_bytes: int) -> bytes:
    # One keyboard sends ä as one character, another as two: both are the same password.
    text = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(
        text, salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=cost.memory_bytes, dklen=size_bytes
    )
