"""Writes the sample site: publications, lists, topics, news, sitemap, feed, robots.txt.

Static files only, served as they are; nothing but the address of the site is put in later.
"""

from __future__ import annotations

import datetime as dt
import html
import shutil
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from corpus.sample.body import parse, plain, to_html
from corpus.sample.frame import FRAME, Frame, Link, SitePage, anchor
from corpus.sample.labels import Labels
from corpus.sample.landing import FILES, Landing
from corpus.sample.publication import NewsItem, Publication
from corpus.sample.serve import PLACEHOLDER

PER_PAGE: Final = 10
_NEWEST: Final = 5
_ROBOTS: Final = f"""User-agent: *
Disallow: /luonnokset/

Sitemap: {PLACEHOLDER}/sitemap.xml
"""


class SiteWriter:
    """Writes every page of the site under ``out``; PDFs there are left alone."""

    def __init__(
        self,
        publications: Sequence[Publication],
        news: Sequence[NewsItem],
        labels: Labels,
        out: Path,
    ) -> None:
        self._publications = publications
        self._news = news
        self._labels = labels
        self._out = out
        self._frame = Frame()
        self._landing = Landing(
            self._frame, labels, {item.slug: item for item in publications}, out / FILES
        )

    def write(self) -> int:
        """Write the site afresh and return the number of its pages."""
        for path in self._out.iterdir():
            if path.is_dir() and path.name != FILES:
                shutil.rmtree(path)
        pages = [
            *(self._landing.page(item) for item in self._publications),
            *(page for language in ("fi", "sv", "en") for page in self._lists(language)),
            *self._topics(),
            *(self._news_page(item) for item in self._news),
            *(self._news_list(language) for language in ("fi", "sv", "en")),
            *(self._front(language) for language in ("fi", "sv", "en")),
            *self._fixed(),
        ]
        for page in pages:
            self._write(page.path, self._frame.render(page, self._sidebar(page.language)))
        self._write("/404.html", self._frame.render(self._missing(), self._sidebar("fi")))
        self._write("/sitemap.xml", _sitemap(pages))
        self._write("/robots.txt", _ROBOTS)
        self._write("/ajankohtaista/syote.rss", self._feed())
        self._write("/tyylit/sivusto.css", (FRAME / "sivusto.css").read_text(encoding="utf-8"))
        return len(pages)

    def _write(self, path: str, text: str) -> None:
        """Write one file of the site."""
        file = self._out / path.lstrip("/")
        if path.endswith("/"):
            file /= "index.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def _of(self, language: str) -> list[Publication]:
        """Return the publications a list in ``language`` shows: the Finnish one shows all."""
        return [item for item in self._publications if language in ("fi", item.language)]

    def _sidebar(self, language: str) -> Mapping[str, Sequence[Link]]:
        """Return the boxes beside every page."""
        newest = [
            Link(item.title, self._landing.address(item)) for item in self._of(language)[:_NEWEST]
        ]
        boxes = {self._frame.label(language, "side_title"): newest}
        if language == "fi":
            mains = ("metsabiotalous", "teknologiat-ja-materiaalit")
            topics = [*mains, *self._labels.by_scheme["theme"]]
            boxes[self._frame.label(language, "side_topics")] = [
                Link(self._labels.label(topic, "fi"), f"/aiheet/{topic}/") for topic in topics
            ]
        return boxes

    def _entries(self, items: Iterable[Publication]) -> str:
        """Return publications as a list of links with a few words of each."""
        lines = []
        for item in items:
            link = anchor(Link(item.title, self._landing.address(item)))
            first = item.abstract.split(". ")[0].rstrip(".")
            lines.append(
                f'<li lang="{item.language}"><h3>{link}</h3>'
                f"<p>{html.escape(item.organisation)}, {item.year}. "
                f"{html.escape(first, quote=False)}.</p></li>"
            )
        return '<ul class="entries">\n' + "\n".join(lines) + "\n</ul>"

    def _lists(self, language: str) -> Iterable[SitePage]:
        """Return the pages of the publication list."""
        base = self._frame.label(language, "publications")
        title = self._frame.label(language, "publications_title")
        items = self._of(language)
        chunks = [items[i : i + PER_PAGE] for i in range(0, len(items), PER_PAGE)] or [[]]
        paths = [base, *(f"{base}sivu-{n}/" for n in range(2, len(chunks) + 1))]
        for number, chunk in enumerate(chunks, 1):
            steps = []
            if number > 1:
                steps.append(Link(self._frame.label(language, "previous"), paths[number - 2]))
            if number < len(chunks):
                steps.append(Link(self._frame.label(language, "next"), paths[number]))
            pager = "".join(f"<li>{anchor(step)}</li>" for step in steps)
            page = f" – {self._frame.label(language, 'page').lower()} {number}"
            yield SitePage(
                path=paths[number - 1],
                language=language,
                title=title + (page if number > 1 else ""),
                content=f'<h1>{title}</h1>\n{self._entries(chunk)}\n<ul class="pages">{pager}</ul>',
                crumbs=(Link(title, base),) if number > 1 else (),
                modified=_newest(chunk),
                indexed=number == 1,
            )

    def _topics(self) -> Iterable[SitePage]:
        """Return the archive pages of every sector, theme and region, and their contents."""
        for base, key, schemes in (
            ("/aiheet/", "topics", ("sector", "theme")),
            ("/maakunnat/", "regions", ("region",)),
        ):
            title = self._frame.label("fi", key)
            ids = [i for scheme in schemes for i in self._labels.by_scheme[scheme]]
            links = [Link(self._labels.label(i, "fi"), f"{base}{i}/") for i in ids]
            listed = "".join(f"<li>{anchor(link)}</li>" for link in links)
            yield SitePage(base, "fi", title, f"<h1>{title}</h1>\n<ul>{listed}</ul>")
            for identifier, link in zip(ids, links, strict=True):
                members = [
                    item
                    for item in self._publications
                    if identifier in (*item.sectors, *item.themes, *item.regions)
                ]
                yield SitePage(
                    link.href,
                    "fi",
                    link.text,
                    f"<h1>{link.text}</h1>\n{self._entries(members)}",
                    crumbs=(Link(title, base),),
                    modified=_newest(members),
                    # Set on sectors only: a real site is never consistent in this.
                    indexed=identifier not in self._labels.by_scheme["sector"],
                )

    def _news_page(self, item: NewsItem) -> SitePage:
        """Return the page of a news item."""
        base = self._frame.label(item.language, "news")
        date = f"{item.date.day}.{item.date.month}.{item.date.year}"
        title = html.escape(item.title, quote=False)
        return SitePage(
            path=f"{base}{item.slug}/",
            language=item.language,
            title=item.title,
            content=f'<h1>{title}</h1>\n<p class="date">{date}</p>\n{to_html(parse(item.body))}',
            crumbs=(Link(self._frame.label(item.language, "news_title"), base),),
            modified=item.date.isoformat(),
        )

    def _news_list(self, language: str) -> SitePage:
        """Return the list of news in one language."""
        base = self._frame.label(language, "news")
        title = self._frame.label(language, "news_title")
        more = self._frame.label(language, "read_more")
        items = "".join(
            f"<li><h2>{html.escape(item.title, quote=False)}</h2><p>{_lead(item)} "
            f'<a href="{base}{item.slug}/">{more}</a></p></li>'
            for item in self._news
            if item.language == language
        )
        return SitePage(base, language, title, f"<h1>{title}</h1>\n<ul>{items}</ul>")

    def _front(self, language: str) -> SitePage:
        """Return the front page of one language."""
        label = self._frame.label
        lead = html.escape(label(language, "tagline"), quote=False)
        content = (
            f"<h1>{label(language, 'brand')}</h1>\n<p>{lead}.</p>\n"
            f"<h2>{label(language, 'newest')}</h2>\n{self._entries(self._of(language)[:PER_PAGE])}"
        )
        return SitePage(
            label(language, "home"),
            language,
            label(language, "brand"),
            content,
            modified=_newest(self._of(language)),
        )

    def _fixed(self) -> Iterable[SitePage]:
        """Return the pages that are written by hand."""
        for path in sorted((FRAME / "pages").glob("*.md")):
            _, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
            values = tomllib.loads(front)
            title = html.escape(values["title"], quote=False)
            yield SitePage(
                path=values["path"],
                language=values["language"],
                title=values["title"],
                content=f"<h1>{title}</h1>\n{to_html(parse(body))}{self._old_addresses(path)}",
                modified=values["date"].isoformat(),
                listed=values.get("listed", True),
                indexed=values.get("robots") != "noindex",
            )

    def _old_addresses(self, path: Path) -> str:
        """Return links that lead a crawler to what it must follow, refuse or see through."""
        if path.stem != "tietoa":
            return ""
        links = (
            Link("Metsätiedon tiekartta (vanha osoite)", "/raportit/metsatiedon-tiekartta.html"),
            Link("Uutiset (vanha osoite)", "/uutiset/"),
            Link("Puuttuva raportti", "/julkaisut/puuttuva-raportti/"),
            Link("Valmistelun työversiot", "/luonnokset/tyoversio/"),
            Link(
                "Lämpöyrittäjyysselvitys (vanha tiedosto-osoite)",
                f"/{FILES}/vanhat/lampoyrittajyys-kainuu.pdf",
            ),
        )
        return (
            "\n<h2>Vanhat osoitteet</h2>\n<ul>"
            + "".join(f"<li>{anchor(link)}</li>" for link in links)
            + "</ul>"
        )

    def _missing(self) -> SitePage:
        """Return the page for addresses that lead nowhere."""
        text = "<h1>Sivua ei ole</h1>\n<p>Osoitteessa ei ole sivua. Palaa etusivulle.</p>"
        return SitePage("/404.html", "fi", "Sivua ei ole", text, indexed=False)

    def _feed(self) -> str:
        """Return the news and the newest publications as RSS 2.0."""
        entries = [
            (item.date, item.title, f"{self._frame.label(item.language, 'news')}{item.slug}/")
            for item in self._news
        ] + [
            (item.date, item.title, self._landing.address(item))
            for item in self._publications[:PER_PAGE]
        ]
        items = "".join(
            f"<item><title>{html.escape(title)}</title><link>{PLACEHOLDER}{path}</link>"
            f'<guid isPermaLink="true">{PLACEHOLDER}{path}</guid>'
            f"<pubDate>{_rfc822(date)}</pubDate></item>\n"
            for date, title, path in sorted(entries, reverse=True)
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>\n'
            f"<title>Vaara-arkisto: ajankohtaista</title><link>{PLACEHOLDER}/</link>\n"
            "<description>Arkiston uutiset ja uudet julkaisut</description>"
            f"<language>fi</language>\n{items}</channel></rss>\n"
        )


def _rfc822(date: dt.date) -> str:
    """Return a date as feeds write it."""
    return format_datetime(dt.datetime.combine(date, dt.time(9), dt.UTC))


def _newest(items: Sequence[Publication]) -> str:
    """Return the date of the newest item, or nothing."""
    return max((item.date.isoformat() for item in items), default="")


def _lead(item: NewsItem) -> str:
    """Return the first sentence of a news item."""
    first = plain(item.body.strip().split("\n\n")[0]).replace("\n", " ")
    return html.escape(first.split(". ")[0].rstrip("."), quote=False) + "."


def _sitemap(pages: Iterable[SitePage]) -> str:
    """Return the sitemap of every page that wants to be found."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ]
    for page in pages:
        if page.listed and page.indexed:
            changed = f"<lastmod>{page.modified}</lastmod>" if page.modified else ""
            lines.append(f"<url><loc>{PLACEHOLDER}{page.path}</loc>{changed}</url>")
    return "\n".join([*lines, "</urlset>", ""])
