"""Plain text, Markdown and small RTF files.

The decision behind it: a text file is one page unless form feeds divide it, and RTF is read by
its own grammar of braces and control words in one pass, because all it has to give here is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from corpus.document import FieldValue, Status
from corpus.errors import UnreadableDocument
from indexer.extract import _sniff
from indexer.extract._chosen import chosen
from indexer.extract._decode import decode_text
from indexer.extract._imprint import imprint_values
from indexer.extract._ports import EXTRACTOR_VERSION, Context, Extraction
from indexer.extract._titles import MAX_TITLE_CHARS, is_junk_title, title_of_filename, title_of_link
from indexer.extract._values import clean_text, found, has_text
from indexer.extract._words import Words, number_pages

MAX_BYTES: Final = 20 * 1024 * 1024
_MAX_PAGES: Final = 5_000
_RTF: Final = re.compile(
    r"\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<code>[0-9a-fA-F]{2})"
    r"|\\(?P<symbol>[^a-z])|(?P<brace>[{}])|[\r\n]+|(?P<plain>[^\\{}\r\n]+)"
)
_RTF_SYMBOLS: Final = {"~": "\u00a0", "_": "-", "-": ""}
_RTF_HIDDEN: Final = frozenset(
    [
        "fonttbl",
        "colortbl",
        "stylesheet",
        "info",
        "pict",
        "object",
        "themedata",
        "datastore",
        "listtable",
        "generator",
        "header",
        "footer",
        "headerl",
        "headerr",
        "footerl",
        "footerr",
        "filetbl",
        "revtbl",
        "rsidtbl",
        "xmlnstbl",
        "latentstyles",
    ]
)
_RTF_WORDS: Final = {"par": "\n", "line": "\n", "sect": "\n\n", "page": "\f", "tab": " "} | {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "cell": " ", "row": "\n",
}  # fmt: skip


class TextExtractor:
    """Reads text files."""

    name = "text"

    def __init__(self, words: Words, *, last_year: int) -> None:
        self._words = words
        self._last_year = last_year

    def is_available(self) -> bool:
        """Whether its libraries are installed; it needs none."""
        return True

    def extract(self, data: bytes, media_type: str, context: Context) -> Extraction:
        """Return the pages; raises UnreadableDocument where the file is too large or empty."""
        if len(data) > MAX_BYTES:
            limit = MAX_BYTES // (1024 * 1024)
            raise UnreadableDocument(f"limit: the text is larger than {limit} MiB")
        is_rtf = media_type == _sniff.RTF
        text = text_of_rtf(data) if is_rtf else decode_text(data, media_type)
        parts = text.replace("\r\n", "\n").split("\f")[:_MAX_PAGES]
        pages = number_pages([clean_text(part) for part in parts], self._words)
        if not has_text(pages):
            raise UnreadableDocument("empty: the file holds no text")
        language = self._words.language_of(text)
        values = self._values([page.text for page in pages], context)
        if language is not None:
            values.append(found("language", language, "text", confidence=0.9))
        return Extraction(
            pages=pages,
            values=chosen(values),
            status=Status.OK,
            reason="",
            extractor=f"{self.name}/{EXTRACTOR_VERSION}",
            quality=self._words.share_known(text) if language in {"fi", None} else None,
            media_type=_sniff.bare_type(media_type),
        )

    def _values(self, pages: list[str], context: Context) -> list[FieldValue]:
        values = imprint_values([page.split("\n") for page in pages], last_year=self._last_year)
        first = next((line for page in pages for line in page.split("\n") if line.strip()), "")
        title = first.lstrip("#").strip()
        if len(title) <= MAX_TITLE_CHARS and not is_junk_title(title):
            values.append(found("title", title, "first line", page=1, confidence=0.5))
        if link := title_of_link(context.link_text):
            values.append(found("title", link, "link text", confidence=0.35))
        if context.filename:
            name = title_of_filename(context.filename)
            values.append(found("title", name, "file name", confidence=0.2))
        return values


def create(words: Words) -> TextExtractor:
    """Return the extractor; the coming year is the last that can be a year of publication."""
    return TextExtractor(words, last_year=datetime.now(tz=UTC).year + 1)


def text_of_rtf(data: bytes) -> str:
    """Return the text of an RTF file: groups that hold no text are skipped as they nest."""
    source = data.decode("cp1252", "replace")
    return "".join(_rtf_parts(source))


def _rtf_parts(source: str) -> Iterator[str]:
    hidden_at: list[bool] = [False]
    skip = 0  # characters after \\u that stand for it in older readers
    for match in _RTF.finditer(source):
        if match["brace"] == "{":
            hidden_at.append(hidden_at[-1])
        elif match["brace"]:
            if len(hidden_at) > 1:
                hidden_at.pop()
        elif match["symbol"] == "*" or match["word"] in _RTF_HIDDEN:
            hidden_at[-1] = True
        elif not hidden_at[-1]:
            part = _rtf_text(match)
            is_stand_in = match["code"] or match["plain"]
            yield part[skip:] if is_stand_in else part
            skip = int(match["word"] == "u") if not is_stand_in else 0


def _rtf_text(match: re.Match[str]) -> str:
    """Return the text that one control word, code, symbol or run of characters stands for."""
    if match["word"] == "u" and match["number"]:
        return chr(int(match["number"]) % 0x10000)
    if match["word"]:
        return _RTF_WORDS.get(match["word"], "")
    if match["code"]:
        return bytes.fromhex(match["code"]).decode("cp1252", "replace")
    if match["symbol"]:
        return _RTF_SYMBOLS.get(match["symbol"], match["symbol"])
    return match["plain"] or ""
