"""The steps that bring the index up to date with the catalogue, with what they tell a person.

One decision: every command that changes documents ends with the same two steps (read what has not
been read, index what changed), so that nothing waits for a command that somebody forgets.
"""

from __future__ import annotations

from corpus import Document
from indexer.pipeline import UpdateReport
from indexer.reading import ReadReport
from search_app.assembly import Assembly
from search_app.console import Console, counted, duration
from search_app.golden import GoldenGate

_INDEXING = "indexing"


def read_pending(assembly: Assembly, console: Console) -> ReadReport:
    """Read the originals that wait, and name those that could not be read."""
    with console.progress("reading") as progress:
        report = assembly.reader.read_pending(progress)
    tell_failed(report, assembly, console)
    return report


def read_again(documents: list[Document], assembly: Assembly, console: Console) -> ReadReport:
    """Read the originals of documents that were read before."""
    with console.progress("reading again") as progress:
        report = assembly.reader.read(documents, progress)
    tell_failed(report, assembly, console)
    return report


def tell_failed(report: ReadReport, assembly: Assembly, console: Console) -> None:
    """Name the documents that could not be read, by file or address, with the reason."""
    documents = assembly.catalogue.documents(document_id for document_id, _ in report.failed)
    for document_id, reason in report.failed:
        name = name_of(documents[document_id], assembly) if document_id in documents else ""
        console.say(f"could not be read: {name or document_id} ({document_id}): {reason}")


def name_of(document: Document, assembly: Assembly) -> str:
    """Return what a person knows a document by: its address, else its file name, else its id."""
    addresses = assembly.catalogue.addresses(document.id)
    filename = document.original.filename if document.original else ""
    return addresses[0].url if addresses else filename or document.id


def compare(assembly: Assembly, console: Console) -> None:
    """Find out which of the documents that changed are alike to others."""
    with console.progress("comparing") as progress:
        assembly.likeness_follower.catch_up(progress)


def update_index(assembly: Assembly, console: Console) -> UpdateReport:
    """Compare and index what changed since the last time."""
    compare(assembly, console)
    if problem := assembly.pipeline.mismatch():
        console.say(f"everything is indexed anew: {problem}")
    with console.progress(_INDEXING) as progress:
        gate = GoldenGate(assembly, console, is_binding=False)
        return assembly.pipeline.update(progress, gate)


def tell_indexed(report: UpdateReport, console: Console) -> None:
    """Say in a line what an update or rebuild of the index did."""
    removed = f", {counted(report.removed, 'document')} left out" if report.removed else ""
    console.result(
        f"generation {report.generation}: {counted(report.indexed, 'document')} indexed"
        f"{removed}, {duration(report.seconds)}"
    )


def update_object(report: UpdateReport) -> dict[str, object]:
    """Return what an update did, for a machine."""
    return {
        "generation": report.generation,
        "indexed": report.indexed,
        "removed": report.removed,
        "watermark": report.watermark,
        "seconds": round(report.seconds, 3),
    }
