"""From files and lines to answers, on both engines: add, import, index, search, the website."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from corpus import Settings
from indexer.generations import Generations
from search_app.assembly import Assembly
from tests.search_app.command_line import CommandLine

pytestmark = pytest.mark.slow  # each call starts the program anew, as a shell does
LINES = (
    {
        "id": "fotoniikka-2019",
        "title": "Fotoniikan tiekartta",
        "text": "Älykkäät ekosysteemit ja fotoniikka kasvavat Joensuussa.",
        "year": 2019,
        "sectors": ["fotoniikka"],
        "themes": ["digitaalisuus"],
        "regions": ["pohjois-karjala"],
        "shelf": "B 12",
    },
    {
        "id": "metsa-2021",
        "title": "Metsäbiotalouden katsaus",
        "pages": ["Ensimmäinen sivu.", "Toisella sivulla kerrotaan kuitupuusta ja ligniinistä."],
        "year": 2021,
        "sectors": ["metsabiotalous"],
        "regions": ["kainuu"],
    },
)


@pytest.fixture(params=["tantivy", "whoosh"])
def engine(request: pytest.FixtureRequest) -> str:
    """Return the name of each engine."""
    return str(request.param)


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], engine: str) -> CommandLine:
    """Return a command line whose settings choose the engine."""
    return CommandLine(tmp_path / "var", capsys, JULKAISUHAKU_ENGINE=engine)


@pytest.fixture
def filled(cli: CommandLine, tmp_path: Path) -> CommandLine:
    """Return a command line on two imported documents and one added file."""
    lines = tmp_path / "lines.jsonl"
    lines.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    report = tmp_path / "vesihuolto.txt"
    report.write_text("Vesihuollon kehittäminen Savossa: raportti hankkeesta.", encoding="utf-8")
    assert cli("import", lines).status == 0
    assert cli("index").status == 0
    assert cli("add", report).status == 0
    return cli


def test_imported_and_added_documents_are_found_by_inflected_words(
    filled: CommandLine, engine: str
) -> None:
    assert filled.found("tiekartalla fotoniikasta") == ["Fotoniikan tiekartta"]
    assert filled.found("kuitupuu ligniini") == ["Metsäbiotalouden katsaus"]
    assert len(filled.found("vesihuolto")) == 1
    status = filled("status", "--json").json()
    assert status["engine"] == engine
    assert (status["documents"], status["pages"], status["behind"]) == (3, 4, 0)


def test_command_line_and_website_give_the_same_object(filled: CommandLine) -> None:
    from_cli = filled("search", "fotoniikka", "--json", "--region", "pohjois-karjala").json()
    settings = Settings(
        data=filled.data, rate_limit="off", engine=filled.environ["JULKAISUHAKU_ENGINE"]
    )
    with Assembly(settings, command="test") as assembly:
        client = assembly.app.test_client()
        response = client.get("/api/v1/search?q=fotoniikka&region=pohjois-karjala")
        page = client.get("/fi/search?q=kuitupuu")
        ready = client.get("/readyz")
    from_web = response.get_json()
    from_cli.pop("took_ms")
    from_web.pop("took_ms")
    assert from_cli == from_web
    assert page.status_code == 200
    assert "Metsäbiotalouden katsaus" in page.get_data(as_text=True)
    assert ready.status_code == 200


def test_page_hit_names_the_page_that_holds_the_words(filled: CommandLine) -> None:
    hits = filled("search", "ligniini", "--json").json()["hits"]
    assert isinstance(hits, list)
    assert [page["number"] for page in hits[0]["pages"]] == [2]
    marked = [run["text"] for run in hits[0]["pages"][0]["snippet"] if run["mark"]]
    assert marked == ["ligniinistä"]


def test_unknown_key_of_a_line_is_kept_as_a_note(filled: CommandLine) -> None:
    with Assembly(Settings(data=filled.data), command="test") as assembly:
        assert assembly.catalogue.document("fotoniikka-2019").notes == {"shelf": "B 12"}


def test_withdrawn_document_leaves_the_answers(filled: CommandLine) -> None:
    answer = filled("withdraw", "metsa-2021", "--reason", "outdated", "--json")
    assert answer.json()["withdrawn"] == 1
    assert filled.found("ligniini") == []
    assert filled("publish", "metsa-2021").status == 0
    assert filled.found("ligniini") == ["Metsäbiotalouden katsaus"]


def test_rollback_tells_what_is_lacking_and_index_brings_it_back(filled: CommandLine) -> None:
    before = filled("rollback", "--json").json()
    assert before["lacking"] == 1
    assert filled.found("vesihuolto") == []
    assert filled("status", "--json").json()["behind"] == 1
    assert filled("index").status == 0
    assert len(filled.found("vesihuolto")) == 1


def test_reindex_can_change_the_engine_and_plan_changes_nothing(
    filled: CommandLine, engine: str
) -> None:
    other = {"tantivy": "whoosh", "whoosh": "tantivy"}[engine]
    before = filled("status", "--json").json()
    plan = filled("reindex", "--plan", "--engine", other)
    assert plan.status == 0
    assert other in plan.err
    assert filled("status", "--json").json() == before
    assert filled("reindex", "--engine", other, "--yes").status == 0
    assert filled("status", "--json").json()["engine"] == other
    assert filled.found("fotoniikka") == ["Fotoniikan tiekartta"]
    assert filled("rollback").status == 0
    assert filled("status", "--json").json()["engine"] == engine


def test_reindex_with_extract_keeps_what_was_given(filled: CommandLine) -> None:
    answer = filled("reindex", "--extract", "--yes")
    assert answer.status == 0
    assert "1 original read again" in answer.err
    assert len(filled.found("vesihuolto")) == 1


def test_check_finds_nothing_wrong(filled: CommandLine) -> None:
    answer = filled("check", "--json")
    assert answer.status == 0
    assert answer.json()["status"] == "sound"


def _damage(path: Path) -> None:
    """Change a byte in the middle of a file; the copy of the bytes is no longer a hard link."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.unlink()
    path.write_bytes(content)


