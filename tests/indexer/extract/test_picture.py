"""Pages as pictures: bounded in size, with the words' places where the ink is."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import UnreadableDocument
from indexer.extract import PagePicture, PlacedWord
from indexer.extract._picture import MAX_PIXELS, MAX_SIDE_PX, WIDTH_PX, picture_page
from indexer.extract._png import png_of

_SAMPLE = Path(__file__).resolve().parents[3] / "corpus" / "sample" / "site" / "tiedostot"
_DARK = 128

Draw = Callable[[Canvas], None]
MakePdf = Callable[..., bytes]
LinesOf = Callable[..., Draw]


def pixels_of(picture: PagePicture) -> NDArray[np.uint8]:
    """Decode a picture with another library than the one that made it."""
    with Image.open(io.BytesIO(picture.png)) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGB"))


def inside(picture: PagePicture, word: PlacedWord) -> tuple[slice, slice]:
    """Return rows and columns of a word, a pixel of smoothing around it."""
    height, width = picture.height_px, picture.width_px
    rows = slice(max(0, int(word.top * height) - 1), int(word.bottom * height) + 2)
    return rows, slice(max(0, int(word.left * width) - 1), int(word.right * width) + 2)


def check_ink(picture: PagePicture, *, is_text_alone: bool) -> None:
    """Check that every word's place holds ink and, where all is text, no other place does."""
    is_dark = pixels_of(picture).min(axis=2) < _DARK
    assert is_dark.any()
    for word in picture.words:
        assert is_dark[inside(picture, word)].any(), word
    if is_text_alone:
        rest = is_dark.copy()
        for word in picture.words:
            rest[inside(picture, word)] = False
        assert not rest.any()


def saved(folder: Path, data: bytes) -> Path:
    """Write a file."""
    path = folder / "tiedosto.pdf"
    path.write_bytes(data)
    return path


@pytest.fixture
def text_pdf(make_pdf: MakePdf, lines_of: LinesOf) -> bytes:
    """Return two pages of words without any mark that is no letter."""
    first = lines_of((24, "Metsäbiotalouden tiekartta"), (12, "älykäs erikoistuminen kasvaa"))
    return make_pdf(first, lines_of((12, "toinen sivu")))


def test_ink_is_where_the_words_are_and_nowhere_else(tmp_path: Path, text_pdf: bytes) -> None:
    picture = picture_page(saved(tmp_path, text_pdf), 1)
    assert [word.text for word in picture.words] == [
        *("Metsäbiotalouden", "tiekartta"),
        *("älykäs", "erikoistuminen", "kasvaa"),
    ]
    check_ink(picture, is_text_alone=True)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_words_are_found_on_a_page_that_is_turned_and_cut(
    tmp_path: Path, text_pdf: bytes, turned: int
) -> None:
    path = tmp_path / "kierretty.pdf"
    with pikepdf.open(io.BytesIO(text_pdf)) as document:
        page = document.pages[0]
        page.rotate(turned, relative=False)
        page.cropbox = [40, 300, 560, 830]
        document.save(path)
    picture = picture_page(path, 1)
    assert (picture.width_px > picture.height_px) is (turned in {90, 270})
    check_ink(picture, is_text_alone=True)


@pytest.mark.parametrize("name", ["metsabiotalouden-tilannekuva", "biogas-gardar", "metsatiedon-tiekartta"])  # fmt: skip  # noqa: E501
@pytest.mark.parametrize("number", [1, 2])
def test_words_of_real_files_lie_on_ink(name: str, number: int) -> None:
    picture = picture_page(_SAMPLE / f"{name}.pdf", number)
    assert picture.words
    check_ink(picture, is_text_alone=False)


def test_a_scan_has_a_picture_without_words() -> None:
    picture = picture_page(_SAMPLE / "hirsikoulun-suunnitteluohje.pdf", 1)
    assert picture.words == ()
    assert (pixels_of(picture) < _DARK).any()


@pytest.mark.parametrize(
    "size", [(595, 842), (14_400, 14_400), (10, 14_400), (14_400, 10), (3, 3)], ids=str
)
def test_no_page_makes_a_large_picture(tmp_path: Path, size: tuple[float, float]) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    canvas.showPage()
    canvas.save()
    picture = picture_page(saved(tmp_path, buffer.getvalue()), 1)
    assert pixels_of(picture).shape[:2] == (picture.height_px, picture.width_px)
    assert 1 <= picture.width_px <= WIDTH_PX
    assert 1 <= picture.height_px <= MAX_SIDE_PX
    assert picture.width_px * picture.height_px <= MAX_PIXELS * 1.01


def test_places_are_shares_of_the_page_even_beyond_its_edge(
    tmp_path: Path, make_pdf: MakePdf
) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(570, 835, "reunanyli")

    picture = picture_page(saved(tmp_path, make_pdf(draw)), 1)
    for word in picture.words:
        assert 0 <= word.left < word.right <= 1
        assert 0 <= word.top < word.bottom <= 1


def test_colours_stay_and_grey_takes_one_channel() -> None:
    red = np.zeros((4, 6, 3), np.uint8)
    red[:, :, 0] = 255
    grey = np.full((4, 6, 3), 128, np.uint8)
    shown = [np.asarray(Image.open(io.BytesIO(png_of(pixels)))) for pixels in (red, grey)]
    assert shown[0].tolist() == red.tolist()
    assert shown[1].shape == (4, 6)
    assert abs(int(shown[1][0, 0]) - 128) <= 8


def test_a_photograph_is_told_by_its_neighbours() -> None:
    noise = np.random.default_rng(5).integers(0, 4, (900, 900, 3), np.uint8) * 8
    slope = (np.arange(900) // 4 % 200)[:, None, None].astype(np.uint8)
    pixels = (noise + slope).astype(np.uint8)
    shown = np.asarray(Image.open(io.BytesIO(png_of(pixels))))
    assert (np.abs(shown.astype(int) - pixels) <= 8).all()


@pytest.mark.parametrize("number", [0, 3, 999_999])
def test_there_is_no_picture_beyond_the_last_page(
    tmp_path: Path, text_pdf: bytes, number: int
) -> None:
    with pytest.raises(UnreadableDocument, match=r"^damaged: page"):
        picture_page(saved(tmp_path, text_pdf), number)


def test_an_encrypted_and_a_damaged_file_are_told_apart(tmp_path: Path, text_pdf: bytes) -> None:
    path = tmp_path / "salattu.pdf"
    with pikepdf.open(io.BytesIO(text_pdf)) as document:
        document.save(path, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(UnreadableDocument, match=r"^encrypted:"):
        picture_page(path, 1)
    with pytest.raises(UnreadableDocument, match=r"^damaged:"):
        picture_page(saved(tmp_path, text_pdf[:200]), 1)
