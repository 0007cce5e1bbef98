"""The pictures of the README, made from the sample in a running server.

Usage: python -m tests.web.pictures [DATA_DIR]. Writes docs/pictures/*.png, none above `MOST_BYTES`:
the screen as the browser draws it, in as many colours as that takes.
"""

from __future__ import annotations

import io
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from click import echo
from PIL import Image
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.web.conftest import CHROMIUM, FLAGS
from tests.web.sample import served_sample

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
MOST_BYTES = 150_000
_COLOURS = (256, 128, 64)
_TIMEOUT_MS = 15_000


@dataclass(frozen=True, slots=True)
class Picture:
    """What is shown: where to begin, what to click, on which screen."""

    name: str
    path: str
    click: tuple[str, ...] = ()
    size: tuple[int, int] = (1280, 860)
    is_dark: bool = False


PICTURES = (
    Picture("results", "fi/search?q=biotaloudesta&sector=metsatiedon-hallinta"),
    Picture("page", "fi/search?q=biotaloudesta", ('.pages a:has-text("s. 9")',), is_dark=True),
    Picture("phone", "sv/search?q=tr%C3%A4byggande", size=(390, 844)),
)


def main() -> None:
    """Make every picture, and say how large it is."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        data = Path(sys.argv[1] if len(sys.argv) > 1 else temporary)
        with served_sample(data) as url, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for picture in PICTURES:
                small = compressed(taken(browser, url, picture))
                (FOLDER / f"{picture.name}.png").write_bytes(small)
                echo(f"{picture.name}.png: {len(small)} bytes")
            browser.close()


def taken(browser: Browser, url: str, picture: Picture) -> bytes:
    """Go to what is shown and return the screen."""
    width, height = picture.size
    context = browser.new_context(
        viewport=ViewportSize(width=width, height=height),
        color_scheme="dark" if picture.is_dark else "light",
    )
    context.set_default_timeout(_TIMEOUT_MS)
    page = context.new_page()
    page.goto(f"{url}/{picture.path}")
    for target in picture.click:
        page.click(target)
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")
    screen = page.screenshot()
    context.close()
    return screen


def compressed(png: bytes) -> bytes:
    """Return the picture with a palette, of fewer colours where it would be too large."""
    with Image.open(io.BytesIO(png)) as opened:
        screen = opened.convert("RGB")
    for colours in _COLOURS:
        out = io.BytesIO()
        drawn = screen.quantize(colours, dither=Image.Dither.NONE)
        drawn.save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
    raise SystemExit(f"a picture stays above {MOST_BYTES} bytes")


if __name__ == "__main__":
    main()
