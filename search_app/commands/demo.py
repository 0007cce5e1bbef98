"""``demo``: the whole product on the sample collection, in one command.

One decision: it keeps its data beside the installation's (``demo`` or ``demo-check`` below the
data directory), so that trying it out never mixes with anything real.
"""

from __future__ import annotations

from dataclasses import replace

import click

from search_app.assembly import Assembly
from search_app.demonstration import HOST, STAFF, check, gather, sample_site, staff_login
from search_app.invocation import Invocation, common_options, pass_invocation

_FAILED = 1


@click.command(
    "demo",
    short_help="Try everything on the sample collection.",
    epilog="Example: ./run demo --check",
)
@click.option("--check", "is_check", is_flag=True, help="Make a few searches, print them, exit.")
@common_options
@pass_invocation
def demo(invocation: Invocation, *, is_check: bool) -> int:
    """Serve the sample site on this machine, crawl it, index it and serve the search.

    With --check free ports are taken, a few searches are made over HTTP and the command ends.
    """
    console = invocation.console
    settings = invocation.settings
    data = settings.data / ("demo-check" if is_check else "demo")
    with (
        sample_site(data) as url,
        Assembly(replace(settings, data=data), command="demo") as assembly,
    ):
        assembly.prepare()
        console.say(f"The sample site is served at {url}")
        console.say(f"Finnish is analysed by the backend “{assembly.backend}”.")
        if assembly.backend != "native":
            console.say("NOTE: native Voikko is not used (Debian: libvoikko1 and voikko-fi).")
        report = gather(assembly, console, url)
        console.say(
            f"Crawled: {report.new} new, {report.changed} changed, {report.unchanged} unchanged."
        )
        if is_check:
            return _check(invocation, assembly)
        return _serve(invocation, assembly)


def _check(invocation: Invocation, assembly: Assembly) -> int:
    console = invocation.console
    assembly.close()
    status = 0
    for search, answer in check(assembly.settings.data):
        total, hits = answer.get("total"), answer.get("hits")
        first = hits[0]["title"] if isinstance(hits, list) and hits else ""
        if console.is_json:
            console.record({"params": dict(search.params), "total": total, "first": first})
        else:
            asked = " ".join(search.params.values())
            console.result(f"{asked} ({search.shows}): {total} publications, first: {first}")
        if not first:
            status = _FAILED
    console.say("The demo works." if status == 0 else "The demo failed: a search found nothing.")
    return status


def _serve(invocation: Invocation, assembly: Assembly) -> int:
    # Flask and waitress are loaded by the commands that serve, and by no other.
    from search_app.server import serve  # noqa: PLC0415

    port = invocation.settings.port
    app = assembly.app
    assembly.searcher.start()
    site, password = f"http://{HOST}:{port}", staff_login(assembly)
    invocation.console.say(f"Search: {site}/fi/   (stop with Ctrl-C)")
    invocation.console.say(f"Staff:  {site}/staff/   name: {STAFF}   password: {password}")
    serve(app, HOST, port)
    return 0
