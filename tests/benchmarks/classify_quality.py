"""How well concepts are suggested: precision, recall and F1 over all decisions of a kind.

    python tests/benchmarks/classify_quality.py [SHARED_FOLDER]

First the sample collection, whole texts against the intended values; then, where the shared
development data is, real Finnish titles and abstracts alone, whose truth was derived from their
catalogued subjects (which name more than a title can).
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.document import Page
from corpus.vocabulary import Vocabulary
from indexer.analysis import analyzer_for
from indexer.classify import Classifier

_ROOT = Path(__file__).resolve().parents[2]
_FIELDS = ("sectors", "themes", "regions", "programmes", "type")


@dataclass(frozen=True, slots=True)
class Case:
    """A text and what it is about."""

    title: str
    abstract: str
    pages: tuple[Page, ...]
    language: str
    truth: dict[str, frozenset[str]]


def sample_cases() -> Iterator[Case]:
    """Yield the publications of the sample collection as a reader would deliver them."""
    for path in sorted((_ROOT / "corpus" / "sample" / "texts").glob("*.md")):
        _, matter, body = path.read_text(encoding="utf-8").split("+++", 2)
        fields = tomllib.loads(matter)
        keys = ("title", "subtitle", "organisation", "series", "abstract")
        cover = "\n\n".join(str(fields.get(key, "")) for key in keys)
        pages = [Page(i + 1, text) for i, text in enumerate((cover + body).split("\n## "))]
        truth = {
            name: frozenset(value if isinstance(value, list) else [value])
            for name in _FIELDS
            if (value := fields.get(name))
        }
        title, abstract = str(fields["title"]), str(fields.get("abstract", ""))
        yield Case(title, abstract, tuple(pages), str(fields["language"]), truth)


def shared_cases(path: Path, *, is_title: bool) -> Iterator[Case]:
    """Yield one case a line of the shared development data."""
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        truth = {name: frozenset(record[name]) for name in ("sectors", "themes")}
        title, abstract = (record["text"], "") if is_title else ("", record["text"])
        yield Case(title, abstract, (), "fi", truth)


def measure(
    classifier: Classifier, vocabulary: Vocabulary, cases: Iterable[Case], fields: Iterable[str]
) -> dict[str, tuple[float, float, float]]:
    """Return precision, recall and F1 by field; an ancestor of a true concept is not wrong."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for case in cases:
        values = classifier.classify(
            title=case.title, abstract=case.abstract, pages=case.pages, language=case.language
        )
        for field in fields:
            given = {v for value in values if value.name == field for v in _all(value.value)}
            true = case.truth.get(field, frozenset())
            above = {a for concept in true for a in vocabulary.ancestors(concept)}
            right[field] += len(given & true)
            wrong[field] += len(given - true - above)
            missed[field] += len(true - given)
    return {f: _figures(right[f], wrong[f], missed[f]) for f in fields}


def _all(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _figures(right: int, wrong: int, missed: int) -> tuple[float, float, float]:
    precision = right / max(1, right + wrong)
    recall = right / max(1, right + missed)
    return precision, recall, 2 * precision * recall / max(0.001, precision + recall)


def main() -> None:
    """Print a line for each collection and field."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", nargs="?", type=Path, default=_ROOT.parent / "shared")
    options = parser.parse_args()
    vocabulary = Vocabulary.load(_ROOT / "corpus" / "vocabulary.toml")
    analyzers = {language: analyzer_for(language) for language in ("fi", "sv", "en")}
    classifier = Classifier(vocabulary, analyzers)
    collections: list[tuple[str, list[Case], tuple[str, ...]]] = [
        ("sample", list(sample_cases()), _FIELDS)
    ]
    for name in ("titles", "abstracts"):
        path = options.shared / "data" / "classification" / f"{name}.dev.public.jsonl"
        if path.exists():
            cases = list(shared_cases(path, is_title=name == "titles"))
            collections.append((name, cases, ("sectors", "themes")))
    for name, cases, fields in collections:
        for field, figures in measure(classifier, vocabulary, cases, fields).items():
            precision, recall, f1 = figures
            print(f"{name:10} {field:11} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}")


if __name__ == "__main__":
    main()
