"""GitLab's Code Quality report, and the concise lines for grep."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import CAMPAIGN, Run, campaign, examples, write
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl.findings import Finding, Region, Severity
from campaignctl.fingerprints import fingerprinted
from campaignctl.model import LintResult
from campaignctl.render import concise, gitlab, text
from campaignctl.render.paint import ansi

EXAMPLES = settings(max_examples=examples(200), deadline=None, database=None, derandomize=True)

WRONG = campaign("the-example", name="2035-10-20").replace("KETTLE", "KETTLE_IN")
#: What a problem matcher would look for.
LINE = re.compile(r"(?P<path>.+?):(\d+):(\d+): (error|warning) (CC\d{3}) ([a-z0-9-]+): (.+)")


def finding(message: str = "is wrong", path: str = "a.yaml", **changes: Any) -> Finding:
    given: dict[str, Any] = {
        "code": "CC303",
        "name": "header-format",
        "severity": Severity.ERROR,
        "region": Region(line=9, column=12, end_line=9, end_column=21),
    }
    return Finding(**{**given, "message": message, "path": path, **changes})


def entries(run: Run) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = json.loads(run("lint", "--format", "gitlab").out)
    return data


def test_no_findings_are_an_empty_array(folder: Path, run: Run) -> None:
    assert run("lint", "--format", "gitlab").out == "[]\n"


def test_a_finding_has_what_gitlab_reads_and_no_more(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": WRONG})

    found = entries(run)

    assert [one.pop("fingerprint").isalnum() for one in found] == [True, True]
    assert found[1].pop("description").startswith("CC303 header-format: sender_id 'KETTLE_IN' must be")
    assert found[0] == {
        "description": "CC003 yaml-ambiguous-scalar: 2035-10-20 without quotes is a date to other YAML readers; "
        'write "2035-10-20"',
        "check_name": "yaml-ambiguous-scalar",
        "severity": "minor",
        "location": {"path": "the-example.yaml", "lines": {"begin": 2}},
    }
    assert found[1] == {
        "check_name": "header-format",
        "severity": "major",
        "location": {"path": "the-example.yaml", "lines": {"begin": 10}},
    }


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: "# one\n# two\n" + text,
        lambda text: text.replace("schedule:", "# why\nschedule:"),
        lambda text: campaign("another") + "---\n" + text,
    ],
)
def test_a_fingerprint_stays_when_lines_move(edit: Callable[[str], str], folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": WRONG})
    before = entries(run)
    write(folder, {"the-example.yaml": edit(WRONG)})
    after = entries(run)

    assert [one["fingerprint"] for one in before] == [one["fingerprint"] for one in after]
    assert [one["location"] for one in before] != [one["location"] for one in after]


@EXAMPLES
@given(st.lists(st.tuples(st.text(max_size=9), st.sampled_from(["a", "a\ud800", "\x1b##["])), max_size=9))
def test_whatever_findings_hold_it_is_json_with_a_fingerprint_each(values: list[tuple[str, str]]) -> None:
    findings = fingerprinted([finding(message, path) for message, path in values])

    report = gitlab.findings(LintResult(findings=findings, campaigns=(), files=1))

    assert report.isascii()
    assert "##[" not in report
    prints = [one["fingerprint"] for one in json.loads(report)]
    assert len(set(prints)) == len(values)
    assert json.loads(report.encode()) == json.loads(report)
    json.dumps(json.loads(report), ensure_ascii=False).encode()  # no half of a surrogate pair


# --- concise ----------------------------------------------------------------------------------------


def test_concise_is_a_line_each_and_a_line_with_the_numbers(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": WRONG})

    first, second, last = run("lint", "--format", "concise").out.splitlines()

    assert first == (
        "the-example.yaml:2:7: warning CC003 yaml-ambiguous-scalar: 2035-10-20 without quotes is a date to other "
        'YAML readers; write "2035-10-20"'
    )
    assert second.startswith("the-example.yaml:10:12: error CC303 header-format: sender_id")
    assert last == "Found 1 error, 1 warning in 1 campaign in 1 file; 1 fixable with --fix."
    assert [bool(LINE.fullmatch(one)) for one in (first, second, last)] == [True, True, False]


def test_concise_of_no_findings(folder: Path, run: Run) -> None:
    assert run("lint", "--format", "concise").out == "No findings: 1 campaign in 1 file.\n"


def test_concise_begins_as_text_does_in_its_colours(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": CAMPAIGN.replace("KETTLE", "KETTLE_IN")})
    lines = run("lint", "--format", "concise", "--color", "always").out.splitlines()

    assert lines[0] == run("lint", "--color", "always").out.splitlines()[0]
    assert "\x1b[" in lines[0]


@EXAMPLES
@given(st.text(max_size=30), st.text(min_size=1, max_size=20))
def test_concise_is_one_line_a_finding_whatever_it_holds(message: str, path: str) -> None:
    one = finding(message or "x", path)
    report = concise.findings(LintResult(findings=(one, one), campaigns=(), files=1))

    assert len(report.split("\n")) == 3
    assert report.splitlines()[0] == text.head(one)
    assert text.head(one, ansi) != text.head(one)
    assert not report.startswith("::")
