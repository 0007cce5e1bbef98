"""The query language: what each piece of syntax becomes, and that reading it never fails."""

from __future__ import annotations

import random

import pytest

from indexer import query
from indexer.query import (
    MAX_DEPTH,
    MAX_QUERY_CHARACTERS,
    And,
    Exact,
    InField,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
    YearRange,
    parse,
    words,
)

_SYNTAX: dict[str, Node | None] = {
    "": None,
    " \t\r\n": None,
    "<>": None,
    "&": None,
    '""': None,
    "()": None,
    "*": None,
    "-": None,
    "metsä": Word("metsä"),
    "metsä energia": And((Word("metsä"), Word("energia"))),
    "metsä AND energia": And((Word("metsä"), Word("energia"))),
    "metsä OR energia": Or((Word("metsä"), Word("energia"))),
    "metsä or energia": And((Word("metsä"), Word("or"), Word("energia"))),
    "puu OR metsä rakentaminen": And((Or((Word("puu"), Word("metsä"))), Word("rakentaminen"))),
    "(puu metsä) OR vesi": Or((And((Word("puu"), Word("metsä"))), Word("vesi"))),
    "OR metsä": And((Word("or"), Word("metsä"))),
    "metsä OR": And((Word("metsä"), Word("or"))),
    "OR OR OR": And((Word("or"), Word("or"), Word("or"))),
    "metsä, energia!": And((Word("metsä"), Word("energia"))),
    "-metsä": And((Not(Word("metsä")),)),
    "vesi -metsä": And((Word("vesi"), Not(Word("metsä")))),
    "vesi -(metsä OR suo)": And((Word("vesi"), Not(Or((Word("metsä"), Word("suo")))))),
    'vesi -"vanha metsä"': And((Word("vesi"), Not(Phrase("vanha metsä")))),
    "vesi - metsä": And((Word("vesi"), Word("metsä"))),
    "elmo-pilotti": Word("elmo-pilotti"),
    "Pohjois-Karjala": Word("Pohjois-Karjala"),
    "tutkimus- ja kehittäminen": And((Word("tutkimus-"), Word("ja"), Word("kehittäminen"))),
    "kehittäminen ja -rahoitus": And((Word("kehittäminen"), Word("ja"), Word("-rahoitus"))),
    '"älykäs erikoistuminen"': Phrase("älykäs erikoistuminen"),
    "”älykäs erikoistuminen”": Phrase("älykäs erikoistuminen"),
    "“älykäs erikoistuminen„": Phrase("älykäs erikoistuminen"),
    "»älykäs erikoistuminen«": Phrase("älykäs erikoistuminen"),
    "'älykäs erikoistuminen'": Phrase("älykäs erikoistuminen"),
    "vaa'an": Word("vaa'an"),
    "vaa’an": Word("vaa'an"),
    "rei´issä": Word("rei'issä"),
    '"metsä energia': And((Word("metsä"), Word("energia"))),
    '="Älykäs"': Exact("Älykäs"),
    "=cmd": Word("cmd"),
    "foto*": Prefix("foto"),
    "fo*": Word("fo"),
    "*foto": Word("foto"),
    "fo*to": And((Word("fo"), Word("to"))),
    "title:metsä": InField("title", Word("metsä")),
    "Title:metsä": InField("title", Word("metsä")),
    'author:"Aino Virtanen"': InField("author", Phrase("Aino Virtanen")),
    'title:="Metsä"': InField("title", Exact("Metsä")),
    "title:metsä*": InField("title", Prefix("metsä")),
    "-theme:vesi": And((Not(InField("theme", Word("vesi"))),)),
    "title:": Word("title"),
    "title: metsä": And((Word("title"), Word("metsä"))),
    "sector:[": Word("sector"),
    "foo:bar": And((Word("foo"), Word("bar"))),
    "EU:n": Word("EU:n"),
    "year:2019": YearRange(2019, 2019),
    "year:2018..2020": YearRange(2018, 2020),
    "year:2020..2018": YearRange(2018, 2020),
    "year:2018–2020": YearRange(2018, 2020),
    "year:2018..": YearRange(2018, None),
    "year:..2020": YearRange(None, 2020),
    "year:٢٠١٩": And((Word("year"), Word("٢٠١٩"))),
    "year:>2020": And((Word("year"), Word("2020"))),
    "C# C++": And((Word("C#"), Word("C++"))),
    "met\u00adsä\u200b": Word("metsä"),
    "metsä\x00talous": And((Word("metsä"), Word("talous"))),
    "a\u0308lyka\u0308s": Word("älykäs"),
    "ＣＯ２": Word("CO2"),
}


