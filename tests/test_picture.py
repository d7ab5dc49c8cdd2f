"""The README's picture shows what the commands print today, and is one that everybody can see or hear."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import picture
from conftest import ROOT
from test_readme import steady

SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_is_what_the_commands_print(tmp_path: Path) -> None:
    made = picture.svg(picture.session(tmp_path / "campaigns"))
    assert steady(picture.PICTURE.read_text("utf-8")) == steady(made), "`make picture` draws it anew"


def test_the_picture_is_named_and_told_and_asks_nobody_for_anything() -> None:
    text = picture.PICTURE.read_text("utf-8")
    root = ET.fromstring(text)
    assert root.get("role") == "img"
    named = [one.get("id") for one in root if one.tag in (f"{SVG}title", f"{SVG}desc")]
    assert root.get("aria-labelledby") == " ".join(filter(None, named)) == "title desc"
    lines = ["".join(one.itertext()) for one in root.iter(f"{SVG}text")]
    told = (root.findtext(f"{SVG}desc") or "").splitlines()
    assert "".join(lines) == "".join(told)
    assert {one.tag for one in root.iter()} == {
        SVG + tag for tag in ("svg", "title", "desc", "style", "rect", "text", "tspan")
    }
    assert re.findall(r"https?://[^\"\s<]*|url\(|@import|href", picture.STYLE) == []
    assert "$ campaignctl apply --sandbox --yes" in told
    assert "Apply: 3 created." in told


def test_both_schemes_have_every_colour_and_enough_contrast() -> None:
    light, dark = picture.STYLE.split("@media (prefers-color-scheme: dark)")
    schemes = [dict(re.findall(r"--([a-z]+): #([0-9a-f]{6});", one)) for one in (light, dark)]
    assert schemes[0].keys() == schemes[1].keys() >= {"back", "text", *picture.CLASSES.values()} - {"bold"}
    for colours in schemes:
        for name in colours.keys() - {"back", "edge"}:
            assert contrast(colours[name], colours["back"]) >= 4.5, name  # WCAG 2.2, 1.4.3


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_full_line_goes_on_in_the_next_and_keeps_its_colour() -> None:
    long = "x" * (picture.COLUMNS - 1)
    assert picture.lines(f"{long}\x1b[31mred\x1b[0m!\n\nend") == [
        [(long, frozenset()), ("r", frozenset({"red"}))],
        [("ed", frozenset({"red"})), ("!", frozenset())],
        [],
        [("end", frozenset())],
    ]


def test_what_a_campaign_says_stays_text() -> None:
    root = ET.fromstring(picture.svg("<script>alert('&')</script>\n\x1b[1m]]></desc>\x1b[0m"))
    assert [one.tag for one in root.iter() if "script" in one.tag] == []
    assert ["".join(one.itertext()) for one in root.iter(f"{SVG}text")] == [
        "<script>alert('&')</script>",
        "]]></desc>",
    ]


def test_the_readme_shows_it_if_it_shows_a_picture() -> None:
    shown = re.findall(
        r"!\[[^\]]+\]\(([^)]+\.svg)\)|<img [^>]*src=\"([^\"]+\.svg)\"",
        (ROOT / "README.md").read_text("utf-8"),
    )
    assert {name for pair in shown for name in pair if name} <= {".github/campaignctl.svg"}
