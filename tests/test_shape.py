"""The cheap shape check, the schema and the rules: three voices that say the same."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import CAMPAIGN, CONFIG, LISTS, NOW, ROOT, Run, campaign, examples, write
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from test_schemas import SCHEMAS, VALID, VALIDATORS

from campaignctl import campaigns, lint, project, registry, schema, shape
from campaignctl.documents import parse
from campaignctl.findings import Finding, Hit, Severity
from campaignctl.model import Config, Context
from campaignctl.rules import CHECKS

EXAMPLES = settings(max_examples=examples(400), deadline=None, database=None, derandomize=True)

SOUND: dict[str, Any] = {
    **yaml.safe_load(CAMPAIGN),
    "name": "Tea week",
    "status_callback": "https://hooks.example.in/campaign",
    "sms_status_callback": "https://hooks.example.in/sms",
}
SCHEMA = json.loads((ROOT / "schemas/campaign.schema.json").read_text("utf-8"))
VALIDATOR = Draft7Validator(SCHEMA)
REQUIRED = frozenset((*schema.REQUIRED, "schedule"))
REGISTRY = registry.build(registry.Part(yaml.safe_load(LISTS)))
CONTEXT = Context(config=Config(project="kettle-5a1f0c"), registry=REGISTRY, now=NOW)
SOURCE = parse(CAMPAIGN.encode(), "a.yaml").documents[0]

# --- the cheap check and the schema -----------------------------------------------------------------

VALUES = st.one_of(
    st.sampled_from(
        [
            *(
                "",
                " ",
                "x",
                "static",
                "dynamic",
                "Transactional",
                "PROMOTIONAL",
                "promo",
                "\n",
                "a\nb",
                "\x7f",
                "\x85",
            ),
            *(
                "tea-week",
                "-tea",
                "te",
                "t" * 63,
                "t" * 64,
                "TEA",
                "tea-week\n",
                "{{ x }}",
                "x" * 200,
                "x" * 201,
            ),
            *([], ["a"], [""], ["a", 7], ["a"] * 6, [None], {}, {"start_time": "x"}),
            *({"start_time": "", "end_time": ""}, {"start_time": "x", "end_time": 7}),
            *({"start_time": "x", "end_time": "y", "zone": "z"}, None, True, False, 0, 7, 1.5),
        ]
    ),
    st.text(max_size=6),
    st.lists(st.text(max_size=3), max_size=3),
    st.dictionaries(st.sampled_from(["start_time", "end_time", "x"]), st.text(max_size=3), max_size=3),
)
KEYS = st.sampled_from([*SOUND, "sms_typ", "colour", "start_time", ""])


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """Return a sound campaign with up to three keys set to something else, or gone."""
    data = copy.deepcopy(SOUND)
    for _ in range(draw(st.integers(0, 3))):
        key = draw(KEYS)
        if draw(st.booleans()) and key in data:
            del data[key]
        else:
            data[key] = copy.deepcopy(draw(VALUES))
    return data


def shape_errors(data: Any) -> list[str]:
    """Return what the schema has against data, but for constraints that belong to a rule."""
    return [
        error.json_path
        for error in VALIDATOR.iter_errors(data)
        if "x-rule" not in error.schema or error.validator == "type"
    ]


@EXAMPLES
@given(data=mutated())
@example(data=SOUND)
@example(data={**SOUND, "name": "x" * 201})
@example(data={**SOUND, "status_callback": "https://x:000080/"})
def test_what_is_called_sound_the_schema_finds_sound(data: dict[str, Any]) -> None:
    required = REQUIRED - {"schedule"}
    if schema.is_sound(data, required):
        assert shape_errors(data) == []
        assert schema.check("campaign", data) == ()


@EXAMPLES
@given(data=mutated())
def test_what_the_schema_finds_sound_is_called_so(data: dict[str, Any]) -> None:
    # Two liberties: for editors the schema lets any sms_type with {{ pass, and an empty text is a rule's.
    if data.keys() >= REQUIRED and not shape_errors(data) and "{{" not in data["sms_type"]:
        assert schema.is_sound(data, REQUIRED) or "" in data.values()


@EXAMPLES
@given(data=mutated())
def test_the_sentences_appear_exactly_where_the_cheap_check_says_no(data: dict[str, Any]) -> None:
    assert bool(schema.campaign(data, REQUIRED)) >= (bool(shape_errors(data)) or not data.keys() >= REQUIRED)
    if schema.is_sound(data, REQUIRED):
        assert schema.campaign(data, REQUIRED) == ()


# --- the cheap check of any schema ------------------------------------------------------------------

LEAVES = st.sampled_from(
    [
        *(
            "",
            "x",
            "static",
            "dynamic",
            "promotional",
            "local",
            "../x",
            "a\n",
            "1" * 19,
            "KETTLE",
            "612345",
            None,
        ),
        *(
            True,
            False,
            0,
            1,
            -1,
            7,
            600,
            601,
            1.0,
            1.5,
            6001,
            [],
            {},
            ["a", "a"],
            ["a", 7],
            [["a"], {"b": None}],
        ),
        *(
            "https://x.example",
            "18000000123",
            "@x.example",
            "f" * 32,
            "approved",
            {"x": {"y": [1]}},
            "{{ x }}",
        ),
    ]
)


def routes(value: Any, so_far: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the route to everything inside a value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [so_far, *(route for step, child in pairs for route in routes(child, (*so_far, step)))]


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, Any]:
    """Return the name of a schema and data that fit it but for up to two changes somewhere inside."""
    name = draw(st.sampled_from(sorted(VALID)))
    data: Any = copy.deepcopy(VALID[name])
    for _ in range(draw(st.integers(0, 2))):
        *before, last = draw(st.sampled_from([one for one in routes(data) if one] or [("x",)]))
        inner: Any = data
        for step in before:
            inner = inner[step]
        match draw(st.sampled_from(["set", "drop", "add"])):
            case "drop":
                del inner[last]
            case "add" if isinstance(inner, dict):
                inner[draw(st.sampled_from(["x", "sms_type", "content_type", "id", "A-b", "1a"]))] = draw(
                    LEAVES
                )
            case _:
                inner[last] = copy.deepcopy(draw(LEAVES))
        if not data:
            break
    return name, data


@EXAMPLES
@given(damaged())
def test_what_is_said_to_fit_fits(named: tuple[str, Any]) -> None:
    name, data = named
    whole = SCHEMAS[name]
    if shape.fits(whole, data, whole):
        assert list(VALIDATORS[name].iter_errors(data)) == []


@EXAMPLES
@given(damaged())
def test_what_fits_is_mostly_said_to_fit(named: tuple[str, Any]) -> None:
    name, data = named
    whole = SCHEMAS[name]
    if VALIDATORS[name].is_valid(data) and float not in map(type, flat(data)):
        assert shape.fits(whole, data, whole)


def flat(value: Any) -> list[Any]:
    """Return everything inside that is no collection."""
    if not isinstance(value, (dict, list)):
        return [value]
    children = value.values() if isinstance(value, dict) else value
    return [one for child in children for one in flat(child)]


@pytest.mark.parametrize("name", sorted(VALID))
def test_sound_data_of_every_schema_are_said_to_fit(name: str) -> None:
    assert shape.fits(SCHEMAS[name], VALID[name], SCHEMAS[name])


@pytest.mark.parametrize(
    ("a_schema", "data"),
    [
        ({"anyOf": [{}]}, 1),
        ({"format": "date"}, "2035-01-01"),
        ({"type": "integer", "multipleOf": 2}, 4),
        ({"items": {"not": {}}}, [1]),
        ({"if": {}, "then": {}, "else": {}}, 1),
    ],
)
def test_what_it_does_not_know_it_does_not_call_fitting(a_schema: dict[str, Any], data: Any) -> None:
    assert not shape.fits(a_schema, data, a_schema)


# --- the demo ---------------------------------------------------------------------------------------


def demo() -> list[tuple[str, dict[str, Any]]]:
    the_project = project.load(ROOT / "campaigns")
    found = []
    for path in sorted((ROOT / "campaigns/2035").rglob("*.yaml")):
        for document in parse(path.read_bytes(), path.name).documents:
            rendered, problems = project.render_all(document.data, the_project.render)
            assert problems == []
            found.append((document.data["id"], {**the_project.defaults, **rendered}))
    return found


@pytest.mark.parametrize("data", [one for _, one in demo()], ids=[id_ for id_, _ in demo()])
def test_each_campaign_of_the_demo_is_sound_at_first_sight(data: dict[str, Any]) -> None:
    assert schema.is_sound(data, REQUIRED)


def imported(*arguments: str, cwd: Path) -> tuple[int, set[str]]:
    """Return the exit code of a command and the top-level names of all modules that it imported."""
    code = (
        "import sys\n"
        "from campaignctl.__main__ import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print(*{one.split('.')[0] for one in sys.modules}, file=sys.stderr)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, *arguments], cwd=cwd, capture_output=True, text=True)
    return ran.returncode, set(ran.stderr.split())


def test_linting_the_demo_imports_neither_jsonschema_nor_httpx() -> None:
    code, modules = imported("lint", cwd=ROOT)

    assert (code, "yaml" in modules) == (0, True)
    assert modules & {"jsonschema", "httpx", "boto3"} == set()


def test_linting_a_mistake_imports_jsonschema_which_these_tests_would_see(folder: Path) -> None:
    write(folder, {"the-example.yaml": "colour: red\n" + CAMPAIGN})
    code, modules = imported("lint", cwd=folder)

    assert (code, "jsonschema" in modules) == (1, True)


def test_linting_without_a_template_does_not_import_jinja2(folder: Path) -> None:
    code, modules = imported("lint", cwd=folder)

    assert (code, modules & {"jinja2", "httpx"}) == (0, set())


def test_linting_plain_variables_does_not_import_jinja2(folder: Path) -> None:
    write(folder, {"the-example.yaml": CAMPAIGN.replace("Kettle", "{{ brand }}")})
    code, modules = imported("lint", cwd=folder)

    assert (code, modules & {"jinja2", "httpx"}) == (0, set())


# --- the rules and the schema -----------------------------------------------------------------------

DIGITS = st.one_of(
    st.text("0123456789", min_size=17, max_size=21),
    st.sampled_from(
        [
            *("", " ", "\n", "1.10716E+18", "1107160086562376233.0", "1e5", "198607", "110716008656"),
            *("5f3d9a7be1c2d4a6b8c0e1f2", "1107160086562370000", "1107160086562376233\n"),
        ]
    ),
)
TIMES = st.one_of(
    st.from_regex(
        r"\A20[0-9]{2}-(?:[01][0-9])-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9](?::[0-6][0-9])?(?:\.[0-9]{0,2})?"
        r"(?:Z|z|[+-][0-2][0-9]:?[0-6][0-9])?\n?\Z"
    ),
    st.sampled_from(
        [
            *("2035-10-20T10:30:00+05:30", "2035-10-20T10:30:00", "2035-10-20T10:30Z", "2035-10-20"),
            *("2035-02-30T10:30:00Z", "1969-12-31T23:59:59Z", "9999-01-01T00:00:00Z", "2035-W01-1T10:00:00Z"),
            *(
                "2035-10-20T24:00:00Z",
                "2035-10-20T23:59:60Z",
                "0000-01-01T00:00:00Z",
                "２０35-10-20T10:30:00Z",
            ),
        ]
    ),
)
URLS = st.one_of(
    st.builds(
        "".join,
        st.tuples(
            st.sampled_from(["http://", "https://", "HTTPS://", "ftp://", "//", "http:/", ""]),
            st.sampled_from(["", "u@", "u:p@", "@", "a b@"]),
            st.sampled_from(
                [
                    "hooks.example.in",
                    "localhost",
                    "[::1]",
                    "[::g]",
                    "",
                    "नमस्ते.भारत",
                    "a_b",
                    "x\n",
                    "127.0.0.1",
                ]
            ),
            st.sampled_from(["", ":80", ":0", ":65536", ":99999", ":x", ":", ":123456", ":000080"]),
            st.sampled_from(["", "/", "/x?y#z", "?q", "#f", "/a b", "/\u200b", "/\n", "x\x00"]),
        ),
    ),
    st.text(max_size=12),
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "dlt_entity_id": st.one_of(DIGITS, st.sampled_from(["1" * 19 + "\n", "१" * 19, ""])),
    "dlt_template_id": st.one_of(DIGITS, st.text(max_size=20)),
    "sender_id": st.one_of(
        st.from_regex(r"\A(?:[A-Za-z]{2,7}|[0-9]{5,7}|[A-Z0-9-]{3,9})\n?\Z"),
        st.sampled_from(["१२३४५६", "ſſſ", ""]),
    ),
    "name": st.one_of(st.text(max_size=6), st.sampled_from(["   a", "Tea", "Teas", "    "])),
    "template": st.integers(1990, 2010).map("न".__mul__),
    "status_callback": URLS,
    "sms_status_callback": URLS,
    "lists": st.lists(st.sampled_from(["festival-north", "festival-south"]), max_size=7),
    "schedule": st.fixed_dictionaries({"start_time": TIMES, "end_time": TIMES}),
    "sms_type": st.sampled_from(["transactional", "promotional", "Promotional", "TRANSACTIONAL"]),
    "content_type": st.sampled_from(["static", "dynamic"]),
}


@st.composite
def of_good_shape(draw: st.DrawFn) -> dict[str, Any]:
    """Return a campaign of the right shape, with some values that rules may have something against."""
    data = dict(SOUND)
    for key in draw(st.lists(st.sampled_from(sorted(FIELDS)), min_size=1, max_size=3, unique=True)):
        data[key] = draw(FIELDS[key])
    return data


def by_schema(data: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Return pointer, rule and sentence of each error that belongs to a rule."""
    return {
        (project.as_text(tuple(error.absolute_path)), error.schema["x-rule"], error.schema["errorMessage"])
        for error in VALIDATOR.iter_errors(data)
        if "x-rule" in error.schema
    }


