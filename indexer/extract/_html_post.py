"""What a content management system itself marks in a page: the text of a post, and its day.

The decision behind it: themes differ in everything but the names WordPress made common
(``entry-content`` around the text, ``<time>`` with the day of publication), so where a page marks
its text once, that mark is believed before any guess: no guess tells "Posted … by …" from a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bs4 import BeautifulSoup
from bs4.element import Tag

from corpus.document import FieldValue
from indexer.extract._html_text import plain_text
from indexer.extract._imprint import dated_values

_MIN_SHARE: Final = 0.35  # of the page's text: what is outside is more than furniture otherwise
# Around a post whatever the theme: answers, terms, authors, buttons of file blocks.
AROUND_POST: Final = (
    "#comments, #respond, .comments-area, .comment-list, .comment-respond, .wp-block-comments,"
    " .wp-block-post-comments, .wp-block-file__button, .wp-block-post-terms,"
    " .wp-block-post-author, .entry-meta, .entry-footer, .post-navigation"
)
_DAYS: Final = (
    "time[itemprop=datePublished], time[pubdate], time.published, time.entry-date,"
    " time.dt-published, .wp-block-post-date time, .entry-meta time, .post-meta time"
)
_NOT_OF_THE_POST: Final = ("li", "aside", "nav")
_CONFIDENCE: Final = 0.55  # the day of the post, which may present an older publication


def post_text(soup: BeautifulSoup, whole: str) -> str:
    """Return heading and text of the only post that a page marks; empty where it marks none.

    ``whole`` is all the text that the page could mean.
    """
    marked = soup.select(".entry-content")
    if len(marked) != 1:
        return ""
    text = plain_text(str(marked[0]))
    if not text or len(text) < _MIN_SHARE * len(whole):
        return ""
    heading = soup.find("h1")
    if heading is None or any(parent is marked[0] for parent in heading.parents):
        return text
    return f"{plain_text(str(heading))}\n\n{text}"


def post_day(soup: BeautifulSoup, *, last_year: int) -> Iterator[FieldValue]:
    """Yield day and year of a post from the first ``<time>`` that is marked as its day."""
    for element in soup.select(_DAYS):
        day = element.get("datetime")
        if isinstance(day, str) and not _is_of_another(element):
            yield from dated_values(day[:10], "time", confidence=_CONFIDENCE, last_year=last_year)
            return


def _is_of_another(element: Tag) -> bool:
    """Whether a day belongs to an answer or an entry of a list."""
    return any(
        parent.name in _NOT_OF_THE_POST
        or (parent.name == "footer" and parent.find_parent("article") is None)
        or any("comment" in name for name in parent.get_attribute_list("class") if name)
        for parent in element.parents
    )
