"""`schema --with-registry`: it offers what the registry holds, and has the same verdict as the schema of every campaign."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import LISTS, ROOT, Run, write
from hypothesis import given, settings
from jsonschema import Draft7Validator
from test_cases import BASE, CASES
from test_shape import SOUND, mutated

from campaignctl import editorschema, project, registry
from campaignctl.approved import Registry
from campaignctl.documents import parse

PLAIN = json.loads((ROOT / "schemas/campaign.schema.json").read_text("utf-8"))
TEMPLATES = """\
templates:
  - id: "1107160086562376233"
    entity: "1101428740000012125"
    name: Account active
    headers: [KETTLE, KTTLIN]
    category: service-implicit
    status: approved
    text: "Hi {#alphanumeric#}, your Kettle account is active."
  - id: "1107160086562376234"
    entity: "1101428740000012125"
    headers: ["612345"]
    category: promotional
    status: approved
    text: "Tea week at Kettle: {#numeric#} per cent off until {#alphanumeric#} in all cafes"
  - id: "1107160086562376235"
    entity: "1101428740000012199"
    headers: [OLDHDR]
    category: service-implicit
    status: rejected
    text: "Kettle says no"
"""


def made(lists: str = LISTS, templates: str = TEMPLATES) -> dict[str, Any]:
    parts = (registry.Part(yaml.safe_load(one)) for one in (lists, templates))
    return editorschema.with_registry(PLAIN, registry.build(*parts))


def offers(schema: Any) -> dict[str, tuple[str, str]]:
    """Return what an editor offers at a place: word -> title, description."""
    return {one["const"]: (one["title"], one["description"]) for one in schema.get("anyOf", ()) if one}


def verdict(validator: Draft7Validator, data: Any) -> list[tuple[str, object]]:
    """Return what a schema has against data: where, and by which rule."""
    return sorted((error.json_path, str(error.validator)) for error in validator.iter_errors(data))


MADE = made()
RICH = Draft7Validator(MADE)
BARE = Draft7Validator(PLAIN)


# --- what it offers -----------------------------------------------------------------------------------


def test_approved_templates_are_offered_with_their_name_or_text() -> None:
    assert offers(made()["definitions"]["dlt_template_id"]) == {
        "1107160086562376233": (
            "Account active",
            "Account active: Hi {#alphanumeric#}, your Kettle account is active. (service-implicit, KETTLE, KTTLIN, 1 slot)",
        ),
        "1107160086562376234": (
            "Tea week at Kettle: {#numeric#} per cent off until {#alph...",
            (
                "Tea week at Kettle: {#numeric#} per cent off until {#alphanumeric#} in all cafes"
                " (promotional, 612345, 2 slots)"
            ),
        ),
    }


def test_headers_and_entities_are_offered_with_what_they_are_for() -> None:
    there = made()["definitions"]
    assert offers(there["sender_id"]) == {
        "612345": ("promotional", "1 approved template: 1107160086562376234"),
        "KETTLE": ("service-implicit", "1 approved template: Account active"),
        "KTTLIN": ("service-implicit", "1 approved template: Account active"),
        "OLDHDR": ("no approved template", "no approved template"),
    }
    assert list(offers(there["dlt_entity_id"])) == ["1101428740000012125"]


def test_lists_are_offered_with_size_and_columns() -> None:
    lists = """\
lists:
  north: {sid: 9120d5962d214316b7721de55bb82e03, contacts: 12430, columns: [First_name, City], consent: recorded}
  plain: {sid: 68f443cd3e764ad1ae7d82ad27f0af72, columns: [], consent: none}
