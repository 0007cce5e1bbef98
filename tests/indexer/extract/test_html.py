"""Pages of sites: their own text, and what their metadata says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.document import Status
from indexer.extract import Context, Extraction
from indexer.extract._reader import DocumentReader

Read = Callable[..., Extraction]
_HTML = "text/html"
_SITE = Path(__file__).resolve().parents[3] / "corpus" / "sample" / "site"
_TEXT = (
    "Hankkeessa selvitettiin, miten metsävaratieto saadaan maakunnan toimijoiden käyttöön. "
    "Työ tehtiin yhdessä metsänomistajien ja yritysten kanssa, ja tulokset ovat kaikille avoimia."
)
_PAGE = f"""<!doctype html><html lang="fi"><head><title>Metsätieto | Vaara-arkisto</title>%s</head>
<body><a class="skip" href="#s">Siirry sisältöön</a>
<div class="cookie-notice"><p>Käytämme evästeitä sivuston toiminnan vuoksi.</p></div>
<header><p>Vaara-arkisto</p><nav><ul><li>Navigaatiovalikko</li><li>Julkaisut</li></ul></nav></header>
<main id="s"><p>älykkäät ekosysteemit pääkuva</p><h1>Metsätieto käyttöön</h1><p>{_TEXT}</p>
<h2>Tulokset lyhyesti</h2><p>{_TEXT.replace("Hankkeessa", "Loppuvaiheessa")}</p>
<table><tr><th>Vuosi</th><th>Hehtaaria</th></tr><tr><td>2019</td><td>1 200</td></tr></table></main>
<aside>Lue myös: Biohiili</aside><div class="feedback"><h2>Sivun arviointi ja palaute</h2></div>
<p>Sivu arviointi ja palaute</p><footer>Yhteystiedot: Vaarankatu 1</footer></body></html>"""


_CITATION = '<meta name="citation_title" content="Sitaatin otsikko">'
_DUBLIN = '<meta name="DC.title" content="Dublinin otsikko">'
_OG = '<meta property="og:title" content="Jaettu otsikko">'
_GRAPH = '{"@graph": [{"@type": "Report", "name": "Graafin otsikko"}]}'
_JSON_LD = f'<script type="application/ld+json">{_GRAPH}</script>'


def _page(head: str = "") -> bytes:
    return (_PAGE % head).encode()


def _value(extraction: Extraction, name: str) -> object:
    values = [value for value in extraction.values if value.name == name]
    return max(values, key=lambda value: value.confidence).value if values else None


def test_main_text_is_read_as_one_page_with_paragraphs(read: Read) -> None:
    extraction = read(_page(), _HTML)
    assert len(extraction.pages) == 1
    assert _TEXT in extraction.pages[0].text.split("\n\n")


def test_headings_inside_the_text_are_kept(read: Read) -> None:
    assert "Tulokset lyhyesti" in read(_page(), _HTML).pages[0].text.split("\n\n")


@pytest.mark.parametrize(
    "phrase",
    [
        "Navigaatiovalikko",
        "pääkuva",
        "arviointi ja palaute",
        "evästeitä",
        "Siirry sisältöön",
        "Yhteystiedot",
        "Lue myös",
    ],
)
def test_furniture_of_the_site_is_not_in_the_text(read: Read, phrase: str) -> None:
    assert phrase not in read(_page(), _HTML).pages[0].text


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (_CITATION + _DUBLIN, "Sitaatin otsikko"),
        (_DUBLIN + _JSON_LD, "Dublinin otsikko"),
        (_JSON_LD + _OG, "Graafin otsikko"),
        (_OG, "Jaettu otsikko"),
        ("", "Metsätieto käyttöön"),
    ],
    ids=["citation", "dublin-core", "json-ld", "og", "h1"],
)
def test_title_is_taken_in_the_order_of_trust(read: Read, head: str, title: str) -> None:
    assert _value(read(_page(head), _HTML), "title") == title


def test_metadata_gives_authors_date_numbers_and_language(read: Read) -> None:
    head = (
        '<meta name="citation_author" content="Räty, Aino"><meta name="citation_author"'
        ' content="Matti Meikäläinen"><meta name="citation_publication_date" content="2021/11/30">'
        '<meta name="citation_isbn" content="978-951-0-18435-6"><meta name="citation_issn"'
        ' content="0355-0648"><meta name="DC.language" content="fi">'
    )
    extraction = read(_page(head), _HTML)
    names = ("authors", "date", "year", "isbn", "issn", "language")
    assert [_value(extraction, name) for name in names] == [
        ("Aino Räty", "Matti Meikäläinen"),
        "2021-11-30",
        2021,
        ("978-951-0-18435-6",),
        ("0355-0648",),
        "fi",
    ]


def test_list_of_facts_is_read_as_metadata(read: Read) -> None:
    facts = "<dl><dt>Tekijät</dt><dd>Aino Räty</dd><dt>Julkaistu</dt><dd>1.2.2019</dd></dl></main>"
    extraction = read(_PAGE.replace("</main>", facts).replace("%s", "").encode(), _HTML)
    assert (_value(extraction, "authors"), _value(extraction, "date")) == (
        ("Aino Räty",),
        "2019-02-01",
    )


_POST = f"""<!doctype html><html lang="fi"><body class="single"><main><h1>Uutinen</h1>
<div class="entry-content"><p>{_TEXT}</p><div class="wp-block-file"><a href="/a.pdf">Tiedote</a>
<a class="wp-block-file__button" href="/a.pdf">Lataa</a></div></div><div><p>Posted</p>
<div class="wp-block-post-date"><time datetime="2019-05-08T09:00:00+03:00">8.5.2019</time></div>
<p>in Hankeraportti by Toimitus</p></div><div id="comments"><ol><li class="comment">
<time class="entry-date" datetime="2023-01-01">1.1.2023</time><p>Hyvä kooste.</p></li></ol></div>
</main></body></html>"""


def test_text_that_a_system_marks_is_all_that_is_read(read: Read) -> None:
    text = read(_POST.encode(), _HTML).pages[0].text
    assert text.split("\n\n") == ["Uutinen", _TEXT, "Tiedote"]


def test_the_day_of_a_post_is_not_that_of_an_answer(read: Read) -> None:
    assert _value(read(_POST.encode(), _HTML), "date") == "2019-05-08"
    day = '<div class="wp-block-post-date"><time datetime="2019-05-08T09:00:00+03:00">'
    assert _value(read(_POST.replace(day, "<div><time>").encode(), _HTML), "year") is None


@pytest.mark.parametrize(("around", "year"), [("article", 2019), ("div", None)])
def test_the_foot_of_an_article_holds_its_day(read: Read, around: str, year: int | None) -> None:
    day = '<footer><time class="entry-date published" datetime="2019-05-08">8.5.</time></footer>'
    page = f"<html><body><main><{around}><h1>Uutinen</h1><p>{_TEXT}</p>{day}</{around}></main>"
    assert _value(read(page.encode(), _HTML), "year") == year


def test_a_day_that_a_list_shows_is_not_that_of_the_page(read: Read) -> None:
    latest = (
        '<ul><li><time class="entry-date" datetime="2024-02-02">2.2.2024</time></li></ul></main>'
    )
    assert _value(read(_page().replace(b"</main>", latest.encode()), _HTML), "year") is None


def test_metadata_knows_better_than_the_day_of_a_post(read: Read) -> None:
    head = '<html lang="fi"><head><meta name="citation_year" content="2016"></head>'
    page = _POST.replace('<html lang="fi">', head).encode()
    assert _value(read(page, _HTML), "year") == 2016


def test_strip_selectors_of_a_source_take_elements_out(read: Read) -> None:
    text = read(_page(), _HTML, Context(strip=("table",))).pages[0].text
    assert "Hehtaaria" not in text


def test_keep_selectors_of_a_source_are_all_that_is_read(read: Read) -> None:
    text = read(_page(), _HTML, Context(keep=("main h2",))).pages[0].text
    assert text == "Tulokset lyhyesti"


def test_selector_that_is_not_css_is_named(read: Read) -> None:
    extraction = read(_page(), _HTML, Context(strip=("[[",)))
    assert (extraction.status, "'[['" in extraction.reason) == (Status.FAILED, True)


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (_page().decode().encode("utf-16"), _HTML),
        (_page().decode().encode("latin-1"), "text/html; charset=iso-8859-1"),
        (_page('<meta charset="windows-1252">').decode().encode("cp1252"), _HTML),
        (_page('<meta charset="latin-1">'), _HTML),
        (_page().decode().encode("cp1252"), _HTML),
    ],
    ids=["utf-16-mark", "latin-1-header", "cp1252-meta", "utf-8-called-latin-1", "cp1252-untold"],
)
def test_charset_is_found_whatever_the_page_claims(read: Read, data: bytes, declared: str) -> None:
    assert _TEXT in read(data, declared).pages[0].text


def test_list_pages_are_skipped_unread(reader: DocumentReader, tmp_path: Path) -> None:
    path = tmp_path / "lista.html"
    path.write_bytes(_page())
    extraction = reader.read(path, _HTML, Context(notes={"role": "list"}))
    assert (extraction.status, extraction.pages) == (Status.SKIPPED, ())


def test_deep_nesting_does_not_make_a_page_empty(read: Read) -> None:
    data = f"<html><title>Syvä</title><body>{'<div>' * 200_000}{_TEXT}".encode()
    extraction = read(data, _HTML)
    assert (extraction.status, _TEXT in extraction.pages[0].text) == (Status.OK, True)


def test_page_beyond_the_limit_is_refused(read: Read) -> None:
    extraction = read(_page() + b" " * (5 * 1024 * 1024), _HTML)
    assert extraction.reason == "limit: the page is larger than 5 MiB"


def test_page_of_scripts_alone_is_not_ok(read: Read) -> None:
    extraction = read(f"<html><script>{'x = 1;' * 5000}</script></html>".encode(), _HTML)
    assert (extraction.status, extraction.reason) == (
        Status.FAILED,
        "empty: the page holds no text of its own",
    )


def test_landing_pages_of_the_sample_give_title_and_year(reader: DocumentReader) -> None:
    path = _SITE / "julkaisut" / "laserhitsauksen-laadunvarmistus" / "index.html"
    extraction = reader.read(path, _HTML, Context())
    assert (_value(extraction, "title"), _value(extraction, "year")) == (
        "Laserhitsauksen laadunvarmistus piensarjoissa",
        2021,
    )


def test_no_sample_page_holds_its_furniture(reader: DocumentReader) -> None:
    paths = sorted((_SITE / "julkaisut").rglob("*.html"))
    texts = [page.text for p in paths for page in reader.read(p, _HTML, Context()).pages]
    assert texts
    assert not [t for t in texts if "arviointi ja palaute" in t or "evästeitä" in t]
