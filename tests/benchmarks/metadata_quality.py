"""How often title, year and language are read right: the sample, a public site, real documents.

    python tests/benchmarks/metadata_quality.py [--root DIR] [--out FILE.json]

Three sets, each with its truth: the sample's pages and PDFs (what their author wrote), the PDFs
pages and printed PDFs of a public site (its own list; where the shared data is there), and
documents that ship in Debian packages, labelled by hand below from their covers and imprints. A
document whose package is not installed is left out and named; ``--root`` is a folder that
packages were unpacked in. The right year of a PDF that names none is none. The targets are title
.80, year .85, language .98. The pages of the site count apart: its list calls a page by its
<title>, which often holds the subtitle too.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import tarfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.document import Status
from corpus.sample.publication import load_publications
from indexer.extract import Context
from indexer.extract._reader import DocumentReader
from indexer.extract._words import Words

_ROOT = Path(__file__).resolve().parents[2]
_SITE = _ROOT / "corpus" / "sample" / "site"
_TARGETS = {"title": 0.80, "year": 0.85, "language": 0.98}
_APART = "public site, HTML"
_PDF, _HTML = "application/pdf", "text/html"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document with what is true of it; ``year`` is None where it names none."""

    name: str
    title: str
    year: int | None
    language: str
    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Shipped:
    """A document of a Debian package, labelled from its cover and imprint page."""

    package: str
    path: str
    title: str
    year: int | None
    language: str


_BABEL = "usr/share/doc/texlive-doc/generic"
_GUIDE = "usr/share/doc/installation-guide-amd64"
SHIPPED = (
    Shipped("installation-guide-amd64", f"{_GUIDE}/sv/install.sv.pdf.gz",
            "Debian GNU/Linux Installationsguide", 2023, "sv"),
    Shipped("installation-guide-amd64", f"{_GUIDE}/en/install.en.pdf.gz",
            "Debian GNU/Linux Installation Guide", 2023, "en"),
    Shipped("debian-faq", "usr/share/doc/debian/FAQ/debian-faq.en.pdf.gz",
            "The Debian GNU/Linux FAQ", 2021, "en"),
    Shipped("debian-policy", "usr/share/doc/debian-policy/policy.pdf.gz",
            "Debian Policy Manual", 2022, "en"),
    Shipped("debian-policy", "usr/share/doc/debian-policy/fhs/fhs-3.0.pdf.gz",
            "Filesystem Hierarchy Standard", 2015, "en"),
    Shipped("developers-reference", "usr/share/developers-reference/developers-reference.pdf",
            "Debian Developer's Reference", 2023, "en"),
    Shipped("maint-guide", "usr/share/doc/maint-guide/maint-guide.en.pdf",
            "Debian New Maintainers' Guide", 2022, "en"),
    Shipped("gnuplot-doc", "usr/share/doc/gnuplot/gnuplot.pdf", "gnuplot 5.4", 2022, "en"),
    Shipped("libtasn1-doc", "usr/share/doc/libtasn1-doc/libtasn1.pdf", "Libtasn1", 2022, "en"),
    Shipped("shared-mime-info", "usr/share/doc/shared-mime-info/shared-mime-info-spec.pdf",
            "Shared MIME-info Database", 2018, "en"),
    Shipped("texlive-lang-european", f"{_BABEL}/babel-finnish/finnish.pdf",
            "The Finnish language", None, "en"),
    Shipped("texlive-lang-european", f"{_BABEL}/babel-swedish/swedish.pdf",
            "The Swedish language", None, "en"),
    Shipped("texlive-lang-european", f"{_BABEL}/babel-icelandic/icelandic.pdf",
            "A Babel language definition file for Icelandic", None, "en"),
    Shipped("texlive-lang-european", f"{_BABEL}/babel-latin/latin.pdf",
            "Babel support for the Latin language", 2021, "en"),
    Shipped("texlive-lang-european", f"{_BABEL}/babel-estonian/estonian.pdf",
            "Estonian language support for babel", 2015, "en"),
    Shipped("texlive-lang-european", f"{_BABEL}/babel-samin/samin.pdf",
            "The North Sami language", None, "en"),
)  # fmt: skip


