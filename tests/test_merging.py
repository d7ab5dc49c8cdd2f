"""Two branches that both have sent: their states become one, and nothing of either is forgotten."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, Run, campaign, examples, write
from hypothesis import given, settings
from hypothesis import strategies as st
from test_actions import call as asked
from test_state import DAMAGED, LINEAGE, PROJECT, entry, intent, state_of

from campaignctl.errors import StateError
from campaignctl.model import Declared, Delta, State
from campaignctl.sandbox import Fault, Sandbox
from campaignctl.state import codec
from campaignctl.state.local import LocalStore
from campaignctl.state.merging import Merged, merge

STATE = "campaignctl.state.json"


def side(serial: int, **changes: Any) -> State:
    return State(**{"project": PROJECT, "lineage": LINEAGE, "account": "a", "serial": serial, **changes})


def both(ours: State, theirs: State) -> State:
    return merge(ours, theirs, "theirs.json").state


# --- what is kept -------------------------------------------------------------------------------------


def test_what_either_side_has_created_tried_used_and_declared_is_kept() -> None:
    said = [
        Declared(id="eel", token="t", at=at, by="asha", intent=intent())
        for at in ("2034-06-01T06:00:00Z", "2034-06-02T06:00:00Z")
    ]
    ours = side(7, campaigns={"ant": entry(1)}, used_plans=("p", "q"), declared=(said[1],))
    theirs = side(
        9,
        campaigns={"bee": entry(2)},
        intents={"cat": intent(3)},
        used_plans=("p", "r"),
        declared=(said[0], said[1]),
    )
    merged = merge(ours, theirs, "theirs.json")
    assert merged == Merged(
        state=side(
            10,
            campaigns={"ant": entry(1), "bee": entry(2)},
            intents={"cat": intent(3)},
            used_plans=("p", "q", "r"),
            declared=tuple(said),
        ),
        campaigns=("bee",),
        intents=("cat",),
        plans=1,
    )


def test_an_entry_wins_over_a_try_on_either_side() -> None:
    created, tried = side(3, campaigns={"ant": entry()}), side(3, intents={"ant": intent()})
    for ours, theirs in ((created, tried), (tried, created)):
        assert both(ours, theirs) == side(4, campaigns={"ant": entry()})


def test_a_try_beside_an_entry_that_did_not_come_of_it_is_told() -> None:
    created = entry()  # by plan-1 as well: a plan file serves once on each branch
    tried = side(3, intents={"ant": intent()})
    assert merge(side(3, campaigns={"ant": created}), tried, "t").twice == ("ant",)
    came_of_it = replace(created, origin="adopted")
    assert merge(side(3, campaigns={"ant": came_of_it}), tried, "t").twice == ()
    before = replace(came_of_it, at="2034-05-31T00:00:00Z")
    assert merge(side(3, campaigns={"ant": before}), tried, "t").twice == ("ant",)


def test_one_id_with_two_sids_is_a_double_and_refused() -> None:
    ours, theirs = side(1, campaigns={"ant": entry(1)}), side(1, campaigns={"ant": entry(2)})
    with pytest.raises(
        StateError, match=r"'ant' stands at Exotel twice: as 'sid-1' in this state and as 'sid-2' in"
    ):
        both(ours, theirs)


def test_of_two_records_of_one_sid_the_older_stays() -> None:
    older, newer = entry(), replace(entry(), at="2034-06-03T06:00:00Z", origin="adopted")
    for ours, theirs in ((older, newer), (newer, older)):
        assert both(side(1, campaigns={"ant": ours}), side(1, campaigns={"ant": theirs})).campaigns == {
            "ant": older
        }


LATER, SEEN = "2034-06-01T07:00:00Z", "2034-06-01T08:00:00Z"


@pytest.mark.parametrize(
    ("one", "other", "left"),
    [
        # one of them may go on
        ({}, {"phase": "unknown", "at": LATER, "error": "e"}, {"at": LATER, "error": "e"}),
        ({}, {"phase": "unknown"}, {}),
        ({}, {"seen": SEEN}, {}),
        ({"at": LATER}, {"seen": SEEN}, {"at": LATER}),
        # both have ended
        ({"seen": LATER}, {"seen": SEEN}, {"seen": SEEN}),
        ({"seen": SEEN}, {"phase": "unknown", "at": LATER}, {"phase": "unknown", "at": LATER, "seen": SEEN}),
        (
            {"plan_id": "p", "phase": "unknown"},
            {"phase": "unknown", "at": LATER},
            {"phase": "unknown", "at": LATER},
        ),
        # where, and how long
        ({"settle": 90.0}, {"settle": 60.0, "at": LATER}, {"settle": 90.0, "at": LATER}),
        ({"where": "x"}, {"at": LATER}, {"where": "x", "at": LATER}),
        ({"where": "y"}, {"where": "x"}, {"where": "x and y"}),
    ],
)
def test_of_two_tries_the_newer_stays_with_the_worse_of_what_is_known(
    one: dict[str, Any], other: dict[str, Any], left: dict[str, Any]
) -> None:
    first, second = (side(1, intents={"ant": replace(intent(), **changes)}) for changes in (one, other))
    for ours, theirs in ((first, second), (second, first)):
        assert both(ours, theirs).intents == {"ant": replace(intent(), **left)}


def test_an_empty_state_merges_with_any() -> None:
    whole = state_of(3, account="a")
    assert both(State(project=PROJECT), whole) == replace(whole, serial=4)
    assert both(whole, State(project=PROJECT)) is whole


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"project": "kettle-9b2c77"}, "belongs to project 'kettle-9b2c77', and this state to"),
        ({"account": "b"}, "about another Exotel account"),
        ({"lineage": "another"}, r"begun apart from this state .*resolve.*unknown there \(cat\)"),
        ({"lineage": None}, "no lineage, and is not empty"),
    ],
)
def test_a_state_of_others_is_refused(changes: dict[str, Any], why: str) -> None:
    theirs = side(**{"serial": 3, "intents": {"cat": intent()}, **changes})
    with pytest.raises(StateError, match=why):
        both(side(3), theirs)


# --- properties ---------------------------------------------------------------------------------------

IDS = st.sampled_from(["ant", "bee", "cat"])
TIMES = st.sampled_from(["2034-06-01T06:00:00Z", LATER, SEEN])
TRIES = st.builds(
    lambda **changes: replace(intent(), **changes),
    phase=st.sampled_from(["intent", "unknown"]),
    at=TIMES,
    seen=st.none() | TIMES,
    plan_id=st.sampled_from(["p", "q"]),
    actor=st.sampled_from(["asha", "ravi"]),
    error=st.none() | st.just("no answer"),
    where=st.none() | st.sampled_from(["here", "there"]),
    settle=st.none() | st.sampled_from([60.0, 90.0]),
)
SAID = st.builds(Declared, id=IDS, token=st.just("t"), at=TIMES, by=st.just("asha"), intent=TRIES)
SIDES = st.builds(
    side,
    serial=st.integers(0, 5),
    campaigns=st.dictionaries(IDS, st.builds(lambda at: replace(entry(), at=at), TIMES)),
    intents=st.dictionaries(IDS, TRIES),
    used_plans=st.lists(st.sampled_from(["p", "q", "r"]), unique=True).map(tuple),
    declared=st.lists(SAID, max_size=2, unique_by=repr).map(tuple),
)


@settings(max_examples=examples(200), deadline=None)
@given(SIDES, SIDES)
def test_a_merge_forgets_nothing_and_is_done_once(ours: State, theirs: State) -> None:
    merged = both(ours, theirs)
    known = ours.campaigns.keys() | theirs.campaigns.keys()
    assert merged.campaigns.keys() == known
    assert merged.intents.keys() == (ours.intents.keys() | theirs.intents.keys()) - known
    assert set(merged.used_plans) == {*ours.used_plans, *theirs.used_plans}
    assert all(one in merged.declared for one in (*ours.declared, *theirs.declared))
    assert both(merged, theirs) is merged
    assert both(merged, merged) is merged
    if merged is not ours:
        assert merged.serial > max(ours.serial, theirs.serial)


@settings(max_examples=examples(200), deadline=None)
@given(SIDES, SIDES)
def test_it_does_not_matter_which_side_is_ours(ours: State, theirs: State) -> None:
    here, there = both(ours, theirs), both(theirs, ours)
    assert (here.campaigns, here.intents) == (there.campaigns, there.intents)


# --- the command --------------------------------------------------------------------------------------


@pytest.fixture
def merging(folder: Path) -> Path:
    (folder / STATE).write_bytes(codec.dumps(state_of(2, account=None)))
    return folder


def read(folder: Path) -> State:
    return LocalStore(folder / STATE, PROJECT).read()


def test_the_command_merges_says_what_and_does_it_once(run: Run, merging: Path) -> None:
    theirs = state_of(3, intents={"tried": intent(9)}, used_plans=("p",))
    (merging / "theirs.json").write_bytes(codec.dumps(theirs))
    ran = run("state", "merge", "theirs.json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "Merged theirs.json: 1 campaign, 1 unknown (tried; `campaignctl resolve` settles it) and 1 used plan more; "
        "serial 4.\n"
    )
    assert read(merging) == replace(theirs, serial=4)
    before = (merging / STATE).read_bytes()
    assert run("state", "merge", "theirs.json").out == "Nothing new in theirs.json: serial 4.\n"
    assert (merging / STATE).read_bytes() == before


def test_what_a_killed_run_has_left_in_the_journal_is_merged_as_well(run: Run, merging: Path) -> None:
    line = codec.line(Delta(intents={"left": intent()}), LINEAGE, 3, project=PROJECT)
    (merging / f"{STATE}.journal").write_bytes(line)
    (merging / "theirs.json").write_bytes(codec.dumps(state_of(3)))
    assert run("state", "merge", "theirs.json").code == 0
    assert (list(read(merging).intents), len(read(merging).campaigns), read(merging).serial) == (
        ["left"],
        3,
        4,
    )
    assert not (merging / f"{STATE}.journal").exists()


def test_an_empty_state_takes_in_the_other_that_lies_beside_it(run: Run, folder: Path) -> None:
    """Without a merge a state with campaigns beside an empty one is refused."""
    (folder / "theirs.json").write_bytes(codec.dumps(state_of(2)))
    assert run("state", "list").code == 3
    assert (run("state", "merge", "theirs.json").code, len(read(folder).campaigns)) == (0, 2)


def test_a_try_that_the_other_side_made_as_well_is_told(run: Run, merging: Path) -> None:
    (merging / "theirs.json").write_bytes(codec.dumps(state_of(0, intents={"campaign-000": intent()})))
    ran = run("state", "merge", "theirs.json")
    assert (
        ran.code,
        "campaign-000 was created" in ran.err,
        "`campaignctl stop campaign-000`" in ran.err,
    ) == (
        0,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (None, "there is no file theirs.json"),
        (b"{", "theirs.json is damaged"),
        (DAMAGED["Git's marks"], "theirs.json is damaged: it holds Git's conflict marks"),
        (codec.dumps(state_of(2, lineage="\x1b[2J")), r"begun apart from this state (lineage '\x1b[2J'"),
        (codec.dumps(State(project="kettle-9b2c77")), "belongs to project 'kettle-9b2c77'"),
        (codec.dumps(state_of(2, account="b")), "theirs.json belongs to another Exotel account"),
        (
            codec.dumps(state_of(1, campaigns={"campaign-000": replace(entry(), sid="\x1b[2J")})),
            r"as 'sid-0' in this state and as '\x1b[2J' in theirs.json",
        ),
    ],
    ids=["none", "cut", "marks", "lineage", "project", "account", "double"],
)
def test_what_cannot_be_merged_changes_nothing(
    run: Run, merging: Path, monkeypatch: pytest.MonkeyPatch, data: bytes | None, why: str
) -> None:
    monkeypatch.setenv("EXOTEL_ACCOUNT_SID", "kettle1")
    before = (merging / STATE).read_bytes()
    if data is not None:
        (merging / "theirs.json").write_bytes(data)
    ran = run("state", "merge", "theirs.json")
    assert (ran.code, why in ran.err, ran.out) == (3, True, ""), ran.err
    assert (merging / STATE).read_bytes() == before


def test_a_merge_that_cannot_be_written_changes_nothing(
    run: Run, merging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    before = (merging / STATE).read_bytes()
    (merging / "theirs.json").write_bytes(codec.dumps(state_of(3)))
    monkeypatch.setattr("campaignctl.state.local.write_new", full)
    ran = run("state", "merge", "theirs.json")
    assert (ran.code, "cannot be written: no space left on device\n" in ran.err) == (3, True)
    assert (merging / STATE).read_bytes() == before


def test_a_merge_waits_for_nobody_who_holds_the_state(run: Run, merging: Path) -> None:
    (merging / "theirs.json").write_bytes(codec.dumps(state_of(3)))
    with LocalStore(merging / STATE, PROJECT).lock("campaignctl apply"):
        ran = run("state", "merge", "theirs.json")
    assert (ran.code, "the state is locked by" in ran.err, read(merging)) == (3, True, state_of(2))


# --- with Git -----------------------------------------------------------------------------------------

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


def git(*words: str, code: int = 0) -> None:
    names = {
        f"GIT_{who}_{what}": "asha@kettle" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    ended = subprocess.run(
        ["git", "-c", "core.hooksPath=/dev/null", *words],
        capture_output=True,
        check=False,
        text=True,
        env={
            **os.environ,
            **names,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_EDITOR": "true",
        },
    )
    assert ended.returncode == code, ended.stdout + ended.stderr


def commit(message: str) -> None:
    git("add", "-A")
    git("commit", "-qm", message)


@pytest.fixture
def branches(folder: Path, run: Run, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the campaigns in a folder; `one` has created bee, `two` has created cat and tried dog."""
    monkeypatch.setattr("campaignctl.commands.options.now", lambda at: at or NOW)
    monkeypatch.setattr("campaignctl.exotel.client._WAITS", (0.0, 0.0))
    (folder / "the-example.yaml").unlink()
    inside = folder / "campaigns"
    inside.mkdir()
    for path in [one for one in folder.iterdir() if one != inside]:
        path.rename(inside / path.name)
    write(inside, {"ant.yaml": campaign("ant"), ".gitignore": "*.lock\n"})
    git("init", "-q", "-b", "main")
    assert run("apply", "--yes").code == 0
    commit("ant")
    git("checkout", "-qb", "one")
    write(inside, {"bee.yaml": campaign("bee")})
    assert run("apply", "--yes").code == 0
    commit("bee")
    git("checkout", "-qb", "two", "main")
    write(inside, {"cat.yaml": campaign("cat"), "dog.yaml": campaign("dog")})
    posts: list[str] = []

    def second_is_lost(method: str, target: str) -> Fault | None:
        posts.extend([target] if method == "POST" else [])
        return Fault(close="before") if method == "POST" and len(posts) == 2 else None

    exotel.fault = second_is_lost
    assert run("apply", "--yes", "--settle", "0").code == 4
    exotel.fault = None
    commit("cat, and perhaps dog")
    return folder


