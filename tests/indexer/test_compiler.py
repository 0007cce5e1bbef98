"""Query nodes become the engine's trees: what matches at which tier, and what is near."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest

from corpus import Vocabulary
from indexer.analysis import Analyzer
from indexer.bridge import ConceptBridge
from indexer.compiler import Level, QueryCompiler
from indexer.engine import (
    MAX_PHRASE_COMBINATIONS,
    AllOf,
    AnyOf,
    Constant,
    Everything,
    KeywordQuery,
    Nothing,
    PhraseQuery,
    Query,
    RangeQuery,
    TermQuery,
)
from indexer.query import Phrase, Word, parse
from indexer.results import Tier
from indexer.schema import (
    AUTHOR,
    BASE,
    GRAMS,
    PARTS,
    SURFACE,
    TITLE_BASE,
    TITLE_PARTS,
    TITLE_SURFACE,
)

EXACT, INFLECTED, COMPOUND, SYNONYM = map(
    Level, (Tier.EXACT, Tier.INFLECTED, Tier.COMPOUND, Tier.SYNONYM)
)


def _expand(field: str, prefix: str) -> Sequence[str]:
    return [f"{prefix}-{field}-{number}" for number in (1, 2)]


def _rarity(query: Query) -> float:
    del query
    return 3.0


@pytest.fixture(scope="session")
def compiler(analyzers: Mapping[str, Analyzer], packaged_vocabulary: Vocabulary) -> QueryCompiler:
    """Return a compiler; every prefix has two terms that name their field."""
    return QueryCompiler(analyzers, ConceptBridge(packaged_vocabulary, analyzers), _expand, _rarity)


def _match(compiler: QueryCompiler, query: str, level: Level = COMPOUND) -> Query:
    node = parse(query)
    assert node is not None
    return compiler.match(node, level)


def _leaves(query: Query) -> Iterator[Query]:
    match query:
        case AnyOf(branches):
            for branch in branches:
                yield from _leaves(branch)
        case AllOf(branches, without, optional):
            for branch in (*branches, *without, *optional):
                yield from _leaves(branch)
        case _:
            yield query


def _terms(query: Query) -> set[tuple[str, str]]:
    return {(leaf.field, leaf.text) for leaf in _leaves(query) if isinstance(leaf, TermQuery)}


def _fields(query: Query) -> set[str]:
    return {field for field, _ in _terms(query)}


def test_each_tier_adds_its_fields(compiler: QueryCompiler) -> None:
    by_level = [_fields(_match(compiler, "kissoille", level)) for level in (EXACT, INFLECTED)]
    assert by_level == [
        {SURFACE, TITLE_SURFACE},
        {SURFACE, TITLE_SURFACE, BASE, TITLE_BASE},
    ]
    assert _fields(_match(compiler, "kissoille")) - by_level[1] == {PARTS, TITLE_PARTS}


def test_each_tier_allows_the_stronger_ones() -> None:
    allowed = [t for t in (Tier.EXACT, Tier.INFLECTED, Tier.COMPOUND) if INFLECTED.allows(t)]
    assert allowed == [Tier.EXACT, Tier.INFLECTED]


def test_word_is_asked_for_by_its_full_forms_never_by_its_parts(compiler: QueryCompiler) -> None:
    terms = _terms(_match(compiler, "metsäbiotaloudesta"))
    assert (BASE, "metsäbiotalous") in terms
    assert (PARTS, "metsäbiotalous") in terms
    assert "talous" not in {text for _, text in terms}


def test_pages_are_not_asked_about_titles_years_and_fields(compiler: QueryCompiler) -> None:
    level = Level(Tier.COMPOUND, is_page=True)
    assert _fields(_match(compiler, "kissa", level)) == {SURFACE, BASE, PARTS}
    assert _match(compiler, "year:2020", level) == Everything()
    assert _match(compiler, "author:aalto", level) == Everything()


def test_all_words_are_asked_for_but_stop_words_only_help(compiler: QueryCompiler) -> None:
    query = _match(compiler, "kissa ja koira")
    assert isinstance(query, AllOf)
    assert len(query.branches) == 2
    assert (SURFACE, "ja") in _terms(AnyOf(query.optional))


def test_query_of_stop_words_asks_for_them(compiler: QueryCompiler) -> None:
    query = _match(compiler, "ja tai")
    assert isinstance(query, AllOf)
    assert len(query.branches) == 2
    assert query.optional == ()


def test_excluded_word_is_excluded_in_every_form_but_not_in_compounds(
    compiler: QueryCompiler,
) -> None:
    for level in (EXACT, COMPOUND):
        query = _match(compiler, "kissa -koirat", level)
        assert isinstance(query, AllOf)
        banned = _terms(AnyOf(query.without))
        assert (BASE, "koira") in banned
        assert PARTS not in {field for field, _ in banned}


def test_only_exclusions_leave_everything_else(compiler: QueryCompiler) -> None:
    query = _match(compiler, "-kissa")
    assert isinstance(query, AllOf)
    assert query.branches == (Everything(),)
    assert query.without


def test_or_asks_for_either(compiler: QueryCompiler) -> None:
    query = _match(compiler, "kissa OR koira")
    assert isinstance(query, AnyOf)
    assert len(query.branches) == 2


def test_phrase_inflects_but_exact_does_not(compiler: QueryCompiler) -> None:
    inflecting = {
        leaf.field
        for leaf in _leaves(_match(compiler, '"mustat kissat"'))
        if isinstance(leaf, PhraseQuery)
    }
    assert inflecting == {SURFACE, BASE}
    (exact,) = _leaves(_match(compiler, '="mustat kissat"'))
    assert isinstance(exact, PhraseQuery)
    assert (exact.field, exact.alternatives) == (SURFACE, (("mustat",), ("kissat",)))


def test_exact_word_stays_exact_at_every_level(compiler: QueryCompiler) -> None:
    for level in (EXACT, INFLECTED, COMPOUND):
        assert _terms(_match(compiler, '="kissat"', level)) == {(SURFACE, "kissat")}


def test_phrase_of_one_word_meets_no_compounds(compiler: QueryCompiler) -> None:
    assert PARTS not in _fields(_match(compiler, '"kissa"'))


def test_long_phrase_stays_within_the_combinations(compiler: QueryCompiler) -> None:
    query = _match(compiler, '"' + "kissoille metsäbiotaloudesta tutkimus alusta " * 4 + '"')
    found = [leaf for leaf in _leaves(query) if isinstance(leaf, PhraseQuery)]
    assert found
    for phrase in found:
        combinations = 1
        for place in phrase.alternatives:
            assert place
            combinations *= len(place)
        assert combinations <= MAX_PHRASE_COMBINATIONS


def test_hyphen_compound_is_met_by_its_pieces_side_by_side(compiler: QueryCompiler) -> None:
    phrases = [
        leaf for leaf in _leaves(_match(compiler, "elmo-pilotti")) if isinstance(leaf, PhraseQuery)
    ]
    assert any([p[0] for p in phrase.alternatives] == ["elmo", "pilotti"] for phrase in phrases)
    exact = _leaves(_match(compiler, "elmo-pilotti", EXACT))
    assert not any(isinstance(leaf, PhraseQuery) for leaf in exact)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sector:Fotoniikka", KeywordQuery("sector", "fotoniikka")),
        ("isbn:978-952-0000-00-x", KeywordQuery("isbn", "978952000000X")),
        ("year:2018..2020", RangeQuery("year", 2018, 2020)),
        ("year:2018..", RangeQuery("year", 2018, None)),
    ],
)
def test_fields_ask_for_values(compiler: QueryCompiler, query: str, expected: Query) -> None:
    assert _match(compiler, query) == expected


@pytest.mark.parametrize(
    ("query", "field"),
    [("foton*", SURFACE), ("title:foton*", TITLE_SURFACE), ("author:foton*", AUTHOR)],
)
def test_prefix_is_expanded_by_the_words_of_its_field(
    compiler: QueryCompiler, query: str, field: str
) -> None:
    assert _terms(_match(compiler, query)) == {
        (field, f"foton-{field}-1"),
        (field, f"foton-{field}-2"),
    }


def test_prefix_of_a_facet_is_expanded_by_its_values(compiler: QueryCompiler) -> None:
    assert list(_leaves(_match(compiler, "sector:Foton*"))) == [
        KeywordQuery("sector", "foton-sector-1"),
        KeywordQuery("sector", "foton-sector-2"),
    ]


def test_isbn_prefix_without_a_digit_matches_nothing(compiler: QueryCompiler) -> None:
    assert list(_leaves(_match(compiler, "isbn:978-*"))) == [
        KeywordQuery("isbn", "978-isbn-1"),
        KeywordQuery("isbn", "978-isbn-2"),
    ]
    assert list(_leaves(_match(compiler, "isbn:abcd*"))) == []


def test_synonyms_come_at_their_own_level_only(compiler: QueryCompiler) -> None:
    def phrases(level: Level) -> set[tuple[str, ...]]:
        leaves = _leaves(_match(compiler, "kissa metsäbiotalous", level))
        return {
            tuple(place[0] for place in leaf.alternatives)
            for leaf in leaves
            if isinstance(leaf, PhraseQuery) and leaf.field == SURFACE
        }

    assert phrases(COMPOUND) == set()
    assert phrases(SYNONYM) == {("forest", "bioeconomy")}


def test_near_asks_for_parts_and_grams_of_every_word(compiler: QueryCompiler) -> None:
    terms = _terms(compiler.near(compiler.read("metsäbiotalous")))
    assert {(BASE, "talous"), (PARTS, "biotalous"), (GRAMS, "talo")} <= terms
    on_pages = compiler.near(compiler.read("metsäbiotalous"), is_page=True)
    assert _fields(on_pages) == {SURFACE, BASE, PARTS}


def test_near_leaves_stop_words_out_unless_nothing_else_is_there(compiler: QueryCompiler) -> None:
    assert "ja" not in {text for _, text in _terms(compiler.near(compiler.read("kissa ja")))}
    assert "ja" in {text for _, text in _terms(compiler.near(compiler.read("ja")))}
    assert compiler.near(()) == Nothing()


def test_near_rewards_each_word_that_is_there_by_its_rarity(compiler: QueryCompiler) -> None:
    words = compiler.read("kissa ja koira")
    constants = [leaf for leaf in _leaves(compiler.near(words)) if isinstance(leaf, Constant)]
    assert [leaf.score for leaf in constants] == [compiler.weights.word * 3.0] * 2
    assert [(SURFACE, "kissa") in _terms(leaf.query) for leaf in constants] == [True, False]


def test_near_rewards_neighbours_and_no_stop_words(compiler: QueryCompiler) -> None:
    near = compiler.near(compiler.read("musta kissa ja koira"))
    phrases = [leaf for leaf in _leaves(near) if isinstance(leaf, PhraseQuery)]
    assert [[forms[0] for forms in leaf.alternatives] for leaf in phrases] == [["musta", "kissa"]]


def test_matches_are_ordered_by_all_words_and_decided_by_the_match_alone(
    compiler: QueryCompiler,
) -> None:
    node = parse("mustat kissat author:foton*")
    assert node is not None
    ranked = compiler.ranked(Nothing(), node)
    assert isinstance(ranked, AllOf)
    assert ranked.branches == (Constant(Nothing()),)
    scored = AnyOf(ranked.optional)
    assert {(BASE, "kissa"), (AUTHOR, "foton-author-1")} <= _terms(scored)


def test_text_without_words_matches_nothing(compiler: QueryCompiler) -> None:
    assert compiler.read("… — !") == ()
    assert compiler.match(Word("…"), EXACT) == Nothing()
    assert compiler.match(Phrase("— !"), EXACT) == Nothing()
