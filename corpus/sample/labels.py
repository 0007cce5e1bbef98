"""Labels of vocabulary concepts by id, as the sample site shows them.

Read straight from the vocabulary file: the site needs labels and order, nothing else of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus.errors import UnknownValue

VOCABULARY: Final = Path(__file__).parent.parent / "vocabulary.toml"


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels by concept id and language, and the ids of every scheme in order."""

    by_id: Mapping[str, Mapping[str, str]]
    by_scheme: Mapping[str, tuple[str, ...]]

    def label(self, identifier: str, language: str) -> str:
        """Return the label of a concept; raise UnknownValue when there is no such concept."""
        if identifier not in self.by_id:
            raise UnknownValue(f"no concept {identifier!r} in the vocabulary", subject=identifier)
        return self.by_id[identifier][language]


def load_labels(path: Path = VOCABULARY) -> Labels:
    """Read the labels of the vocabulary at ``path``."""
    concepts = tomllib.loads(path.read_text(encoding="utf-8"))["concept"]
    by_scheme: dict[str, list[str]] = {}
    for concept in concepts:
        by_scheme.setdefault(concept["scheme"], []).append(concept["id"])
    return Labels(
        {concept["id"]: concept["label"] for concept in concepts},
        {scheme: tuple(ids) for scheme, ids in by_scheme.items()},
    )
