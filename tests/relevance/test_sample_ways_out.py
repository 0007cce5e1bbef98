"""Bridges of the vocabulary and ways out of zero hits, as visitors of the sample see them."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from corpus import Settings
from corpus.sample import SampleServer
from search_app.assembly import Assembly
from search_app.console import Console
from search_app.demonstration import gather

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Return the website over the sample, crawled and indexed; its budget never runs out."""
    settings = Settings(
        data=tmp_path_factory.mktemp("sample"), rate_limit="off", delay_s=0, engine="tantivy"
    )
    with Assembly(settings, command="test") as assembly:
        assembly.prepare()
        with SampleServer(host="127.0.0.1", port=0) as server:
            gather(assembly, Console(is_json=False), server.url)
        yield assembly.app.test_client()


def _ask(client: FlaskClient, query: str, **options: str) -> dict[str, object]:
    answer = client.get("/api/v1/search", query_string={"q": query, **options}).json
    assert isinstance(answer, dict)
    return answer


def _ids(answer: dict[str, object]) -> set[str]:
    hits = answer["hits"]
    assert isinstance(hits, list)
    return {hit["id"] for hit in hits}


def _languages(answer: dict[str, object]) -> set[str]:
    hits = answer["hits"]
    assert isinstance(hits, list)
    return {hit["language"] for hit in hits}


class _Links(HTMLParser):
    """The links of a page: address by text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._address = dict(attrs).get("href") or ""

    def handle_data(self, data: str) -> None:
        if self._address and data.strip():
            self.found.setdefault(data.strip(), self._address)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._address = ""


def _links(text: str) -> dict[str, str]:
    links = _Links()
    links.feed(text)
    return links.found


@pytest.mark.parametrize(
    ("query", "brought"),
    [
        ("träbyggande", "Puurakentaminen"),
        ("forest bioeconomy", "Metsäbiotalous"),
        ("ELMO", "Elinkeinot murroksessa"),
        ("elinkeinojen murros", "ELMO"),
        ("smart specialisation", "Älykkään erikoistumisen strategia"),
    ],
)
def test_concept_brings_documents_in_finnish_and_can_be_taken_away(
    client: FlaskClient, query: str, brought: str
) -> None:
    wide, narrow = _ask(client, query, size="100"), _ask(client, query, synonyms="off", size="100")
    names = wide["synonyms"]
    assert isinstance(names, list)
    assert brought in names
    assert narrow["synonyms"] == []
    assert "fi" in _languages(wide)
    assert _ids(narrow) <= _ids(wide)
    page = client.get("/fi/search", query_string={"q": query}).text
    assert "Haettu myös" in page
    assert brought in page
    removal = next(a for a in _links(page).values() if "synonyms=off" in a)
    without = client.get(removal)
    assert without.status_code == 200
    assert "Haettu myös" not in without.text


@pytest.mark.parametrize("query", ["träbyggande", "forest bioeconomy", "elinkeinojen murros"])
def test_bridge_brings_what_the_words_alone_do_not(client: FlaskClient, query: str) -> None:
    wide, narrow = _ask(client, query, size="100"), _ask(client, query, synonyms="off", size="100")
    assert _ids(wide) > _ids(narrow)
    tiers = wide["tiers"]
    assert isinstance(tiers, dict)
    assert tiers["synonym"] == len(_ids(wide)) - len(_ids(narrow))


@pytest.mark.parametrize(
    ("query", "kind", "written"),
    [
        ("metsäbiotalousstrategia", "compound", "metsäbiotalous strategia"),
        ("foto niikka", "compound", "fotoniikka"),
        ("photonicss", "spelling", "photonics"),
        ("fotoniikkka qwzxyt", "fewer_words", "fotoniikka"),
    ],
)
def test_loosened_query_is_said_on_the_page(
    client: FlaskClient, query: str, kind: str, written: str
) -> None:
    answer = _ask(client, query)
    relaxed = answer["relaxed"]
    assert isinstance(relaxed, dict)
    assert (relaxed["kind"], relaxed["query"]) == (kind, written)
    assert answer["total"]
    for language in ("fi", "sv", "en"):
        page = client.get(f"/{language}/search", query_string={"q": query}).text
        assert written in page


def test_word_left_out_of_a_correction_is_named(client: FlaskClient) -> None:
    page = client.get("/fi/search", query_string={"q": "fotoniikkka qwzxyt"}).text
    assert "Pois jätetyt sanat: qwzxyt." in page


def test_each_filter_that_hides_everything_is_dropped_with_its_count(client: FlaskClient) -> None:
    facets = _ask(client, "fotoniikka")["facets"]
    assert isinstance(facets, dict)
    regions, years = ([value["id"] for value in facets[name]] for name in ("region", "year"))
    pairs = [(region, year) for region in regions for year in years]
    answers = (
        _ask(client, "fotoniikka", region=region, **{"from": year, "to": year})
        for region, year in pairs
    )
    answer = next(answer for answer in answers if not answer["total"])
    _check_counts(client, answer, {"drop_filter"})
    assert len(answer["rescues"]) == 2  # type: ignore[arg-type]


def test_ways_out_without_synonyms_are_the_other_names(client: FlaskClient) -> None:
    answer = _ask(client, "SMEC", synonyms="off")
    assert answer["total"] == 0
    _check_counts(client, answer, {"synonym"})


def _check_counts(client: FlaskClient, answer: dict[str, object], kinds: set[str]) -> None:
    """Follow every way out, and compare what it finds with what was promised."""
    rescues = answer["rescues"]
    assert isinstance(rescues, list)
    assert {rescue["kind"] for rescue in rescues} == kinds
    for rescue in rescues:
        found = client.get("/api/v1/search", query_string=rescue["params"]).json
        assert found["total"] == rescue["count"] > 0
        assert found["relaxed"] is None
