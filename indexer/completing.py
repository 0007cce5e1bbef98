"""What a visitor may be typing, by kind: searches, topics of the vocabulary, publications.

One decision: the three kinds stay apart, since each leads somewhere else: a search to its results,
a topic to everything about it, a title to its publication.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from corpus import Catalogue, Document
from indexer.compiler import Level, QueryCompiler
from indexer.neighbours import folded
from indexer.query import MIN_PREFIX_CHARACTERS, And, InField, Node, Prefix, Word
from indexer.reader import OpenGeneration
from indexer.results import Completions, Tier
from indexer.suggesting import MIN_CHARACTERS, Suggester, typed_text

_FORMS: Final = 3  # words looked at for each one offered: most are forms of one another
_MAX_WORDS: Final = 8  # of a title, that are looked for
_SPARE: Final = 8  # for titles that stand twice, and for what was withdrawn since


def completions(
    text: str,
    limit: int,
    *,
    suggester: Suggester,
    generation: OpenGeneration,
    compiler: QueryCompiler,
    catalogue: Catalogue,
) -> Completions:
    """Return at most ``limit`` of each kind that continue ``text``."""
    typed = typed_text(text)
    if len(typed) < MIN_CHARACTERS:
        return Completions()
    query = _title_query(typed)
    ids: list[str] = []
    if query is not None:
        match = compiler.match(query, Level(Tier.INFLECTED))
        found = generation.publications.search(match, limit=limit + _SPARE).hits
        ids = [hit.id for hit in found]
    titles: dict[str, Document] = {}
    for document in catalogue.documents(ids).values():
        if document.is_searchable:
            titles.setdefault(folded(document.title), document)
    return Completions(
        searches=_one_form_each(typed, suggester.words(typed, limit * _FORMS), compiler)[:limit],
        topics=suggester.topics(typed, limit),
        publications=tuple(titles.values())[:limit],
    )


def _one_form_each(typed: str, searches: Sequence[str], compiler: QueryCompiler) -> tuple[str, ...]:
    """Return one search for all forms of its last word: the basic form where it is there.

    Any of the forms finds the same publications, so the others only take room.
    """
    typed_word = typed.rpartition(" ")[2]
    groups: list[tuple[set[str], str]] = []
    for search in searches:
        last = search.rpartition(" ")[2]
        terms = {term for word in compiler.read(last) for term in word.full}
        group = next((g for g in groups if g[0] & terms), None)
        if group is None:
            groups.append((terms, search))
            continue
        is_basic = last in group[0] & terms
        groups[groups.index(group)] = (group[0] & terms, search if is_basic else group[1])
    return tuple(typed if typed_word in terms else search for terms, search in groups)


def _title_query(typed: str) -> Node | None:
    """Return the query for titles that hold the words typed, the last one being a beginning.

    A beginning that is too short to be looked up is not asked for yet.
    """
    words = "".join(c if c.isalnum() else " " for c in typed).split()[:_MAX_WORDS]
    titled: list[Node] = [InField("title", Word(word)) for word in words[:-1]]
    if words and len(words[-1]) >= MIN_PREFIX_CHARACTERS:
        titled.append(InField("title", Prefix(words[-1])))
    return And(tuple(titled)) if titled else None
