"""Which documents are told to be alike, and which are not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import (
    Address,
    Catalogue,
    FieldValue,
    Likenesses,
    Origin,
    Original,
    Page,
    Value,
    Visibility,
)
from indexer.editions import Edition, compared_editions
from indexer.likeness_follower import LikenessFollower
from indexer.shingles import estimated_likeness, shingles_of

WORDS = [f"sana{number}" for number in range(4_000)]
Pair = tuple[str, str, str, str]


def text(seed: int, words: int = 300) -> str:
    """Return a text of its own for each seed."""
    return " ".join(random.Random(seed).choices(WORDS, k=words))  # noqa: S311 - no secret


def edited(original: str, every: int) -> str:
    """Return a text with one word in so many replaced."""
    words = original.split()
    words[::every] = [f"muu{number}" for number in range(len(words[::every]))]
    return " ".join(words)


class World:
    """A catalogue and what follows it."""

    def __init__(self, folder: Path) -> None:
        self.catalogue = Catalogue(folder / "catalogue.sqlite3")
        self.follower = LikenessFollower(self.catalogue)

    def record(
        self,
        name: str,
        *texts: str,
        media_type: str = "application/pdf",
        url: str = "",
        referrer: str | None = None,
        visibility: Visibility | None = None,
        **fields: Value,
    ) -> None:
        """Record a document of some pages."""
        values = {"title": name, "language": "fi", **fields}
        self.catalogue.record(
            document_id=name,
            original=Original(name.encode().hex().ljust(64, "0")[:64], media_type, 1),
            address=Address(url or f"https://example.org/{name}", referrer=referrer),
            values=[FieldValue(key, value, Origin.GIVEN) for key, value in values.items()],
            pages=[Page(number, page) for number, page in enumerate(texts, 1)],
            visibility=visibility,
            actor="test",
        )

    def pairs(self) -> list[Pair]:
        """Compare what changed and return all pairs: kind, one, what the other is, the other."""
        self.follower.catch_up()
        found = Likenesses(self.catalogue.database).pairs()
        return [(str(p.kind), p.document_id, str(p.side), p.other_id) for p in found]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return an empty world."""
    made = World(tmp_path)
    yield made
    made.catalogue.close()


# --- texts ----------------------------------------------------------------------------------


def test_the_same_words_are_the_same_text_whatever_stands_between_them() -> None:
    one = shingles_of(["Metsä\u00adbiotalous – kasvaa,\nja vie\u0308la\u0308 KOVAA."])
    other = shingles_of(["metsäbiotalous kasvaa", "ja viëlä kovaa"])
    assert one.text_hash == other.text_hash
    assert one.count_common(other) == len(one) == len(other)


def test_the_order_of_words_makes_another_text() -> None:
    one, other = shingles_of(["a b c d e f"]), shingles_of(["f e d c b a"])
    assert one.text_hash != other.text_hash
    assert one.count_common(other) == 0


@pytest.mark.parametrize(("words", "sequences"), [(0, 0), (1, 1), (4, 1), (5, 1), (6, 2)])
def test_a_text_has_a_sequence_for_each_five_words(words: int, sequences: int) -> None:
    assert len(shingles_of([" ".join(WORDS[:words])])) == sequences


def test_sequences_run_on_over_the_end_of_a_page() -> None:
    whole = shingles_of([" ".join(WORDS[:50])])
    apart = shingles_of([" ".join(WORDS[:20]), " ".join(WORDS[20:50])])
    assert whole.text_hash == apart.text_hash


@pytest.mark.parametrize("every", [7, 15, 40])
def test_the_estimate_is_near_what_is_measured(every: int) -> None:
    one, other = shingles_of([text(1, 2_000)]), shingles_of([edited(text(1, 2_000), every)])
    common = one.count_common(other)
    share = common / (len(one) + len(other) - common)
    assert estimated_likeness(one.signature(), other.signature()) == pytest.approx(share, abs=0.2)


def test_a_signature_is_the_same_in_every_process() -> None:
    signature = shingles_of(["yksi kaksi kolme neljä viisi kuusi"]).signature()
    assert len(signature) == 256
    assert signature[:8].hex() == "2d919671d00f6c86"


