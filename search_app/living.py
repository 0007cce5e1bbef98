"""Vocabulary and lexicon while the website runs: changes are noticed, mistakes do not take it down.

One decision: the two files change in different ways. A new vocabulary is used at once, because it
only names and connects what the index holds; a new lexicon changes what the index would hold, so
queries go on with the one that the index was built with until the index is built anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from corpus import Vocabulary, WatchedFile
from corpus.errors import JulkaisuhakuError
from indexer.analysis import lexicon_fingerprint
from indexer.generations import Generations, Manifest


class LivingWords:
    """Watches vocabulary and lexicon, and says what a librarian has to know of them."""

    def __init__(
        self,
        vocabulary: Path,
        lexicon: Path,
        generations: Generations,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._vocabulary = WatchedFile(vocabulary, Vocabulary.load, clock=clock)
        self._lexicon = WatchedFile(lexicon, lexicon_fingerprint, clock=clock)
        self._generations = generations

    def look(self) -> Vocabulary | None:
        """Return the vocabulary to use, looking at the files at most once a second.

        None where there was never a good one.
        """
        self._vocabulary.look()
        self._lexicon.look()
        return self._vocabulary.value

    def notes(self) -> list[str]:
        """Return what is wrong with the files, and what the index does not follow yet."""
        self.look()
        found = []
        if self._vocabulary.problem:
            found.append(f"{self._vocabulary.problem} The last good vocabulary stays in use.")
        if self._lexicon.problem:
            found.append(f"{self._lexicon.problem} The last good lexicon stays in use.")
        manifest = self._manifest()
        return found if manifest is None else found + self._behind(manifest)

    def _behind(self, manifest: Manifest) -> list[str]:
        found = []
        lexicon, vocabulary = self._lexicon.value, self._vocabulary.value
        if lexicon is not None and f"/{lexicon};" not in f"{manifest.analysis};":
            found.append(
                f"{self._lexicon.path} is not the lexicon that the index was built with: queries "
                "are read with that one until `julkaisuhaku reindex` builds the index anew."
            )
        if vocabulary is not None and vocabulary.fingerprint != manifest.vocabulary:
            found.append(
                f"{self._vocabulary.path} was changed after the index was built: its names are in "
                "use; `julkaisuhaku reindex` counts moved concepts below their new parents."
            )
        return found

    def _manifest(self) -> Manifest | None:
        try:
            current = self._generations.current()
            return self._generations.manifest(current) if current else None
        except JulkaisuhakuError:
            return None  # whoever opens the index says what is wrong with it
