"""The baseline: what is known is let pass, what is new is not, and a damaged file says what to do."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from conftest import CAMPAIGN, CONFIG, NOW, Run, campaign, write
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaignctl import baseline, lint, project
from campaignctl.errors import ProjectError
from campaignctl.findings import Finding, Region, Severity
from campaignctl.rules import BY_NAME, HELD

AT = ("--at", NOW.isoformat())
UPDATE = ("lint", "--baseline", "known.json", "--update-baseline", *AT)
OLD = CAMPAIGN.replace("KETTLE", "KETTLE-X").replace('"1101428740000012125"', "1101428740000012125")


def names(run: Run, *more: str) -> list[str]:
    ran = run("lint", "--format", "json", *AT, *more)
    return [one["name"] for one in json.loads(ran.out)["findings"]]


@pytest.fixture
def old(folder: Path, run: Run) -> Path:
    """A folder with two known findings."""
    write(folder, {"the-example.yaml": OLD})
    assert run(*UPDATE).code == 0
    return folder


def test_known_findings_are_let_pass_and_counted(old: Path, run: Run) -> None:
    known = baseline.load(old / "known.json", "known.json")
    result = lint.run(project.load(old), now=NOW, known=known)

    assert result.findings == ()
    assert "2 known findings are let pass by known.json" in result.notes
    assert run("lint", "--baseline", "known.json", *AT).code == 0
    assert run("lint", *AT).code == 1


def test_lines_may_move_and_lists_may_grow(old: Path, run: Run) -> None:
    moved = "# a note\n\n" + OLD.replace("[festival-north]", "[festival-south, festival-north]")
    write(old, {"the-example.yaml": moved})

    assert names(run, "--baseline", "known.json") == []


def test_what_is_new_is_shown(old: Path, run: Run) -> None:
    write(old, {"the-example.yaml": OLD.replace("KETTLE-X", "KETTLE-Y") + "name: Tea\n"})
    assert names(run, "--baseline", "known.json") == ["header-format", "name-too-short"]

    write(
        old,
        {
            "the-example.yaml": OLD,
            "other.yaml": OLD.replace("the-example", "the-other").replace("Hello", "Hi"),
        },
    )
    assert names(run, "--baseline", "known.json") == ["yaml-ambiguous-scalar", "header-format"]


def test_the_file_is_sorted_and_has_one_line_for_each_finding(folder: Path, run: Run) -> None:
    write(folder, {"b/x.yaml": campaign("the-b", name="Tea"), "the-example.yaml": OLD})
    run(*UPDATE)
    text = (folder / "known.json").read_text()
    data = json.loads(text)

    assert list(data) == ["version", "findings"]
    assert [(one["path"], one["campaign"], one["name"]) for one in data["findings"]] == [
        ("b/x.yaml", "the-b", "name-too-short"),
        ("the-example.yaml", "the-example", "header-format"),
        ("the-example.yaml", "the-example", "yaml-ambiguous-scalar"),
    ]
    assert text.count("\n") == 3 + 5
    assert run(*UPDATE).code == 0
    assert (folder / "known.json").read_text() == text


def test_an_empty_baseline_is_one(folder: Path, run: Run) -> None:
    assert run(*UPDATE).code == 0
    assert json.loads((folder / "known.json").read_text()) == {"version": 1, "findings": []}
    assert run("lint", "--baseline", "known.json", *AT).code == 0


def test_held_findings_are_never_known(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": OLD.replace("[festival-north]", "[festival-north, festival-north]")})
    ran = run(*UPDATE)

    assert ran.code == 1
    assert "list-repeated" in ran.out
    assert "header-format" not in ran.out
    assert "known.json holds 2 known findings" in ran.err
    assert "list-repeated" not in (folder / "known.json").read_text()


@pytest.mark.parametrize("name", sorted(HELD))
def test_a_held_finding_is_not_let_pass_by_a_file_that_was_edited(name: str) -> None:
    one = Finding(
        code="CC000",
        name=name,
        severity=Severity.ERROR,
        message="x",
        path="a.yaml",
        region=Region(line=1, column=1, end_line=1, end_column=1),
        fingerprint="f",
    )
    entry = baseline.Entry("a.yaml", None, name, "f")

    assert baseline.sift((one,), baseline.Baseline(known={"f": entry}), lambda _: True).findings == (one,)
    assert json.loads(baseline.dumps([one]))["findings"] == []
    assert name in BY_NAME


def test_it_is_the_same_from_every_folder(old: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(old.parent)

    assert names(run, "-C", old.name, "--baseline", f"{old.name}/known.json") == []
    text = (old / "known.json").read_text()
    assert run("lint", "-C", old.name, "--baseline", "out.json", "--update-baseline", *AT).code == 0
    assert (old.parent / "out.json").read_text() == text


def test_the_one_of_the_settings_counts_for_lint_plan_and_apply(folder: Path, run: Run) -> None:
    (folder / "sub").mkdir()
    write(folder, {"the-example.yaml": CAMPAIGN.replace("is here", "is here: {#var#}")})
    run("lint", "--baseline", "sub/known.json", "--update-baseline", *AT)
    assert run("plan", "--offline", *AT).code == 1

    write(folder, {"campaignctl.yaml": CONFIG + "lint: { baseline: sub/known.json }\n"})
    assert run("lint", *AT).code == 0
    assert run("lint", "the-example.yaml", *AT).code == 0
    planned = run("plan", "--offline", *AT)
    assert planned.code == 0
    assert "1 to create" in planned.out
    applied = run("apply", "--sandbox", "--yes")
    assert "created" in applied.out
    assert applied.code == 0


def test_the_one_of_the_settings_is_written_too(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": OLD, "campaignctl.yaml": CONFIG + "lint: { baseline: known.json }\n"})
    before = run("lint", *AT)

    assert before.code == 3
    assert "the baseline known.json cannot be read: no such file" in before.err
    assert "`campaignctl lint --update-baseline` makes it" in before.err
    assert run("plan", "--offline", *AT).code == 3
    assert run("lint", "--update-baseline", *AT).code == 0
    assert run("lint", *AT).code == 0


def test_the_command_line_takes_the_place_of_the_settings(old: Path, run: Run) -> None:
    write(old, {"campaignctl.yaml": CONFIG + "lint: { baseline: missing.json }\n"})

    assert names(run, "--baseline", "known.json") == []


def test_what_was_mended_is_said_of_the_whole_folder_alone(old: Path) -> None:
    write(old, {"the-example.yaml": CAMPAIGN, "other.yaml": campaign("the-other")})
    known = baseline.load(old / "known.json", "known.json")

    def notes(*paths: str, **more: tuple[str, ...]) -> str:
        result = lint.run(project.load(old), paths, now=NOW, known=known, choice=lint.Choice(**more))
        return " ".join(result.notes)

    said = "2 findings of known.json are mended; `campaignctl lint --baseline known.json --update-baseline` takes them out"
    assert said in notes()
    assert "mended" not in notes("other.yaml")
    assert "mended" not in notes(select=("segments",))
    assert "1 finding of known.json is mended" in notes(ignore=("CC3",))
    write(old, {"broken.yaml": "a: ["})
    assert "mended" not in notes()


@pytest.mark.parametrize("more", [(), ("--update-baseline",)])
@pytest.mark.parametrize("named", [("--baseline", "./b.json"), ()])
def test_no_report_takes_its_place(
    named: tuple[str, ...], more: tuple[str, ...], folder: Path, run: Run
) -> None:
    write(folder, {"campaignctl.yaml": f"{CONFIG}lint: {{ baseline: b.json }}\n" if not named else CONFIG})
    assert run("lint", "--update-baseline", *named).code == 0
    before = (folder / "b.json").read_bytes()

    ran = run("lint", *named, *more, "--report", "json=b.json")

    assert (ran.code, "b.json is the baseline; name another file" in ran.err) == (64, True)
    assert (folder / "b.json").read_bytes() == before


def test_a_suppressed_finding_is_not_written(folder: Path, run: Run) -> None:
    text = OLD.replace("sender_id", "# campaignctl: ignore[header-format] why\nsender_id")
    write(folder, {"the-example.yaml": text})
    run(*UPDATE)

    assert [one["name"] for one in json.loads((folder / "known.json").read_text())["findings"]] == [
        "yaml-ambiguous-scalar"
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--update-baseline",), 64, "--update-baseline needs a file: --baseline FILE"),
        (("--baseline", "b.json", "--update-baseline", "the-example.yaml"), 64, "made of the whole folder"),
        (("--baseline", "b.json", "--update-baseline", "--select", "CC3"), 64, "made of the whole folder"),
        (("--baseline", "b.json", "--update-baseline", "--ignore", "CC3"), 64, "made of the whole folder"),
        (("--baseline", "b.yaml", "--update-baseline"), 64, "would be taken for a campaign"),
        (("--baseline", "no/b.json", "--update-baseline"), 3, "no is not a folder"),
        (("--baseline", "b.json"), 3, "`campaignctl lint --baseline b.json --update-baseline` makes it"),
        (("--baseline", "a b.json"), 3, "--baseline 'a b.json' --update-baseline` makes it"),
        (("--baseline", "notes.txt", "--update-baseline"), 3, "notes.txt is not a baseline of campaignctl"),
        (("--baseline", "campaignctl.state.json", "--update-baseline"), 64, "is the state of this project"),
        (("--baseline", "the-example.yaml"), 3, "the-example.yaml is not a baseline of campaignctl"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: tuple[str, ...], code: int, says: str, folder: Path, run: Run
) -> None:
    write(folder, {"notes.txt": "precious"})
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    ran = run("lint", *arguments)

    assert ran.code == code
    assert says in ran.err
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("broken", ["campaignctl.yaml", "broken.yaml"])
def test_nothing_is_written_while_something_cannot_be_read(broken: str, old: Path, run: Run) -> None:
    before = (old / "known.json").read_bytes()
    write(old, {broken: "a: ["})
    ran = run(*UPDATE)

    assert ran.code == 3
    assert "no baseline is written until" in ran.err
    assert (old / "known.json").read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="links")
def test_the_settings_cannot_name_a_file_outside(old: Path, run: Run) -> None:
    outside = old.parent / f"{old.name}-outside"
    outside.mkdir()
    (outside / "known.json").write_text("precious")
    (old / "away").symlink_to(outside)
    (old / "link.json").symlink_to(outside / "known.json")
    for name in ("away/known.json", "link.json"):
        write(old, {"campaignctl.yaml": CONFIG + f"lint: {{ baseline: {name} }}\n"})
        for arguments in ((), ("--update-baseline",)):
            ran = run("lint", *arguments)

            assert ran.code == 3
            assert "symbolic link" in ran.err
    assert (outside / "known.json").read_text() == "precious"


def test_a_baseline_of_a_later_version_is_not_guessed_at() -> None:
    with pytest.raises(ProjectError, match="newer campaignctl; upgrade"):
        baseline.loads(b'{"version": 2, "findings": {}}', "known.json")


GOOD = b'{"version": 1, "findings": [{"path": "a", "campaign": null, "name": "b", "fingerprint": "c"}]}'

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["version", "findings", "path", "campaign", "name", "fingerprint"]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(
    st.binary(max_size=200)
    | json_values.map(lambda value: json.dumps(value).encode())
    | json_values.map(lambda value: json.dumps({"version": 1, "findings": [value]}).encode())
    | st.tuples(st.integers(0, len(GOOD)), st.binary(max_size=3)).map(
        lambda cut: GOOD[: cut[0]] + cut[1] + GOOD[cut[0] :]
    )
    | st.integers(0, len(GOOD) - 1).map(lambda end: GOOD[:end])
)
@example(b"[" * 100_000)
@example(b'{"version": 1, "findings": ' + b"9" * 5000 + b"}")
@example(b'{"version": 1, "findings": [[]]}')
@example(b'{"version": 1, "findings": ["path"]}')
@example(b'{"version": 1, "findings": [null]}')
@example(b"<<<<<<< HEAD\n" + GOOD)
@example(b"\xff\xfe")
@settings(deadline=None)
def test_any_bytes_are_a_baseline_or_a_clear_refusal(data: bytes) -> None:
    refused = ""
    try:
        found = baseline.loads(data, "known.json", baseline.update_command("known.json"))
    except ProjectError as error:
        refused = str(error)
    if refused:
        assert "known.json" in refused
        assert "campaignctl" in refused
        assert refused.isprintable()
    else:
        assert all(type(one.fingerprint) is str for one in found.known.values())


def test_a_fifo_or_a_folder_is_no_baseline(folder: Path, run: Run) -> None:
    (folder / "known.json").mkdir()
    os.mkfifo(folder / "pipe.json")

    for name in ("known.json", "pipe.json"):
        ran = run("lint", "--baseline", name)
        assert ran.code in (3, 64)
        assert name in ran.err
    assert "the baseline pipe.json is not a regular file; " in ran.err
