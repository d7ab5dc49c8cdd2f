"""JUnit XML: a suite for each file, a test case for each finding, a passing one for each file without findings.

An error is a failure. A warning is a skipped test case with the message as its reason: both Jenkins and GitLab
show it, and neither counts it as failed, for `lint` does not fail on it either (`--fail-on error`).

GitLab compares the test cases of two branches by class and name, takes the first of those that share a name, and
shows the content of an element and not its message; Jenkins shows both. So a name has the place in the data and
no line number, equal ones are numbered, and the content is the finding as people read it.

The text is ASCII: the characters are right whatever encoding a terminal or a pipe has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from campaignctl.findings import Finding, Severity
from campaignctl.model import LintResult
from campaignctl.render import text
from campaignctl.words import printable

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
#: What XML reserves, and the two characters of no meaning that XML 1.0 forbids; `printable` sees to the others.
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\ufffe": "\ufffd", "\uffff": "\ufffd"}
)


def findings(result: LintResult) -> str:
    """Return the lint report. It has one passing test case when there are neither findings nor files."""
    by_path: dict[str, list[Finding]] = {path: [] for path in result.paths}
    for one in result.findings:
        by_path.setdefault(one.path, []).append(one)
    suites = [_suite(path, by_path[path]) for path in sorted(by_path)] or [_suite("campaignctl", [])]
    cases = sum(max(len(found), 1) for found in by_path.values()) or 1
    numbers = {"name": "campaignctl lint", "tests": cases, "failures": _errors(result.findings), "errors": 0}
    return "\n".join([_HEAD, _element("testsuites", numbers, suites)])


def _suite(path: str, found: Sequence[Finding]) -> str:
    failures = _errors(found)
    numbers = {
        "name": path,
        "tests": max(len(found), 1),
        "failures": failures,
        "errors": 0,
        "skipped": len(found) - failures,
    }
    if not found:
        return _element("testsuite", numbers, [_element("testcase", {"classname": path, "name": "lint"})])
    seen: Counter[str] = Counter()
    return _element("testsuite", numbers, [_case(one, seen) for one in found])


def _case(one: Finding, seen: Counter[str]) -> str:
    name = " ".join(filter(None, (one.code, one.name, one.campaign, one.pointer)))
    seen[name] += 1
    if seen[name] > 1:
        name = f"{name} ({seen[name]})"
    outcome = "failure" if one.severity is Severity.ERROR else "skipped"
    said = "\n".join(_escaped(line) for line in text.finding(one).split("\n"))
    told = _element(outcome, {"type": one.severity.value, "message": one.message}, content=said)
    place = {"classname": one.path, "name": name, "file": one.path, "line": one.region.line}
    return _element("testcase", place, [told])


def _errors(found: Iterable[Finding]) -> int:
    return sum(one.severity is Severity.ERROR for one in found)


def _element(
    name: str, attributes: Mapping[str, object], children: Sequence[str] = (), content: str = ""
) -> str:
    """Return an element; `children` and `content` are XML already, `attributes` are not."""
    start = " ".join([name, *(f'{key}="{_escaped(str(value))}"' for key, value in attributes.items())])
    inside = "\n" + "\n".join(children) + "\n" if children else content
    return f"<{start}>{inside}</{name}>" if inside else f"<{start}/>"


def _escaped(value: str) -> str:
    return printable(value).translate(_ESCAPES).encode("ascii", "xmlcharrefreplace").decode("ascii")
