"""What a PDF tells of its own accessibility, kept as the evidence of the field ``accessible``.

One decision: language and title of the file are not facts of the publication (those are resolved
from better places) but of the file; so they stand in the evidence beside the tags, in one form
that is written and read here alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from corpus.document import FieldValue, Origin

_TAGS: Final = {True: "pdf: tagged", False: "pdf: not tagged"}
_FORM: Final = re.compile(r"pdf: (?:not )?tagged(?P<more>; .*)?")
_LANGUAGE: Final = re.compile(r"; lang=([a-z]{2,3})\b")
_TITLE: Final = "; title"
_NOTHING: Final = "; nothing else"


@dataclass(frozen=True, slots=True)
class PdfAccess:
    """What a PDF says in its catalogue: tags, language (None: none), whether it has a title."""

    is_tagged: bool
    language: str | None = None
    has_title: bool = False

    def to_source(self) -> str:
        """Return the evidence that `of` reads."""
        language = f"; lang={self.language}" if self.language else ""
        title = _TITLE if self.has_title else ""
        return _TAGS[self.is_tagged] + (language + title or _NOTHING)

    @classmethod
    def of(cls, values: Iterable[FieldValue]) -> Self | None:
        """Return what extraction found; None where it was done before this was looked for."""
        for value in values:
            found = _FORM.fullmatch(value.source)
            if value.name == "accessible" and value.origin is Origin.EXTRACTED and found:
                more = found["more"]
                if more is None:
                    return None
                language = _LANGUAGE.search(more)
                return cls(bool(value.value), language and language[1], more.endswith(_TITLE))
        return None
