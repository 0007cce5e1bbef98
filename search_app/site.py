"""The objects a request works with: the site, and its face in one language.

One decision: everything is built once in `create_app` and found through the application, so no
module holds state and two sites can run in one process (as they do in the tests).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from flask import current_app, g, request

from corpus.catalogue import Catalogue
from corpus.document import Document
from corpus.originals import OriginalStore
from corpus.settings import Settings
from corpus.statement import Statement
from corpus.vocabulary import Vocabulary
from indexer.pictures import PagePictures
from search_app.assets import Assets
from search_app.feedback_box import FeedbackBox
from search_app.links import Links
from search_app.living import LivingWords
from search_app.original_file import Fixity
from search_app.overview import Overview
from search_app.ports import SiteSearcher
from search_app.presenter import Presenter

EXTENSION = "julkaisuhaku"


@dataclass(frozen=True, slots=True)
class Site:
    """What `create_app` was given, and what it made of it."""

    settings: Settings
    searcher: SiteSearcher
    catalogue: Catalogue
    vocabulary: Vocabulary
    originals: OriginalStore
    overview: Overview
    presenters: Mapping[str, Presenter]
    assets: Assets
    statement: Statement
    fixity: Fixity
    feedback: FeedbackBox
    backend: str  # of the Finnish analysis
    living: LivingWords | None = None
    pictures: PagePictures | None = None

    def with_vocabulary(self, vocabulary: Vocabulary) -> Self:
        """Return the site with everything that is made of the vocabulary made anew."""
        shown = {
            name: Presenter(presenter.t, vocabulary) for name, presenter in self.presenters.items()
        }
        overview = Overview(self.searcher, vocabulary)
        return replace(self, vocabulary=vocabulary, overview=overview, presenters=shown)

    def notes(self) -> list[str]:
        """Return what a librarian has to know of vocabulary and lexicon."""
        return self.living.notes() if self.living else []


@dataclass(frozen=True, slots=True)
class View:
    """One language of the site within a request."""

    site: Site
    language: str
    show: Presenter
    links: Links

    def title(self, document: Document) -> str:
        """Return a title: where there was none, the catalogue took the text's beginning."""
        return document.title or self.show.t("hit.untitled")


def current_site() -> Site:
    """Return the site of the running application."""
    site = current_app.extensions[EXTENSION]
    if not isinstance(site, Site):
        raise TypeError("the application was not made by create_app")
    return site


def follow_vocabulary() -> None:
    """Let the running application use the vocabulary as its file stands now, where it is good."""
    site = current_site()
    vocabulary = site.living.look() if site.living else None
    if vocabulary is not None and vocabulary.fingerprint != site.vocabulary.fingerprint:
        site.searcher.take_vocabulary(vocabulary)
        current_app.extensions[EXTENSION] = site.with_vocabulary(vocabulary)


def view_in(language: str) -> View:
    """Return the site's face in a language."""
    site = current_site()
    return View(site, language, site.presenters[language], Links(language))


def current_view() -> View:
    """Return the site's face in the language of the address, or else of the browser."""
    return view_in(current_language())


def current_language() -> str:
    """Return the language of the address, else of its first folder, else the site's own."""
    languages = list(current_site().presenters)
    named = getattr(g, "language", None) or request.path.strip("/").partition("/")[0]
    return named if named in languages else languages[0]


def preferred_language() -> str:
    """Return the language that the browser asks for, else the site's own."""
    languages = list(current_site().presenters)
    return request.accept_languages.best_match(languages) or languages[0]
