"""Tells which documents are alike: the same text, nearly the same, a page of a file, a version.

One decision: candidates may be guessed, but what is told is measured on the word sequences of
both texts, against thresholds that lie in the gap between the pairs and everything else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from corpus import Document, Likeness, LikenessKind, Side, Signature
from indexer.editions import Edition, compared_editions
from indexer.shingles import Shingles, estimated_likeness, shingles_of

NEAR: Final = 0.4  # measured (decision 0036): pairs from .495, everything else up to .24
CONTAINED: Final = 0.8
CONTAINED_RELATED: Final = 0.4  # of a page and a file by the same title, or linked: from .458
EDITION: Final = 0.03  # of two titles that differ in the year: .12, unrelated texts up to .011
MIN_SEQUENCES: Final = 20  # a shorter text is told to be equal only
MIN_RELATED: Final = 8
_MARGIN: Final = 0.25  # four standard deviations of an estimate by 64 values
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True, slots=True)
class Text:
    """A document with what is compared of it."""

    document: Document
    shingles: Shingles
    edition: Edition
    signature: Signature

    @property
    def is_page(self) -> bool:
        """Whether it is a page of the web, not a file."""
        original = self.document.original
        return original is not None and original.media_type in _HTML

    @property
    def title_key(self) -> str:
        """Return the name that other editions have too; empty where it is not definite."""
        return self.signature.title_key


def text_of(document: Document, pages: Iterable[str]) -> Text:
    """Return what is compared of a document."""
    shingles = shingles_of(pages)
    edition = Edition.of(f"{document.title} {document.subtitle}".strip())
    name = Edition.of(document.title)
    signature = Signature(
        document.id,
        shingles.text_hash,
        name.name if name.is_definite else "",
        len(shingles),
        shingles.signature(),
    )
    return Text(document, shingles, edition, signature)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts with what they have in common; ``is_linked``: the page links to the file."""

    one: Text
    other: Text
    common: int
    is_linked: bool

    @property
    def smaller(self) -> int:
        """The number of sequences of the smaller text."""
        return min(len(self.one.shingles), len(self.other.shingles))

    @property
    def share(self) -> float:
        """The share of the sequences of both texts that both have."""
        both = len(self.one.shingles) + len(self.other.shingles) - self.common
        return self.common / max(both, 1)

    @property
    def part(self) -> float:
        """The share of the smaller text's sequences that the other one has."""
        return self.common / max(self.smaller, 1)

    @property
    def is_same_text(self) -> bool:
        """Whether both have the same words in the same order."""
        return self.one.shingles.text_hash == self.other.shingles.text_hash

    @property
    def is_same_title(self) -> bool:
        """Whether both have the same definite name, whatever their edition."""
        return self.one.title_key != "" and self.one.title_key == self.other.title_key

    @property
    def is_near(self) -> bool:
        """Whether most of both texts is the same."""
        return self.share >= NEAR and self.smaller >= MIN_SEQUENCES

    @property
    def is_part(self) -> bool:
        """Whether the other one gives the smaller text."""
        is_related = self.is_linked or self.is_same_title
        if is_related and self.one.is_page != self.other.is_page:
            return self.part >= CONTAINED_RELATED and self.smaller >= MIN_RELATED
        return self.part >= CONTAINED and self.smaller >= MIN_SEQUENCES

    @property
    def is_edition(self) -> bool:
        """Whether they have one name and publisher, and a text rewritten between the editions."""
        mine, theirs = self.one.document, self.other.document
        bodies = {*mine.organisations}, {*theirs.organisations}
        return (
            self.is_same_title
            and (bool(bodies[0] & bodies[1]) or bodies == (set(), set()))
            and mine.language == theirs.language
            and self.part >= EDITION
            and self.smaller >= MIN_SEQUENCES
        )

    @property
    def order(self) -> int:
        """-1 where the first one is older, 1 where it is newer, 0 where nothing tells."""
        if self.is_linked:
            return 0
        if order := compared_editions(self.one.edition, self.other.edition):
            return order
        mine, theirs = self.one.document.year, self.other.document.year
        if mine is None or theirs is None or self.one.edition.years:
            return 0  # where both titles name the same years, they are those of the publication
        return (mine > theirs) - (mine < theirs)

    def evidence(self) -> str:
        """Return what was seen, in a line."""
        found = [f"{self.common} of {self.smaller} word sequences"]
        found += ["linked"] * self.is_linked + ["same title"] * self.is_same_title
        mine, theirs = _dated(self.one), _dated(self.other)
        if self.order:
            found.append(f"{mine} before {theirs}" if self.order < 0 else f"{theirs} before {mine}")
        return "; ".join(found)

    def told(self, kind: LikenessKind, side: Side, share: float) -> Likeness:
        """Return the pair as the catalogue keeps it."""
        mine, theirs = self.one.document.id, self.other.document.id
        return Likeness(mine, theirs, kind, side, round(share, 4), self.evidence())


def likeness_of(one: Text, other: Text, *, is_linked: bool = False) -> Likeness | None:
    """Return how ``other`` is alike to ``one``; None where it is not."""
    pair = Pair(one, other, one.shingles.count_common(other.shingles), is_linked)
    if pair.common == 0:
        return None
    if pair.is_same_text:
        return pair.told(LikenessKind.SAME_TEXT, Side.EQUAL, 1.0)
    if pair.order and (pair.is_near or pair.is_part or pair.is_edition):
        side = Side.NEWER if pair.order < 0 else Side.OLDER
        return pair.told(LikenessKind.VERSION, side, pair.share)
    if pair.is_near:
        return pair.told(LikenessKind.NEAR, Side.EQUAL, pair.share)
    if pair.is_part:
        side = Side.WHOLE if len(one.shingles) < len(other.shingles) else Side.PART
        return pair.told(LikenessKind.CONTAINED, side, pair.part)
    return None


def may_be_alike(one: Signature, other: Signature) -> bool:
    """Whether two texts are worth measuring, by equal text or title, or by an estimate."""
    is_titled = one.title_key != "" and one.title_key == other.title_key
    if is_titled or one.text_hash == other.text_hash:
        return True
    share = estimated_likeness(one.values, other.values)
    sizes = one.shingles, other.shingles
    part = share / (1 + share) * sum(sizes) / max(min(sizes), 1)
    return share >= NEAR - _MARGIN or part >= CONTAINED - _MARGIN


def _dated(text: Text) -> str:
    edition = text.edition
    parts = ["–".join(map(str, edition.years)), ".".join(map(str, edition.version))]
    parts += ["revised"] * edition.is_revised + ["draft"] * edition.is_draft
    return " ".join(part for part in parts if part) or str(text.document.year or "undated")
