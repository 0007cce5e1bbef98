"""The Engine port's contract: what every engine does, found on real indexes of each."""

from __future__ import annotations

import math

import pytest

from indexer.engine import (
    AllOf,
    AnyOf,
    Constant,
    Everything,
    Filters,
    Index,
    KeywordQuery,
    Nothing,
    PhraseQuery,
    Query,
    RangeQuery,
    SortKey,
    TermQuery,
)

_METSA = TermQuery("body", "metsä")
_VESI = TermQuery("body", "vesi")
_KASVAA = TermQuery("body", "kasvaa")


def _ids(index: Index, query: Query, **options: object) -> list[str]:
    return [hit.id for hit in index.search(query, **options).hits]  # type: ignore[arg-type]


_MATCHES: list[tuple[Query, set[str]]] = [
    (Everything(), set("abcdef")),
    (Nothing(), set()),
    (_METSA, set("abe")),
    (TermQuery("body", "Metsä"), set()),
    (TermQuery("body", ""), set()),
    (TermQuery("title", "metsä"), set("ae")),
    (TermQuery("grams", "ets"), set("abe")),
    (TermQuery("body", "\ud800"), set()),
    (TermQuery("body", "metsä", boost=0.0), set("abe")),
    (KeywordQuery("theme", "vesi"), set("bcf")),
    (KeywordQuery("theme", "ves"), set()),
    (KeywordQuery("isbn", "isbn-c"), {"c"}),
    (KeywordQuery("id", "d"), {"d"}),
    (RangeQuery("year", 2019, 2020), set("abd")),
    (RangeQuery("year", None, 2019), set("adf")),
    (RangeQuery("year", 2020, None), set("bc")),
    (RangeQuery("year"), set("abcdf")),
    (RangeQuery("year", 2020, 2019), set()),
    (RangeQuery("year", -(10**30), 10**30), set("abcdf")),
    (RangeQuery("year", 10**30, None), set()),
    (AnyOf((_METSA, _VESI)), set("abce")),
    (AnyOf(()), set()),
    (AllOf((_METSA, _KASVAA)), set("ae")),
    (AllOf((_METSA,), without=(_VESI,)), set("ae")),
    (AllOf((), without=(_VESI,)), set("adef")),
    (AllOf((), optional=(_VESI,)), set("abcdef")),
    (AllOf((_METSA,), optional=(_VESI,)), set("abe")),
    (AllOf((_METSA, Nothing())), set()),
    (Constant(_METSA), set("abe")),
    (Constant(Nothing(), 2.0), set()),
    (AllOf((Constant(_METSA),), without=(Constant(_VESI, 2.0),)), set("ae")),
    (AllOf((AnyOf((_METSA, _VESI)), KeywordQuery("theme", "luonto"))), set("ab")),
    (PhraseQuery("body", (("metsä",), ("kasvaa",))), set("ae")),
    (PhraseQuery("body", (("kasvaa",), ("metsä",))), {"a"}),
    (PhraseQuery("body", (("metsä", "talous"), ("kasvaa",))), set("aef")),
    (PhraseQuery("body", (("ja",), ("vesi", "kaupunki"))), set("bd")),
    (PhraseQuery("body", (("vanha",), ("metsä",), ("kasvaa",))), {"e"}),
    (PhraseQuery("body", (("vanha",), ("kasvaa",))), set()),
    (PhraseQuery("body", (("metsä",),)), set("abe")),
    (PhraseQuery("body", (("metsä",), ())), set()),
    (PhraseQuery("body", ()), set()),
]


@pytest.mark.parametrize(("query", "expected"), _MATCHES, ids=[str(q) for q, _ in _MATCHES])
def test_a_query_matches_what_the_port_says(index: Index, query: Query, expected: set[str]) -> None:
    result = index.search(query)
    assert {hit.id for hit in result.hits} == expected
    assert result.total == len(expected)


