"""The guard: which network addresses may be connected to at all.

One decision: what is judged is the address that a socket is about to be opened to, after every
name and every notation has been resolved, because only there nothing can be disguised any more;
only public unicast passes, and a source may name private hosts of its own, never a redirect's.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from corpus.errors import ForbiddenAddress

_IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_NEVER: Final[tuple[tuple[str, str], ...]] = (
    ("0.0.0.0/8", "unspecified"),
    ("169.254.0.0/16", "link-local"),  # also where clouds answer with credentials
    ("192.0.0.0/24", "reserved"),
    ("192.0.2.0/24", "reserved"),
    ("192.88.99.0/24", "reserved"),
    ("198.18.0.0/15", "reserved"),
    ("198.51.100.0/24", "reserved"),
    ("203.0.113.0/24", "reserved"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("::/128", "unspecified"),
    ("::/96", "reserved"),  # IPv4-compatible, long deprecated; ::1 is judged before
    ("64:ff9b::/96", "translated to IPv4"),
    ("64:ff9b:1::/48", "translated to IPv4"),
    ("100::/64", "reserved"),
    ("2001::/23", "reserved"),  # Teredo, ORCHID and others
    ("2001:db8::/32", "reserved"),
    ("2002::/16", "translated to IPv4"),  # 6to4
    ("3fff::/20", "reserved"),
    ("5f00::/16", "reserved"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "link-local"),
    ("ff00::/8", "multicast"),
)
_PRIVATE: Final[tuple[tuple[str, str], ...]] = (
    ("127.0.0.0/8", "loopback"),
    ("::1/128", "loopback"),
    ("10.0.0.0/8", "private"),
    ("172.16.0.0/12", "private"),
    ("192.168.0.0/16", "private"),
    ("100.64.0.0/10", "private (carrier)"),
    ("fc00::/7", "private"),
)
_LITERAL: Final = re.compile(r"[0-9.]+|.*:.*")


def _networks(rows: tuple[tuple[str, str], ...]) -> tuple[tuple[_IPNetwork, str], ...]:
    return tuple((ipaddress.ip_network(network), kind) for network, kind in rows)


class Guard:
    """Judges addresses; ``private_hosts`` are the hosts a source may reach in private networks."""

    def __init__(self, private_hosts: frozenset[str] = frozenset()) -> None:
        self._private_hosts = private_hosts
        self._never = _networks(_NEVER)
        self._private = _networks(_PRIVATE)

    def check_ip(self, ip: str, *, host: str) -> None:
        """Raise `ForbiddenAddress` unless a connection for ``host`` may be opened to ``ip``."""
        kind, is_private = self._kind(_parsed(ip))
        if kind is None or (is_private and host in self._private_hosts):
            return
        shown = host if host == ip else f"{host} ({ip})"
        advice = " Allow it for this source if it is meant." if is_private else ""
        raise ForbiddenAddress(
            f"forbidden address: {shown} is {kind}, not public.{advice}", subject=host
        )

    def check_host(self, host: str) -> None:
        """Judge a host that is an address already; names are judged when they are resolved."""
        if is_literal(host):
            self.check_ip(host, host=host)

    def _kind(self, address: _IPAddress) -> tuple[str | None, bool]:
        for network, kind in self._private:
            if address in network:
                return kind, True
        for network, kind in self._never:
            if address in network:
                return kind, False
        return (None, False) if address.is_global else ("reserved", False)


def _parsed(ip: str) -> _IPAddress:
    address = ipaddress.ip_address(ip.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_literal(host: str) -> bool:
    """Whether a canonical host is an address, not a name."""
    return _LITERAL.fullmatch(host) is not None


def is_loopback(host: str) -> bool:
    """Whether a canonical host means this machine: ``localhost`` or a loopback address."""
    if host == "localhost":
        return True
    return is_literal(host) and _parsed(host).is_loopback
