"""Decoding a body piece by piece, never beyond a limit.

One decision: the client library decodes nothing; a compressed body is unpacked here in pieces
that know how much may still come, because 50 kB of zeros can unpack to the machine's memory.
"""

from __future__ import annotations

import zlib
from typing import Final, Protocol

from corpus.errors import FetchFailed, LimitExceeded

_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_PIECE_BYTES: Final = 256 * 1024
_ZLIB_METHOD: Final = 8


class BodyDecoder(Protocol):
    """Takes a body as it comes in; the decoded whole is never longer than its limit."""

    def feed(self, piece: bytes) -> None:
        """Take a piece; `LimitExceeded` when the whole grows too long."""
        ...

    def finish(self) -> bytes:
        """Return the whole; `FetchFailed` when a compressed body ends too early."""
        ...


def decoder_for(coding: str, *, limit_bytes: int) -> BodyDecoder:
    """Return the decoder of one content coding; `LimitExceeded` for several or an unknown one."""
    codings = [part for part in (name.strip().lower() for name in coding.split(",")) if part]
    codings = [name for name in codings if name != "identity"]
    if not codings:
        return _Plain(limit_bytes)
    if len(codings) > 1:
        raise LimitExceeded(f"more than one content coding: {coding[:80]}")
    if codings[0] in ("gzip", "x-gzip", "deflate"):
        return _Inflating(limit_bytes, is_gzip=codings[0] != "deflate")
    raise LimitExceeded(f"a content coding that was not asked for: {coding[:80]}")


class _Plain:
    """A body that is not compressed."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._data = bytearray()

    def feed(self, piece: bytes) -> None:
        """Append the piece."""
        if len(self._data) + len(piece) > self._limit:
            raise too_long(self._limit)
        self._data += piece

    def finish(self) -> bytes:
        """Return what came."""
        return bytes(self._data)


class _Inflating:
    """A body compressed by gzip or deflate; a body that only says so is taken as it is."""

    def __init__(self, limit_bytes: int, *, is_gzip: bool) -> None:
        self._plain = _Plain(limit_bytes)
        self._is_gzip = is_gzip
        self._first = b""
        self._inflater: zlib._Decompress | None = None
        self._is_lie = False

    def feed(self, piece: bytes) -> None:
        """Unpack the piece as far as the limit allows."""
        if self._is_lie:
            self._plain.feed(piece)
            return
        if self._inflater is None:
            self._first += piece
            if len(self._first) < len(_GZIP_MAGIC):
                return
            piece, self._first = self._first, b""
            if self._is_gzip and not piece.startswith(_GZIP_MAGIC):
                self._is_lie = True
                self._plain.feed(piece)
                return
            self._inflater = zlib.decompressobj(self._window(piece))
        self._inflate(piece)

    def _window(self, piece: bytes) -> int:
        if self._is_gzip:
            return _GZIP_WINDOW
        # "deflate" means zlib by the standard and raw deflate by some servers.
        has_header = piece[0] & 0x0F == _ZLIB_METHOD and (piece[0] << 8 | piece[1]) % 31 == 0
        return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS

    def _inflate(self, piece: bytes) -> None:
        inflater = self._inflater
        while piece and inflater is not None:
            if inflater.eof:
                # A gzip body may have several members; anything else behind the end is ignored.
                if not (self._is_gzip and piece.startswith(_GZIP_MAGIC)):
                    return
                inflater = self._inflater = zlib.decompressobj(_GZIP_WINDOW)
            try:
                self._plain.feed(inflater.decompress(piece, _PIECE_BYTES))
            except zlib.error as error:
                raise FetchFailed(f"the compressed body is damaged: {error}") from error
            piece = inflater.unused_data if inflater.eof else inflater.unconsumed_tail

    def finish(self) -> bytes:
        """Return the whole."""
        if self._inflater is None and self._first:
            self._plain.feed(self._first)
        if self._inflater is not None and not self._inflater.eof:
            self._plain.feed(self._inflater.flush(_PIECE_BYTES))
            if not self._inflater.eof:
                raise FetchFailed("the compressed body ends too early")
        return self._plain.finish()


def too_long(limit_bytes: int) -> LimitExceeded:
    """Return the error about a body that grows beyond its limit."""
    return LimitExceeded(f"longer than {limit_bytes // (1024 * 1024)} MiB")


def gunzip(data: bytes, *, limit_bytes: int) -> bytes:
    """Unpack a gzip file within a limit; errors as above."""
    decoder = decoder_for("gzip", limit_bytes=limit_bytes)
    decoder.feed(data)
    return decoder.finish()


def is_gzip(data: bytes) -> bool:
    """Whether bytes begin like a gzip file."""
    return data.startswith(_GZIP_MAGIC)
