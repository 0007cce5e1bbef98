"""Sources: the shipped ones are sound, and one without a border is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import corpus
from corpus.document import FieldValue, Origin
from corpus.errors import InvalidInput, InvalidVocabulary, UnknownValue
from corpus.sources import Source, SourceKind, contains, find_source, load_sources
from corpus.vocabulary import Vocabulary

PACKAGE = Path(corpus.__file__).parent
SOUND = 'id = "a"\nstart = ["https://a.fi/x"]\nscope = ["https://a.fi/x"]\n'


def write(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(body, encoding="utf-8")
    return path


def test_shipped_sources_are_the_three_sites_and_the_sample() -> None:
    sources = load_sources(PACKAGE / "sources.toml")
    assert list(sources) == ["smec", "elmo", "eastnorth", "sample"]
    assert sources["smec"].start == ("https://www.pohjois-karjala.fi/smec",)
    assert [name for name, source in sources.items() if source.allow_private] == ["sample"]


def test_shipped_defaults_are_concepts_of_the_vocabulary() -> None:
    vocabulary = Vocabulary.load(PACKAGE / "vocabulary.toml")
    schemes = {"organisations": "organisation", "regions": "region", "programmes": "programme"}
    for source in load_sources(PACKAGE / "sources.toml").values():
        for value in source.default_values():
            if value.name in schemes:
                assert isinstance(value.value, tuple)
                for name in value.value:
                    assert vocabulary.concept(name).scheme == schemes[value.name]


def test_defaults_become_values_of_the_weakest_origin(tmp_path: Path) -> None:
    body = f'[[source]]\n{SOUND}[source.defaults]\norganisation = "o"\nregions = ["r"]\n'
    source = load_sources(write(tmp_path, body))["a"]
    assert source.default_values() == (
        FieldValue("organisations", ("o",), Origin.DEFAULT, source="a"),
        FieldValue("regions", ("r",), Origin.DEFAULT, source="a"),
    )


def test_sample_is_moved_to_where_it_is_served() -> None:
    sample = load_sources(PACKAGE / "sources.toml")["sample"]
    assert not sample.has_address
    moved = sample.with_address("http://127.0.0.1:8123/")
    assert moved.has_address
    assert moved.start == moved.scope == ("http://127.0.0.1:8123/",)
    assert moved.allow_private


def test_every_key_is_read(tmp_path: Path) -> None:
    more = (
        'files = ["https://a.fi/files"]\nallow_private = true\ndelay_s = 0.5\nmax_pages = 10\n'
        'max_depth = 2\nstrip = ["nav"]\nkeep = ["main"]\nschedule = "daily"\nkind = "oai-pmh"\n'
    )
    source = load_sources(write(tmp_path, f"[[source]]\n{SOUND}{more}"))["a"]
    assert source == Source(
        id="a",
        start=("https://a.fi/x",),
        scope=("https://a.fi/x",),
        files=("https://a.fi/files",),
        allow_private=True,
        delay_s=0.5,
        max_pages=10,
        max_depth=2,
        strip=("nav",),
        keep=("main",),
        schedule="daily",
        kind=SourceKind.OAI_PMH,
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (SOUND + "scoope = []\n", "the key scoope is not known"),
        ('id = "a"\nstart = ["https://a.fi/"]\n', "scope is missing"),
        ('id = "a"\nscope = ["https://a.fi/"]\n', "start is missing"),
        ('id = "a"\nstart = ["https://a.fi/y"]\nscope = ["https://a.fi/x"]\n', "excludes"),
        ('id = "a"\nstart = ["https://a.fi/xy"]\nscope = ["https://a.fi/x"]\n', "excludes"),
        ('id = "a"\nstart = ["http://a.fi/x"]\nscope = ["https://a.fi/x"]\n', "excludes"),
        ('id = "a"\nstart = ["file:///etc"]\nscope = ["file:///"]\n', "no address of the web"),
        ('id = "a"\nstart = ["https://u:p@a.fi/"]\nscope = ["https://a.fi/"]\n', "no address"),
        (SOUND + 'kind = "ftp"\n', "kind has to be one of web, oai-pmh"),
        (SOUND + 'schedule = "now and then"\n', "schedule has to be one of hourly, daily"),
        (SOUND + "delay_s = -1\n", "delay_s"),
        (SOUND + "max_pages = 1.5\n", "max_pages"),
        (SOUND + 'allow_private = "no"\n', "true or false"),
        (SOUND + "[source.defaults]\ncolour = 1\n", "the key colour is not known"),
        (SOUND + '[source.defaults]\nregions = "kainuu"\n', "regions has to be a list"),
    ],
)
def test_wrong_source_is_told_with_file_line_and_entry(
    tmp_path: Path, body: str, said: str
) -> None:
    path = write(tmp_path, f"[[source]]\n{body}")
    with pytest.raises(InvalidVocabulary) as caught:
        load_sources(path)
    assert caught.value.message.startswith(f"{path}:2: a")
    assert said in caught.value.message


def test_source_named_twice_is_told_at_its_second_line(tmp_path: Path) -> None:
    path = write(tmp_path, f"[[source]]\n{SOUND}[[source]]\n{SOUND}")
    with pytest.raises(InvalidVocabulary, match=r"sources\.toml:6: a: the id is used twice"):
        load_sources(path)


def test_misspelt_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidVocabulary, match="sources"):
        load_sources(write(tmp_path, f"[[sources]]\n{SOUND}"))


def test_source_made_of_an_address_ends_at_its_folder() -> None:
    source = Source.of_address("https://a.fi/julkaisut/2019.html?s=1#osa")
    assert source.start == ("https://a.fi/julkaisut/2019.html?s=1",)
    assert source.scope == ("https://a.fi/julkaisut/",)
    assert not source.allow_private
    assert Source.of_address("http://a.fi").scope == ("http://a.fi/",)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//a.fi/", "http://[::1/", "", "a.fi"])
def test_source_made_of_no_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        Source.of_address(url)


@pytest.mark.parametrize(
    ("prefix", "address", "is_inside"),
    [
        ("https://a.fi/smec", "https://a.fi/smec", True),
        ("https://a.fi/smec", "https://a.fi/smec/", True),
        ("https://a.fi/smec/", "https://a.fi/smec", True),
        ("https://a.fi/smec", "https://a.fi/smec/julkaisut", True),
        ("https://a.fi/smec", "https://a.fi/smec?sivu=2", True),
        ("https://a.fi/smec", "https://a.fi/smecology", False),
        ("https://a.fi/smec", "https://a.fi/", False),
        ("https://a.fi", "https://a.fi/x", True),
        ("https://a.fi", "https://a.fi.evil.example/", False),
        ("https://a.fi", "https://A.FI/x", True),
        ("https://a.fi", "https://a.fi:8443/x", False),
    ],
)
def test_scope_ends_at_the_border_of_a_segment(
    prefix: str, address: str, *, is_inside: bool
) -> None:
    assert contains(prefix, address) is is_inside


def test_unknown_source_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownValue, match="smec, elmo"):
        find_source(load_sources(PACKAGE / "sources.toml"), "smek")


@pytest.mark.parametrize(
    ("schedule", "hours", "is_due"),
    [
        ("daily", 25, True),
        ("daily", 23, True),  # a timer on the hour is never exact
        ("daily", 12, False),
        ("hourly", 1, True),
        ("weekly", 24, False),
        ("monthly", 24 * 31, True),
        ("", 24 * 365, False),
    ],
)
def test_a_schedule_says_when_a_source_is_due(schedule: str, hours: int, *, is_due: bool) -> None:
    source = replace(Source.of_address("https://a.fi/x/"), schedule=schedule)
    now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    assert source.is_due(now - timedelta(hours=hours), now=now) is is_due
    assert source.is_due(None, now=now) is bool(schedule)
