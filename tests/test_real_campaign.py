"""A campaign as it happened, with made-up names: 5,199 messages, none delivered, August 2026.

41.4 % had a value over the longest length, 19.7 % failed on the dynamic part of the template and 11.6 % held a
link that was not whitelisted; a raw `{#urg#}` was sent, and the gateway had put its own short links in the place of
the registered ones. The gateway had answered "success" to each. Lint has to find every cause before.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import CONFIG, NOW, write

from campaignctl import lint, project
from campaignctl.findings import Finding

ENTITY = "1101428740000012125"
TEMPLATES = f"""\
brands: [Kettle]
templates:
  - id: "1107177012384519206"
    entity: "{ENTITY}"
    name: Fair
    headers: [KETTLE]
    category: service-implicit
    status: approved
    text: "Dear {{#alphanumeric#}}, your Kettle stall at {{#alphanumeric#}} is booked. Please pay the fee of Rs {{#numeric#}} at the gate."
  - id: "1107177026510937482"
    entity: "{ENTITY}"
    name: Pass
    headers: [KETTLE]
    category: service-implicit
    status: approved
    text: "Dear {{#alphanumeric#}}, your Kettle pass is ready. Open it at {{#url#}} and show it at the gate of the fair."
  - id: "1107177040291460839"
    entity: "{ENTITY}"
    name: Map
    headers: [KETTLE]
    category: service-implicit
    status: approved
    text: "Dear {{#alphanumeric#}}, the Kettle fair opens at ten. The map is at https://kettle.example/map for all visitors."
"""
LINKS = """\
urls:
  - { url: "https://kettle.example/map", kind: static }
  - { url: "https://kettle.example/pass?", kind: dynamic }
"""
LISTS = """\
lists:
  visitors:
    sid: "9120d5962d214316b7721de55bb82e03"
    columns: [Name, Hall, Fee, Pass]
    contacts: 5199
    sample:
      Name: Asha
      Hall: Sri Venkateswara Exhibition Grounds, Hall No. 4
      Fee: "1,250"
      Pass: https://passes.example/p/8f2c
"""
CAMPAIGN = """\
id: {id}
lists: [visitors]
content_type: dynamic
schedule:
  start_time: "2034-06-02T10:30:00+05:30"
  end_time: "2034-06-02T18:00:00+05:30"
dlt_template_id: "{template}"
template: >-
  {text}
"""
FAIR, PASS, MAP = "1107177012384519206", "1107177026510937482", "1107177040291460839"


def found(tmp_path: Path, template: str, text: str) -> list[Finding]:
    write(
        tmp_path,
        {
            "campaignctl.yaml": CONFIG,
            "registry/templates.yaml": TEMPLATES,
            "registry/links.yaml": LINKS,
            "registry/lists.yaml": LISTS,
            "fair.yaml": CAMPAIGN.format(id="fair", template=template, text=text),
        },
    )
    return list(lint.run(project.load(tmp_path), now=NOW).findings)


CAUSES = [
    (
        "41.4 %, error 635: the value is too long",
        FAIR,
        "Dear @@Name, your Kettle stall at @@Hall is booked. Please pay the fee of Rs 1250 at the gate.",
        [("slot-too-long", "@@Hall", "635")],
    ),
    (
        "19.7 %, error 431: the value breaks the tag of its slot",
        FAIR,
        "Dear @@Name, your Kettle stall at Hall 4 is booked. Please pay the fee of Rs @@Fee at the gate.",
        [("slot-numeric", "@@Fee", "431")],
    ),
    (
        "11.6 %, error 642: the link is not whitelisted",
        PASS,
        "Dear @@Name, your Kettle pass is ready. Open it at @@Pass and show it at the gate of the fair.",
        [("url-not-whitelisted", "@@Pass", "642")],
    ),
    (
        "the raw slot of the export is left in the text",
        PASS,
        "Dear @@Name, your Kettle pass is ready. Open it at {#urg#} and show it at the gate of the fair.",
        [("unfilled-placeholder", "{#urg#}", "633")],
    ),
    (
        "the gateway's own short link in a slot",
        PASS,
        "Dear @@Name, your Kettle pass is ready. Open it at https://cutt.ly/8f2c and show it at the gate of the fair.",
        [("url-public-shortener", "https://cutt.ly/8f2c", "642")],
    ),
    (
        "the gateway's own short link in place of registered words",
        MAP,
        "Dear @@Name, the Kettle fair opens at ten. The map is at https://cutt.ly/8f2c for all visitors.",
        [
            ("body-mismatch", "cutt.ly/8f2c", "633"),
            ("url-public-shortener", "https://cutt.ly/8f2c", "642"),
        ],
    ),
    (
        "the text of one campaign under the id of another",
        FAIR,
        "Dear @@Name, your Kettle pass is ready. Open it at https://kettle.example/pass?n=@@Fee and show it at the gate of the fair.",
        [("body-matches-other-template", FAIR, "633")],
    ),
]


@pytest.mark.parametrize(
    ("template", "text", "expected"), [one[1:] for one in CAUSES], ids=[one[0] for one in CAUSES]
)
def test_each_cause_is_found_at_its_place_before_anything_is_sent(
    tmp_path: Path, template: str, text: str, expected: list[tuple[str, str, str]]
) -> None:
    findings = found(tmp_path, template, text)
    lines = (tmp_path / "fair.yaml").read_text("utf-8").split("\n")
    shown = [
        (one.name, lines[one.region.line - 1][one.region.column - 1 : one.region.end_column - 1].strip('"'))
        for one in findings
    ]

    assert sorted(shown) == sorted((name, piece) for name, piece, _ in expected)
    for name, _, error in expected:
        assert f"DLT error {error}" in next(one.message for one in findings if one.name == name)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        (
            FAIR,
            "Dear @@Name, your Kettle stall at Hall 4 is booked. Please pay the fee of Rs 1250 at the gate.",
        ),
        (
            PASS,
            "Dear @@Name, your Kettle pass is ready. Open it at https://kettle.example/pass?n=@@Fee and show it at the gate of the fair.",
        ),
        (
            MAP,
            "Dear @@Name, the Kettle fair opens at ten. The map is at https://kettle.example/map for all visitors.",
        ),
    ],
)
def test_mended_it_has_no_finding(tmp_path: Path, template: str, text: str) -> None:
    assert found(tmp_path, template, text) == []