@pytest.mark.parametrize(("query", "expected"), _MATCHES, ids=[str(q) for q, _ in _MATCHES])
def test_matching_agrees_with_search(index: Index, query: Query, expected: set[str]) -> None:
    found = index.matching(query, ["a", "c", "f", "unknown"])
    assert set(found) == expected & set("acf")
    scores = {hit.id: hit.score for hit in index.search(query).hits}
    assert found == pytest.approx({key: scores[key] for key in found})


def test_a_term_scores_by_bm25(index: Index) -> None:
    scores = index.matching(_METSA, "abe")
    idf = math.log(1 + (6 - 3 + 0.5) / (3 + 0.5))
    average = (4 + 3 + 3 + 6 + 4 + 2) / 6
    for key, frequency, length in (("a", 2, 4), ("b", 1, 3), ("e", 1, 4)):
        norm = 1.2 * (1 - 0.75 + 0.75 * length / average)
        expected = idf * frequency * 2.2 / (frequency + norm)
        assert scores[key] == pytest.approx(expected, rel=1e-4)


def test_a_boost_multiplies_and_branches_add_up(index: Index) -> None:
    single = index.matching(_METSA, "b")["b"]
    other = index.matching(_VESI, "b")["b"]
    assert index.matching(TermQuery("body", "metsä", 3.0), "b")["b"] == pytest.approx(3 * single)
    for query in (AnyOf((_METSA, _VESI)), AllOf((_METSA, _VESI)), AllOf((_METSA,), (), (_VESI,))):
        assert index.matching(query, "b")["b"] == pytest.approx(single + other)


def test_a_phrase_scores_the_sum_of_its_words_rarities(index: Index) -> None:
    phrase = index.matching(PhraseQuery("body", (("metsä",), ("kasvaa",))), "e")["e"]
    words = index.matching(AllOf((_METSA, _KASVAA)), "e")["e"]
    assert phrase == pytest.approx(words, rel=1e-4)  # each occurs once


def test_a_constant_scores_alike_whatever_its_query_scores(index: Index) -> None:
    constant = Constant(AnyOf((_METSA, _VESI)), 2.5)
    assert {hit.score for hit in index.search(constant).hits} == {2.5}
    single = index.matching(_METSA, "b")["b"]
    assert index.matching(AllOf((constant,), (), (_METSA,)), "b")["b"] == pytest.approx(
        2.5 + single
    )
    assert index.matching(AllOf((Constant(_METSA),)), "b") == {"b": 0.0}


def test_filters_and_constants_add_no_score(index: Index) -> None:
    plain = {hit.id: hit.score for hit in index.search(_METSA).hits}
    query = AllOf((_METSA, KeywordQuery("theme", "luonto"), RangeQuery("year", 0, 3000)))
    filters = Filters({"theme": ("luonto",)}, {"year": (0, 3000)})
    for hit in (*index.search(query).hits, *index.search(_METSA, filters=filters).hits):
        assert hit.score == pytest.approx(plain[hit.id])
    assert {hit.score for hit in index.search(Everything()).hits} == {0.0}


def test_filters_are_any_within_a_field_and_all_between_fields(index: Index) -> None:
    both = Filters({"theme": ("vesi", "talous")})
    assert _ids(index, Everything(), filters=both) == list("bcdf")
    narrow = Filters({"theme": ("vesi", "talous")}, {"year": (2019, 2020)})
    assert _ids(index, Everything(), filters=narrow) == list("bd")
    empty = Filters({"theme": ()}, {"year": (None, None)})
    assert _ids(index, Everything(), filters=empty) == list("abcdef")
    assert _ids(index, Everything(), filters=Filters({"theme": ("no such",)})) == []


def test_facets_count_every_value_and_ignore_their_own_selection(index: Index) -> None:
    themes = {"luonto": 3, "vesi": 3, "talous": 2}
    result = index.search(Everything(), facets=["theme", "year"])
    assert result.facets == {
        "theme": themes,
        "year": {"2019": 2, "2020": 1, "2021": 1, "-5": 1},
    }
    chosen = index.search(
        Everything(), filters=Filters({"theme": ("vesi",)}), facets=["theme", "year"]
    )
    assert chosen.total == 3
    assert chosen.facets == {"theme": themes, "year": {"2020": 1, "2021": 1, "-5": 1}}
    years = index.search(
        Everything(), filters=Filters({}, {"year": (2019, 2019)}), facets=["theme", "year"]
    )
    assert years.facets["theme"] == {"luonto": 1, "talous": 1}
    assert years.facets["year"] == {"2019": 2, "2020": 1, "2021": 1, "-5": 1}


