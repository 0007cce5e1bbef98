"""Pictures of pages are kept within a bound, drawn once, and never waited for without end."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.errors import Busy, UnreadableDocument
from indexer.extract import PageDrawer, PagePicture, PlacedWord
from indexer.pictures import PagePictures

_SHA = "ab" * 32
_SCAN = (
    Path(__file__).resolve().parents[2]
    / "corpus" / "sample" / "site" / "tiedostot" / "biogas-gardar.pdf"
)  # fmt: skip


class Pen:
    """A drawer that a test holds back and counts; what it draws is not a real PNG."""

    workers = 1

    def __init__(self, *, size: int = 1_000) -> None:
        self.size = size
        self.drawn: list[int] = []
        self.reason = ""
        self.may_go = threading.Event()
        self.may_go.set()

    def start(self) -> None:
        """Be ready already."""

    def draw(self, path: Path, number: int) -> PagePicture:
        """Draw noise that cannot be told from a picture here."""
        del path
        assert self.may_go.wait(20)
        self.drawn.append(number)
        if self.reason:
            raise UnreadableDocument(self.reason)
        words = (PlacedWord("metsä\n", 0.125, 0.25, 0.5, 0.75),)
        return PagePicture(b"\n" + os.urandom(self.size), 100, 141, 595.3, 841.9, words)

    def close(self) -> None:
        """Let everything go on."""
        self.may_go.set()


@pytest.fixture
def pen() -> Pen:
    """Return a drawer."""
    return Pen()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of the cache."""
    return tmp_path / "pages"


@pytest.fixture
def make(folder: Path) -> Iterator[Callable[..., PagePictures]]:
    """Make caches over a drawer, closed at the end."""
    made: list[PagePictures] = []

    def making(pen: Pen, max_bytes: int = 10_000_000, **options: Callable[[], float]) -> PagePictures:  # fmt: skip  # noqa: E501
        made.append(PagePictures(folder, pen, max_bytes=max_bytes, **options))
        return made[-1]

    yield making
    for pictures in made:
        pictures.close()


def get(pictures: PagePictures, number: int = 1, wait_s: float = 20) -> PagePicture:
    """Ask for a page."""
    return pictures.picture(Path("original"), _SHA, number, wait_s=wait_s)


