"""The registry: read as far as it is sound, whatever else stands in its files."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import CAMPAIGN, CONFIG, LISTS, NOW, examples, write
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl import lint, project, registry
from campaignctl.approved import SlotKind
from campaignctl.project import Project

EXAMPLES = settings(max_examples=examples(150), deadline=None, database=None, derandomize=True)

IDS = [f"110717701238451920{number}" for number in range(4)]
SOUND: dict[str, Any] = {
    "lists": {
        "lists": {
            "north": {
                "sid": "9120d5962d214316b7721de55bb82e03",
                "columns": ["Name", "City"],
                "contacts": 12,
                "sample": {"Name": "Asha"},
                "consent": "recorded",
                "consent_until": "2035-10-20",
            },
            "south": {"sid": "68f443cd3e764ad1ae7d82ad27f0af72"},
        }
    },
    "templates": {
        "exported": "2034-05-20",
        "brands": ["Kettle", "Kettle Tea"],
        "headers": {"KETTLE": {"last_used": "2034-05-01"}, "512345": {}},
        "templates": [
            {
                "id": id_,
                "entity": "1101428740000012125",
                "name": f"Number {number}",
                "headers": ["KETTLE"],
                "category": "service-implicit",
                "status": "approved",
                "text": f"Kettle {number}: {{#var#}} and {{#num#}}.",
                "business": "food",
                "encoding": "text",
                "language": "en",
                "variable_count": 2,
            }
            for number, id_ in enumerate(IDS)
        ],
    },
    "links": {
        "urls": [
            {"url": "https://kettle.example/shop", "kind": "static"},
            {"url": "https://kettle.example/track?", "kind": "dynamic"},
        ],
        "numbers": ["18001234567"],
        "emails": ["kettle.example"],
    },
}


def load(root: Path, data: dict[str, Any]) -> Project:
    files = {
        registry.FILES[name]: yaml.safe_dump(one, allow_unicode=True, sort_keys=False)
        if not isinstance(one, str)
        else one
        for name, one in data.items()
    }
    write(root, {"campaignctl.yaml": CONFIG, **files})
    return project.load(root)


def changed(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(SOUND), **changes}


# --- a sound registry -------------------------------------------------------------------------------


def test_a_sound_registry_is_read_as_it_stands(tmp_path: Path) -> None:
    loaded = load(tmp_path, SOUND)
    held = loaded.registry

    assert loaded.findings == ()
    assert (held.complete, held.knows_templates, held.links.stated) == (True, True, True)
    assert list(held.templates) == IDS
    one = held.templates[IDS[1]]
    assert (one.index, one.business, one.variable_count, one.encoding) == (1, 8, 2, "text")
    assert [slot.kind for slot in one.slots] == [SlotKind.VAR, SlotKind.NUMERIC]
    assert one.fixed == ("Kettle 1: ", " and ", ".")
    assert held.brands == ("Kettle", "Kettle Tea")
    assert str(held.exported) == "2034-05-20"
    assert str(held.headers["KETTLE"].last_used) == "2034-05-01"
    assert held.headers["512345"].last_used is None
    assert [(link.url, link.kind, link.index) for link in held.links.urls] == [
        ("https://kettle.example/shop", "static", 0),
        ("https://kettle.example/track?", "dynamic", 1),
    ]
    assert held.links.numbers == ("18001234567",)
    assert held.links.emails == ("kettle.example",)
    north = held.lists["north"]
    assert (north.columns, north.contacts, dict(north.sample)) == (("Name", "City"), 12, {"Name": "Asha"})
    assert (north.consent, str(north.consent_until)) == ("recorded", "2035-10-20")
    assert held.by_sid["68f443cd3e764ad1ae7d82ad27f0af72"].alias == "south"


def test_no_registry_is_none(tmp_path: Path) -> None:
    held = load(tmp_path, {}).registry

    assert (held.complete, held.knows_templates, held.links.stated) == (True, False, False)


def test_a_repeated_id_keeps_the_first_and_names_the_others(tmp_path: Path) -> None:
    data = changed()
    data["templates"]["templates"][2]["id"] = IDS[0]
    data["templates"]["templates"][3]["id"] = IDS[0]
    held = load(tmp_path, data).registry

    assert held.templates[IDS[0]].index == 0
    assert [one.index for one in held.repeated] == [2, 3]


# --- a part of it is broken -------------------------------------------------------------------------


@pytest.mark.parametrize("broken", range(4))
@pytest.mark.parametrize(
    "change",
    [
        {"id": "12"},
        {"id": 12},
        {"text": ""},
        {"text": None},
        {"status": "good"},
        {"headers": []},
        {"colour": "red"},
        {"entity": ...},
    ],
    ids=str,
)
def test_an_entry_that_is_broken_leaves_the_others_their_places(
    tmp_path: Path, broken: int, change: dict[str, Any]
) -> None:
    data = changed()
    entry = data["templates"]["templates"][broken]
    for key, value in change.items():
        if value is ...:
            del entry[key]
        else:
            entry[key] = value
    loaded = load(tmp_path, data)
    held = loaded.registry

    assert {one.path.rsplit("/", 1)[1] for one in loaded.findings} == {"templates.yaml"}
    assert all(one.pointer.startswith(f"/templates/{broken}") for one in loaded.findings)
    assert not held.knows_templates
    assert [one.index for one in held.templates.values()] == [one for one in range(4) if one != broken]
    for number, one in enumerate(one for one in range(4) if one != broken):
        assert list(held.templates)[number] == IDS[one]
        assert held.templates[IDS[one]].text == f"Kettle {one}: {{#var#}} and {{#num#}}."
    assert loaded.sound is None


@pytest.mark.parametrize(
    "entry", [None, "x", 5, [], ["a"], {}, True, [[]], {"id": None}, {"text": "a"}], ids=str
)
def test_an_entry_that_is_no_template_at_all(tmp_path: Path, entry: Any) -> None:
    data = changed()
    data["templates"]["templates"][1] = entry
    loaded = load(tmp_path, data)

    assert loaded.findings
    assert all(one.pointer.startswith("/templates/1") for one in loaded.findings)
    assert [one.index for one in loaded.registry.templates.values()] == [0, 2, 3]


@pytest.mark.parametrize("number", [19, 20, 21, 60])
def test_with_more_mistakes_than_are_listed_nothing_counts_as_sound(tmp_path: Path, number: int) -> None:
    data = changed()
    entries = data["templates"]["templates"]
    data["templates"]["templates"] = [
        {"id": "12"},
        *entries,
        *({**entries[0], "status": "x"} for _ in range(number)),
    ]
    loaded = load(tmp_path, data)

    assert len(loaded.findings) <= 20
    assert loaded.registry.templates == {}
    assert not loaded.registry.knows_templates


def test_a_link_that_is_broken_leaves_the_others_their_places(tmp_path: Path) -> None:
    data = changed()
    data["links"]["urls"].insert(0, {"url": "https://kettle.example", "kind": "statik"})
    data["links"]["numbers"].insert(0, "12 34")
    data["links"]["emails"] = ["@", "kettle.example"]
    loaded = load(tmp_path, data)
    links = loaded.registry.links

    assert {one.pointer for one in loaded.findings} == {"/urls/0/kind", "/numbers/0", "/emails/0"}
    assert [link.index for link in links.urls] == [1, 2]
    assert (links.numbers, links.emails) == (("18001234567",), ("kettle.example",))
    assert not links.stated


@pytest.mark.parametrize(
    "text", ["", "[]", "a", "5", "null", "a: [", "a: 1\na: 2\n", "\x07", "{}", "- a\n--- \n- b\n"]
)
@pytest.mark.parametrize("name", sorted(registry.FILES))
def test_a_file_that_is_no_registry(tmp_path: Path, name: str, text: str) -> None:
    loaded = load(tmp_path, changed(**{name: text}))

    is_empty_links = name == "links" and text == "{}"
    assert bool(loaded.findings) != is_empty_links
    assert {Path(one.path).name for one in loaded.findings} <= {f"{name}.yaml"}
    if name == "templates":
        assert (loaded.registry.templates, loaded.registry.knows_templates) == ({}, False)


def test_a_day_that_is_none_is_left_out(tmp_path: Path) -> None:
    data = changed()
    data["templates"]["exported"] = "2034-02-30"
    data["templates"]["headers"]["KETTLE"]["last_used"] = "2034-02-31"
    held = load(tmp_path, data).registry

    assert held.exported is None
    assert held.headers["KETTLE"].last_used is None


# --- anything at all --------------------------------------------------------------------------------

ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 10**25)
    | st.floats(allow_nan=False)
    | st.sampled_from(
        ["", "x", "{#var#}", "approved", "12", IDS[0], "2034-02-30", "\x1b[31m", "न", "{{ x }}", "a" * 3000]
    )
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)


def holders(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place of some data: what holds it, and the key or the number there."""
    if isinstance(value, dict):
        for key in value:
            yield value, key
            yield from holders(value[key])
    elif isinstance(value, list):
        for number in range(len(value)):
            yield value, number
            yield from holders(value[number])


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """Return the sound registry with some of it replaced, left out, put in, renamed or repeated."""
    data = copy.deepcopy(SOUND)
    for _ in range(draw(st.integers(1, 4))):
        holder, key = draw(
            st.sampled_from(
                [one for name in data for one in holders({name: data[name]}) if one[1] not in data]
            )
        )
        how = draw(st.sampled_from(["replace", "leave out", "put in", "rename", "repeat"]))
        if how == "replace":
            holder[key] = draw(ANY)
        elif how == "leave out":
            del holder[key]
        elif how == "put in" and isinstance(holder, list):
            holder.insert(key, draw(ANY))
        elif how == "put in":
            holder[draw(st.text(max_size=5))] = draw(ANY)
        elif how == "rename" and isinstance(holder, dict):
            holder[draw(st.sampled_from(["id", "text", "x", "templates", "sample"]))] = holder.pop(key)
        elif how == "repeat" and isinstance(holder, list):
            holder += [copy.deepcopy(holder[key])] * draw(st.sampled_from([1, 30]))
    return data


