"""The sample collection as an editor would publish it in WordPress: posts, terms, pages, files."""

from __future__ import annotations

import datetime as dt
import html
import shutil
from pathlib import Path
from typing import Final

from corpus.sample.body import parse, to_html
from corpus.sample.labels import load_labels
from corpus.sample.landing import FILES
from corpus.sample.projects import expand
from corpus.sample.publication import NewsItem, Publication, load_news, load_publications
from corpus.sample.serve import SITE

_COMMENTED: Final = 3  # posts with a discussion
_PAGES: Final = (
    {
        "title": "Tietoa meistä",
        "slug": "tietoa-meista",
        "content": "<p>Liitto kokoaa alueensa hankkeiden julkaisut yhteen paikkaan. Kaikki aineisto"
        " on vapaasti käytettävissä, ja sitä täydennetään kuukausittain.</p>",
    },
    {
        "title": "Arkisto",
        "slug": "arkisto",
        "content": "<!-- wp:archives /--><!-- wp:categories /--><!-- wp:tag-cloud /-->"
        "<!-- wp:calendar /--><!-- wp:latest-comments /--><!-- wp:search /-->",
    },
    {  # the addresses that WordPress has beside the one it shows, as people paste them
        "title": "Linkkejä vuosien varrelta",
        "slug": "linkkeja",
        "content": "<p>Tälle sivulle on koottu toimituksen vanhoja linkkejä sellaisina kuin niitä"
        " on viesteissä lähetetty. Osa niistä vie samaan kirjoitukseen eri osoitteen kautta.</p><p>"
        '<a href="HOME/?p=NUMBER">lyhyt osoite</a> <a href="POST?utm_source=uutiskirje">kirje</a> '
        '<a href="POST?replytocom=2#respond">vastaus</a> <a href="POSTembed/">upotus</a> '
        '<a href="POSTfeed/">syöte</a> <a href="POSTtrackback/">paluuviite</a> '
        '<a href="ATTACHMENT">tiedoston sivu</a> <a href="HOME/xmlrpc.php">rajapinta</a> '
        '<a href="HOME/wp-json/wp/v2/posts">json</a> <a href="HOME/?s=puu">haku</a> '
        '<a href="HOME/wp-login.php">kirjautuminen</a> <a href="HOME/poistettu-sivu/">rikki</a>'
        "</p>",
    },
)


def content(folder: Path) -> dict[str, object]:
    """Return what is published; PDFs are copied to ``folder``, because WordPress takes them."""
    publications = [_publication(item, folder) for item in load_publications()]
    for number, post in enumerate(publications[:_COMMENTED], start=1):
        post["comments"] = [f"Hyvä kooste, osa {number}.", "Kiitos!", "Samaa mieltä."]
    unpublished = [
        _post("keskenerainen-luonnos", "Keskeneräinen luonnos", "Tämä ei ole valmis.", "draft"),
        _post("sisainen-muistio", "Sisäinen muistio", "Tämä on vain meille.", "private"),
    ]
    news = [_news(item) for item in load_news()]
    return {
        "site": "Itäisen Suomen esimerkkiliitto",
        "tagline": "Hankkeiden julkaisut",
        "posts": [*publications, *news, *unpublished],
        "pages": list(_PAGES),
    }


def _post(slug: str, title: str, text: str, status: str = "publish") -> dict[str, object]:
    return {
        "slug": slug,
        "title": title,
        "content": text,
        "excerpt": "",
        "status": status,
        "date": "2024-03-01",
        "author": "Toimitus",
        "categories": ["Ajankohtaista"],
        "tags": [],
        "pdf": "",
        "comments": [],
    }


def _day(day: dt.date) -> str:
    """Return the day of a post; one that lies ahead would wait to be published."""
    return min(day, dt.datetime.now(tz=dt.UTC).date() - dt.timedelta(days=1)).isoformat()


def _news(item: NewsItem) -> dict[str, object]:
    post = _post(item.slug, item.title, to_html(parse(item.body)))
    return {**post, "date": _day(item.date)}


def _publication(item: Publication, folder: Path) -> dict[str, object]:
    labels = load_labels()
    text = f"<p>{html.escape(item.abstract, quote=False)}</p>"
    if item.has_full_page:
        text += to_html(parse(expand(item.body, item.projects)))
    pdf = ""
    if item.has_pdf:
        pdf = str(shutil.copy(SITE / FILES / f"{item.slug}.pdf", folder))
    return {
        **_post(item.slug, item.title, text),
        "excerpt": item.abstract[:150],
        "date": _day(item.date),
        "author": f"{labels.label(item.regions[0], 'fi')}, toimitus",
        "categories": [labels.label(item.type, "fi")],
        "tags": [labels.label(one, "fi") for one in (*item.sectors, *item.themes)],
        "pdf": pdf,
    }
