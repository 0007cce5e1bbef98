"""What is done to a PDF after it was set: its own metadata, a scan of it, a password.

The passwords are no secrets: the encrypted sample exists to be refused with a clear reason.
"""

from __future__ import annotations

import random
import subprocess
import tempfile
from pathlib import Path
from typing import Final

import pikepdf
from PIL import Image, ImageFilter

from corpus.errors import MissingBackend
from corpus.sample.publication import DocInfo, Publication

RASTERISER: Final = Path("/usr/bin/pdftoppm")
USER_PASSWORD: Final = "vain-ohjausryhmalle"  # noqa: S105 - see the module's docstring
_OWNER_PASSWORD: Final = "arkiston-hoitaja"  # noqa: S105 - see the module's docstring
_SCAN_DPI: Final = 150
_JUNK: Final = "Microsoft Word - luonnos_v3_KORJATTU.docx"


def finish(item: Publication, path: Path) -> None:
    """Turn the set pages into the PDF that is published."""
    if item.pdf.scan:
        _scan(path)
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        _describe(document, item)
        if item.pdf.encrypted:
            lock = pikepdf.Encryption(user=USER_PASSWORD, owner=_OWNER_PASSWORD, R=6)
            document.save(path, encryption=lock)
        else:
            document.save(
                path,
                deterministic_id=True,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                recompress_flate=True,
            )


def _describe(document: pikepdf.Pdf, item: Publication) -> None:
    """Write the document information the options ask for."""
    date = f"D:{item.date:%Y%m%d}090000Z"
    del document.docinfo
    if item.pdf.docinfo is DocInfo.FULL:
        document.docinfo["/Title"] = item.title
        document.docinfo["/Author"] = ", ".join(item.authors)
        document.docinfo["/Subject"] = item.subtitle or item.series or item.organisation
    elif item.pdf.docinfo is DocInfo.JUNK:
        document.docinfo["/Title"] = _JUNK
        document.docinfo["/Author"] = "Opiskelija"
    document.docinfo["/CreationDate"] = date


def _scan(path: Path) -> None:
    """Replace every page by a slightly crooked grey picture of it."""
    if not RASTERISER.exists():
        raise MissingBackend(f"{RASTERISER} is missing: install poppler-utils")
    chance = random.Random(20)  # noqa: S311 - the same scan every time
    pictures: list[Image.Image] = []
    with tempfile.TemporaryDirectory() as folder:
        command = [str(RASTERISER), "-gray", "-r", str(_SCAN_DPI), str(path), f"{folder}/page"]
        subprocess.run(command, check=True)  # noqa: S603 - our own file, no shell
        for file in sorted(Path(folder).iterdir()):
            with Image.open(file) as page:
                turned = page.rotate(
                    chance.uniform(-0.6, 0.6), Image.Resampling.BICUBIC, fillcolor=250
                )
            pictures.append(turned.filter(ImageFilter.GaussianBlur(0.5)))
    pictures[0].save(
        path, "PDF", resolution=_SCAN_DPI, save_all=True, append_images=pictures[1:], quality=45
    )


def page_count(path: Path) -> int:
    """Return the number of pages of a PDF that needs no password."""
    with pikepdf.open(path) as document:
        return len(document.pages)
