"""Builds the sample site from its texts: ``python -m corpus.sample.build``.

A PDF is made again only when its text or its options changed (its recipe is kept in
``manifest.toml``), because another version of a tool gives other bytes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from corpus.sample.labels import VOCABULARY, load_labels
from corpus.sample.manifest import update_pdfs
from corpus.sample.publication import load_news, load_publications
from corpus.sample.serve import SITE
from corpus.sample.site import SiteWriter


def main() -> None:
    """Write the PDFs that are out of date, then the whole site."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vocabulary", type=Path, default=VOCABULARY)
    parser.add_argument("--out", type=Path, default=SITE)
    options = parser.parse_args()
    publications = load_publications()
    made = update_pdfs(publications, options.out)
    pages = SiteWriter(publications, load_news(), load_labels(options.vocabulary), options.out)
    sys.stderr.write(f"{made} PDFs made, {pages.write()} pages written to {options.out}\n")


if __name__ == "__main__":
    main()
