"""Words of a text: borders, offsets and normalisation, the same in every language."""

from __future__ import annotations

import random

import pytest

from indexer.analysis import LANGUAGES, Analyzer, analyzer_for

TEXTS = {
    "plain": "Älykäs erikoistuminen Pohjois-Karjalassa 2019–2020, s. 12:30 ja EU:n tuki.",
    "hyphens": "tutkimus- ja kehittämistoiminta ja -rahoitus, 3-vuotias",
    "decomposed": "a\u0308lyka\u0308s Pohjois\u2011Karjala ja vaa\u2019an",
    "soft": "met\u00adsä\u00adbio\u00adtalous ja\u200b kiertotalous",
    "emoji": "hyvä😀puu 👩\u200d👩\u200d👧 loppu",
    "scripts": "Ελλάδα Москва 北京市 ไทย עברית суомитalo",
    "controls": "yksi\x00kaksi\x1bkolme\u2028neljä\x85viisi",
    "surrogate": "yksi \ud800 kaksi",
    "ligature": "graa\ufb01sen \ufb02uoresenssi",
    "address": "https://www.esimerkki.fi/polku/sivu.html etu.suku@esimerkki.fi",
}


@pytest.fixture(scope="module", params=LANGUAGES)
def analyzer(request: pytest.FixtureRequest) -> Analyzer:
    """Return the analyzer of each language."""
    return analyzer_for(request.param)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_language_sees_the_same_words(analyzer: Analyzer, text: str) -> None:
    expected = [(t.surface, t.position, t.start, t.end) for t in analyzer_for("en").tokens(text)]
    assert [(t.surface, t.position, t.start, t.end) for t in analyzer.tokens(text)] == expected


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_query_and_text_are_cut_at_the_same_places(analyzer: Analyzer, text: str) -> None:
    in_text = [(t.surface, t.start, t.end) for t in analyzer.tokens(text)]
    assert [(q.surface, q.start, q.end) for q in analyzer.query_tokens(text)] == in_text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_token_has_a_base_term_and_its_own_position(analyzer: Analyzer, text: str) -> None:
    tokens = analyzer.tokens(text)
    assert all(token.base and all(token.base) for token in tokens)
    assert [token.position for token in tokens] == list(range(len(tokens)))


def test_random_text_gives_words_that_find_themselves(analyzer: Analyzer) -> None:
    letters = "aeiouyäötknslr-:'/.& \u00ad\u0301ELMOX0123_😀\x00\ud800ŉİß–’ﬁ"
    choose = random.Random(3)  # noqa: S311 - the same text every run
    for _ in range(2_000):
        text = "".join(choose.choices(letters, k=choose.randrange(1, 30)))
        words = analyzer.query_tokens(text)
        for token, word in zip(analyzer.tokens(text), words, strict=True):
            assert set(word.full) & set(token.base), text
            assert not set(token.base) & set(token.parts), text
            assert all(text[piece.start : piece.end] for piece in word.pieces), text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_word_of_a_text_satisfies_a_query_for_itself(analyzer: Analyzer, text: str) -> None:
    for token, word in zip(analyzer.tokens(text), analyzer.query_tokens(text), strict=True):
        assert set(word.full) & set(token.base)


def test_offsets_count_characters_of_the_original(analyzer: Analyzer) -> None:
    text = "Xa\u0308 met\u00adsä\u00adbio\u00adtalous"
    token = analyzer.tokens(text)[1]
    assert text[token.start : token.end] == "met\u00adsä\u00adbio\u00adtalous"
    assert token.surface == "metsäbiotalous"


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("Pohjois\u2011Karjala", "pohjois-karjala"),
        ("Pohjois–Karjala", "pohjois-karjala"),
        ("VAA\u2019AN", "vaa'an"),
        ("a\u0308LYKA\u0308S", "älykäs"),
        ("graa\ufb01nen", "graafinen"),
        ("T&K-toiminta", "t&k-toiminta"),
        ("12:30", "12:30"),
    ],
)
def test_surface_is_lower_case_and_normalised(analyzer: Analyzer, text: str, surface: str) -> None:
    assert [token.surface for token in analyzer.tokens(text)] == [surface]


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("tutkimus- ja -rahoitus", ["tutkimus", "ja", "rahoitus"]),
        ("(ELMO) -pilotin", ["elmo", "pilotin"]),
        ("yksi_kaksi", ["yksi", "kaksi"]),
        ("a--b", ["a", "b"]),
        ("…- \u00ad '", []),
        ("", []),
    ],
)
def test_only_joiners_between_letters_hold_a_word_together(
    analyzer: Analyzer, text: str, surfaces: list[str]
) -> None:
    assert [token.surface for token in analyzer.tokens(text)] == surfaces


@pytest.mark.parametrize(
    "word",
    [
        "a" * 10_000,
        "sana-" * 5_000 + "sana",
        "a:n" * 4_000,
        "alus" * 11,
        "kuu" * 3_000,
        "e\u0301\u0323" * 5_000,
        "x'" * 3_000 + "x",
        "Aa" * 5_000,
        "9" * 10_000,
        "\u00ad" * 10_000 + "a",
    ],
    ids=["long", "hyphens", "colons", "alus", "kuu", "marks", "quotes", "humps", "digits", "soft"],
)
def test_monstrous_word_becomes_a_bounded_token(analyzer: Analyzer, word: str) -> None:
    for token in analyzer.tokens(word):
        assert len(token.surface) <= 100
        assert len(token.base) + len(token.parts) < 300
    assert analyzer.query_tokens(word)
    assert analyzer.index_terms(word)
    assert analyzer.query_terms(word)
    assert analyzer.tiers(word)["base"]


def test_name_matches_across_languages() -> None:
    text = "Joensuu Karelia Nokia ELMO 2020"
    fields = {
        language: {term for token in analyzer_for(language).tokens(text) for term in token.base}
        for language in LANGUAGES
    }
    for word in ("joensuu", "karelia", "nokia", "elmo", "2020"):
        assert all(word in terms for terms in fields.values()), word


def test_stem_of_one_language_is_no_term_of_another() -> None:
    stem = analyzer_for("en").query_terms("stations") - {"stations"}
    assert stem
    assert not stem & analyzer_for("sv").index_terms("station")
    assert not stem & analyzer_for("fi").index_terms("station")


@pytest.mark.parametrize(
    ("language", "form", "query"),
    [
        ("sv", "skogarna", "skogar"),
        ("sv", "träbyggandet", "träbyggande"),
        ("en", "strategies", "strategy"),
        ("en", "forests", "forest"),
        ("en", "bio-economy", "economy"),
    ],
)
def test_swedish_and_english_words_meet_by_their_stems(
    language: str, form: str, query: str
) -> None:
    analyzer = analyzer_for(language)
    assert analyzer.index_terms(form) & analyzer.query_terms(query)


def test_hyphenated_query_offers_its_pieces_with_their_offsets(analyzer: Analyzer) -> None:
    text = "uusi elmo-pilotti"
    word = analyzer.query_tokens(text)[1]
    assert [text[piece.start : piece.end] for piece in word.pieces] == ["elmo", "pilotti"]
    assert "elmopilotti" in word.full


def test_plain_query_word_has_no_pieces(analyzer: Analyzer) -> None:
    assert analyzer.query_tokens("pilotti")[0].pieces == ()
