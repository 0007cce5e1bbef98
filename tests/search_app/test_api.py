"""The JSON API keeps its published shape."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from indexer.results import (
    Fragment,
    PageHit,
    Relaxation,
    Relaxed,
    Rescue,
    RescueKind,
    Results,
    Suggestion,
    Tier,
)
from tests.search_app.list_searcher import ListSearcher

HIT = {
    "id",
    "title",
    "url",
    "year",
    "type",
    "language",
    "authors",
    "pages_total",
    "score",
    "tier",
    "sectors",
    "themes",
    "regions",
    "organisations",
    "programmes",
    "pages",
}
ANSWER = {
    "query",
    "total",
    "took_ms",
    "page",
    "size",
    "did_you_mean",
    "relaxed",
    "related",
    "tiers",
    "notices",
    "rescues",
    "hits",
    "facets",
}


def search(client: FlaskClient, query: str) -> dict[str, object]:
    answer = client.get(f"/api/v1/search?{query}")
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert isinstance(answer.json, dict)
    return answer.json


def test_an_answer_holds_every_published_key(client: FlaskClient) -> None:
    answer = search(client, "q=fotoniikka&sector=fotoniikka")
    assert answer.keys() >= ANSWER
    assert (answer["query"], answer["total"], answer["page"], answer["size"]) == (
        "fotoniikka",
        1,
        1,
        10,
    )
    assert answer["did_you_mean"] is None
    assert answer["relaxed"] is None
    assert answer["related"] == []
    assert answer["tiers"] == {"exact": 1, "inflected": 0, "compound": 0, "synonym": 0}


def test_a_hit_holds_every_published_key(client: FlaskClient) -> None:
    hits = search(client, "q=fotoniikka&sector=fotoniikka")["hits"]
    assert isinstance(hits, list)
    assert hits[0].keys() >= HIT
    assert hits[0]["sectors"] == ["fotoniikka"]
    assert hits[0]["pages"][0]["number"] == 2
    assert {"text": "fotoniikka", "mark": True} in hits[0]["pages"][0]["snippet"]


def test_facets_carry_labels_counts_choice_and_parent(client: FlaskClient) -> None:
    facets = search(client, "q=fotoniikka&sector=fotoniikka&ui=sv")["facets"]
    assert isinstance(facets, dict)
    assert list(facets) == [
        "sector",
        "theme",
        "region",
        "programme",
        "year",
        "type",
        "lang",
        "organisation",
        "accessible",
    ]
    chosen = next(value for value in facets["sector"] if value["id"] == "fotoniikka")
    assert chosen == {
        "id": "fotoniikka",
        "label": "Fotonik",
        "count": 1,
        "selected": True,
        "parent": "teknologiat-ja-materiaalit",
    }
    assert {value["id"] for value in facets["sector"]} == {
        "fotoniikka",
        "teknologiat-ja-materiaalit",
        "metsabiotalous",
    }


def test_corrections_and_ways_out_are_objects(client: FlaskClient, searcher: ListSearcher) -> None:
    def changed(results: Results) -> Results:
        return replace(
            results,
            did_you_mean=Suggestion("metsä", 4, is_applied=True),
            relaxed=Relaxed(Relaxation.SPELLING, "metsä", ("kanto",)),
            rescues=(Rescue(RescueKind.DROP_FILTER, "puu", 3, dropped="sector"),),
            related=tuple(replace(hit, tier=Tier.RELATED) for hit in results.hits),
        )

    searcher.change = changed
    answer = search(client, "q=puu&q=x&sector=fotoniikka&theme=digitaalisuus")
    assert answer["did_you_mean"] == {"query": "metsä", "count": 4, "applied": True}
    assert answer["relaxed"] == {"kind": "spelling", "query": "metsä", "dropped": ["kanto"]}
    assert answer["rescues"] == [
        {
            "kind": "drop_filter",
            "query": "puu",
            "params": {"q": ["puu"], "theme": ["digitaalisuus"]},
            "count": 3,
        }
    ]


def test_pages_listed_by_number_have_empty_snippets(
    client: FlaskClient, searcher: ListSearcher
) -> None:
    pages = (PageHit(7, "vii", (Fragment("a", mark=True),)), PageHit(9))
    searcher.change = lambda r: replace(r, hits=tuple(replace(h, pages=pages) for h in r.hits))
    hits = search(client, "q=fotoniikka")["hits"]
    assert isinstance(hits, list)
    assert hits[0]["pages"] == [
        {"number": 7, "label": "vii", "snippet": [{"text": "a", "mark": True}]},
        {"number": 9, "label": None, "snippet": []},
    ]


def test_notices_are_in_the_language_that_was_asked_for(client: FlaskClient) -> None:
    answer = search(client, "sector=avaruus&ui=en")
    assert answer["notices"] == [
        {"code": "unknown_value", "message": "The filter ”avaruus” is not known and was not used."}
    ]


def test_a_document(client: FlaskClient) -> None:
    answer = client.get("/api/v1/documents/fotoniikka-2019").json
    assert answer is not None
    assert answer["title"] == "Fotoniikan tiekartta"
    assert answer["isbn"] == ["978-952-0000-00-2"]
    assert answer["original"]["media_type"] == "application/pdf"
    assert answer["links"]["page"] == "http://localhost/doc/fotoniikka-2019"


def test_suggestions(client: FlaskClient) -> None:
    answer = client.get("/api/v1/suggest?q=foton&ui=en").json
    assert answer is not None
    assert (answer["query"], answer["suggestions"]) == ("foton", ["fotoniikan"])
    groups = answer["groups"]
    assert groups["searches"] == ["fotoniikan"]
    assert groups["topics"] == [
        {"facet": "sector", "id": "fotoniikka", "label": "Photonics", "count": 1}
    ]
    assert [record["id"] for record in groups["publications"]] == ["fotoniikka-2019"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("documents/puuttuu", 404),
        ("search?q=" + "a" * 513, 400),
        ("search?" + "&".join(["sector=x"] * 21), 400),
        ("search?q=%ff", 400),
        ("nothing", 404),
    ],
)
def test_errors_are_problems(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["status"] == status
    assert answer.json.keys() == {"type", "title", "status", "detail"}


def test_the_description_names_every_key_of_an_answer(client: FlaskClient) -> None:
    description = client.get("/api/v1/openapi.json").json
    assert description is not None
    schemas = description["components"]["schemas"]
    answer = search(client, "q=fotoniikka")
    assert set(schemas["Results"]["properties"]) == set(answer)
    hits = answer["hits"]
    assert isinstance(hits, list)
    described = set(schemas["Record"]["properties"])
    described |= set(schemas["Hit"]["allOf"][1]["properties"])
    assert described == set(hits[0])
    document = client.get("/api/v1/documents/fotoniikka-2019").json
    assert document is not None
    described = set(schemas["Record"]["properties"])
    described |= set(schemas["Document"]["allOf"][1]["properties"])
    assert described == set(document)
