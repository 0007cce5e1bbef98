"""What protects the product from a damaged tantivy index.

One decision: the library verifies no checksum when it opens an index, but it writes one at the end
of every segment file; `check_files` reads them.

    body | {"version": …, "crc": CRC-32 of the body} | length of that JSON (u32) | 1337 (u32)
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from corpus.errors import Busy, CorruptIndex, JulkaisuhakuError, StorageError

_MAGIC: Final = 1337
_TAIL: Final = struct.Struct("<II")
_WITHOUT_FOOTER: Final = (".managed.json", "meta.json")


@contextmanager
def contained(path: Path) -> Iterator[None]:
    """Turn what the library raises, its panics included, into errors of the product."""
    try:
        yield
    except JulkaisuhakuError:
        raise
    except (ValueError, OSError) as error:
        text = str(error)
        if "LockBusy" in text or "Failed to acquire Lockfile" in text:
            raise Busy(f"Another process writes to {path}.", subject=str(path)) from error
        if isinstance(error, OSError) and error.errno is not None:
            raise StorageError(f"{path}: {error.strerror or error}", subject=str(path)) from error
        raise CorruptIndex(f"{path}: {text[:300]}", subject=str(path)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise CorruptIndex(f"{path}: {str(error)[:300]}", subject=str(path)) from error


def check_files(path: Path) -> list[str]:
    """Return a message for each file of an index that is missing or not what was written."""
    try:
        meta = json.loads((path / "meta.json").read_text(encoding="utf-8"))
        managed = json.loads((path / ".managed.json").read_text(encoding="utf-8"))
        segments = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        return [f"{path}: meta.json or .managed.json cannot be read ({error})"]
    names = [name for name in managed if name not in _WITHOUT_FOOTER]
    known = {name.split(".")[0] for name in names}
    missing = [f"segment {segment} has no files" for segment in sorted(segments - known)]
    wanted = [name for name in names if name.split(".")[0] in segments]
    return missing + [problem for name in wanted if (problem := _check_file(path / name))]


def _check_file(path: Path) -> str | None:
    try:
        data = memoryview(path.read_bytes())
        length, magic = _TAIL.unpack(data[-_TAIL.size :])
        end = len(data) - _TAIL.size - length
        if magic != _MAGIC or end < 0:
            return f"{path.name}: its end is damaged"
        crc = json.loads(bytes(data[end : -_TAIL.size]))["crc"]
    except (OSError, struct.error, ValueError, TypeError, KeyError) as error:
        return f"{path.name}: {error}"
    return None if zlib.crc32(data[:end]) == crc else f"{path.name}: its checksum is wrong"
