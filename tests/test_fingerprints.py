"""Fingerprints: one for each finding, and the same whatever else changes in the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import CAMPAIGN, CONFIG, NOW, campaign, examples, write
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl import lint, project
from campaignctl.findings import Finding, Region, Severity
from campaignctl.fingerprints import LENGTH, fingerprinted

EXAMPLES = settings(max_examples=examples(100), deadline=None, database=None, derandomize=True)

WRONG = CAMPAIGN.replace("KETTLE", "KETTLE_IN").replace("[festival-north]", "[festival-nort, festival-nort]")


def finding(**changes: Any) -> Finding:
    given: dict[str, Any] = {
        "code": "CC303",
        "name": "header-format",
        "severity": Severity.ERROR,
        "message": "is wrong",
        "path": "a.yaml",
        "region": Region(line=1, column=1, end_line=1, end_column=2),
        "pointer": "/sender_id",
        "campaign": "tea",
        "source": "sender_id: X",
    }
    return Finding(**{**given, **changes})


def prints(root: Path) -> list[tuple[str, str]]:
    """Return the name and the fingerprint of all findings of a folder."""
    found = lint.run(project.load(root), now=NOW).findings
    return sorted((one.name, one.fingerprint) for one in found)


def test_every_finding_of_a_run_has_one(folder: Path) -> None:
    write(folder, {"the-example.yaml": WRONG, "b.yaml": "id: [\n", "registry/links.yaml": "a: b\n"})

    found = prints(Path())

    assert len(found) >= 5
    assert all(len(one) == LENGTH and int(one, 16) >= 0 for _, one in found)
    assert len({one for _, one in found}) == len(found)


def test_settings_that_cannot_be_read_have_one_as_well(folder: Path) -> None:
    write(folder, {"campaignctl.yaml": "["})

    ((_, found),) = prints(Path())

    assert len(found) == LENGTH


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: "# a comment\n\n\n" + text,
        lambda text: text.replace("schedule:", "# because\n\nschedule:"),
        lambda text: campaign("another") + "---\n" + text,
        lambda text: text.replace("sender_id: VM-", "sender_id:    VM-"),
        lambda text: "name: an offer\n" + text,
    ],
)
def test_it_stays_when_lines_move(edit: Callable[[str], str], folder: Path) -> None:
    write(folder, {"the-example.yaml": WRONG})
    before = prints(Path())
    write(folder, {"the-example.yaml": edit(WRONG)})

    assert prints(Path()) == before
    assert len(before) >= 2


def test_it_is_the_same_from_inside_the_folder_and_from_above(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, {"2035/tea.yaml": WRONG.replace("the-example", "tea-week")})
    inside = prints(Path())
    monkeypatch.chdir(folder.parent)

    assert prints(Path(folder.name)) == inside


def test_a_mistake_in_the_defaults_does_not_move_with_the_campaign_that_comes_first(folder: Path) -> None:
    text = campaign("the-example", sender_id=None)
    write(folder, {"campaignctl.yaml": CONFIG.replace("KETTLE", "KETTLE_IN"), "the-example.yaml": text})
    before = prints(Path())
    write(folder, {"a.yaml": text.replace("the-example", "another")})

    assert [one for one in prints(Path()) if one[0] == "header-format"] == before
    assert len(before) == 1


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"message": "is wrong in other words"}, True),
        ({"severity": Severity.WARNING}, True),
        ({"region": Region(line=7, column=3, end_line=8, end_column=1)}, True),
        ({"anchor": 7}, True),
        ({"source": "  sender_id:\t X "}, True),
        ({"source": "sender_id: Y"}, False),
        ({"path": "b.yaml"}, False),
        ({"campaign": "coffee"}, False),
        ({"campaign": None}, False),
        ({"pointer": "/name"}, False),
        ({"name": "header-case", "code": "CC312"}, False),
    ],
)
def test_what_it_is_made_of(changes: dict[str, Any], same: bool) -> None:  # noqa: FBT001
    (one,), (other,) = fingerprinted([finding()]), fingerprinted([finding(**changes)])

    assert (one.fingerprint == other.fingerprint) == same


def test_a_long_line_counts_to_its_last_word() -> None:
    long = "template: " + "word " * 100_000
    (one,), (other,), (same,) = (fingerprinted([finding(source=long + end)]) for end in ("a", "b", "  a\t"))

    assert (one.fingerprint == same.fingerprint, one.fingerprint == other.fingerprint) == (True, False)


def test_many_findings_on_one_long_line_take_no_time_each() -> None:
    """A hash of the whole line for each would take minutes."""
    long = "x" * 1_000_000

    assert len({one.fingerprint for one in fingerprinted([finding(source=long)] * 20_000)}) == 20_000


def test_an_index_of_a_list_does_not_count() -> None:
    (one,), (other,) = (fingerprinted([finding(pointer=f"/lists/{at}/sid")]) for at in (0, 12))

    assert one.fingerprint == other.fingerprint


def test_nothing_else_of_a_finding_changes() -> None:
    one = finding()

    assert [replace(two, fingerprint="") for two in fingerprinted([one, one])] == [one, one]


@EXAMPLES
@given(
    st.lists(
        st.builds(
            finding,
            path=st.sampled_from(["a.yaml", "b.yaml"]),
            pointer=st.sampled_from(["/a", "/a/1", "/a/2"]),
            source=st.sampled_from(["", "x", "x 1", '","', "\ud800"]),
        ),
        max_size=12,
    )
)
def test_no_two_are_the_same_and_what_comes_later_changes_nothing(findings: list[Finding]) -> None:
    done = [one.fingerprint for one in fingerprinted(findings)]

    assert len(set(done)) == len(findings)
    assert [one.fingerprint for one in fingerprinted(findings[:-1])] == done[: len(findings[:-1])]


@pytest.mark.parametrize("kept", [slice(0, 1), slice(1, 2), slice(2, 3), slice(0, 3)])
def test_a_finding_keeps_the_one_that_it_has_and_a_later_one_gets_another(kept: slice) -> None:
    left = fingerprinted([finding(), finding(), finding()])[kept]
    done = fingerprinted([*left, finding()])

    assert done[:-1] == left
    assert len({one.fingerprint for one in done}) == len(done)
