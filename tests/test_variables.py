"""`variables`: a text that is made from the registered one, and findings at the value that they are about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from conftest import CONFIG, LISTS, NOW, Run, campaign, examples, write
from hypothesis import given, settings
from hypothesis import strategies as st
from test_match import template

from campaignctl import campaigns, lint, project
from campaignctl.approved import Registry
from campaignctl.documents import Document
from campaignctl.findings import Hit, Repair
from campaignctl.model import Campaign, LintResult
from campaignctl.profiles import STRICT

EXAMPLES = settings(max_examples=examples(200), deadline=None, database=None, derandomize=True)

TEXT = "Dear {#alphanumeric#}, your Kettle order {#numeric#} is packed"
TEMPLATES = f"""\
brands: [Kettle]
templates:
  - id: "1107160086562376233"
    entity: "1101428740000012125"
    headers: [KETTLE]
    category: service-implicit
    status: approved
    text: "{TEXT}"
"""


class Nowhere:
    """A source without places."""

    path = "a.yaml"

    def locate(self, pointer: object, *, key: bool = False) -> object:
        raise AssertionError

    def line(self, number: int) -> str:
        raise AssertionError


def built(values: list[str], registered: str = TEXT) -> Campaign:
    ready = template(registered)
    data = {"id": "the-example", "dlt_template_id": ready.id, "variables": values}
    return campaigns.build(data, Nowhere(), Registry(templates={ready.id: ready}), STRICT)  # type: ignore[arg-type]


def lay(folder: Path, text: str, **files: str) -> LintResult:
    write(
        folder,
        {
            "campaignctl.yaml": files.get("config", CONFIG),
            "registry/lists.yaml": LISTS,
            "registry/templates.yaml": files.get("templates", TEMPLATES),
            "a.yaml": text,
        },
    )
    return lint.run(project.load(folder), now=NOW)


def with_variables(values: str, **changes: str) -> str:
    return campaign("the-example", template=None, variables=values, **changes)


# --- the text ---------------------------------------------------------------------------------------


def test_the_text_is_the_registered_one_with_the_values() -> None:
    one = built(["Asha Devi", "@@Order"])

    assert one.template == "Dear Asha Devi, your Kettle order @@Order is packed"
    assert one.columns == ("Order",)
    assert one.variables == ("Asha Devi", "@@Order")
    assert one.comparison is not None
    assert one.comparison.difference is None


@EXAMPLES
@given(st.lists(st.sampled_from(["{#var#}", "{#num#}", "a", ", ", "न"]), min_size=1, max_size=7), st.data())
def test_the_made_text_never_differs(pieces: list[str], data: st.DataObject) -> None:
    registered = template("".join(pieces))
    count = len(registered.slots)
    values = data.draw(
        st.lists(st.text(st.sampled_from("ab, 1\nन😀"), max_size=8), min_size=count, max_size=count)
    )
    one = built(values, registered.text)

    assert one.template is not None
    assert one.comparison is not None
    assert one.comparison.fillings is not None
    assert one.comparison.difference is None


@pytest.mark.parametrize("values", [[], ["a"], ["a", "b", "c"]])
def test_with_another_number_of_values_there_is_no_text(values: list[str]) -> None:
    one = built(values)

    assert (one.template, one.comparison, one.columns) == (None, None, ())
    assert one.variables == tuple(values)


def test_a_template_without_slots_takes_an_empty_list() -> None:
    assert built([], "Open today").template == "Open today"


@pytest.mark.parametrize("value", [None, "a", {"a": "b"}, [1], ["a", None]])
def test_what_is_no_list_of_texts_is_left_out(value: object) -> None:
    ready = template(TEXT)
    data = {"dlt_template_id": ready.id, "variables": value}
    one = campaigns.build(data, Nowhere(), Registry(templates={ready.id: ready}), STRICT)  # type: ignore[arg-type]

    assert (one.variables, one.template) == (None, None)


def test_without_the_registered_text_there_is_none() -> None:
    one = campaigns.build(
        {"dlt_template_id": "1107160086562376233", "variables": ["a"]},
        Nowhere(),  # type: ignore[arg-type]
        Registry(),
        STRICT,
    )

    assert (one.template, one.variables) == (None, ("a",))


def test_exotel_gets_the_made_text() -> None:
    one = built(["Asha", "4711"])

    assert (
        campaigns.payload(one, "kettle-5a1f0c")["template"] == "Dear Asha, your Kettle order 4711 is packed"
    )
    assert "variables" not in campaigns.payload(one, "kettle-5a1f0c")


# --- in files ---------------------------------------------------------------------------------------


def found(result: LintResult) -> list[tuple[str, int, int, int]]:
    return [(one.name, one.region.line, one.region.column, one.region.end_column) for one in result.findings]


def test_a_campaign_with_variables_is_sound(tmp_path: Path) -> None:
    result = lay(tmp_path, with_variables('["Asha", "4711"]'))

    assert found(result) == []
    assert result.campaigns[0].template == "Dear Asha, your Kettle order 4711 is packed"


def test_values_may_hold_jinja_and_aliases(tmp_path: Path) -> None:
    text = campaign("the-example", template=None, name="&x Asha Devi", variables='[*x, "{{ number }}"]')
    result = lay(tmp_path, text, config=CONFIG + '  number: "4711"\n')

    assert found(result) == []
    assert result.campaigns[0].template == "Dear Asha Devi, your Kettle order 4711 is packed"


def test_variables_and_a_template_are_one_too_many(tmp_path: Path) -> None:
    result = lay(tmp_path, campaign("the-example", variables='["Asha", "4711"]'))

    assert [one[:2] for one in found(result) if one[0] == "invalid-value"] == [("invalid-value", 2)]


def test_defaults_take_no_variables(tmp_path: Path) -> None:
    config = CONFIG.replace("  sender_id", "  variables: [a, b]\n  sender_id")
    result = lay(tmp_path, with_variables('["Asha", "4711"]'), config=config)

    assert ("unknown-key", "/defaults/variables") in [(one.name, one.pointer) for one in result.findings]


def test_variables_are_in_place_of_the_required_text(tmp_path: Path) -> None:
    result = lay(tmp_path, campaign("the-example", template=None))

    assert "missing-key" in {one.name for one in result.findings}


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ("[1, 2]", "wrong-type"),
        ("Asha", "wrong-type"),
        ("[[a], b]", "wrong-type"),
        ('["\\x07", b]', "invalid-value"),
        (json.dumps(["a"] * 101), "invalid-value"),
        (json.dumps(["a" * 2001, "b"]), "invalid-value"),
    ],
)
def test_values_of_the_wrong_shape_are_findings(tmp_path: Path, values: str, name: str) -> None:
    assert name in {one.name for one in lay(tmp_path, with_variables(values)).findings}


def test_columns_of_values_are_counted_and_looked_up(tmp_path: Path) -> None:
    text = with_variables('["@@First_name", "@@Nowhere"]', content_type="dynamic")
    result = lay(tmp_path, text)

    assert result.campaigns[0].columns == ("First_name", "Nowhere")
    (one,) = [one for one in result.findings if one.name == "column-unknown"]
    assert one.pointer.startswith("/variables")


def test_the_plan_shows_the_made_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    lay(tmp_path, with_variables('["Asha", "4711"]'))
    monkeypatch.chdir(tmp_path)

    ran = run("plan", "--offline", "--format", "json", "--at", NOW.isoformat())
    (action,) = json.loads(ran.out)["actions"]
    assert action["payload"]["template"] == "Dear Asha, your Kettle order 4711 is packed"
    assert (
        "Dear Asha, your Kettle order 4711 is packed" in run("plan", "--offline", "--at", NOW.isoformat()).out
    )


# --- findings at values -----------------------------------------------------------------------------


def moved(one: Campaign, start: int, end: int) -> Hit:
    return campaigns.in_variables(Hit(("template",), "m", (start, end)), one)


@EXAMPLES
@given(
    st.lists(st.sampled_from(["{#var#}", "{#num#}", "a", ", "]), min_size=1, max_size=7).map("".join),
    st.data(),
)
def test_a_finding_about_a_slot_stands_at_its_value(text: str, data: st.DataObject) -> None:
    registered = template(text)
    count = len(registered.slots)
    values = data.draw(st.lists(st.sampled_from(["", "b", "bb c"]), min_size=count, max_size=count))
    one = built(values, text)

    place = 0
    for number, value in enumerate(values):
        place += len(registered.fixed[number])
        for low in range(len(value)):
            for high in range(low + 1, len(value) + 1):
                hit = moved(one, place + low, place + high)
                assert (hit.pointer, hit.span) == (("variables", number), (low, high))
        place += len(value)


def test_a_finding_about_an_empty_value_stands_at_it() -> None:
    one = built(["", "4711"])
    assert one.template == "Dear , your Kettle order 4711 is packed"

    hit = moved(one, 5, 5)
    assert (hit.pointer, hit.span) == (("variables", 0), (0, 0))


def test_of_adjacent_values_the_one_that_the_finding_is_about_is_meant() -> None:
    one = built(["", "b", "", "c"], "{#var#}{#var#}{#var#}{#var#}")

    assert [moved(one, place, place + 1).pointer for place in (0, 1)] == [("variables", 1), ("variables", 3)]
    assert moved(one, 0, 0).pointer == ("variables", 0)
    assert moved(one, 1, 1).pointer == ("variables", 2)
    assert moved(one, 0, 2).pointer == ("variables", 1)


@pytest.mark.parametrize(
    ("start", "end", "number", "span"),
    [
        (0, 4, None, None),
        (4, 6, None, None),  # begins in the fixed text
        (5, 13, 0, (0, 8)),
        (6, 14, 0, (1, 8)),  # runs on into the fixed text
        (13, 14, None, None),
        (33, 37, 1, (0, 4)),
        (0, 40, None, None),
    ],
)
def test_a_finding_stands_at_the_value_that_it_begins_in(
    start: int, end: int, number: int | None, span: tuple[int, int] | None
) -> None:
    one = built(["Asha Dev", "4711"])
    assert one.template is not None
    assert one.template[33:37] == "4711"
    hit = moved(one, start, end)

    assert hit.pointer == (("variables",) if number is None else ("variables", number))
    assert hit.span == span


def test_a_repair_goes_with_its_value_and_no_further() -> None:
    one = built(["Asha", "4711"])
    inside = Repair("write a", ((5, 6, "a"), (9, 9, "!")))
    beyond = Repair("write a", ((5, 6, "a"), (30, 31, "5")))

    hits = [
        campaigns.in_variables(Hit(("template",), "m", (5, 6), None, repair), one)
        for repair in (inside, beyond)
    ]
    assert [hit.repair for hit in hits] == [Repair("write a", ((0, 1, "a"), (4, 4, "!"))), None]


def test_the_caret_stands_under_the_characters_of_the_value(tmp_path: Path) -> None:
    lay(tmp_path, "")
    text = with_variables("\n  - >-\n    Asha\n    Devi {{ brand }}\n  - '47''11'")
    write(tmp_path, {"a.yaml": text})
    loaded = project.load(tmp_path)
    (one,) = lint.run(loaded, now=NOW).campaigns
    assert one.variables == ("Asha Devi Kettle", "47'11")
    assert yaml.safe_load(text)["variables"][1] == "47'11"

    place = one.template.index("Devi") if one.template else 0
    assert moved(one, place, place + 4).span == (5, 9)
    source = one.source
    assert isinstance(source, Document)
    region = source.locate_in(("variables", 0), 5, 9)
    line = text.splitlines()[region.line - 1]
    assert line[region.column - 1 : region.end_column - 1] == "Devi"
