"""Learn how Finnish words that Voikko does not know inflect, from those that it knows.

The decision behind it: a word outside the dictionary ends like words inside it, so its base form
is read off a table of endings.  The table is learned once by this script and shipped frozen:
index and query have to agree, on every machine and with either backend.

Run as ``python -m indexer.analysis.learn_suffixes OUTPUT.tsv TEXT...`` with plain or gzipped
files in UTF-8; JSON lines will do, for only the words in them count.
"""

import gzip
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from indexer.analysis.morphology import best_readings
from indexer.analysis.normalise import spans
from indexer.analysis.voikko import NativeVoikko, Voikko

LONGEST_SUFFIX: Final = 8
MIN_WORDS: Final = 6
MIN_SHARE: Final = 0.25
MAX_ANSWERS: Final = 2
_SHORTEST_FORM: Final = 4
_KINDS: Final = frozenset(("Lt", "Ln", "Ll", "Lnl", "Lep", "Les", "Lee", "Lem"))

Change = tuple[int, str]
"""How many letters go from the end of the form, and which letters come instead."""


def words_of(paths: Iterable[Path]) -> Iterator[str]:
    """Yield the lower-cased words of the files."""
    for path in paths:
        with (
            gzip.open(path, "rt", encoding="utf-8")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8") as lines
        ):
            for line in lines:
                for span in spans(line):
                    if span.word.isalpha():
                        yield span.word.lower()


def pairs_of(voikko: Voikko, words: Iterable[str]) -> dict[str, set[str]]:
    """Return distinct last components with their base forms: compounds repeat their heads."""
    pairs: dict[str, set[str]] = defaultdict(set)
    for word in words:
        for reading in best_readings(voikko.fst_strings(word), word):
            last = reading[-1]
            if last.kind in _KINDS and len(last.surface) >= _SHORTEST_FORM:
                pairs[last.surface].add(last.verb or last.base)
    return pairs


def change_between(form: str, base: str) -> Change:
    """Return the change that turns a form into its base form."""
    common = 0
    while common < min(len(form), len(base)) and form[common] == base[common]:
        common += 1
    return len(form) - common, base[common:]


def learn(pairs: dict[str, set[str]]) -> dict[str, list[Change]]:
    """Return the frequent changes of each ending, endings that add nothing left out."""
    counts: dict[str, Counter[Change]] = defaultdict(Counter)
    words: Counter[str] = Counter()
    for form, bases in pairs.items():
        for length in range(1, min(LONGEST_SUFFIX, len(form) - 1) + 1):
            suffix = form[-length:]
            words[suffix] += 1
            for base in bases:
                strip, add = change_between(form, base)
                if strip <= length:
                    counts[suffix][strip, add] += 1
    rules: dict[str, list[Change]] = {}
    for suffix in sorted(counts, key=lambda s: (len(s), s)):
        if words[suffix] < MIN_WORDS:
            continue
        answers = [
            change
            for change, count in sorted(
                counts[suffix].items(), key=lambda item: (-item[1], item[0])
            )
            if count / words[suffix] >= MIN_SHARE
        ][:MAX_ANSWERS]
        if answers and answers != rules.get(_parent(suffix, rules)):
            rules[suffix] = answers
    return rules


def _parent(suffix: str, rules: dict[str, list[Change]]) -> str:
    for start in range(1, len(suffix)):
        if suffix[start:] in rules:
            return suffix[start:]
    return ""


def main(arguments: list[str]) -> None:
    """Write the table."""
    output, *texts = map(Path, arguments)
    counted = Counter(words_of(texts))
    rules = learn(pairs_of(NativeVoikko(), counted))
    lines = [
        f"{suffix}\t{strip}\t{add}\n" for suffix in sorted(rules) for strip, add in rules[suffix]
    ]
    output.write_text("".join(lines), encoding="utf-8")
    sys.stderr.write(f"{len(counted)} words, {len(lines)} rules\n")


if __name__ == "__main__":
    main(sys.argv[1:])
