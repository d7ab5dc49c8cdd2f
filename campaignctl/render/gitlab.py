"""GitLab's Code Quality report: an array of findings, also when there are none.

https://docs.gitlab.com/ci/testing/code_quality/ says what is read. GitLab drops all but the first of those that
share a fingerprint, and takes a finding whose fingerprint has changed for a new one: so a fingerprint is unique
and holds no line number. Of its five severities `major` stands for our errors and `minor` for our warnings.
"""

from __future__ import annotations

from typing import Any

from campaignctl.findings import Finding, Severity
from campaignctl.model import LintResult
from campaignctl.render.json import dumps
from campaignctl.words import printable

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor"}


def findings(result: LintResult) -> str:
    """Return the lint report."""
    return dumps([_finding(one) for one in result.findings])


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "description": f"{one.code} {one.name}: {printable(one.message)}",
        "check_name": one.name,
        "fingerprint": one.fingerprint,
        "severity": _SEVERITIES[one.severity],
        "location": {"path": printable(one.path), "lines": {"begin": one.region.line}},
    }
