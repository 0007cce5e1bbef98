"""Originals into text and fields, in limited child processes.

The package itself imports none of the reading libraries: they are loaded in the workers, so that
a hostile file can never reach the process that holds the catalogue.
"""

from indexer.extract._drawing import PageDrawer
from indexer.extract._ports import (
    EXTRACTOR_VERSION,
    EXTRACTORS,
    Context,
    Extraction,
    Extractor,
    Job,
    PagePicture,
    Picture,
    PlacedWord,
)
from indexer.extract._sandbox import Sandbox
from indexer.extract._sniff import sniff

__all__ = [
    "EXTRACTORS",
    "EXTRACTOR_VERSION",
    "Context",
    "Extraction",
    "Extractor",
    "Job",
    "PageDrawer",
    "PagePicture",
    "Picture",
    "PlacedWord",
    "Sandbox",
    "sniff",
]
