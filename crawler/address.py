"""Addresses: one spelling for each, and the scope that says which belong to a source.

One decision: an address is brought to its canonical form before anything else looks at it, by
the rules browsers follow, so that what was compared, checked and queued is exactly what is
fetched; anything that two parsers could read differently is refused.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from corpus.errors import ForbiddenAddress, InvalidInput

MAX_ADDRESS_CHARS: Final = 2_000
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9_])?")
_IGNORED: Final = re.compile(r"[\t\n\r]")
_BROKEN: Final = re.compile(r"[\x00-\x20\x7f]")
_DOTS: Final = re.compile(r"%2e", re.IGNORECASE)
_SESSION_IN_PATH: Final = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;?]*", re.IGNORECASE)
_BYTE: Final = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
# An address that cannot be spelled in any other way: nearly all links of nearly all sites.
_CANONICAL: Final = re.compile(
    rf"https?://(?!-)(?:(?:[a-z0-9-]+\.)*[a-z][a-z0-9]*|{_BYTE}(?:\.{_BYTE}){{3}})"
    r"(?::(?!80/|443/)(?:[1-5]\d{4}|[1-9]\d{1,3}))?"
    r"/(?:[\w~-][\w.~-]*/)*(?:[\w~-][\w.~-]*)?",
    re.ASCII,
)
_CANONICAL_CHARS: Final = 200
# Parameters that never change what is shown: visits and campaigns.
_IDLE_PARAMETERS: Final = re.compile(
    r"(?:^|(?<=&))(?:(?:jsessionid|phpsessid|aspsessionid\w*|sessionid|session_id|cfid|cftoken"
    r"|utm_\w+|fbclid|gclid|msclkid|mc_cid|mc_eid|_ga)(?:=[^&]*)?"
    # "sid" also numbers sections and submissions: only a long one is a visit.
    r"|(?:sid|session|sess)=[0-9a-z_-]{16,})(?:&|$)",
    re.IGNORECASE,
)


def canonical(url: str) -> str:
    """Return the one spelling of an http(s) address, without fragment, visit or campaign.

    `ForbiddenAddress` for another scheme or credentials, `InvalidInput` for what is no address.
    """
    if len(url) <= _CANONICAL_CHARS and _CANONICAL.fullmatch(url):
        return url  # 2 µs instead of 28
    return respelled(url)


def respelled(url: str) -> str:
    """Return the one spelling of an address by reading it in full; errors as above."""
    text = _IGNORED.sub("", url.strip()).replace("\\", "/")
    if len(text) > MAX_ADDRESS_CHARS:
        raise InvalidInput(f"An address of {len(text)} characters is too long.", subject=url[:200])
    parts = _split(text, url)
    host = canonical_host(parts.hostname or "")
    port = port_of(parts)
    netloc = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    path = _DOTS.sub(".", _SESSION_IN_PATH.sub("", parts.path))
    query = _IDLE_PARAMETERS.sub("", parts.query).rstrip("&")
    plain = urlunsplit((parts.scheme, netloc, path or "/", query, ""))
    try:
        result: str = canonicalize_url(plain)
    except (ValueError, UnicodeError) as error:
        raise InvalidInput(f"{url[:200]} is no address: {error}", subject=url) from error
    return result


def _split(text: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        hostname = parts.hostname
        port_of(parts)
    except ValueError as error:
        raise InvalidInput(f"{url[:200]} is no address: {error}", subject=url) from error
    if parts.scheme not in _DEFAULT_PORTS:
        named = parts.scheme or "no scheme"
        raise ForbiddenAddress(
            f"Only http and https addresses are fetched, not {named}: {url[:200]}", subject=url
        )
    if "@" in parts.netloc:
        raise ForbiddenAddress(
            f"An address with a user name or password is not fetched (at {hostname}).",
            subject=hostname,
        )
    if not hostname:
        raise InvalidInput(f"{url[:200]} names no host.", subject=url)
    return parts


def port_of(parts: SplitResult) -> int | None:
    """Return the port an address names, or None; ValueError when it is no port."""
    port = parts.port
    if port == 0:
        raise ValueError("port 0")
    return port


def canonical_host(host: str) -> str:
    """Return a host in lower case and ASCII; numbers in any notation become dotted quads.

    ``127.1``, ``0x7f.1`` and ``2130706433`` are all 127.0.0.1, as browsers and the C library
    read them (WHATWG URL, "ends in a number"), so no spelling of an address passes unseen.
    """
    if ":" in host:
        return _canonical_ipv6(host)
    try:
        ascii_host = host.encode("ascii").decode() if host.isascii() else _idna(host)
    except UnicodeError as error:
        raise InvalidInput(f"{host[:100]} is no host name.", subject=host) from error
    lowered = ascii_host.lower().removesuffix(".")
    if not _HOST.fullmatch(lowered) or ".." in lowered:
        raise InvalidInput(f"{host[:100]} is no host name.", subject=host)
    number = _last_number(lowered)
    return lowered if number is None else _ipv4(lowered)


def _idna(host: str) -> str:
    # Full-width letters and the ideographic full stop are folded first, as browsers do.
    return host.replace("\u3002", ".").encode("idna").decode("ascii")


def _canonical_ipv6(host: str) -> str:
    try:
        address = ipaddress.IPv6Address(host)
    except ValueError as error:
        raise InvalidInput(f"{host[:100]} is no IPv6 address.", subject=host) from error
    if address.scope_id:
        raise ForbiddenAddress(f"An address with a zone is not fetched: {host}", subject=host)
    return f"[{address.compressed}]"


def _last_number(host: str) -> int | None:
    return _number(host.rpartition(".")[2])


def _number(label: str) -> int | None:
    base = 10
    if label.startswith("0x"):
        label, base = label[2:] or "0", 16
    elif len(label) > 1 and label.startswith("0"):
        base = 8
    try:
        return int(label, base) if label.isalnum() else None
    except ValueError:
        # Digits that are no octal number still end in a number: never a name.
        return -1 if label.isdigit() else None


def _ipv4(host: str) -> str:
    numbers = [_number(label) for label in host.split(".")]
    known = [number for number in numbers if number is not None and number >= 0]
    size = len(known)
    if size != len(numbers) or size > 4 or any(number > 255 for number in known[:-1]):  # noqa: PLR2004 - the shape of IPv4
        raise InvalidInput(f"{host[:100]} is no IPv4 address.", subject=host)
    if known[-1] >= 256 ** (5 - size):
        raise InvalidInput(f"{host[:100]} is no IPv4 address.", subject=host)
    value = known[-1] + sum(number << (8 * (3 - at)) for at, number in enumerate(known[:-1]))
    return str(ipaddress.IPv4Address(value))


def join(base: str, reference: str) -> str:
    """Return the canonical address a link points at from the page ``base``; errors as above."""
    cleaned = _IGNORED.sub("", reference.strip()).replace("\\", "/")
    try:
        return canonical(urljoin(base, cleaned))
    except ValueError as error:
        raise InvalidInput(f"{reference[:200]} is no address: {error}", subject=base) from error


def host_key(url: str) -> str:
    """Return host and port of a canonical address; http and https of one host are one place."""
    return urlsplit(url).netloc


def host_of(url: str) -> str:
    """Return the bare host of a canonical address, IPv6 without brackets."""
    return urlsplit(url).hostname or ""


def origin_of(url: str) -> str:
    """Return scheme, host and port of a canonical address: what one robots.txt speaks for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which addresses belong to a source: prefixes that end at the border of a path segment.

    ``pages`` holds what is fetched and followed, ``files`` what is fetched when a page inside
    links it. http and https of one host are the same place.
    """

    pages: tuple[str, ...]
    files: tuple[str, ...] = ()

    @classmethod
    def of(cls, pages: tuple[str, ...], files: tuple[str, ...] = ()) -> Scope:
        """Return the scope of these prefixes, in canonical form."""
        return cls(tuple(map(canonical, pages)), tuple(map(canonical, files)))

    def covers(self, url: str) -> bool:
        """Whether a canonical address lies inside the pages of the source."""
        return any(_lies_under(url, prefix) for prefix in self.pages)

    def covers_file(self, url: str) -> bool:
        """Whether a canonical address may be fetched when it is a file."""
        return self.covers(url) or any(_lies_under(url, prefix) for prefix in self.files)

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that the source names."""
        return frozenset(host_of(prefix) for prefix in (*self.pages, *self.files))


def _lies_under(url: str, prefix: str) -> bool:
    one, other = urlsplit(url), urlsplit(prefix)
    if one.netloc != other.netloc:
        return False
    if other.query:
        return one.path == other.path and one.query.startswith(other.query)
    folder = other.path.rstrip("/")
    return one.path in (folder, other.path) or one.path.startswith(f"{folder}/")


def is_address(text: str) -> bool:
    """Whether a text can be read as an address that may be fetched."""
    if _BROKEN.search(text.strip()):
        return False
    try:
        canonical(text)
    except (ForbiddenAddress, InvalidInput):
        return False
    return True
