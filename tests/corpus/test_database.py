"""The database: migrations, transactions, threads, and files it refuses."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from corpus._database import Database, row_checksum
from corpus._schema import APPLICATION_ID, MIGRATIONS
from corpus.errors import Busy, CorruptCatalogue, StorageError

SEQUENCE = "SELECT value FROM counters WHERE name = 'sequence'"
ADD_ONE = "UPDATE counters SET value = value + 1 WHERE name = 'sequence'"
HOLD_TRANSACTION = """
import sys
from pathlib import Path
from corpus._database import Database
database = Database(Path(sys.argv[1]))
with database.transaction():
    print("begun", flush=True)
    sys.stdin.read()
"""
FILL = """
import resource, sys
from pathlib import Path
from corpus._database import Database
from corpus.errors import StorageError
database = Database(Path(sys.argv[1]))
insert = "INSERT INTO audit (at, actor, action, object_id, before, after) VALUES (1,1,1,?,1,?)"
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
number = 0
try:
    while True:
        with database.transaction():
            database.execute(insert, (str(number), "x" * 100_000))
        number += 1
except StorageError as error:
    print(number, error.message)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.sqlite3"


def add_and_fail(database: Database) -> None:
    with database.transaction():
        database.execute(ADD_ONE)
        raise ZeroDivisionError


def pragma(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def test_empty_file_becomes_a_catalogue_of_the_newest_version(path: Path) -> None:
    path.touch()
    with Database(path) as database:
        assert database.number("PRAGMA user_version") == len(MIGRATIONS)
        assert database.number("PRAGMA application_id") == APPLICATION_ID
        assert database.check() == []


def test_durability_is_switched_on(path: Path) -> None:
    with Database(path) as database:
        assert database.number("PRAGMA synchronous") == 2
        assert database.number("PRAGMA foreign_keys") == 1
        row = database.row("PRAGMA journal_mode")
        assert row is not None
        assert row[0] == "wal"


def test_opening_again_changes_nothing(path: Path) -> None:
    with Database(path) as database:
        database.execute(ADD_ONE)
    with Database(path) as database:
        assert database.number(SEQUENCE) == 1


def test_interrupted_migration_leaves_an_empty_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    with Database(path) as database:
        assert database.check() == []


def test_file_of_a_newer_version_is_refused(path: Path) -> None:
    Database(path).close()
    pragma(path, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(CorruptCatalogue, match="newer") as caught:
        Database(path)
    assert str(path) in caught.value.message


def test_database_of_another_program_is_refused(path: Path) -> None:
    pragma(path, "CREATE TABLE recipes (name TEXT)")
    with pytest.raises(CorruptCatalogue, match="another program"):
        Database(path)


def test_file_that_is_no_database_is_refused_and_named(path: Path) -> None:
    path.write_bytes(b"no database at all " * 500)
    with pytest.raises(CorruptCatalogue) as caught:
        Database(path)
    assert str(path) in caught.value.message


def test_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="absent"):
        Database(tmp_path / "absent" / "catalogue.sqlite3")


def test_error_inside_a_transaction_undoes_all_of_it(path: Path) -> None:
    with Database(path) as database:
        with pytest.raises(ZeroDivisionError):
            add_and_fail(database)
        assert database.number(SEQUENCE) == 0
        assert not database.is_in_transaction


def test_error_inside_an_inner_block_undoes_that_block_alone(path: Path) -> None:
    with Database(path) as database:
        with database.transaction():
            database.execute(ADD_ONE)
            with pytest.raises(ZeroDivisionError):
                add_and_fail(database)
            with database.transaction():
                database.execute(ADD_ONE)
        assert database.number(SEQUENCE) == 2


def test_changes_are_seen_by_others_only_when_the_outermost_block_ends(path: Path) -> None:
    with Database(path) as writer, Database(path) as reader:
        with writer.transaction():
            with writer.transaction():
                writer.execute(ADD_ONE)
            assert reader.number(SEQUENCE) == 0
        assert reader.number(SEQUENCE) == 1


def test_threads_writing_at_once_lose_nothing(path: Path) -> None:
    with Database(path) as database:

        def add() -> None:
            for _ in range(20):
                with database.transaction():
                    database.execute(ADD_ONE)

        threads = [threading.Thread(target=add) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert database.number(SEQUENCE) == 120


def test_connections_of_ended_threads_are_closed(path: Path) -> None:
    with Database(path) as database:
        for _ in range(20):
            thread = threading.Thread(target=database.number, args=(SEQUENCE,))
            thread.start()
            thread.join()
        assert len(database._connections) <= 2


def test_writer_that_waits_too_long_is_told_who_is_busy(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus._database.BUSY_TIMEOUT_S", 0.1)
    with Database(path) as database:
        with subprocess.Popen(
            [sys.executable, "-c", HOLD_TRANSACTION, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "begun\n"
            with pytest.raises(Busy, match="another command"), database.transaction():
                database.execute(ADD_ONE)
            assert database.number(SEQUENCE) == 0
            holder.communicate("")
        database.execute(ADD_ONE)
        assert database.number(SEQUENCE) == 1


def test_full_disk_is_told_and_what_was_acknowledged_stays(path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", FILL, str(path)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    acknowledged, message = ended.stdout.split(" ", 1)
    assert str(path) in message
    with Database(path) as database:
        assert database.number("SELECT count(*) FROM audit") == int(acknowledged) > 0
        assert database.check() == []


def test_reading_only_refuses_to_write(path: Path) -> None:
    Database(path).close()
    with Database(path, read_only=True) as database:
        assert database.number(SEQUENCE) == 0
        with pytest.raises(StorageError):
            database.execute(ADD_ONE)


def test_log_is_empty_after_a_checkpoint(path: Path) -> None:
    with Database(path) as database:
        database.execute(ADD_ONE)
        log = path.with_name(f"{path.name}-wal")
        assert log.stat().st_size > 0
        assert database.checkpoint()
        assert log.stat().st_size == 0


def test_checkpoint_inside_a_transaction_waits_for_another_time(path: Path) -> None:
    with Database(path) as database, database.transaction():
        assert not database.checkpoint()


def test_use_after_close_is_told(path: Path) -> None:
    database = Database(path)
    database.close()
    with pytest.raises(StorageError, match="closed"):
        database.number(SEQUENCE)


def test_path_with_special_characters_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "työ? #1 %20"
    folder.mkdir()
    Database(folder / "c.sqlite3").close()
    assert (folder / "c.sqlite3").is_file()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("ab", "c"), ("a", "bc")),
        ((1,), ("1",)),
        ((None,), ("None",)),
        ((1.0,), (1,)),
        (("", "a"), ("a", "")),
    ],
    ids=["border", "number", "null", "float", "empty"],
)
def test_checksum_tells_rows_apart(first: tuple[object, ...], second: tuple[object, ...]) -> None:
    assert row_checksum(*first) != row_checksum(*second)
