"""The accessibility statement as the organisation writes it: `accessibility.toml`.

One decision: what the law asks for is kept as data with fixed parts, so that no part can be
forgotten and each is written in every language; the page's fixed sentences are the product's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from corpus._entry import Entry, Table, TomlFile
from corpus.settings import STATEMENT_NAME, Settings

_KEYS: Final = frozenset(
    {"state", "published", "reviewed", "method", "feedback", "authority", "failing"}
)
_LANGUAGES: Final = ("fi", "sv", "en")


class Conformance(StrEnum):
    """How far the website meets the requirements."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class Ground(StrEnum):
    """Why some content is not accessible."""

    UNMET = "unmet"
    BURDEN = "burden"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """Content that is not accessible, in each language, and why."""

    why: Ground
    what: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Contact:
    """How somebody is reached; what is empty is not shown."""

    email: str = ""
    phone: str = ""
    web: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """The five parts: state, shortcomings, method and dates, feedback, supervisory authority."""

    state: Conformance
    failing: tuple[Shortcoming, ...]
    published: date
    reviewed: date
    method: Mapping[str, str]
    feedback: Contact
    authority_name: Mapping[str, str]
    authority: Contact


def statement_path(settings: Settings) -> Path:
    """Return the installation's statement, before its first use the packaged one."""
    own = settings.config_dir / STATEMENT_NAME
    return own if own.is_file() else Path(__file__).resolve().parent / STATEMENT_NAME


def load_statement(path: Path) -> Statement:
    """Read a statement; `InvalidVocabulary` names the file and the part that is wrong."""
    file = TomlFile.read(path)
    top = Entry(file, file.content, "the statement", None)
    top.only(_KEYS)
    state = top.text("state")
    if state not in set(Conformance):
        raise top.wrong(f"state has to be one of {', '.join(Conformance)}")
    feedback = _part(file, "feedback", {"email", "phone"})
    authority = _part(file, "authority", {"name", "web", "email", "phone"})
    return Statement(
        state=Conformance(state),
        failing=tuple(_shortcoming(file, table) for table in file.tables("failing")),
        published=_day(file.content, top, "published"),
        reviewed=_day(file.content, top, "reviewed"),
        method=_in_all_languages(top, "method"),
        feedback=Contact(feedback.text("email"), feedback.text("phone")),
        authority_name=_in_all_languages(authority, "name"),
        authority=_contact(authority),
    )


def _part(file: TomlFile, name: str, known: set[str]) -> Entry:
    table = file.content.get(name, {})
    if not isinstance(table, dict):
        raise file.error(f"{name} has to be written as [{name}]")
    entry = Entry(file, table, f"[{name}]", None)
    entry.only(frozenset(known))
    return entry


def _contact(authority: Entry) -> Contact:
    web = authority.text("web")
    if web and not web.startswith(("https://", "http://")):
        raise authority.wrong("web has to begin with https://")
    return Contact(authority.text("email"), authority.text("phone"), web)


def _shortcoming(file: TomlFile, table: Table) -> Shortcoming:
    entry = Entry(file, table, "[[failing]]", None)
    entry.only(frozenset({"why", "what"}))
    why = entry.text("why", Ground.UNMET)
    if why not in set(Ground):
        raise entry.wrong(f"why has to be one of {', '.join(Ground)}")
    return Shortcoming(Ground(why), _in_all_languages(entry, "what"))


def _in_all_languages(entry: Entry, key: str) -> Mapping[str, str]:
    texts = entry.by_language(key)
    if missing := [language for language in _LANGUAGES if language not in texts]:
        raise entry.wrong(f"{key} is missing in {', '.join(missing)}")
    return texts


def _day(table: Table, entry: Entry, key: str) -> date:
    value = table.get(key)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise entry.wrong(f"{key} has to be a day, as 2026-11-24 without quotes")
    return value
