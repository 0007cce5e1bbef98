"""The guard lets only public addresses pass, in whatever notation they come."""

from __future__ import annotations

import pytest

from corpus.errors import ForbiddenAddress
from crawler.address import canonical_host
from crawler.guard import Guard, is_loopback

FORBIDDEN = [
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "0.0.0.0",  # noqa: S104 - an address to be refused
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "2002:7f00:1::",
    "2002:808:808::1",
    "2001:0:4136:e378::1",
    "2001:db8::1",
]


@pytest.mark.parametrize("ip", FORBIDDEN)
def test_an_address_that_is_not_public_is_refused(ip: str) -> None:
    with pytest.raises(ForbiddenAddress, match="forbidden address"):
        Guard().check_ip(ip, host="example.org")


@pytest.mark.parametrize("ip", ["8.8.8.8", "193.166.3.2", "2a00:1450::1", "::ffff:8.8.8.8"])
def test_a_public_address_passes(ip: str) -> None:
    Guard().check_ip(ip, host="example.org")


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "2130706433", "0177.1", "127.0.0.1."])
def test_numbers_in_any_notation_are_loopback(host: str) -> None:
    assert canonical_host(host) == "127.0.0.1"
    assert is_loopback(canonical_host(host))


@pytest.mark.parametrize("ip", ["127.0.0.1", "10.1.2.3", "::1", "fd00::1", "100.64.0.1"])
def test_a_source_may_name_private_hosts_of_its_own(ip: str) -> None:
    guard = Guard(frozenset({"sisainen.fi"}))
    guard.check_ip(ip, host="sisainen.fi")
    with pytest.raises(ForbiddenAddress):
        guard.check_ip(ip, host="muu.fi")


@pytest.mark.parametrize("ip", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "64:ff9b::1", "2002::1"])  # noqa: S104
def test_some_addresses_pass_for_nobody(ip: str) -> None:
    with pytest.raises(ForbiddenAddress):
        Guard(frozenset({ip})).check_ip(ip, host=ip)
