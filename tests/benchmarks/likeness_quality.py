"""Which pairs of alike documents are found, and how fast 20,000 documents are compared.

    python tests/benchmarks/likeness_quality.py [SHARED_FOLDER] [--documents N]

Pairs: the sample collection (its author says which files belong to which page, and which texts
are versions and near-duplicates) and, where the shared development data is, a public site whose
pages link to PDFs that were printed from them. "exhaustive" measures every pair of documents by
the same rules, so that a pair which only the candidates miss is seen.

Speed: documents of about 300 words out of sentences that many share, one in twenty a near copy of
an earlier one; told in CPU beside what keeping them in the catalogue took.
"""

from __future__ import annotations

import argparse
import random
import tarfile
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from corpus import Catalogue, Document, FieldValue, Likenesses, Origin, Page, Source, Status
from corpus.sample import SampleServer
from corpus.sample.publication import load_publications
from corpus.sample.serve import PLACEHOLDER
from corpus.settings import Settings
from crawler import Limits, crawl
from indexer.likeness import Text, likeness_of, text_of
from indexer.likeness_follower import LikenessFollower
from search_app.assembly import Assembly

_SERVED_AT = "http://127.0.0.1:8000"  # what the archive of the public site says of itself
_WORDS = 300
_SENTENCE = 15

Pairs = set[frozenset[str]]


def crawled(data: Path, site: Path | None) -> Iterator[Assembly]:
    """Yield the assembly of a data directory that holds a whole site, read."""
    settings = Settings(data=data, delay_s=0.0)
    server = SampleServer(site) if site else SampleServer()
    with server, Assembly(settings, command="benchmark") as assembly:
        assembly.prepare()
        crawl(
            Source.of_address(server.url, allow_private=True),
            catalogue=assembly.catalogue,
            originals=assembly.originals,
            crawls=assembly.crawls,
            settings=settings,
            limits=Limits.of(settings),
        )
        assembly.reader.read_pending()
        yield assembly


def paths(catalogue: Catalogue) -> dict[str, str]:
    """Return the documents that have a text, by the path of each address."""
    return {
        urlsplit(address.url).path: document.id
        for document in catalogue.iter_documents()
        if document.status is Status.OK
        for address in catalogue.addresses(document.id)
    }


def sample_truth(known: dict[str, str]) -> Pairs:
    """Return the pairs that the author of the sample knows of."""
    publications = {item.slug: item for item in load_publications()}
    files = {Path(path).stem: known[path] for path in known if path.endswith(".pdf")}
    pages = {
        path.rstrip("/").rpartition("/")[2]: known[path]
        for path in known
        if path.rstrip("/").rpartition("/")[0]
        in {"/julkaisut", "/sv/publikationer", "/en/publications"}
    }
    forms = {slug: [kind[slug] for kind in (pages, files) if slug in kind] for slug in publications}
    truth = {frozenset(ids) for ids in forms.values() if len(ids) > 1}
    for slug, item in publications.items():
        for other in {item.version_of, item.near_duplicate_of} - {""}:
            truth |= {frozenset((one, two)) for one in forms[slug] for two in forms[other]}
    return truth


def linked_truth(catalogue: Catalogue, known: dict[str, str]) -> Pairs:
    """Return the pairs of a PDF and the page it was printed from, which links to it."""
    return {
        frozenset((known[path], known[urlsplit(address.referrer).path]))
        for path in known
        if path.endswith(".pdf")
        for address in catalogue.addresses(known[path])
        if address.referrer
    }


def exhaustive(catalogue: Catalogue) -> Pairs:
    """Return every pair that the rules tell, without any choice of candidates."""
    likenesses = Likenesses(catalogue.database)
    texts = [
        _text(catalogue, document)
        for document in catalogue.iter_documents()
        if document.status is Status.OK
    ]
    linked = {text.document.id: set(likenesses.linked(text.document.id)) for text in texts}
    return {
        frozenset((one.document.id, other.document.id))
        for one, other in combinations(texts, 2)
        if likeness_of(one, other, is_linked=other.document.id in linked[one.document.id])
    }


def _text(catalogue: Catalogue, document: Document) -> Text:
    return text_of(document, [page.text for page in catalogue.pages(document.id)])