@EXAMPLES
@given(mutated())
def test_loading_raises_nothing_and_names_places(data: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        loaded = load(root, data)
        write(
            root,
            {"a.yaml": CAMPAIGN.replace("festival-north", "north").replace("1107160086562376233", IDS[2])},
        )
        result = lint.run(loaded, now=NOW)
        lines = {name: (root / file).read_text("utf-8").splitlines() for name, file in registry.FILES.items()}

    for one in loaded.findings:
        name = Path(one.path).stem
        assert 1 <= one.region.line <= len(lines[name]) + 1
        assert one.region.column >= 1
        assert one.message
        assert "Traceback" not in one.message
    assert len(result.campaigns) == 1
    held = loaded.registry
    for template in (*held.templates.values(), *held.repeated):
        entry = yaml.safe_load("\n".join(lines["templates"]))["templates"][template.index]
        assert (entry["id"], entry["text"]) == (template.id, template.text)
    if not any(Path(one.path).stem == "templates" and one.severity == "error" for one in loaded.findings):
        assert held.knows_templates


@EXAMPLES
@given(
    st.sampled_from(sorted(registry.FILES)),
    st.binary(max_size=60) | st.text(st.sampled_from("a:-[]{}\n &*!|>'\"#"), max_size=60).map(str.encode),
)
def test_any_bytes_at_all(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, {"campaignctl.yaml": CONFIG, "registry/lists.yaml": LISTS, registry.FILES[name]: data})
        loaded = project.load(root)

    assert all(Path(one.path).stem == name for one in loaded.findings)


@pytest.mark.parametrize(
    "broken",
    [
        "policy: [1]",
        "api: x",
        "state: 5",
        "lint: [x]",
        "defaults: x",
        "vars: [x]",
        "profile: 7",
        "project: [a]",
        "lint: {levels: x, select: 5}",
    ],
)
def test_settings_with_more_mistakes_than_are_listed(tmp_path: Path, broken: str) -> None:
    """The broken key comes last, behind more mistakes than are listed."""
    key = broken.split(":", maxsplit=1)[0]
    kept = "\n".join(
        line for line in CONFIG.splitlines() if not line.startswith(("  ", key)) and line.endswith("0c")
    )
    strange = "".join(f"strange{number}: 1\n" for number in range(40))
    write(tmp_path, {"campaignctl.yaml": f"{strange}{kept}\n{broken}\n", "a.yaml": CAMPAIGN})
    loaded = project.load(tmp_path)

    assert loaded.sound is None
    assert len(loaded.findings) == 20
    lint.run(loaded, now=NOW)
