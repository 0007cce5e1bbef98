"""An address becomes a typed search, and a search becomes the same address again."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from corpus.errors import LimitExceeded
from indexer.results import Notice, Sort
from search_app.state import SearchState


def read(*pairs: tuple[str, str]) -> SearchState:
    known = {("sector", "fotoniikka"), ("sector", "puu"), ("theme", "koulutus")}
    return SearchState.from_args(MultiDict(pairs), is_known=lambda f, v: (f, v) in known)


def test_an_empty_address_is_everything_newest_first() -> None:
    state = read()
    assert (state.query, state.page, state.size, state.order) == ("", 1, 10, Sort.NEWEST)
    assert state.to_params() == []


def test_a_query_without_an_order_is_by_relevance() -> None:
    assert read(("q", "metsä")).order is Sort.RELEVANCE


def test_relevance_without_words_becomes_newest() -> None:
    assert read(("sort", "relevance")).order is Sort.NEWEST


def test_a_state_survives_its_own_address() -> None:
    state = read(
        ("q", "metsä & puu"),
        ("sector", "puu"),
        ("sector", "fotoniikka"),
        ("theme", "koulutus"),
        ("from", "2018"),
        ("to", "2020"),
        ("sort", "title"),
        ("compounds", "off"),
        ("synonyms", "off"),
        ("related", "off"),
        ("size", "20"),
        ("page", "3"),
    )
    again = SearchState.from_args(MultiDict(state.to_params()), is_known=lambda _f, _v: True)
    assert again == state
    assert again.values("sector") == ("puu", "fotoniikka")


def test_unknown_values_are_left_out_with_a_notice() -> None:
    state = read(("sector", "fotoniikka"), ("sector", "avaruus"))
    assert state.values("sector") == ("fotoniikka",)
    assert state.notices == (Notice("unknown_value", "avaruus"),)


def test_twenty_values_are_read_and_twenty_one_refused() -> None:
    assert read(*[("sector", "puu")] * 20).values("sector") == ("puu",)
    with pytest.raises(LimitExceeded) as refused:
        read(*[("sector", "puu")] * 21)
    assert refused.value.subject == "sector"


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "20",
        "\u0662\u0660\u0661\u0669",
        "-2019",
        "2019.5",
        "\uff12\uff10\uff11\uff19",
        "99999",
    ],
)
def test_what_is_no_year_is_not_used(text: str) -> None:
    state = read(("from", text))
    assert state.year_from is None
    assert [notice.code for notice in state.notices] == ["year"]


def test_years_the_wrong_way_round_are_not_used() -> None:
    state = read(("from", "2030"), ("to", "2010"))
    assert not state.has_years
    assert state.notices == (Notice("year_order", "2030–2010"),)


def test_empty_fields_of_a_form_say_nothing() -> None:
    assert read(("from", ""), ("to", ""), ("sort", ""), ("q", ""), ("sector", "")) == read()


@pytest.mark.parametrize("text", ["0", "-3", "x", "", "\u0661", "1e3"])
def test_a_page_that_is_no_number_is_the_first(text: str) -> None:
    assert read(("page", text)).page == 1


def test_no_more_than_a_thousand_hits_can_be_reached() -> None:
    state = read(("page", "101"))
    assert state.page == 100
    assert state.notices == (Notice("depth"),)
    assert read(("page", "999999"), ("size", "100")).page == 10


def test_size_is_at_most_a_hundred() -> None:
    assert read(("size", "5000")).size == 100


def test_an_unknown_order_is_named() -> None:
    assert read(("q", "a"), ("sort", "sideways")).notices == (Notice("sort", "sideways"),)


def test_controls_and_text_direction_marks_do_not_reach_the_page() -> None:
    assert read(("q", "a\x00b\nc\u202ed")).query == "a b cd"


def test_a_query_of_512_characters_is_read_and_a_longer_one_refused() -> None:
    assert len(read(("q", "ä" * 512)).query) == 512
    with pytest.raises(LimitExceeded):
        read(("q", "ä" * 513))


def test_changing_a_filter_goes_back_to_the_first_page() -> None:
    state = read(("q", "puu"), ("page", "4")).with_value("theme", "koulutus")
    assert (state.page, state.values("theme")) == (1, ("koulutus",))
    assert state.without_value("theme", "koulutus").selected == ()


def test_clearing_keeps_the_words() -> None:
    state = read(("q", "puu"), ("sector", "puu"), ("from", "2019")).cleared()
    assert state.to_params() == [("q", "puu")]
