"""The message catalogues: complete, consistent, used."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from corpus.accounts import Role
from corpus.crawls import Outcome
from indexer.results import FACETS, RescueKind, Sort
from search_app.condition import Fault
from search_app.texts import LANGUAGES, load_texts

PACKAGE = Path(__file__).parents[2] / "search_app"
TEXTS = load_texts()
SOURCES = [*PACKAGE.rglob("*.py"), *(p for p in PACKAGE.glob("templates/**/*") if p.is_file())]
NOTICES = ("unknown_value", "year", "year_order", "sort", "depth", "budget")
BUILT = re.compile(r"""["']([a-z_]+\.[a-z_]*)["'] ~|f["']([a-z_]+\.[a-z_]*)\{""")
ASKED = re.compile(r"""\bt(?:\.\w+)?\(\s*(?:f?["'])([a-z_]+\.[a-z_0-9]*)(?=["'{])""")


def places(value: object) -> set[str]:
    """Return the names in braces of a message and all its forms."""
    if isinstance(value, dict):
        return set().union(*(places(form) for form in value.values()))
    if isinstance(value, list):
        return set().union(*(places(item) for item in value))
    return {name for _, name, _, _ in string.Formatter().parse(str(value)) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_holds_the_same_messages(language: str) -> None:
    assert TEXTS[language].keys == TEXTS["fi"].keys


@pytest.mark.parametrize("language", ["sv", "en"])
def test_translations_are_made_like_the_original(language: str) -> None:
    for key in TEXTS["fi"].keys:
        mine, theirs = TEXTS[language].entry(key), TEXTS["fi"].entry(key)
        assert type(mine) is type(theirs), key
        assert places(mine) == places(theirs), key
        if isinstance(mine, list) and isinstance(theirs, list):
            assert len(mine) == len(theirs), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_empty(language: str) -> None:
    entries = [TEXTS[language].entry(key) for key in TEXTS[language].keys]
    assert all(entries)


def test_every_message_that_is_asked_for_exists() -> None:
    asked = {key for path in SOURCES for key in ASKED.findall(path.read_text(encoding="utf-8"))}
    known = TEXTS["fi"].keys
    missing = [k for k in asked if k not in known and not any(x.startswith(k) for x in known)]
    assert len(asked) > 80
    assert missing == []


def test_every_message_is_asked_for() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    prefixes = {match for groups in BUILT.findall(source) for match in groups if match}
    named = {*FACETS, *Sort, *RescueKind, *Role, *Outcome, *Fault, *NOTICES}
    unused = [
        key
        for key in TEXTS["fi"].keys
        if key not in source
        and not any(
            key.startswith(prefix) and (not prefix.endswith(".") or _is_named(key, source, named))
            for prefix in prefixes
        )
    ]
    assert len(prefixes) > 10
    assert unused == []


def _is_named(key: str, source: str, named: set[str]) -> bool:
    section, _, name = key.removesuffix("_text").partition(".")
    return section == "language" or name in named or f"'{name}'" in source or f'"{name}"' in source


def test_the_number_chooses_the_plural_form() -> None:
    t = TEXTS["fi"]
    assert t("search.count", n=1) == "1 hakutulos"
    assert t("search.count", n=0) == "0 hakutulosta"
    assert t("search.count", n=1234) == "1\N{NO-BREAK SPACE}234 hakutulosta"
    assert TEXTS["en"]("search.count", n=1234) == "1,234 results"


def test_a_message_can_be_split_around_a_link() -> None:
    assert TEXTS["fi"].around("search.did_you_mean", "x") == ("Tarkoititko: ", "?")


def test_braces_in_a_value_stay_as_they_are() -> None:
    assert TEXTS["en"]("search.zero", q="{q} {0}") == "No publications matched ”{q} {0}”."
