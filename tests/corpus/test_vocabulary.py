"""The vocabulary: the shipped one is sound, and a wrong one is told with file, line and entry."""

from __future__ import annotations

from pathlib import Path

import pytest

import corpus
from corpus.errors import InvalidVocabulary, UnknownValue
from corpus.vocabulary import FACET_SCHEMES, Vocabulary

SHIPPED = Path(corpus.__file__).parent / "vocabulary.toml"
SCHEMES = "\n".join(
    f'[scheme.{name}]\nlabel = {{ fi = "{name}", sv = "{name}", en = "{name}" }}'
    for name in ("sector", "theme", "region", "programme", "doctype", "organisation")
)
HEAD = f'language_order = ["fi", "sv", "en"]\n{SCHEMES}\n'
LABEL = 'label = { fi = "Nimi", sv = "Namn", en = "Name" }'


@pytest.fixture(scope="module")
def shipped() -> Vocabulary:
    return Vocabulary.load(SHIPPED)


def concept(name: str, more: str = "", *, scheme: str = "sector", label: str = LABEL) -> str:
    return f'\n[[concept]]\nid = "{name}"\nscheme = "{scheme}"\n{label}\n{more}\n'


def write(tmp_path: Path, body: str, *, head: str = HEAD) -> Path:
    path = tmp_path / "vocabulary.toml"
    path.write_text(head + body, encoding="utf-8")
    return path


def test_shipped_vocabulary_has_nothing_to_complain_of(shipped: Vocabulary) -> None:
    assert shipped.check() == []


@pytest.mark.parametrize(
    ("scheme", "count"), [("sector", 15), ("theme", 7), ("region", 8), ("elmo_priority", 8)]
)
def test_shipped_schemes_have_their_concepts(shipped: Vocabulary, scheme: str, count: int) -> None:
    assert len(shipped.concepts(scheme)) == count


def test_two_main_sectors_are_followed_by_their_sub_sectors(shipped: Vocabulary) -> None:
    first, second = shipped.roots("sector")
    assert (first.id, second.id) == ("metsabiotalous", "teknologiat-ja-materiaalit")
    below = shipped.children(first.id)
    assert shipped.concepts("sector") == (first, *below, second, *shipped.children(second.id))


def test_sub_sector_knows_what_it_stands_below(shipped: Vocabulary) -> None:
    assert shipped.ancestors("fotoniikka") == ("teknologiat-ja-materiaalit",)
    assert shipped.ancestors("teknologiat-ja-materiaalit") == ()
    assert shipped.ancestors("absent") == ()


@pytest.mark.parametrize(
    ("language", "label"),
    [("fi", "Fotoniikka"), ("sv", "Fotonik"), ("en", "Photonics"), ("de", "Fotoniikka")],
)
def test_labels_come_in_the_language_asked_for(
    shipped: Vocabulary, language: str, label: str
) -> None:
    assert shipped.label("fotoniikka", language) == label
    assert shipped.concept("fotoniikka").label(language) == label


def test_every_label_is_there_in_all_languages_and_none_twice(shipped: Vocabulary) -> None:
    for scheme in shipped.schemes():
        for language in ("fi", "sv", "en"):
            labels = [found.labels[language] for found in shipped.concepts(scheme.id)]
            assert len(set(labels)) == len(labels), (scheme.id, language)


def test_facets_are_made_of_schemes(shipped: Vocabulary) -> None:
    assert FACET_SCHEMES["type"] == "doctype"
    for scheme in FACET_SCHEMES.values():
        assert shipped.scheme_label(scheme, "sv")


def test_regions_name_their_places_once(shipped: Vocabulary) -> None:
    places = [place for region in shipped.concepts("region") for place in region.places]
    assert len(set(places)) == len(places)
    assert "Joensuu" in shipped.concept("pohjois-karjala").places


