"""How often somebody may try to log in: counted before a password is hashed.

One decision: attempts are rows of the database, counted when they begin and not when they fail.
A hundred tries at once, a restart or a second process thus give nobody more tries than the limit.
They hold keyed hashes, so that no stranger's address or name is kept, and go with the first attempt
after the window.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from corpus._database import Database
from corpus._disk import utc_now

_KEY_CHARACTERS: Final = 32
_TOGETHER: Final = "name_key = ? AND address_key = ?"
_OF_ADDRESS: Final = "address_key = ?"
_OF_NAME: Final = "name_key = ?"
_IPV6_NETWORK: Final = 64  # bits; one household has 2^64 addresses to try from


@dataclass(frozen=True, slots=True)
class Limits:
    """Attempts that may fail within the window: with one name, at one address, with both."""

    window: timedelta = timedelta(minutes=15)
    together: int = 5
    address: int = 20
    name: int = 50


DEFAULT_LIMITS: Final = Limits()


class LogInThrottle:
    """Attempts to log in, in the catalogue's database."""

    def __init__(
        self,
        database: Database,
        key: bytes,
        *,
        limits: Limits = DEFAULT_LIMITS,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._key = key
        self._limits = limits
        self._now = now

    def admit(self, name: str, address: str) -> int:
        """Count an attempt; return 0 when it may go on, else the seconds to wait for.

        An attempt that may not go on does not count, so that waiting always helps.
        """
        now = self._now()
        name_key, address_key = self._name_key(name), self._address_key(address)
        with self._database.transaction():
            self._forget(now)
            wait = max(
                self._wait(now, self._limits.together, _TOGETHER, name_key, address_key),
                self._wait(now, self._limits.address, _OF_ADDRESS, address_key),
                self._wait(now, self._limits.name, _OF_NAME, name_key),
            )
            if wait == 0:
                self._database.execute(
                    "INSERT INTO log_in_attempts VALUES (?, ?, ?)",
                    (name_key, address_key, now.isoformat()),
                )
        return wait

    def forgive(self, name: str, address: str) -> None:
        """Forget a name's attempts at an address: the last one had the right password.

        Attempts at other names stay, or one's own account would open the door to guessing all.
        """
        self._database.execute(
            f"DELETE FROM log_in_attempts WHERE {_TOGETHER}",  # noqa: S608 - constant
            (self._name_key(name), self._address_key(address)),
        )

    def forgive_name(self, name: str) -> None:
        """Forget all attempts of a name: it has another password now."""
        self._database.execute(
            f"DELETE FROM log_in_attempts WHERE {_OF_NAME}",  # noqa: S608 - constant
            (self._name_key(name),),
        )

    def _forget(self, now: datetime) -> None:
        """Drop what is older than the window, and what a clock set back has left in the future."""
        self._database.execute(
            "DELETE FROM log_in_attempts WHERE at <= ? OR at > ?",
            ((now - self._limits.window).isoformat(), now.isoformat()),
        )

    def _wait(self, now: datetime, limit: int, which: str, *keys: str) -> int:
        """Return the seconds until one attempt more is within a limit."""
        row = self._database.row(
            f"SELECT at FROM log_in_attempts WHERE {which}"  # noqa: S608 - constant
            " ORDER BY at DESC LIMIT 1 OFFSET ?",
            (*keys, limit - 1),
        )
        if row is None:
            return 0
        left = datetime.fromisoformat(row["at"]) + self._limits.window - now
        return max(1, math.ceil(left.total_seconds()))

    def _name_key(self, name: str) -> str:
        return self._hash(f"name:{name.strip().lower()}")

    def _address_key(self, address: str) -> str:
        return self._hash(f"address:{network_of(address)}")

    def _hash(self, text: str) -> str:
        raw = text.encode("utf-8", "surrogatepass")
        return hmac.new(self._key, raw, hashlib.sha256).hexdigest()[:_KEY_CHARACTERS]


def network_of(address: str) -> str:
    """Return what counts as one place: an IPv4 address, or the network of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _IPV6_NETWORK), strict=False))
