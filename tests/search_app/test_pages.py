"""The public pages: what they hold, where they lead, in three languages and without a script."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from lxml import etree

from corpus.catalogue import Catalogue
from indexer.results import (
    Completions,
    Notice,
    Relaxation,
    Relaxed,
    Rescue,
    RescueKind,
    Results,
    Suggestion,
    Tier,
    Topic,
)
from tests.search_app.list_searcher import ListSearcher

PAGES = (
    "",
    "search",
    "search?q=fotoniikka&sector=fotoniikka&from=2015",
    "search?q=olematon",
    "facet/sector",
    "facet/lang?order=count",
    "doc/fotoniikka-2019?q=fotoniikka",
    "doc/fotoniikka-2019/page/2?q=fotoniikka",
    "browse",
    "help",
    "about",
    "accessibility",
    "privacy",
)


def soup(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == status, path
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def text_of(page: BeautifulSoup, selector: str) -> str:
    found = page.select_one(selector)
    assert found is not None, selector
    return " ".join(found.get_text().split())


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_its_language_one_heading_and_unique_ids(
    client: FlaskClient, language: str, path: str
) -> None:
    page = soup(client, f"/{language}/{path}")
    assert page.html is not None
    assert page.html["lang"] == language
    assert len(page.select("h1")) == 1
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))
    title = text_of(page, "title")
    assert title
    assert not page.select("[style], script:not([src])")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_sets_a_cookie_or_asks_another_host(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/fi/{path}")
    assert "Set-Cookie" not in answer.headers
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    loaded = [
        e.get("src") or e.get("href") for e in page.select("script, img, link[rel=stylesheet]")
    ]
    assert all(str(address).startswith("/static/") for address in loaded)


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(client: FlaskClient, path: str) -> None:
    page = soup(client, f"/fi/{path}")
    links = {str(a["href"]).partition("#")[0] for a in page.select("a[href]")}
    inside = {link for link in links if link.startswith("/")}
    assert len(inside) > 8
    for link in inside:
        with client.get(link) as answer:
            assert answer.status_code in {200, 302}, link


def test_the_root_leads_to_the_finnish_front_page(client: FlaskClient) -> None:
    assert client.get("/").headers["Location"] == "/fi/"


def test_the_language_switch_keeps_query_filters_and_page(client: FlaskClient) -> None:
    page = soup(client, "/fi/search?q=fotoniikka&sector=fotoniikka")
    links = page.select(".languages a")
    assert [link.get_text() for link in links] == ["Suomi", "Svenska", "English"]
    assert links[1]["href"] == "/sv/search?q=fotoniikka&sector=fotoniikka"
    assert links[1]["hreflang"] == links[1]["lang"] == "sv"


def test_home_counts_the_collection(client: FlaskClient) -> None:
    page = soup(client, "/fi/")
    assert text_of(page, ".counts") == "4 julkaisua, 3 maakuntaa, 2019–2023 · Tutustu julkaisuihin"
    assert page.select_one(".counts a[href='/fi/browse']") is not None
    first = page.select_one(".tree .d0 a")
    assert first is not None
    assert first["href"] == "/fi/search?sector=metsabiotalous"
    assert text_of(page, ".tree .d0 a") == "Metsäbiotalous (2)"


def test_results_show_count_hits_and_pages(client: FlaskClient) -> None:
    page = soup(client, "/fi/search?q=fotoniikka")
    assert text_of(page, "h1") == "Hakutulokset: fotoniikka"
    assert text_of(page, "#count") == "4 hakutulosta"
    hits = page.select("ol.hits > li")
    assert len(hits) == 4
    link = hits[-1].select_one(".pages a")
    assert link is not None
    assert link["href"] == "/fi/doc/fotoniikka-2019/page/2?q=fotoniikka#m"
    assert link.get_text() == "s. 2, Fotoniikan tiekartta"
    assert hits[-1].select_one(".snippet mark") is not None


def test_titles_carry_the_language_of_their_document(client: FlaskClient) -> None:
    page = soup(client, "/fi/search?q=skogens")
    link = page.select_one("ol.hits h3 a")
    assert link is not None
    assert link["lang"] == "sv"


def test_values_of_one_facet_widen_and_other_facets_narrow(client: FlaskClient) -> None:
    both = soup(client, "/fi/search?sector=fotoniikka&sector=metsabiotalous")
    assert text_of(both, "#count") == "3 hakutulosta"
    narrowed = soup(client, "/fi/search?sector=fotoniikka&sector=metsabiotalous&region=kainuu")
    assert text_of(narrowed, "#count") == "1 hakutulos"


def test_sub_sectors_stand_below_their_sector(client: FlaskClient) -> None:
    page = soup(client, "/fi/search")
    rows = [
        (item["class"][0], item.input["value"])  # type: ignore[index]
        for item in page.select("main fieldset:first-of-type li")
    ]
    assert rows == [
        ("d0", "metsabiotalous"),
        ("d0", "teknologiat-ja-materiaalit"),
        ("d1", "fotoniikka"),
    ]


def test_a_chip_removes_its_filter_only(client: FlaskClient) -> None:
    page = soup(client, "/fi/search?q=fotoniikka&sector=fotoniikka&from=2018&to=2020")
    chips = {" ".join(a.get_text().split()): a["href"] for a in page.select(".chips a")}
    assert chips["Poista rajaus: Toimiala: Fotoniikka ✕"] == (
        "/fi/search?q=fotoniikka&from=2018&to=2020"
    )
    assert chips["Poista rajaus: Julkaisuvuosi: 2018–2020 ✕"] == (
        "/fi/search?q=fotoniikka&sector=fotoniikka"
    )
    assert chips["Poista kaikki rajaukset"] == "/fi/search?q=fotoniikka"


def test_unknown_values_and_wrong_years_are_said(client: FlaskClient) -> None:
    page = soup(client, "/fi/search?theme=avaruus&from=abc")
    notices = [item.get_text() for item in page.select(".notices li")]
    assert notices == [
        "Rajausta ”avaruus” ei tunneta, joten sitä ei käytetty.",
        "”abc” ei ole vuosiluku, joten sitä ei käytetty. Kirjoita vuosi neljällä numerolla.",
    ]


def test_a_page_past_the_end_leads_to_the_last_one(client: FlaskClient) -> None:
    answer = client.get("/fi/search?q=fotoniikka&page=9")
    assert answer.headers["Location"] == "/fi/search?q=fotoniikka"


def test_pagination_links_pages_around_the_current_one(
    client: FlaskClient, searcher: ListSearcher
) -> None:
    searcher.change = lambda results: replace(results, total=200)
    page = soup(client, "/fi/search?page=7")
    numbers = [item.get_text(strip=True) for item in page.select(".pager li")]
    assert numbers == ["Edellinen", "1", "…", "5", "6", "7", "8", "9", "…", "20", "Seuraava"]
    assert text_of(page, ".pager a[aria-current=page]") == "7"


def test_a_suggestion_is_offered_and_said_when_it_was_used(
    client: FlaskClient, searcher: ListSearcher
) -> None:
    offered = Suggestion("metsä", 12)
    searcher.change = lambda results: replace(results, did_you_mean=offered)
    assert text_of(soup(client, "/fi/search?q=mets"), ".note") == "Tarkoititko: metsä? (12 tulosta)"
    used = replace(offered, is_applied=True)
    searcher.change = lambda results: replace(results, did_you_mean=used)
    assert text_of(soup(client, "/sv/search?q=mets"), ".note") == "Visar resultat för metsä."


@pytest.mark.parametrize("kind", list(Relaxation))
def test_a_loosened_query_is_explained(
    client: FlaskClient, searcher: ListSearcher, kind: Relaxation
) -> None:
    relaxed = Relaxed(kind, "metsä", ("kanto",))
    searcher.change = lambda results: replace(results, relaxed=relaxed)
    note = text_of(soup(client, "/fi/search?q=metsa+kanto"), ".note")
    assert note.endswith("Pois jätetyt sanat: kanto.")


def test_ways_out_of_zero_results_have_their_counts(
    client: FlaskClient, searcher: ListSearcher
) -> None:
    rescues = (
        Rescue(RescueKind.DROP_FILTER, "puu", 3, dropped="sector"),
        Rescue(RescueKind.COMPOUND, "puu talo", 0),
        Rescue(RescueKind.LANGUAGE, "trä", 1),
    )
    searcher.change = lambda r: replace(r, hits=(), total=0, rescues=rescues)
    page = soup(client, "/fi/search?q=puu&sector=fotoniikka")
    ways = [(" ".join(i.get_text().split()), i.a["href"]) for i in page.select(".zero ul")[0]("li")]  # type: ignore[index]
    assert ways == [
        ("Poista rajaus Toimiala: Fotoniikka (3)", "/fi/search?q=puu"),
        ("Hae toisella kielellä: ”trä” (1)", "/fi/search?q=tr%C3%A4&sector=fotoniikka"),
    ]


def test_tiers_are_told_and_compounds_can_be_hidden(
    client: FlaskClient, searcher: ListSearcher
) -> None:
    tiers = ((Tier.EXACT, 31), (Tier.COMPOUND, 6), (Tier.SYNONYM, 2))
    searcher.change = lambda results: replace(results, tiers=tiers)
    page = soup(client, "/fi/search?q=fotoniikka")
    expected = (
        "31 tarkkaa, 6 osana yhdyssanaa [piilota yhdyssanaosumat], 2 samaa tarkoittavalla sanalla"
    )
    assert text_of(page, ".tiers") == expected
    link = page.select_one(".tiers a")
    assert link is not None
    assert link["href"] == "/fi/search?q=fotoniikka&compounds=off"
    hidden = soup(client, str(link["href"]))
    assert hidden.select_one("input[name=compounds][value=off]") is not None


def test_hidden_compounds_are_counted_and_come_back_with_one_click(
    client: FlaskClient, searcher: ListSearcher
) -> None:
    tiers = ((Tier.EXACT, 31), (Tier.COMPOUND, 0))
    searcher.change = lambda results: replace(results, tiers=tiers, compounds_hidden=6)
    page = soup(client, "/fi/search?q=fotoniikka&region=kainuu&compounds=off")
    expected = "31 tarkkaa, 6 osana yhdyssanaa piilotettu [näytä yhdyssanaosumat]"
    assert text_of(page, ".tiers") == expected
    link = page.select_one(".tiers a")
    assert link is not None
    assert link["href"] == "/fi/search?q=fotoniikka&region=kainuu"


def test_exact_hits_alone_need_no_line_of_tiers(
    client: FlaskClient, searcher: ListSearcher
) -> None:
    searcher.change = lambda results: replace(results, tiers=((Tier.EXACT, 31),))
    assert soup(client, "/fi/search?q=fotoniikka").select(".tiers") == []


def test_other_names_of_concepts_can_be_searched_again(client: FlaskClient) -> None:
    page = soup(client, "/fi/search?q=fotoniikka&synonyms=off")
    link = page.select_one(".tiers a")
    assert link is not None
    assert link["href"] == "/fi/search?q=fotoniikka"


@pytest.mark.parametrize(
    ("language", "expected"), [("fi", "Osuma:"), ("sv", "Träff:"), ("en", "Match:")]
)
def test_hit_by_a_part_of_a_compound_says_of_which(
    client: FlaskClient, searcher: ListSearcher, language: str, expected: str
) -> None:
    why = ("metsäbiotalouden → metsä + biotalous", "lähiruoan → lähi + ruoka")

    def by_compound(results: Results) -> Results:
        hits = tuple(replace(hit, tier=Tier.COMPOUND, why=why) for hit in results.hits)
        return replace(results, hits=hits)

    searcher.change = by_compound
    page = soup(client, f"/{language}/search?q=fotoniikka")
    assert text_of(page, ".why") == f"{expected} {'; '.join(why)}"
    assert client.get("/api/v1/search?q=fotoniikka").get_json()["hits"][0]["why"] == list(why)


def test_related_publications_stand_apart_and_are_not_counted(
    client: FlaskClient, searcher: ListSearcher
) -> None:
    def with_related(results: Results) -> Results:
        near = tuple(replace(hit, tier=Tier.RELATED) for hit in results.hits[1:])
        return replace(results, hits=results.hits[:1], total=1, related=near)

    searcher.change = with_related
    page = soup(client, "/fi/search?q=fotoniikka")
    assert text_of(page, "#count") == "1 hakutulos"
    assert text_of(page, "#related") == "Lisäksi aihetta lähellä"
    assert len(page.select(".related .hits > li")) == 3


def test_why_a_compound_matched_is_said(client: FlaskClient, searcher: ListSearcher) -> None:
    def with_reason(results: Results) -> Results:
        why = ("metsäbiotalouden → metsä + biotalous",)
        hits = tuple(replace(h, tier=Tier.COMPOUND, why=why) for h in results.hits)
        return replace(results, hits=hits)

    searcher.change = with_reason
    page = soup(client, "/fi/search?q=fotoniikka")
    assert text_of(page, ".why") == "Osuma: metsäbiotalouden → metsä + biotalous"


def test_a_notice_of_a_later_searcher_is_still_said(
    client: FlaskClient, searcher: ListSearcher
) -> None:
    searcher.change = lambda r: replace(r, notices=(Notice("never_seen", "jotain"),))
    page = soup(client, "/en/search?q=fotoniikka")
    assert text_of(page, ".notices") == "The search was changed: jotain"


def test_a_search_can_be_subscribed_to(client: FlaskClient) -> None:
    page = soup(client, "/sv/search?q=fotoniikka&from=2020&page=1")
    link = page.select_one("link[type='application/atom+xml']")
    assert link is not None
    assert link["href"] == "/sv/search.atom?q=fotoniikka&from=2020"
    tree = etree.fromstring(client.get(str(link["href"])).data)
    space = "{http://www.w3.org/2005/Atom}"
    titles = [entry.findtext(f"{space}title") for entry in tree.iter(f"{space}entry")]
    assert titles == [
        "Skogens bioekonomi",
        "Metsäbiotalouden katsaus",
        '<b onmouseover="x">&amp; "otsikko"',
    ]
    assert tree.findtext(f"{space}id") == "http://localhost/sv/search.atom?q=fotoniikka&from=2020"


def test_facet_lists_are_filtered_and_ordered(client: FlaskClient) -> None:
    page = soup(client, "/fi/facet/sector")
    names = [a.get_text() for a in page.select(".many a")]
    assert names == ["Fotoniikka (1)", "Metsäbiotalous (2)", "Teknologiat ja materiaalit (1)"]
    common = soup(client, "/fi/facet/sector?order=count")
    assert text_of(common, ".many a") == "Metsäbiotalous (2)"
    found = soup(client, "/fi/facet/sector?find=TEKNO")
    assert [a.get_text() for a in found.select(".many a")] == ["Teknologiat ja materiaalit (1)"]


def test_there_is_no_list_of_a_facet_nobody_knows(client: FlaskClient) -> None:
    assert client.get("/fi/facet/salainen").status_code == 404


def test_browsing_crosses_sectors_and_themes(client: FlaskClient) -> None:
    page = soup(client, "/fi/browse")
    link = page.select_one('td a[aria-label="1, Fotoniikka ja Digitaalisuus"]')
    assert link is not None
    assert link["href"] == "/fi/search?sector=fotoniikka&theme=digitaalisuus"
    assert text_of(soup(client, str(link["href"])), "#count") == "1 hakutulos"


def test_the_matrix_tells_what_it_shows_and_keeps_empty_cells(client: FlaskClient) -> None:
    page = soup(client, "/en/browse")
    assert "how many publications there are on each sector" in text_of(page, "table caption")
    rows = page.select("tbody tr")
    themes = page.select("thead th[scope=col]")
    assert all(len(row.select("td")) == len(themes) - 1 for row in rows)
    assert all(row.select_one("th[scope=row]") is not None for row in rows)
    empty = next(cell for row in rows for cell in row.select("td") if not cell.select("a"))
    assert "no publications" in empty.get_text()


@pytest.mark.parametrize(
    ("language", "key"), [("fi", "Sarkain"), ("sv", "Mellanslag"), ("en", "Space")]
)
def test_help_names_the_keys(client: FlaskClient, language: str, key: str) -> None:
    page = soup(client, f"/{language}/help")
    assert key in [element.get_text() for element in page.select("dt")]


def test_suggestions_stand_in_groups_in_the_pages_language(client: FlaskClient) -> None:
    answer = client.get("/sv/suggest?q=FOTON").json
    assert answer == {
        "groups": [
            {"name": "Sökningar", "options": [{"text": "fotoniikan"}]},
            {
                "name": "Ämnen",
                "options": [
                    {
                        "text": "Fotonik",
                        "note": "Bransch (1)",
                        "href": "/sv/search?sector=fotoniikka",
                    }
                ],
            },
            {
                "name": "Publikationer",
                "options": [
                    {
                        "text": "Fotoniikan tiekartta",
                        "note": "2019",
                        "href": "/sv/doc/fotoniikka-2019",
                        "lang": "fi",
                    }
                ],
            },
        ]
    }


def test_one_letter_and_nothing_known_suggest_nothing(client: FlaskClient) -> None:
    assert client.get("/fi/suggest?q=f").json == {"groups": []}
    assert client.get("/fi/suggest?q=xyzzy").json == {"groups": []}


def test_suggestions_are_eight_in_all_and_topics_have_publications(
    client: FlaskClient,
    searcher: ListSearcher,
    catalogue: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = Completions(
        searches=tuple(f"sana{number}" for number in range(8)),
        topics=tuple(Topic("sector", i) for i in ("ict-sovellukset", "fotoniikka")),
        publications=(catalogue.document("metsa-2021"),),
    )
    monkeypatch.setattr(searcher, "complete", lambda _text, _limit: found)
    answer = client.get("/fi/suggest?q=sana").json
    assert answer is not None
    texts = [[option["text"] for option in group["options"]] for group in answer["groups"]]
    assert texts == [[f"sana{n}" for n in range(6)], ["Fotoniikka"], ["Metsäbiotalouden katsaus"]]


def test_counts_follow_the_generation(client: FlaskClient, searcher: ListSearcher) -> None:
    before = text_of(soup(client, "/fi/"), ".counts")
    searcher.change = lambda results: replace(results, total=99)
    assert text_of(soup(client, "/fi/"), ".counts") == before
    searcher.name = "0002.0000"
    searcher.change = lambda results: replace(results, total=99, generation="0002.0000")
    assert text_of(soup(client, "/fi/"), ".counts").startswith("99 julkaisua")


def test_the_accessibility_statement_has_its_five_parts(client: FlaskClient) -> None:
    page = soup(client, "/fi/accessibility")
    assert [h.get_text() for h in page.select("main h2")] == [
        "Palvelun saavutettavuuden tila",
        "Sisältö, joka ei ole saavutettavaa",
        "Selosteen laatiminen",
        "Palaute ja yhteystiedot",
        "Valvontaviranomainen",
    ]
    assert page.select_one('a[href="mailto:kirjasto@example.org"]') is not None