def test_check_builds_a_damaged_index_anew(filled: CommandLine) -> None:
    generations = Generations(filled.data / "index")
    current = generations.current()
    assert current is not None
    files = [p for p in (generations.path(current) / "publications").rglob("*") if p.is_file()]
    _damage(max(files, key=lambda p: p.stat().st_size))
    answer = filled("check")
    assert answer.status == 1
    assert str(current) in answer.out
    assert filled("check").status == 0
    assert filled.found("fotoniikka") == ["Fotoniikan tiekartta"]


def test_check_names_a_damaged_original(filled: CommandLine) -> None:
    original = next(p for p in (filled.data / "originals").rglob("*") if p.is_file())
    _damage(original)
    answer = filled("check")
    assert answer.status == 65
    assert original.name in answer.out


def test_check_notices_a_document_that_the_index_lacks(filled: CommandLine) -> None:
    generations = Generations(filled.data / "index")
    current = generations.current()
    assert current is not None
    older = generations.names()[-2]
    manifest_path = generations.path(older) / "manifest.json"
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    manifest["watermark"] = generations.manifest(current).watermark
    manifest_path.write_text(json.dumps(manifest), encoding="utf-8")
    generations.switch(older)
    answer = filled("check")
    assert answer.status == 1
    assert "missing" in answer.out
    assert len(filled.found("vesihuolto")) == 1


def test_damaged_generation_is_told_and_the_one_before_answers(filled: CommandLine) -> None:
    generations = Generations(filled.data / "index")
    current = generations.current()
    assert current is not None
    shutil.rmtree(generations.path(current) / "pages")
    answer = filled("search", "fotoniikka", "--json")
    assert answer.status == 0
    assert "NOTE" in answer.err
    assert answer.json()["total"] == 1


def test_draft_import_is_not_found(cli: CommandLine, tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text(json.dumps(LINES[0]), encoding="utf-8")
    assert cli("import", lines, "--draft").status == 0
    assert cli("index").status == 0
    assert cli.found("fotoniikka") == []


def test_import_reports_bad_lines_and_takes_the_rest(cli: CommandLine, tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text(
        "\n".join([json.dumps(LINES[0]), "{broken", "", '{"title": "no id"}']), encoding="utf-8"
    )
    answer = cli("import", lines, "--json")
    assert answer.status == 65
    assert [bad["line"] for bad in answer.json()["bad"]] == [2, 4]  # type: ignore[attr-defined]
    assert f"{lines}, line 2" in answer.err
    assert cli("index").status == 0
    assert cli.found("fotoniikka") == ["Fotoniikan tiekartta"]
