"""The page of one publication: what it says of itself, its abstract, its text, its PDF.

The metadata in the head differ from page to page (citation_*, Dublin Core, JSON-LD, Open Graph or
nothing at all), because in a real archive they come from several systems.
"""

from __future__ import annotations

import html
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus.sample.body import parse, to_html
from corpus.sample.frame import Frame, Link, SitePage, anchor, meta
from corpus.sample.labels import Labels
from corpus.sample.projects import expand
from corpus.sample.publication import Publication
from corpus.sample.serve import PLACEHOLDER

FILES: Final = "tiedostot"
_PROFILES: Final = ("citation", "dc", "jsonld", "og", "none")


@dataclass(frozen=True, slots=True)
class Landing:
    """Makes landing pages; ``others`` has every publication by slug."""

    frame: Frame
    labels: Labels
    others: Mapping[str, Publication]
    files: Path

    def address(self, item: Publication) -> str:
        """Return the path of the publication's page."""
        return f"{self.frame.label(item.language, 'publications')}{item.slug}/"

    def page(self, item: Publication) -> SitePage:
        """Return the publication's page."""
        title = self.frame.label(item.language, "publications_title")
        return SitePage(
            path=self.address(item),
            language=item.language,
            title=item.title,
            content=self._content(item),
            crumbs=(Link(title, self.frame.label(item.language, "publications")),),
            meta=tuple(self._meta(item)),
            modified=item.date.isoformat(),
        )

    def _content(self, item: Publication) -> str:
        """Return the main part of the page."""
        parts = [f"<h1>{html.escape(item.title, quote=False)}</h1>"]
        if item.subtitle:
            parts.append(f'<p class="subtitle">{html.escape(item.subtitle, quote=False)}</p>')
        parts.append(self._facts(item))
        abstract = self.frame.label(item.language, "abstract")
        parts.append(f"<h2>{abstract}</h2>\n<p>{html.escape(item.abstract, quote=False)}</p>")
        if item.has_pdf:
            parts.append(f'<p class="file">{anchor(self._file(item))}</p>')
        parts.extend(self._links(item))
        if item.has_full_page:
            parts.append('<article class="publication">')
            parts.append(to_html(parse(expand(item.body, item.projects))))
            parts.append("</article>")
        return "\n".join(parts)

    def _facts(self, item: Publication) -> str:
        """Return the list of bibliographic facts."""
        rows = [
            ("authors", ", ".join(item.authors)),
            ("publisher", item.organisation),
            ("year", _shown_date(item)),
            ("type", self.labels.label(item.type, item.language) if _profile(item) < 2 else ""),  # noqa: PLR2004 - the two bibliographic profiles
            ("series", item.series),
        ]
        cells = [
            f"<dt>{self.frame.label(item.language, key)}</dt><dd>{html.escape(value)}</dd>"
            for key, value in rows
            if value
        ]
        if item.isbn:
            cells.append(f"<dt>ISBN</dt><dd>{item.isbn}</dd>")
        return '<dl class="facts">\n' + "\n".join(cells) + "\n</dl>"

    def _file(self, item: Publication) -> Link:
        """Return the link to the PDF, with its size as the language writes it."""
        size_bytes = (self.files / f"{item.slug}.pdf").stat().st_size
        if size_bytes < 1_000_000:  # noqa: PLR2004 - smaller sizes are shown in kilobytes
            number, unit = f"{max(1, round(size_bytes / 1000))}", "small_unit"
        else:
            number, unit = f"{size_bytes / 1e6:.1f}", "unit"
        size = f"{number} {self.frame.label(item.language, unit)}"
        if item.language != "en":
            size = size.replace(".", ",")
        text = self.frame.label(item.language, "open_pdf").format(size=size)
        return Link(text, f"/{FILES}/{item.slug}.pdf")

    def _links(self, item: Publication) -> list[str]:
        """Return the links to other versions and near relations."""
        found = []
        for other in self.others.values():
            key = ""
            if other.slug == item.version_of:
                key = "older"
            elif other.version_of == item.slug:
                key = "newer"
            elif item.slug == other.near_duplicate_of or other.slug == item.near_duplicate_of:
                key = "related"
            if key:
                link = anchor(Link(f"{other.title} ({other.year})", self.address(other)))
                found.append(f"<p>{self.frame.label(item.language, key)}: {link}</p>")
        return found

    def _meta(self, item: Publication) -> list[str]:
        """Return the metadata of the head in the profile of this page."""
        profile = _PROFILES[_profile(item)]
        if profile == "citation":
            return self._citation(item)
        if profile == "dc":
            return self._dublin_core(item)
        if profile == "jsonld":
            return [self._json_ld(item)]
        if profile == "og":
            return [
                meta("og:title", item.title, key="property"),
                meta("og:type", "article", key="property"),
                meta("og:description", item.abstract[:200], key="property"),
                meta("og:site_name", self.frame.label(item.language, "brand"), key="property"),
            ]
        return []

    def _citation(self, item: Publication) -> list[str]:
        """Return Highwire Press tags."""
        lines = [meta("citation_title", item.title)]
        lines += [meta("citation_author", name) for name in item.authors]
        lines += [
            meta("citation_publication_date", item.date.strftime("%Y/%m/%d")),
            meta("citation_language", item.language),
            meta("citation_publisher", item.organisation),
        ]
        if item.isbn:
            lines.append(meta("citation_isbn", item.isbn))
        if item.has_pdf:
            lines.append(meta("citation_pdf_url", f"{PLACEHOLDER}/{FILES}/{item.slug}.pdf"))
        return [*lines, meta("citation_keywords", "; ".join(self._subjects(item)))]

    def _dublin_core(self, item: Publication) -> list[str]:
        """Return Dublin Core tags."""
        lines = [meta("DC.title", item.title)]
        lines += [meta("DC.creator", name) for name in item.authors]
        lines += [meta("DC.subject", subject) for subject in self._subjects(item)]
        lines += [
            meta("DCTERMS.issued", item.date.isoformat()),
            meta("DC.language", item.language),
            meta("DC.publisher", item.organisation),
            meta("DC.type", self.labels.label(item.type, "en")),
        ]
        if item.isbn:
            lines.append(meta("DC.identifier", f"ISBN {item.isbn}"))
        return lines

    def _json_ld(self, item: Publication) -> str:
        """Return the description as JSON-LD."""
        data = {
            "@context": "https://schema.org",
            "@type": "Report",
            "name": item.title,
            "author": [{"@type": "Person", "name": name} for name in item.authors],
            "datePublished": item.date.isoformat(),
            "inLanguage": item.language,
            "publisher": {"@type": "Organization", "name": item.organisation},
        }
        if item.isbn:
            data["isbn"] = item.isbn
        text = json.dumps(data, ensure_ascii=False, indent=1).replace("</", "<\\/")
        return f'<script type="application/ld+json">\n{text}\n</script>'

    def _subjects(self, item: Publication) -> list[str]:
        """Return the subject words a cataloguer gave."""
        ids = (*item.sectors, *item.themes, *item.regions)
        return [self.labels.label(identifier, item.language) for identifier in ids]


def _profile(item: Publication) -> int:
    """Return the number of the page's metadata profile; it depends on nothing but the slug."""
    return zlib.crc32(item.slug.encode()) % len(_PROFILES)


def _shown_date(item: Publication) -> str:
    """Return the date as the language writes it."""
    if item.language == "en":
        return f"{item.date.day} {item.date.strftime('%B')} {item.date.year}"
    return f"{item.date.day}.{item.date.month}.{item.date.year}"
