"""An organisation's own colour, icon and accessibility statement."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from corpus.errors import InvalidSettings, InvalidVocabulary
from corpus.settings import Settings
from corpus.statement import statement_path
from search_app.identity import Identity, contrast

MakeApp = Callable[[Settings], Flask]
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>'
)
COLORS = ["#0d4a41", "#003580", "#7a1f5c", "#0000ff", "#000000", "#b00020", "#595959", "#1B5E20"]


def rgb(color: str) -> tuple[int, int, int]:
    if color == "#fff":
        return 255, 255, 255
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def own(settings: Settings, tmp_path: Path, **changes: str) -> Settings:
    """Return settings with a data directory of their own."""
    made = replace(settings, data=tmp_path, **changes)  # type: ignore[arg-type]
    made.config_dir.mkdir()
    return made


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1.0)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(rgb(one), rgb(other)) == pytest.approx(ratio, abs=0.005)
    assert contrast(rgb(other), rgb(one)) == contrast(rgb(one), rgb(other))


@pytest.mark.parametrize("color", COLORS)
def test_every_shade_can_be_read(color: str) -> None:
    identity = Identity.of(Settings(color=color))
    light, dark = identity.light, identity.dark
    for ground in ("#fbfaf7", "#ffffff", "#eef3f0"):
        assert contrast(rgb(light.text), rgb(ground)) >= 4.5
    for ground in ("#111817", "#182120", "#1f2b29"):
        assert contrast(rgb(dark.text), rgb(ground)) >= 4.5
    for shades in (light, dark):
        assert contrast(rgb(shades.on_text), rgb(shades.text)) >= 4.5
        assert contrast(rgb("#fff"), rgb(shades.band)) >= 4.5
    assert contrast(rgb(light.bar), rgb("#fbfaf7")) >= 3
    assert contrast(rgb(dark.bar), rgb("#111817")) >= 3


@pytest.mark.parametrize("color", ["#ffcc00", "#ffffff", "#7f7f7f"])
def test_a_colour_that_cannot_bear_text_is_refused_with_one_that_can(color: str) -> None:
    with pytest.raises(InvalidSettings, match=r"4\.5:1") as caught:
        Identity.of(Settings(color=color))
    better = re.findall(r"#[0-9a-f]{6}", caught.value.message)[-1]
    assert better != color
    assert Identity.of(Settings(color=better)).color == better


@pytest.mark.parametrize("color", ["red", "#fff", "", "#12345g", "#0d4a41;}"])
def test_what_is_no_colour_is_refused(color: str) -> None:
    with pytest.raises(InvalidSettings, match="#rrggbb"):
        Identity.of(Settings(color=color))


def test_the_style_sheet_takes_the_colour(make_app: MakeApp, settings: Settings) -> None:
    client = make_app(replace(settings, color="#003580")).test_client()
    plain = make_app(settings).test_client()
    page = client.get("/fi/").text
    assert '<meta name="theme-color" content="#003580">' in page
    found = re.search(r"/static/site\.[0-9a-f]+\.css", page)
    assert found is not None
    assert "--prim:#003580" in client.get(found[0]).text
    assert found[0] not in plain.get("/fi/").text  # another content has another address
    assert client.get(found[0]).text.startswith(plain.get("/static/site.css").text)


@pytest.mark.parametrize(("name", "kind"), [("oma.svg", "image/svg+xml"), ("oma.PNG", "image/png")])
def test_an_own_icon_stands_in_the_head_and_beside_the_name(
    make_app: MakeApp, settings: Settings, tmp_path: Path, name: str, kind: str
) -> None:
    chosen = own(settings, tmp_path, favicon=name)
    (chosen.config_dir / name).write_bytes(SVG)
    client = make_app(chosen).test_client()
    page = client.get("/sv/").text
    found = re.search(rf'<link rel="icon" href="([^"]+)" type="{re.escape(kind)}">', page)
    assert found is not None
    assert client.get(found[1]).data == SVG
    assert client.get("/favicon.ico").data == SVG
    brand = f'<img src="{found[1]}" width="36" height="36" alt="">'
    assert brand in page
    assert brand in client.get("/staff/login").text


@pytest.mark.parametrize("name", ["../oma.svg", "oma.gif", "oma", "/etc/hosts.svg", "puuttuu.svg"])
def test_an_icon_that_cannot_be_used_is_refused(
    make_app: MakeApp, settings: Settings, tmp_path: Path, name: str
) -> None:
    with pytest.raises(InvalidSettings, match="favicon"):
        make_app(own(settings, tmp_path, favicon=name))


def test_a_huge_icon_is_refused(make_app: MakeApp, settings: Settings, tmp_path: Path) -> None:
    chosen = own(settings, tmp_path, favicon="oma.svg")
    (chosen.config_dir / "oma.svg").write_bytes(b" " * 100_001)
    with pytest.raises(InvalidSettings, match="100,000"):
        make_app(chosen)


def test_the_statement_is_the_organisations_own(
    make_app: MakeApp, settings: Settings, tmp_path: Path
) -> None:
    chosen = own(settings, tmp_path)
    text = statement_path(Settings(data=tmp_path / "none")).read_text(encoding="utf-8")
    text = text.replace('state = "partial"', 'state = "none"')
    text = text.replace("reviewed = 2026-11-24", "reviewed = 2027-02-01")
    text = text.replace('why = "unmet"', 'why = "burden"', 1)
    text = text.replace('web = ""', 'web = "https://valvoja.example/"')
    text = text.replace('phone = ""', 'phone = "010 000 000"')
    text = text.replace('en = "Finnish Transport', 'en = "<b>Finnish</b> Transport')
    (chosen.config_dir / "accessibility.toml").write_text(text, encoding="utf-8")
    page = make_app(chosen).test_client().get("/en/accessibility").text
    assert "The service does not meet the accessibility requirements" in page
    assert "last reviewed on 1 February 2027" in page
    assert "disproportionate burden" in page
    assert '<a href="https://valvoja.example/"' in page
    assert page.count("010 000 000") == 2
    assert "&lt;b&gt;Finnish&lt;/b&gt;" in page


@pytest.mark.parametrize(
    "mistake",
    [
        ('state = "partial"', 'state = "good"', "state has to be one of"),
        ("reviewed = 2026-11-24", 'reviewed = "2026-11-24"', "reviewed has to be a day"),
        ("published = 2026-11-24", "", "published has to be a day"),
        ('why = "unmet"', 'why = "lazy"', "why has to be one of"),
        ("what.sv", "what.de", "what is missing in sv"),
        ('web = ""', 'web = "javascript:alert(1)"', "web has to begin with https://"),
        ("[feedback]", "[feedbak]", "feedbak is not known"),
        ('state = "partial"', "state =", "not valid TOML"),
    ],
)
def test_a_mistake_in_the_statement_is_named(
    make_app: MakeApp, settings: Settings, tmp_path: Path, mistake: tuple[str, str, str]
) -> None:
    old, new, said = mistake
    chosen = own(settings, tmp_path)
    text = statement_path(Settings(data=tmp_path / "none")).read_text(encoding="utf-8")
    path = chosen.config_dir / "accessibility.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidVocabulary, match=re.escape(said)) as caught:
        make_app(chosen)
    assert "accessibility.toml" in caught.value.message
