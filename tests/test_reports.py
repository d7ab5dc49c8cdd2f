"""Several reports of one run, what is said beside them, and the lists and pages of the rules."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from conftest import CAMPAIGN, NOT_COMPARED, Run, campaign, write

from campaignctl import render
from campaignctl.findings import Severity
from campaignctl.model import Delta, State
from campaignctl.render import pages as page
from campaignctl.rules import FAMILIES, RULES, header_format, pages
from campaignctl.state import codec

WRONG = CAMPAIGN.replace("KETTLE", "VM-KETTLE")
FORMATS = render.offering("findings")


@pytest.fixture
def wrong(folder: Path) -> Path:
    """A folder with one mistake."""
    write(folder, {"the-example.yaml": WRONG})
    return folder


def listing(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_the_formats_are_those_that_the_help_names(run: Run) -> None:
    assert FORMATS == ["text", "concise", "json", "sarif", "junit", "github", "gitlab"]
    assert "[text|concise|json|sarif|junit|github|gitlab]" in run("lint", "--help").out
    assert render.offering("plan") == ["text", "json", "markdown"]
    assert run("plan", "--format", "sarif").code == 64


# --- --report ---------------------------------------------------------------------------------------


def test_one_run_writes_every_report(wrong: Path, run: Run) -> None:
    alone = {name: run("lint", "--format", name).out for name in FORMATS}
    options = [word for name in FORMATS for word in ("--report", f"{name}=lint.{name}")]

    ran = run("lint", *options)

    assert (ran.code, ran.out, ran.err) == (1, alone["text"], NOT_COMPARED)
    assert {name: (wrong / f"lint.{name}").read_text("utf-8") for name in FORMATS} == alone


@pytest.mark.parametrize("format_", FORMATS)
def test_standard_output_stays_what_format_says(format_: str, wrong: Path, run: Run) -> None:
    before = run("lint", "--format", format_)
    after = run("lint", "--format", format_, "--report", "sarif=lint.sarif")

    assert after == before


def test_a_report_has_no_colour(wrong: Path, run: Run) -> None:
    ran = run("lint", "--color", "always", "--report", "text=a.txt", "--report", "concise=b.txt")

    assert "\x1b[" in ran.out
    assert "\x1b" not in (wrong / "a.txt").read_text("utf-8") + (wrong / "b.txt").read_text("utf-8")


def test_a_report_replaces_an_older_one_as_a_whole(wrong: Path, run: Run) -> None:
    write(wrong, {"lint.json": "x" * 100_000})

    assert run("lint", "--report", "json=lint.json").code == 1
    assert json.loads((wrong / "lint.json").read_text("utf-8"))["summary"]["errors"] == 1
    assert not [name for name in listing(wrong) if "tmp" in name]


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        (["sarif"], "'sarif' is not of the form FORMAT=FILE, like sarif=lint.sarif"),
        (["sarif="], "is not of the form"),
        (["=lint.sarif"], "there is no format ''; the formats: text, concise"),
        (["serif=lint.sarif"], "there is no format 'serif'; did you mean sarif?"),
        (["markdown=a.md"], "there is no format 'markdown'"),
        (["sarif=-"], "'-' is no file; --format says what standard output is"),
        (["sarif=a", "json=a"], "two reports are to go to 'a'"),
        (["sarif=a", "json=registry/../a"], "two reports are to go to 'registry/../a'"),
        (["sarif=nowhere/a.sarif"], "nowhere is not a folder; make it first"),
        (["json=2035.yaml"], "2035.yaml would be taken for a campaign; choose another ending, such as .json"),
        (["json=a.YML"], "would be taken for a campaign"),
        (["json=registry"], "registry is a folder, a link or a device; name a file"),
        (["json=link"], "link is a folder, a link or a device"),
        (["json=/dev/null"], "/dev/null is a folder, a link or a device"),
        (["json=campaignctl.state.json"], "campaignctl.state.json is the state of this project"),
        (["json=campaignctl.state.json.journal"], "is the state of this project, or belongs to it"),
        (["json=campaignctl.state.json.lock"], "is the state of this project, or belongs to it"),
    ],
)
def test_a_report_that_cannot_be_meant_is_refused_and_nothing_is_written(
    reports: list[str], said: str, wrong: Path, run: Run
) -> None:
    (wrong / "link").symlink_to("the-example.yaml")
    before = listing(wrong)

    ran = run("lint", *[word for one in reports for word in ("--report", one)])

    assert (ran.code, ran.out) == (3 if "make it first" in said else 64, "")
    assert said in ran.err
    assert listing(wrong) == before
    assert (wrong / "the-example.yaml").read_text("utf-8") == WRONG


def test_the_state_is_spared_wherever_it_is(wrong: Path, run: Run) -> None:
    config = (wrong / "campaignctl.yaml").read_text("utf-8")
    write(wrong, {"campaignctl.yaml": config + "state: {path: sent.json}\n", "sent.json": "{}"})

    assert run("lint", "--report", "json=./sent.json").code == 64
    assert (wrong / "sent.json").read_text("utf-8") == "{}"


@pytest.mark.parametrize("settings", ["project: [\n", "project: other\nstate: {path: new.json}\n"])
@pytest.mark.parametrize(
    "content",
    [
        codec.dumps(State(project="kettle-5a1f0c", lineage="a", serial=4)),
        codec.line(Delta(used_plan="p"), "a", 4, project="kettle-5a1f0c"),
    ],
)
def test_a_state_is_known_by_its_content_where_the_settings_no_longer_name_it(
    settings: str, content: bytes, wrong: Path, run: Run
) -> None:
    write(wrong, {"campaignctl.yaml": settings, "sent.json": content})

    ran = run("lint", "--report", "json=sent.json")

    assert (ran.code, "sent.json is the state of a project; name another file" in ran.err) == (64, True)
    assert (wrong / "sent.json").read_bytes() == content


def test_a_report_that_cannot_be_written_is_3_and_the_others_are_there(
    wrong: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        if target.name == "lint.sarif":
            raise OSError(28, "No space left on device")
        os.replace(self, target)  # noqa: PTH105
        return target

    monkeypatch.setattr(Path, "replace", full)
    text = run("lint").out

    ran = run("lint", "--report", "sarif=lint.sarif", "--report", "junit=lint.xml")

    assert (ran.code, ran.out) == (3, text)
    assert (
        ran.err
        == f"{NOT_COMPARED}campaignctl: the sarif report cannot be written to lint.sarif: no space left"
        " on device\n"
    )
    assert (wrong / "lint.xml").is_file()
    assert not [name for name in listing(wrong) if "tmp" in name or "sarif" in name]


@pytest.mark.parametrize("format_", FORMATS)
def test_a_clean_folder_is_0_in_every_format_and_report(format_: str, folder: Path, run: Run) -> None:
    ran = run("lint", "--format", format_, "--fail-on", "warning", "--report", f"{format_}=report")

    assert ran.code == 0
    assert (folder / "report").read_text("utf-8") == ran.out


@pytest.mark.parametrize("format_", FORMATS)
def test_a_report_of_another_script_is_utf_8_and_the_same_everywhere(
    format_: str, folder: Path, run: Run
) -> None:
    write(folder, {"चाय.yaml": campaign("tea-week").replace("KETTLE", "चाय")})

    ran = run("lint", "--format", format_, "--report", f"{format_}=report")

    assert (folder / "report").read_bytes().decode("utf-8") == ran.out


# --- notes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", ["lint", "lint --format json", "plan --offline", "plan --offline --format json"]
)
def test_what_was_not_checked_is_said_once_on_standard_error(command: str, folder: Path, run: Run) -> None:
    ran = run(*command.split())

    assert ran.err == NOT_COMPARED
    assert "no text was compared" not in ran.out


def test_with_templates_there_is_no_note(folder: Path, run: Run) -> None:
    write(folder, {"registry/templates.yaml": "templates: []\n"})

    assert "note:" not in run("lint").err + run("plan", "--offline").err


# --- rules and explain ------------------------------------------------------------------------------


def test_every_rule_has_a_page_and_a_family() -> None:
    assert [one.code for one in pages()] == sorted(rule.CODE for rule in RULES)
    assert {one.family for one in pages()} == set(FAMILIES.values())


def test_the_rules_are_listed_under_their_families(run: Run) -> None:
    blocks = run("rules").out.rstrip("\n").split("\n\n")

    assert [block.split("\n")[0].lower() for block in blocks] == [one.lower() for one in FAMILIES.values()]
    rows = [line for block in blocks for line in block.split("\n")[1:]]
    found = [re.fullmatch(r"  (CC\d{3})  ([a-z0-9-]+) +(error|warning|off) +(.+)", row) for row in rows]
    assert [one and (one[1], one[2], one[4]) for one in found] == [
        (rule.code, rule.name, page.summary(rule)) for rule in pages()
    ]


def test_a_rule_that_is_off_is_listed_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(header_format, "OFF", True, raising=False)
    monkeypatch.setattr(header_format, "FIXABLE", True, raising=False)

    assert re.search(r"^  CC303  header-format +off +", run("rules").out, re.MULTILINE)
    shown = run("explain", "header-format").out.split("\n")[0]
    fixing = "--fix can mend it, sometimes only --unsafe-fixes by a guess"
    assert shown == f"CC303 header-format (error, off unless selected, {fixing})"
    (listed,) = [
        one for one in json.loads(run("rules", "--format", "json").out)["rules"] if one["code"] == "CC303"
    ]
    assert (listed["severity"], listed["off"], listed["fixable"]) == ("error", True, True)


def test_the_rules_as_json(run: Run) -> None:
    data = json.loads(run("rules", "--format", "json").out)

    assert list(data) == ["version", "rules"]
    assert [one["code"] for one in data["rules"]] == [one.code for one in pages()]
    fields = ["code", "name", "severity", "off", "fixable", "family", "summary", "page"]
    assert {tuple(one) for one in data["rules"]} == {tuple(fields)}
    assert {one["severity"] for one in data["rules"]} == {one.value for one in Severity}


@pytest.mark.parametrize("name", ["CC303", "cc303", "header-format", "HEADER-FORMAT", "Header_Format"])
def test_a_rule_is_explained_by_code_or_name_in_any_case(name: str, run: Run) -> None:
    ran = run("explain", name)

    assert ran.code == 0
    assert (
        ran.out
        == f"CC303 header-format (error, --unsafe-fixes can mend it by a guess)\n\n{(header_format.__doc__ or '').strip()}\n"
    )


def test_every_rule_is_explained_as_json(run: Run) -> None:
    listed = json.loads(run("rules", "--format", "json").out)["rules"]
    for one in listed[:3] + listed[-3:]:
        assert json.loads(run("explain", one["code"], "--format", "json").out) == {"version": 1, **one}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("header-fromat", "there is no rule 'header-fromat'; did you mean header-format?"),
        ("CC999", "did you mean CC9"),
        ("\x1b[31m", "there is no rule '\\x1b[31m'; `campaignctl rules` lists them"),
    ],
)
def test_a_rule_that_is_not_there_is_64(name: str, said: str, run: Run) -> None:
    ran = run("explain", name)

    assert (ran.code, ran.out, said in ran.err) == (64, "", True)
    assert "\x1b" not in ran.err
