"""SARIF 2.1.0 (OASIS) for GitHub code scanning, which reads a part of it and asks for more than the schema does.

https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
has the demands: paths relative to the repository (run lint from its root), all four numbers of a region, texts
that are not empty, a fingerprint. GitHub shows an alert in a pull request only when every line of its region was
changed there, so a value of several lines is shown by its first.

All rules are listed, with or without findings, so that `ruleIndex` is the same in every run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from campaignctl import __version__
from campaignctl.findings import Finding, RulePage, Severity
from campaignctl.model import LintResult
from campaignctl.render import pages as page
from campaignctl.render.json import dumps
from campaignctl.words import count, printable, shortened

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
#: GitHub refuses a run with more results, and a description with more characters.
MOST, _LONGEST = 25_000, 1024


def findings(result: LintResult, pages: Sequence[RulePage] = ()) -> str:
    """Return the lint report; `pages` are those of all rules."""
    numbers = {one.code: number for number, one in enumerate(pages)}
    shown, notes = _most_important(result)
    invocation: dict[str, Any] = {"executionSuccessful": True}
    if notes:
        invocation["toolExecutionNotifications"] = [
            {"level": "note", "message": {"text": _text(one)}} for one in notes
        ]
    run = {
        "tool": {"driver": _driver(pages)},
        "automationDetails": {"id": "campaignctl/lint/"},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, numbers) for one in shown],
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _most_important(result: LintResult) -> tuple[Sequence[Finding], tuple[str, ...]]:
    """Return what GitHub accepts at once, errors first where it is too much, and the sentences to go with it."""
    if len(result.findings) <= MOST:
        return result.findings, result.notes
    ranked = sorted(result.findings, key=lambda one: one.severity is not Severity.ERROR)
    left = count(len(ranked) - MOST, "more finding")
    return ranked[:MOST], (*result.notes, f"{left}: a run of SARIF holds {MOST:,} at GitHub")


def _driver(pages: Sequence[RulePage]) -> dict[str, Any]:
    driver: dict[str, Any] = {
        "name": "campaignctl",
        "version": __version__,
        "semanticVersion": __version__,
    }
    return {**driver, "rules": [_rule(one) for one in pages]}


def _rule(rule: RulePage) -> dict[str, Any]:
    configuration: dict[str, Any] = {"level": rule.severity.value}
    if rule.off:
        configuration["enabled"] = False
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": shortened(page.summary(rule), _LONGEST)},
        "fullDescription": {"text": shortened(page.reason(rule), _LONGEST)},
        "help": {"text": rule.page, "markdown": page.markdown(rule)},
        "defaultConfiguration": configuration,
        "properties": {
            "tags": [one for one in ("dlt", rule.family) if one],
            "precision": "very-high" if rule.severity is Severity.ERROR else "high",
            "problem.severity": rule.severity.value,
        },
    }


def _result(one: Finding, numbers: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {"ruleId": one.code}
    if one.code in numbers:
        result["ruleIndex"] = numbers[one.code]
    result |= {
        "level": one.severity.value,
        "message": {"text": _text(one.message) or one.name},
        "locations": [
            {"physicalLocation": {"artifactLocation": _artifact(one.path), "region": _region(one)}}
        ],
    }
    if one.fingerprint:
        # GitHub reads the first key alone: a hash, and a number among equal ones, which ours has inside.
        result["partialFingerprints"] = {
            "primaryLocationLineHash": f"{one.fingerprint}:1",
            "campaignctl/v1": one.fingerprint,
        }
    more = {"campaign": printable(one.campaign or ""), "pointer": printable(one.pointer)}
    if properties := {key: value for key, value in more.items() if value}:
        result["properties"] = properties
    return result


def _text(message: str) -> str:
    """Return a message that holds no link: `[words](address)` is one even in SARIF's plain text."""
    return printable(message).replace("](", "] (")


def _artifact(path: str) -> dict[str, str]:
    from urllib.parse import quote

    # A byte of a file's name that is no UTF-8 stays what it is; ":" would make a scheme of a first step.
    uri = quote(path, safe="/", errors="surrogateescape")
    return {"uri": f"file://{uri}"} if path.startswith("/") else {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _region(one: Finding) -> dict[str, int]:
    region = one.region
    end = region.end_column if region.end_line == region.line else len(one.source) + 1
    return {
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.line,
        "endColumn": max(end, region.column + 1),
    }
