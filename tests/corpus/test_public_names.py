"""The public surface of the corpus package."""

from __future__ import annotations

import corpus


def test_public_names_are_listed_in_order_and_exist() -> None:
    ordered = sorted(corpus.__all__, key=lambda name: (not name.isupper(), name.islower(), name))
    assert corpus.__all__ == ordered
    assert all(hasattr(corpus, name) for name in corpus.__all__)


def test_public_names_are_all_there_are() -> None:
    public = {
        name
        for name, value in vars(corpus).items()
        if not name.startswith("_") and getattr(value, "__module__", "").startswith("corpus.")
    }
    assert public <= set(corpus.__all__)
