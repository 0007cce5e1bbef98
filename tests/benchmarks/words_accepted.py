"""Which share of the words of Finnish PDFs the dictionary accepts, however they are read.

    python tests/benchmarks/words_accepted.py [FOLDER_OR_FILE…] [--out FILE.json]

Three readers on the same files: bare pdfium, pdfminer.six by default, and the extraction with its
repairs; the words are found in the same way in each text. Four sets: the PDFs of the sample, those
printed from a public site (where the shared data is there), files named on the command line, and
files that are made here with the faults that PDFs from TeX and old layout programs have: spacing
diaereses, letters without a name, ligatures as control characters, words divided at line ends. The
made ones are one page of the sample's own text each: they show that a fault is mended, not how
often it occurs. The targets are 6 points above pdfium and 9 above pdfminer.six.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2 as pdfium
from faulty_pdf import FAULTS, make_faulty
from pdfminer.high_level import extract_text

from corpus.document import Status
from corpus.sample.publication import load_publications
from indexer.extract import Context, pdf
from indexer.extract._words import Words

_ROOT = Path(__file__).resolve().parents[2]
_SAMPLE = _ROOT / "corpus" / "sample" / "site" / "tiedostot"
_WORD = re.compile(r"[^\W\d_]{2,}")
_TARGETS = {"bare pdfium": 6.0, "pdfminer.six": 9.0}
Read = Callable[[bytes], str]


def bare_pdfium(data: bytes) -> str:
    """Return the text of all pages and nothing else."""
    document = pdfium.PdfDocument(data)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def bare_pdfminer(data: bytes) -> str:
    """Return the text as pdfminer.six gives it by default."""
    return extract_text(io.BytesIO(data))


def public_site() -> Iterator[bytes]:
    """Yield the PDFs printed from a public site."""
    shared = Path(os.environ.get("JULKAISUHAKU_SHARED", str(_ROOT.parent / "shared")))
    archive = shared / "data" / "site" / "www.tar.gz"
    if not archive.exists():
        print("left out: the public site (shared data is not there)")
        return
    with tarfile.open(archive) as opened:
        for member in opened:
            stream = opened.extractfile(member) if member.name.endswith(".pdf") else None
            if stream is not None:
                yield stream.read()


def made() -> Iterator[bytes]:
    """Yield a file with each fault, of the text of several Finnish publications."""
    finnish = [item.body for item in load_publications() if item.language == "fi"]
    for fault in FAULTS:
        for text in finnish[:5]:
            yield make_faulty(text, fault)


def measure(files: Iterator[bytes], readers: dict[str, Read], words: Words) -> dict[str, float]:
    """Return the share of known words by reader, in per cent, over the Finnish files."""
    known = dict.fromkeys(readers, 0)
    total = dict.fromkeys(readers, 0)
    extractor = pdf.create(words)
    for data in files:
        if not _is_finnish(extractor, data):
            continue
        for name, read in readers.items():
            found = _WORD.findall(read(data))
            known[name] += sum(map(words.is_known, found))
            total[name] += len(found)
    return {name: 100 * known[name] / max(1, total[name]) for name in readers}


def _is_finnish(extractor: pdf.PdfExtractor, data: bytes) -> bool:
    try:
        extraction = extractor.extract(data, "", Context())
    except Exception as error:  # noqa: BLE001 - unreadable files are no part of it
        print(f"left out: {error}")
        return False
    return extraction.status is Status.OK and extraction.quality is not None


def main() -> None:
    """Measure, print the shares and the distances."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    words = Words()
    extractor = pdf.create(words)
    readers: dict[str, Read] = {
        "bare pdfium": bare_pdfium,
        "pdfminer.six": bare_pdfminer,
        "extract": lambda data: "\n".join(
            page.text for page in extractor.extract(data, "", Context()).pages
        ),
    }
    named = [f for p in options.paths for f in (sorted(p.rglob("*.pdf")) if p.is_dir() else [p])]
    sets = {
        "sample": (path.read_bytes() for path in sorted(_SAMPLE.glob("*.pdf"))),
        "public site": public_site(),
        "named": (path.read_bytes() for path in named),
        "with faults (made)": made(),
    }
    figures = {label: measure(files, readers, words) for label, files in sets.items()}
    print(f"{'':20}" + "".join(f"{name:>14}" for name in readers))
    for label, shares in figures.items():
        if any(shares.values()):
            print(f"{label:20}" + "".join(f"{share:>12.1f} %" for share in shares.values()))
            above = (f"{shares['extract'] - shares[name]:+.1f} on {name}" for name in _TARGETS)
            print(f"{'':20}  {', '.join(above)} (targets {list(_TARGETS.values())})")
    if options.out:
        options.out.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
