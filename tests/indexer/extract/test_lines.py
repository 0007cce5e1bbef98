"""Paragraphs and running heads from the geometry of lines."""

from __future__ import annotations

from indexer.extract._lines import Line, PageLines, paragraphs_of, without_running_heads


def _line(text: str, top: float, *, size: float = 11, left: float = 72, right: float = 500) -> Line:
    return Line(text, size=size, top=top, left=left, right=right)


def _texts(lines: list[Line]) -> list[str]:
    return [" ".join(line.text for line in group) for group in paragraphs_of(lines)]


def test_wider_leading_starts_a_paragraph() -> None:
    lines = [_line("Yksi", 700), _line("kaksi.", 686), _line("Kolme", 650), _line("neljä.", 636)]
    assert _texts(lines) == ["Yksi kaksi.", "Kolme neljä."]


def test_other_size_starts_a_paragraph() -> None:
    assert _texts([_line("Otsikko", 700, size=18), _line("teksti", 680)]) == ["Otsikko", "teksti"]


def test_short_last_line_ends_a_paragraph_without_leading() -> None:
    lines = [_line("Täysi", 700), _line("loppu.", 686, right=200), _line("Uusi", 672)]
    assert _texts(lines) == ["Täysi loppu.", "Uusi"]


def test_sentence_goes_on_in_the_next_column() -> None:
    lines = [_line("virke joka", 100, right=280), _line("jatkuu.", 700, left=310)]
    assert _texts(lines) == ["virke joka jatkuu."]


def test_list_items_stand_alone() -> None:
    assert _texts([_line("– yksi", 700), _line("– kaksi", 686)]) == ["– yksi", "– kaksi"]


_TEXTS = ("metsä kasvaa", "laser hitsaa", "vesi virtaa", "kone kulkee")


def _pages(count: int) -> list[PageLines]:
    return [
        PageLines(
            (
                _line("Vaarojen raportteja 3/2021", 800),
                _line(f"{_TEXTS[index]} ensin", 700),
                _line(f"{_TEXTS[index]} sitten", 686),
                _line(f"{_TEXTS[index]} lopuksi", 672),
                _line(str(index + 1), 40),
            )
        )
        for index in range(count)
    ]


def test_running_heads_and_page_numbers_are_removed() -> None:
    bodies = without_running_heads(_pages(4))
    assert [line.text for line in bodies[2]] == [
        "vesi virtaa ensin",
        "vesi virtaa sitten",
        "vesi virtaa lopuksi",
    ]


def test_title_of_the_cover_stays_though_it_recurs_as_a_head() -> None:
    cover = PageLines(
        (
            _line("Metsätiedon", 800, size=24),
            _line("tiekartta", 770, size=24),
            _line("Kolme riviä", 700),
            _line("tavallista tekstiä", 686),
            _line("kannessa", 672),
        )
    )
    head = _line("Metsätiedon tiekartta", 800)
    inner = [PageLines((head, *page.lines[1:])) for page in _pages(3)]
    bodies = without_running_heads([cover, *inner])
    assert [body[0].text for body in bodies[:2]] == ["Metsätiedon", "metsä kasvaa ensin"]
