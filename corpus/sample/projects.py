"""Project lists of the long report: cards, tables and sums, all from one list in its front matter.

A line ``@cards REGION``, ``@by-region``, ``@by-sector`` or ``@by-place`` in the text is replaced by
what the list says, so that no total in an appendix can disagree with another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Project:
    """One project of a list; money in euros."""

    name: str
    region: str
    place: str
    sector: str
    years: str
    budget: int
    grant: int
    text: str


def expand(body: str, projects: Sequence[Project]) -> str:
    """Replace every directive line of ``body`` by what ``projects`` say."""
    lines: list[str] = []
    for line in body.split("\n"):
        lines.extend(_directive(line, projects) if line.startswith("@") else [line])
    return "\n".join(lines)


def euros(amount: int) -> str:
    """Write an amount the Finnish way, in groups of three with a no-break space."""
    return f"{amount:,}".replace(",", "\u00a0")


def _directive(line: str, projects: Sequence[Project]) -> list[str]:
    """Return the lines that stand for one directive."""
    name, _, argument = line[1:].partition(" ")
    if name == "cards":
        return _cards([item for item in projects if item.region == argument.strip()])
    if name == "by-region":
        return _sums("Maakunta", projects, lambda item: item.region)
    if name == "by-sector":
        return _sums("Ala", projects, lambda item: item.sector)
    if name == "by-place":
        return _sums("Kunta", sorted(projects, key=lambda item: item.place), lambda p: p.place)
    raise ValueError(f"unknown directive {line!r}")


def _cards(projects: Sequence[Project]) -> list[str]:
    """Return one section for every project."""
    lines: list[str] = []
    for item in projects:
        share = round(100 * item.grant / item.budget)
        facts = (
            f"{item.place}, {item.years}. Ala: {item.sector}. "
            f"Kustannusarvio {euros(item.budget)} euroa, josta julkista tukea "
            f"{euros(item.grant)} euroa ({share} %)."
        )
        lines += [
            f"### {item.name}",
            "",
            facts,
            "",
            item.text,
            "",
        ]
    return lines


def _sums(heading: str, projects: Sequence[Project], key: Callable[[Project], str]) -> list[str]:
    """Return a table of counts and sums, in the order in which the keys first occur."""
    groups: dict[str, list[Project]] = {}
    for item in projects:
        groups.setdefault(key(item), []).append(item)
    lines = [f"| {heading} | Hankkeita | Kustannukset, € | Tuki, € |", "|---|---|---|---|"]
    for name, members in [*groups.items(), ("Yhteensä", list(projects))]:
        budget = sum(item.budget for item in members)
        grant = sum(item.grant for item in members)
        lines.append(f"| {name} | {len(members)} | {euros(budget)} | {euros(grant)} |")
    return [*lines, ""]
