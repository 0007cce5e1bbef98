"""Bad input at the command line: a message that names the thing, its exit code, the rest done."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from search_app.cli import LOG_NAME
from tests.search_app.command_line import CommandLine

TEXT = "Fotoniikan osaaminen kasvaa Joensuussa, ja siitä kertoo tämä selvitys laajasti."


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Return a command line on a data directory of its own."""
    return CommandLine(tmp_path / "var", capsys)


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """Return a folder with one good file."""
    folder = tmp_path / "batch"
    folder.mkdir()
    (folder / "good.txt").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("broken.pdf", b"%PDF-1.7\nthis is no pdf\n", "damaged"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(100), "image/png"),
        ("program.pdf", b"\x7fELF" + bytes(200), "x-executable"),
        ("empty.pdf", b"", "empty"),
    ],
    ids=["unreadable-pdf", "wrong-type", "wrong-type-in-disguise", "empty"],
)
def test_bad_file_is_named_and_the_rest_is_added(
    cli: CommandLine, batch: Path, name: str, content: bytes, reason: str
) -> None:
    (batch / name).write_bytes(content)
    answer = cli("add", batch)
    assert answer.status == 65
    assert str(batch / name) in answer.err
    assert reason in answer.err
    assert "Traceback" not in answer.err
    assert cli.found("fotoniikka") != []


def test_missing_file_is_named_and_the_rest_is_added(cli: CommandLine, batch: Path) -> None:
    answer = cli("add", batch / "missing.pdf", batch / "good.txt")
    assert answer.status == 66
    assert "missing.pdf: there is no such file" in answer.err
    assert cli.found("fotoniikka") != []


def test_several_kinds_of_failure_exit_65(cli: CommandLine, batch: Path) -> None:
    (batch / "empty.txt").write_bytes(b"")
    answer = cli("add", batch / "missing.pdf", batch)
    assert answer.status == 65


def test_failures_are_listed_for_a_machine(cli: CommandLine, batch: Path) -> None:
    (batch / "empty.txt").write_bytes(b"")
    content = cli("add", batch, "--json").json()
    documents, failed = content["documents"], content["failed"]
    assert isinstance(documents, list)
    assert isinstance(failed, list)
    assert [document["status"] for document in documents] == ["ok"]
    assert [item["name"] for item in failed] == [str(batch / "empty.txt")]


def test_file_over_the_limit_is_refused(
    tmp_path: Path, batch: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli = CommandLine(tmp_path / "var", capsys, JULKAISUHAKU_MAX_ORIGINAL_BYTES="50")
    answer = cli("add", batch)
    assert answer.status == 65
    assert "max_original_bytes" in answer.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "x.txt", "--sector", "nonsense"),
        ("add", "x.txt", "--year", "soon"),
        ("search", "x", "--theme", "nonsense"),
    ],
    ids=["sector", "year", "theme"],
)
def test_unknown_value_is_named(cli: CommandLine, batch: Path, arguments: tuple[str, ...]) -> None:
    cli("add", batch)
    answer = cli(*arguments)
    assert answer.status == 64
    assert arguments[-1] in answer.err


def test_unknown_source_is_named(cli: CommandLine) -> None:
    answer = cli("crawl", "nowhere")
    assert answer.status == 64
    assert "nowhere" in answer.err


def test_unknown_configuration_key_is_named(cli: CommandLine, tmp_path: Path) -> None:
    config = tmp_path / "wrong.toml"
    config.write_text('engien = "tantivy"\n', encoding="utf-8")
    answer = cli("--config", config, "status")
    assert answer.status == 78
    assert "engien" in answer.err
    assert str(config) in answer.err


def test_unknown_variable_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli = CommandLine(tmp_path, capsys, JULKAISUHAKU_ENGIEN="tantivy")
    answer = cli("status")
    assert answer.status == 78
    assert "JULKAISUHAKU_ENGIEN" in answer.err


def test_port_in_use_is_named(cli: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        answer = cli("serve", "--host", "127.0.0.1", "--port", port)
    assert answer.status == 69
    assert f"127.0.0.1:{port}" in answer.err


@pytest.mark.parametrize("command", [("status",), ("index",), ("search", "x")], ids=lambda c: c[0])
def test_data_directory_that_cannot_be_made_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    # A file in its place, because the superuser of a container may write into any folder.
    (tmp_path / "var").write_text("in the way", encoding="utf-8")
    cli = CommandLine(tmp_path / "var" / "data", capsys)
    answer = cli(*command)
    assert answer.status == 74
    assert str(tmp_path / "var") in answer.err
    assert "Traceback" not in answer.err


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@pytest.mark.slow  # the crawler waits before it asks again
def test_unreachable_site_is_named_by_crawl(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli = CommandLine(tmp_path, capsys, JULKAISUHAKU_DELAY_S="0")
    url = f"http://127.0.0.1:{_closed_port()}/"
    answer = cli("crawl", url, "--allow-private")
    assert answer.status == 69
    assert url in answer.err
    assert "Traceback" not in answer.err


def test_unreachable_site_is_named_by_add(cli: CommandLine, batch: Path) -> None:
    url = f"http://127.0.0.1:{_closed_port()}/report.pdf"
    answer = cli("add", url, "--allow-private")
    assert answer.status == 69
    assert url in answer.err
    assert cli("add", url, batch, "--allow-private").status == 69
    assert cli.found("fotoniikka") != []


def test_private_address_is_refused_without_the_option(cli: CommandLine) -> None:
    answer = cli("add", f"http://127.0.0.1:{_closed_port()}/report.pdf")
    assert answer.status == 65
    assert "127.0.0.1" in answer.err


def test_search_without_an_index_says_what_to_run(cli: CommandLine) -> None:
    answer = cli("search", "fotoniikka")
    assert answer.status == 66
    assert "julkaisuhaku index" in answer.err


def test_rollback_without_an_index_is_an_error(cli: CommandLine) -> None:
    assert cli("rollback").status == 66


def test_unknown_document_changes_nothing(cli: CommandLine, batch: Path) -> None:
    documents = cli("add", batch, "--json").json()["documents"]
    assert isinstance(documents, list)
    answer = cli("withdraw", documents[0]["id"], "unknown-id", "--reason", "test")
    assert answer.status == 66
    assert "unknown-id" in answer.err
    assert cli.found("fotoniikka") != []


def test_unforeseen_error_is_one_line_and_its_traceback_is_kept(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "search_app.commands.status", None)
    cli.data.mkdir()
    answer = cli("status")
    assert answer.status == 70
    assert len(answer.err.splitlines()) == 1
    assert LOG_NAME in answer.err
    assert "Traceback" in (cli.data / LOG_NAME).read_text(encoding="utf-8")


def test_damaged_catalogue_is_named(cli: CommandLine, batch: Path) -> None:
    cli("add", batch)
    path = cli.data / "catalogue.sqlite3"
    path.write_bytes(b"no database" * 1000)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    answer = cli("status")
    assert answer.status == 74
    assert "catalogue.sqlite3" in answer.err