@pytest.mark.parametrize("text", _SYNTAX, ids=repr)
def test_a_piece_of_syntax_becomes_its_node(text: str) -> None:
    assert parse(text) == _SYNTAX[text]


def test_a_query_is_cut_at_its_limit() -> None:
    node = parse("a " * MAX_QUERY_CHARACTERS)
    assert isinstance(node, And)
    assert len(node.nodes) == MAX_QUERY_CHARACTERS // 2


def _depth(node: Node) -> int:
    match node:
        case And(nodes) | Or(nodes):
            return 1 + max(map(_depth, nodes))
        case Not(inner):
            return 1 + _depth(inner)
        case _:
            return 1


def test_groups_deeper_than_the_limit_are_read_as_plain_words() -> None:
    levels = MAX_DEPTH + 8
    node = parse("(a OR (b " * levels + "))" * levels)
    assert node is not None
    assert _depth(node) <= 2 * (MAX_DEPTH + 1) + 1
    assert repr(node).count("'a'") == levels


def test_required_words_leave_out_alternatives_and_exclusions() -> None:
    assert words(parse('metsä (vesi OR suo) -energia "a b" title:c (d e)')) == ("metsä", "d", "e")
    assert words(None) == ()


_PIECES = [*'abä*"()-=:;,.+#~^\\/[]{}', " ", "  ", "metsä", " OR ", " AND ", "NOT ", '="', "title:"]
_PIECES += ["year:", "2019", "..", "ja ", " -x", "'", "EU:n", "”", "«", "\xad", "\x00", "\u0301"]
_PIECES += ["isbn:978-952-1-2-3", "foo:bar", "\ud800", "\uffff", "ﬁ", "İ", "日本", "שלום", "\u2028"]


def _strings(count: int, longest: int) -> list[str]:
    choose = random.Random(20261124)  # noqa: S311 (a seeded test)
    return ["".join(choose.choices(_PIECES, k=choose.randrange(longest))) for _ in range(count)]


def test_ten_thousand_generated_strings_are_read_and_written_back() -> None:
    seen = 0
    for text in _strings(10_000, 40):
        node = parse(text)
        if node is None:
            continue
        written = query.format(node)
        if len(written) <= MAX_QUERY_CHARACTERS:
            seen += 1
            assert parse(written) == node, (text, written)
    assert seen > 5_000


def _tree(choose: random.Random, depth: int) -> Node:
    names = ["metsä", "vesi", "EU:n", "elmo-pilotti", "tutkimus-", "ja", "C++"]
    leaves: list[Node] = [
        Word(choose.choice(names)),
        Phrase("kaksi sanaa"),
        Exact("Kaksi sanaa"),
        Prefix("foto"),
        YearRange(2018, None),
        InField("title", choose.choice([Word("metsä"), Phrase("a b"), Exact("a"), Prefix("abc")])),
    ]
    if depth == 0 or choose.random() < 0.3:
        return choose.choice(leaves)
    if choose.random() < 0.2:
        return Not(_tree(choose, depth - 1))
    kind = choose.choice([And, Or])
    children = [_tree(choose, depth - 1) for _ in range(choose.randint(2, 3))]
    flat = tuple(c if not isinstance(c, kind) else Not(c) for c in children)
    return kind(flat)


def test_any_tree_is_written_and_read_back() -> None:
    choose = random.Random(7)  # noqa: S311 (a seeded test)
    seen = 0
    for _ in range(2_000):
        tree = _tree(choose, 4)
        node = And((tree,)) if isinstance(tree, Not) else tree
        written = query.format(node)
        if len(written) <= MAX_QUERY_CHARACTERS:
            seen += 1
            assert parse(written) == node, written
    assert seen > 1_000
