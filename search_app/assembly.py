"""Builds the objects of the program from its settings, in one place.

One decision: each is built when it is first asked for. A command that only counts documents never
loads a dictionary, and command line and website cannot build two different programs.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from functools import cached_property, partial
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from corpus import (
    Accounts,
    Catalogue,
    CrawlStore,
    Jobs,
    OriginalStore,
    Settings,
    Source,
    Vocabulary,
    load_sources,
)
from corpus.golden import QUERIES_NAME, GoldenQuery, load_golden_queries
from corpus.jobs import LEASE
from indexer.analysis import (
    LANGUAGES,
    Analyzer,
    FinnishAnalyzer,
    KeptLexicons,
    analyzer_for,
    backend_name,
)
from indexer.classify import Classifier
from indexer.engines import ENGINES, default_engine
from indexer.explaining import Explainer
from indexer.extract import PageDrawer, Sandbox
from indexer.generations import Generations
from indexer.likeness_follower import LikenessFollower
from indexer.pictures import PagePictures
from indexer.pipeline import Pipeline
from indexer.reader import Leasing
from indexer.reading import Reader
from indexer.searcher import Searcher
from indexer.workers import Recipe
from search_app.condition import Condition, read_condition
from search_app.living import LivingWords

if TYPE_CHECKING:
    from flask import Flask

_VOCABULARY: Final = "vocabulary.toml"
_SOURCES: Final = "sources.toml"
_LEXICON: Final = "lexicon.tsv"


class Assembly:
    """The objects of one run; a context manager that closes what was opened.

    ``command`` names the run to whoever waits for a lock that it holds.
    """

    def __init__(self, settings: Settings, *, command: str) -> None:
        self.settings = settings
        self._command = command
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close catalogue and index, where they were opened."""
        self._opened.close()

    def prepare(self) -> None:
        """Create the data directory and its configuration where they are not there yet."""
        with_name = files("indexer.analysis") / _LEXICON
        queries = files("corpus") / QUERIES_NAME
        self.settings.prepare(lexicon=Path(str(with_name)), queries=Path(str(queries)))

    # --- what is kept -----------------------------------------------------------------------

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue of the data directory."""
        return self._opened.enter_context(Catalogue(self.settings.catalogue_path))

    @cached_property
    def accounts(self) -> Accounts:
        """The accounts of the staff, in the catalogue's database."""
        return Accounts(self.catalogue.database)

    @cached_property
    def originals(self) -> OriginalStore:
        """The originals of the data directory."""
        return OriginalStore(self.settings.originals_dir)

    @cached_property
    def crawls(self) -> CrawlStore:
        """Queues and records of crawls, in the catalogue's database."""
        return CrawlStore(self.catalogue.database)

    @cached_property
    def jobs(self) -> Jobs:
        """The queue of jobs, in the catalogue's database."""
        page_s = self.settings.extract_timeout_s + self.settings.ocr_timeout_s
        return Jobs(self.catalogue.database, lease=max(LEASE, 2 * timedelta(seconds=page_s)))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The installation's vocabulary, before its first use the packaged one."""
        return Vocabulary.load(self.config_file(_VOCABULARY))

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The installation's sources."""
        return load_sources(self.config_file(_SOURCES))

    @cached_property
    def golden_queries(self) -> tuple[GoldenQuery, ...]:
        """The installation's golden queries."""
        return load_golden_queries(self.config_file(QUERIES_NAME))

    def config_file(self, name: str) -> Path:
        """Return a configuration file of the installation, else the packaged one."""
        own = self.settings.config_dir / name
        return own if own.is_file() else Path(str(files("corpus") / name))

    # --- index ------------------------------------------------------------------------------

    @cached_property
    def analyzers(self) -> Mapping[str, Analyzer]:
        """The analyzer of each language; they own the caches of words."""
        return {language: self.analyzer(language) for language in LANGUAGES}

    @cached_property
    def finnish(self) -> FinnishAnalyzer:
        """The Finnish analyzer with the packaged lexicon: what checks the installation's own."""
        return analyzer_for("fi", backend=self._backend)

    def analyzer(self, language: str) -> Analyzer:
        """Return a new analyzer of one language, with the installation's lexicon."""
        return analyzer_for(language, backend=self._backend, lexicon=self._lexicon)

    @property
    def _lexicon(self) -> Path | None:
        own = self.settings.config_dir / _LEXICON
        return own.resolve() if own.is_file() else None

    @property
    def _backend(self) -> str | None:
        return None if self.settings.voikko == "auto" else self.settings.voikko

    @cached_property
    def backend(self) -> str:
        """The name of the Finnish analysis, without loading its dictionary."""
        return self._backend or backend_name()

    @cached_property
    def engine(self) -> str:
        """The engine of the settings, else the one that is installed here."""
        name = self.settings.engine
        is_usable = name in ENGINES and ENGINES[name].is_available()
        return name if is_usable else default_engine().name

    @cached_property
    def generations(self) -> Generations:
        """The generations of the index."""
        return Generations(self.settings.index_dir)

    @cached_property
    def pipeline(self) -> Pipeline:
        """Writes generations."""
        self.lexicons.keep(self._lexicon)
        return Pipeline(
            self.catalogue,
            self.generations,
            self.vocabulary,
            self.analyzers,
            engine=self.engine,
            kept_rebuilds=self.settings.kept_rebuilds,
            command=self._command,
            recipe=self.recipe,
        )

    @cached_property
    def lexicons(self) -> KeptLexicons:
        """Every lexicon that an index here was built with."""

        def make(lexicon: Path) -> Mapping[str, Analyzer]:
            return {
                language: analyzer_for(language, backend=self._backend, lexicon=lexicon)
                for language in LANGUAGES
            }

        return KeptLexicons(self.settings.index_dir, make)

    @cached_property
    def living(self) -> LivingWords:
        """Watches the files of vocabulary and lexicon."""
        lexicon = self._lexicon or Path(str(files("indexer.analysis") / _LEXICON))
        return LivingWords(self.config_file(_VOCABULARY), lexicon, self.generations)

    @cached_property
    def recipe(self) -> Recipe:
        """From what workers make the same analyzers and vocabulary."""
        return Recipe(
            self.config_file(_VOCABULARY).resolve(),
            self.vocabulary.fingerprint,
            tuple(analyzer.fingerprint for analyzer in self.analyzers.values()),
            backend=self._backend,
            lexicon=self._lexicon,
        )

    @cached_property
    def classifier(self) -> Classifier:
        """Suggests concepts of the vocabulary."""
        return Classifier(self.vocabulary, self.analyzers)

    @cached_property
    def new_sandbox(self) -> partial[Sandbox]:
        """Make the limited processes that read originals."""
        return partial(
            Sandbox,
            memory_bytes=self.settings.extract_memory_bytes,
            timeout_s=self.settings.extract_timeout_s,
        )

    @cached_property
    def reader(self) -> Reader:
        """Reads originals into the catalogue."""
        return Reader(
            self.catalogue,
            self.originals,
            self.classifier,
            self.new_sandbox,
            sources=tuple(self.sources.values()),
        )

    @cached_property
    def likeness_follower(self) -> LikenessFollower:
        """Tells which documents are alike."""
        return LikenessFollower(self.catalogue)

    @cached_property
    def searcher(self) -> Searcher:
        """Answers searches."""
        searcher = self.searcher_over(None)
        self._opened.callback(searcher.close)
        return searcher

    def searcher_over(self, reader: Leasing | None) -> Searcher:
        """Return a searcher of what a reader gives out, without one of the current generation."""
        return Searcher(
            self.generations,
            self.catalogue,
            self.vocabulary,
            self.analyzers,
            remake=self.lexicons.analyzers,
            reader=reader,
        )

    @cached_property
    def pictures(self) -> PagePictures | None:
        """The pictures of pages; None where no room is given to them."""
        settings = self.settings
        if not settings.page_pictures_bytes:
            return None
        pictures = PagePictures(
            settings.cache_dir / "pages",
            PageDrawer(memory_bytes=settings.extract_memory_bytes),
            max_bytes=settings.page_pictures_bytes,
        )
        self._opened.callback(pictures.close)
        return pictures

    @cached_property
    def explainer(self) -> Explainer:
        """Explains what searches make of documents."""
        return Explainer(self.searcher, self.catalogue)

    @cached_property
    def app(self) -> Flask:
        """The website."""
        # Half a second that only `serve` and `search --json` pay.
        from search_app.web import create_app  # noqa: PLC0415

        return create_app(
            self.settings,
            searcher=self.searcher,
            catalogue=self.catalogue,
            vocabulary=self.vocabulary,
            originals=self.originals,
            backend=self.backend,
            living=self.living,
            pictures=self.pictures,
            sources=lambda: self.sources,  # a mistake in the file is no reason not to serve
            condition=self.condition,
            explain=self.explainer.explain,
        )

    def condition(self) -> Condition:
        """Return the condition of the index: what it was made of, and whether it fits."""
        return read_condition(
            self.generations, self.analyzers.values(), engine=self.engine, backend=self.backend
        )
