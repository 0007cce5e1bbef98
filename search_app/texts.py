"""The site's messages in Finnish, Swedish and English, and their plural forms.

One decision: a small catalogue of our own (TOML files for each language) instead of gettext: the
texts are data that a librarian can read, all three files hold the same keys (tested), and the
three languages share one plural rule, so no compiler and no extra library is needed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from corpus.errors import InvalidInput, UnknownValue

LANGUAGES: tuple[str, ...] = ("fi", "sv", "en")
"""Languages the site is written in, in the order of the language switch."""

OWN_NAMES: Mapping[str, str] = {"fi": "Suomi", "sv": "Svenska", "en": "English"}

_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def group_digits(number: int, language: str) -> str:
    """Return a number with its thousands apart: ``1 234 567``, in English ``1,234,567``."""
    text = f"{number:,}"
    return text if language == "en" else text.replace(",", _NO_BREAK_SPACE)


class Texts:
    """The messages of one language; calling it fills one in (``t("search.count", n=3)``)."""

    def __init__(self, language: str, entries: Mapping[str, object]) -> None:
        self.language = language
        self._entries = entries

    @property
    def keys(self) -> frozenset[str]:
        """All keys, as ``section.name``."""
        return frozenset(self._entries)

    def entry(self, key: str) -> object:
        """Return a message as it is written."""
        try:
            return self._entries[key]
        except KeyError:
            raise UnknownValue(f"no message is called {key}", subject=key) from None

    def __call__(self, key: str, **values: object) -> str:
        """Return the message with its values; ``n`` chooses the plural form."""
        template = self._template(key, values.get("n"))
        shown = {
            name: group_digits(value, self.language) if type(value) is int else value
            for name, value in values.items()
        }
        return template.format(**shown) if shown else template

    def has(self, key: str) -> bool:
        """Whether there is such a message."""
        return key in self._entries

    def around(self, key: str, *names: str, **values: object) -> tuple[str, ...]:
        """Return the pieces of a message around the named places, in the order of ``names``.

        Templates put links and marked-up words there, so that no message ever holds markup.
        """
        filler = {name: f"\x00{name}\x00" for name in names}
        rest = self(key, **filler, **values)
        pieces = []
        for name in names:
            before, _, rest = rest.partition(filler[name])
            pieces.append(before)
        return (*pieces, rest)

    def lines(self, key: str) -> tuple[str, ...]:
        """Return a message that is a list of sentences."""
        value = self.entry(key)
        return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return a message that is a list of pairs (heading and text, example and meaning)."""
        value = self.entry(key)
        rows = value if isinstance(value, list) else []
        return tuple((str(first), str(second)) for first, second in rows)

    def _template(self, key: str, number: object) -> str:
        value = self.entry(key)
        if isinstance(value, dict):
            return str(value["one" if number == 1 else "other"])
        return str(value)


def load_texts() -> dict[str, Texts]:
    """Read the catalogues of all languages: ``fi.toml`` and each ``*.fi.toml`` beside it."""
    folder = files("search_app") / "messages"
    catalogues = {}
    for language in LANGUAGES:
        raw: dict[str, dict[str, object]] = {}
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.name == f"{language}.toml" or file.name.endswith(f".{language}.toml"):
                sections = tomllib.loads(file.read_text(encoding="utf-8"))
                if twice := raw.keys() & sections.keys():
                    raise InvalidInput(f"{file.name} repeats {', '.join(twice)}", subject=file.name)
                raw |= sections
        entries = {
            f"{section}.{name}": value
            for section, messages in raw.items()
            for name, value in messages.items()
        }
        catalogues[language] = Texts(language, entries)
    return catalogues