def by_rules(data: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Return pointer, name and sentence of each error of a rule. The schema knows no warnings."""
    the_campaign = campaigns.build(data, SOURCE, REGISTRY)
    hits = ((rule, Hit(*hit)) for rule in CHECKS for hit in rule.check(the_campaign, CONTEXT))
    return {
        (project.as_text(hit.pointer), rule.NAME, hit.message)
        for rule, hit in hits
        if (hit.severity or rule.SEVERITY) is Severity.ERROR
    }


def rules_of(value: Any) -> set[str]:
    """Return every x-rule of a schema."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = {value["x-rule"]} if isinstance(value, dict) and "x-rule" in value else set()
    return own.union(*(rules_of(child) for child in children))


#: What the schema says under the first name, a rule may say under one of the others.
ALSO = {
    "header-type-mismatch": {"header-format", "header-has-affix"},
    "header-format": {"header-has-affix"},
    "schedule-format": {"schedule-no-timezone"},
    "lists-count": {"list-repeated"},
    "entity-id-format": {"entity-id-missing", "id-spreadsheet-damage", "vendor-id-as-dlt-id"},
    "template-id-format": {"template-id-missing", "id-spreadsheet-damage", "vendor-id-as-dlt-id"},
    "callback-url": {"credential-in-file"},
}


def only_warned_of(rule: str, value: Any) -> bool:
    """Return whether a value that the schema refuses is no more than a warning of the rule."""
    return rule == "template-id-format" and re.fullmatch("[0-9]{12,18}", value) is not None


def says_more(rule: str, data: dict[str, Any]) -> bool:
    """Return whether a rule says more than the schema can: which number of a time is none, a list that there is."""
    return rule == "schedule-format" or (rule == "lists-count" and not data["lists"])


@EXAMPLES
@given(data=of_good_shape())
@example(data={**SOUND, "name": "Tea"})
@example(data={**SOUND, "sender_id": "612345"})
@example(data={**SOUND, "lists": []})
@example(data={**SOUND, "content_type": "dynamic", "lists": ["festival-north", "festival-south"]})
def test_what_the_schema_has_against_a_value_a_rule_says_too(data: dict[str, Any]) -> None:
    said = by_rules(data)
    for pointer, rule, sentence in by_schema(data):
        names = {name for at, name, _ in said if at == pointer or at.startswith(f"{pointer}/")}
        if only_warned_of(rule, data.get(pointer[1:])):
            assert not names
            continue
        assert names & {rule, *ALSO.get(rule, ())}, (pointer, rule, said)
        same = [message for at, name, message in said if at == pointer and name == rule]
        both = (
            rule == "lists-count" and data["content_type"] == "dynamic"
        )  # the schema has two sentences then
        words = "must be exactly 1 list in a dynamic campaign" if both else sentence
        assert not same or says_more(rule, data) or any(words in message for message in same), (
            sentence,
            same,
        )


@pytest.mark.parametrize(("sender", "kind"), [("612345", "transactional"), ("KETTLE", "promotional")])
def test_the_sentence_about_the_kind_of_header_is_the_same_to_the_end(sender: str, kind: str) -> None:
    data = {**SOUND, "sender_id": sender, "sms_type": kind}
    ((_, _, sentence),) = by_schema(data)
    ((_, _, message),) = by_rules(data)

    assert sentence in message


@EXAMPLES
@given(data=of_good_shape())
@example(data={**SOUND, "schedule": {**SOUND["schedule"], "start_time": "2035-02-30T10:30:00Z"}})
def test_what_a_rule_of_the_schema_says_the_schema_has_too(data: dict[str, Any]) -> None:
    errors = by_schema(data)
    for pointer, name, _ in by_rules(data):
        if name not in rules_of(SCHEMA).union(*ALSO.values()) - {"credential-in-file", "list-repeated"}:
            continue
        value = data
        for step in pointer.strip("/").split("/"):
            value = value[step]
        if beyond_the_schema(name, value):
            continue
        allowed = {rule for at, rule, _ in errors if at == pointer}
        assert name in allowed or any(name in ALSO.get(rule, ()) for rule in allowed), (pointer, name, value)


def beyond_the_schema(name: str, value: Any) -> bool:
    """Return whether only a rule can see the mistake: a calendar, a port, invisible signs, blanks."""
    if name == "callback-url":
        port = re.search(r":([0-9]+)(?:[/?#]|\Z)", value)
        return not value.isprintable() or (port is not None and not 0 < int(port.group(1)) < 65536)
    if name == "schedule-format":
        return campaigns.moment(value) is None and VALIDATOR.evolve(
            schema=SCHEMA["properties"]["schedule"]["properties"]["start_time"]
        ).is_valid(value)
    return name == "name-too-short" and len(value.strip()) < len(value)


def test_each_rule_that_the_schema_names_is_met_by_these_tests() -> None:
    wrong: dict[str, Any] = {
        "name-too-short": {"name": "Tea"},
        "lists-count": {"lists": []},
        "schedule-format": {"schedule": {"start_time": "soon", "end_time": "2035-10-20T18:00:00+05:30"}},
        "entity-id-format": {"dlt_entity_id": "7"},
        "template-id-format": {"dlt_template_id": "7"},
        "header-format": {"sender_id": "KETTLE_IN"},
        "header-type-mismatch": {"sender_id": "612345"},
        "template-too-long": {"template": "x" * 2001},
        "callback-url": {"status_callback": "x"},
    }

    assert set(wrong) == rules_of(SCHEMA)
    for name, changes in wrong.items():
        data = {**SOUND, **changes}
        assert name in {rule for _, rule, _ in by_schema(data)}
        assert {rule for _, rule, _ in by_rules(data)} == {name}


# --- sentences --------------------------------------------------------------------------------------


def only(folder: Path, text: str) -> Finding:
    """Return the one finding about a campaign in an otherwise sound folder."""
    settings_ = re.sub(r"(?s)defaults:.*?vars:", "vars:", CONFIG)
    write(folder, {"campaignctl.yaml": settings_, "the-example.yaml": text})
    (found,) = lint.run(project.load(folder), now=NOW).findings
    return found


@pytest.mark.parametrize(
    ("key", "misspelt"),
    [
        *(
            ("content_type", "contenttype"),
            ("lists", "list"),
            ("schedule", "shedule"),
            ("template", "templat"),
        ),
        *(
            ("dlt_entity_id", "dlt_entityid"),
            ("dlt_template_id", "dlt_templat_id"),
            ("sender_id", "senderId"),
        ),
        *(("sms_type", "SMS_TYPE"), ("sms_type", "sms-type"), ("id", "ID"), ("lists", "lsits")),
    ],
)
def test_a_misspelt_mandatory_key_is_one_finding_with_a_guess(key: str, misspelt: str, folder: Path) -> None:
    found = only(folder, re.sub(rf"(?m)^{key}:", f"{misspelt}:", CAMPAIGN))

    assert found.name == "unknown-key"
    assert found.message == f"unknown key '{misspelt}'; did you mean `{key}`?"
    assert found.source.startswith(misspelt)


@pytest.mark.parametrize("key", sorted(REQUIRED))
def test_a_missing_mandatory_key_is_one_finding_with_advice(key: str, folder: Path) -> None:
    data = {name: value for name, value in yaml.safe_load(CAMPAIGN).items() if name != key}
    found = only(folder, yaml.safe_dump(data, sort_keys=False))

    own = {"dlt_entity_id": "entity-id-missing", "dlt_template_id": "template-id-missing"}
    assert found.name == own.get(key, "missing-key")
    assert found.message.startswith(f"the key `{key}` is missing; ")


@pytest.mark.parametrize(
    ("key", "value", "name", "message"),
    [
        ("sender_id", "612345", "wrong-type", 'sender_id is a number; text must be in quotes: "612345"'),
        ("template", "7", "wrong-type", 'template is a number; text must be in quotes: "7"'),
        (
            *("dlt_entity_id", "4711", "wrong-type"),
            (
                "dlt_entity_id is the number 4711; it must be 19 digits in quotes, or the operators drop the message (DLT error "
                "604); copy the principal entity id from your DLT portal"
            ),
        ),
        ("name", "1.5", "wrong-type", "name is the number 1.5; it must be text; put it in quotes"),
        ("template", "true", "wrong-type", "template is true or false; it must be text"),
        ("template", "~", "wrong-type", "template is empty; it must be text"),
        ("template", "[a]", "wrong-type", "template is a list; it must be text"),
        ("template", "{a: b}", "wrong-type", "template is a mapping; it must be text"),
        ("lists", "tea", "wrong-type", "lists is one word; a list is written in square brackets: [tea]"),
        ("lists", "{a: b}", "wrong-type", "lists is a mapping; it must be a list"),
        ("lists", "~", "wrong-type", 'lists is empty; it must be a list, like ["festival-north"]'),
        (
            *("lists", "[]", "lists-count"),
            "lists is empty and must be 1 to 5 lists in square brackets; name one, as [festival-north]",
        ),
        (
            *("lists", "[festival-north, 7]", "wrong-type"),
            'item 2 of lists is a number; text must be in quotes: "7"',
        ),
        (
            "schedule",
            "today",
            "wrong-type",
            "schedule is text; write start_time and end_time under it, indented",
        ),
        (
            "schedule",
            "[today]",
            "wrong-type",
            "schedule is a list; write start_time and end_time under it, indented",
        ),
        (
            *("content_type", "dynamik", "invalid-value"),
            (
                "content_type 'dynamik' must be static (one text for everyone) or dynamic (a text with @@columns); "
                "did you mean dynamic?"
            ),
        ),
        (
            *("content_type", "Static", "invalid-value"),
            (
                "content_type 'Static' must be static (one text for everyone) or dynamic (a text with @@columns); "
                "did you mean static?"
            ),
        ),
        (
            *("sms_type", "promo", "invalid-value"),
            "sms_type 'promo' must be transactional or promotional; choose promotional for anything that advertises",
        ),
        (
            *("id", "Tea", "invalid-value"),
            (
                "id 'Tea' must be 3 to 63 lower-case letters, digits and hyphens, beginning with a letter or digit; "
                "write it like diwali-north"
            ),
        ),
        (
            "template",
            '""',
            "invalid-value",
            "template '' must not be blank; write the text as it was approved on DLT",
        ),
    ],
)
def test_one_mistake_is_one_sentence(key: str, value: str, name: str, message: str, folder: Path) -> None:
    data = {one: line for one, line in yaml.safe_load(CAMPAIGN).items() if one != key}
    found = only(folder, f"{key}: {value}\n" + yaml.safe_dump(data, sort_keys=False))

    assert (found.name, found.message) == (name, message)
    assert found.region.line == 1


def test_a_number_as_the_only_list_is_one_finding(folder: Path) -> None:
    assert only(folder, CAMPAIGN.replace("[festival-north]", "[7]")).name == "wrong-type"


def test_a_key_of_the_schedule_misspelt_is_one_finding(folder: Path) -> None:
    found = only(folder, CAMPAIGN.replace("end_time", "endtime"))

    assert (found.name, found.message) == ("unknown-key", "unknown key 'endtime'; did you mean `end_time`?")


def test_a_key_beside_the_one_it_was_meant_to_be_is_to_be_deleted(folder: Path) -> None:
    found = only(folder, CAMPAIGN + "sms_typ: promotional\n")

    assert found.message == "unknown key 'sms_typ', and `sms_type` is there already; delete this line"


def test_a_key_like_no_other_lists_the_known_ones(folder: Path) -> None:
    found = only(folder, CAMPAIGN + "zzz: 1\n")

    assert found.message.startswith("unknown key 'zzz'; known here: id, name, content_type, lists, ")


def test_many_unknown_keys_are_named_to_a_limit(folder: Path) -> None:
    write(folder, {"the-example.yaml": CAMPAIGN + "".join(f"k{number}: x\n" for number in range(500))})

    found = lint.run(project.load(folder), now=NOW).findings

    assert len(found) == 20
    assert {one.name for one in found} == {"unknown-key"}


def test_a_value_from_rendering_is_held_against_the_shape_as_well(folder: Path) -> None:
    write(folder, {"the-example.yaml": campaign("the-example", sms_type="\"{{ '{{' }}\"")})

    found = lint.run(project.load(folder), now=NOW).findings

    assert [(one.name, one.pointer) for one in found] == [("invalid-value", "/sms_type")]


@pytest.mark.parametrize("key", ["fuse", "min_gap", "plan_expiry"])
def test_a_length_of_time_without_a_unit_is_no_text_in_quotes(key: str, folder: Path, run: Run) -> None:
    text = f"{CONFIG}policy: {{ {key}: 30 }}\n"
    write(folder, {"campaignctl.yaml": text})

    out = run("lint", "--fix", "--unsafe-fixes", "--format", "concise").out

    assert f"CC103 wrong-type: {key} is a number without a unit; write 30m, 30h or 30d\n" in out
    assert (folder / "campaignctl.yaml").read_text() == text


def test_a_year_is_no_start_in_quotes(folder: Path, run: Run) -> None:
    text = CAMPAIGN.replace('"2035-10-20T10:30:00+05:30"', "2026")
    write(folder, {"the-example.yaml": text})

    out = run("lint", "--fix", "--unsafe-fixes", "--format", "concise").out

    assert "start_time is the number 2026; it must be a quoted date and time" in out
    assert (folder / "the-example.yaml").read_text() == text
