"""The server: it says where it is, what stands in its way, and stops when it is told."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import textwrap
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask

from corpus.errors import ServerError
from search_app.server import serve

SITE = textwrap.dedent(
    """
    import time
    from flask import Flask
    from search_app.server import serve

    app = Flask("site")

    @app.get("/slow")
    def slow():
        print("answering", flush=True)
        time.sleep(0.7)
        return "done"

    @app.get("/")
    def root():
        return "here"

    serve(app, "127.0.0.1", 0, threads=2)
    print("stopped")
    """
)


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ServerError, match=f"127.0.0.1:{port}"):
            serve(Flask("site"), "127.0.0.1", port)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["term", "int"])
def test_a_signal_lets_running_requests_finish(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SITE],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        address = urlsplit(process.stderr.readline().strip())
        assert address.hostname is not None
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"here"
        connection.request("GET", "/slow")
        assert process.stdout is not None
        assert process.stdout.readline() == "answering\n"
        process.send_signal(number)
        assert connection.getresponse().read() == b"done"
        connection.close()
        output, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
    assert output == "stopped\n"


@pytest.mark.slow
def test_a_far_too_long_query_reaches_the_site() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SITE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        address = urlsplit(process.stderr.readline().strip())
        assert address.hostname is not None
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
        connection.request("GET", "/?q=" + quote("ä" * 100_000))
        assert connection.getresponse().status == 200
        connection.close()
        process.terminate()
        process.communicate(timeout=20)
