"""Settings: one file, the environment over it, and no key that nobody knows."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from corpus.errors import InvalidSettings, StorageError
from corpus.settings import OTHER_VARIABLES, SETTINGS, Settings, settings_table

ROOT = Path(__file__).resolve().parents[2]


def configured(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "julkaisuhaku.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_hold_without_file_and_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.load(None, None, {})
    assert settings == Settings()
    assert settings.catalogue_path == Path("var/catalogue.sqlite3")


def test_file_in_the_working_folder_is_read_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(tmp_path, 'engine = "whoosh"\ntrusted_hosts = ["haku.example"]\n')
    monkeypatch.chdir(tmp_path)
    settings = Settings.load(None, None, {})
    assert settings.engine == "whoosh"
    assert settings.trusted_hosts == ("haku.example",)


def test_option_wins_over_environment_and_environment_over_file(tmp_path: Path) -> None:
    path = configured(tmp_path, 'data = "d"\nport = 1\ndelay_s = 2\n')
    environ = {"JULKAISUHAKU_PORT": "2", "JULKAISUHAKU_DATA": "/from/environment"}
    settings = Settings.load(path, None, environ)
    assert (settings.port, settings.delay_s) == (2, 2.0)
    assert settings.data == Path("/from/environment")
    assert Settings.load(path, Path("/option"), environ).data == Path("/option")


def test_folder_in_a_file_is_meant_from_where_the_file_stands(tmp_path: Path) -> None:
    path = configured(tmp_path, 'data = "stock"\n')
    assert Settings.load(path, None, {}).data == tmp_path / "stock"


def test_configuration_may_be_named_by_the_environment(tmp_path: Path) -> None:
    path = configured(tmp_path, "port = 9\n")
    assert Settings.load(None, None, {"JULKAISUHAKU_CONFIG": str(path)}).port == 9


def test_unknown_key_is_refused_with_its_name_and_file(tmp_path: Path) -> None:
    path = configured(tmp_path, "prot = 8000\n")
    with pytest.raises(InvalidSettings) as caught:
        Settings.load(path, None, {})
    assert "prot" in caught.value.message
    assert str(path) in caught.value.message


def test_unknown_variable_is_refused_with_its_name() -> None:
    with pytest.raises(InvalidSettings, match="JULKAISUHAKU_PROT"):
        Settings.load(None, None, {"JULKAISUHAKU_PROT": "1"})


def test_variables_of_others_are_none_of_ours() -> None:
    environ = {"HOME": "/", **dict.fromkeys(OTHER_VARIABLES, "")}
    assert Settings.load(None, None, environ).port == 8000


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("JULKAISUHAKU_PORT", "eight"),
        ("JULKAISUHAKU_PORT", "-1"),
        ("JULKAISUHAKU_DELAY_S", "nan"),
        ("JULKAISUHAKU_ENGINE", "lucene"),
        ("JULKAISUHAKU_DATA", " "),
    ],
)
def test_wrong_value_in_the_environment_is_refused(variable: str, text: str) -> None:
    with pytest.raises(InvalidSettings, match=variable):
        Settings.load(None, None, {variable: text})


@pytest.mark.parametrize(
    "line",
    ['port = "8000"', "port = true", "port = 1.5", "host = 1", 'languages = "fi"', "delay_s = []"],
)
def test_wrong_kind_in_a_file_is_refused_with_its_key(tmp_path: Path, line: str) -> None:
    with pytest.raises(InvalidSettings, match=line.split(" ", 1)[0]):
        Settings.load(configured(tmp_path, line), None, {})


def test_file_that_is_missing_or_broken_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match=r"absent\.toml"):
        Settings.load(tmp_path / "absent.toml", None, {})
    with pytest.raises(InvalidSettings, match="not valid TOML"):
        Settings.load(configured(tmp_path, "port ="), None, {})


def test_every_setting_is_documented() -> None:
    for setting in SETTINGS:
        assert setting.description.endswith("."), setting.name
        assert f"`{setting.name}`" in settings_table()


def test_reference_of_settings_is_up_to_date() -> None:
    written = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert written == settings_table(), "write corpus.settings.settings_table() to docs/settings.md"


def test_preparing_creates_folders_and_copies_once(tmp_path: Path) -> None:
    lexicon = tmp_path / "lexicon.tsv"
    lexicon.write_text("sana\tkala\n", encoding="utf-8")
    settings = Settings(data=tmp_path / "var")
    settings.prepare(lexicon=lexicon)
    assert settings.originals_dir.is_dir()
    assert settings.inbox_dir.is_dir()
    assert (settings.config_dir / "lexicon.tsv").read_text(encoding="utf-8") == "sana\tkala\n"
    vocabulary = settings.config_dir / "vocabulary.toml"
    vocabulary.write_text("edited", encoding="utf-8")
    settings.prepare(lexicon=lexicon)
    assert vocabulary.read_text(encoding="utf-8") == "edited"
    assert sorted(path.name for path in settings.config_dir.iterdir()) == [
        "accessibility.toml",
        "lexicon.tsv",
        "sources.toml",
        "vocabulary.toml",
    ]


def test_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(StorageError, match=str(blocker)):
        Settings(data=blocker / "var").prepare()


def test_secret_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "var")
    key = settings.secret_key()
    assert len(key) == 32
    assert settings.secret_key() == key
    assert Settings(data=tmp_path / "other").secret_key() != key
    path = settings.data / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    settings.secret_key()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_cut_secret_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_bytes(b"short")
    with pytest.raises(InvalidSettings, match="secret_key"):
        Settings(data=tmp_path).secret_key()


def test_site_name_falls_back_to_finnish() -> None:
    settings = Settings(site_name_fi="Haku", site_name_sv="")
    assert settings.site_name("sv") == "Haku"
    assert settings.site_name("en") == "Publication search"
