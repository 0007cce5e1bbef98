"""How fast PDF files are read, against pdfminer.six by default and bare pdfium, in one run.

    python tests/benchmarks/extract_speed.py [FOLDER_OR_FILE…] [--rounds N] [--out FILE.json]

Without arguments the PDFs of the sample collection are read. Every round asks each reader for
each file in turn, so that what else the machine does meets all alike; counted is processor time,
the median over the rounds. "Known" is the share of all words that the Finnish dictionary accepts,
over the files whose language is Finnish: the same words in the same way for every reader.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
from pdfminer.high_level import extract_text

from corpus.document import Status
from indexer.extract import Context, pdf
from indexer.extract._words import Words

_SAMPLE = Path(__file__).resolve().parents[2] / "corpus" / "sample" / "site" / "tiedostot"
_WORD = re.compile(r"[^\W\d_]{2,}")


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


def reader_of(words: Words) -> Callable[[bytes], str]:
    """Return the product's reader with a dictionary that has seen no word yet."""
    extractor = pdf.create(words)
    return lambda data: "\n".join(p.text for p in extractor.extract(data, "", Context()).pages)


def share_known(texts: list[str], words: Words) -> float:
    """Return the share of all words the dictionary accepts, in per cent."""
    found = [word for text in texts for word in _WORD.findall(text)]
    return 100 * sum(map(words.is_known, found)) / max(1, len(found))


def main() -> None:
    """Measure, print the ratios, and write them where a file is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[_SAMPLE])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    files = [f for p in options.paths for f in (sorted(p.rglob("*.pdf")) if p.is_dir() else [p])]
    words = Words()
    extractor = pdf.create(words)
    originals = [f.read_bytes() for f in files]
    readable = [data for data in originals if _is_finnish(extractor, data)]
    names = ("pdfminer.six", "bare pdfium", "extract")
    seconds: dict[str, list[float]] = {name: [] for name in names}
    texts: dict[str, list[str]] = {}
    for _ in range(options.rounds):
        readers = dict(zip(names, (bare_pdfminer, bare_pdfium, reader_of(Words())), strict=True))
        round_seconds = dict.fromkeys(readers, 0.0)
        texts = {name: [] for name in readers}
        for data in readable:
            for name, reader in readers.items():
                start = time.process_time()
                texts[name].append(reader(data))
                round_seconds[name] += time.process_time() - start
        for name, spent in round_seconds.items():
            seconds[name].append(spent)
    medians = {name: statistics.median(spent) for name, spent in seconds.items()}
    known = {name: share_known(found, words) for name, found in texts.items()}
    figures = {
        "files": len(readable),
        "median_cpu_s": medians,
        "times_pdfminer": medians["pdfminer.six"] / medians["extract"],
        "cpu_of_pdfium": medians["extract"] / medians["bare pdfium"],
        "known_percent": known,
    }
    for name, spent in medians.items():
        print(f"{name:14} {spent * 1000:9.1f} ms   known {known[name]:5.1f} %")
    print(f"speed {figures['times_pdfminer']:.1f} x pdfminer.six (target 6)")
    print(f"processor time {figures['cpu_of_pdfium']:.1f} x bare pdfium (target 4 at most)")
    if options.out:
        options.out.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def _is_finnish(extractor: pdf.PdfExtractor, data: bytes) -> bool:
    try:
        extraction = extractor.extract(data, "", Context())
    except Exception as error:  # noqa: BLE001 - unreadable files are no part of the race
        print(f"left out: {error}")
        return False
    return extraction.status is Status.OK and extraction.quality is not None


if __name__ == "__main__":
    main()
