"""``explain``: why a publication is, or is not, found by a search.

One decision: it tells what the staff's page tells, in the same words; a publication that is not a
match is an answer and no error, only one that does not exist is.
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from corpus.errors import NotFound
from indexer.explanation import Explanation, ScorePart, WordExplained
from search_app.commands.search import facet_options, parameters, refuse_unknown, require_index
from search_app.console import Console
from search_app.explained import Explained, explained, find_document
from search_app.invocation import Invocation, common_options, pass_invocation
from search_app.overview import Overview
from search_app.presenter import Presenter
from search_app.state import SearchState
from search_app.texts import load_texts


@click.command(
    "explain",
    short_help="Say why a publication is found, or not.",
    epilog="Example: julkaisuhaku explain k3v7q2mzab “metsäbiotalous -turve”",
)
@click.argument("document_id", metavar="DOCUMENT_ID")
@click.argument("query", metavar="QUERY")
@facet_options
@click.option("--no-compounds", is_flag=True, help="Whole words only, no parts of compounds.")
@click.option("--no-synonyms", is_flag=True, help="No other names of concepts.")
@common_options
@pass_invocation
def explain(
    invocation: Invocation, /, document_id: str, query: str, **options: bool | tuple[str, ...]
) -> int:
    """Say what a search for QUERY makes of a publication: where its words stand, in which forms.

    DOCUMENT_ID is its id or its address. The parts of the score are told, and of a publication
    that is not found, why not.
    """
    console, assembly = invocation.console, invocation.assembly()
    require_index(assembly, console)
    args = parameters(query, dict(options))
    overview = Overview(assembly.searcher, assembly.vocabulary)
    state = SearchState.from_args(args, is_known=overview.is_known)
    refuse_unknown(args, state)
    found = find_document(assembly.catalogue, document_id)
    told = assembly.explainer.explain(found, state.to_request(assembly.settings.query_budget_s))
    if told.document is None:
        raise NotFound(f"There is no publication {document_id!r}.", subject=document_id)
    if console.is_json:
        console.record(explanation_object(told))
    else:
        show = Presenter(load_texts()["en"], assembly.vocabulary)
        _tell(told, explained(show, told), console)
    return 0


def explanation_object(told: Explanation) -> dict[str, object]:
    """Return an explanation as an object for programs."""
    return {
        "id": told.document_id,
        "title": told.document.title if told.document else "",
        "query": told.query,
        "searched": told.searched or told.query,
        "generation": told.generation,
        "verdict": told.verdict.value,
        "tier": told.tier.value if told.tier else None,
        "rank": told.rank,
        "total": told.total,
        "score": round(told.score, 4),
        "near_score": round(told.near_score, 4),
        "parts": _parts(told.parts),
        "words": [_word(word) for word in told.words],
        "why_not": [
            {"code": why.obstacle.value, "about": why.about, "note": why.note}
            for why in told.why_not
        ],
    }


def _parts(parts: Sequence[ScorePart]) -> list[dict[str, object]]:
    return [
        {
            "field": part.field,
            "term": part.term,
            "weight": part.weight,
            "score": round(part.score, 4),
            "tier": part.tier.value if part.tier else None,
        }
        for part in parts
    ]


def _word(word: WordExplained) -> dict[str, object]:
    return {
        "text": word.text,
        "tier": word.tier.value if word.tier else None,
        "required": word.is_required,
        "excluded": word.is_excluded,
        "concept": word.concept or None,
        "name": word.name or None,
        "terms": _parts(word.terms),
        "places": [
            {
                "place": seen.place.value,
                "page": seen.number,
                "forms": [
                    {
                        "text": form.text,
                        "tier": form.tier.value,
                        "count": form.count,
                        "apart": form.apart or None,
                    }
                    for form in seen.forms
                ],
            }
            for seen in word.sightings
        ],
        "pages_total": word.pages_total,
        "inner": [_word(inner) for inner in word.inner],
    }


def _tell(told: Explanation, shown: Explained, console: Console) -> None:
    title = told.document.title if told.document else ""
    console.result(f"{title or told.document_id}  {told.document_id}")
    console.result(shown.verdict)
    for sentence in (*shown.obstacles, *shown.facts):
        console.result(f"  {sentence}")
    for word in shown.words:
        indent = "    " if word.is_inner else "  "
        notes = f" ({'; '.join(word.notes)})" if word.notes else ""
        console.result(f"{indent}{word.text}: {word.found_as}{notes}")
        for place in word.places:
            console.result(f"{indent}    {place.place}: {place.forms}")
    if shown.parts:
        console.result("Score:")
        for part in shown.parts:
            console.result(f"{part.score:>8}  {part.field}  {part.term}  × {part.weight}")
        console.result(f"{shown.score:>8}  in all")