def test_unknown_concept_is_labelled_by_its_id_and_refused_by_name(shipped: Vocabulary) -> None:
    assert shipped.label("absent", "fi") == "absent"
    assert "absent" not in shipped
    with pytest.raises(UnknownValue, match="absent"):
        shipped.concept("absent")
    with pytest.raises(UnknownValue, match="colour"):
        shipped.concepts("colour")


def test_wording_of_the_organisation_is_found(shipped: Vocabulary) -> None:
    assert shipped.site_text("explore", "fi") == "Tutustu julkaisuihin"
    assert shipped.site_text("absent", "fi") is None


def test_fingerprint_tells_files_apart(tmp_path: Path) -> None:
    one = Vocabulary.load(write(tmp_path, concept("a")))
    other = Vocabulary.load(write(tmp_path, concept("b")))
    assert one.fingerprint != other.fingerprint


def test_deprecated_concept_names_its_successor(tmp_path: Path) -> None:
    body = concept("old", 'deprecated = true\nreplaced_by = "new"') + concept("new")
    old = Vocabulary.load(write(tmp_path, body)).concept("old")
    assert (old.is_deprecated, old.replaced_by) == (True, "new")


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        (concept("a") + concept("a"), 22, "used twice"),
        (concept("a", 'parent = "b"'), 16, "parent names 'b', which is not there"),
        (concept("a", 'parent = "t"') + concept("t", scheme="theme"), 16, "which is no sector"),
        (concept("a", label='label = { fi = "Nimi" }'), 16, "label.sv is missing"),
        (concept("a", 'parent = "b"') + concept("b", 'parent = "a"'), 16, "circle"),
        (concept("a", scheme="colour"), 16, "the scheme 'colour' is not known"),
        (concept("a", 'hint = "x"'), 16, "the key hint is not known"),
        (concept("a", 'hints = { fi = "x" }'), 16, "hints.fi has to be a list"),
        (concept("a", 'confirmed = "yes"'), 16, "true or false"),
        (concept("a", 'yso = [["one"]]'), 16, "list of pairs"),
        (concept("a", 'region = "nowhere"'), 16, "region names 'nowhere'"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 50 else None,
)
def test_wrong_entry_is_told_with_file_line_and_entry(
    tmp_path: Path, body: str, line: int, said: str
) -> None:
    path = write(tmp_path, body)
    with pytest.raises(InvalidVocabulary) as caught:
        Vocabulary.load(path)
    assert caught.value.message.startswith(f"{path}:{line}: a: ")
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[concept]\n", "line 1"),
        ("[[concept]]\n", "scheme.sector"),
        ("concept = 1\n" + HEAD, "[[concept]]"),
        (HEAD + "[[concept]]\nscheme = 'sector'\n", "concept number 1"),
        ("scheme = 1\n", "[scheme.name]"),
    ],
    ids=["toml", "schemes", "kind", "id", "scheme"],
)
def test_file_that_is_no_vocabulary_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InvalidVocabulary) as caught:
        Vocabulary.load(write(tmp_path, text, head=""))
    assert said in caught.value.message
    assert "vocabulary.toml" in caught.value.message


def test_missing_file_and_wrong_encoding_are_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidVocabulary, match=r"absent\.toml"):
        Vocabulary.load(tmp_path / "absent.toml")
    (tmp_path / "latin.toml").write_bytes('x = "ä"'.encode("latin-1"))
    with pytest.raises(InvalidVocabulary, match="UTF-8"):
        Vocabulary.load(tmp_path / "latin.toml")


def test_contradictions_and_twins_are_pointed_out(tmp_path: Path) -> None:
    hints = 'hints = { fi = ["Sana"] }\nweak = { fi = ["sana"] }'
    vocabulary = Vocabulary.load(write(tmp_path, concept("a", hints) + concept("b")))
    messages = vocabulary.check()
    assert "a: 'sana' (fi) is both a hint and in weak" in messages
    assert "sector: the fi label 'nimi' is used 2 times" in messages
