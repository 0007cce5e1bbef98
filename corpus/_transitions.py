"""The steps by which a document is shown and hidden.

One decision: what a person hid, no machine shows again, and what a person has not shown yet, no
machine counts as lost; so each step says from where it may be taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from corpus.document import Document, Visibility


@dataclass(frozen=True, slots=True)
class Transition:
    """A step to a visibility, with the visibilities it may start from."""

    action: str
    to: Visibility
    starts: frozenset[Visibility]

    def applied(self, document: Document) -> Document:
        """Return the document after the step; the same object where the step does not apply."""
        if document.visibility is self.to or document.visibility not in self.starts:
            return document
        return replace(document, visibility=self.to)


PUBLISH: Final = Transition("publish", Visibility.PUBLISHED, frozenset(Visibility))
WITHDRAW: Final = Transition("withdraw", Visibility.WITHDRAWN, frozenset(Visibility))
RESTORE: Final = Transition(
    "restore", Visibility.PUBLISHED, frozenset({Visibility.WITHDRAWN, Visibility.GONE})
)
MARK_GONE: Final = Transition("gone", Visibility.GONE, frozenset({Visibility.PUBLISHED}))
