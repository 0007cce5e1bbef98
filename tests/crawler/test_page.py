"""What is read of a page: links, wishes, a hash that only the content changes."""

from __future__ import annotations

import pytest

from crawler.page import Link, PageReader, PageReading

URL = "http://h.fi/kansio/sivu"


def read(body: str, **options: object) -> PageReading:
    """Read a page of the usual address."""
    return PageReader().read(body.encode(), URL, content_type="text/html; charset=utf-8", **options)  # type: ignore[arg-type]


def urls(body: str) -> list[str]:
    """Return where the links of a page lead."""
    return [link.url for link in read(body).links]


def test_links_are_joined_and_named() -> None:
    page = read("<body><a href='../a?b=1#c' rel='nofollow ugc'>  Avaa\n julkaisu </a></body>")
    assert page.links == (Link("http://h.fi/a?b=1", "Avaa julkaisu", is_nofollow=True),)


def test_an_image_names_its_link() -> None:
    (link,) = read("<body><a href='/a.pdf'><img src=x alt='Raportti 2019'></a></body>").links
    assert link.text == "Raportti 2019"


def test_the_base_of_a_page_counts() -> None:
    assert urls("<head><base href='/muu/'></head><body><a href='a'>a</a></body>") == [
        "http://h.fi/muu/a"
    ]


@pytest.mark.parametrize(
    "body",
    [
        "<body><a href='#kohta'>a</a></body>",
        "<body><a href='mailto:a@b.fi'>a</a></body>",
        "<body><a href='javascript:void(0)'>a</a></body>",
        "<body><a href='http://[x'>a</a></body>",
        "<body><a href='http://a:b@h.fi/'>a</a></body>",
        "<body><a>a</a></body>",
    ],
)
def test_what_leads_nowhere_is_no_link(body: str) -> None:
    assert urls(body) == []


def test_frames_next_pages_and_refreshes_are_links() -> None:
    head = (
        "<link rel=next href='/2'><link rel=alternate hreflang=sv href='/sv'>"
        "<meta http-equiv=refresh content=\"5; url='/uusi'\"><link rel=stylesheet href='/x.css'>"
    )
    body = f"<html><head>{head}</head><body><iframe src='/kehys'></iframe></body></html>"
    assert urls(body) == [f"http://h.fi{path}" for path in ("/2", "/sv", "/uusi", "/kehys")]


def test_a_page_of_too_many_links_is_cut() -> None:
    assert len(urls("<body>" + "".join(f"<a href='/{n}'>x</a>" for n in range(9_000)))) == 5_000


def test_only_the_main_text_changes_the_hash() -> None:
    frame = "<header>{0}</header><nav>{0}</nav><main><p>{1}</p></main><footer>{0}</footer>"
    frame += "<script>{0}</script><aside>{0}</aside><div class='cookie-note'>{0}</div>"
    one, other = (read(f"<body>{frame.format(noise, 'sama')}") for noise in ("eka", "toka"))
    assert one.text_hash == other.text_hash
    assert one.text_hash != read(f"<body>{frame.format('eka', 'muu')}").text_hash


def test_the_heading_inside_an_article_is_content() -> None:
    body = "<body><article><header><h1>{}</h1></header><p>x</p></article>"
    assert read(body.format("Yksi")).text_hash != read(body.format("Kaksi")).text_hash


def test_bibliographic_metadata_is_content() -> None:
    body = "<head><meta name=citation_author content='{}'></head><body><p>x</p></body>"
    assert read(body.format("Aalto")).text_hash != read(body.format("Berg")).text_hash


def test_what_follows_a_removed_element_stays() -> None:
    one = read("<body><p>a</p><nav>x</nav> loppu</body>")
    assert one.text_hash != read("<body><p>a</p><nav>x</nav> muu</body>").text_hash


@pytest.mark.parametrize(
    ("head", "is_noindex", "is_nofollow"),
    [
        ("<meta name=robots content='NOINDEX, follow'>", True, False),
        ("<meta name=ROBOTS content='none'>", True, True),
        ("<meta name=julkaisuhaku content=noindex>", True, False),
        ("<meta name=googlebot content=noindex>", False, False),
        ("<meta name=robots content='index,nofollow'>", False, True),
    ],
)
def test_wishes_are_read(head: str, *, is_noindex: bool, is_nofollow: bool) -> None:
    page = read(f"<html><head>{head}</head><body><p>x</p></body></html>")
    assert (page.is_noindex, page.is_nofollow) == (is_noindex, is_nofollow)


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/oma", "http://h.fi/oma"),
        (URL, None),
        ("http://muu.fi/oma", None),
        ("http://h.fi:8080/oma", None),
    ],
)
def test_canonical_counts_on_the_same_host(href: str, expected: str | None) -> None:
    assert read(f"<head><link rel=canonical href='{href}'></head><body>x").canonical == expected


