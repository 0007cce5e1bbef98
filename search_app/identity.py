"""The website's own colours, made of the one colour that its settings name.

One decision: an organisation chooses one colour and every shade follows from it by computation,
in both schemes, until its contrast is enough; a colour that cannot carry text is refused when the
website starts, with the nearest darker one that can.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

from corpus.errors import InvalidSettings
from corpus.settings import Settings

TEXT_CONTRAST: Final = 4.5  # WCAG 2.2, 1.4.3
_PART_CONTRAST: Final = 3.0  # 1.4.11, for bars
_DARK_CONTRAST: Final = 7.0  # what the colour has to reach as text on dark grounds
_WHITE: Final = (255, 255, 255)
_BLACK: Final = (0, 0, 0)
_LIGHT_GROUND: Final = (0xEE, 0xF3, 0xF0)  # --soft, the darkest light ground that bears links
_DARK_GROUND: Final = (0x1F, 0x2B, 0x29)  # --soft of the dark scheme
_STEPS: Final = 50
_FORM: Final = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Shades:
    """The shades of one scheme: ground of the header, text and buttons, text on them, bars."""

    band: str
    text: str
    on_text: str
    bar: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The colour of the website and the shades that follow from it."""

    color: str
    is_default: bool
    light: Shades
    dark: Shades

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the shades; `InvalidSettings` for a colour that text cannot be read on."""
        color = _read(settings.color)
        weakest = min(contrast(color, _WHITE), contrast(color, _LIGHT_GROUND))
        if weakest < TEXT_CONTRAST:
            better = _until(color, _BLACK, _LIGHT_GROUND, TEXT_CONTRAST)
            raise InvalidSettings(
                f"color: {settings.color} has a contrast of {weakest:.1f}:1, and text needs "
                f"{TEXT_CONTRAST}:1. {_written(better)} is the nearest darker one that has it.",
                subject="color",
            )
        text = _until(color, _WHITE, _DARK_GROUND, _DARK_CONTRAST)
        return cls(
            _written(color),
            settings.color.lower() == Settings().color,
            Shades(_written(color), _written(color), "#fff", _written(_bar(color))),
            Shades(
                _written(_mixed(color, _BLACK, 0.4)),
                _written(text),
                _written(_until(color, _BLACK, text, _DARK_CONTRAST)),
                _written(_until(color, _WHITE, _DARK_GROUND, TEXT_CONTRAST)),
            ),
        )

    def style(self) -> str:
        """Return the rules that replace the style sheet's own colours; empty for those."""
        if self.is_default:
            return ""
        light, dark = (
            f":root{{--band:{s.band};--prim:{s.text};--link:{s.text};--on:{s.on_text};--bar:{s.bar}}}"
            for s in (self.light, self.dark)
        )
        return f"{light}\n@media screen and (prefers-color-scheme:dark){{{dark}}}\n"


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast of two colours as WCAG defines it, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Rgb) -> float:
    """Return relative luminance (WCAG 2.2), 0 to 1."""
    parts = [part / 255 for part in color]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _until(color: Rgb, towards: Rgb, ground: Rgb, least: float) -> Rgb:
    """Return the nearest shade towards white or black that reaches a contrast on a ground."""
    shades = (_mixed(color, towards, step / _STEPS) for step in range(_STEPS + 1))
    return next((shade for shade in shades if contrast(shade, ground) >= least), towards)


def _bar(color: Rgb) -> Rgb:
    """Return the lightest shade, up to a third towards white, that is still seen as a bar."""
    shades = (_mixed(color, _WHITE, step / _STEPS) for step in range(_STEPS // 3, 0, -1))
    return next((s for s in shades if contrast(s, _LIGHT_GROUND) >= _PART_CONTRAST), color)


def _mixed(color: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (
        round(one + (two - one) * share) for one, two in zip(color, other, strict=True)
    )
    return red, green, blue


def _read(text: str) -> Rgb:
    found = _FORM.fullmatch(text)
    if found is None:
        raise InvalidSettings(f"color has to be written as #rrggbb, not {text!r}.", subject="color")
    return int(found[1], 16), int(found[2], 16), int(found[3], 16)


def _written(color: Rgb) -> str:
    return "#" + "".join(f"{part:02x}" for part in color)
