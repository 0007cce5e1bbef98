"""The marked-up text of a publication as blocks, and the blocks as HTML.

A small subset of Markdown, parsed here, because the typesetter needs blocks and not HTML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_RUN: Final = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*|\[\^(\w+)\]")
_NOTE: Final = re.compile(r"\[\^(\w+)\]:\s+(.*)")
_ORDERED: Final = re.compile(r"(\d+)[.)]\s+")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is a chapter."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; may hold ``**strong**``, ``*emphasis*`` and ``[^n]`` note marks."""

    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; a numbered one begins at ``start``, others have 0 there."""

    items: tuple[str, ...]
    start: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first row is its header."""

    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Listing | Table


@dataclass(frozen=True, slots=True)
class Body:
    """Blocks in order and the notes by their mark."""

    blocks: tuple[Block, ...]
    notes: tuple[tuple[str, str], ...]


def parse(text: str) -> Body:
    """Read the text of a publication."""
    blocks: list[Block] = []
    notes: list[tuple[str, str]] = []
    for chunk in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in chunk.split("\n") if line.strip()]
        while lines and lines[0].startswith("#"):
            mark, _, heading = lines.pop(0).partition(" ")
            blocks.append(Heading(len(mark), heading.strip()))
        if lines and _NOTE.match(lines[0]):
            notes.extend(_notes(lines))
        elif lines:
            blocks.append(_block(lines))
    return Body(tuple(blocks), tuple(notes))


def _block(lines: Sequence[str]) -> Block:
    """Return the block that ``lines`` are."""
    if lines[0].startswith("|"):
        cells = [
            line.strip("|").split("|") for line in lines if not re.fullmatch(r"[|:\s-]+", line)
        ]
        return Table(tuple(tuple(cell.strip() for cell in row) for row in cells))
    if lines[0].startswith("- ") or _ORDERED.match(lines[0]):
        return _listing(lines)
    return Paragraph(" ".join(lines))


def _listing(lines: Sequence[str]) -> Listing:
    """Return a list; a line without a mark goes on with the item before it."""
    items: list[str] = []
    for line in lines:
        match = _ORDERED.match(line)
        if line.startswith("- "):
            items.append(line[2:])
        elif match:
            items.append(line[match.end() :])
        else:
            items[-1] += f" {line}"
    first = _ORDERED.match(lines[0])
    return Listing(tuple(items), int(first[1]) if first else 0)


def _notes(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return the notes; a line without a mark goes on with the note before it."""
    notes: list[tuple[str, str]] = []
    for line in lines:
        match = _NOTE.match(line)
        if match:
            notes.append((match[1], match[2]))
        else:
            notes[-1] = (notes[-1][0], f"{notes[-1][1]} {line}")
    return notes


def plain(text: str) -> str:
    """Return running text without its marks."""
    return _RUN.sub(lambda match: match[1] or match[2] or "", text)


def inline(text: str) -> str:
    """Return running text as HTML."""
    parts: list[str] = []
    end = 0
    for match in _RUN.finditer(text):
        parts.append(html.escape(text[end : match.start()], quote=False))
        end = match.end()
        if match[3]:
            parts.append(f'<sup><a href="#viite-{match[3]}">{match[3]}</a></sup>')
        else:
            tag = "strong" if match[1] else "em"
            parts.append(f"<{tag}>{html.escape(match[1] or match[2], quote=False)}</{tag}>")
    return "".join(parts) + html.escape(text[end:], quote=False)


def to_html(body: Body, *, top: int = 2) -> str:
    """Return the blocks as HTML; a chapter heading becomes ``<h{top}>``."""
    lines = [_to_html(block, top) for block in body.blocks]
    if body.notes:
        items = "".join(f'<li id="viite-{mark}">{inline(text)}</li>' for mark, text in body.notes)
        lines.append(f'<ol class="notes">{items}</ol>')
    return "\n".join(lines)


def _to_html(block: Block, top: int) -> str:
    """Return one block as HTML."""
    match block:
        case Heading(level, text):
            tag = f"h{min(level + top - 1, 6)}"
            return f"<{tag}>{inline(text)}</{tag}>"
        case Paragraph(text):
            return f"<p>{inline(text)}</p>"
        case Listing(items, start):
            tag = "ol" if start else "ul"
            attribute = f' start="{start}"' if start > 1 else ""
            inner = "".join(f"<li>{inline(item)}</li>" for item in items)
            return f"<{tag}{attribute}>{inner}</{tag}>"
        case Table(rows):
            head = "".join(f'<th scope="col">{inline(cell)}</th>' for cell in rows[0])
            rest = "".join(
                "<tr>" + "".join(f"<td>{inline(cell)}</td>" for cell in row) + "</tr>\n"
                for row in rows[1:]
            )
            return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rest}</tbody></table>"
