"""The schemas say what they should, and the sample company in campaigns/ keeps to them."""

import copy
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "campaigns"
NAMES = ("campaign", "config", "lists", "templates", "links")
SCHEMAS: dict[str, Any] = {
    name: json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text("utf-8")) for name in NAMES
}
VALIDATORS = {name: Draft7Validator(schema) for name, schema in SCHEMAS.items()}

RULES = {
    *("name-too-short", "lists-count", "schedule-format", "entity-id-format", "template-id-format"),
    *("header-format", "header-type-mismatch", "template-too-long", "callback-url"),
}
#: Rules that a constraint of the registry's schemas belongs to.
REGISTRY_RULES = {"id-spreadsheet-damage", "template-too-long"}
LINK_RULES = {"cta-entry-format"}
CONSTRAINTS = {
    *("enum", "pattern", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
    *("minimum", "maximum"),
}
SOURCE = re.compile(r"\((?:Exotel: [^()]+|DLT: [^()]+|campaignctl)\)$")

ENTITY, TEMPLATE, SID = "1101573920000046183", "1107177012384519206", "3f0c8a51d7e24b6c9a1e5d20b84f7c36"
CAMPAIGN: dict[str, Any] = {
    "id": "diwali-north",
    "name": "Diwali offer, north",
    "content_type": "static",
    "lists": ["festival-north"],
    "schedule": {"start_time": "2035-10-27T10:30:00+05:30", "end_time": "2035-10-27T18:00:00+05:30"},
    "dlt_entity_id": ENTITY,
    "dlt_template_id": TEMPLATE,
    "sender_id": "ADRAKI",
    "sms_type": "transactional",
    "template": "Hi @@First_name, your account is activated",
    "status_callback": "https://hooks.example.in/campaign",
    "sms_status_callback": "http://hooks.example.in:8080/sms?from=exotel",
}
CONFIG: dict[str, Any] = {
    "project": "teashop-4f7k",
    "region": "singapore",
    "defaults": {"dlt_entity_id": ENTITY, "sender_id": "ADRAKI", "sms_type": "transactional"},
    "vars": {"brand": "Adraki", "percent": 20, "open": True, "towns": ["Indore", {"name": "Patna"}]},
    "policy": {"allow_immediate": True, "settle": 600},
    "api": {"endpoint": "message-campaigns", "body": "wrapped", "requests_per_minute": 1},
    "state": {"store": "local", "path": "states/..main.json"},
}
LISTS: dict[str, Any] = {
    "lists": {
        "festival-north": {
            "sid": SID,
            "columns": ["First_Name"],
            "contacts": 0,
            "description": "Everyone",
            "sample": {"First_Name": "Meera"},
        },
    },
}
TEMPLATES: dict[str, Any] = {
    "templates": [
        {
            "id": TEMPLATE,
            "entity": ENTITY,
            "name": "Welcome",
            "headers": ["ADRAKI", "800412"],
            "category": "service-implicit",
            "text": "Hi {#var#}",
            "status": "approved",
            "language": "en",
        },
    ],
}
LINKS: dict[str, Any] = {
    "urls": [{"url": "https://adraki.example/cafe?", "kind": "dynamic"}],
    "numbers": ["18000000123", "+911800000123"],
    "emails": ["adraki.example", "@adraki.example"],
}
VALID = {"campaign": CAMPAIGN, "config": CONFIG, "lists": LISTS, "templates": TEMPLATES, "links": LINKS}


def subschemas(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a schema and all schemas in it, but for conditions: nobody sees those."""
    yield schema
    for key in ("properties", "definitions"):
        for child in schema.get(key, {}).values():
            yield from subschemas(child)
    for key in ("items", "additionalProperties", "propertyNames", "then"):
        if isinstance(schema.get(key), dict):
            yield from subschemas(schema[key])
    for child in schema.get("allOf", []):
        yield from subschemas(child)


def keywords(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keywords(child)


def problems(name: str, instance: Any) -> list[tuple[str, str | None]]:
    """Return (pointer, x-rule) of each error, sorted."""
    return sorted(
        (
            ("".join(f"/{part}" for part in error.absolute_path), error.schema.get("x-rule"))
            for error in VALIDATORS[name].iter_errors(instance)
        ),
        key=str,
    )


def changed(name: str, pointer: str, value: Any) -> Any:
    """Return the valid instance with another value (None: without one) at a pointer."""
    instance = copy.deepcopy(VALID[name])
    *parents, last = [int(part) if part.isdigit() else part for part in pointer.split("/")[1:]]
    target: Any = instance
    for part in parents:
        target = target[part]
    if value is None:
        del target[last]
    else:
        target[last] = value
    return instance


@pytest.mark.parametrize("name", NAMES)
def test_is_a_draft_7_schema(name: str) -> None:
    schema = SCHEMAS[name]
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["$id"] == f"urn:campaignctl:schema:{name}:1"
    assert schema["title"]


@pytest.mark.parametrize("name", NAMES)
def test_has_no_alternatives(name: str) -> None:
    assert not {"oneOf", "anyOf", "markdownDescription"} & set(keywords(SCHEMAS[name]))


@pytest.mark.parametrize("name", NAMES)
def test_objects_are_closed_and_described(name: str) -> None:
    schema = SCHEMAS[name]
    for one in subschemas(schema):
        if one.get("type") != "object":
            continue
        assert "additionalProperties" in one
        assert one["additionalProperties"] is False or "properties" not in one
        for key, child in one.get("properties", {}).items():
            target = child
            if "$ref" in child:
                assert list(child) == ["$ref"], "draft-07 ignores what stands beside a $ref"
                target = schema["definitions"][child["$ref"].removeprefix("#/definitions/")]
            assert SOURCE.search(target["description"]), key


@pytest.mark.parametrize("name", NAMES)
def test_constraints_explain_themselves(name: str) -> None:
    for one in subschemas(SCHEMAS[name]):
        if CONSTRAINTS & set(one) or "x-rule" in one:
            message = one["errorMessage"]
            assert re.match(r"must [a-z0-9]", message)
            assert "; " in message, "what is allowed, then the next step"
            assert not message.endswith(".")
            assert "\n" not in message
            assert one.get("pattern", "no pattern") not in message
        assert one.get("x-rule") in {None, *RULES, *REGISTRY_RULES, *LINK_RULES}


def test_every_named_rule_has_its_constraint() -> None:
    assert {one["x-rule"] for one in subschemas(SCHEMAS["campaign"]) if "x-rule" in one} == RULES
    assert {one["x-rule"] for one in subschemas(SCHEMAS["templates"]) if "x-rule" in one} == REGISTRY_RULES
    assert {one["x-rule"] for one in subschemas(SCHEMAS["links"]) if "x-rule" in one} == LINK_RULES


def test_config_and_campaign_define_fields_alike() -> None:
    assert SCHEMAS["campaign"]["definitions"] == SCHEMAS["config"]["definitions"]
    fields = set(SCHEMAS["campaign"]["properties"]) - {"id", "name", "template", "variables", "schedule"}
    assert fields == set(SCHEMAS["config"]["properties"]["defaults"]["properties"])


@pytest.mark.parametrize("name", NAMES)
def test_examples_and_defaults_are_valid(name: str) -> None:
    validator = VALIDATORS[name]
    for one in subschemas(SCHEMAS[name]):
        for example in [*one.get("examples", []), *([one["default"]] if "default" in one else [])]:
            assert validator.evolve(schema=one).is_valid(example), example


@pytest.mark.parametrize("name", NAMES)
def test_valid(name: str) -> None:
    assert problems(name, VALID[name]) == []


@pytest.mark.parametrize(
    ("name", "smallest"),
    [
        ("campaign", {"id": "abc"}),
        ("config", {"project": "abc"}),
        ("lists", {"lists": {"ab": {"sid": SID}}}),
        ("templates", {"templates": []}),
        ("links", {}),
    ],
)
def test_smallest(name: str, smallest: dict[str, Any]) -> None:
    assert problems(name, smallest) == []
    for key in smallest:
        assert problems(name, {k: v for k, v in smallest.items() if k != key}) == [("", None)]


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/id", "2035-diwali"),
        ("/id", "a" * 63),
        ("/name", "ABCD"),
        ("/name", "दिवाली 2035"),
        ("/name", "n" * 200),
        ("/lists", ["a", "b", "c", "d", "e"]),
        ("/lists", ["a", "a"]),  # the rule list-repeated speaks of it
        ("/lists", ["{{ audience }}"]),
        ("/schedule", None),
        ("/schedule/start_time", "2035-10-27T05:00:00Z"),
        ("/schedule/start_time", "2035-10-27T05:00:00.25-00:30"),
        ("/schedule/end_time", "{{ day }}T18:00:00+05:30"),
        ("/dlt_entity_id", "{{ entity }}"),
        ("/dlt_template_id", "{{ dlt.welcome }}"),
        ("/sender_id", "Adr"),
        ("/sender_id", "{{ header }}"),
        ("/sms_type", "{{ kind }}"),
        ("/sms_type", "TRANSACTIONAL"),
        ("/sms_type", "Transactional"),
        ("/template", "x" * 2000),
        ("/template", "{#var#} is text, not Jinja2"),
        ("/status_callback", "{{ hooks }}/campaign"),
        ("/status_callback", "https://user@[2001:db8::1]:8443"),
        ("/sms_status_callback", "{{ hooks }}/sms"),
    ],
)
def test_good_campaign(pointer: str, value: Any) -> None:
    assert problems("campaign", changed("campaign", pointer, value)) == []


@pytest.mark.parametrize(
    ("pointer", "value", "rule"),
    [
        ("/id", "ab", None),
        ("/id", "a" * 64, None),
        ("/id", "Diwali", None),
        ("/id", "-diwali", None),
        ("/id", "diwali\n", None),
        ("/id", "{{ id }}", None),
        ("/id", 2035, None),
        ("/name", "ABC", "name-too-short"),
        ("/name", "n" * 201, None),
        ("/name", "two\nlines", None),
        ("/name", "Diwali\n", None),
        ("/name", "Diwali\x7f", None),
        ("/name", 2035, None),
        ("/content_type", "Static", None),
        ("/lists", [], "lists-count"),
        ("/lists", ["a", "b", "c", "d", "e", "f"], "lists-count"),
        ("/lists", "festival-north", "lists-count"),
        ("/lists/0", "", None),
        ("/schedule", "tomorrow", None),
        ("/schedule/start_time", "2035-10-27T10:30:00", "schedule-format"),
        ("/schedule/start_time", "2035-10-27T10:30+05:30", "schedule-format"),
        ("/schedule/start_time", "2035-10-27t10:30:00+05:30", "schedule-format"),
        ("/schedule/start_time", "2035-10-27 10:30:00+05:30", "schedule-format"),
        ("/schedule/start_time", "2035-10-27T10:30:00+0530", "schedule-format"),
        ("/schedule/start_time", "2035-10-27T10:30:00z", "schedule-format"),
        ("/schedule/start_time", "2035-10-27T10:30:00Z\n", "schedule-format"),
        ("/schedule/end_time", "2035-13-27T10:30:00Z", "schedule-format"),
        ("/schedule/end_time", "2035-10-32T10:30:00Z", "schedule-format"),
        ("/schedule/end_time", "2035-10-27T24:00:00Z", "schedule-format"),
        ("/schedule/end_time", "२०३५-10-27T10:30:00Z", "schedule-format"),
        ("/dlt_entity_id", ENTITY[:-1], "entity-id-format"),
        ("/dlt_entity_id", ENTITY + "\n", "entity-id-format"),
        ("/dlt_entity_id", int(ENTITY), "entity-id-format"),
        ("/dlt_template_id", TEMPLATE + "0", "template-id-format"),
        ("/dlt_template_id", "१" * 19, "template-id-format"),
        ("/sender_id", "AD", "header-format"),
        ("/sender_id", "ADRAKIX", "header-format"),
        ("/sender_id", "800412", "header-type-mismatch"),
        ("/sms_type", "service", None),
        ("/sms_type", "transactional ", None),
        ("/template", "", None),
        ("/template", "x" * 2001, "template-too-long"),
        ("/status_callback", "hooks.example.in/campaign", "callback-url"),
        ("/status_callback", "ftp://hooks.example.in", "callback-url"),
        ("/status_callback", "https:///campaign", "callback-url"),
        ("/status_callback", "https://:8080/campaign", "callback-url"),
        ("/sms_status_callback", "https://hooks.example.in/my sms", "callback-url"),
        ("/sms_status_callback", "/sms", "callback-url"),
    ],
)
def test_bad_campaign(pointer: str, value: Any, rule: str | None) -> None:
    assert problems("campaign", changed("campaign", pointer, value)) == [(pointer, rule)]


@pytest.mark.parametrize("gone", ["start_time", "end_time"])
def test_schedule_needs_both_times(gone: str) -> None:
    assert problems("campaign", changed("campaign", f"/schedule/{gone}", None)) == [("/schedule", None)]


def test_unknown_keys_are_refused() -> None:
    assert problems("campaign", {**CAMPAIGN, "sender": "ADRAKI"}) == [("", None)]
    assert problems("campaign", changed("campaign", "/schedule/zone", "IST")) == [("/schedule", None)]
    for key in ("id", "name", "template", "schedule"):
        defaults = {key: CAMPAIGN[key]}
        assert problems("config", {"project": "abc", "defaults": defaults}) == [("/defaults", None)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"content_type": "dynamic"}, []),
        ({"content_type": "dynamic", "lists": ["a", "b"]}, [("/lists", "lists-count")]),
        ({"sms_type": "Promotional", "sender_id": "800412"}, []),
        ({"sms_type": "PROMOTIONAL", "sender_id": "{{ header }}"}, []),
        ({"sms_type": "pRomotional", "sender_id": "ADRAKI"}, [("/sender_id", "header-type-mismatch")]),
        ({"sms_type": "TransActional", "sender_id": "800412"}, [("/sender_id", "header-type-mismatch")]),
        (
            {"sender_id": "EXO-TL"},
            [("/sender_id", "header-format"), ("/sender_id", "header-type-mismatch")],
        ),
    ],
)
def test_kinds(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert problems("campaign", {**CAMPAIGN, **fields}) == expected
    defaults = {k: v for k, v in CAMPAIGN.items() if k in SCHEMAS["campaign"]["definitions"]}
    in_config = problems("config", {"project": "abc", "defaults": {**defaults, **fields}})
    assert in_config == [(f"/defaults{pointer}", rule) for pointer, rule in expected]


@pytest.mark.parametrize("key", ["id", "entity"])
@pytest.mark.parametrize(
    ("value", "rules"),
    [
        ("1.10718E+18", {"id-spreadsheet-damage"}),
        ("1107177012384519206.0", {"id-spreadsheet-damage"}),
        ("1107177012384510000", set()),  # zeros are a warning of the rule
        ("110717701238451920", {None, "id-spreadsheet-damage"}),
        ("", {None, "id-spreadsheet-damage"}),
    ],
)
def test_a_damaged_id_of_the_registry_is_left_to_its_rule(key: str, value: str, rules: set[Any]) -> None:
    found = problems("templates", changed("templates", f"/templates/0/{key}", value))

    assert {rule for _, rule in found} == rules


@pytest.mark.parametrize(
    ("name", "pointer", "value", "at"),
    [
        ("config", "/project", "Tea Shop", "/project"),
        ("config", "/project", "{{ shop }}", "/project"),
        ("config", "/region", "delhi", "/region"),
        ("config", "/defaults/sender_id", "AD", "/defaults/sender_id"),
        ("config", "/vars/2nd", "two", "/vars"),
        ("config", "/vars/shop-url", "x", "/vars"),
        (
            "config",
            "/vars/towns/1/name",
            [1.5, {"deep": [{}, [None]]}],
            "/vars/towns/1/name/1/deep/1/0",
        ),
        ("config", "/policy/allow_immediate", "yes", "/policy/allow_immediate"),
        ("config", "/policy/settle", 601, "/policy/settle"),
        ("config", "/policy/settle", -1, "/policy/settle"),
        ("config", "/policy/settle", 1.5, "/policy/settle"),
        ("config", "/policy/allow_everything", True, "/policy"),
        ("config", "/api/endpoint", "calls", "/api/endpoint"),
        ("config", "/api/body", "xml", "/api/body"),
        ("config", "/api/requests_per_minute", 0, "/api/requests_per_minute"),
        ("config", "/api/requests_per_minute", 6001, "/api/requests_per_minute"),
        ("config", "/api/token", "x", "/api"),
        ("config", "/state/store", "s3", "/state/store"),
        ("config", "/state/path", "", "/state/path"),
        ("config", "/state/path", "/var/state.json", "/state/path"),
        ("config", "/state/path", "../state.json", "/state/path"),
        ("config", "/state/path", "a/../state.json", "/state/path"),
        ("config", "/state/path", "a/..", "/state/path"),
        ("config", "/state/path", "a\\state.json", "/state/path"),
        ("config", "/state/path", "C:/state.json", "/state/path"),
        ("config", "/state/path", "folder/", "/state/path"),
        ("config", "/state/path", "./state.json", "/state/path"),
        ("config", "/state/path", "sub//state.json", "/state/path"),
        ("config", "/state/path", "state.json/.", "/state/path"),
        ("config", "/state/path", ".git/config", "/state/path"),
        ("config", "/state/path", "sub/.GIT/x", "/state/path"),
        ("config", "/state/path", ".g\u200cit/x", "/state/path"),
        ("config", "/state/path", ".campaignctl/sandbox/campaignctl.state.json", "/state/path"),
        ("config", "/state/path", "campaignctl.yaml", "/state/path"),
        ("config", "/state/path", "registry/lists.YML", "/state/path"),
        ("config", "/lint", {"baseline": "sub/.Git/known.json"}, "/lint/baseline"),
        ("config", "/lint", {"baseline": "a//known.json"}, "/lint/baseline"),
        ("config", "/state/lock", "x", "/state"),
        ("lists", "/lists/Festival", {"sid": SID}, "/lists"),
        ("lists", "/lists/festival-north/sid", SID.upper(), "/lists/festival-north/sid"),
        ("lists", "/lists/festival-north/sid", None, "/lists/festival-north"),
        ("lists", "/lists/festival-north/columns", ["A", "A"], "/lists/festival-north/columns"),
        ("lists", "/lists/festival-north/columns/0", "", "/lists/festival-north/columns/0"),
        ("lists", "/lists/festival-north/contacts", -1, "/lists/festival-north/contacts"),
        ("lists", "/lists/festival-north/sample/Points", 450, "/lists/festival-north/sample/Points"),
        ("lists", "/lists/festival-north/size", 3, "/lists/festival-north"),
        ("templates", "/templates/0/id", "1107", "/templates/0/id"),
        ("templates", "/templates/0/id", "{{ id }}", "/templates/0/id"),
        ("templates", "/templates/0/entity", int(ENTITY), "/templates/0/entity"),
        ("templates", "/templates/0/headers", [], "/templates/0/headers"),
        ("templates", "/templates/0/headers/1", "80041", "/templates/0/headers/1"),
        ("templates", "/templates/0/headers/1", "VM-ADRAKI", "/templates/0/headers/1"),
        ("templates", "/templates/0/category", "service", "/templates/0/category"),
        ("templates", "/templates/0/text", "", "/templates/0/text"),
        ("templates", "/templates/0/text", "x" * 2001, "/templates/0/text"),
        ("templates", "/templates/0/status", "Approved", "/templates/0/status"),
        ("templates", "/templates/0/status", None, "/templates/0"),
        ("templates", "/templates/0/header", "ADRAKI", "/templates/0"),
        ("links", "/urls/0/url", "adraki.example", "/urls/0/url"),
        ("links", "/urls/0/url", "https://adraki.example/a b", "/urls/0/url"),
        ("links", "/urls/0/kind", "url", "/urls/0/kind"),
        ("links", "/urls/0/kind", None, "/urls/0"),
        ("links", "/numbers/0", "1800 000", "/numbers/0"),
        ("links", "/emails/0", "care@adraki.example", "/emails/0"),
        ("links", "/phones", [], ""),
    ],
)
def test_bad_config_and_registry(name: str, pointer: str, value: Any, at: str) -> None:
    assert [place for place, _ in problems(name, changed(name, pointer, value))][:1] == [at]


# The sample company


FILES = sorted(SAMPLES.rglob("*.yaml"))
CAMPAIGN_FILES = [path for path in FILES if path.parent not in (SAMPLES, SAMPLES / "registry")]
SLOT = re.compile(r"\{#(numeric|alphanumeric)#\}")


def load(path: Path) -> list[Any]:
    return list(yaml.safe_load_all(path.read_text("utf-8")))


REGISTRY = {path.stem: load(path)[0] for path in FILES if path.parent == SAMPLES / "registry"}


def sample_campaigns() -> list[dict[str, Any]]:
    """Return the campaigns with defaults and vars filled in."""
    config = load(SAMPLES / "campaignctl.yaml")[0]
    merged = [{**config["defaults"], **one} for path in CAMPAIGN_FILES for one in load(path)]
    for one in merged:
        one["template"] = re.sub(r"\{\{ (\w+) \}\}", lambda m: config["vars"][m[1]], one["template"])
    return merged


SAMPLE_CAMPAIGNS = sample_campaigns()
by_id = pytest.mark.parametrize("campaign", SAMPLE_CAMPAIGNS, ids=lambda campaign: campaign["id"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_sample_file(path: Path) -> None:
    name = {SAMPLES: "config", SAMPLES / "registry": path.stem}.get(path.parent, "campaign")
    modeline = path.read_text("utf-8").splitlines()[0]
    schema = path.parent / modeline.removeprefix("# yaml-language-server: $schema=")
    assert schema.resolve() == (ROOT / "schemas" / f"{name}.schema.json").resolve()
    for document in load(path):
        assert problems(name, document) == []


def test_sample_folder_shows_every_kind() -> None:
    ids = [one["id"] for one in SAMPLE_CAMPAIGNS]
    assert len(ids) == len(set(ids)) >= 10
    assert "campaign-abc" in ids
    kinds = {(one["content_type"], one["sms_type"].lower()) for one in SAMPLE_CAMPAIGNS}
    assert len(kinds) == 4
    assert any(len(load(path)) > 1 for path in CAMPAIGN_FILES)
    sent = [(one["template"], tuple(one["lists"])) for one in SAMPLE_CAMPAIGNS]
    assert len(sent) == len(set(sent))


@by_id
def test_sample_campaign_follows_its_template(campaign: dict[str, Any]) -> None:
    template = next(
        one for one in REGISTRY["templates"]["templates"] if one["id"] == campaign["dlt_template_id"]
    )
    assert template["status"] == "approved"
    assert template["entity"] == campaign["dlt_entity_id"]
    assert campaign["sender_id"] in template["headers"]
    assert (template["category"] == "promotional") is (campaign["sms_type"].lower() == "promotional")

    lists = REGISTRY["lists"]["lists"]
    chosen = [
        lists.get(key) or next(v for v in lists.values() if v["sid"] == key) for key in campaign["lists"]
    ]
    columns = set(re.findall(r"@@(\w+)", campaign["template"]))
    assert (campaign["content_type"] == "dynamic") is bool(columns)
    assert len(columns) <= 5
    text = campaign["template"]
    if columns:
        assert columns <= set(chosen[0]["columns"]) == set(chosen[0]["sample"])
        text = re.sub(r"@@(\w+)", lambda m: chosen[0]["sample"][m[1]], text)

    values = {"numeric": "[0-9]{1,30}", "alphanumeric": "[A-Za-z0-9 ./_]{1,30}"}
    parts = SLOT.split(template["text"])  # fixed text and slot names by turns
    pattern = "".join(values[part] if i % 2 else re.escape(part) for i, part in enumerate(parts))
    assert re.fullmatch(pattern, text)


@by_id
def test_sample_text(campaign: dict[str, Any]) -> None:
    text = campaign["template"]
    assert ("Exotel" if campaign["id"] == "campaign-abc" else "Adraki") in text
    assert text == " ".join(text.split())
    if not re.search("[\u0900-\u097f]", text):
        assert text.isascii()
        assert not set("`^{}[]~|\\") & set(text)
    if campaign["sms_type"] == "promotional":
        assert "opt out" in text or "STOP" in text

    links = REGISTRY["links"]
    allowed = {one["url"] for one in links["urls"]}
    for url in re.findall(r"https?://\S+", text):
        assert url in allowed or any(
            url.startswith(one["url"]) for one in links["urls"] if one["kind"] in {"dynamic", "short"}
        )
    assert set(re.findall(r"\b1800\d+", text)) <= set(links["numbers"])


@by_id
def test_sample_schedule(campaign: dict[str, Any]) -> None:
    start, end = (datetime.fromisoformat(campaign["schedule"][key]) for key in ("start_time", "end_time"))
    assert start.year == 2035
    assert start.utcoffset() == end.utcoffset() == timedelta(hours=5, minutes=30)
    assert end - start >= timedelta(hours=2)
    if campaign["sms_type"] == "promotional":
        assert start.date() == end.date()
        assert start.hour >= 10
        assert end.hour < 21


def test_sample_registry_is_consistent() -> None:
    lists, templates = REGISTRY["lists"]["lists"], REGISTRY["templates"]["templates"]
    assert len({one["sid"] for one in lists.values()}) == len(lists)
    assert len({one["id"] for one in templates}) == len(templates)
    for one in templates:
        assert re.match("1[0-9]01", one["entity"])
        assert re.match("1[0-9]07", one["id"])
