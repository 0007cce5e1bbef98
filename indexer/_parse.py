"""Query strings into trees and back.

One decision: reading never fails. Pairs of quotes and parentheses are settled first and whatever
has no partner is dropped, so the recursive part only ever sees what is well formed; every step
passes once over at most `MAX_QUERY_CHARACTERS` characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from enum import Enum, auto
from itertools import pairwise

from indexer._query_tree import (
    MAX_DEPTH,
    MAX_QUERY_CHARACTERS,
    MIN_PREFIX_CHARACTERS,
    QUERY_FIELDS,
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
)

_SPACE_CATEGORIES = ("Cc", "Cs", "Cn", "Co", "Zs", "Zl", "Zp")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»‹›″", '"') | dict.fromkeys("‘’‛´`", "'"))
_SINGLE_QUOTED = re.compile(r"(?<![^\s(:=-])'([^'\"]*\s[^'\"]*)'(?=[\s()]|$)")
_TOKEN = re.compile(r'(?P<gap>[\s*]+)|(?P<paren>[()])|="(?P<exact>[^"]*)"|"(?P<phrase>[^"]*)"'
                    r'|(?P<word>[^\s()"*]+)(?P<star>\*(?=[\s()]|$))?')  # fmt: skip
_YEARS = re.compile(r"(?P<low>[0-9]{4})?(?P<dots>\.\.|[-–])?(?P<high>[0-9]{4})?", re.ASCII)
# "kehittämistoiminta ja -rahoitus": the hyphen stands for a part left out and excludes nothing.
_SUSPENDED = re.compile(r"(?:^|[\s(])(?:ja|sekä|tai|eli|och|samt|eller) $", re.IGNORECASE)
# What follows the colon of an abbreviation (EU:n, ICT:lle, EU:s), which stays one word.
_CASE_ENDING = re.compile(
    "n|[aä]|t[aä]|t|ss[aä]|st[aä]|ll[aä]|lt[aä]|lle|n[aä]|ksi|tt[aä]|in|h[uiyö]n|en|een|iin|seen|"
    "i?en|iden|it[aä]|i[aä]|ilt[aä]|ille|ill[aä]|iss[aä]|ist[aä]|s|ar"
)


class _Mark(Enum):
    """What is not an operand."""

    OPEN = auto()
    CLOSE = auto()
    NOT = auto()
    OR = auto()
    AND = auto()


_Lexeme = _Mark | Node
_OPERATORS = {"OR": _Mark.OR, "AND": _Mark.AND}
_OPERATOR_WORDS = {_Mark.OR: "or", _Mark.AND: "and"}


def parse(text: str) -> Node | None:
    """Return the tree of a query, or None where it holds no word; never raises.

    OR joins the operands beside it and binds tighter than the AND between words, as visitors
    mean it in ``puu OR metsä rakentaminen``. A lone exclusion becomes ``And((Not(…),))``.
    """
    clean = _clean(text)
    lexemes = _operands(_balanced(_lexemes(clean)))
    if not lexemes:
        return None
    node = _read_all(deque(lexemes))
    return And((node,)) if isinstance(node, Not) else node


def format(node: Node) -> str:  # noqa: A001 (the counterpart of parse, always used as query.format)
    """Return a query string of which `parse` makes the same tree."""
    match node:
        case And(nodes):
            return _format_all(nodes)
        case Or(nodes):
            return " OR ".join(f"({format(n)})" if isinstance(n, And) else format(n) for n in nodes)
        case Not(inner):
            text = format(inner)
            return f"-({text})" if isinstance(inner, And | Or | Not) else f"-{text}"
        case InField(field, inner):
            return f"{field}:{format(inner)}"
        case _:
            return _format_leaf(node)


def _format_all(nodes: tuple[Node, ...]) -> str:
    joined = ""
    for node in nodes:
        text = format(node)
        if (
            _SUSPENDED.search(f"{joined[-7:]} ")
            and text.startswith("-")
            and not _is_suspended(node)
        ):
            text = f"({text})"
        joined = f"{joined} {text}" if joined else text
    return joined


def _is_suspended(node: Node) -> bool:
    first = node.nodes[0] if isinstance(node, Or) else node
    return isinstance(first, Word) and first.text.startswith("-")


def _format_leaf(node: Node) -> str:
    match node:
        case Phrase(text):
            return f'"{text}"'
        case Exact(text):
            return f'="{text}"'
        case Prefix(text):
            return f"{text}*"
        case YearRange(low, high) if low == high:
            return f"year:{low}"
        case YearRange(low, high):
            return f"year:{low or ''}..{high or ''}"
        case Word(text):
            return text
    raise AssertionError(node)


def _clean(text: str) -> str:
    """Cut, normalise, make every quote ``"`` and leave no quote without its partner."""
    cut = text[:MAX_QUERY_CHARACTERS].translate(_QUOTES)  # NFKC makes a space of U+00B4
    folded = unicodedata.normalize("NFKC", cut).translate(_QUOTES)
    kept = "".join(
        " " if unicodedata.category(c) in _SPACE_CATEGORIES else c
        for c in folded
        if unicodedata.category(c) != "Cf"  # soft hyphens and the like stand inside words
    )
    kept = " ".join(unicodedata.normalize("NFKC", kept)[:MAX_QUERY_CHARACTERS].split())
    if kept.count('"') % 2:
        last = kept.rindex('"')
        kept = f"{kept[:last]} {kept[last + 1 :]}"
    unquoted = kept.split('"')
    unquoted[::2] = [_SINGLE_QUOTED.sub(r'"\1"', piece) for piece in unquoted[::2]]
    return '"'.join(unquoted)


