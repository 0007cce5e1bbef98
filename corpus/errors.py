"""Every error the product raises on purpose, in one tree.

One base class, so that the three borders (command line, HTTP, per document) catch exactly what
a person can act on; a subclass names the cause, carries what it concerns and a message that a
librarian understands. The command line turns ``exit_code`` (sysexits) into its exit status.

    JulkaisuhakuError                 70  anything below
    ├── InvalidInput                  65  data that cannot be taken as it is
    │   ├── UnknownValue              64  a name, option or identifier nobody knows
    │   ├── UnreadableDocument        65  an original that cannot be read, with its reason
    │   └── InvalidVocabulary         65  vocabulary, lexicon, sources, queries: file and line
    ├── InvalidSettings               78  an unknown key or a value of the wrong kind
    ├── RefusedIndex                  65  a new index that fails golden queries, with which
    ├── ForbiddenAddress              65  an address the rules do not allow to be fetched
    ├── FetchFailed                   69  a site that could not be reached or answered wrongly
    ├── LimitExceeded                 65  larger, deeper or longer than the named limit
    ├── NotFound                      66  a document, page, file or generation that is not there
    ├── StorageError                  74  the data directory cannot be read or written
    │   ├── CorruptOriginal           74  bytes that do not match their SHA-256
    │   ├── CorruptCatalogue          74  the catalogue database is damaged
    │   └── CorruptIndex              74  a generation that does not match its manifest
    ├── Busy                          75  somebody else holds a lock, with who
    ├── MissingBackend                69  an engine, analyser or extractor that is not installed
    └── ServerError                   69  the web server could not start (port in use)
"""

from __future__ import annotations

from typing import ClassVar


class JulkaisuhakuError(Exception):
    """Base of all errors raised on purpose; ``subject`` names the thing it concerns."""

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, subject: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject


class InvalidInput(JulkaisuhakuError):
    """Data that cannot be taken as it is."""

    exit_code = 65


class UnknownValue(InvalidInput):
    """A name, option or identifier that nobody knows."""

    exit_code = 64


class UnreadableDocument(InvalidInput):
    """An original that cannot be read; the message says why."""


class InvalidVocabulary(InvalidInput):
    """A vocabulary, lexicon, sources or queries file with a wrong entry; names file and line."""


class InvalidSettings(JulkaisuhakuError):
    """A configuration key nobody knows, or a value of the wrong kind."""

    exit_code = 78


class RefusedIndex(JulkaisuhakuError):
    """A new index that is not used because golden queries fail on it; the message says which."""

    exit_code = 65


class ForbiddenAddress(JulkaisuhakuError):
    """An address that the rules do not allow to be fetched."""

    exit_code = 65


class FetchFailed(JulkaisuhakuError):
    """A site that could not be reached, or that answered wrongly."""

    exit_code = 69


class LimitExceeded(JulkaisuhakuError):
    """Something larger, deeper or longer than a named limit."""

    exit_code = 65


class NotFound(JulkaisuhakuError):
    """A document, page, file or generation that is not there."""

    exit_code = 66


class StorageError(JulkaisuhakuError):
    """The data directory cannot be read or written."""

    exit_code = 74


class CorruptOriginal(StorageError):
    """Stored bytes that do not match their SHA-256."""


class CorruptCatalogue(StorageError):
    """A damaged catalogue database."""


class CorruptIndex(StorageError):
    """A generation whose files do not match its manifest."""


class Busy(JulkaisuhakuError):
    """A lock that somebody else holds; the message says who."""

    exit_code = 75


class MissingBackend(JulkaisuhakuError):
    """An engine, analyser or extractor that is not installed here."""

    exit_code = 69


class ServerError(JulkaisuhakuError):
    """The web server could not start."""

    exit_code = 69
