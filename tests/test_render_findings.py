"""What lint prints: the caret stands where it should, and nothing of a file can act on a terminal or a log."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import CAMPAIGN, NOT_COMPARED, Run, campaign, examples, write
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from campaignctl import render
from campaignctl.commands import options
from campaignctl.findings import Finding, Fix, Region, Severity
from campaignctl.model import LintResult
from campaignctl.render import json as as_json
from campaignctl.render import text
from campaignctl.render.paint import ansi, plain
from campaignctl.render.widths import width

EXAMPLES = settings(max_examples=examples(300), deadline=None, database=None, derandomize=True)
GUTTER = 9  # "     1 | "


def finding(source: str, column: int, end_column: int, **changes: Any) -> Finding:
    given: dict[str, Any] = {
        "code": "CC303",
        "name": "header-format",
        "severity": Severity.ERROR,
        "message": "is wrong",
        "path": "a.yaml",
        "region": Region(line=1, column=column, end_line=1, end_column=end_column),
        "source": source,
    }
    return Finding(**{**given, **changes})


def drawn(source: str, column: int, end_column: int) -> tuple[str, str]:
    """Return the source line as shown and the line of carets, both without the gutter."""
    _, shown, carets = text.finding(finding(source, column, end_column)).split("\n")
    assert shown[:GUTTER] == "     1 | "
    assert carets[:GUTTER] == "       | "[:GUTTER]
    return shown[GUTTER:], carets[GUTTER:]


# --- text -------------------------------------------------------------------------------------------


def test_a_finding_is_a_line_with_its_source_and_a_caret(folder: Path, run: Run) -> None:
    write(folder, {"a/tea.yaml": campaign("tea-week").replace("KETTLE", "KETTLE_IN")})

    ran = run("lint")

    assert (ran.code, ran.err) == (1, NOT_COMPARED)
    assert ran.out == (
        "a/tea.yaml:9:12: error CC303 header-format: sender_id 'KETTLE_IN' must be 3 to 6 letters or exactly "
        "6 digits in quotes, or the operators drop the message (DLT error 620); write the header as your DLT portal "
        "shows it, without operator prefix or suffix\n"
        "     9 | sender_id: KETTLE_IN\n"
        "       |            ^^^^^^^^^\n"
        "\n"
        "Found 1 error in 2 campaigns in 2 files.\n"
    )


def test_a_warning_is_called_so_and_counted_apart(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": campaign("the-example", name="2035-10-20")})

    assert run("lint").out == (
        "the-example.yaml:2:7: warning CC003 yaml-ambiguous-scalar: 2035-10-20 without quotes is a date to "
        'other YAML readers; write "2035-10-20"\n'
        "     2 | name: 2035-10-20\n"
        "       |       ^^^^^^^^^^\n"
        "\n"
        "Found 1 warning in 1 campaign in 1 file; 1 fixable with --fix.\n"
    )


def test_no_findings_is_said_in_one_line(folder: Path, run: Run) -> None:
    assert run("lint").out == "No findings: 1 campaign in 1 file.\n"


def test_a_finding_about_a_whole_file_has_no_source() -> None:
    assert text.finding(finding("", 1, 1)) == "a.yaml:1:1: error CC303 header-format: is wrong"


@pytest.mark.parametrize(
    ("source", "column", "end_column", "shown", "carets"),
    [
        ("id: one", 5, 8, "id: one", "    ^^^"),
        ("id: one", 1, 3, "id: one", "^^"),
        ("id: one", 8, 8, "id: one", "       ^"),  # nothing is marked: one caret
        ("\tid:\tone", 6, 9, " id: one", "     ^^^"),  # a tab is a blank
        ("a: नमस्ते", 4, 10, "a: नमस्ते", "   ^^^^"),  # two of the six signs combine
        ("नमस्ते: one", 9, 12, "नमस्ते: one", "      ^^^"),
        ("किताब: one", 8, 11, "किताब: one", "       ^^^"),  # vowel signs that take room
        ("a: 茶 x", 6, 7, "a: 茶 x", "      ^"),  # two columns wide
        ("😀: x", 4, 5, "😀: x", "    ^"),
        ("e\u0301: x", 5, 6, "e\u0301: x", "   ^"),
        ("a\x1b[31m: x", 9, 10, "a\\x1b[31m: x", " " * 11 + "^"),  # an escape is wider
        ("a: \x1b\x07", 4, 6, "a: \\x1b\\x07", "   ^^^^^^^^"),
        ("\u202ea: x", 5, 6, "\\u202ea: x", " " * 9 + "^"),
        ("\u2028a: x", 5, 6, "\\u2028a: x", " " * 9 + "^"),
        ("👨‍👩‍👧: x", 8, 9, "👨‍👩‍👧: x", " " * 8 + "^"),
        ("कुल: x", 2, 3, "कुल: x", "^"),  # a sign below its letter
        ("क्ष: x", 2, 3, "क्ष: x", "^"),
        ("x ि y", 3, 4, "x ि y", "  ^"),  # a vowel sign with a column of its own
        ("चाय नमस्ते x", 5, 11, "चाय नमस्ते x", "    ^^^^"),
        ("अ茶", 2, 3, "अ茶", " ^^"),
        ("\u200b\u200bx", 2, 3, "\\u200b\\u200bx", " " * 6 + "^^^^^^"),
    ],
)
def test_the_caret_stands_under_what_it_marks(
    source: str, column: int, end_column: int, shown: str, carets: str
) -> None:
    assert drawn(source, column, end_column) == (shown, carets)


def test_a_region_of_several_lines_is_marked_to_the_end_of_its_first() -> None:
    region = Region(line=1, column=4, end_line=3, end_column=2)

    assert text.finding(finding('a: "one two', 4, 2, region=region)).split("\n")[2] == "       |    ^^^^^^^^"


def test_a_long_line_is_cut_around_the_place() -> None:
    shown, carets = drawn("x" * 1000 + "HERE" + "y" * 1000, 1001, 1005)

    assert shown == "..." + "x" * 80 + "HERE" + "y" * 76 + "..."
    assert carets == " " * 83 + "^^^^"


@pytest.mark.parametrize("around", ["न", "स्ते", "茶", "😀"])
def test_a_long_line_of_any_script_is_cut_around_the_place(around: str) -> None:
    before = around * 300
    shown, carets = drawn(before + "HERE" + around * 300, len(before) + 1, len(before) + 5)

    wide = width(shown.partition("HERE")[0])
    assert carets == " " * wide + "^^^^"
    assert shown.startswith("...")
    assert shown.endswith("...")


@pytest.mark.parametrize(("column", "end_column"), [(1, 2001), (5, 1990), (1990, 2001), (2001, 2001), (1, 1)])
def test_a_long_line_never_makes_a_long_report(column: int, end_column: int) -> None:
    shown, carets = drawn("x" * 2000, column, end_column)

    assert len(shown) <= 166
    assert len(carets) <= len(shown) + 1
    assert carets.strip(" ").strip("^") == ""


def test_a_long_text_of_a_file_is_shortened_in_the_sentence(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": CAMPAIGN.replace("KETTLE", "K" * 5000)})

    first = run("lint").out.split("\n")[0]

    assert "sender_id 'KKK" in first
    assert len(first) < 400


#: Characters of one column, and how each is shown.
SHOWN = {
    "a": "a",
    " ": " ",
    ":": ":",
    "é": "é",
    "क": "क",
    "\t": " ",
    "\x1b": "\\x1b",
    "\0": "\\x00",
    "\u202e": "\\u202e",
}


@EXAMPLES
@given(
    source=st.text(st.sampled_from(list(SHOWN)), max_size=24),
    start=st.integers(0, 24),
    length=st.integers(0, 9),
)
@example(source="a: क", start=3, length=1)
def test_the_carets_cover_exactly_what_is_marked(source: str, start: int, length: int) -> None:
    assume(source.strip())
    marked = source[start : start + length]
    start = min(start, len(source))
    widths = [len(SHOWN[char]) for char in source]
    before, under = sum(widths[:start]), sum(widths[start : start + len(marked)])

    assert drawn(source, start + 1, start + len(marked) + 1) == (
        "".join(SHOWN[char] for char in source),
        " " * before + "^" * max(1, under),
    )


@pytest.mark.parametrize(
    ("safe", "said"),
    [
        ([], ""),
        ([True], "; 1 fixable with --fix"),
        ([True, True, False], "; 2 fixable with --fix, 1 more with --unsafe-fixes"),
        ([False], "; 1 fixable with --unsafe-fixes"),
    ],
)
def test_the_last_line_says_how_much_mends_itself(safe: list[bool], said: str) -> None:
    fixes = [Fix(words="write KETTLE", safe=one, edits=()) for one in safe]
    found = tuple(finding("", 1, 1, fix=one) for one in [None, *fixes])
    report = text.findings(LintResult(findings=found, campaigns=(), files=2))

    total = f"{len(found)} error" + ("s" if safe else "")
    assert report.split("\n")[-1] == f"Found {total} in 0 campaigns in 2 files{said}."


# --- what a file must not do ------------------------------------------------------------------------

HOSTILE = {
    "colour": "\x1b[31mred\x1b[0m",
    "title": "\x1b]0;title\x07",
    "c1": "\x9b31m",
    "bell": "\x07\x08",
    "override": "\u202eedoc\u202c",
    "isolate": "\u2066x\u2069",
    "mark": "\u200fx\u061c",
    "zero": "\u200b\ufeff\u00ad",
    "tags": "\U000e0041\U000e0042",
    "separator": "x\u2028::error::y\u2029::error::z\x85::error::",
    "azure": "##[error]x ##[group]y",
    "github": "::error::x",
    "github again": "::add-mask::x",
    "return": "x\r::error::y",
    "percent": "%0A::error::x",
}


def yaml_text(value: str) -> str:
    """Return a value as a double-quoted YAML scalar that holds only ASCII."""
    return json.dumps(value) if value.isascii() else '"' + "".join(f"\\U{ord(c):08x}" for c in value) + '"'


def in_an_id(value: str) -> str:
    return campaign("the-example").replace("the-example", yaml_text(value))


def in_a_key(value: str) -> str:
    return f"{yaml_text(value)}: x\n" + CAMPAIGN


def in_a_list(value: str) -> str:
    return CAMPAIGN.replace("festival-north", yaml_text(value))


def in_a_variable(value: str) -> str:
    return CAMPAIGN.replace("Hello", "{{ a }} {{ " + value + " }}")


def in_a_column(value: str) -> str:
    return CAMPAIGN.replace('"Hello', '"@@x' + value.replace("\x1b", "\\x1b").replace("\r", "\\r"))


def in_a_syntax_error(value: str) -> str:
    return f"id: [{value}\n"


def raw_in_the_line(value: str) -> str:
    return CAMPAIGN.replace("KETTLE", f"KETTLE_IN # {value}")


def raw_at_the_beginning(value: str) -> str:
    return f"{value}\n{value}: [\n"


def in_a_callback(value: str) -> str:
    return f"status_callback: {yaml_text(value)}\n" + CAMPAIGN


PLACES: list[Callable[[str], str]] = [
    *(in_an_id, in_a_key, in_a_list, in_a_variable, in_a_column, in_a_syntax_error),
    *(raw_in_the_line, raw_at_the_beginning, in_a_callback),
]

#: Controls but the line feed, surrogates, what reorders, hides or breaks lines.
_ACTS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


#: The formats but `github`, whose lines are commands; test_render_github.py holds them.
EVERY = [name for name in render.offering("findings") if name != "github"]


def acts(output: str) -> list[str]:
    """Return what in an output could act on a terminal, or be a command to GitHub, GitLab or Azure."""
    lines = [line for line in output.split("\n") if line.lstrip().startswith(("::", "##["))]
    return [*_ACTS.findall(output), *lines, *re.findall(r"##\[", output)]


@pytest.mark.parametrize("value", list(HOSTILE.values()), ids=list(HOSTILE))
@pytest.mark.parametrize("place", PLACES, ids=lambda place: str(place.__name__))
def test_nothing_of_a_file_acts_on_a_terminal_or_a_log(
    place: Callable[[str], str], value: str, folder: Path, run: Run
) -> None:
    write(folder, {"the-example.yaml": place(value)})

    ran = [run("lint", "--format", name) for name in EVERY]

    assert {one.code for one in ran} == {1}
    assert [acts(one.out + one.err) for one in ran] == [[]] * len(ran)
    for one in ran:
        assert not one.out.startswith("{") or json.loads(one.out)


@pytest.mark.parametrize("line", ["%##[error]x", "a: *##[error]x", "a: &##[error]x", "a: !<##[error]x"])
def test_a_place_in_the_middle_of_a_command_does_not_let_it_through(
    line: str, folder: Path, run: Run
) -> None:
    write(folder, {"the-example.yaml": line + "\n"})

    assert acts(run("lint").out) == []


@pytest.mark.parametrize("value", ["\x1b[31m", "\u202ex", "##[error]x", "a\nb", "a\r::error::", "\udcff"])
def test_the_name_of_a_file_does_not_act_either(value: str, folder: Path, run: Run) -> None:
    (folder / f"{value}.yaml").write_text("id: [\n")

    ran = [run("lint", "--format", name) for name in EVERY]

    assert [(one.code, acts(one.out + one.err)) for one in ran] == [(1, [])] * len(ran)


@pytest.mark.parametrize("value", ["::error::x", " ::error::x", "::stop-commands::x"])
def test_the_name_of_a_file_is_no_command_to_github(value: str, folder: Path, run: Run) -> None:
    (folder / f"{value}.yaml").write_text("id: [\n")

    assert [acts(run("lint", "--format", name).out) for name in EVERY] == [[]] * len(EVERY)


def test_a_path_of_the_command_line_that_is_not_there_does_not_act(folder: Path, run: Run) -> None:
    ran = run("lint", "\x1b[31m\n::error::x.yaml")

    assert (ran.code, ran.out, acts(ran.err)) == (3, "", [])


@EXAMPLES
@given(st.text(max_size=30) | st.text("#[]:\x1b\u202e\n ", max_size=30))
def test_whatever_a_finding_holds_its_text_is_harmless(value: str) -> None:
    one = finding(value.replace("\n", " "), 1, len(value) + 1, message=value, path=f"a{value}")
    output = text.findings(LintResult(findings=(one,), campaigns=(), files=1))

    assert acts(output) == []
    assert len(output.split("\n")) == (5 if value.strip() else 3)


# --- JSON -------------------------------------------------------------------------------------------


def test_json_has_the_fields_of_the_contract_and_no_others(folder: Path, run: Run) -> None:
    write(
        folder,
        {
            "the-example.yaml": campaign("the-example", name="21:00").replace("KETTLE", "KETTLE_IN"),
            "z.yaml": "---\nid: [\n",
        },
    )
    ran = run("lint", "--format", "json")
    report = json.loads(ran.out)

    assert (ran.code, ran.err) == (1, NOT_COMPARED)
    assert list(report) == ["version", "findings", "summary"]
    assert report["version"] == 1
    assert report["summary"] == {"files": 2, "campaigns": 1, "errors": 2, "warnings": 1}
    assert report["findings"][0] == {
        "code": "CC003",
        "name": "yaml-ambiguous-scalar",
        "severity": "warning",
        "message": '21:00 without quotes is a number to other YAML readers; write "21:00"',
        "path": "the-example.yaml",
        "line": 2,
        "column": 7,
        "end_line": 2,
        "end_column": 12,
        "pointer": "/name",
        "campaign": "the-example",
    }
    assert [list(one) for one in report["findings"]] == [list(report["findings"][0])] * 3
    assert report["findings"][2]["campaign"] is None


def test_json_counts_lines_and_columns_from_1(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": "- a\n"})
    write(folder, {"a.yaml": ""})

    found = json.loads(run("lint", "--format", "json").out)["findings"]

    assert [(one["line"], one["column"], one["end_line"]) for one in found] == [(1, 1, 1), (1, 3, 1)]


def test_json_is_ascii_and_reads_as_the_same_text(folder: Path, run: Run) -> None:
    write(folder, {"चाय.yaml": CAMPAIGN.replace("KETTLE", "चाय")})
    out = run("lint", "--format", "json").out
    found = json.loads(out)["findings"]

    assert out.isascii()
    assert any(one["path"] == "चाय.yaml" and "'चाय'" in one["message"] for one in found)


def test_a_pointer_is_escaped_by_its_rfc(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": "a/b~c: x\n" + CAMPAIGN})

    (found,) = json.loads(run("lint", "--format", "json").out)["findings"]

    assert found["pointer"] == "/a~1b~0c"


def test_json_of_no_findings() -> None:
    empty = LintResult(findings=(), campaigns=(), files=3)

    assert json.loads(as_json.findings(empty)) == {
        "version": 1,
        "findings": [],
        "summary": {"files": 3, "campaigns": 0, "errors": 0, "warnings": 0},
    }


# --- exit codes -------------------------------------------------------------------------------------

CLEAN = CAMPAIGN
WARNING = CAMPAIGN + "name: 2035-10-20\n"
ERROR = CAMPAIGN.replace("KETTLE", "KETTLE_IN")


@pytest.mark.parametrize("format_", render.offering("findings"))
@pytest.mark.parametrize(
    ("content", "fail_on", "code"),
    [
        (CLEAN, "error", 0),
        (CLEAN, "warning", 0),
        (CLEAN, "never", 0),
        (WARNING, "error", 0),
        (WARNING, "warning", 1),
        (WARNING, "never", 0),
        (ERROR, "error", 1),
        (ERROR, "warning", 1),
        (ERROR, "never", 0),
        ("id: [", "error", 1),
    ],
)
def test_the_exit_code_follows_fail_on_whatever_the_format(
    content: str, fail_on: str, code: int, format_: str, folder: Path, run: Run
) -> None:
    write(folder, {"the-example.yaml": content})

    assert run("lint", "--fail-on", fail_on, "--format", format_).code == code


def test_errors_are_the_default_of_fail_on(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": WARNING})
    assert run("lint").code == 0

    write(folder, {"the-example.yaml": ERROR})
    assert run("lint").code == 1


@pytest.mark.parametrize("text_", ["project: [", "project: A\n", "colour: red\nproject: kettle-5a1f0c\n"])
def test_settings_with_an_error_fail_as_well(text_: str, folder: Path, run: Run) -> None:
    write(folder, {"campaignctl.yaml": text_})

    assert run("lint").code == 1
    assert run("lint", "--fail-on", "never").code == 0


def test_what_cannot_be_done_is_3_and_a_wrong_command_line_64(folder: Path, run: Run) -> None:
    assert run("lint", "nowhere.yaml").code == 3
    assert run("lint", "--fail-on", "often").code == 64
    assert run("lint", "--format", "xml").code == 64
    assert run("lint", "--var", "brand").code == 64
    assert run("lint", "--at", "noon").code == 64
    assert run("lint", "-C", "nowhere").code == 3


# --- colour -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "environment", "coloured"),
    [
        ([], {}, False),  # no terminal
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ([], {"NO_COLOR": "", "FORCE_COLOR": "1"}, True),  # empty is not set
        ([], {"FORCE_COLOR": ""}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        (["--color", "auto"], {"FORCE_COLOR": "1"}, True),
        (["--color", "always", "--format", "json"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_by_option_then_no_color_then_force_color(
    arguments: list[str],
    environment: dict[str, str],
    coloured: bool,  # noqa: FBT001
    folder: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(folder, {"the-example.yaml": ERROR})
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert ("\x1b[" in run("lint", *arguments).out) == coloured


@pytest.mark.parametrize(
    ("term", "no_color", "expected"), [("xterm", "", ansi), ("dumb", "", plain), ("xterm", "1", plain)]
)
def test_a_terminal_is_coloured_unless_it_is_dumb(
    term: str, no_color: str, expected: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("NO_COLOR", no_color)

    assert options.paint("auto") is expected


def test_colour_changes_no_character_of_the_report(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": ERROR, "b.yaml": WARNING.replace("the-example", "other")})

    bare = re.sub(r"\x1b\[[0-9]+m", "", run("lint", "--color", "always").out)

    assert bare == run("lint", "--color", "never").out