@needs_git
@pytest.mark.parametrize("place", ["the repository", "the folder"])
@pytest.mark.parametrize("how", ["merge", "rebase"])
def test_the_commands_that_the_message_names_unite_two_branches(
    how: str, place: str, branches: Path, run: Run, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(how, "one", code=1)
    if place == "the folder":
        monkeypatch.chdir(branches / "campaigns")
    refused = run("apply", "--yes")
    assert refused.code == 3
    commands = re.findall(r"`([^`]+)`", refused.err)
    assert [one.split()[0] for one in commands] == ["git", "git", "campaignctl", "git"]
    for one in commands:
        if one.startswith("campaignctl"):
            ran = run(*one.split()[1:])
            assert ran.code == 0, ran.err
        else:
            subprocess.run(one, shell=True, check=True, capture_output=True)
    git(how, "--continue")

    state = read(branches / "campaigns")
    assert (sorted(state.campaigns), sorted(state.intents)) == (["ant", "bee", "cat"], ["dog"])
    assert len(state.used_plans) == 3
    ran = run("apply", "--yes")
    assert ran.code == 4, "dog stays unknown"
    assert sorted(one["name"].split()[0] for one in asked(exotel, "GET")) == ["ant", "bee", "cat"]


def test_the_message_holds_what_a_path_needs(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "a b" / "it's.json", PROJECT)
    store.path.parent.mkdir()
    store.path.write_bytes(DAMAGED["Git's marks"])
    with pytest.raises(StateError) as refused:
        store.read()
    assert f"git -C '{tmp_path}/a b' show ':3:./it'\"'\"'s.json'" in str(refused.value)
    assert "higher serial" not in str(refused.value)