# --- titles ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "name", "told"),
    [
        ("Metsätiedon tiekartta 2018–2022", "metsätiedon tiekartta", (2018, 2022)),
        ("Metsätiedon tiekartta 2018-2022", "metsätiedon tiekartta", (2018, 2022)),
        ("Opas kuntiin (päivitetty 12.3.2021)", "opas kuntiin", (2021,)),
        ("Valmiusopas, 2. uudistettu painos", "valmiusopas", (2,)),
        ("Handbok, andra delen, version 2.1", "handbok andra delen", (2, 1)),
        ("Selvitys, osa 2", "selvitys osa 2", ()),
        ("Raportteja 12/2020", "raportteja 12 2020", ()),
        ("Vitosen 2500 metriä", "vitosen 2500 metriä", ()),
        ("Malli X2000 kaivoksissa", "malli x2000 kaivoksissa", ()),
    ],
)
def test_a_title_is_read_as_name_and_edition(title: str, name: str, told: tuple[int, ...]) -> None:
    edition = Edition.of(title)
    assert (edition.name, edition.years + edition.version) == (name, told)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("Tiekartta 2018–2022", "Tiekartta 2021–2027"),
        ("Käsikirja", "Käsikirja, versio 2"),
        ("Käsikirja, versio 2.9", "Käsikirja, versio 2.10"),
        ("Käsikirja", "Käsikirja, 2. painos"),
        ("Ohjelma", "Ohjelma (päivitetty)"),
        ("Ohjelma, luonnos", "Ohjelma"),
        ("Programme, draft", "Programme"),
        ("Handlingsprogram", "Handlingsprogram (uppdaterat 3.4.2024, version 3)"),
    ],
)
def test_titles_tell_the_older_from_the_newer(older: str, newer: str) -> None:
    one, other = Edition.of(older), Edition.of(newer)
    assert (compared_editions(one, other), compared_editions(other, one)) == (-1, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Selvitys, osa 1", "Selvitys, osa 2"), ("Opas", "Opas"), ("Opas, versio 2", "Kirja")],
)
def test_parts_and_other_titles_are_no_editions(one: str, other: str) -> None:
    assert compared_editions(Edition.of(one), Edition.of(other)) == 0


# --- pairs ----------------------------------------------------------------------------------


def test_equal_texts_are_told_even_where_they_are_short(world: World) -> None:
    world.record("a", "Kolme sanaa vain.")
    world.record("b", "KOLME SANAA", "vain")
    world.record("c", "Kolme muuta sanaa.")
    assert world.pairs() == [("same_text", "a", "equal", "b")]


def test_nearly_equal_texts_are_told_and_others_are_not(world: World) -> None:
    world.record("a", text(1))
    world.record("b", edited(text(1), 25))
    world.record("c", edited(text(1), 4))  # a quarter of the words differs: no sequence is left
    world.record("d", text(2))
    assert world.pairs() == [("near", "a", "equal", "b")]


def test_short_texts_that_differ_are_never_told(world: World) -> None:
    world.record("a", " ".join(WORDS[:20]))
    world.record("b", " ".join(WORDS[:19]))
    assert world.pairs() == []


def test_page_that_gives_a_part_of_the_file_it_links_to_is_told(world: World) -> None:
    summary = text(1, 60)
    world.record("page", summary + " " + text(2, 40), media_type="text/html")
    world.record("file", f"{summary} {text(3, 4_000)}", referrer="https://example.org/page")
    assert world.pairs() == [("contained", "file", "part", "page")]


def test_page_of_the_same_title_as_its_file_is_told_without_a_link(world: World) -> None:
    summary = text(1, 60)
    title = "Fotoniikan tiekartta"
    world.record("page", summary + " " + text(2, 40), media_type="text/html", title=title)
    world.record("file", f"{summary} {text(3, 4_000)}", title=title)
    assert world.pairs() == [("contained", "file", "part", "page")]


def test_a_link_alone_makes_no_pair(world: World) -> None:
    world.record("page", text(1), media_type="text/html")
    world.record("file", text(2), referrer="https://example.org/page")
    assert world.pairs() == []


def test_near_texts_of_two_years_are_versions(world: World) -> None:
    world.record("b", text(1), year=2022)
    world.record("a", edited(text(1), 25), year=2019)
    assert world.pairs() == [("version", "a", "newer", "b")]


def test_page_and_file_of_two_years_are_one_publication_where_one_links_to_the_other(
    world: World,
) -> None:
    world.record("page", text(1), media_type="text/html", year=2024)
    world.record("file", edited(text(1), 40), year=2023, referrer="https://example.org/page")
    assert world.pairs() == [("near", "file", "equal", "page")]


def test_editions_that_were_rewritten_are_versions_by_their_titles(world: World) -> None:
    same = text(1, 30)
    for name, year, seed in (("b", 2022, 2), ("a", 2018, 3)):
        title = f"Metsätiedon tiekartta {year}"
        world.record(name, f"{same} {text(seed)}", title=title, organisations=("Säätiö",))
    assert world.pairs() == [("version", "a", "newer", "b")]


