"""A catalogue, its generations and a pipeline on one engine, for tests of the index as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from corpus import Catalogue, FieldValue, Origin, Page, Value, Vocabulary
from indexer.analysis import Analyzer
from indexer.generations import GenerationName, Generations, Manifest
from indexer.pipeline import Pipeline
from indexer.results import Results, SearchRequest
from indexer.searcher import Searcher
from indexer.workers import Recipe

VOCABULARY = Path(__file__).parents[2] / "corpus" / "vocabulary.toml"


class World:
    """What an installation has, below one folder."""

    def __init__(
        self, folder: Path, engine: str, analyzers: Mapping[str, Analyzer], vocabulary: Vocabulary
    ) -> None:
        self.folder = folder
        self.engine = engine
        self.analyzers = analyzers
        self.vocabulary = vocabulary
        self.catalogue = Catalogue(folder / "catalogue.sqlite3")
        self.generations = Generations(folder / "index")
        self.pipeline = self.make_pipeline()
        self.searcher = Searcher(self.generations, self.catalogue, vocabulary, analyzers)

    def make_pipeline(self, command: str = "test", recipe: Recipe | None = None) -> Pipeline:
        """Return another pipeline on the same data."""
        return Pipeline(
            self.catalogue,
            self.generations,
            self.vocabulary,
            self.analyzers,
            engine=self.engine,
            command=command,
            recipe=recipe,
        )

    def record(self, document_id: str, text: str | Sequence[str], **fields: Value) -> None:
        """Record a document of one text or several pages."""
        texts = [text] if isinstance(text, str) else text
        values = {"title": document_id, "language": "fi", **fields}
        self.catalogue.record(
            document_id=document_id,
            values=[FieldValue(name, value, Origin.GIVEN) for name, value in values.items()],
            pages=[Page(number, page) for number, page in enumerate(texts, 1)],
            actor="test",
        )

    def search(self, query: str, **options: object) -> Results:
        """Return the results of a query, without related publications unless asked for."""
        request = {"related": False, "budget_s": 10.0, **options}
        return self.searcher.search(SearchRequest(query, **request))  # type: ignore[arg-type]

    def found(self, query: str, **options: object) -> list[str]:
        """Return the ids that a query matches, in order."""
        return [hit.document.id for hit in self.search(query, **options).hits]

    def current(self) -> GenerationName:
        """Return the generation that answers."""
        current = self.generations.current()
        assert current is not None
        return current

    def manifest(self) -> Manifest:
        """Return the manifest of the generation that answers."""
        return self.generations.manifest(self.current())

    def close(self) -> None:
        """Close searcher and catalogue."""
        self.searcher.close()
        self.catalogue.close()
