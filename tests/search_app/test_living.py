"""The website while its vocabulary and lexicon are edited: a whole installation, no restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from corpus import FieldValue, Origin, Page, Settings
from search_app.assembly import Assembly
from search_app.living import LivingWords
from search_app.web import create_app

TEXT = "Fotoniikka (photonics) kasvaa hallislurpun rakenteessa."


class Installation:
    """A data directory with one publication, and the website that runs on it."""

    def __init__(self, data: Path) -> None:
        self.settings = Settings(data=data, rate_limit="off", engine="tantivy")
        self.now = 0.0
        self.assembly = self.opened()
        self.assembly.catalogue.record(
            document_id="one",
            values=[
                FieldValue("title", "Yksi", Origin.GIVEN),
                FieldValue("language", "fi", Origin.GIVEN),
                FieldValue("sectors", ("fotoniikka",), Origin.GIVEN),
            ],
            pages=[Page(1, TEXT)],
            actor="test",
        )
        self.assembly.pipeline.update()
        self.client = self.served(self.assembly)

    def opened(self) -> Assembly:
        """Return the objects of another process on the same data."""
        assembly = Assembly(self.settings, command="test")
        assembly.prepare()
        return assembly

    def served(self, assembly: Assembly) -> FlaskClient:
        """Return the website of a process, on this test's clock."""
        living = LivingWords(
            self.vocabulary, self.lexicon, assembly.generations, clock=lambda: self.now
        )
        app = create_app(
            self.settings,
            searcher=assembly.searcher,
            catalogue=assembly.catalogue,
            vocabulary=assembly.vocabulary,
            originals=assembly.originals,
            backend=assembly.backend,
            living=living,
        )
        client = app.test_client()
        client.get("/readyz")
        return client

    @property
    def vocabulary(self) -> Path:
        """The file of the vocabulary."""
        return self.settings.config_dir / "vocabulary.toml"

    @property
    def lexicon(self) -> Path:
        """The file of the lexicon."""
        return self.settings.config_dir / "lexicon.tsv"

    def edit(self, path: Path, change: Callable[[str], str]) -> None:
        """Change a file, and let two seconds pass."""
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
        self.now += 2

    def total(self, query: str, client: FlaskClient | None = None) -> int:
        """Return the total that the API answers for a query, loosened or not."""
        answer = (client or self.client).get("/api/v1/search", query_string={"q": query})
        return int(answer.json["total"])

    def notes(self, client: FlaskClient | None = None) -> list[str]:
        """Return what ``/readyz`` notes; it has to be ready."""
        answer = (client or self.client).get("/readyz")
        assert answer.status_code == 200
        return list(answer.json["notes"])


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """Return an installation that is up to date."""
    made = Installation(tmp_path / "var")
    yield made
    made.assembly.close()


def _renamed(text: str) -> str:
    changed = text.replace('"Fotoniikka"', '"Valon ala"', 1)
    assert changed != text
    return changed


def test_nothing_is_noted_of_sound_files(installation: Installation) -> None:
    assert installation.notes() == []


def test_new_label_is_shown_and_searched_without_a_restart(installation: Installation) -> None:
    assert installation.total('"valon ala"') == 0
    installation.edit(installation.vocabulary, _renamed)
    answer = installation.client.get("/api/v1/search", query_string={"q": "valon ala"}).json
    assert answer["total"] == 1
    assert "Photonics" in answer["synonyms"]
    sectors = {value["id"]: value["label"] for value in answer["facets"]["sector"]}
    assert sectors["fotoniikka"] == "Valon ala"
    assert "Valon ala" in installation.client.get("/fi/browse").text
    (note,) = installation.notes()
    assert "julkaisuhaku reindex" in note


def test_change_is_noticed_within_a_second(installation: Installation) -> None:
    installation.edit(installation.vocabulary, lambda text: text)
    assert installation.notes() == []
    installation.vocabulary.write_text("[[concept", encoding="utf-8")
    installation.now += 0.5
    assert installation.notes() == []
    installation.now += 0.5
    assert len(installation.notes()) == 1


def test_broken_vocabulary_leaves_the_last_good_one_in_use(installation: Installation) -> None:
    good = installation.vocabulary.read_text(encoding="utf-8")
    installation.edit(installation.vocabulary, _renamed)
    assert installation.total("valon ala") == 1
    installation.edit(installation.vocabulary, lambda text: text + '\n[[concept]]\nid = "vika"\n')
    note, _ = installation.notes()
    line = len(installation.vocabulary.read_text(encoding="utf-8").splitlines())
    assert note.startswith(f"{installation.vocabulary}:{line}: vika:")
    assert "stays in use" in note
    assert installation.total("valon ala") == 1
    installation.edit(installation.vocabulary, lambda _: good)
    assert installation.notes() == []


def test_index_stays_in_its_own_words_until_it_is_built_anew(installation: Installation) -> None:
    assert installation.total("slurppu") == 0
    installation.edit(installation.lexicon, lambda text: text + "\nslurppu\tnippu\n")
    (note,) = installation.notes()
    assert str(installation.lexicon) in note
    assert "julkaisuhaku reindex" in note
    assert installation.total("hallislurpun") == 1
    with installation.opened() as other:
        assert "built with" in other.pipeline.mismatch()
        other.pipeline.update()
    assert installation.total("slurppu") == 1
    assert installation.notes() == []


def test_restart_before_the_index_is_built_anew_reads_queries_as_the_index_was(
    installation: Installation,
) -> None:
    first = installation.assembly.generations.current()
    assert first is not None
    built_with = installation.assembly.generations.manifest(first).analysis
    installation.edit(installation.lexicon, lambda text: text + "\nslurppu\tnippu\n")
    with installation.opened() as restarted:
        client = installation.served(restarted)
        assert installation.total("hallislurpun", client) == 1
        assert len(installation.notes(client)) == 1
        own = restarted.analyzers["fi"].fingerprint
        used = restarted.searcher._analyses.of(built_with).analyzers["fi"].fingerprint
        assert not built_with.startswith(own)
        assert built_with.startswith(used)


def test_rollback_returns_to_the_lexicon_of_that_index(installation: Installation) -> None:
    installation.edit(installation.lexicon, lambda text: text + "\nslurppu\tnippu\n")
    first = installation.assembly.generations.current()
    with installation.opened() as other:
        other.pipeline.update()
        assert installation.total("slurppu") == 1
        other.pipeline.rollback(str(first))
    assert installation.total("slurppu") == 0
    assert installation.total("hallislurpun") == 1


def test_broken_lexicon_is_named_and_changes_nothing(installation: Installation) -> None:
    lines = len(installation.lexicon.read_text(encoding="utf-8").splitlines())
    installation.edit(installation.lexicon, lambda text: text.rstrip("\n") + "\nslurppu\n")
    (note,) = installation.notes()
    assert f"{installation.lexicon}, rivi {lines + 1}: slurppu:" in note
    assert "stays in use" in note
    assert installation.total("fotoniikka") == 1
