"""What is said about the values of slots: the worst of each, and nothing about what nobody can know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import CAMPAIGN, CONFIG, LISTS, NOW, write

from campaignctl import lint, project
from campaignctl.findings import Severity

REGISTERED = """\
brands: [Kettle]
templates:
  - id: "1107160086562376233"
    entity: "1101428740000012125"
    headers: [KETTLE]
    category: service-implicit
    status: approved
    text: "Kettle news: {tag}. Thank you for your order, and for your patience with us and with the rain."
"""
SOUND = {
    "alphanumeric": "tea cups",
    "numeric": "4711",
    "url": "https://kettle.example/shop",
    "urlott": "https://wa.me/919812345678",
    "cbn": "18001234567",
    "email": "help@kettle.example",
}


def found(tmp_path: Path, tag: str | None, value: str, kind: str = "static") -> dict[str, Severity]:
    lines = [line for line in CAMPAIGN.splitlines() if not line.startswith(("template:", "content_type:"))]
    lines += [f"content_type: {kind}", f"variables: [{json.dumps(value, ensure_ascii=False)}]"]
    files: dict[str, str | bytes] = {
        "campaignctl.yaml": CONFIG,
        "registry/lists.yaml": LISTS,
        "a.yaml": "\n".join(lines),
    }
    if tag is not None:
        files["registry/templates.yaml"] = REGISTERED.replace("{tag}", f"{{#{tag}#}}")
    write(tmp_path, files)
    return {one.name: one.severity for one in lint.run(project.load(tmp_path), now=NOW).findings}


#: What is wrong with a value, by the kind of its slot; "" is said of every kind.
WRONG = [
    ("", "", "slot-empty", Severity.ERROR),
    ("", " \t ", "slot-empty", Severity.ERROR),
    ("", "{#var#}", "unfilled-placeholder", Severity.ERROR),
    ("", "##name##", "unfilled-placeholder", Severity.ERROR),
    ("alphanumeric", "x" * 41, "slot-too-long", Severity.ERROR),
    ("alphanumeric", "x" * 31, "slot-too-long", Severity.WARNING),
    ("alphanumeric", "TKT-001", "slot-alphanumeric", Severity.WARNING),
    ("alphanumeric", "x-" * 21, "slot-too-long", Severity.ERROR),
    (
        "alphanumeric",
        "https://kettle.example/a-very-long-link-of-a-shop",
        "url-in-untyped-slot",
        Severity.ERROR,
    ),
    ("alphanumeric", "9812345678", "url-in-untyped-slot", Severity.ERROR),
    ("alphanumeric", "tea cups ", "slot-newline-or-edge-space", Severity.WARNING),
    ("alphanumeric", "tea\ncups", "slot-newline-or-edge-space", Severity.WARNING),
    ("numeric", "4,711", "slot-numeric", Severity.ERROR),
    ("numeric", "47.11", "slot-numeric", Severity.WARNING),
    ("numeric", "47.1", "slot-numeric", Severity.WARNING),
    ("numeric", "47.112", "slot-numeric", Severity.WARNING),
    ("numeric", "1" * 40, "slot-too-long", Severity.WARNING),
    ("numeric", "1" * 41, "slot-too-long", Severity.ERROR),
    ("numeric", "-4", "slot-numeric", Severity.ERROR),
    ("numeric", "4711 ", "slot-numeric", Severity.ERROR),
    ("numeric", "\u096a\u096d", "slot-numeric", Severity.ERROR),
    ("numeric", "1" * 31, "slot-too-long", Severity.WARNING),
    ("url", "kettle.example", "slot-url-form", Severity.ERROR),
    ("url", "https://", "slot-url-form", Severity.ERROR),
    ("url", "https://a.example https://b.example", "slot-url-form", Severity.ERROR),
    ("url", "https://kettle.example/" + "x" * 98, "slot-too-long", Severity.WARNING),
    ("url", "https://kettle.example/shop ", "slot-newline-or-edge-space", Severity.WARNING),
    ("urlott", "wa.me/919812345678", "slot-url-form", Severity.ERROR),
    ("cbn", "call us", "slot-cbn-form", Severity.ERROR),
    ("cbn", "1800-123-4567", "slot-cbn-form", Severity.ERROR),
    ("email", "help.kettle.example", "slot-email-form", Severity.ERROR),
]


@pytest.mark.parametrize(
    ("tag", "value", "name", "severity"),
    [
        (tag, value, name, severity)
        for only, value, name, severity in WRONG
        for tag in ([only] if only else SOUND)
    ],
)
def test_one_value_has_one_finding_the_worst(
    tmp_path: Path, tag: str, value: str, name: str, severity: Severity
) -> None:
    assert found(tmp_path, tag, value) == {name: severity}


@pytest.mark.parametrize("tag", SOUND)
def test_a_sound_value_and_a_column_that_nobody_knows_have_none(tmp_path: Path, tag: str) -> None:
    assert found(tmp_path / "value", tag, SOUND[tag]) == {}
    assert found(tmp_path / "column", tag, "@@City", "dynamic") == {}


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        *(("alphanumeric", "order 4711081 of 27.9.2034"), ("alphanumeric", "11.40am gate_4 A/2")),
        *(
            ("alphanumeric", "\u0915\u093f\u0936\u094b\u0930\u0940"),
            ("alphanumeric", "x" * 30),
            ("numeric", "0" * 30),
        ),
        *(("url", "https://kettle.example/" + "x" * 97), ("cbn", "+919812345678"), ("cbn", "56161")),
    ],
)
def test_what_passes_everywhere_has_no_finding_of_its_slot(tmp_path: Path, tag: str, value: str) -> None:
    assert set(found(tmp_path, tag, value)) <= {"unicode-switch", "multipart-boundary-link"}


def test_values_for_a_text_that_nobody_knows_cannot_be_sent(tmp_path: Path) -> None:
    assert found(tmp_path, None, "4711") == {"slot-count": Severity.ERROR}
