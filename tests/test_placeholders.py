"""What stands in a text to be filled and is not: found in all its notations, and no word of a sentence with it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import CAMPAIGN, CONFIG, LISTS, Run, write
from test_lookup import template

from campaignctl import campaigns
from campaignctl.approved import RecipientList, Registry
from campaignctl.dlt import placeholders
from campaignctl.dlt.placeholders import Unfilled
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Config, Context
from campaignctl.rules import unfilled_placeholder

COLUMNS = ("First_name", "City", "Due", "orderNo", "\u0928\u093e\u092e")
LIST = RecipientList(alias="customers", sid="5f1c0a7e9b3d4826a0c7e1f2b4d69835", columns=COLUMNS)


def campaign(text: str, registered: str | None, **more: Any) -> Campaign:
    one = template(1, registered) if registered is not None else None
    registry = Registry(lists={"customers": LIST}, templates={one.id: one} if one else {})
    data = {"content_type": "dynamic", "lists": ["customers"], "template": text, **more}
    if one is not None:
        data["dlt_template_id"] = one.id
    return campaigns.build(data, None, registry)  # type: ignore[arg-type]


def found(text: str, registered: str | None = "Hi {#var#}, welcome to Kettle", **more: Any) -> list[Unfilled]:
    return [*placeholders.unfilled(campaign(text, registered, **more))]


def hits(text: str, registered: str | None = "Hi {#var#}, welcome to Kettle", **more: Any) -> list[Hit]:
    one = campaign(text, registered, **more)
    context = Context(config=Config(project="kettle"), registry=Registry(), now=None, profile=None)  # type: ignore[arg-type]
    return [*unfilled_placeholder.check(one, context)]


MARKED = (
    *("{First_name}", "{first_name}", "{ First name }", "${First_name}", "#{First_name}", "{{First_name}}"),
    *(
        "<First_name>",
        "<<First_name>>",
        "[First_name]",
        "[First name]",
        "[[FIRST_NAME]]",
        "\u00abFirst_name\u00bb",
    ),
    *("$First_name", "#First_name#", "##First_name##", "%First_name%", "__First_name__", "*|First_name|*"),
    *(
        "@First_name",
        "%First_name",
        "{City}",
        "[CITY]",
        "<city>",
        "$City",
        "__City__",
        "{\u0928\u093e\u092e}",
    ),
)


@pytest.mark.parametrize("kind", ["var", "alphanumeric"])
@pytest.mark.parametrize("written", MARKED)
def test_a_column_within_signs_is_named_and_mended(written: str, kind: str) -> None:
    one = campaign(f"Hi {written}, welcome to Kettle", f"Hi {{#{kind}#}}, welcome to Kettle")
    (unfilled,) = placeholders.unfilled(one)

    (hit,) = hits(f"Hi {written}, welcome to Kettle", f"Hi {{#{kind}#}}, welcome to Kettle")

    assert unfilled.written == written
    assert hit.span == (3, 3 + len(written))
    assert f"write @@{unfilled.column}" in hit.message
    assert "list 'customers' has this column" in hit.message
    assert hit.severity is None
    assert hit.repair == Repair(
        f"write @@{unfilled.column}",
        ((3, 3 + len(written), f"@@{unfilled.column}"),),
        # A sign before the frame, or no frame: it may belong to the text, as in US${Amount} and in a handle.
        safe=not re.match(r"[$#%@]\{|[$%@]\w+$", written),
    )


@pytest.mark.parametrize("written", ["First_name", "first_name", "FIRST_NAME", "orderNo"])
def test_a_name_that_can_be_no_word_needs_no_signs(written: str) -> None:
    (hit,) = hits(f"Hi {written}, welcome to Kettle")

    assert hit.severity is None
    assert hit.repair is not None
    assert not hit.repair.safe


@pytest.mark.parametrize("written", ["City", "city", "DUE"])
def test_a_word_that_is_a_column_and_the_whole_value_is_a_warning(written: str) -> None:
    (hit,) = hits(f"Hi {written}, welcome to Kettle")

    assert hit.severity is Severity.WARNING
    assert hits(f"Hi {written}, welcome to Kettle", "Hi {#numeric#}, welcome to Kettle")[0].severity is None


@pytest.mark.parametrize(
    "value",
    [
        *("@@First_name", "Pune City", "the city of Pune", "due on 5 May", "help@city.example"),
        *(
            "https://kettle.example/?first_name=@@First_name",
            "[paid]",
            "<b>",
            "order [window]",
            "XXX",
            "XXXX 1234",
        ),
        *(
            "XXXX1234",
            "xxxxxxxxxxxxxxxxx",
            "50%d off",
            "10% of 20%",
            "5 $ of tea",
            "#Diwali#Kettle#",
            "a_b",
            "[here]",
        ),
        *(
            "[TKT_001]",
            "__",
            "tea_",
            "1 [2] 3",
            "@@First_name @@City",
            "Asha",
            "me@First_name.example",
            "$5",
            "Rs 5",
        ),
    ],
)
def test_a_value_that_looks_a_little_like_one_is_none(value: str) -> None:
    assert found(f"Hi {value}, welcome to Kettle") == []


@pytest.mark.parametrize(
    "written",
    [
        *(
            "XXXX",
            "xxxxx",
            "[NAME]",
            "[Customer Name]",
            "[insert name here]",
            "<name>",
            "<your name>",
            "<<name>>",
        ),
        *("__NAME__", "__X__", "____", "{NAME}", "{Customer Name}", "${NAME}", "%NAME%", "#NAME#", "$NAME"),
        *(
            "\u00abName\u00bb",
            "*|FNAME|*",
            "<%= name %>",
            "%{name}",
            "#{name}",
            "[order_id]",
            "{#var#}",
            "%s",
            "{0}",
        ),
    ],
)
def test_what_people_and_programs_write_is_found_in_a_slot(written: str) -> None:
    assert [(one.written, one.is_sure) for one in found(f"Hi {written}, welcome to Kettle")] == [
        (written, True)
    ]
    assert found("Welcome to Kettle", f"Welcome to Kettle {written}") == []


@pytest.mark.parametrize(
    "written", ["XXXX", "[NAME]", "<name>", "__X__", "{First_name}", "First_name", "City"]
)
def test_what_is_registered_outside_of_a_slot_is_text(written: str) -> None:
    text = f"Hi {written}, welcome to Kettle"

    assert found(text, text) == []
    assert found(f"{text}!", text) == []  # it differs elsewhere, which another rule says


@pytest.mark.parametrize(
    ("written", "severity"),
    [("[NAME]", Severity.WARNING), ("{NAME}", None), ("City", "none"), ("$City", None)],
)
def test_without_the_registered_text_people_are_given_the_benefit_of_the_doubt(
    written: str, severity: object
) -> None:
    found = hits(f"Hi {written}, welcome to Kettle", None)

    assert [one.severity for one in found] == ([] if severity == "none" else [severity])


def test_a_static_campaign_is_told_to_be_dynamic() -> None:
    (hit,) = hits("Hi {First_name}, welcome to Kettle", content_type="static")

    assert "make content_type dynamic and write @@First_name, or write the value" in hit.message
    assert hit.repair is None
    assert found("Hi City, welcome to Kettle", content_type="static") == []


def test_one_that_stands_there_twice_is_said_once_and_mended_twice() -> None:
    text = "Hi {City}, welcome to Kettle of {City}"

    (hit,) = hits(text, "Hi {#var#}, welcome to Kettle of {#var#}")

    assert hit.repair is not None
    assert [text[start:end] for start, end, _ in hit.repair.pieces] == ["{City}", "{City}"]


def test_a_column_that_the_next_letter_would_join_is_not_written() -> None:
    (hit,) = hits("Hi {City}wallah, welcome to Kettle")

    assert hit.repair is None


@pytest.mark.parametrize(
    ("written", "column", "safe"),
    [
        *((one, "First_name", True) for one in ("{#First_name#}", "{ First_name }", "[[First_name]]")),
        *(
            (one, "First_name", False)
            for one in ("{$First_name}", "{@First_name}", "[{First_name}]", "<{First_name}>")
        ),
        *(
            (one, "First_name", False)
            for one in ("#{First_name}", "${First_name}", "%{First_name}", "@[First_name]")
        ),
        *((one, "City", False) for one in ("@{City}", "@@<City>", "{$City}")),
    ],
)
def test_all_signs_around_a_column_go_with_it(written: str, column: str, safe: object) -> None:
    (hit,) = hits(f"Hi {written}, welcome to Kettle", "Hi {#var#}, welcome to Kettle")

    assert hit.span == (3, 3 + len(written))
    assert hit.repair == Repair(
        f"write @@{column}", ((3, 3 + len(written), f"@@{column}"),), safe=safe is True
    )


def test_what_is_no_column_hides_none_behind_it() -> None:
    (found,) = placeholders.unfilled(campaign("Kettle in %City now 10% more tea", None))
    assert (found.written, found.column, found.is_marked) == ("%City", "City", False)


REGISTERED = (
    'brands: [Kettle]\ntemplates:\n  - id: "1107160086562376233"\n    entity: "1101428740000012125"\n    headers: [KETTLE]\n'
    '    category: service-implicit\n    status: approved\n    text: "Hi {#alphanumeric#}, your Kettle account is active."\n'
)


@pytest.mark.parametrize("word", ["XXXX", "[City]", "{City}"])
def test_where_a_placeholder_is_let_pass_the_operators_still_have_their_say(
    word: str, folder: Path, run: Run
) -> None:
    text = f'"Hi Asha, your {word} account is active."'
    write(
        folder,
        {
            "registry/templates.yaml": REGISTERED,
            "registry/lists.yaml": LISTS.replace("columns: [First_name]", "columns: [First_name, City]"),
        },
    )

    def names(config: str = CONFIG, comment: str = "") -> list[str]:
        template = CAMPAIGN.rpartition("template:")[0] + f"template: {text}{comment}\n"
        template = template.replace("content_type: static", "content_type: dynamic")
        write(folder, {"the-example.yaml": template, "campaignctl.yaml": config})
        found = json.loads(run("lint", "--format", "json").out)["findings"]
        return sorted(
            one["name"] for one in found if one["name"] in ("unfilled-placeholder", "body-mismatch")
        )

    assert names() == ["unfilled-placeholder"]
    assert names(comment="  # campaignctl: ignore[unfilled-placeholder] meant so") == ["body-mismatch"]
    assert names(f"{CONFIG}lint: {{ignore: [unfilled-placeholder]}}\n") == ["body-mismatch"]
    assert names(f"{CONFIG}lint: {{levels: {{unfilled-placeholder: warning}}}}\n") == [
        "body-mismatch",
        "unfilled-placeholder",
    ]


def test_a_list_whose_columns_are_not_stated_has_none() -> None:
    one = campaign("Hi First_name, welcome to Kettle", None, lists=["5f1c0a7e9b3d4826a0c7e1f2b4d69836"])

    assert placeholders.unfilled(one) == ()


@pytest.mark.parametrize(
    "sign", ["{", "[", "<", "\u00ab", "#", "%", "_", "@", "$", "*|", "X", "{{", "[a ", "_a", "{ "]
)
def test_a_hostile_text_costs_little(sign: str) -> None:
    placeholders.unfilled(campaign(sign * 2000, None))