"""
    rich = made(lists)
    assert offers(rich["definitions"]["lists"]["items"]) == {
        "north": (
            "12,430 contacts",
            "12,430 contacts; columns @@First_name, @@City; consent recorded; SID 9120d5962d214316b7721de55bb82e03",
        ),
        "plain": (
            "size not stated",
            "size not stated; no columns; no consent; SID 68f443cd3e764ad1ae7d82ad27f0af72",
        ),
    }
    assert rich["properties"]["template"]["description"].endswith(". Columns: north: @@First_name, @@City")


def test_of_many_lists_the_first_columns_are_told() -> None:
    sid = "9120d5962d214316b7721de55bb82e03"
    lists = "lists:\n" + "".join(f"  list-{n:02}: {{sid: {sid}, columns: [A]}}\n" for n in range(23))
    told = made(lists)["properties"]["template"]["description"]
    assert told.endswith("list-19: @@A; and 3 more lists")


def test_an_empty_registry_offers_nothing() -> None:
    rich = editorschema.with_registry(PLAIN, Registry())
    assert rich == {**PLAIN, "$id": rich["$id"]}


def test_hostile_names_are_text_of_one_line() -> None:
    evil = TEMPLATES.replace("Account active", '"\\e[31m::error::\\n<script>"')
    title, _ = offers(made(templates=evil)["definitions"]["dlt_template_id"])["1107160086562376233"]
    assert title == "\\x1b[31m::error::\\n<script>"


def test_the_schema_it_is_made_from_stays_as_it_is() -> None:
    before = copy.deepcopy(PLAIN)
    made()
    assert before == PLAIN


# --- what it allows -----------------------------------------------------------------------------------


def test_it_is_a_draft_07_schema() -> None:
    assert MADE["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(MADE)


@settings(max_examples=80, deadline=None, database=None, derandomize=True)
@given(data=mutated())
def test_whatever_is_said_has_the_same_verdict(data: dict[str, Any]) -> None:
    assert verdict(RICH, data) == verdict(BARE, data)


@pytest.mark.parametrize(
    "changes",
    [
        {"lists": ["festival-north"]},
        {"lists": ["9120d5962d214316b7721de55bb82e03"]},
        {"lists": ["not-in-the-registry"]},
        {"lists": ["{{ audience }}"]},
        {"lists": [7]},
        {"dlt_template_id": "1107160086562376233"},
        {"dlt_template_id": "1107999999999999999"},
        {"dlt_template_id": 1107160086562376233},
        {"dlt_template_id": "{{ id }}"},
        {"sender_id": "612345", "sms_type": "promotional"},
        {"sender_id": "612345"},
        {"sender_id": "NOBODY"},
        {"dlt_entity_id": "short"},
    ],
)
def test_the_words_it_offers_are_not_the_only_ones(changes: dict[str, Any]) -> None:
    data = {**SOUND, **changes}
    assert verdict(RICH, data) == verdict(BARE, data)


def documents(root: Path) -> Iterator[tuple[str, Any]]:
    for path in sorted(root.rglob("*.yaml")):
        if "registry" not in path.parts and path.name != "campaignctl.yaml":
            for document in parse(path.read_bytes(), path.name).documents:
                yield path.relative_to(ROOT).as_posix(), document.data


@pytest.mark.parametrize("root", [ROOT / "campaigns", BASE], ids=["sample", "cases"])
def test_the_campaigns_of_this_repository_have_the_same_verdict(root: Path) -> None:
    rich = Draft7Validator(editorschema.with_registry(PLAIN, project.load(root).registry))
    found = list(documents(root if root != BASE else CASES))
    assert len(found) >= (16 if root != BASE else 400)
    wrong = 0
    for path, data in found:
        assert verdict(rich, data) == verdict(BARE, data), path
        wrong += bool(verdict(BARE, data))
    assert wrong == 0 if root != BASE else wrong > 20


# --- the command --------------------------------------------------------------------------------------


def test_it_is_printed_and_written_alike(run: Run, folder: Path) -> None:
    write(folder, {"registry/templates.yaml": TEMPLATES})
    printed = run("schema", "campaign", "--with-registry")
    assert (printed.code, printed.err) == (0, "")
    written = run("schema", "--with-registry", "--out", "campaign.schema.json")
    assert (written.code, written.out, written.err) == (0, "", "")
    assert (folder / "campaign.schema.json").read_text("utf-8") == printed.out
    assert json.loads(printed.out) == made()


def test_every_process_makes_the_same_bytes(folder: Path) -> None:
    write(folder, {"registry/templates.yaml": TEMPLATES})
    outs = {
        subprocess.run(
            [sys.executable, "-m", "campaignctl", "schema", "--with-registry"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outs) == 1


def test_a_registry_with_errors_offers_what_is_sound_and_says_so(run: Run, folder: Path) -> None:
    write(folder, {"registry/templates.yaml": TEMPLATES.replace("status: rejected", "status: perhaps")})
    ran = run("schema", "--with-registry")
    assert (ran.code, "have errors" in ran.err) == (0, True)
    assert len(offers(json.loads(ran.out)["definitions"]["dlt_template_id"])) == 2


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("lists", "--with-registry"), 64, "for the schema of a campaign"),
        (("--with-registry", "--out", "a.yaml"), 64, "taken for a campaign"),
        (("--with-registry", "--out", "campaignctl.state.json"), 64, "is the state"),
        (("--with-registry", "-C", "nowhere"), 3, "nowhere is not a folder"),
    ],
)
def test_what_cannot_be_made_is_refused(
    run: Run, folder: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    ran = run("schema", *words)
    assert (ran.code, says in ran.err) == (code, True)
    assert not list(folder.glob("campaignctl.state.json*"))