def files(folder: Path) -> list[Path]:
    """Return what the cache holds."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_page_is_drawn_once_and_kept_for_the_next_process(
    make: Callable[..., PagePictures], pen: Pen
) -> None:
    first = get(make(pen))
    assert get(make(pen)) == first
    assert pen.drawn == [1]


def test_the_folder_may_be_deleted_at_any_time(
    make: Callable[..., PagePictures], pen: Pen, folder: Path
) -> None:
    pictures = make(pen)
    get(pictures)
    shutil.rmtree(folder)
    get(pictures)
    assert pen.drawn == [1, 1]
    assert len(files(folder)) == 1


@pytest.mark.parametrize("damage", ["cut", "emptied", "changed", "words"])
def test_a_damaged_file_is_drawn_again(
    make: Callable[..., PagePictures], pen: Pen, folder: Path, damage: str
) -> None:
    pictures = make(pen)
    get(pictures)
    (kept,) = files(folder)
    content = kept.read_bytes()
    places = {"changed": len(content) - 3, "words": 20}
    if damage in places:
        place = places[damage]
        kept.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    else:
        kept.write_bytes(content[: 100 if damage == "cut" else 0])
    again = get(pictures)
    assert pen.drawn == [1, 1]
    assert get(pictures) == again


def test_what_was_not_looked_at_for_longest_leaves_first(
    make: Callable[..., PagePictures], folder: Path
) -> None:
    pen = Pen(size=10_000)
    pictures = make(pen, max_bytes=55_000)
    for number in range(1, 6):
        get(pictures, number)
        kept = folder / _SHA[:2] / f"{_SHA}.{number}.1"
        os.utime(kept, (number, number))
    get(pictures, 1)  # looked at: now the newest
    get(pictures, 6)
    assert sum(path.stat().st_size for path in files(folder)) <= 55_000
    numbers = {int(path.name.split(".")[1]) for path in files(folder)}
    assert {1, 6} <= numbers
    assert 2 not in numbers


def test_the_bound_holds_for_what_an_earlier_process_left(
    make: Callable[..., PagePictures], folder: Path
) -> None:
    pen = Pen(size=10_000)
    first = make(pen)
    for number in range(1, 11):
        get(first, number)
    get(make(pen, max_bytes=35_000), 11)
    assert sum(path.stat().st_size for path in files(folder)) <= 35_000


def test_a_picture_larger_than_the_room_is_shown_and_not_kept(
    make: Callable[..., PagePictures], folder: Path
) -> None:
    assert get(make(Pen(size=10_000), max_bytes=5_000)).width_px == 100
    assert files(folder) == []


def test_a_disk_that_takes_nothing_costs_no_picture(
    make: Callable[..., PagePictures], pen: Pen, folder: Path
) -> None:
    folder.write_text("a file where the folder should be", encoding="utf-8")
    assert get(make(pen)).width_px == 100


def test_a_slow_page_is_told_and_there_the_next_time(
    make: Callable[..., PagePictures], pen: Pen, folder: Path
) -> None:
    pictures = make(pen)
    pen.may_go.clear()
    with pytest.raises(Busy):
        get(pictures, wait_s=0.05)
    with pytest.raises(Busy):
        get(pictures, wait_s=0.05)
    pen.may_go.set()
    deadline = time.monotonic() + 20
    while not files(folder) and time.monotonic() < deadline:
        time.sleep(0.01)
    get(pictures)
    assert pen.drawn == [1]


def test_too_many_pages_at_once_are_refused_at_once(
    make: Callable[..., PagePictures], pen: Pen
) -> None:
    pictures = make(pen)
    pen.may_go.clear()
    for number in range(1, 5):
        with pytest.raises(Busy, match="still"):
            get(pictures, number, wait_s=0.05)
    with pytest.raises(Busy, match="Too many"):
        get(pictures, 5)
    pen.may_go.set()
    assert get(pictures, 4).width_px == 100
    assert 5 not in pen.drawn


def test_only_some_threads_wait_for_one_page(make: Callable[..., PagePictures], pen: Pen) -> None:
    pictures = make(pen)
    pen.may_go.clear()
    refused = threading.Event()
    shown: list[PagePicture] = []

    def ask() -> None:
        try:
            shown.append(get(pictures))
        except Busy:
            refused.set()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert refused.wait(20)
    pen.may_go.set()
    for thread in threads:
        thread.join()
    assert 1 <= len(shown) <= 7
    assert pen.drawn.count(1) == 1


def test_a_page_that_cannot_be_drawn_is_not_tried_again_soon(
    make: Callable[..., PagePictures], pen: Pen
) -> None:
    now = [1_000.0]
    pictures = make(pen, clock=lambda: now[0])
    pen.reason = "time: too long"
    for _ in range(3):
        with pytest.raises(UnreadableDocument, match="time: too long"):
            get(pictures)
    assert pen.drawn == [1]
    now[0] += 3_600
    pen.reason = ""
    assert get(pictures).width_px == 100


@pytest.mark.slow
def test_a_real_page_comes_back_from_the_cache_as_it_was_drawn(folder: Path) -> None:
    pictures = PagePictures(folder, PageDrawer(), max_bytes=10_000_000)
    try:
        drawn = pictures.picture(_SCAN, _SHA, 1, wait_s=30)
        kept = pictures.picture(Path("gone"), _SHA, 1, wait_s=0)
    finally:
        pictures.close()
    assert kept == drawn
    assert kept.png.startswith(b"\x89PNG")
    assert kept.words
