"""The linter over a folder: each mistake under its name at its place, once, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import CAMPAIGN, CONFIG, LISTS, NOW, Run, campaign, write

from campaignctl import lint, project
from campaignctl.errors import ProjectError
from campaignctl.findings import Finding
from campaignctl.model import LintResult
from campaignctl.rules import BY_NAME

#: The names that issue 2 fixes.
FIXED = {
    *(
        "yaml-syntax",
        "yaml-duplicate-key",
        "yaml-ambiguous-scalar",
        "yaml-limit",
        "unknown-key",
        "missing-key",
    ),
    *("wrong-type", "invalid-value", "duplicate-id", "template-undefined-variable", "name-too-short"),
    *("lists-count", "list-unknown", "schedule-format", "schedule-no-timezone", "schedule-min-duration"),
    *("entity-id-format", "template-id-format", "header-format", "header-type-mismatch", "template-too-long"),
    *("template-too-many-columns", "column-in-static", "column-unknown", "callback-url"),
}

Place = tuple[str, int, int, int]


def run_lint(folder: Path, *paths: str) -> LintResult:
    return lint.run(project.load(folder), paths, now=NOW)


def places(findings: tuple[Finding, ...]) -> list[Place]:
    return [(one.name, one.region.line, one.region.column, one.region.end_column) for one in findings]


def where(folder: Path, *paths: str) -> list[tuple[str, str, int, int]]:
    """Return name, path, line and column of each finding."""
    found = run_lint(folder, *paths).findings
    return [(one.name, one.path, one.region.line, one.region.column) for one in found]


def changed(old: str, new: str) -> str:
    assert CAMPAIGN.count(old) == 1
    return CAMPAIGN.replace(old, new)


# --- each name at its place -------------------------------------------------------------------------

TEMPLATE = '"Hello from Kettle, a new tea is here"'
START, END = '"2035-10-20T10:30:00+05:30"', '"2035-10-20T18:00:00+05:30"'
DYNAMIC = "content_type: static", "content_type: dynamic"

CASES: list[tuple[str, str, str, Place]] = [
    # what changes, into what, and the name, line, column and end column of the one finding
    ("a tab", "  start_time", "\tstart_time", ("yaml-syntax", 5, 1, 2)),
    ("an open quote", TEMPLATE, '"Hello', ("yaml-syntax", 11, 11, 12)),
    ("a tag", "id: the", "id: !x the", ("yaml-syntax", 1, 5, 6)),
    ("a slot first", TEMPLATE, "{#var#} due", ("yaml-syntax", 11, 11, 13)),
    ("a key twice", "sms_type: tr", "sender_id: KETTLX\nsms_type: tr", ("yaml-duplicate-key", 10, 1, 10)),
    (
        "an inner key twice",
        "  end_time",
        f"  start_time: {START}\n  end_time",
        ("yaml-duplicate-key", 6, 3, 13),
    ),
    ("a name for 1.1", "id: the", "name: 21:00\nid: the", ("yaml-ambiguous-scalar", 1, 7, 12)),
    ("a bare long id", '"1101428740000012125"', "1101428740000012125", ("yaml-ambiguous-scalar", 7, 16, 35)),
    ("an unquoted date", START, "2035-10-20T10:30:00+05:30", ("yaml-ambiguous-scalar", 5, 15, 40)),
    ("depth", "KETTLE", "[" * 40 + "]" * 40, ("yaml-limit", 9, 43, 44)),
    ("a key misspelt", "sms_type", "sms_typ", ("unknown-key", 10, 1, 8)),
    ("an inner key misspelt", "end_time", "end_tim", ("unknown-key", 6, 3, 10)),
    ("a foreign key", "id: the", "colour: red\nid: the", ("unknown-key", 1, 1, 7)),
    ("no end", f"  end_time: {END}\n", "", ("missing-key", 4, 1, 9)),
    ("no template", f"template: {TEMPLATE}\n", "", ("missing-key", 1, 1, 3)),
    ("no lists", "lists: [festival-north]\n", "", ("missing-key", 1, 1, 3)),
    ("no id", "id: the-example\n", "", ("missing-key", 1, 1, 13)),
    ("a number for text", "KETTLE", "612345", ("wrong-type", 9, 12, 18)),
    ("a text for a list", "[festival-north]", "festival-north", ("wrong-type", 3, 8, 22)),
    ("a list for text", "KETTLE", "[KETTLE]", ("wrong-type", 9, 1, 10)),
    ("nothing for text", TEMPLATE, "", ("wrong-type", 11, 1, 9)),
    ("a number in a list", "[festival-north]", "[festival-north, 7]", ("wrong-type", 3, 25, 26)),
    ("a truth", "id: the", "name: true\nid: the", ("wrong-type", 1, 7, 11)),
    ("a bad kind", "static", "statik", ("invalid-value", 2, 15, 21)),
    ("a bad type", "transactional", "transaktional", ("invalid-value", 10, 11, 24)),
    ("a bad id", "the-example", "The Example", ("invalid-value", 1, 5, 16)),
    ("an empty template", TEMPLATE, '""', ("invalid-value", 11, 11, 13)),
    ("a long name", "id: the", f"name: {'x' * 201}\nid: the", ("invalid-value", 1, 7, 208)),
    ("an undefined variable", TEMPLATE, '"Hi {{ brnd }}"', ("template-undefined-variable", 11, 11, 26)),
    ("a call", TEMPLATE, '"Hi {{ brand.upper() }}"', ("template-syntax", 11, 11, 35)),
    ("a short name", "id: the", "name: Tea\nid: the", ("name-too-short", 1, 7, 10)),
    ("a name of blanks", "id: the", 'name: "a    "\nid: the', ("name-too-short", 1, 7, 14)),
    ("no list", "[festival-north]", "[]", ("lists-count", 3, 1, 6)),
    ("an unknown list", "festival-north", "festival-nort", ("list-unknown", 3, 9, 22)),
    ("a list twice", "[festival-north]", "[festival-north, festival-north]", ("list-repeated", 3, 25, 39)),
    ("a loose time", START, '"20 October"', ("schedule-format", 5, 15, 27)),
    ("no such day", START, '"2035-02-30T10:30:00+05:30"', ("schedule-format", 5, 15, 42)),
    ("a space for T", END, '"2035-10-20 18:00:00+05:30"', ("schedule-format", 6, 13, 40)),
    ("no zone", END, '"2035-10-20T18:00:00"', ("schedule-no-timezone", 6, 13, 34)),
    ("too short", END, '"2035-10-20T12:29:59+05:30"', ("schedule-min-duration", 6, 13, 40)),
    ("end before start", END, '"2035-10-19T12:30:00+05:30"', ("schedule-min-duration", 6, 13, 40)),
    ("a short entity id", "1101428740000012125", "110142874", ("entity-id-format", 7, 16, 27)),
    ("a short template id", "1107160086562376233", "110716008", ("template-id-format", 8, 18, 29)),
    ("a header with a sign in it", "KETTLE", "KETTLE_IN", ("header-format", 9, 12, 21)),
    ("a header with its prefix", "KETTLE", "VM-KETTLE", ("header-has-affix", 9, 12, 15)),
    ("a header with its suffix", "KETTLE", "KETTLE-S", ("header-has-affix", 9, 18, 20)),
    ("a header with both", "KETTLE", "VM-KETTLE-S", ("header-has-affix", 9, 12, 23)),
    ("a short header", "KETTLE", "ket", ("header-format", 9, 12, 15)),
    ("an id of 18 digits", "1107160086562376233", "110716008656237623", ("template-id-format", 8, 18, 38)),
    ("a blank template id", '"1107160086562376233"', '" "', ("template-id-missing", 8, 18, 21)),
    ("an empty template id", '"1107160086562376233"', "", ("template-id-missing", 8, 1, 16)),
    ("no template id", 'dlt_template_id: "1107160086562376233"\n', "", ("template-id-missing", 1, 1, 3)),
    ("a blank entity id", '"1101428740000012125"', '""', ("entity-id-missing", 7, 16, 18)),
    ("an empty entity id", '"1101428740000012125"', "~", ("entity-id-missing", 7, 16, 17)),
    ("an id as a number", '"1107160086562376233"', "1.10716e+18", ("id-spreadsheet-damage", 8, 18, 29)),
    ("an id as a big number", '"1107160086562376233"', "1.10716E+18", ("id-spreadsheet-damage", 8, 18, 29)),
    ("an id of MSG91", "1107160086562376233", "5f3d9a7be1c2d4a6b8c0e1f2", ("vendor-id-as-dlt-id", 8, 18, 44)),
    ("a telemarketer", "1101428740000012125", "1102641120000014245", ("id-kind-swapped", 7, 19, 21)),
    ("another zone", END, '"2035-10-20T12:30:00Z"', ("schedule-no-timezone", 6, 13, 35)),
    ("digits for transactional", "KETTLE", '"612345"', ("header-type-mismatch", 9, 12, 20)),
    ("letters for promotional", "transactional", "Promotional", ("header-type-mismatch", 9, 12, 18)),
    ("a long template", TEMPLATE, f'"{"x" * 2001}"', ("template-too-long", 11, 11, 2014)),
    ("a column in static", TEMPLATE, '"Hi @@City"', ("column-in-static", 11, 15, 21)),
    ("a bad callback", "id: the", "status_callback: hooks.example.in\nid: the", ("callback-url", 1, 18, 34)),
    (
        "a second bad callback",
        "id: the",
        "sms_status_callback: ftp://x\nid: the",
        ("callback-url", 1, 22, 29),
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_one_mistake_is_one_finding_at_its_place(old: str, new: str, expected: Place, folder: Path) -> None:
    write(folder, {"the-example.yaml": changed(old, new)})

    assert places(run_lint(folder).findings) == [expected]


DYNAMIC_CASES: list[tuple[str, str, str, Place]] = [
    ("two lists", "[festival-north]", "[festival-north, festival-south]", ("lists-count", 3, 1, 6)),
    ("no list", "[festival-north]", "[]", ("lists-count", 3, 1, 6)),
    ("a list twice", "[festival-north]", "[festival-north, festival-north]", ("list-repeated", 3, 25, 39)),
    ("another case", TEMPLATE, '"Hi @@first_name"', ("column-unknown", 11, 15, 27)),
    (
        *("six columns", TEMPLATE, '"@@First_name @@City @@Amount @@Due @@Order @@Shop"'),
        ("template-too-many-columns", 11, 55, 61),
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "expected"), [case[1:] for case in DYNAMIC_CASES], ids=[case[0] for case in DYNAMIC_CASES]
)
def test_one_mistake_of_a_dynamic_campaign_is_one_finding(
    old: str, new: str, expected: Place, folder: Path
) -> None:
    write(folder, {"the-example.yaml": changed(old, new).replace(*DYNAMIC)})

    assert places(run_lint(folder).findings) == [expected]


def test_the_cases_show_every_fixed_name() -> None:
    shown = {case[3][0] for case in CASES + DYNAMIC_CASES} | {"duplicate-id"}

    assert set(BY_NAME) >= FIXED
    assert FIXED - shown == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (END, '"2035-10-20T12:30:00+05:30"'),  # two hours to the second
        (END, '"2035-10-20T18:00:00.250+05:30"'),
        (TEMPLATE, f'"{"x" * 2000}"'),
        (TEMPLATE, f"|\n  {'न' * 1999}"),
        ("id: the", "name: Teas\nid: the"),
        ("transactional", "TransActional"),
        ("KETTLE", "kettle"),
        ("[festival-north]", '["9120d5962d214316b7721de55bb82e03"]'),
        ("[festival-north]", '["00000000000000000000000000000000"]'),
        ("id: the", "status_callback: http://127.0.0.1:8080/x?y=z\nid: the"),
    ],
)
def test_what_is_just_allowed_is_no_finding(old: str, new: str, folder: Path) -> None:
    write(folder, {"the-example.yaml": changed(old, new)})

    assert run_lint(folder).findings == ()


def test_a_text_that_fails_is_not_replaced_by_the_default(folder: Path) -> None:
    write(
        folder,
        {"the-example.yaml": campaign("the-example", sender_id='"{{ brnd }}"', sms_type="promotional")},
    )

    assert [one.name for one in run_lint(folder).findings] == ["template-undefined-variable"]


def test_a_template_is_found_in_the_value_and_not_in_the_file(folder: Path) -> None:
    write(folder, {"the-example.yaml": changed(TEMPLATE, r'"Hi from \x7b\x7b brnd }}"')})

    assert [one.name for one in run_lint(folder).findings] == ["template-undefined-variable"]


@pytest.mark.parametrize("written", ["612345", "0x1F", "1.50", "-0", "99.5", "1e3", "0612345"])
def test_a_number_is_shown_as_it_is_written(written: str, folder: Path) -> None:
    write(folder, {"the-example.yaml": changed("KETTLE", written)})

    assert any(written in one.message for one in run_lint(folder).findings)


@pytest.mark.parametrize("id_", ['"{{ brand }}"', '"x-{{ brand|lower }}"', '"{% if brand %}tea{% endif %}"'])
def test_an_id_is_never_a_template(id_: str, folder: Path) -> None:
    write(folder, {"the-example.yaml": changed("the-example", id_)})

    assert places(run_lint(folder).findings) == [("invalid-value", 1, 5, 5 + len(id_))]


# --- defaults ---------------------------------------------------------------------------------------


def test_a_mistake_in_the_defaults_is_reported_once_and_there(folder: Path) -> None:
    write(
        folder,
        {
            "campaignctl.yaml": CONFIG.replace("KETTLE", "KET_IN"),
            "the-example.yaml": campaign("the-example", sender_id=None),
            "b.yaml": campaign("another", sender_id=None),
        },
    )

    found = run_lint(folder).findings

    assert [(one.name, one.path, one.pointer) for one in found] == [
        ("header-format", "campaignctl.yaml", "/defaults/sender_id")
    ]
    assert places(found) == [("header-format", 5, 14, 20)]
    assert found[0].source == "  sender_id: KET_IN"


def test_a_default_that_one_campaign_overrides_is_no_mistake_of_it(folder: Path) -> None:
    write(folder, {"campaignctl.yaml": CONFIG.replace("KETTLE", "KET_IN")})

    assert run_lint(folder).findings == ()


def test_a_variable_missing_in_the_defaults_is_reported_there(folder: Path) -> None:
    write(folder, {"campaignctl.yaml": CONFIG.replace("KETTLE", '"{{ brnd }}"')})

    assert where(folder) == [("template-undefined-variable", "campaignctl.yaml", 5, 14)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("sender_id", "sender_di", ("unknown-key", 5, 3, 12)),
        ("transactional", "transaktional", ("invalid-value", 6, 13, 26)),
        ("KETTLE", "612345", ("wrong-type", 5, 14, 20)),
        ("kettle-5a1f0c", "Kettle", ("invalid-value", 1, 10, 16)),
        ("project: kettle-5a1f0c\n", "", ("missing-key", 1, 1, 9)),
        ("vars", "variables", ("unknown-key", 7, 1, 10)),
    ],
)
def test_a_mistake_in_the_settings_is_one_finding(old: str, new: str, expected: Place, folder: Path) -> None:
    write(folder, {"campaignctl.yaml": CONFIG.replace(old, new)})

    found = run_lint(folder).findings

    assert places(found) == [expected]
    assert {one.path for one in found} == {"campaignctl.yaml"}


@pytest.mark.parametrize("defaults", ["", " []", " text"])
def test_defaults_that_are_no_mapping_are_one_finding(defaults: str, folder: Path) -> None:
    write(folder, {"campaignctl.yaml": f"project: kettle-5a1f0c\ndefaults:{defaults}\n"})

    found = run_lint(folder).findings

    assert [(one.name, one.path, one.pointer) for one in found] == [
        ("wrong-type", "campaignctl.yaml", "/defaults")
    ]


def test_a_warning_in_the_settings_does_not_hide_the_campaigns(folder: Path) -> None:
    write(
        folder,
        {"campaignctl.yaml": CONFIG + "  opens: 10:30\n", "the-example.yaml": changed("KETTLE", "KETTLE_IN")},
    )

    assert where(folder) == [
        ("yaml-ambiguous-scalar", "campaignctl.yaml", 9, 10),
        ("header-format", "the-example.yaml", 9, 12),
    ]


def test_a_warning_in_the_registry_does_not_hide_its_lists(folder: Path) -> None:
    write(folder, {"registry/lists.yaml": LISTS + "    description: 21:00\n"})

    assert where(folder) == [("yaml-ambiguous-scalar", "registry/lists.yaml", 10, 18)]


@pytest.mark.parametrize(
    ("text", "name", "line", "column"),
    [
        ("project: [x", "yaml-syntax", 1, 10),
        ("", "wrong-type", 1, 1),
        ("- project\n", "wrong-type", 1, 1),
        ("project: kettle-1\n---\nproject: kettle-2\n", "wrong-type", 1, 1),
        ("\tproject: x\n", "yaml-syntax", 1, 1),
    ],
)
def test_settings_that_cannot_be_read_are_all_there_is_to_say(
    text: str, name: str, line: int, column: int, folder: Path
) -> None:
    write(folder, {"campaignctl.yaml": text, "the-example.yaml": "id: ["})

    assert where(folder) == [(name, "campaignctl.yaml", line, column)]


@pytest.mark.parametrize(
    ("text", "name", "line", "column"),
    [
        ("lists: {x", "yaml-syntax", 1, 8),
        ("lists: [a]\n", "wrong-type", 1, 1),
        ("lists:\n  tea: {sid: abc}\n", "invalid-value", 2, 14),
        ("lists:\n  tea: {}\n", "missing-key", 2, 3),
    ],
)
def test_a_registry_that_is_damaged_is_reported_and_its_lists_are_not_called_unknown(
    text: str, name: str, line: int, column: int, folder: Path
) -> None:
    write(folder, {"registry/lists.yaml": text})

    assert where(folder) == [(name, "registry/lists.yaml", line, column)]


@pytest.mark.parametrize("name", ["templates", "links"])
def test_every_registry_file_is_checked(name: str, folder: Path) -> None:
    write(folder, {f"registry/{name}.yaml": "colour: red\n"})

    assert ("unknown-key", f"registry/{name}.yaml", 1, 1) in where(folder)


def test_without_a_registry_an_alias_is_unknown_and_a_sid_is_not(folder: Path) -> None:
    (folder / "registry/lists.yaml").unlink()
    write(folder, {"b.yaml": campaign("another", lists='["9120d5962d214316b7721de55bb82e03"]')})

    assert where(folder) == [("list-unknown", "the-example.yaml", 3, 9)]


# --- several documents, several files ---------------------------------------------------------------


def test_every_document_of_a_file_is_a_campaign(folder: Path) -> None:
    bad = campaign("two").replace("KETTLE", "KETTLE_IN")
    write(folder, {"the-example.yaml": f"{CAMPAIGN}---\n{bad}---\n- three\n---\nfour\n---\n"})

    result = run_lint(folder)

    assert places(result.findings) == [
        ("header-format", 21, 12, 21),
        ("wrong-type", 25, 3, 8),
        ("wrong-type", 27, 1, 5),
    ]
    assert [one.campaign for one in result.findings] == ["two", None, None]
    assert ([one.id for one in result.campaigns], result.files) == (["the-example", "two"], 1)


def test_a_campaign_beside_a_syntax_error_is_still_checked(folder: Path) -> None:
    write(folder, {"the-example.yaml": CAMPAIGN.replace("KETTLE", "KETTLE_IN") + "---\nid: [\n"})

    result = run_lint(folder)

    assert [one.name for one in result.findings] == ["header-format", "yaml-syntax"]
    assert result.unreadable == ("the-example.yaml",)


def test_an_id_that_stands_twice_is_reported_at_the_later_one(folder: Path) -> None:
    write(folder, {"a/one.yaml": f"# first\n{CAMPAIGN}", "z.yaml": f"{campaign('other')}---\n{CAMPAIGN}"})

    found = run_lint(folder).findings

    assert [(one.name, one.path, one.region.line, one.region.column) for one in found] == [
        ("duplicate-id", "the-example.yaml", 1, 5),
        ("duplicate-id", "z.yaml", 13, 5),
    ]
    same = "id 'the-example' is already used at a/one.yaml:2, with the same text for the same lists; delete this copy, or"
    assert [one.message.startswith(same) for one in found] == [True, True]


@pytest.mark.parametrize("change", [("a new tea", "an old tea"), ("festival-north", "festival-south")])
def test_another_text_or_other_people_with_an_id_that_is_used_are_told_to_take_another(
    change: tuple[str, str], folder: Path
) -> None:
    write(folder, {"z.yaml": CAMPAIGN.replace(*change)})

    (found,) = run_lint(folder).findings

    assert (
        found.message
        == "id 'the-example' is already used at the-example.yaml:1; give the newer campaign another id"
    )


def test_an_empty_file_is_a_finding(folder: Path) -> None:
    write(folder, {"a.yaml": "", "b.yaml": "# later\n", "c.yaml": "---\n"})

    assert where(folder) == [("wrong-type", f"{name}.yaml", 1, 1) for name in "abc"]


def test_a_large_file_is_a_finding(folder: Path) -> None:
    write(folder, {"a.yaml": "#" * (1024 * 1024 + 1)})

    assert where(folder) == [("yaml-limit", "a.yaml", 1, 1)]


def test_many_findings_in_one_long_line_do_not_fill_the_memory(folder: Path) -> None:
    text = "[" + ",".join(["1_0"] * 2000) + "]\n"
    write(folder, {"a.yaml": text})

    found = run_lint(folder).findings

    assert sum({id(one.source): len(one.source) for one in found}.values()) <= 50 * len(text)


# --- which files ------------------------------------------------------------------------------------


def test_files_of_any_depth_are_read_in_sorted_order_and_others_are_not(folder: Path) -> None:
    bad = "id: [\n"
    write(
        folder,
        {
            **dict.fromkeys(("b.yml", "a/z.yaml", "a/b/c.yaml", "a/b.yaml", "a/registry/x.yaml"), bad),
            **dict.fromkeys(
                (".hidden.yaml", ".git/x.yaml", ".campaignctl/x.yaml", "registry/more.yaml"), bad
            ),
            **dict.fromkeys(("notes.txt", "a.yaml.bak", "campaignctl.state.json"), bad),
            "a/campaignctl.yaml": bad,
        },
    )

    assert [one.path for one in run_lint(folder).findings] == sorted(
        ["b.yml", "a/z.yaml", "a/b/c.yaml", "a/b.yaml", "a/registry/x.yaml", "a/campaignctl.yaml"]
    )


def test_paths_choose_files_and_folders(folder: Path) -> None:
    bad = "id: [\n"
    write(folder, {"a/x.yaml": bad, "a/y.yaml": bad, "b/z.yml": bad, "c.txt": bad})

    assert [one.path for one in run_lint(folder, "a", "c.txt").findings] == ["a/x.yaml", "a/y.yaml", "c.txt"]
    assert run_lint(folder, "b/z.yml").files == 1


def test_paths_are_read_from_the_current_folder_and_the_settings_from_dir(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, {"deep/a.yaml": "id: [\n"})
    monkeypatch.chdir(folder / "deep")

    assert [one.path for one in lint.run(project.load(folder), ["a.yaml"], now=NOW).findings] == ["a.yaml"]


def test_a_path_that_does_not_exist_stops_the_work(folder: Path) -> None:
    with pytest.raises(ProjectError, match=r"nowhere\.yaml: no such file or folder"):
        run_lint(folder, "nowhere.yaml")


def test_a_folder_without_campaigns_stops_the_work(folder: Path) -> None:
    (folder / "the-example.yaml").unlink()

    with pytest.raises(ProjectError, match="no campaign files found"):
        run_lint(folder)


def test_a_file_that_is_named_twice_is_read_once(folder: Path) -> None:
    assert run_lint(folder, "the-example.yaml", "./the-example.yaml", ".").findings == ()


def test_settings_named_as_paths_are_no_campaigns(folder: Path) -> None:
    found = run_lint(folder, "campaignctl.yaml", "registry/lists.yaml", "the-example.yaml").findings

    assert found == ()


@pytest.mark.parametrize("name", ["registry-tea.yaml", "registry2/tea.yaml", "campaignctl.yaml.yml"])
def test_a_campaign_whose_name_begins_like_the_settings_is_read(name: str, folder: Path) -> None:
    write(folder, {name: "id: [\n"})

    assert [one.path for one in run_lint(folder, name, "the-example.yaml").findings] == [name]


# --- links ------------------------------------------------------------------------------------------

SECRET = "AKIA-top-secret"


@pytest.fixture
def secret(folder: Path) -> Path:
    """Put a file with a secret outside the folder, on whose line everything would be a finding."""
    outside = folder.parent / "outside"
    outside.mkdir(exist_ok=True)
    write(outside, {"a.yaml": f"{SECRET}: [{SECRET}\n", "lists.yaml": f"lists: {SECRET}\n"})
    return outside


def test_a_link_that_leaves_the_folder_is_not_read(folder: Path, secret: Path, run: Run) -> None:
    (folder / "x.yaml").symlink_to(secret / "a.yaml")
    (folder / "y.yaml").symlink_to("../outside/a.yaml")
    (folder / "z").symlink_to(secret)
    (folder / "registry/templates.yaml").symlink_to(secret / "a.yaml")

    ran = [run("lint", "--format", name) for name in ("text", "json")]

    assert [one.code for one in ran] == [1, 1]
    assert SECRET not in "".join(one.out + one.err for one in ran)
    assert [(one["name"], one["path"]) for one in json.loads(ran[1].out)["findings"]] == [
        ("file-unreadable", name) for name in ("registry/templates.yaml", "x.yaml", "y.yaml", "z")
    ]


def test_a_link_that_leaves_the_folder_is_not_read_by_its_name_either(
    folder: Path, secret: Path, run: Run
) -> None:
    (folder / "x.yaml").symlink_to(secret / "a.yaml")

    ran = run("lint", "x.yaml", "the-example.yaml")

    assert (ran.code, SECRET in ran.out + ran.err) == (1, False)


def test_a_registry_that_is_a_link_out_of_the_folder_is_not_read(
    folder: Path, secret: Path, run: Run
) -> None:
    (folder / "registry/lists.yaml").unlink()
    (folder / "registry").rmdir()
    (folder / "registry").symlink_to(secret)

    ran = run("lint")

    assert (ran.code, SECRET in ran.out + ran.err) == (1, False)


def test_a_link_inside_the_folder_is_read(folder: Path) -> None:
    write(folder, {"parts/real": campaign("linked").replace("KETTLE", "KETTLE_IN")})
    (folder / "x.yaml").symlink_to("parts/real")

    assert where(folder) == [("header-format", "x.yaml", 9, 12)]


def test_a_link_to_something_hidden_is_not_read(folder: Path) -> None:
    write(folder, {".git/config": "extraheader: secret\n"})
    (folder / "x.yaml").symlink_to(".git/config")

    assert where(folder) == [("file-unreadable", "x.yaml", 1, 1)]


def test_an_ending_in_capitals_is_read(folder: Path) -> None:
    write(folder, {"x.YAML": campaign("capitals").replace("KETTLE", "KETTLE_IN")})

    assert where(folder) == [("header-format", "x.YAML", 9, 12)]


def test_a_link_to_nothing_is_a_finding(folder: Path) -> None:
    (folder / "x.yaml").symlink_to("gone.yaml")

    assert where(folder) == [("file-unreadable", "x.yaml", 1, 1)]


def test_a_link_to_itself_is_a_finding(folder: Path) -> None:
    (folder / "x.yaml").symlink_to("x.yaml")

    assert where(folder) == [("file-unreadable", "x.yaml", 1, 1)]


# --- the whole --------------------------------------------------------------------------------------


def test_findings_are_sorted_by_place_and_the_same_each_time(folder: Path, run: Run) -> None:
    write(
        folder,
        {
            "z.yaml": campaign("zz", sender_id="KETTLE_IN", lists="[a, b]"),
            "a.yaml": campaign("aa", template='"@@x {{ y }}"', name="Tea", colour="red"),
        },
    )
    result = run_lint(folder)
    outputs = {run("lint", "--format", "json").out for _ in range(3)}

    assert len(outputs) == 1
    assert [one.order for one in result.findings] == sorted(one.order for one in result.findings)
    assert [one.path for one in result.findings] == ["a.yaml"] * 4 + ["z.yaml"] * 4


def test_a_var_of_the_command_line_beats_that_of_the_settings(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": changed("KETTLE", '"{{ header }}"')})

    assert run("lint").code == 1
    assert run("lint", "--var", "header=KETTLE").code == 0


def test_a_schedule_is_required_unless_the_policy_allows_none(folder: Path) -> None:
    write(folder, {"the-example.yaml": changed(f"schedule:\n  start_time: {START}\n  end_time: {END}\n", "")})

    assert where(folder) == [("missing-key", "the-example.yaml", 1, 1)]

    write(folder, {"campaignctl.yaml": CONFIG + "policy:\n  allow_immediate: true\n"})
    assert where(folder) == []


def test_nothing_that_a_campaign_has_of_its_own_may_come_from_the_defaults(folder: Path) -> None:
    write(folder, {"campaignctl.yaml": CONFIG.replace("defaults:", "defaults:\n  name: Tea week")})

    assert where(folder) == [("unknown-key", "campaignctl.yaml", 3, 3)]
