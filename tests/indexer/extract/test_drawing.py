"""The processes that draw pages: limited, replaced when one breaks, and hard to harm."""

from __future__ import annotations

import io
import os
import signal
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.errors import UnreadableDocument
from indexer.extract import PageDrawer, PagePicture
from indexer.extract._picture import MAX_PIXELS

_MIB = 1024 * 1024


@pytest.fixture(scope="module")
def drawer() -> Iterator[PageDrawer]:
    """Give one process for all files: what one leaves behind would show in the next."""
    made = PageDrawer(timeout_s=20)
    yield made
    made.close()


@pytest.fixture
def path(tmp_path: Path, make_pdf: Callable[..., bytes], lines_of: Callable[..., object]) -> Path:
    """Write a PDF of one page."""
    found = tmp_path / "yksi.pdf"
    found.write_bytes(make_pdf(lines_of((20, "Sivulla lukee tämä"))))
    return found


def pids(drawer: PageDrawer) -> set[int]:
    """Return the processes that draw."""
    assert drawer._pool is not None
    return set(drawer._pool._pool_manager.worker_manager.workers)


def outcome(drawer: PageDrawer, path: Path) -> str:
    """Return how drawing ended: "drawn" within the bounds, else the kind of reason."""
    try:
        picture = drawer.draw(path, 1)
    except UnreadableDocument as error:
        return error.message.partition(":")[0]
    is_bounded = picture.width_px * picture.height_px <= MAX_PIXELS * 1.01
    return "drawn" if is_bounded and len(picture.png) < 16 * _MIB else "too large"


def pdf(content: bytes, *more: bytes, resources: bytes = b"<<>>") -> bytes:
    """Put a page of 200 × 200 points together with what it draws."""
    stream = b"<</Length %d /Filter /FlateDecode>>\nstream\n" % len(zlib.compress(content))
    page = b"<</Type/Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources %s>>"
    bodies = [
        b"<</Type/Catalog /Pages 2 0 R>>",
        b"<</Type/Pages /Kids [3 0 R] /Count 1>>",
        page % resources,
        stream + zlib.compress(content) + b"\nendstream",
        *more,
    ]
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer <</Size %d /Root 1 0 R>>\n" % (len(bodies) + 1))
    out.write(b"startxref\n%d\n%%%%EOF" % start)
    return out.getvalue()


def test_a_page_is_drawn_in_a_process_of_its_own(drawer: PageDrawer, path: Path) -> None:
    picture = drawer.draw(path, 1)
    assert [word.text for word in picture.words] == ["Sivulla", "lukee", "tämä"]
    assert os.getpid() not in pids(drawer)


def test_a_killed_process_costs_nothing_but_its_page(drawer: PageDrawer, path: Path) -> None:
    assert drawer.draw(path, 1).words
    for pid in pids(drawer):
        os.kill(pid, signal.SIGKILL)
    assert outcome(drawer, path) in {"drawn", "crash"}
    assert drawer.draw(path, 1).words


def test_processes_can_be_started_before_the_first_page(path: Path) -> None:
    drawer = PageDrawer()
    drawer.start()
    try:
        assert drawer.draw(path, 1).words
        assert len(pids(drawer)) == 1
    finally:
        drawer.close()


@pytest.mark.slow
def test_a_page_that_never_ends_runs_out_of_time(tmp_path: Path, path: Path) -> None:
    endless = tmp_path / "loputon.pdf"
    endless.write_bytes(_ENDLESS)
    drawer = PageDrawer(timeout_s=1)
    try:
        assert drawer.draw(path, 1).words  # the process has started
        with pytest.raises(UnreadableDocument, match=r"^time:"):
            drawer.draw(endless, 1)
        assert drawer.draw(path, 1).words
    finally:
        drawer.close()


def test_threads_share_the_processes(drawer: PageDrawer, path: Path) -> None:
    found: list[PagePicture] = []
    threads = [
        threading.Thread(target=lambda: found.append(drawer.draw(path, 1))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len({picture.png for picture in found}) == 1


@pytest.mark.slow
def test_what_is_closed_while_drawing_says_so(tmp_path: Path) -> None:
    endless = tmp_path / "loputon.pdf"
    endless.write_bytes(_ENDLESS)
    drawer = PageDrawer(timeout_s=60)
    threading.Timer(1.0, drawer.close).start()
    with pytest.raises(UnreadableDocument, match=r"^crash:"):
        drawer.draw(endless, 1)


_FORM = (
    b"<</Type/XObject /Subtype/Form /BBox [0 0 200 200] /Resources <</XObject <</F 5 0 R>>>> "
    b"/Length 10>>\nstream\n/F Do /F Do\nendstream"
)
_IMAGE = (
    b"<</Type/XObject /Subtype/Image /Width 100000 /Height 100000 /BitsPerComponent 8 "
    b"/ColorSpace /DeviceRGB /Length 4>>\nstream\nabcd\nendstream"
)
_FORMS = [
    b"<</Type/XObject /Subtype/Form /BBox [0 0 200 200] /Resources <</XObject <</F %d 0 R>>>> "
    b"/Length 60>>\nstream\n%s\nendstream" % (number + 1, b"/F Do " * 10)
    for number in range(5, 16)
]
_LEAF = b"<</Type/XObject /Subtype/Form /BBox [0 0 9 9] /Length 10>>\nstream\n0 0 9 9 re\nendstream"
_STROKE = b"0 0 m 200 200 l S\n"
_ENDLESS = pdf(_STROKE * 200_000)
_HOSTILE = {
    "billion forms": pdf(b"/F Do", *_FORMS, _LEAF, resources=b"<</XObject <</F 5 0 R>>>>"),
    "calls itself": pdf(b"/F Do", _FORM, resources=b"<</XObject <</F 5 0 R>>>>"),
    "too many strokes": pdf(_STROKE * 1_000_000),
    "huge image": pdf(b"200 0 0 200 0 0 cm /I Do", _IMAGE, resources=b"<</XObject <</I 5 0 R>>>>"),
    "many states": pdf(b"q " * 500_000),
    "endless path": pdf(b"0 0 m " + b"1 1 l 199 3 l " * 50_000 + b"f"),
    "inflates": pdf(b" " * (300 * _MIB)),
    "nothing": b"",
    "text": b"%PDF-1.7 and nothing else",
    "no size": pdf(b"").replace(b"[0 0 200 200]", b"[0 0 0 0]    "),
    "infinite": pdf(b"").replace(b"[0 0 200 200]", b"[0 0 9e9 9e9]"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", _HOSTILE)
def test_a_hostile_page_is_drawn_within_bounds_or_refused(
    drawer: PageDrawer, tmp_path: Path, path: Path, name: str
) -> None:
    hostile = tmp_path / "paha.pdf"
    hostile.write_bytes(_HOSTILE[name])
    assert outcome(drawer, hostile) in {"drawn", "damaged", "time", "memory", "crash"}
    assert drawer.draw(path, 1).words
