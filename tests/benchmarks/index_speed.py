"""Import and index of 21,122 passages by the command line, beside the engine's own speed.

Usage: python tests/benchmarks/index_speed.py [LINES]. The collection (or its first LINES) is
imported and indexed through the product into a temporary directory, each command in a process of
its own; the memory is that of the process and its workers together, shared pages counted once
(Linux only). The peer is bare tantivy with its own tokenizer and two text fields on the same
lines: no base forms, no compounds, no ranking fields.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import tantivy

SHARED = Path(os.environ.get("JULKAISUHAKU_SHARED", Path(__file__).parents[3] / "shared"))
COLLECTION = SHARED / "data" / "retrieval" / "finna" / "corpus.jsonl.gz"
COMMAND = [sys.executable, "-m", "search_app"]
SAMPLE_S = 0.5


@dataclass(frozen=True, slots=True)
class Run:
    """One command: how long it took and the most memory its processes held together."""

    seconds: float
    peak_mib: float


def run(*arguments: str) -> Run:
    """Run a command of the product to its end and watch its memory."""
    started = time.perf_counter()
    peak = 0.0
    with subprocess.Popen(
        [*COMMAND, *arguments], stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        while process.poll() is None:
            peak = max(peak, memory_mib(process.pid))
            time.sleep(SAMPLE_S)
    if process.returncode:
        raise SystemExit(f"{arguments} ended with {process.returncode}")
    return Run(time.perf_counter() - started, peak)


def memory_mib(session: int) -> float:
    """Return the proportional set size of all processes of a session, 0 where nobody tells."""
    total = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(entry.name)) != session:
                continue
            lines = (entry / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue  # it has just ended
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def bare(lines: list[bytes], directory: Path) -> float:
    """Index the same lines with tantivy alone, and return the seconds."""
    started = time.perf_counter()
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in ("title", "text"):
        builder.add_text_field(name)
    index = tantivy.Index(builder.build(), str(directory))
    writer = index.writer(64 * 1024 * 1024, 1)
    for line in lines:
        record = json.loads(line)
        fields = {name: record.get(name) or "" for name in ("id", "title", "text")}
        writer.add_document(tantivy.Document(**fields))
    writer.commit()
    writer.wait_merging_threads()
    return time.perf_counter() - started


def main() -> None:
    """Print rates, memory and the ratio to the peer."""
    limit = int(sys.argv[1]) if len(sys.argv) > 1 else None
    with gzip.open(COLLECTION) as packed:
        lines = list(islice(packed, limit))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "lines.jsonl").write_bytes(b"".join(lines))
        (folder / "bare").mkdir()
        data = str(folder / "data")
        runs = {
            "import": run("--data", data, "import", str(folder / "lines.jsonl")),
            "index": run("--data", data, "index"),
        }
        peer = bare(lines, folder / "bare")
    for name, done in runs.items():
        rate = len(lines) / done.seconds
        print(f"{name:<7} {done.seconds:6.1f} s  {rate:6.0f} a second  {done.peak_mib:5.0f} MiB")
    both = sum(done.seconds for done in runs.values())
    print(f"both    {both:6.1f} s for {len(lines):,} passages on {os.cpu_count()} cores")
    print(f"bare tantivy {peer:.1f} s; ratio of index {runs['index'].seconds / peer:.0f} x")


if __name__ == "__main__":
    main()
