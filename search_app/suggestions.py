"""What a visitor may be typing, as the list below the search box shows it.

One decision: searches, topics and publications stand apart under their headings, since choosing
one does something else in each: it searches, shows a subject, or opens a publication.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from indexer.results import Completions, Topic
from search_app.overview import facet_of
from search_app.site import View

MOST: Final = 8
MIN_CHARACTERS: Final = 2
_TOPICS: Final = 3
_PUBLICATIONS: Final = 2


@dataclass(frozen=True, slots=True)
class CountedTopic:
    """A topic with the number of publications on it."""

    topic: Topic
    count: int


@dataclass(frozen=True, slots=True)
class Option:
    """A line of the list; without ``href`` its text is searched."""

    text: str
    note: str = ""
    href: str = ""
    lang: str = ""

    def to_json(self) -> dict[str, str]:
        """Return what the page's script needs, nothing that is empty."""
        pairs = (
            ("text", self.text),
            ("note", self.note),
            ("href", self.href),
            ("lang", self.lang),
        )
        return {name: value for name, value in pairs if value}


@dataclass(frozen=True, slots=True)
class Group:
    """Options of one kind (``searches``, ``topics``, ``publications``) under a heading."""

    kind: str
    options: tuple[Option, ...]


def complete(view: View, typed: str) -> tuple[Completions, tuple[CountedTopic, ...]]:
    """Return at most `MOST` completions in all; topics without a publication are left out."""
    if len(typed) < MIN_CHARACTERS:
        return Completions(), ()
    found = view.site.searcher.complete(typed, MOST)
    counted = [CountedTopic(topic, _count(view, topic)) for topic in found.topics]
    topics = tuple(topic for topic in counted if topic.count)[:_TOPICS]
    publications = found.publications[:_PUBLICATIONS]
    room = MOST - len(topics) - len(publications)
    return Completions(found.searches[:room], publications=publications), topics


def groups(view: View, typed: str) -> list[Group]:
    """Return the list below the search box; kinds that have nothing are left out."""
    found, topics = complete(view, typed)
    by_kind = (
        Group("searches", tuple(Option(text) for text in found.searches)),
        Group("topics", tuple(_topic(view, counted) for counted in topics)),
        Group(
            "publications",
            tuple(
                Option(
                    view.title(document),
                    note=str(document.year or ""),
                    href=view.links.document(document.id),
                    lang=document.language if document.language != view.language else "",
                )
                for document in found.publications
            ),
        ),
    )
    return [group for group in by_kind if group.options]


def _topic(view: View, counted: CountedTopic) -> Option:
    show, topic = view.show, counted.topic
    return Option(
        show.label(topic.facet, topic.id),
        note=f"{show.t(f'facet.{topic.facet}')} ({show.number(counted.count)})",
        href=view.links.value(topic.facet, topic.id),
    )


def _count(view: View, topic: Topic) -> int:
    values = facet_of(view.site.overview.results(), topic.facet).values
    return next((value.count for value in values if value.id == topic.id), 0)
