"""Possible duplicates as the command line tells them, of one document or of all.

One decision: it says what was measured and leaves the rest to a person. Two documents of one text
may both be wanted, and a machine that deletes one of them is wrong once too often.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from corpus import Likeness, Likenesses, LikenessKind, Side
from search_app.assembly import Assembly

_SAID: Final[Mapping[tuple[LikenessKind, Side], str]] = {
    (LikenessKind.SAME_TEXT, Side.EQUAL): "the same text as",
    (LikenessKind.NEAR, Side.EQUAL): "nearly the same text as",
    (LikenessKind.CONTAINED, Side.PART): "it contains",
    (LikenessKind.CONTAINED, Side.WHOLE): "it is contained in",
    (LikenessKind.VERSION, Side.OLDER): "a newer version of",
    (LikenessKind.VERSION, Side.NEWER): "an older version of",
}


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A pair with the titles of both documents; the first one may not be kept yet."""

    likeness: Likeness
    title: str
    other_title: str

    def told(self) -> str:
        """Return ``nearly the same text as Fotoniikan tiekartta (k3v7q2mzab), 93 %``."""
        likeness = self.likeness
        said = f"{_SAID[likeness.kind, likeness.side]} {self.other_title} ({likeness.other_id})"
        if likeness.kind is LikenessKind.VERSION:
            return said
        return f"{said}, {int(likeness.share * 100)} %"

    def as_dict(self) -> dict[str, object]:
        """Return the object that is printed for a machine, seen from the first document."""
        return {
            "id": self.likeness.other_id,
            "title": self.other_title,
            "kind": self.likeness.kind.value,
            "side": self.likeness.side.value,
            "share": self.likeness.share,
            "evidence": self.likeness.evidence,
        }


def duplicates_of(assembly: Assembly, ids: Iterable[str]) -> Mapping[str, tuple[Duplicate, ...]]:
    """Return what each of these documents is alike to, drafts too, where there is any."""
    found = Likenesses(assembly.catalogue.database).of(list(ids), is_public=False)
    return {document_id: titled(assembly, likenesses) for document_id, likenesses in found.items()}


def all_duplicates(assembly: Assembly, kind: LikenessKind | None = None) -> tuple[Duplicate, ...]:
    """Return every pair once, of one kind or of all."""
    pairs = Likenesses(assembly.catalogue.database).pairs()
    return titled(assembly, [pair for pair in pairs if kind is None or pair.kind is kind])


def titled(assembly: Assembly, likenesses: Iterable[Likeness]) -> tuple[Duplicate, ...]:
    """Return pairs with the titles of their documents."""
    pairs = tuple(likenesses)
    ids = {name for pair in pairs for name in (pair.document_id, pair.other_id) if name}
    documents = assembly.catalogue.documents(sorted(ids))
    titles = {document_id: document.title for document_id, document in documents.items()}
    return tuple(
        Duplicate(pair, titles.get(pair.document_id, ""), titles.get(pair.other_id, ""))
        for pair in pairs
    )
