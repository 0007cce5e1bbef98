"""Import: lines into documents, exactly once, whatever stands in the file."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import Catalogue, FieldValue, Origin, Status, Visibility, Vocabulary
from corpus.errors import InvalidInput
from indexer.analysis import analyzer_for
from indexer.classify import Classifier
from indexer.importing import (
    COMMIT_LINES,
    MAX_LINE_BYTES,
    Importer,
    ImportReport,
    parse_line,
    unpacked,
)

LINE = {"id": "a-1", "title": "Otsikko", "text": "Fotoniikka kasvaa Joensuussa."}


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """Return a classifier over the packaged vocabulary."""
    analyzers = {language: analyzer_for(language) for language in ("fi", "sv", "en")}
    return Classifier(_vocabulary(), analyzers)


def _vocabulary() -> Vocabulary:
    return Vocabulary.load(Path(__file__).parents[2] / "corpus" / "vocabulary.toml")


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """Return an empty catalogue."""
    with Catalogue(tmp_path / "catalogue.sqlite3") as opened:
        yield opened


@pytest.fixture
def importer(catalogue: Catalogue, classifier: Classifier) -> Importer:
    """Return an importer into the catalogue."""
    return Importer(catalogue, _vocabulary(), classifier, actor="test")


def _packed(*records: object) -> io.BytesIO:
    lines = [r if isinstance(r, bytes) else json.dumps(r).encode() for r in records]
    return io.BytesIO(b"\n".join(lines) + b"\n")


def test_keys_of_the_contract_become_fields(importer: Importer, catalogue: Catalogue) -> None:
    record = {
        **LINE,
        "authors": ["Aalto, A.", "Berg, B."],
        "year": 2019,
        "language": "fi",
        "type": "selvitys",
        "sectors": ["fotoniikka"],
        "themes": ["digitaalisuus"],
        "regions": ["kainuu"],
        "organisations": ["Oma yhdistys"],
        "programmes": ["elmo"],
        "url": "https://example.org/a",
    }
    importer.read(_packed(record))
    document = catalogue.document("a-1")
    assert document.title == "Otsikko"
    assert document.authors == ("Aalto, A.", "Berg, B.")
    assert (document.year, document.language, document.type) == (2019, "fi", "selvitys")
    assert (document.sectors, document.themes) == (("fotoniikka",), ("digitaalisuus",))
    assert (document.regions, document.programmes) == (("kainuu",), ("elmo",))
    assert document.organisations == ("Oma yhdistys",)
    assert document.url == "https://example.org/a"
    assert document.visibility is Visibility.PUBLISHED
    assert document.status is Status.OK
    assert catalogue.page("a-1", 1).text == LINE["text"]


def test_pages_keep_their_number_and_label(importer: Importer, catalogue: Catalogue) -> None:
    pages = ["Yksi.", {"text": "Kaksi.", "label": "ii"}, {"text": "Viisi.", "number": 5}]
    importer.read(_packed({"id": "a", "title": "T", "pages": pages}))
    kept = catalogue.pages("a")
    assert [(page.number, page.text, page.label) for page in kept] == [
        (1, "Yksi.", None),
        (2, "Kaksi.", "ii"),
        (5, "Viisi.", None),
    ]


def test_empty_title_shows_the_beginning_of_the_text(
    importer: Importer, catalogue: Catalogue
) -> None:
    importer.read(_packed({"id": "a", "title": "", "text": "Pitkä teksti " * 20}))
    title = catalogue.document("a").title
    assert title.startswith("Pitkä teksti")
    assert len(title) <= 80


def test_sectors_are_guessed_only_where_none_are_given(
    importer: Importer, catalogue: Catalogue
) -> None:
    text = "Fotoniikka, fotoniikan laitteet ja optiikka. " * 20
    importer.read(
        _packed(
            {"id": "guessed", "title": "Fotoniikka", "text": text},
            {"id": "given", "title": "Fotoniikka", "text": text, "sectors": ["metsabiotalous"]},
        )
    )
    assert catalogue.document("guessed").sectors == ("fotoniikka",)
    origins = {v.origin for v in catalogue.values("guessed") if v.name == "sectors"}
    assert origins == {Origin.EXTRACTED}
    assert catalogue.document("given").sectors == ("metsabiotalous",)


def test_language_is_told_from_the_text(importer: Importer, catalogue: Catalogue) -> None:
    importer.read(
        _packed(
            {"id": "sv", "title": "", "text": "Skogen växer och företagen utvecklar nya tjänster."},
            {"id": "fi", "title": "", "text": "Metsä kasvaa ja yritykset kehittävät palveluja."},
        )
    )
    assert catalogue.document("sv").language == "sv"
    assert catalogue.document("fi").language == "fi"


def test_unknown_keys_are_kept_as_notes(importer: Importer, catalogue: Catalogue) -> None:
    importer.read(_packed({**LINE, "shelf": "B 12", "marks": [1, {"x": "ä"}]}))
    assert catalogue.document("a-1").notes == {"shelf": "B 12", "marks": '[1, {"x": "ä"}]'}


def test_unknown_concept_is_kept_and_told(importer: Importer, catalogue: Catalogue) -> None:
    report = importer.read(_packed(LINE, {**LINE, "id": "b", "sectors": ["oma-ala"]}))
    assert catalogue.document("b").sectors == ("oma-ala",)
    assert report.unknown == {("sectors", "oma-ala"): 2}
    assert report.bad == []


def test_same_lines_again_change_nothing(importer: Importer, catalogue: Catalogue) -> None:
    lines = [{**LINE, "id": f"d{number}"} for number in range(20)]
    importer.read(_packed(*lines))
    sequence = catalogue.last_sequence()
    report = importer.read(_packed(*lines))
    assert (report.new, report.changed, report.unchanged) == (0, 0, 20)
    assert catalogue.last_sequence() == sequence


def test_same_id_replaces_text_and_values(importer: Importer, catalogue: Catalogue) -> None:
    importer.read(_packed({**LINE, "year": 2019, "authors": ["Aalto, A."]}))
    report = importer.read(_packed({**LINE, "text": "Uusi teksti.", "year": 2020}))
    document = catalogue.document("a-1")
    assert report.changed == 1
    assert catalogue.page("a-1", 1).text == "Uusi teksti."
    assert (document.year, document.authors) == (2020, ())


def test_last_of_two_lines_with_one_id_wins(importer: Importer, catalogue: Catalogue) -> None:
    importer.read(_packed(LINE, {**LINE, "title": "Toinen"}))
    assert catalogue.document("a-1").title == "Toinen"
    assert catalogue.count_documents() == 1


def test_reviewed_value_survives_an_import(importer: Importer, catalogue: Catalogue) -> None:
    importer.read(_packed({**LINE, "year": 2019}))
    catalogue.set_values("a-1", [FieldValue("year", 2021, Origin.REVIEWED)], "librarian")
    importer.read(_packed({**LINE, "year": 2018}))
    assert catalogue.document("a-1").year == 2021


BAD = {
    "no-json": (b"{broken", "not JSON"),
    "no-object": (b'["a"]', "no object"),
    "not-utf8": (b'{"id": "\xff\xfe"}', "not UTF-8"),
    "no-id": ({"title": "T", "text": "x"}, "id"),
    "id-is-a-number": ({"id": 7, "title": "T", "text": "x"}, "id"),
    "id-with-slash": ({"id": "a/../b", "title": "T", "text": "x"}, "cannot be an id"),
    "id-too-long": ({"id": "x" * 129, "title": "T", "text": "x"}, "cannot be an id"),
    "no-text": ({"id": "a", "title": "T"}, "neither"),
    "text-is-a-list": ({"id": "a", "title": "T", "text": ["x"]}, "text"),
    "pages-is-text": ({"id": "a", "title": "T", "pages": "x"}, "pages"),
    "page-without-text": ({"id": "a", "title": "T", "pages": [{"number": 1}]}, "page 1"),
    "page-twice": (
        {"id": "a", "title": "T", "pages": [{"text": "x", "number": 2}, {"text": "y"}]},
        "once",
    ),
    "year-is-a-word": ({**LINE, "year": "soon"}, "year"),
    "year-is-true": ({**LINE, "year": True}, "year"),
    "authors-is-a-number": ({**LINE, "authors": 7}, "authors"),
    "title-is-a-list": ({**LINE, "title": ["x"]}, "title"),
    "too-deep": (b'{"id": "a", "x": ' + b"[" * 100_000, "JSON"),
}


@pytest.mark.parametrize(("record", "reason"), BAD.values(), ids=BAD.keys())
def test_bad_line_is_named_and_the_others_are_taken(
    importer: Importer, catalogue: Catalogue, record: object, reason: str
) -> None:
    report = importer.read(_packed({**LINE, "id": "before"}, record, {**LINE, "id": "after"}))
    assert [bad.number for bad in report.bad] == [2]
    assert reason in report.bad[0].reason
    assert catalogue.ids() == ["after", "before"]


def test_empty_lines_and_a_byte_order_mark_are_no_errors(
    importer: Importer, catalogue: Catalogue
) -> None:
    content = b"\xef\xbb\xbf" + json.dumps(LINE).encode() + b"\r\n\r\n   \n"
    report = importer.read(io.BytesIO(content))
    assert report.bad == []
    assert catalogue.ids() == ["a-1"]


def test_line_numbers_count_empty_lines(importer: Importer) -> None:
    report = importer.read(_packed(LINE, b"", b"", b"broken"))
    assert [bad.number for bad in report.bad] == [4]


def test_too_long_line_is_skipped_whole(
    importer: Importer, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.importing.MAX_LINE_BYTES", 1000)
    assert MAX_LINE_BYTES > 1000
    report = importer.read(_packed({**LINE, "text": "x" * 5000}, {**LINE, "id": "after"}))
    assert [bad.number for bad in report.bad] == [1]
    assert catalogue.ids() == ["after"]


def test_packed_file_is_unpacked(importer: Importer, catalogue: Catalogue) -> None:
    packed = gzip.compress(_packed(LINE).getvalue())
    importer.read(unpacked(io.BytesIO(packed), packed[:2]))
    assert catalogue.ids() == ["a-1"]


def test_cut_off_packed_file_keeps_what_could_be_read(
    importer: Importer, catalogue: Catalogue
) -> None:
    lines = [{**LINE, "id": f"d{n}", "text": f"{n} sanaa " * 50} for n in range(200)]
    packed = gzip.compress(_packed(*lines).getvalue(), mtime=0)
    cut = packed[: len(packed) // 2]
    report = importer.read(unpacked(io.BytesIO(cut), cut[:2]))
    assert len(report.bad) == 1
    assert "cannot be read on" in report.bad[0].reason
    assert catalogue.count_documents() == report.new > 0


def test_every_batch_is_durable_before_it_is_told(importer: Importer, catalogue: Catalogue) -> None:
    lines = [{**LINE, "id": f"d{n}"} for n in range(COMMIT_LINES * 2 + 1)]
    told: list[tuple[int, int]] = []

    def look(report: ImportReport) -> None:
        with Catalogue(catalogue.database.path, read_only=True) as other:
            told.append((report.lines, other.count_documents()))

    importer.read(_packed(*lines), look)
    assert told == [(500, 500), (1000, 1000), (1001, 1001)]


def test_draft_import_publishes_nothing(catalogue: Catalogue, classifier: Classifier) -> None:
    importer = Importer(
        catalogue, _vocabulary(), classifier, actor="test", visibility=Visibility.DRAFT
    )
    importer.read(_packed(LINE))
    assert catalogue.document("a-1").visibility is Visibility.DRAFT


def test_parse_line_raises_for_what_is_no_document() -> None:
    with pytest.raises(InvalidInput):
        parse_line(1, b"null")


def test_real_records_are_taken_without_a_bad_line(
    importer: Importer, catalogue: Catalogue, shared_data: Path
) -> None:
    with gzip.open(shared_data / "data/retrieval/finna/corpus.jsonl.gz", "rb") as stream:
        lines = [next(stream) for _ in range(200)]
    report = importer.read(io.BytesIO(b"".join(lines)))
    assert report.bad == []
    assert catalogue.count_documents() == 200
