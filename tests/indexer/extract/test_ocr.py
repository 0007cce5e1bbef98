"""Text recognition of one page: what Tesseract is given, what it says, and when it is missing."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pikepdf
import pytest

from corpus import RecognisedLine
from corpus.errors import LimitExceeded, MissingBackend, UnreadableDocument
from indexer.extract import Context, Picture, Sandbox
from indexer.extract._hocr import lines_of_hocr
from indexer.extract._ports import POINTS_PER_INCH
from indexer.extract._render import MAX_PIXELS, render_page
from indexer.extract.ocr import Tesseract

SCAN = (
    Path(__file__).resolve().parents[3]
    / "corpus" / "sample" / "site" / "tiedostot" / "hirsikoulun-suunnitteluohje.pdf"
)  # fmt: skip
_LINE = (
    "<span class='ocr_line' title='bbox 100 {top} 900 {bottom}; baseline 0 0; x_size {size}'>"
    "<span class='ocrx_word' title='bbox 1 1 2 2; x_wconf {sure}'>{text}</span></span>"
)
_DRAWN = Picture(b"P5\n4 4\n255\n" + b"\xff" * 16, 1.0, 4.0)


def hocr(*paragraphs: str) -> bytes:
    """Return what Tesseract prints around paragraphs."""
    body = "".join(f"<p class='ocr_par'>{lines}</p>" for lines in paragraphs)
    head = '<?xml version="1.0" encoding="UTF-8"?><html><body><div class="ocr_page">'
    return f"{head}{body}</div></body></html>".encode()


def line(text: str, *, top: int = 100, size: float = 40, sure: int = 90) -> str:
    """Return one line of hOCR with one word."""
    return _LINE.format(text=text, top=top, bottom=top + 30, size=size, sure=sure)


def program(folder: Path, script: str) -> dict[str, str]:
    """Put a program named tesseract into a folder; return an environment that finds it first."""
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}


def test_lines_have_their_place_and_size_in_points() -> None:
    found = lines_of_hocr(hocr(line("Järvi")), height_pt=842, scale=2)
    assert found == (
        RecognisedLine("Järvi", 20.0, top=792.0, left=50.0, right=450.0, words=((0.5, 1.0),)),
    )


def test_lines_of_a_paragraph_have_one_size() -> None:
    text = line("abc", size=38) + line("acc", size=42) + line("abc", size=40)
    assert {one.size for one in lines_of_hocr(hocr(text), height_pt=842, scale=1)} == {40.0}


def test_heading_inside_a_paragraph_keeps_its_size() -> None:
    text = line("Otsikko", size=80) + line("abc", size=40) + line("abc", size=40)
    sizes = [one.size for one in lines_of_hocr(hocr(text), height_pt=842, scale=1)]
    assert sizes == [80.0, 40.0, 40.0]


def test_texture_of_a_picture_is_no_line() -> None:
    text = line("~;|'", sure=12) + line("Teksti", sure=60)
    found = lines_of_hocr(hocr(text), height_pt=842, scale=1)
    assert [one.text for one in found] == ["Teksti"]


@pytest.mark.parametrize("content", [b"", b"   ", b"<html></html>", b"\xff\xfe<p", b"plain text"])
def test_page_without_lines_has_none(content: bytes) -> None:
    assert lines_of_hocr(content, height_pt=842, scale=1) == ()


def test_page_is_drawn_in_the_limited_worker() -> None:
    with Sandbox() as sandbox:
        picture = sandbox.render(SCAN, 2, dpi=200)
    header, size, depth, pixels = picture.pgm.split(b"\n", 3)
    width, height = map(int, size.split())
    assert (header, depth, len(pixels), picture.dpi) == (b"P5", b"255", width * height, 200)
    assert (width, height) == (1655, 2339)


@pytest.mark.parametrize(
    ("content", "number", "reason"),
    [
        (b"", 1, "damaged: not a readable PDF"),
        (b"%PDF-1.4 nothing", 1, "damaged: not a readable PDF"),
        (None, 3, "damaged: page 3 cannot be drawn"),
    ],
    ids=["empty", "broken", "no such page"],
)
def test_page_that_cannot_be_drawn_says_why(
    tmp_path: Path, content: bytes | None, number: int, reason: str
) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(SCAN.read_bytes() if content is None else content)
    with pytest.raises(UnreadableDocument) as caught:
        render_page(path, number, dpi=200)
    assert caught.value.message == reason


def test_reason_comes_back_from_the_limited_worker(tmp_path: Path) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(b"%PDF-1.4 nothing")
    with Sandbox() as sandbox, pytest.raises(UnreadableDocument, match="not a readable PDF"):
        sandbox.render(path, 1, dpi=200)


def test_huge_page_is_drawn_coarser(tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(14_400, 14_400))
        document.save(path)
    picture = render_page(path, 1, dpi=200)
    assert len(picture.pgm) <= MAX_PIXELS * 1.01
    assert picture.scale < 200 / POINTS_PER_INCH


@pytest.mark.usefixtures("tesseract")
@pytest.mark.slow
def test_scan_is_read_with_its_finnish_letters() -> None:
    with Sandbox() as sandbox:
        lines = Tesseract().recognise(sandbox.render(SCAN, 1, dpi=200))
    text = "\n".join(one.text for one in lines)
    assert lines[0].text == "Hirsikoulun suunnitteluohje"
    assert lines[0].size > lines[5].size
    assert "päiväkodin hirrestä" in text
    assert "Sisäilman hiilidioksidi" in text


@pytest.mark.usefixtures("tesseract")
@pytest.mark.slow
def test_recognised_scan_is_read_like_any_other_file() -> None:
    with Sandbox() as sandbox:
        recognised = {
            number: Tesseract().recognise(sandbox.render(SCAN, number, dpi=200))
            for number in (1, 2)
        }
        context = Context(recognised=recognised)
        extraction = sandbox.extract(SCAN, "application/pdf", context)
        partly = sandbox.extract(SCAN, "application/pdf", Context(recognised={1: recognised[1]}))
    values = {value.name: value.value for value in extraction.values}
    assert (values["title"], values["year"], values["language"]) == (
        "Hirsikoulun suunnitteluohje",
        2014,
        "fi",
    )
    assert [page.is_ocr for page in extraction.pages] == [True, True]
    assert extraction.extractor.startswith("pdf-pdfium+ocr/")
    assert (partly.status, partly.values) == ("needs_ocr", ())


def test_scan_on_which_nothing_was_recognised_is_not_ok() -> None:
    with Sandbox() as sandbox:
        context = Context(recognised={1: (), 2: ()})
        extraction = sandbox.extract(SCAN, "application/pdf", context)
    assert (extraction.status, extraction.reason) == (
        "failed",
        "empty: no text was recognised on any page",
    )


def test_missing_program_names_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(MissingBackend) as caught:
        Tesseract(environ={"PATH": str(tmp_path)})
    line = "apt-get install tesseract-ocr tesseract-ocr-fin tesseract-ocr-swe tesseract-ocr-eng"
    assert line in caught.value.message


def test_missing_language_names_its_package(tmp_path: Path) -> None:
    environ = program(tmp_path, "echo 'List of available languages (2):'; echo eng; echo fin")
    with pytest.raises(MissingBackend) as caught:
        Tesseract(environ=environ)
    assert "lacks the languages swe;" in caught.value.message
    assert caught.value.message.endswith("apt-get install tesseract-ocr-swe")


_LISTS = 'if [ "$1" = --list-langs ]; then printf "fin\\nswe\\neng\\n"; exit; fi\n'
_LISTS += 'if [ "$1" = --version ]; then echo "tesseract 5.0"; exit; fi\n'


def test_page_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    slow = Tesseract(environ=program(tmp_path, f"{_LISTS}exec sleep 60"), timeout_s=0.2)
    with pytest.raises(LimitExceeded, match=r"longer than 0\.2 seconds"):
        slow.recognise(_DRAWN)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("cat >/dev/null; echo 'no memory' >&2; exit 3", "ended with 3: no memory"),
        ("kill -SEGV $$", "ended by signal 11"),
        ("exit 1", "ended with 1"),
    ],
    ids=["error", "crash", "reads nothing"],
)
def test_page_that_breaks_tesseract_says_how(tmp_path: Path, script: str, said: str) -> None:
    broken = Tesseract(environ=program(tmp_path, _LISTS + script))
    with pytest.raises(UnreadableDocument) as caught:
        broken.recognise(_DRAWN)
    assert said in caught.value.message


def test_tesseract_has_one_thread_a_bounded_memory_and_no_core_file(tmp_path: Path) -> None:
    told = "$OMP_THREAD_LIMIT $(ulimit -v) $(ulimit -c)"
    printed = hocr(line("TOLD")).decode().replace('"', "'")
    script = f'{_LISTS}cat >/dev/null; echo "{printed.replace("TOLD", told)}"'
    found = Tesseract(environ=program(tmp_path, script)).recognise(_DRAWN)
    assert [one.text for one in found] == ["1 1048576 0"]


def test_tesseract_can_write_no_file(tmp_path: Path) -> None:
    script = f"{_LISTS}cat >/dev/null; exec sh -c 'echo text >{tmp_path}/written'"
    with pytest.raises(UnreadableDocument, match=r"signal 25|File too large"):
        Tesseract(environ=program(tmp_path, script)).recognise(_DRAWN)
    assert (tmp_path / "written").read_bytes() == b""