def quality(name: str, assembly: Assembly, truth: Pairs | None = None) -> None:
    """Print what was found of a collection."""
    catalogue = assembly.catalogue
    assembly.likeness_follower.catch_up()
    likenesses = Likenesses(catalogue.database)
    found = {frozenset((pair.document_id, pair.other_id)) for pair in likenesses.pairs()}
    known = paths(catalogue)
    truth = linked_truth(catalogue, known) if truth is None else truth
    every = exhaustive(catalogue)
    print(f"{name}: {len(set(known.values()))} documents with a text")
    print(f"  known pairs found    {len(truth & found)} of {len(truth)}")
    print(f"  told beside these    {len(found - truth)}")
    print(
        f"  of exhaustive found  {len(every & found)} of {len(every)}, beside {len(found - every)}"
    )
    print(f"  kinds                {likenesses.count_by_kind()}")
    titles = {document.id: document.title for document in catalogue.iter_documents()}
    for label, pairs in (("missed", truth - found), ("beside", found - truth)):
        for pair in sorted(pairs, key=sorted):
            print(f"    {label}: " + " | ".join(titles[one][:50] for one in sorted(pair)))


def speed(count: int, folder: Path) -> None:
    """Print how fast so many documents are compared."""
    chance = random.Random(36)  # noqa: S311 - no secret
    words = [f"sana{number}" for number in range(50_000)]
    shared = [" ".join(chance.choices(words, k=_SENTENCE)) for _ in range(2_000)]
    texts: list[str] = []
    copies: Pairs = set()
    for number in range(count):
        if number and number % 20 == 0:
            twin = chance.randrange(number)
            copy = texts[twin].split()
            copy[::60] = chance.choices(words, k=len(copy[::60]))
            texts.append(" ".join(copy))
            copies.add(frozenset((f"d{twin}", f"d{number}")))
            continue
        own = [" ".join(chance.choices(words, k=_SENTENCE)) for _ in range(_WORDS // _SENTENCE - 3)]
        texts.append(" ".join((*own, *chance.sample(shared, 3))))
    with Catalogue(folder / "catalogue.sqlite3") as catalogue:
        start = time.process_time()
        for at in range(0, count, 500):
            with catalogue.transaction():
                for number in range(at, min(at + 500, count)):
                    name = " ".join(texts[number].split()[:3])
                    title = FieldValue("title", f"Julkaisu {name}", Origin.GIVEN)
                    page = Page(1, texts[number])
                    catalogue.record(
                        document_id=f"d{number}", values=[title], pages=[page], actor="import"
                    )
        kept = time.process_time() - start
        start = time.process_time()
        LikenessFollower(catalogue).catch_up()
        compared = time.process_time() - start
        pairs = Likenesses(catalogue.database).pairs()
        found = {frozenset((pair.document_id, pair.other_id)) for pair in pairs}
        catalogue.record(document_id="one", pages=[Page(1, texts[0])], actor="import")
        start = time.process_time()
        LikenessFollower(catalogue).catch_up()
        one = time.process_time() - start
    print(f"speed: {count:,} documents kept in {kept:.1f} s, compared in {compared:.1f} s of CPU")
    print(f"  ratio {compared / kept:.2f}; one more document {one * 1_000:.0f} ms")
    print(f"  copies found {len(copies & found):,} of {len(copies):,}, pairs told {len(found):,}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("shared", nargs="?", type=Path, help="folder of the shared data")
    parser.add_argument("--only-speed", action="store_true", help="leave the collections out")
    parser.add_argument("--documents", type=int, default=20_000, help="documents of the speed run")
    options = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        if not options.only_speed:
            collections(folder, options.shared)
        speed(options.documents, folder)


def collections(folder: Path, shared: Path | None) -> None:
    """Print what is found in the sample and, where there is one, in the public site."""
    for assembly in crawled(folder / "sample", None):
        quality("sample", assembly, sample_truth(paths(assembly.catalogue)))
    if shared is None:
        return
    with tarfile.open(shared / "data" / "site" / "www.tar.gz") as archive:
        archive.extractall(folder / "www", filter="data")
    for file in ("robots.txt", "sitemap.xml"):
        path = folder / "www" / file
        text = path.read_text(encoding="utf-8").replace(_SERVED_AT, PLACEHOLDER)
        path.write_text(text, encoding="utf-8")
    for assembly in crawled(folder / "public", folder / "www"):
        quality("public site", assembly)


if __name__ == "__main__":
    main()
