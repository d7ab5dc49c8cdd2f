"""JUnit: XML that every parser reads, an error fails, a warning is skipped, a clean file passes."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from conftest import CAMPAIGN, Run, a_finding, campaign, examples, write
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl.findings import Finding, Severity
from campaignctl.model import LintResult
from campaignctl.render import junit, text
from campaignctl.words import printable

EXAMPLES = settings(max_examples=examples(200), deadline=None, database=None, derandomize=True)

HOSTILE = st.text(max_size=30) | st.text("<>&\"'\x00\x0b\ud800\ufffe\uffff]]>\r\n\t\U0001fffe ", max_size=30)


def parsed(*findings: Finding, paths: tuple[str, ...] = ()) -> ET.Element:
    result = LintResult(findings=findings, campaigns=(), files=len(paths), paths=paths)
    report = junit.findings(result)
    assert report.isascii()
    root = ET.fromstring(report)
    numbers_agree(root)
    return root


def numbers_agree(root: ET.Element) -> None:
    for one in [root, *root]:
        cases = list(one.iter("testcase"))
        assert int(one.attrib["tests"]) == len(cases) > 0
        assert int(one.attrib["failures"]) == len(list(one.iter("failure")))
        assert int(one.get("skipped", len(list(one.iter("skipped"))))) == len(list(one.iter("skipped")))
        assert one.attrib["errors"] == "0"


def test_each_file_is_a_suite_and_each_finding_a_case(folder: Path, run: Run) -> None:
    wrong = campaign("tea-week", name="2035-10-20").replace("KETTLE", "KETTLE_IN")
    write(folder, {"2035/tea.yaml": wrong, "registry/links.yaml": "a: b\n"})

    ran = run("lint", "--format", "junit")

    root = ET.fromstring(ran.out)
    numbers_agree(root)
    assert ran.code == 1
    assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuites", "4", "2")
    cases = [(one.get("classname"), one.get("name"), one.get("line")) for one in root.iter("testcase")]
    assert cases == [
        ("2035/tea.yaml", "CC003 yaml-ambiguous-scalar tea-week /name", "2"),
        ("2035/tea.yaml", "CC303 header-format tea-week /sender_id", "10"),
        ("registry/links.yaml", "CC101 unknown-key /a", "1"),
        ("the-example.yaml", "lint", None),
    ]


def test_an_error_fails_and_a_warning_is_skipped_with_all_that_text_says() -> None:
    error, warning = a_finding(), a_finding(severity=Severity.WARNING, message="is odd")
    suite = parsed(error, warning)[0]

    assert [[one.tag for one in case] for case in suite] == [["failure"], ["skipped"]]
    for case, one in zip(suite, (error, warning), strict=True):
        assert case[0].attrib == {"type": one.severity.value, "message": one.message}
        assert case[0].text == text.finding(one)
    assert dict(suite.attrib) == {
        "name": "a.yaml",
        "tests": "2",
        "failures": "1",
        "errors": "0",
        "skipped": "1",
    }


def test_cases_of_one_file_have_names_of_their_own() -> None:
    suite = parsed(*[a_finding()] * 3, a_finding(pointer="/name"))[0]

    names = [one.get("name") or "" for one in suite]
    assert names == [
        "CC303 header-format tea /sender_id",
        "CC303 header-format tea /sender_id (2)",
        "CC303 header-format tea /sender_id (3)",
        "CC303 header-format tea /name",
    ]


def test_a_name_stays_when_lines_move(folder: Path, run: Run) -> None:
    def names() -> list[str | None]:
        return [
            one.get("name") for one in ET.fromstring(run("lint", "--format", "junit").out).iter("testcase")
        ]

    write(folder, {"the-example.yaml": CAMPAIGN.replace("KETTLE", "KETTLE_IN")})
    before = names()
    write(folder, {"the-example.yaml": "# one\n\n" + CAMPAIGN.replace("KETTLE", "KETTLE_IN")})

    assert names() == before


def test_a_report_is_never_empty() -> None:
    (suite,) = parsed()

    assert [(one.get("classname"), one.get("name"), len(one)) for one in suite] == [
        ("campaignctl", "lint", 0)
    ]


def test_every_clean_file_passes(folder: Path, run: Run) -> None:
    write(folder, {f"2035/{id_}.yaml": campaign(id_) for id_ in ("ant", "bee")})

    root = ET.fromstring(run("lint", "--format", "junit").out)

    assert [one.get("classname") for one in root.iter("testcase")] == [
        *("2035/ant.yaml", "2035/bee.yaml", "the-example.yaml")
    ]


@EXAMPLES
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_whatever_a_finding_holds_the_report_is_xml(
    message: str, path: str, campaign_: str, source: str
) -> None:
    one = a_finding(message=message, path=path, campaign=campaign_, source=source, pointer=f"/{message}")

    (case,) = parsed(one, one, paths=(path, f"{path}.yaml"))[0][:1]

    clean = str.maketrans("\ufffe\uffff", "\ufffd\ufffd")
    assert case.get("file") == printable(path).translate(clean)
    assert case[0].get("message") == printable(message).translate(clean)
    assert case[0].text == text.finding(one).translate(clean)
