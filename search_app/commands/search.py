"""``search``: a search from the command line, answered as the website answers it.

One decision: the options become the parameters of the site's own address, so that `search --json`
and the HTTP API print the same object for the same search. A value nobody knows is an error here,
where no page can show a notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar

import click
from werkzeug.datastructures import MultiDict

from corpus.errors import CorruptIndex, NotFound, UnknownValue
from indexer.results import Fragment, Hit, Results, Sort
from search_app.api import search_object
from search_app.assembly import Assembly
from search_app.console import Console, counted
from search_app.invocation import Invocation, common_options, pass_invocation
from search_app.site import view_in
from search_app.state import MAX_SIZE, PARAMETERS, SearchState

Function = TypeVar("Function", bound=Callable[..., object])

_YEARS: Final = click.IntRange(1000, 2999)


def facet_options(function: Function) -> Function:
    """Let the command take an option for each facet that is chosen by id."""
    for name in reversed(PARAMETERS):
        text = f"Only publications of this {name}; may be repeated."
        function = click.option(f"--{name}", multiple=True, metavar="ID", help=text)(function)
    return function


@click.command(
    "search",
    short_help="Search the publications.",
    epilog="Example: julkaisuhaku search “metsäbiotalous -turve” --region kainuu",
)
@click.argument("query", metavar="QUERY")
@facet_options
@click.option("--from", "year_from", type=_YEARS, metavar="YEAR", help="From this year on.")
@click.option("--to", "year_to", type=_YEARS, metavar="YEAR", help="Up to this year.")
@click.option("--sort", type=click.Choice([sort.value for sort in Sort]), help="The order.")
@click.option("--page", type=click.IntRange(1), default=1, help="Which page of the hits.")
@click.option("--size", type=click.IntRange(1, MAX_SIZE), default=10, help="Hits on a page.")
@click.option("--no-compounds", is_flag=True, help="Whole words only, no parts of compounds.")
@click.option("--no-related", is_flag=True, help="Matches only.")
@click.option(
    "--ui", type=click.Choice(("fi", "sv", "en")), default="fi", help="The language of labels."
)
@common_options
@pass_invocation
def search(
    invocation: Invocation, /, query: str, ui: str, **options: int | str | bool | tuple[str, ...]
) -> int:
    """Search for QUERY: words, "a phrase", -not, OR, (groups), prefix*, field:value.

    With --json the answer is the object of the HTTP API.
    """
    console, assembly = invocation.console, invocation.assembly()
    require_index(assembly, console)
    app = assembly.app
    with app.app_context():
        view = view_in(ui)
        args = parameters(query, options)
        state = SearchState.from_args(args, is_known=view.site.overview.is_known)
        refuse_unknown(args, state)
        results = assembly.searcher.search(state.to_request(assembly.settings.query_budget_s))
        if console.is_json:
            console.record(search_object(view, state, results))
        else:
            _tell(results, console)
    return 0


def require_index(assembly: Assembly, console: Console) -> None:
    """Refuse to answer without an index; tell when an older one answers for a damaged one."""
    generation, problem = assembly.searcher.generation(), assembly.searcher.reader.problem
    if not generation:
        if problem:
            raise CorruptIndex(f"The index is damaged: {problem}. Run: julkaisuhaku check")
        raise NotFound("There is no index yet. Run: julkaisuhaku index")
    if problem:
        console.say(f"NOTE: generation {generation} answers, because {problem}.")


def parameters(
    query: str, options: Mapping[str, int | str | bool | tuple[str, ...]]
) -> MultiDict[str, str]:
    """Return the options as the parameters of an address."""
    args: MultiDict[str, str] = MultiDict([("q", query)])
    names = {"year_from": "from", "year_to": "to"}
    for name, value in options.items():
        if isinstance(value, tuple):
            args.setlist(name, list(value))
        elif name in ("no_compounds", "no_related", "no_synonyms"):
            if value:
                args[name.removeprefix("no_")] = "off"
        elif value is not None:
            args[names.get(name, name)] = str(value)
    return args


def refuse_unknown(args: MultiDict[str, str], state: SearchState) -> None:
    """Refuse values of facets that nobody knows."""
    for name in PARAMETERS:
        for value in args.getlist(name):
            if value not in state.values(name):
                raise UnknownValue(f"--{name}: there is no {name} {value!r}.", subject=value)


def _tell(results: Results, console: Console) -> None:
    first = (results.request.page - 1) * results.request.size
    if results.relaxed is not None:
        console.result(f"Nothing holds all of it; instead: {results.relaxed.query}")
    console.result(f"{counted(results.total, 'publication')} ({results.took_ms:.0f} ms)")
    for place, hit in enumerate(results.hits, first + 1):
        _tell_hit(f"{place}.", hit, console)
    if results.related:
        console.result("Related:")
        for hit in results.related:
            _tell_hit(" -", hit, console)


def _tell_hit(place: str, hit: Hit, console: Console) -> None:
    document = hit.document
    about = ", ".join(filter(None, (str(document.year or ""), document.type, hit.tier.value)))
    console.result(f"{place:>3} {_marked(hit.title) or document.id}  ({about})  {document.id}")
    if hit.why:
        console.result(f"    {'; '.join(hit.why)}")
    for page in hit.pages[:1]:
        if page.snippet:
            console.result(f"    p. {page.number}: {_marked(page.snippet)}")


def _marked(fragments: Iterable[Fragment]) -> str:
    """Return the text in one line; on a terminal what matched stands out."""
    shown = "".join(
        click.style(fragment.text, bold=True) if fragment.mark else fragment.text
        for fragment in fragments
    )
    return " ".join(shown.split())
