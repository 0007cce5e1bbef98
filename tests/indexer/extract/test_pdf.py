"""PDF files drawn by the tests, and those of the sample collection, read as a worker reads."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from corpus.document import Status
from corpus.pdf_access import PdfAccess
from indexer.extract import Context, Extraction, pdf
from indexer.extract._pdfminer import read_with_pdfminer
from indexer.extract._reader import DocumentReader
from indexer.extract._words import Words

Read = Callable[..., Extraction]
Make = Callable[..., bytes]
Draw = Callable[..., Callable[[Canvas], None]]
_PDF = "application/pdf"
_SAMPLE = Path(__file__).resolve().parents[3] / "corpus" / "sample" / "site" / "tiedostot"
_OTHER = (
    "Kyselyyn vastasi kaksisataa metsänomistajaa eri puolilta maakuntaa,",
    "ja heistä useimmat toivoivat ajantasaista tietoa puustosta.",
)
_BODY = (
    "Maakunnan metsät ovat kasvaneet nopeasti, ja niiden käyttö",
    "on monipuolistunut viime vuosina. Selvityksessä kysyttiin,",
    "miten metsävaratieto saadaan kaikkien toimijoiden käyttöön.",
)


def _value(extraction: Extraction, name: str) -> object:
    """Return the value the catalogue would take: the most confident one."""
    values = [value for value in extraction.values if value.name == name]
    return max(values, key=lambda value: value.confidence).value if values else None


@pytest.fixture
def report(make_pdf: Make, lines_of: Draw) -> bytes:
    """Draw a report of three pages with a cover, an imprint and running heads."""
    cover = lines_of((26, "Metsätiedon tiekartta"), (16, "Suunnitelma tiedon käytöstä"), (11, " "))
    people = lines_of((11, "Aino Räty, Matti Meikäläinen"), (11, "Joensuu 2019"), top=690)
    body = lines_of(*((11, line) for line in _BODY), top=640)
    imprint = lines_of(
        (9, "Vaarojen raportteja"), (11, "Julkaisija: Vaarojen kehitysyhtiö"),
        (11, "ISBN 978-951-0-18435-6 (PDF)"), *((11, line) for line in _BODY),
        (11, "Tarkemmat luvut ovat liitteessä."), (9, "2"),
    )  # fmt: skip
    inner = lines_of(
        (9, "Vaarojen raportteja"), *((11, line) for line in _OTHER),
        (11, "Loppu."), (9, "3"),
    )  # fmt: skip

    def first(canvas: Canvas) -> None:
        for draw in (cover, people, body):
            draw(canvas)

    return make_pdf(first, imprint, inner, title="Microsoft Word - tiekartta.docx")


def test_text_of_every_page_is_read(read: Read, report: bytes) -> None:
    extraction = read(report, _PDF)
    assert (extraction.status, [page.number for page in extraction.pages]) == (
        Status.OK,
        [1, 2, 3],
    )
    assert "miten metsävaratieto saadaan kaikkien toimijoiden käyttöön." in extraction.pages[1].text


def test_title_comes_from_the_largest_letters_when_the_metadata_is_junk(
    read: Read, report: bytes
) -> None:
    extraction = read(report, _PDF)
    assert (_value(extraction, "title"), _value(extraction, "subtitle")) == (
        "Metsätiedon tiekartta",
        "Suunnitelma tiedon käytöstä",
    )


def test_cover_and_imprint_give_authors_year_publisher_and_isbn(read: Read, report: bytes) -> None:
    extraction = read(report, _PDF)
    assert [_value(extraction, name) for name in ("authors", "year", "organisations", "isbn")] == [
        ("Aino Räty", "Matti Meikäläinen"),
        2019,
        ("Vaarojen kehitysyhtiö",),
        ("978-951-0-18435-6",),
    ]


def test_running_heads_and_page_numbers_are_not_in_the_text(read: Read, report: bytes) -> None:
    inner = read(report, _PDF).pages[2].text
    assert "Vaarojen raportteja" not in inner
    assert not inner.endswith("3")


def test_text_that_every_page_repeats_is_kept_when_there_is_no_other(
    read: Read, make_pdf: Make, lines_of: Draw
) -> None:
    extraction = read(make_pdf(*[lines_of((11, _BODY[0]))] * 3), _PDF)
    assert [page.text for page in extraction.pages] == [_BODY[0]] * 3


def test_every_value_names_its_evidence(read: Read, report: bytes) -> None:
    assert all(value.source for value in read(report, _PDF).values)


def test_lines_of_a_paragraph_are_one_line(read: Read, report: bytes) -> None:
    paragraphs = read(report, _PDF).pages[0].text.split("\n\n")
    assert " ".join(_BODY) in paragraphs


def test_link_text_and_file_name_are_the_last_resort(
    read: Read, make_pdf: Make, lines_of: Draw
) -> None:
    data = make_pdf(lines_of(*((11, line) for line in _BODY)))
    context = Context(filename="metsatiedon-tiekartta.pdf", link_text="Metsätiedon tiekartta (PDF)")
    titles = [v.value for v in read(data, _PDF, context).values if v.name == "title"]
    assert titles == ["Metsätiedon tiekartta", "Metsatiedon tiekartta"]


def test_pages_of_images_wait_for_ocr(read: Read, make_pdf: Make) -> None:
    image = ImageReader(Image.new("L", (60, 80), 255))
    data = make_pdf(*[lambda canvas: canvas.drawImage(image, 0, 0, 595, 842)] * 5)
    extraction = read(data, _PDF)
    assert (extraction.status, extraction.reason) == (
        Status.NEEDS_OCR,
        "scan: images of pages without a text layer",
    )


def test_pages_without_text_and_images_are_not_ok(read: Read, make_pdf: Make) -> None:
    extraction = read(make_pdf(lambda canvas: canvas.rect(10, 10, 50, 50)), _PDF)
    assert (extraction.status, extraction.reason) == (
        Status.FAILED,
        "empty: no page holds any text",
    )


def _encrypted(data: bytes, *, user: str) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(buffer, encryption=pikepdf.Encryption(user=user, owner="omistaja"))
    return buffer.getvalue()


def test_password_to_open_is_named_as_the_reason(read: Read, report: bytes) -> None:
    extraction = read(_encrypted(report, user="salainen"), _PDF)
    assert (extraction.status, extraction.reason) == (
        Status.FAILED,
        "encrypted: a password is needed",
    )


def test_file_locked_against_changes_only_is_read(read: Read, report: bytes) -> None:
    assert read(_encrypted(report, user=""), _PDF).status is Status.OK


def test_page_labels_are_kept(read: Read, report: bytes) -> None:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(report)) as document:
        labels = pikepdf.Dictionary(S=pikepdf.Name.r)
        document.Root.PageLabels = pikepdf.Dictionary(Nums=[0, labels])
        document.save(buffer)
    assert [page.label for page in read(buffer.getvalue(), _PDF).pages] == ["i", "ii", "iii"]


def test_both_readers_find_the_same_words(reader: DocumentReader, report: bytes) -> None:
    fast = reader.read_bytes(report, _PDF, Context())
    slow = read_with_pdfminer(report)
    for page, other in zip(fast.pages, slow.pages, strict=True):
        assert set(page.text.split()) <= set(other.text.split())


def test_without_pdfium_the_other_reader_gives_title_and_text(
    words: Words, report: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.extract.pdf._pdfium_reader", lambda: None)
    extraction = pdf.create(words).extract(report, _PDF, Context())
    assert (extraction.status, _value(extraction, "title"), extraction.extractor[:13]) == (
        Status.OK,
        "Metsätiedon tiekartta",
        "pdf-pdfminer/",
    )


@pytest.mark.parametrize("has_pdfium", [True, False], ids=["pdfium", "pdfminer"])
def test_file_says_how_accessible_it_is(
    words: Words, report: bytes, monkeypatch: pytest.MonkeyPatch, *, has_pdfium: bool
) -> None:
    if not has_pdfium:
        monkeypatch.setattr(pdf, "_pdfium_reader", lambda: None)
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(report)) as document:
        document.Root.Lang = pikepdf.String("de-DE")
        document.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
        document.Root.StructTreeRoot = pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot)
        document.docinfo["/Title"] = "Waldinformation"
        document.save(stream)
    extractor = pdf.create(words)
    said = PdfAccess.of(extractor.extract(stream.getvalue(), _PDF, Context()).values)
    assert said == PdfAccess(is_tagged=True, language="de", has_title=True)
    plain = PdfAccess.of(extractor.extract(report, _PDF, Context()).values)
    assert plain == PdfAccess(is_tagged=False)


def test_sample_reports_are_read_with_their_titles(reader: DocumentReader) -> None:
    paths = sorted(_SAMPLE.glob("*.pdf"))
    extractions = {p.stem: reader.read(p, _PDF, Context(filename=p.name)) for p in paths}
    unread = {stem for stem, e in extractions.items() if e.status is not Status.OK}
    assert paths
    assert unread == {"hirsikoulun-suunnitteluohje", "tuulivoima-tyopaja"}
    title = _value(extractions["laserhitsauksen-laadunvarmistus"], "title")
    assert title == "Laserhitsauksen laadunvarmistus piensarjoissa"


def test_finnish_sample_reports_score_high(reader: DocumentReader) -> None:
    paths = sorted(_SAMPLE.glob("*.pdf"))
    scores = [e.quality for p in paths if (e := reader.read(p, _PDF, Context())).quality]
    assert scores
    assert min(scores) > 0.9


def test_printed_pages_of_a_public_site_are_read(
    reader: DocumentReader, shared_data: Path, tmp_path: Path
) -> None:
    import tarfile  # noqa: PLC0415 - only where the data is there

    with tarfile.open(shared_data / "data" / "site" / "www.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    extractions = [reader.read(p, _PDF, Context()) for p in sorted(tmp_path.rglob("*.pdf"))]
    assert len(extractions) == 19
    assert {e.status for e in extractions} == {Status.OK}
    assert min(e.quality or 0 for e in extractions) > 0.95


@pytest.mark.parametrize(
    ("producer", "year"),
    [("Skia/PDF m156", None), ("LibreOffice 7.4", 2019)],
    ids=["browser", "office"],
)
def test_date_of_a_print_from_a_browser_is_no_year(
    read: Read, make_pdf: Make, lines_of: Draw, producer: str, year: int | None
) -> None:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf(lines_of(*((11, line) for line in _BODY))))) as document:
        document.docinfo["/Producer"] = producer
        document.docinfo["/CreationDate"] = "D:20190504120000Z"
        document.save(buffer)
    assert _value(read(buffer.getvalue(), _PDF), "year") == year


def test_number_of_a_first_section_is_no_part_of_a_title(
    read: Read, make_pdf: Make, lines_of: Draw
) -> None:
    data = make_pdf(lines_of((20, "1 Metsien kasvu"), *((11, line) for line in _BODY)))
    assert _value(read(data, _PDF), "title") == "Metsien kasvu"
