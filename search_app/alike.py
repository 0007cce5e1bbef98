"""What is alike to a publication, as pages show it: versions, the same in another form, copies.

One decision: a page and a file of one text are the same publication in two forms, two files (or
two pages) of one text are copies. Both stay hits of their own; each only points to the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from corpus import Document, Likeness, Likenesses, LikenessKind, Original, Side
from search_app.site import View

_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Other:
    """Another document, and how it is alike."""

    document: Document
    likeness: Likeness
    title: str
    href: str
    form: str  # "PDF", "web page"; empty where there is no original
    note: str


@dataclass(frozen=True, slots=True)
class Alike:
    """What is alike to one document, in the order it is shown."""

    versions: tuple[Other, ...] = ()
    forms: tuple[Other, ...] = ()
    copies: tuple[Other, ...] = ()

    @property
    def newer(self) -> Other | None:
        """The newest of the later versions."""
        newer = [other for other in self.versions if other.likeness.side is Side.NEWER]
        return newer[0] if newer else None

    @property
    def all(self) -> tuple[Other, ...]:
        """Everything that is alike."""
        return (*self.versions, *self.forms, *self.copies)


NOTHING: Final = Alike()


def alike_to(view: View, documents: Iterable[Document]) -> Mapping[str, Alike]:
    """Return what visitors may see that is alike to each of these documents, where there is any."""
    own = {document.id: document for document in documents}
    catalogue = view.site.catalogue
    found = Likenesses(catalogue.database).of(list(own))
    ids = {likeness.other_id for likenesses in found.values() for likeness in likenesses}
    others = catalogue.documents(sorted(ids))
    return {
        document_id: _grouped(
            own[document_id],
            [_other(view, one, others[one.other_id]) for one in likenesses],
        )
        for document_id, likenesses in found.items()
    }


def _grouped(document: Document, others: list[Other]) -> Alike:
    versions = [one for one in others if one.likeness.kind is LikenessKind.VERSION]
    versions.sort(key=lambda one: (one.document.year or 0, one.title), reverse=True)
    rest = [one for one in others if one.likeness.kind is not LikenessKind.VERSION]
    forms = [one for one in rest if is_page(one.document.original) != is_page(document.original)]
    copies = [one for one in rest if one not in forms]
    return Alike(tuple(versions[:_SHOWN]), tuple(forms[:_SHOWN]), tuple(copies[:_SHOWN]))


def _other(view: View, likeness: Likeness, document: Document) -> Other:
    return Other(
        document,
        likeness,
        view.title(document),
        view.links.document(document.id),
        _form(view, document.original),
        _note(view, likeness),
    )


def _form(view: View, original: Original | None) -> str:
    if original is None:
        return ""
    return view.show.t("alike.page") if is_page(original) else view.show.format(original)


def _note(view: View, likeness: Likeness) -> str:
    """Return what the other one is, in words."""
    if likeness.kind is LikenessKind.VERSION:
        return view.show.t("alike.newer" if likeness.side is Side.NEWER else "alike.older")
    if likeness.kind is LikenessKind.SAME_TEXT:
        return view.show.t("alike.same_text")
    if likeness.kind is LikenessKind.CONTAINED:
        return view.show.t("alike.part" if likeness.side is Side.PART else "alike.whole")
    return view.show.t("alike.near", x=int(likeness.share * 100))


def is_page(original: Original | None) -> bool:
    """Whether an original is a page of the web."""
    return original is not None and original.media_type in _HTML