def _lexemes(text: str) -> list[_Lexeme]:
    found: list[_Lexeme] = []
    position = 0
    while match := _TOKEN.match(text, position):
        position = match.end()
        if match["paren"]:
            found.append(_Mark.OPEN if match["paren"] == "(" else _Mark.CLOSE)
        elif match["word"] is None:
            found += _quoted(match)
        else:
            lexemes, position = _word(text, match)
            found += lexemes
    return found


def _quoted(match: re.Match[str]) -> list[_Lexeme]:
    kind = Phrase if match["exact"] is None else Exact
    quoted = " ".join((match["phrase"] or match["exact"] or "").split())
    return [kind(quoted)] if _has_word(quoted) else []


def _word(text: str, match: re.Match[str]) -> tuple[list[_Lexeme], int]:
    """Read a run of word characters; return what it gives and where reading goes on."""
    raw, end = match["word"], match.end()
    before = text[match.start() - 1] if match.start() else " "
    around = {before, text[end : end + 1] or " "}
    if raw in _OPERATORS and match["star"] is None and around <= set(' ()"'):
        return [_OPERATORS[raw]], end
    lead: list[_Lexeme] = []
    hyphen = ""
    if before in " (" and raw.startswith("-") and _binds(raw[1:], text[end : end + 1]):
        raw = raw[1:]
        is_word = raw[:1].isalnum() and ":" not in raw
        if is_word and _SUSPENDED.search(text[max(0, match.start() - 8) : match.start()]):
            hyphen = "-"
        else:
            lead = [_Mark.NOT]
    if raw == "=" and text[end : end + 1] == '"':  # -="exact"
        quoted = _TOKEN.match(text, end - 1)
        return (lead + _quoted(quoted), quoted.end()) if quoted else (lead, end)
    field, colon, value = raw.partition(":")
    if colon and field.lower() in QUERY_FIELDS:
        node, end = _in_field(text, match, field.lower(), value)
        if node is not None:
            return [*lead, node], end
    operand = _plain(raw, hyphen, is_starred=match["star"] is not None)
    return [*lead, operand] if operand is not None else lead, end


def _binds(rest: str, following: str) -> bool:
    """Whether a hyphen with this behind it excludes (or is suspended): ``- x``, ``--x`` do not."""
    return rest[:1].isalnum() or (rest, following) in (("", '"'), ("", "("), ("=", '"'))


def _in_field(text: str, match: re.Match[str], field: str, value: str) -> tuple[Node | None, int]:
    if field == "year":
        return _years(value), match.end()
    if value in ("", "=") and match["star"] is None:
        quoted = _TOKEN.match(text, match.end() - len(value))
        if quoted is None or (quoted["phrase"] is None and quoted["exact"] is None):
            return None, match.end()
        operands = _quoted(quoted)
        if operands and isinstance(operands[0], Phrase | Exact):
            return InField(field, operands[0]), quoted.end()
        return None, quoted.end()
    trimmed = _trim(value)
    if not trimmed:
        return None, match.end()
    return InField(field, _leaf(trimmed, is_starred=match["star"] is not None)), match.end()


def _years(value: str) -> YearRange | None:
    match = _YEARS.fullmatch(value)
    if match is None or not (match["low"] or match["high"]):
        return None
    low, high = (int(year) if year else None for year in (match["low"], match["high"]))
    if match["dots"] is None:
        return YearRange(low, low) if high is None else None
    if low is not None and high is not None:
        return YearRange(min(low, high), max(low, high))
    return YearRange(low, high)


def _plain(raw: str, hyphen: str, *, is_starred: bool) -> Node | None:
    whole = _trim(raw)
    left, colon, right = whole.partition(":")
    is_one = not colon or (left + right).isdigit()
    is_one |= bool(_CASE_ENDING.fullmatch(right)) and left.lower() not in QUERY_FIELDS
    pieces = [whole] if is_one else [_trim(piece) for piece in whole.split(":")]
    pieces = [piece for piece in pieces if piece]
    if not pieces:
        return None
    nodes: list[Node] = [Word(_lower_operator(piece)) for piece in pieces[:-1]]
    nodes.append(_leaf(pieces[-1], is_starred=is_starred))
    if hyphen and isinstance(nodes[0], Word):
        nodes[0] = Word(hyphen + nodes[0].text)
    return _flat(And, nodes)