@pytest.mark.parametrize(
    "changes",
    [
        {"organisations": ("Toinen säätiö",)},
        {"language": "sv"},
        {"title": "Metsätiedon tiekartta"},
        {"title": "Vesitiedon tiekartta 2018"},
    ],
    ids=["publisher", "language", "no year", "name"],
)
def test_rewritten_texts_are_versions_by_name_publisher_language_and_year_only(
    world: World, changes: dict[str, Value]
) -> None:
    same = text(1, 30)
    fields: dict[str, Value] = {
        "title": "Metsätiedon tiekartta 2022",
        "organisations": ("Säätiö",),
    }
    world.record("b", f"{same} {text(2)}", **fields)
    world.record(
        "a", f"{same} {text(3)}", **{**fields, "title": "Metsätiedon tiekartta 2018"} | changes
    )
    assert world.pairs() == []


def test_series_without_common_text_are_no_versions(world: World) -> None:
    world.record("a", text(1), title="Alueen vuosikertomus 2018")
    world.record("b", text(2), title="Alueen vuosikertomus 2019")
    assert world.pairs() == []


# --- following ------------------------------------------------------------------------------


def test_only_what_changed_is_compared_again(world: World) -> None:
    for name in "abc":
        world.record(name, text(ord(name)))
    assert world.follower.catch_up() == 3
    world.record("d", text(ord("a")))
    assert world.follower.catch_up() == 1
    assert world.pairs() == [("same_text", "a", "equal", "d")]
    assert world.follower.catch_up() == 0


def test_pairs_follow_a_text_that_changes(world: World) -> None:
    world.record("a", text(1))
    world.record("b", text(1))
    assert world.pairs() == [("same_text", "a", "equal", "b")]
    world.record("b", text(2))
    assert world.pairs() == []
    world.record("b", edited(text(1), 25))
    assert world.pairs() == [("near", "a", "equal", "b")]


def test_a_year_that_is_reviewed_makes_a_version_of_a_copy(world: World) -> None:
    world.record("a", text(1), year=2020)
    world.record("b", edited(text(1), 25), year=2020)
    assert world.pairs() == [("near", "a", "equal", "b")]
    world.catalogue.set_values("b", [FieldValue("year", 2019, Origin.REVIEWED)], "test")
    assert world.pairs() == [("version", "b", "newer", "a")]


@pytest.mark.parametrize("step", ["gone", "withdrawn"])
def test_what_leaves_takes_its_pairs_along_and_brings_them_back(world: World, step: str) -> None:
    world.record("a", text(1))
    world.record("b", text(1))
    assert len(world.pairs()) == 1
    if step == "gone":
        world.catalogue.mark_gone(["b"])
    else:
        world.catalogue.withdraw(["b"], "pyyntö", "test")
    assert world.pairs() == []
    world.catalogue.restore(["b"], "test")
    assert len(world.pairs()) == 1


def test_drafts_are_compared(world: World) -> None:
    world.record("a", text(1))
    world.record("b", text(1), visibility=Visibility.DRAFT)
    assert world.pairs() == [("same_text", "a", "equal", "b")]


def test_a_document_that_is_not_kept_is_compared_with_those_that_are(world: World) -> None:
    world.record("a", text(1))
    world.follower.catch_up()
    document = world.catalogue.document("a")
    found = world.follower.compared(replace(document, id=""), [Page(1, edited(text(1), 25))])
    assert [(one.other_id, str(one.kind)) for one in found] == [("a", "near")]
    assert world.catalogue.ids() == ["a"]


def test_a_damaged_text_stops_nothing(world: World) -> None:
    for name in "abc":
        world.record(name, text(1))
    world.catalogue.database.execute("DROP TRIGGER pages_changed")
    world.catalogue.database.execute("UPDATE pages SET text = 'x' WHERE document_id = 'b'")
    assert world.pairs() == [("same_text", "a", "equal", "c")]


def test_many_copies_of_one_form_are_told_a_few_at_a_time(world: World) -> None:
    with world.catalogue.transaction():
        for number in range(300):
            world.record(f"d{number:03}", text(1))
    world.follower.catch_up()
    likenesses = Likenesses(world.catalogue.database)
    assert all(likenesses.of([name]) for name in world.catalogue.ids())
    assert likenesses.count_by_kind()["same_text"] <= 3_000


def test_comparing_in_steps_gives_what_comparing_at_once_gives(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = World(tmp_path / "other")
    chance = random.Random(7)  # noqa: S311 - no secret
    for number in range(60):
        content = edited(text(number % 20), chance.choice([20, 40, 80]))
        for made in (world, other):
            made.record(f"d{number:02}", content)
        world.follower.catch_up()
    assert sorted(world.pairs()) == sorted(other.pairs())
    assert len(other.pairs()) == 60
    other.catalogue.close()


def test_a_run_that_was_stopped_goes_on_where_it_was(world: World) -> None:
    with world.catalogue.transaction():
        for number in range(550):
            world.record(f"d{number:03}", text(number % 540, 60))

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt(done, total)

    with pytest.raises(KeyboardInterrupt):
        world.follower.catch_up(stop)
    assert LikenessFollower(world.catalogue).catch_up() == 50
    assert len(world.pairs()) == 10
