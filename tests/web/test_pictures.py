"""The README shows the pictures that its script makes, small and described in words."""

from __future__ import annotations

import re

from tests.web.pictures import FOLDER, MOST_BYTES, PICTURES

README = (FOLDER.parents[1] / "README.md").read_text(encoding="utf-8")
SHOWN = dict(re.findall(r'<img src="docs/pictures/(\w+)\.png"[^>]* alt="([^"]+)"', README))


def test_the_readme_shows_every_picture_that_is_made_and_no_other() -> None:
    made = {picture.name for picture in PICTURES}
    assert set(SHOWN) == made
    assert {path.stem for path in FOLDER.glob("*.png")} == made


def test_every_picture_is_described_in_words() -> None:
    assert all(len(text.split()) >= 8 for text in SHOWN.values())


def test_no_picture_is_large() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}
