"""How often the word meant is the first correction, and at what cost, against the alternatives.

    python tests/benchmarks/spelling_quality.py COLLECTION.jsonl.gz [--words N] [--seed S]

The words of a collection (title and text of each line) are what an index would hold.  Of N of them
one is mistyped each, by turns: a letter left out, put in, changed, two swapped.  A slip that makes
another word of the collection is no slip.  Compared are Voikko's own suggestions, a scan of all
words by edit distance where rapidfuzz is installed, and symspellpy where that is (one edit, then
two, as the product looks); all may only propose words of the collection.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import random
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import libvoikko

from indexer.analysis.normalise import spans
from indexer.spelling import Speller

_LETTERS = "abcdefghijklmnoprstuvyäö"
_MIN_LETTERS = 5

Correct = Callable[[str], str]


def words_of(collection: Path) -> dict[str, int]:
    """Return the words of a collection with the number of documents that hold each."""
    counts: Counter[str] = Counter()
    with gzip.open(collection, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            text = f"{record.get('title', '')} {record.get('text', '')}"
            counts.update({span.word.lower() for span in spans(text)})
    return counts


def mistyped(word: str, kind: int, source: random.Random) -> str:
    """Return a word with one slip: 0 left out, 1 put in, 2 changed, 3 swapped."""
    place = source.randrange(len(word) - (kind == 3))
    match kind:
        case 0:
            return word[:place] + word[place + 1 :]
        case 1:
            return word[:place] + source.choice(_LETTERS) + word[place:]
        case 2:
            others = [letter for letter in _LETTERS if letter != word[place]]
            return word[:place] + source.choice(others) + word[place + 1 :]
        case _:
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def slips(counts: Mapping[str, int], number: int, seed: int) -> list[tuple[int, str, str]]:
    """Return (kind, typed, meant) of ``number`` words."""
    source = random.Random(seed)  # noqa: S311  a repeatable choice, no secret
    pool = sorted(word for word in counts if len(word) >= _MIN_LETTERS and word.isalpha())
    source.shuffle(pool)
    made: list[tuple[int, str, str]] = []
    for word in pool:
        if len(made) == number:
            break
        kind = len(made) % 4
        typed = mistyped(word, kind, source)
        if typed not in counts:
            made.append((kind, typed, word))
    return made


def by_voikko(counts: Mapping[str, int]) -> Correct:
    """Return the first of Voikko's suggestions that the collection holds."""
    voikko = libvoikko.Voikko("fi")
    return lambda typed: next((s.lower() for s in voikko.suggest(typed) if s.lower() in counts), "")


def by_scan(counts: Mapping[str, int]) -> Correct | None:
    """Return the nearest and then most frequent word of a scan, or None without rapidfuzz."""
    try:
        distance = importlib.import_module("rapidfuzz.distance").OSA.distance
        extract = importlib.import_module("rapidfuzz.process").extract
    except ImportError:
        return None
    words = list(counts)

    def correct(typed: str) -> str:
        found = extract(typed, words, scorer=distance, score_cutoff=1, limit=50)
        return min(((d, -counts[w], w) for w, d, _ in found), default=(0, 0, ""))[2]

    return correct


def by_symspell(counts: Mapping[str, int]) -> Correct | None:
    """Return symspellpy's first suggestion, or None where it is not installed."""
    try:
        symspellpy = importlib.import_module("symspellpy")
    except ImportError:
        return None
    speller = symspellpy.SymSpell(max_dictionary_edit_distance=2)
    for word, count in counts.items():
        speller.create_dictionary_entry(word, count)
    top = symspellpy.Verbosity.TOP

    def correct(typed: str) -> str:
        for edits in (1, 2):
            found = speller.lookup(typed, top, max_edit_distance=edits)
            if found:
                return str(found[0].term)
        return ""

    return correct


def built(name: str, make: Callable[[], Correct | None]) -> Correct | None:
    """Return what corrects, and print what building it took in time and memory."""
    tracemalloc.start()
    started = time.process_time()
    made = make()
    seconds = time.process_time() - started
    kept_mib = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    if made is not None:
        print(f"{name} was built in {seconds:.2f} s (traced), {kept_mib:.0f} MiB")
    return made


def report(name: str, correct: Correct, made: Sequence[tuple[int, str, str]]) -> None:
    """Print the share of right first corrections, by kind of slip, and the time of each."""
    right: Counter[int] = Counter()
    started = time.process_time()
    for kind, typed, meant in made:
        right[kind] += correct(typed) == meant
    cost_ms = (time.process_time() - started) / len(made) * 1e3
    shares = "  ".join(f"{right[kind] / (len(made) / 4):.2f}" for kind in range(4))
    print(f"{name:<12}{right.total() / len(made):.4f}   {shares}   {cost_ms:8.3f} ms")


def main() -> None:
    """Compare on one collection."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collection", type=Path)
    parser.add_argument("--words", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    counts = words_of(options.collection)
    made = slips(counts, options.words, options.seed)
    print(f"{len(counts)} words, {len(made)} slips")

    def ours() -> Correct:
        speller = Speller(list(counts.items()))

        def correct(typed: str) -> str:
            found = speller.corrections(typed, 1)
            return found[0].word if found else ""

        return correct

    compared = {
        "speller": built("speller", ours),
        "symspellpy": built("symspellpy", lambda: by_symspell(counts)),
        "scan": by_scan(counts),
        "voikko": by_voikko(counts),
    }
    print(f"{'':<12}right    left out, put in, changed, swapped   time a word")
    for name, correct in compared.items():
        if correct is not None:
            report(name, correct, made)


if __name__ == "__main__":
    main()