@pytest.mark.parametrize(
    ("title", "heading", "is_soft"),
    [
        ("Sivua ei löytynyt", "", True),
        ("404 – virhe", "", True),
        ("Sivusto", "Page not found", True),
        ("Sidan hittades inte", "", True),
        ("Työvoimaa ei löydy", "Työvoimapula", False),
        ("Raportti 404 hankkeesta", "", False),
    ],
)
def test_a_page_that_says_it_is_not_there_is_told(
    title: str, heading: str, *, is_soft: bool
) -> None:
    body = f"<html><head><title>{title}</title></head><body><h1>{heading}</h1><p>x</p>"
    assert read(body).is_soft_404 is is_soft


def test_a_long_text_about_missing_pages_is_not_missing() -> None:
    text = "Selvitys kertoo, miksi sivut katoavat. " * 60
    assert not read(f"<title>Sivua ei löydy</title><body><p>{text}</p>").is_soft_404


def test_a_landing_page_with_a_few_links_is_no_list() -> None:
    text = "Selvityksessä kuvataan maakunnan osaamisaloja ja niiden kehitystä. " * 6
    links = "<ul><li><a href='/a.pdf'>Avaa julkaisu</a></li><li><a href='/b'>Takaisin</a></li></ul>"
    assert not read(f"<body><main><h1>Selvitys</h1><p>{text}</p>{links}</main>").is_list


def test_a_list_with_summaries_is_a_list() -> None:
    summary = "Tiivistelmä lyhyesti. " * 8
    entry = f"<div><h3><a href='/{{0}}'>Raportti {{0}}</a></h3><p>{summary}</p></div>"
    body = "".join(entry.format(number) for number in range(6))
    assert read(f"<body><main><h1>Julkaisut</h1>{body}</main>").is_list


@pytest.mark.parametrize(
    ("classes", "is_list"),
    [
        ("archive author author-toimitus", True),
        ("archive date", True),
        ("archive post-type-archive post-type-archive-julkaisu", True),
        ("archive tax-sektori term-metsa", True),
        ("home blog", True),
        ("blog paged paged-2", True),
        ("attachment single single-attachment postid-6", True),
        ("post-template-default single single-post postid-4", False),
        ("page-template-default page page-id-2", False),
        ("archive", False),
    ],
)
def test_a_system_that_names_its_archives_is_believed(classes: str, *, is_list: bool) -> None:
    entry = "<article><h2><a href='/a'>Raportti</a></h2><p>Tiivistelmä lyhyesti.</p></article>"
    assert read(f"<body class='{classes}'><main>{entry}</main></body>").is_list is is_list


def test_a_post_with_a_long_discussion_is_no_list() -> None:
    answers = "".join(f"<li><a href='/#{n}'>Lukija</a> <p>Kiitos!</p></li>" for n in range(9))
    body = f"<main><h1>Uutinen</h1><p>Lyhyt.</p><ol>{answers}</ol></main>"
    assert read(f"<body>{body}</body>").is_list
    assert not read(f"<body class='single single-post postid-4'>{body}</body>").is_list


def test_a_page_that_becomes_a_list_has_changed() -> None:
    text = "<main><h1>Uutinen</h1><p>Sama teksti.</p></main>"
    post, archive = (read(f"<body class='{c}'>{text}") for c in ("page", "archive tag tag-puu"))
    assert post.text_hash != archive.text_hash


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\x01\x02", b"<", b"<html", b"\xff\xfe\x00", b"<a href=" * 500, b"]]>&#x110000;"],
)
def test_any_bytes_can_be_read(body: bytes) -> None:
    assert PageReader().read(body, URL).links == ()


def test_deep_nesting_is_not_an_empty_page() -> None:
    body = "<html><body>" + "<div>" * 200_000 + "<a href='/a'>sana</a>"
    page = read(body)
    assert page.text_chars >= 4
    assert [link.url for link in page.links] == ["http://h.fi/a"]
