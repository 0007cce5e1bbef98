"""Damage of the catalogue's file is found: no flipped bit gives a silent wrong answer."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.document import Address, Document, FieldValue, Origin, Original, Page
from corpus.errors import CorruptCatalogue, JulkaisuhakuError

State = list[tuple[Document, tuple[Page, ...], tuple[FieldValue, ...], tuple[Address, ...]]]


def state_of(catalogue: Catalogue) -> State:
    return [
        (
            document,
            catalogue.pages(document.id),
            catalogue.values(document.id),
            catalogue.addresses(document.id),
        )
        for document in catalogue.iter_documents()
    ]


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """Return the file of a catalogue with forty documents, brought out of its log."""
    path = tmp_path / "catalogue.sqlite3"
    with Catalogue(path) as catalogue, catalogue.transaction():
        for number in range(40):
            catalogue.record(
                document_id=f"d{number}",
                original=Original(f"{number:064}", "text/html", number),
                address=Address(f"https://a.fi/{number}", etag=f'"{number}"'),
                values=[FieldValue("title", f"Julkaisu {number}", Origin.GIVEN)],
                pages=[Page(1, f"Metsäbiotalous {number}. " * 60), Page(2, "Loppu.")],
                notes={"hylly": str(number)},
                actor="import",
            )
    return path


def flip(path: Path, bit: int) -> None:
    with path.open("r+b") as stream:
        stream.seek(bit // 8)
        byte = stream.read(1)[0]
        stream.seek(bit // 8)
        stream.write(bytes([byte ^ (1 << bit % 8)]))


def answer(path: Path) -> tuple[list[str], State | None]:
    """Return what `check` tells of a file, and what reading it gives (None: it is refused)."""
    try:
        with Catalogue(path) as catalogue:
            try:
                state = state_of(catalogue)
            except JulkaisuhakuError:
                state = None
            return catalogue.check(), state
    except JulkaisuhakuError as error:
        return [error.message], None


def test_random_flipped_bits_are_found_or_harmless(filled: Path, tmp_path: Path) -> None:
    sound = answer(filled)[1]
    bits = filled.stat().st_size * 8
    chance = random.Random(20261124)  # noqa: S311 - places of damage, not secrets
    damaged = tmp_path / "damaged.sqlite3"
    found = 0
    for _ in range(60):
        shutil.copy(filled, damaged)
        bit = chance.randrange(bits)
        flip(damaged, bit)
        messages, state = answer(damaged)
        assert messages or state == sound, f"bit {bit} changed an answer unnoticed"
        found += bool(messages)
        for rest in tmp_path.glob("damaged.sqlite3-*"):
            rest.unlink()
    assert found > 15  # the others lie in unused space


@pytest.mark.parametrize(
    "text", ["Metsäbiotalous 7. ", "Julkaisu 7", "https://a.fi/7", "hylly"], ids=str
)
def test_flipped_bit_inside_kept_text_is_found(filled: Path, text: str) -> None:
    position = filled.read_bytes().index(text.encode())
    flip(filled, position * 8)
    messages, _ = answer(filled)
    assert messages
    assert "catalogue.sqlite3" in messages[0]


def test_damaged_page_is_refused_when_it_is_read(filled: Path) -> None:
    position = filled.read_bytes().index("Metsäbiotalous 7. ".encode())
    flip(filled, position * 8)
    with Catalogue(filled) as catalogue, pytest.raises(CorruptCatalogue, match="d7"):
        catalogue.pages("d7")


def test_cut_file_is_refused(filled: Path) -> None:
    with filled.open("r+b") as stream:
        stream.truncate(filled.stat().st_size // 2 + 100)
    messages, state = answer(filled)
    assert messages
    assert state is None


def test_changed_table_definition_is_found(filled: Path) -> None:
    with Catalogue(filled) as catalogue:
        catalogue.database.execute("DROP TRIGGER pages_changed")
        assert catalogue.check() == ["catalogue.sqlite3: its table definitions differ"]


def test_document_that_counts_as_read_without_text_is_told(filled: Path) -> None:
    with Catalogue(filled) as catalogue:
        catalogue.database.execute("DELETE FROM pages WHERE document_id = 'd3'")
        assert catalogue.check() == ["The document d3 counts as read but has no text."]


def test_counter_behind_the_changes_is_told(filled: Path) -> None:
    with Catalogue(filled) as catalogue:
        catalogue.database.execute("UPDATE counters SET value = 3 WHERE name = 'sequence'")
        assert catalogue.check() == ["The counter of changes is behind the changes."]
