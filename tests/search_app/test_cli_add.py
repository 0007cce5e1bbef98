"""Adding by hand: files, folders, addresses, tables, drafts, trying out."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import Catalogue, Origin, OriginalStore
from corpus.sample import SampleServer
from tests.search_app.command_line import CommandLine

pytestmark = pytest.mark.slow  # each call starts the program anew, as a shell does
TEXT = "Fotoniikan osaaminen kasvaa Joensuussa. Selvitys kertoo alueen yrityksistä laajasti."


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Return a command line on a data directory of its own."""
    return CommandLine(tmp_path / "var", capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two files at two depths, and what is no publication."""
    root = tmp_path / "files"
    (root / "2019" / "deep").mkdir(parents=True)
    (root / "one.txt").write_text(TEXT, encoding="utf-8")
    (root / "2019" / "deep" / "two.txt").write_text(
        "Metsäbiotalouden katsaus Kainuusta, jossa kerrotaan uusista tuotteista.", encoding="utf-8"
    )
    (root / ".hidden").write_text("not seen", encoding="utf-8")
    (root / "one.txt~").write_text("a copy an editor left", encoding="utf-8")
    return root


def _only(cli: CommandLine, *arguments: str | Path) -> dict[str, object]:
    """Add one thing and return what is told of it."""
    answer = cli("add", "--json", *arguments)
    assert answer.status == 0, answer.err
    documents = answer.json()["documents"]
    assert isinstance(documents, list)
    assert len(documents) == 1
    only = documents[0]
    assert isinstance(only, dict)
    return only


def test_folder_is_added_with_everything_below_it(cli: CommandLine, folder: Path) -> None:
    answer = cli("add", folder)
    assert answer.status == 0
    assert len(answer.out.splitlines()) == 2
    assert len(cli.found("metsäbiotalous")) == 1


def test_original_is_kept_under_its_checksum(cli: CommandLine, folder: Path) -> None:
    added = _only(cli, folder / "one.txt")
    with Catalogue(cli.data / "catalogue.sqlite3") as catalogue:
        original = catalogue.document(str(added["id"])).original
    assert original is not None
    assert OriginalStore(cli.data / "originals").read(original.sha256) == TEXT.encode()
    assert original.filename == "one.txt"


def test_same_bytes_again_are_the_same_document(cli: CommandLine, folder: Path) -> None:
    first = _only(cli, folder / "one.txt")
    again = _only(cli, folder / "one.txt")
    assert (again["id"], again["change"]) == (first["id"], "unchanged")


def test_options_are_given_values_that_win(cli: CommandLine, folder: Path) -> None:
    options = ("--title", "Oma otsikko", "--year", "2019", "--sector", "fotoniikka")
    added = _only(
        cli, folder / "one.txt", *options, "--author", "Aalto, A.", "--author", "Berg, B."
    )
    with Catalogue(cli.data / "catalogue.sqlite3") as catalogue:
        document = catalogue.document(str(added["id"]))
        origins = {v.origin for v in catalogue.values(document.id) if v.name == "sectors"}
    assert document.title == "Oma otsikko"
    assert document.year == 2019
    assert document.authors == ("Aalto, A.", "Berg, B.")
    assert document.sectors == ("fotoniikka",)
    assert Origin.GIVEN in origins
    assert cli.found("otsikko", "--sector", "fotoniikka") == ["Oma otsikko"]


def test_sectors_are_suggested_where_none_are_given(cli: CommandLine, folder: Path) -> None:
    added = _only(cli, folder / "one.txt")
    with Catalogue(cli.data / "catalogue.sqlite3") as catalogue:
        assert catalogue.document(str(added["id"])).sectors == ("fotoniikka",)


def test_draft_is_found_after_it_is_published(cli: CommandLine, folder: Path) -> None:
    added = _only(cli, folder / "one.txt", "--draft")
    assert cli.found("fotoniikka") == []
    assert cli("publish", str(added["id"])).status == 0
    assert len(cli.found("fotoniikka")) == 1


def test_withdrawn_document_stays_hidden_when_added_again(cli: CommandLine, folder: Path) -> None:
    added = _only(cli, folder / "one.txt")
    assert cli("withdraw", str(added["id"]), "--reason", "personal data").status == 0
    assert cli.found("fotoniikka") == []
    answer = cli("add", folder / "one.txt")
    assert answer.status == 0
    assert "withdrawn" in answer.err
    assert cli.found("fotoniikka") == []


def test_dry_run_shows_what_was_read_and_keeps_nothing(cli: CommandLine, folder: Path) -> None:
    answer = cli("add", "--dry-run", folder / "one.txt", "--year", "2020")
    assert answer.status == 0
    assert "fotoniikka" in answer.out
    assert "year: 2020" in answer.out
    status = cli("status", "--json").json()
    assert (status["documents"], status["generation"]) == (0, None)
    assert list(OriginalStore(cli.data / "originals").hashes()) == []


def test_table_gives_values_to_its_files(cli: CommandLine, folder: Path) -> None:
    table = folder / "table.csv"
    table.write_text(
        "\ufefffile;title;year;authors;regions\n"
        '2019/deep/two.txt;Katsaus;2021;"Aalto, A. | Berg, B.";kainuu|pohjois-savo\n',
        encoding="utf-8",
    )
    added = _only(cli, "--csv", table)
    with Catalogue(cli.data / "catalogue.sqlite3") as catalogue:
        document = catalogue.document(str(added["id"]))
    assert (document.title, document.year) == ("Katsaus", 2021)
    assert document.authors == ("Aalto, A.", "Berg, B.")
    assert document.regions == ("kainuu", "pohjois-savo")


def test_table_wins_over_options_and_a_file_counts_once(cli: CommandLine, folder: Path) -> None:
    table = folder.parent / "table.csv"
    table.write_text("file,title\nfiles/one.txt,From the table\n", encoding="utf-8")
    answer = cli("add", folder, "--csv", table, "--title", "From the option", "--json")
    documents = answer.json()["documents"]
    assert isinstance(documents, list)
    assert sorted(d["title"] for d in documents) == ["From the option", "From the table"]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("title\nX\n", "file"),
        ("file,titel\nx.txt,X\n", "titel"),
        ("file,year\nx.txt,soon\n", "line 2"),
        ("file,title\n,X\n", "line 2"),
        ("file,title\nx.txt,X,Y\n", "line 2"),
    ],
    ids=["no-file-column", "misspelt-column", "wrong-year", "no-file", "too-many-cells"],
)
def test_wrong_table_is_refused_with_its_place(
    cli: CommandLine, tmp_path: Path, content: str, named: str
) -> None:
    table = tmp_path / "table.csv"
    table.write_text(content, encoding="utf-8")
    answer = cli("add", "--csv", table)
    assert answer.status == 65
    assert named in answer.err
    assert str(table) in answer.err


def test_address_is_fetched_and_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "fotoniikka.txt").write_text(TEXT, encoding="utf-8")
    (site / "404.html").write_text("<p>not here", encoding="utf-8")
    cli = CommandLine(tmp_path / "var", capsys)
    with SampleServer(site) as server:
        url = f"{server.url}fotoniikka.txt"
        added = _only(cli, url, "--allow-private")
        missing = cli("add", f"{server.url}missing.txt", "--allow-private")
    with Catalogue(cli.data / "catalogue.sqlite3") as catalogue:
        assert [a.url for a in catalogue.addresses(str(added["id"]))] == [url]
    assert len(cli.found("fotoniikka")) == 1
    assert missing.status == 69
    assert "404" in missing.err
