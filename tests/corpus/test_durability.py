"""What was acknowledged is there after kill -9, wherever the process was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.document import Status
from corpus.originals import OriginalStore

RECORD_FOR_EVER = """
import hashlib, sys
from itertools import count
from pathlib import Path
from corpus import Address, Catalogue, FieldValue, Origin, Original, OriginalStore, Page, Status
folder = Path(sys.argv[1])
originals = OriginalStore(folder / "originals")
with Catalogue(folder / "catalogue.sqlite3") as catalogue:
    for number in count(catalogue.count_documents()):
        data = b"%PDF " + str(number).encode()
        original = Original(originals.add(data), "application/pdf", len(data))
        url = f"https://a.fi/{number}"
        recorded = catalogue.record(original=original, address=Address(url), actor="crawler")
        catalogue.store_extraction(
            recorded.document_id,
            sha256=original.sha256,
            extractor="pdf 1",
            status=Status.OK,
            values=[FieldValue("title", f"Julkaisu {number}", Origin.EXTRACTED)],
            pages=[Page(1, f"Teksti {number}. " * 200)],
        )
        print(recorded.document_id, number, flush=True)
"""
IMPORT_BATCHES = """
import sys
from itertools import count
from pathlib import Path
from corpus import Catalogue, Page
with Catalogue(Path(sys.argv[1]) / "catalogue.sqlite3") as catalogue:
    for batch in count():
        with catalogue.transaction():
            for number in range(50):
                catalogue.record(
                    document_id=f"b{batch}-{number}", pages=[Page(1, "x")], actor="import"
                )
        print(batch, flush=True)
"""
RECORD_ONE = """
import sys
from pathlib import Path
from corpus import Catalogue, Page
with Catalogue(Path(sys.argv[1]) / "catalogue.sqlite3") as catalogue:
    catalogue.record(document_id="d1", pages=[Page(1, "x")], actor="import")
    print("went on")
"""


def killed_after(code: str, folder: Path, lines: int) -> list[str]:
    """Run code and kill it when it has acknowledged so many lines; return all it got out."""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline() for _ in range(lines)]
        process.kill()
        rest, _ = process.communicate()
    complete = [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    return [line.strip() for line in (*acknowledged, *complete)]


@pytest.mark.slow
def test_no_acknowledged_document_is_lost_when_killed_again_and_again(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    for lines in (1, 7, 2, 19, 3, 11):
        acknowledged += killed_after(RECORD_FOR_EVER, tmp_path, lines)
    originals = OriginalStore(tmp_path / "originals")
    with Catalogue(tmp_path / "catalogue.sqlite3") as catalogue:
        assert catalogue.check() == []
        assert list(originals.check(catalogue.original_hashes())) == []
        assert len(acknowledged) >= 43
        for document_id, number in (line.split() for line in acknowledged):
            document = catalogue.document(document_id)
            assert document.status is Status.OK
            assert document.title == f"Julkaisu {number}"
            assert catalogue.page(document_id, 1).text == f"Teksti {number}. " * 200


@pytest.mark.slow
def test_batch_is_there_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    acknowledged = killed_after(IMPORT_BATCHES, tmp_path, 5)
    with Catalogue(tmp_path / "catalogue.sqlite3") as catalogue:
        assert catalogue.count_documents() % 50 == 0
        assert catalogue.count_documents() >= 50 * len(acknowledged)
        assert catalogue.last_sequence() == catalogue.count_documents()


def test_document_stands_when_the_process_is_killed_right_after(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", RECORD_ONE, str(tmp_path)],
        check=False,
        capture_output=True,
        timeout=60,
        env={**os.environ, "JULKAISUHAKU_FAILPOINT": "after_catalogue"},
    )
    assert (ended.returncode, ended.stdout) == (-9, b"")
    with Catalogue(tmp_path / "catalogue.sqlite3") as catalogue:
        assert catalogue.document("d1").is_searchable