def _leaf(text: str, *, is_starred: bool) -> Word | Prefix:
    letters = sum(map(str.isalnum, text))
    if is_starred and letters >= MIN_PREFIX_CHARACTERS:
        return Prefix(text)
    return Word(_lower_operator(text))


def _lower_operator(text: str) -> str:
    return text.lower() if text in _OPERATORS else text


def _has_word(text: str) -> bool:
    return any(map(str.isalnum, text))


def _trim(text: str) -> str:
    """Drop outer punctuation; a suspended hyphen (*tutkimus-*) and C++, C# keep their end."""
    if not _has_word(text):
        return ""
    ends = [i for i, c in enumerate(text) if c.isalnum() or unicodedata.category(c)[0] == "M"]
    start, end = next(i for i in ends if text[i].isalnum()), ends[-1] + 1
    tail = text[end:]
    marks = len(tail) - len(tail.lstrip("+#"))
    return text[start : end + (1 if tail.startswith("-") else marks)]


def _balanced(lexemes: list[_Lexeme]) -> list[_Lexeme]:
    """Drop parentheses without a partner, around nothing, or deeper than `MAX_DEPTH`."""
    partners: dict[int, int] = {}
    is_open: list[int] = []
    for index, lexeme in enumerate(lexemes):
        if lexeme is _Mark.OPEN:
            is_open.append(index)
        elif lexeme is _Mark.CLOSE and is_open:
            opened = is_open.pop()
            partners[opened] = index
            partners[index] = opened
    kept: list[_Lexeme] = []
    depth = 0
    for index, lexeme in enumerate(lexemes):
        if lexeme is _Mark.OPEN and index in partners:
            depth += 1
            if depth <= MAX_DEPTH:
                kept.append(lexeme)
        elif lexeme is _Mark.CLOSE and index in partners:
            depth -= 1
            if depth < MAX_DEPTH:
                _close(kept)
        elif lexeme not in (_Mark.OPEN, _Mark.CLOSE):
            kept.append(lexeme)
    return kept


def _close(kept: list[_Lexeme]) -> None:
    """Close the group that is open, or take it away with its exclusion where it is empty."""
    _drop_exclusions(kept)
    if kept[-1] is _Mark.OPEN:
        kept.pop()
        _drop_exclusions(kept)
    else:
        kept.append(_Mark.CLOSE)


def _drop_exclusions(kept: list[_Lexeme]) -> None:
    while kept and kept[-1] is _Mark.NOT:
        kept.pop()


def _operands(lexemes: list[_Lexeme]) -> list[_Lexeme]:
    """Drop an exclusion of nothing, and read operators without operands as words."""
    bound = [
        lexeme
        for lexeme, following in pairwise([*lexemes, _Mark.CLOSE])
        if lexeme is not _Mark.NOT or following is _Mark.OPEN or not isinstance(following, _Mark)
    ]
    kept: list[_Lexeme] = []
    for lexeme, following in pairwise([*bound, _Mark.CLOSE]):
        if lexeme is _Mark.OR or lexeme is _Mark.AND:
            has_left = bool(kept) and (kept[-1] is _Mark.CLOSE or not isinstance(kept[-1], _Mark))
            has_right = following not in (_Mark.CLOSE, _Mark.OR, _Mark.AND)
            word = Word(_OPERATOR_WORDS[lexeme])
            kept.append(lexeme if has_left and has_right else word)
        else:
            kept.append(lexeme)
    return kept


def _read_all(lexemes: deque[_Lexeme]) -> Node:
    nodes: list[Node] = []
    while lexemes and lexemes[0] is not _Mark.CLOSE:
        if lexemes[0] is _Mark.AND:
            lexemes.popleft()
        nodes.append(_read_any(lexemes))
    return _flat(And, nodes)


def _read_any(lexemes: deque[_Lexeme]) -> Node:
    nodes = [_read_one(lexemes)]
    while lexemes and lexemes[0] is _Mark.OR:
        lexemes.popleft()
        nodes.append(_read_one(lexemes))
    return _flat(Or, nodes)


def _read_one(lexemes: deque[_Lexeme]) -> Node:
    lexeme = lexemes.popleft()
    if lexeme is _Mark.NOT:
        return Not(_read_one(lexemes))
    if lexeme is _Mark.OPEN:
        node = _read_all(lexemes)
        lexemes.popleft()
        return node
    if isinstance(lexeme, _Mark):
        msg = f"{lexeme} has no operand"  # cannot be: `_operands` made words of those
        raise TypeError(msg)
    return lexeme


def _flat(kind: type[And | Or], nodes: list[Node]) -> Node:
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, kind) else (node,))
    return flat[0] if len(flat) == 1 else kind(tuple(flat))
