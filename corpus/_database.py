"""The SQLite file under the catalogue: connections, transactions, durability, migrations.

One decision: WAL with ``synchronous=FULL``. Measured with a simulated power cut after an
acknowledged commit, NORMAL kept 0 of 30 documents and FULL kept 30 of 30, at 1 to 2 ms a commit.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

from corpus._disk import fsync_directory, storage_errors
from corpus._schema import APPLICATION_ID, CHECKSUMMED, MIGRATIONS
from corpus.errors import Busy, CorruptCatalogue, JulkaisuhakuError, StorageError

BUSY_TIMEOUT_S: Final = 30.0
_CHECKPOINT_WAIT_MS: Final = 1000
_WAL_KEPT_BYTES: Final = 8 * 1024 * 1024
_CACHE_KIB: Final = 16 * 1024
_PRIMARY_CODE: Final = 0xFF

Parameters = Sequence[object] | Mapping[str, object]


def row_checksum(*values: object) -> int:
    """Return the CRC of a row's values; each with its kind and length, so that none run together.

    A CRC-32 finds every single flipped bit and every burst of up to 32 bits.
    """
    texts = [value if isinstance(value, str) else repr(value) for value in values]
    shape = "".join(
        f"{type(value).__name__[0]}{len(text)}," for value, text in zip(values, texts, strict=True)
    )
    return zlib.crc32("".join([shape, *texts]).encode("utf-8", "surrogatepass"))


class Database:
    """One SQLite file with a connection for every thread that uses it.

    A call outside `transaction` is durable when it returns; inside one, when the outermost block
    ends. Raises `CorruptCatalogue` for a damaged file, `StorageError` for a full or unwritable
    disk, `Busy` when another process writes for longer than `BUSY_TIMEOUT_S`.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.is_read_only = read_only
        self._local = threading.local()
        self._guard = threading.Lock()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._is_closed = False
        if not read_only:
            self._create_file()
        self._migrate()

    def _create_file(self) -> None:
        with storage_errors(self.path):
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o640)
            os.close(descriptor)
        fsync_directory(self.path.parent)  # SQLite does that for its journals, not for the file

    def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement and return how many rows it changed."""
        with self._errors():
            return self._connection().execute(sql, parameters).rowcount

    def execute_many(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Run one statement for each of ``rows``; in a transaction, all of them or none."""
        rows = list(rows)
        if len(rows) == 1:  # a statement is all or nothing by itself: no savepoint for one
            self.execute(sql, rows[0])
            return
        with self.transaction(), self._errors():
            self._connection().executemany(sql, rows)

    def rows(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """Return all rows of a query."""
        with self._errors():
            return self._connection().execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """Return the first row of a query, or None."""
        with self._errors():
            row: sqlite3.Row | None = self._connection().execute(sql, parameters).fetchone()
            return row

    def number(self, sql: str, parameters: Parameters = ()) -> int:
        """Return the whole number a query answers with, 0 where it answers with nothing."""
        row = self.row(sql, parameters)
        return int(row[0] or 0) if row is not None else 0

    @property
    def is_in_transaction(self) -> bool:
        """Whether this thread is inside `transaction`."""
        return self._depth > 0

    @property
    def _depth(self) -> int:
        return int(getattr(self._local, "depth", 0))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Group statements of this thread: all of them durable at the outermost end, or none.

        A block inside another is a savepoint: when it raises, its own changes alone are undone.
        """
        depth = self._depth
        name = f"level_{depth}"
        self.execute("BEGIN IMMEDIATE" if depth == 0 else f"SAVEPOINT {name}")
        self._local.depth = depth + 1
        try:
            yield
        except BaseException:
            self._undo(depth, name)
            raise
        else:
            self._keep(depth, name)
        finally:
            self._local.depth = depth

    def _keep(self, depth: int, name: str) -> None:
        try:
            self.execute("COMMIT" if depth == 0 else f"RELEASE {name}")
        except JulkaisuhakuError:
            self._undo(depth, name)
            raise

    def _undo(self, depth: int, name: str) -> None:
        if not self._local.connection.in_transaction:
            return  # rolled back already (disk full)
        if depth == 0:
            self.execute("ROLLBACK")
        else:
            self.execute(f"ROLLBACK TO {name}")
            self.execute(f"RELEASE {name}")

    def checkpoint(self) -> bool:
        """Bring the write-ahead log into the file; whether all of it could be.

        After a batch: damage inside the log is not told by SQLite, damage in the file is. Readers
        at work keep it from being emptied for a moment, which is no error.
        """
        if self.is_in_transaction or self.is_read_only:
            return False
        self.execute(f"PRAGMA busy_timeout = {_CHECKPOINT_WAIT_MS}")
        try:
            row = self.row("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
        return row is not None and row[0] == 0

    def check(self) -> list[str]:
        """Return a message for each sign of damage: structure, references, checksums of rows."""
        messages: list[str] = []
        try:
            found = [str(row[0]) for row in self.rows("PRAGMA integrity_check(20)")]
            messages += [f"{self.path.name}: {text}" for text in found if text != "ok"]
            messages += [
                f"{self.path.name}: a row of {row[0]} refers to a missing row of {row[2]}"
                for row in self.rows("PRAGMA foreign_key_check")
            ]
        except CorruptCatalogue as error:
            messages.append(error.message)
        for table, columns in CHECKSUMMED.items():
            messages += self._check_rows(table, columns)
        return messages + self._check_schema()

    def _check_schema(self) -> list[str]:
        """Compare the tables' definitions, which no checksum covers, with those made afresh."""
        sql = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"
        with closing(sqlite3.connect(":memory:")) as fresh:
            fresh.create_function("row_checksum", -1, row_checksum, deterministic=True)
            for statement in chain.from_iterable(MIGRATIONS):
                fresh.execute(statement)
            expected = [tuple(row) for row in fresh.execute(sql)]
        try:
            found = [tuple(row) for row in self.rows(sql)]
        except StorageError as error:
            return [error.message]
        return [] if found == expected else [f"{self.path.name}: its table definitions differ"]

    def _check_rows(self, table: str, columns: tuple[str, ...]) -> list[str]:
        computed = f"row_checksum({', '.join(columns)})"
        key = columns[0]
        sql = f"SELECT {key} FROM {table} WHERE checksum IS NOT {computed}"  # noqa: S608 - names
        try:
            return [
                f"{self.path.name}: the row {row[0]} of {table} does not match its checksum"
                for row in self.rows(sql)
            ]
        except StorageError as error:
            return [f"{self.path.name}: {table} cannot be read through: {error.message}"]

    def close(self) -> None:
        """Close the connections of all threads; the log is brought into the file."""
        self._is_closed = True
        with self._guard:
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None or self._is_closed:
            if self._is_closed:
                raise StorageError(f"{self.path} has been closed.", subject=str(self.path))
            connection = self._connect()
            self._local.connection = connection
            self._remember(connection)
        if self._depth > 0 and not connection.in_transaction:
            # SQLite rolls back by itself on a full disk: what follows must not commit alone
            raise StorageError(self._explain("lost its transaction"), subject=str(self.path))
        return connection

    def _remember(self, connection: sqlite3.Connection) -> None:
        """Keep the connection for `close`, and close those of threads that have ended."""
        with self._guard:
            ended = [thread for thread in self._connections if not thread.is_alive()]
            for thread in ended:
                self._connections.pop(thread).close()
            self._connections[threading.current_thread()] = connection

    def _connect(self) -> sqlite3.Connection:
        mode = "ro" if self.is_read_only else "rw"
        connection = sqlite3.connect(
            f"file:{quote(str(self.path.absolute()))}?mode={mode}",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,  # `close` is called by one thread for all
        )
        connection.row_factory = sqlite3.Row
        connection.create_function("row_checksum", -1, row_checksum, deterministic=True)
        try:
            self._configure(connection)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _configure(self, connection: sqlite3.Connection) -> None:
        if self.is_read_only:
            connection.execute("PRAGMA query_only = ON")
        else:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA journal_size_limit = {_WAL_KEPT_BYTES}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")

    def _migrate(self) -> None:
        try:
            for version in range(self._known_version(), len(MIGRATIONS)):
                self._apply(version)
        except BaseException:
            self.close()
            raise

    def _known_version(self) -> int:
        """Return the file's version; `CorruptCatalogue` for a stranger or one from the future."""
        version, application, tables = self._identity()
        known = len(MIGRATIONS)
        if version > known:
            text = f"was written by a newer julkaisuhaku (version {version}, here {known})"
        elif application not in {0, APPLICATION_ID} or (version == 0) != (tables == 0):
            text = "is damaged or belongs to another program: its header is not the catalogue's"
        elif version < known and self.is_read_only:
            text = f"is of an older version ({version}, here {known}): open it for writing once"
        else:
            return version
        raise CorruptCatalogue(self._explain(text), subject=str(self.path))

    def _identity(self) -> tuple[int, int, int]:
        """Read version, kind and number of tables in one snapshot: others may be migrating."""
        self.execute("BEGIN")
        try:
            tables = self.number("SELECT count(*) FROM sqlite_schema")
            application = self.number("PRAGMA application_id")
            return self._version(), application, tables
        finally:
            self.execute("COMMIT")

    def _version(self) -> int:
        return self.number("PRAGMA user_version")

    def _apply(self, version: int) -> None:
        with self.transaction():
            if self._version() != version:
                return  # another process was faster
            for statement in MIGRATIONS[version]:
                self.execute(statement)
            self.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self.execute(f"PRAGMA user_version = {version + 1}")

    def _explain(self, text: str) -> str:
        return f"The catalogue {self.path} {text}."

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn SQLite's errors into the product's, named by their cause."""
        try:
            yield
        except sqlite3.IntegrityError:
            raise  # a mistake in the calling code, never hidden as a fault of the disk
        except UnicodeDecodeError as error:  # damaged bytes in a name or a message of SQLite's
            text = "is damaged: it holds text that is no UTF-8. Run `check`, then restore a backup"
            raise CorruptCatalogue(self._explain(text), subject=str(self.path)) from error
        except sqlite3.DatabaseError as error:
            raise self._translated(error) from error

    def _translated(self, error: sqlite3.DatabaseError) -> JulkaisuhakuError:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
        subject = str(self.path)
        is_text_damaged = "decode to UTF-8" in str(error) or "user-defined function" in str(error)
        if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB} or is_text_damaged:
            text = f"is damaged ({error}). Run `check`, then restore a backup"
            return CorruptCatalogue(self._explain(text), subject=subject)
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return Busy(self._explain("is being written by another command"), subject=subject)
        if code == sqlite3.SQLITE_FULL:
            message = f"The disk is full: {subject} was not changed. Free some space and try again."
            return StorageError(message, subject=subject)
        return StorageError(self._explain(f"failed ({error})"), subject=subject)
