"""How often one may try to log in, counted by name and address."""

from __future__ import annotations

from corpus.catalogue import Catalogue
from corpus.throttle import Limits, LogInThrottle
from tests.corpus.staff import KEY, Clock


def tries(throttle: LogInThrottle, name: str, address: str, times: int) -> list[bool]:
    """Return which of some attempts were admitted."""
    return [throttle.admit(name, address) == 0 for _ in range(times)]


def test_attempts_at_one_name_from_one_address_are_few(throttle: LogInThrottle) -> None:
    assert tries(throttle, "maija", "192.0.2.1", 4) == [True, True, True, False]
    assert throttle.admit("MAIJA ", "192.0.2.1") > 0
    assert throttle.admit("maija", "192.0.2.2") == 0
    assert throttle.admit("matti", "192.0.2.1") == 0


def test_attempts_at_many_names_from_one_address_are_few(throttle: LogInThrottle) -> None:
    admitted = [throttle.admit(f"name{number}", "192.0.2.1") == 0 for number in range(7)]
    assert admitted == [True] * 5 + [False] * 2


def test_attempts_at_one_name_from_many_addresses_are_few(throttle: LogInThrottle) -> None:
    admitted = [throttle.admit("maija", f"192.0.2.{number}") == 0 for number in range(8)]
    assert admitted == [True] * 6 + [False] * 2


def test_a_network_of_ipv6_is_one_address(throttle: LogInThrottle) -> None:
    admitted = [throttle.admit(f"n{number}", f"2001:db8::{number}") == 0 for number in range(6)]
    assert admitted == [True] * 5 + [False]
    assert throttle.admit("n9", "2001:db8:0:1::1") == 0
    assert tries(throttle, "x", "::ffff:192.0.2.1", 3) == [True] * 3
    assert throttle.admit("x", "192.0.2.1") > 0


def test_waiting_as_long_as_told_helps(throttle: LogInThrottle, now: Clock) -> None:
    tries(throttle, "maija", "192.0.2.1", 3)
    now.move(minutes=5)
    wait = throttle.admit("maija", "192.0.2.1")
    assert wait == 600
    now.move(seconds=wait - 1)
    assert throttle.admit("maija", "192.0.2.1") == 1
    now.move(seconds=1)
    assert throttle.admit("maija", "192.0.2.1") == 0


def test_a_right_password_forgives_its_own_name_only(throttle: LogInThrottle) -> None:
    tries(throttle, "victim", "192.0.2.1", 2)
    for _ in range(6):
        assert throttle.admit("mine", "192.0.2.1") == 0
        throttle.forgive("mine", "192.0.2.1")
    assert tries(throttle, "victim", "192.0.2.1", 2) == [True, False]


def test_a_new_password_forgives_its_name_everywhere(throttle: LogInThrottle) -> None:
    tries(throttle, "maija", "192.0.2.1", 3)
    throttle.forgive_name("Maija")
    assert throttle.admit("maija", "192.0.2.1") == 0


def test_attempts_survive_a_restart_without_names_or_addresses(
    throttle: LogInThrottle, catalogue: Catalogue, now: Clock
) -> None:
    tries(throttle, "maija", "192.0.2.1", 3)
    again = LogInThrottle(catalogue.database, KEY, limits=Limits(together=3), now=now)
    assert again.admit("maija", "192.0.2.1") > 0
    kept = str([tuple(row) for row in catalogue.database.rows("SELECT * FROM log_in_attempts")])
    assert "maija" not in kept
    assert "192.0.2.1" not in kept


def test_attempts_are_forgotten_after_the_window(
    throttle: LogInThrottle, catalogue: Catalogue, now: Clock
) -> None:
    tries(throttle, "maija", "192.0.2.1", 3)
    now.move(minutes=15)
    throttle.admit("matti", "192.0.2.9")
    assert catalogue.database.number("SELECT count(*) FROM log_in_attempts") == 1
