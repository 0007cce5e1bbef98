"""Office archives and text files, made part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from corpus.document import Status
from indexer.extract import Extraction

Read = Callable[..., Extraction]
Pack = Callable[[Mapping[str, str | bytes]], bytes]
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_O = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
)
_CORE = (
    '<c xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/">'
    "<dc:title>Opiskelija</dc:title><dc:creator>Aino Räty</dc:creator>"
    "<t:created>2019-03-01T10:00:00Z</t:created></c>"
)


def docx(body: str) -> Mapping[str, str]:
    document = f"<w:document {_W}><w:body>{body}</w:body></w:document>"
    return {"word/document.xml": document, "docProps/core.xml": _CORE}


_DOCX_BODY = (
    '<w:p><w:pPr><w:pStyle w:val="Otsikko"/></w:pPr>'
    "<w:r><w:t>Metsätiedon tiekartta</w:t></w:r></w:p>"
    "<w:p><w:r><w:t>Ensimmäinen </w:t></w:r><w:r><w:t>kappale.</w:t></w:r></w:p>"
    '<w:p><w:r><w:br w:type="page"/><w:t>Toinen sivu.</w:t></w:r></w:p>'
)


def _value(extraction: Extraction, name: str) -> object:
    values = [value for value in extraction.values if value.name == name]
    return max(values, key=lambda value: value.confidence).value if values else None


def test_docx_gives_pages_title_and_authors(read: Read, make_zip: Pack) -> None:
    extraction = read(make_zip(docx(_DOCX_BODY)))
    assert [page.text for page in extraction.pages] == [
        "Metsätiedon tiekartta\n\nEnsimmäinen kappale.",
        "Toinen sivu.",
    ]
    assert [_value(extraction, name) for name in ("title", "authors", "year")] == [
        "Metsätiedon tiekartta",
        ("Aino Räty",),
        2019,
    ]


def test_slides_are_pages_in_their_order(read: Read, make_zip: Pack) -> None:
    def slide(text: str) -> str:
        return f"<p:sld xmlns:p='p' {_A}><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>"

    parts = {f"ppt/slides/slide{n}.xml": slide(f"Dian {n} teksti") for n in (10, 2, 1)}
    extraction = read(make_zip({"ppt/presentation.xml": "<p/>", **parts}))
    assert [page.text for page in extraction.pages] == [f"Dian {n} teksti" for n in (1, 2, 10)]


def test_odt_is_divided_at_its_page_breaks(read: Read, make_zip: Pack) -> None:
    content = (
        f"<office:document-content {_O}><text:h>Otsikko tässä</text:h><text:p>Alku<text:s/>"
        "<text:span>keski</text:span> loppu<text:soft-page-break/>uusi sivu</text:p>"
        "</office:document-content>"
    )
    mimetype = "application/vnd.oasis.opendocument.text"
    extraction = read(make_zip({"mimetype": mimetype, "content.xml": content}))
    assert [page.text for page in extraction.pages] == [
        "Otsikko tässä\n\nAlku keski loppu",
        "uusi sivu",
    ]


def test_odp_has_a_page_a_slide(read: Read, make_zip: Pack) -> None:
    slides = "".join(
        f"<draw:page><text:p>Kalvo {name}</text:p></draw:page>" for name in ("yksi", "kaksi")
    )
    content = f"<office:document-content {_O}>{slides}</office:document-content>"
    mimetype = "application/vnd.oasis.opendocument.presentation"
    extraction = read(make_zip({"mimetype": mimetype, "content.xml": content}))
    assert [page.text for page in extraction.pages] == ["Kalvo yksi", "Kalvo kaksi"]


def test_epub_is_read_in_the_order_of_its_spine(read: Read, make_zip: Pack) -> None:
    package = (
        '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Mahlaopas</dc:title>'
        '<manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="b" href="b.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="b"/><itemref idref="a"/></spine></package>'
    )
    container = '<container><rootfiles><rootfile full-path="OPS/x.opf"/></rootfiles></container>'
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": container,
        "OPS/x.opf": package,
        "OPS/a.xhtml": "<!DOCTYPE html><html><body><p>Luku kaksi</p></body></html>",
        "OPS/b.xhtml": "<html><body><p>Luku yksi</p></body></html>",
    }
    extraction = read(make_zip(parts))
    assert [page.text for page in extraction.pages] == ["Luku yksi", "Luku kaksi"]
    assert _value(extraction, "title") == "Mahlaopas"


def test_office_file_without_text_is_not_ok(read: Read, make_zip: Pack) -> None:
    extraction = read(make_zip(docx("<w:p/>")))
    assert (extraction.status, extraction.reason) == (
        Status.FAILED,
        "empty: the file holds no text",
    )


def test_markdown_gives_its_heading_as_title(read: Read) -> None:
    extraction = read("# Mahlaopas\n\nMahla valuu keväällä.".encode(), "text/markdown")
    assert (_value(extraction, "title"), extraction.media_type) == ("Mahlaopas", "text/markdown")


def test_form_feeds_divide_a_text_into_pages(read: Read) -> None:
    pages = read(b"Ensimmainen sivu.\fToinen sivu.", "text/plain").pages
    assert [page.text for page in pages] == ["Ensimmainen sivu.", "Toinen sivu."]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "utf-8-sig"])
def test_text_is_read_in_its_encoding(read: Read, encoding: str) -> None:
    text = "Älykäs erikoistuminen – Pohjois-Karjalan ylpeys"
    assert read(text.encode(encoding), "text/plain").pages[0].text == text


def test_rtf_gives_its_text_and_leaves_its_tables_out(read: Read) -> None:
    data = (
        rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\generator Riched;}\f0 M\'e4nty ja "
        rb"\u246?ljy\par Toinen \{rivi\}\emdash loppu}"
    )
    assert read(data).pages[0].text == "Mänty ja öljy\nToinen {rivi}—loppu"
