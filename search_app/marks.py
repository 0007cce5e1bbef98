"""Matched words as markup: the only place where text becomes HTML by hand.

One decision: every fragment is escaped first and the marks are put around it afterwards, here
and nowhere else, so that no title, page or query can ever bring its own markup along.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from indexer.results import Fragment

_OPEN = Markup("<mark>")
_OPEN_FIRST = Markup('<mark id="m">')
_CLOSE = Markup("</mark>")


def marked(fragments: Iterable[Fragment]) -> Markup:
    """Return fragments as HTML on one line, matched forms in ``<mark>``."""
    return Markup("").join(_fragment(fragment, _OPEN) for fragment in fragments)


def paragraphs(fragments: Iterable[Fragment]) -> list[Markup]:
    """Return a page's text as paragraphs; the first mark is the target ``#m``."""
    texts = [Markup("")]
    opening = _OPEN_FIRST
    for fragment in fragments:
        for index, piece in enumerate(fragment.text.split("\n\n")):
            if index:
                texts.append(Markup(""))
            texts[-1] += _fragment(Fragment(piece, fragment.mark), opening)
            if fragment.mark and piece:
                opening = _OPEN
    return [text for text in texts if text.strip()]


def _fragment(fragment: Fragment, opening: Markup) -> Markup:
    text = escape(fragment.text)
    return opening + text + _CLOSE if fragment.mark and text else text