def test_facets_of_no_match_are_empty(index: Index) -> None:
    assert index.search(Nothing(), facets=["theme"]).facets == {"theme": {}}
    assert index.search(Everything(), facets=[]).facets == {}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (SortKey("year", "descending"), "cbadfe"),
        (SortKey("year", "ascending"), "fadbce"),
        (SortKey("name", "ascending"), "cbfdae"),
        (SortKey("name", "descending"), "adfbce"),
        (SortKey("score"), "abcdef"),
    ],
    ids=str,
)
def test_sorting_puts_missing_values_last_and_breaks_ties_by_id(
    index: Index, key: SortKey, expected: str
) -> None:
    assert "".join(_ids(index, Everything(), sort=[key])) == expected


def test_several_sort_keys_are_used_in_turn(index: Index) -> None:
    by_year = [SortKey("year", "ascending"), SortKey("name", "ascending")]
    assert "".join(_ids(index, Everything(), sort=by_year)) == "fdabce"
    by_score = [SortKey("score"), SortKey("year", "ascending")]
    assert "".join(_ids(index, Everything(), sort=by_score)) == "fadbce"
    newest = [SortKey("year", "ascending"), SortKey("score")]
    assert "".join(_ids(index, AnyOf((Everything(), _METSA)), sort=newest)) == "fadbce"


def test_sorted_hits_keep_their_scores(index: Index) -> None:
    plain = {hit.id: hit.score for hit in index.search(_METSA).hits}
    result = index.search(_METSA, sort=[SortKey("year", "ascending")])
    assert [hit.id for hit in result.hits] == list("abe")
    assert {hit.id: hit.score for hit in result.hits} == pytest.approx(plain)


def test_pages_of_hits_join_without_gap_or_repeat(index: Index) -> None:
    for sort in ([], [SortKey("year")], [SortKey("name", "ascending")]):
        query = AnyOf((Everything(), _METSA))
        whole = _ids(index, query, sort=sort, limit=100)
        pages = [_ids(index, query, sort=sort, offset=i, limit=2) for i in range(0, 8, 2)]
        assert [hit for page in pages for hit in page] == whole
        assert index.search(query, sort=sort, offset=50).total == len(whole)


def test_no_hits_may_be_asked_for(index: Index) -> None:
    result = index.search(_METSA, limit=0, facets=["theme"])
    assert (result.total, result.hits) == (3, ())
    assert result.facets["theme"] == {"luonto": 2, "vesi": 1}


def test_a_document_is_given_back_with_its_stored_fields(index: Index) -> None:
    hit = index.get("c")
    assert hit is not None
    assert (hit.id, dict(hit.stored)) == ("c", {"note": "c: vesi virtaa hiljaa"})
    assert index.search(KeywordQuery("id", "c")).hits == (hit,)
    assert index.get("unknown") is None


def test_terms_come_in_order_with_their_counts(index: Index) -> None:
    assert index.terms("body", "v") == [("vanha", 1), ("vesi", 2), ("virtaa", 1)]
    assert index.terms("body", "v", 2) == [("vanha", 1), ("vesi", 2)]
    assert index.terms("body", "x") == []
    names = [term for term, _ in index.terms("name")]
    assert names == sorted(names)
    assert index.terms("theme", "vesi") == [("vesi", 3)]


def test_like_finds_what_shares_rare_terms(index: Index) -> None:
    assert [hit.id for hit in index.like("b", ["body"], 2)] == ["c", "a"]
    assert index.like("b", ["body"], 1)[0].id == "c"
    assert index.like("unknown", ["body"], 3) == ()
    assert index.like("b", ["title"], 3) == ()  # a field that the schema does not compare


def test_a_sound_index_has_nothing_to_report(index: Index) -> None:
    assert index.check() == []
    assert index.document_count() == 6
