"""``serve``: the website, until it is told to stop.

One decision: the server runs in this process and takes nothing over from an earlier one, so a
restart after kill -9 needs no step by hand; readiness is for ``/readyz`` to say.
"""

from __future__ import annotations

import click

from search_app.invocation import Invocation, common_options, pass_invocation

_MAX_PORT = 65_535


@click.command(
    "serve",
    short_help="Serve the website.",
    epilog="Example: julkaisuhaku serve --host 0.0.0.0 --port 8080",
)
@click.option("--host", metavar="H", help="The address to listen on (else the setting host).")
@click.option(
    "--port",
    type=click.IntRange(0, _MAX_PORT),
    metavar="P",
    help="The port to listen on, 0 for a free one (else the setting port).",
)
@common_options
@pass_invocation
def serve(invocation: Invocation, host: str | None, port: int | None) -> int:
    """Serve the search in Finnish, Swedish and English until SIGTERM or Ctrl-C.

    The address is printed once requests are taken. `/readyz` says whether the index answers.
    """
    # Flask and waitress are loaded by the commands that serve, and by no other.
    from search_app.server import serve as run_server  # noqa: PLC0415

    console, assembly = invocation.console, invocation.assembly()
    settings = assembly.settings
    app = assembly.app
    assembly.searcher.start()
    if assembly.pictures is not None:
        assembly.pictures.start()
    if problem := assembly.pipeline.mismatch():
        console.say(f"NOTE: {problem}; `julkaisuhaku reindex` mends that.")
    if assembly.backend != "native":
        console.say(f"NOTE: Finnish is analysed by “{assembly.backend}”, without native Voikko.")
    run_server(app, host or settings.host, settings.port if port is None else port)
    return 0
