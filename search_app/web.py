"""The website: one function makes the application from the objects it needs.

One decision: everything is passed in and kept with the application; there is no global, so the
command line, the tests and a server build it in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Flask, g, request, url_for

from corpus.catalogue import Catalogue
from corpus.originals import OriginalStore
from corpus.settings import Settings
from corpus.sources import Source
from corpus.statement import load_statement, statement_path
from corpus.vocabulary import Vocabulary
from indexer.analysis import backend_name
from indexer.explanation import Explain, no_explanation
from indexer.pictures import PagePictures
from search_app import guards, headers, problems
from search_app.api import api
from search_app.assets import Assets, icon_path
from search_app.condition import Condition
from search_app.documents import documents, permanent
from search_app.feedback import feedback, footer_form
from search_app.feedback_box import make_box
from search_app.identity import Identity
from search_app.living import LivingWords
from search_app.original_file import Fixity
from search_app.overview import Overview
from search_app.pages import pages
from search_app.ports import SiteSearcher
from search_app.presenter import Presenter
from search_app.probes import probes
from search_app.site import (
    EXTENSION,
    Site,
    current_language,
    current_view,
    follow_vocabulary,
)
from search_app.staff import install as install_staff
from search_app.staff import make_desk, staff
from search_app.state import SearchState
from search_app.texts import LANGUAGES, OWN_NAMES, load_texts


def create_app(
    settings: Settings,
    *,
    searcher: SiteSearcher,
    catalogue: Catalogue,
    vocabulary: Vocabulary,
    originals: OriginalStore,
    backend: str = "",
    living: LivingWords | None = None,
    pictures: PagePictures | None = None,
    sources: Callable[[], Mapping[str, Source]] = dict,
    condition: Callable[[], Condition | None] = lambda: None,
    explain: Explain = no_explanation,
) -> Flask:
    """Return the website; ``backend`` names the analysis for ``/readyz`` (else what is best).

    ``living`` watches vocabulary and lexicon (else the given vocabulary stays), ``pictures`` draws
    pages; ``sources``, ``condition`` (of the index) and ``explain`` are for the staff alone.
    """
    app = _bare_app()
    app.extensions[EXTENSION] = Site(
        settings=settings,
        searcher=searcher,
        catalogue=catalogue,
        vocabulary=vocabulary,
        originals=originals,
        overview=Overview(searcher, vocabulary),
        presenters=_presenters(settings, vocabulary),
        assets=Assets(style=Identity.of(settings).style(), icon=icon_path(settings)),
        statement=load_statement(statement_path(settings)),
        fixity=Fixity(originals),
        feedback=make_box(settings, catalogue),
        backend=backend or backend_name(),
        living=living,
        pictures=pictures,
    )
    desk = make_desk(settings, catalogue, sources=sources, condition=condition, explain=explain)
    install_staff(app, desk)
    _add_addresses(app)
    return app


def _bare_app() -> Flask:
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False  # “//other.example” is a wrong address, not a redirect
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    return app


def _presenters(settings: Settings, vocabulary: Vocabulary) -> dict[str, Presenter]:
    texts = load_texts()
    languages = [language for language in settings.languages if language in texts] or LANGUAGES
    return {language: Presenter(texts[language], vocabulary) for language in languages}


def _add_addresses(app: Flask) -> None:
    site: Site = app.extensions[EXTENSION]
    prefix = f"/<any({','.join(site.presenters)}):language>"
    guards.install(app, site.settings)
    problems.install(app)
    app.before_request(follow_vocabulary)
    app.after_request(headers.finish)
    app.context_processor(_template_values)
    app.url_value_preprocessor(_take_language)
    app.register_blueprint(probes)
    app.register_blueprint(api)
    app.register_blueprint(permanent)
    app.register_blueprint(staff)
    app.register_blueprint(pages, url_prefix=prefix)
    app.register_blueprint(documents, url_prefix=prefix)
    app.register_blueprint(feedback, url_prefix=prefix)
    app.add_url_rule("/static/<path:filename>", "static", site.assets.send)
    app.add_url_rule("/favicon.ico", "favicon", lambda: site.assets.send(site.assets.icon.name))


def _take_language(_endpoint: str | None, values: dict[str, str] | None) -> None:
    """Keep the language of the address for the request; views do not take it."""
    g.language = values.pop("language", None) if values else None


def _template_values() -> dict[str, object]:
    """Return what every template may use."""
    view = current_view()
    return {
        "view": view,
        "t": view.show.t,
        "show": view.show,
        "links": view.links,
        "language": view.language,
        "site_name": view.site.settings.site_name(view.language),
        "settings": view.site.settings,
        "asset": view.site.assets.url,
        "assets": view.site.assets,
        "switches": _language_switches(),
        "state": SearchState(),
        "footer_form": footer_form,
        "public_rating": view.site.feedback.public_rating,
    }


def _language_switches() -> list[dict[str, str | bool]]:
    """Return the same page in every language, its parameters kept."""
    current = current_language()
    endpoint, values = request.endpoint, dict(request.view_args or {})
    if getattr(g, "language", None) is None or endpoint is None:
        endpoint, values = "pages.home", {}
    query = request.query_string.decode("ascii", "ignore") if values or g.language else ""
    switches: list[dict[str, str | bool]] = []
    for name in current_view().site.presenters:
        path = url_for(endpoint, language=name, **values)
        address = url_for(endpoint, language=name, _external=True, **values)
        switches.append(
            {
                "language": name,
                "name": OWN_NAMES[name],
                "href": f"{path}?{query}" if query else path,
                "address": address,
                "current": name == current,
            }
        )
    return switches
