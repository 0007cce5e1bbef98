"""One declared setting: what it holds, and how a value is read from a file or the environment.

One decision: the kind of a setting is the kind of its default, so that there is nothing to
declare twice and a value of another kind is an error that names the key and where it stood.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus.errors import InvalidSettings

PREFIX: Final = "JULKAISUHAKU_"

SettingValue = str | int | float | Path | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A declared setting: what it is called, what it holds, and what it is for."""

    name: str
    default: SettingValue
    description: str
    choices: tuple[str, ...] = ()
    minimum: float | None = None

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()

    @property
    def kind(self) -> str:
        """What it holds, in words."""
        if self.choices:
            return " or ".join(f"`{choice}`" for choice in self.choices)
        names = {str: "text", int: "whole number", float: "number", tuple: "list of texts"}
        return names.get(type(self.default), "folder")


def about(
    description: str, *, choices: tuple[str, ...] = (), minimum: float | None = None
) -> dict[str, object]:
    """Return what a field of `Settings` says of itself."""
    return {"description": description, "choices": choices, "minimum": minimum}


def parsed(setting: Setting, text: str, place: str) -> object:
    """Read a value from the text of an environment variable."""
    text = text.strip()
    kind = type(setting.default)
    if kind is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind not in {int, float}:
        return text
    try:
        return int(text) if kind is int else float(text)
    except ValueError:
        raise InvalidSettings(_wrong(setting, place, text), subject=setting.name) from None


def checked(setting: Setting, raw: object, place: str) -> SettingValue:
    """Return the value when its kind, choice and range are right."""
    value = _converted(setting, raw)
    if value is None or (setting.choices and value not in setting.choices):
        raise InvalidSettings(_wrong(setting, place, raw), subject=setting.name)
    if setting.minimum is None or not isinstance(value, int | float):
        return value
    if value >= setting.minimum:  # false for not-a-number too
        return value
    message = f"{place} has to be at least {setting.minimum:g}, not {raw}."
    raise InvalidSettings(message, subject=setting.name)


def _converted(setting: Setting, raw: object) -> SettingValue | None:
    default = setting.default
    if isinstance(default, Path):
        return Path(raw) if isinstance(raw, str) and raw else None
    if isinstance(default, tuple):
        is_list = isinstance(raw, list) and all(isinstance(item, str) for item in raw)
        return tuple(raw) if isinstance(raw, list) and is_list else None
    if isinstance(default, float):
        is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
        return float(raw) if isinstance(raw, int | float) and is_number else None
    if isinstance(default, int):
        return raw if isinstance(raw, int) and not isinstance(raw, bool) else None
    return raw if isinstance(raw, str) else None


def _wrong(setting: Setting, place: str, raw: object) -> str:
    return f"{place} has to be {setting.kind.replace('`', '')}, not {raw!r}."
