"""GitHub's workflow commands: escaped so that they can be read back, and no text begins another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import CAMPAIGN, Run, examples, write
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl.findings import Finding, Region, Severity
from campaignctl.model import LintResult
from campaignctl.render import github
from campaignctl.words import printable

EXAMPLES = settings(max_examples=examples(200), deadline=None, database=None, derandomize=True)

HOSTILE = st.text(max_size=30) | st.text("%0123ADC:,\r\n#[]\x1b\u2028 ", max_size=30)


def finding(code: str = "CC303", severity: Severity = Severity.ERROR, **changes: Any) -> Finding:
    given: dict[str, Any] = {
        "name": "header-format",
        "message": "is wrong",
        "path": "a.yaml",
        "region": Region(line=9, column=12, end_line=9, end_column=21),
    }
    return Finding(code=code, severity=severity, **{**given, **changes})


def lines(*findings: Finding, **more: Any) -> list[str]:
    return github.findings(LintResult(findings=findings, campaigns=(), files=1, **more)).split("\n")


def read(line: str) -> tuple[str, dict[str, str], str]:
    """Read a command as the runner does: name, properties, message (actions/runner, ActionCommand.TryParseV2)."""
    found = re.fullmatch(r"::([a-z]+) ([^\r\n]*?)::([^\r\n]*)", line)
    assert found, line
    pairs = [one.split("=", 1) for one in found[2].split(",")]
    properties = {key: unescaped(value, more=True) for key, value in pairs}
    return found[1], properties, unescaped(found[3])


def unescaped(value: str, *, more: bool = False) -> str:
    for escape, char in [("%0D", "\r"), ("%0A", "\n")] + [("%3A", ":"), ("%2C", ",")] * more:
        value = value.replace(escape, char)
    return value.replace("%25", "%")


def test_a_finding_is_an_annotation(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": CAMPAIGN.replace("KETTLE", "KETTLE_IN")})

    ran = run("lint", "--format", "github")

    assert ran.code == 1
    first, note, last = ran.out.splitlines()
    assert first.startswith(
        "::error file=the-example.yaml,line=9,col=12,endLine=9,endColumn=21,title=CC303 header-format::"
        "the-example.yaml:9:12: sender_id 'KETTLE_IN' must be"
    )
    assert note.startswith("::notice title=campaignctl lint::registry/templates.yaml is missing")
    assert last == "Found 1 error in 1 campaign in 1 file."
    assert ran.err == ""


def test_a_warning_is_one() -> None:
    first, _ = lines(finding(severity=Severity.WARNING))

    assert read(first)[0] == "warning"


def test_no_findings_are_no_command() -> None:
    assert lines() == ["No findings: 0 campaigns in 1 file."]


def test_a_region_of_several_lines_has_no_columns() -> None:
    place = Region(line=2, column=11, end_line=5, end_column=3)

    _, properties, _ = read(lines(finding(region=place))[0])

    assert list(properties) == ["file", "line", "endLine", "title"]
    assert (properties["line"], properties["endLine"]) == ("2", "5")


def test_errors_come_first_and_keep_their_order() -> None:
    severities = [Severity.WARNING, Severity.ERROR, Severity.WARNING, Severity.ERROR]
    given_ = [finding(severity=one, path=f"{at}.yaml") for at, one in enumerate(severities)]

    said = [read(line) for line in lines(*given_)[:-1]]

    assert [(name, one["file"]) for name, one, _ in said] == [
        *[("error", "1.yaml"), ("error", "3.yaml"), ("warning", "0.yaml"), ("warning", "2.yaml")]
    ]


@pytest.mark.parametrize("number", [9, 10])
def test_ten_are_shown_without_a_word(number: int) -> None:
    assert [line[:8] for line in lines(*[finding()] * number)[:-1]] == ["::error "] * number


def test_what_github_does_not_show_is_counted_in_a_notice() -> None:
    errors = [finding()] * 11 + [finding("CC206", name="column-unknown")] * 3
    warnings = [finding("CC003", Severity.WARNING, name="yaml-ambiguous-scalar")]

    said = lines(*warnings, *errors)

    assert [line[:10] for line in said[:15]] == ["::error fi"] * 14 + ["::warning "]
    assert read(said[15]) == (
        "notice",
        {"title": "campaignctl lint"},
        (
            "GitHub shows 10 annotations of a step, and there are 5 more findings: 3 CC206 column-unknown, "
            "1 CC303 header-format, 1 CC003 yaml-ambiguous-scalar; the log of the step has every one"
        ),
    )
    assert len(said) == 17


def test_one_too_many_and_many_rules_are_said_in_words() -> None:
    assert "there is 1 more finding: 1 CC303 header-format; " in lines(*[finding()] * 11)[11]
    many = [finding(f"CC4{at:02}", name="r") for at in range(17)]
    assert " and 2 other rules; " in lines(*many)[17]


@EXAMPLES
@given(HOSTILE, HOSTILE)
def test_a_command_reads_back_as_what_was_written(message: str, value: str) -> None:
    line = github.command("error", message, {"file": value, "title": message})

    assert read(line) == (
        "error",
        {"file": printable(value), "title": printable(message)},
        printable(message),
    )


@EXAMPLES
@given(HOSTILE, HOSTILE)
def test_nothing_of_a_finding_begins_another_command(message: str, path: str) -> None:
    said = lines(*[finding(message=message, path=path)] * 12, notes=(message,))

    names = [re.match(r"\s*::(\S+)", line) for line in said]
    assert [one and one[1] for one in names] == ["error"] * 12 + ["notice"] * 2 + [None]
    assert not any("##[" in line or line != printable(line) for line in said)


def test_a_percent_is_escaped_first() -> None:
    assert github.command("error", "100%0A::x", {"a": "50%,x:y"}) == "::error a=50%25%2Cx%3Ay::100%250A::x"