def sample(media_type: str) -> Iterator[Labelled]:
    """Yield the publications of the sample as PDFs or as pages."""
    for item in load_publications():
        is_pdf = media_type == _PDF
        path = _SITE / (
            f"tiedostot/{item.slug}.pdf" if is_pdf else f"julkaisut/{item.slug}/index.html"
        )
        if (item.has_pdf if is_pdf else item.has_full_page) and path.exists():
            data = path.read_bytes()
            yield Labelled(item.slug, item.title, item.year, item.language, data, media_type)


def public_site(media_type: str) -> Iterator[Labelled]:
    """Yield the pages of a public site, or the PDFs printed from some of them."""
    shared = Path(os.environ.get("JULKAISUHAKU_SHARED", str(_ROOT.parent / "shared")))
    archive = shared / "data" / "site" / "www.tar.gz"
    if not archive.exists():
        print("left out: the public site (shared data is not there)")
        return
    with tarfile.open(archive) as opened:
        files = {member.name.removeprefix("./"): member for member in opened if member.isfile()}
        listed = json.loads(_bytes(opened, files["manifest.json"]))
        # of two pages that would be printed into one file the later one was printed
        latest = {Path(row[3]).stem if media_type == _PDF else row[3]: row for row in listed}
        for year, language, title, page, *_ in latest.values():
            name = f"pdf/{Path(page).stem}.pdf" if media_type == _PDF else page
            if name in files:
                data = _bytes(opened, files[name])
                yield Labelled(name, title, int(year), language, data, media_type)


def shipped(root: Path) -> Iterator[Labelled]:
    """Yield the documents of packages, and name those that are not installed."""
    missing = set()
    for one in SHIPPED:
        path = root / one.path
        if not path.exists():
            missing.add(one.package)
            continue
        data = path.read_bytes()
        data = gzip.decompress(data) if path.suffix == ".gz" else data
        yield Labelled(path.name, one.title, one.year, one.language, data, _PDF)
    if missing:
        print(f"left out, not installed below {root}: {', '.join(sorted(missing))}")


def _bytes(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    return stream.read() if stream else b""


def judge(reader: DocumentReader, one: Labelled, wrong: list[str]) -> dict[str, bool] | None:
    """Return what is right; None where the document has no text to read it from."""
    extraction = reader.read_bytes(one.data, one.media_type, Context())
    if extraction.status is not Status.OK:
        print(f"left out: {one.name}: {extraction.reason}")
        return None
    best = {v.name: v.value for v in sorted(extraction.values, key=lambda v: v.confidence)}
    title, subtitle = str(best.get("title", "")), str(best.get("subtitle", ""))
    right = {
        "title": _folded(one.title) in {_folded(title), _folded(title + subtitle)},
        "language": best.get("language") == one.language,
    }
    # where a document names no year anywhere, no year is the right answer
    is_named = str(one.year) in " ".join(page.text for page in extraction.pages)
    expected = one.year if is_named or one.media_type == _HTML else None
    if one.year is not None:
        right["year"] = best.get("year") in {one.year, expected}
    truth = {"title": one.title, "year": expected, "language": one.language}
    wrong += [
        f"{one.name}: {name}: {best.get(name)!r}, not {truth[name]!r}"
        for name, is_right in right.items()
        if not is_right
    ]
    return right


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def main() -> None:
    """Read all, print the table and what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path("/"))
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    reader = DocumentReader(Words())
    sets = {
        "sample, PDF": sample(_PDF),
        "sample, HTML": sample(_HTML),
        _APART: public_site(_HTML),
        "public site, PDF": public_site(_PDF),
        "Debian, PDF": shipped(options.root),
    }
    figures: dict[str, dict[str, list[int]]] = {}
    wrong: list[str] = []
    for label, documents in sets.items():
        judged = [right for one in documents if (right := judge(reader, one, wrong)) is not None]
        figures[label] = {
            name: [sum(one.get(name, False) for one in judged), sum(name in one for one in judged)]
            for name in _TARGETS
        }
    figures["all"] = {
        name: [
            sum(rows[name][place] for label, rows in figures.items() if label != _APART)
            for place in (0, 1)
        ]
        for name in _TARGETS
    }
    print("\n".join(wrong))
    print(f"{'':18}" + "".join(f"{name:>20}" for name in _TARGETS))
    for label, rows in figures.items():
        shown = [f"{a / max(1, n):.3f} ({a}/{n})" for a, n in rows.values()]
        print(f"{label:18}" + "".join(f"{text:>20}" for text in shown))
    print(f"{'target':18}" + "".join(f"{target:>20.2f}" for target in _TARGETS.values()))
    if options.out:
        options.out.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
