"""How fast Finnish words become terms, against a loop over the stock libvoikko wrapper.

    python tests/benchmarks/analysis_speed.py TEXT... [--words N] [--rounds N]

TEXT is plain or gzipped text; of a .conllu file the forms are taken.  Both sides see the same words
in alternating rounds, in processor time, so that what else the machine does meets them alike.  What
counts are the ratios of the medians: the bare transducer call; distinct words at first sight;
running text at first sight, as an indexing run meets it; running text seen before.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import libvoikko

from indexer.analysis import FinnishAnalyzer, analyzer_for
from indexer.analysis.normalise import spans
from indexer.analysis.voikko import NativeVoikko

WORDS_A_PAGE: Final = 300


def words_of(paths: Iterable[Path]) -> Iterator[str]:
    """Yield the words of the files that hold a letter."""
    for path in paths:
        is_treebank = path.name.removesuffix(".gz").endswith(".conllu")
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                columns = line.split("\t")
                if is_treebank:
                    line = columns[1] if len(columns) > 1 and columns[0].isdigit() else ""  # noqa: PLW2901
                yield from (s.word for s in spans(line) if any(map(str.isalpha, s.word)))


def cost_us(call: Callable[[str], object], words: Sequence[str]) -> float:
    """Return microseconds of processor time a word."""
    start = time.process_time()
    for word in words:
        call(word)
    return (time.process_time() - start) / len(words) * 1e6


def measure(words: Sequence[str], rounds: int) -> None:
    """Alternate both sides and print medians and ratios."""
    types = sorted(set(words))
    stock, lean = libvoikko.Voikko("fi"), NativeVoikko()
    pages = [" ".join(words[at : at + WORDS_A_PAGE]) for at in range(0, len(words), WORDS_A_PAGE)]
    costs: dict[str, list[tuple[float, float]]] = {}

    def compare(name: str, theirs: float, ours: float) -> None:
        costs.setdefault(name, []).append((theirs, ours))

    for _ in range(rounds):
        of_types = cost_us(stock.analyze, types)
        compare("transducer call, distinct words", of_types, cost_us(lean.fst_strings, types))
        compare("terms, distinct words, cold", of_types, cost_us(analyzer().index_terms, types))
        fresh = analyzer()
        of_text = cost_us(stock.analyze, words)
        compare("terms, running text, cold", of_text, cost_us(fresh.index_terms, words))
        compare("terms, running text, warm", of_text, cost_us(fresh.index_terms, words))
        # Page by page, as an indexing run does it.
        start = time.process_time()
        count = sum(len(fresh.tokens(page)) for page in pages)
        spent = (time.process_time() - start) / count * 1e6
        compare("tokens of pages, warm", of_text, spent)
    print(f"{len(words)} words, {len(types)} distinct, {rounds} rounds; microseconds a word")
    print(f"{'':34}{'libvoikko':>10}{'this':>8}{'ratio':>8}")
    for name, pairs in costs.items():
        theirs, ours = (statistics.median(side) for side in zip(*pairs, strict=True))
        print(f"{name:34}{theirs:10.2f}{ours:8.2f}{theirs / ours:7.1f}x")


def analyzer() -> FinnishAnalyzer:
    """Return an analyzer that has seen nothing yet."""
    return analyzer_for("fi", backend="native")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--words", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    measure(list(islice(words_of(options.texts), options.words)), options.rounds)


if __name__ == "__main__":
    main()
