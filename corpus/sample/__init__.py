"""A sample collection written for this project: texts, the site made of them, and its server.

The texts are the source and the site is generated and committed, so that a newcomer and the tests
need none of the tools (Chromium, reportlab, pikepdf) that made the PDFs.
"""

from corpus.sample.publication import Publication, load_publications
from corpus.sample.serve import SampleServer

__all__ = ["Publication", "SampleServer", "load_publications"]
